"""Housekeeping: what has been kept long enough is forgotten, at the start and every few hours."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from bot.errors import StoreError
from bot.removing import prune
from bot.settings import Settings
from bot.store import Store

_log = logging.getLogger(__name__)

EVERY_S = 6 * 3600.0
_DAY_S = 24 * 3600.0


class Housekeeper:
    """Keeps what the settings promise about how long things are kept.

    Args:
        settings: Say how long.
        store: Where things are kept.
        now: Tells the time, in seconds since 1970.
        pause: Waits so many seconds.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        *,
        now: Callable[[], float] = time.time,
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._settings = settings
        self._store = store
        self._now = now
        self._pause = pause

    async def run(self) -> None:
        """Tidy up again and again, until cancelled."""
        while True:
            await self.tidy()
            await self._pause(EVERY_S)

    async def tidy(self) -> None:
        """Forget all that is too old; what cannot be forgotten now is the next time."""
        now, settings = self._now(), self._settings
        await self._forget_removals(now)
        try:
            await self._store.inbox.prune()
            await self._store.people.prune()
            # Last, because it also empties the file that the others were written to first.
            await self._store.questions.prune(
                now - settings.retention_days * _DAY_S,
                now - settings.keep_questions_days * _DAY_S,
            )
        except StoreError as error:
            _log.warning("store.failed error=%s", error)

    async def _forget_removals(self, now: float) -> None:
        today = datetime.fromtimestamp(now, UTC)
        try:
            pruned = await asyncio.to_thread(prune, self._settings.data, today)
        except OSError as error:
            _log.warning("removals.not_pruned error=%s", type(error).__name__)
        else:
            if pruned:
                _log.info("removals.pruned count=%d", pruned)
