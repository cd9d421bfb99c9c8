"""Telling the operators when the database fails, and when it works again.

Answers go on without it; what is lost meanwhile (statistics, settings, buttons of old answers)
nobody would notice for days.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.operators import Tell
from bot.render import plain_messages
from bot.store import Store
from bot.texts.operators import operators_texts

_log = logging.getLogger(__name__)

_LOOK_S = 60.0


class DatabaseWatch:
    """Waits for faults, and for their end."""

    def __init__(
        self,
        store: Store | None,
        tell: Tell,
        *,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Watch a database.

        Args:
            store: None where it could not be opened.
            tell: Tells the operators.
            pause: Waits for some seconds.
        """
        self._store = store
        self._tell = tell
        self._pause = pause

    async def run(self) -> None:
        """Tell of each fault once, until it is over."""
        if self._store is None:
            await self._tell(
                lambda language: plain_messages(operators_texts(language).database_absent)
            )
            return
        while True:
            await self._see_through(self._store)

    async def _see_through(self, store: Store) -> None:
        """Wait for a fault, tell of it, wait for its end and tell of that."""
        fault = await store.next_fault()
        _log.error("database.failed error=%s", fault)
        await self._tell(
            lambda language: plain_messages(
                operators_texts(language).database_fails.format(reason=fault)
            )
        )
        await self._pause(_LOOK_S)
        while not await store.is_writable():
            await self._pause(_LOOK_S)
        _log.info("database.works")
        await self._tell(lambda language: plain_messages(operators_texts(language).database_works))
