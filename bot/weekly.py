"""Sending the weekly digest to the operators, once, whatever restarts there are."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

from bot.digest import WEEK, digest_text, last_due
from bot.errors import StoreError
from bot.operators import Tell
from bot.services import Services
from bot.settings import Language
from bot.statistics import missed_since, usage_since
from bot.store import Store

_log = logging.getLogger(__name__)

_LOOK_S = 600.0
_SENT = "weekly-digest"


def _now() -> datetime:
    return datetime.now().astimezone()


class Weekly:
    """Looks at the clock, and sends what is due."""

    def __init__(
        self,
        services: Services,
        tell: Tell,
        *,
        now: Callable[[], datetime] = _now,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Send to those whom `tell` tells.

        Args:
            services: The running bot's.
            tell: Tells the operators.
            now: The local time.
            pause: Waits for some seconds.
        """
        self._services = services
        self._tell = tell
        self._now = now
        self._pause = pause

    async def run(self) -> None:
        """Send every digest when it is due, or when the bot runs again after that."""
        while True:
            try:
                await self.look()
            except StoreError as error:
                _log.warning("store.failed error=%s", error)
            await self._pause(_LOOK_S)

    async def look(self) -> None:
        """Send the digest if it is due and has not been sent.

        Raises:
            StoreError: What has been sent cannot be known or kept: then nothing is.
        """
        store, due = self._services.store, last_due(self._now())
        if store is None or await store.jobs.marked(_SENT) == due.date().isoformat():
            return
        # First of all, so that it is not sent twice; and where nothing was asked, so that the
        # week's digest does not come when somebody asks.
        await store.jobs.mark(_SENT, due.date().isoformat())
        await self._send(store, due)

    async def _send(self, store: Store, due: datetime) -> None:
        since = (due - WEEK).timestamp()
        usage, missed = await usage_since(store, since), await missed_since(store, since)
        keeps_words = self._services.settings.keep_questions_days > 0

        def saying(language: Language) -> list[str]:
            text = digest_text(usage, missed, due, keeps_words=keeps_words, language=language)
            return [text] if text else []

        if usage.questions:
            await self._tell(saying)
            _log.info("digest.sent questions=%d", usage.questions)
