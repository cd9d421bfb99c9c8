"""Whether the bot lives, and whether it can answer: what a supervisor and a balancer ask.

Living is a matter of this process alone: a network that is down is no reason to start it again.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from telegram import Bot
from telegram.error import TelegramError

from bot.errors import StoreError
from bot.service import AnswerService
from bot.store import Store
from bot.web.requests import AiohttpRequest

_LATELY_S = 90.0
"""A long poll comes back after 25 s at the latest."""
_DATABASE_PATIENCE_S = 2.0
_TELEGRAM_PATIENCE_S = 3.0
_ASKS_AGAIN_S = 10.0


class Health:
    """What is well with the parts of a running bot; `store` and `bot` are there once it has them.

    Attributes:
        store: None where the database cannot be used.
        bot: Asks Telegram where nothing else has for a while; None where it may not yet.
    """

    def __init__(
        self,
        answers: AnswerService,
        requests: Sequence[AiohttpRequest],
        receives: Callable[[], bool],
    ) -> None:
        """Take note of whom to ask.

        Args:
            answers: Searches.
            requests: All that is said to Telegram goes by one of them.
            receives: Whether updates are asked for or listened for.
        """
        self.store: Store | None = None
        self.bot: Bot | None = None
        self._answers = answers
        self._requests = requests
        self._receives = receives
        self._asked_at = -_ASKS_AGAIN_S
        self._asking = asyncio.Lock()

    def live(self) -> Mapping[str, bool]:
        """Return part → whether it goes on; one that does not is mended by a new process alone."""
        return {"receiving": self._receives(), "answering": self._answers.alive}

    async def ready(self) -> Mapping[str, bool]:
        """Return part → whether it is there; after 5 s at the latest."""
        database, telegram = await asyncio.gather(self._database(), self._telegram())
        index = self._answers.searcher is not None
        return {"index": index, "database": database, "telegram": telegram}

    async def _database(self) -> bool:
        if self.store is None:
            return False
        try:
            async with asyncio.timeout(_DATABASE_PATIENCE_S):
                await self.store.look()
        except (StoreError, TimeoutError):
            return False
        return True

    async def _telegram(self) -> bool:
        """Return whether Telegram has answered lately; by webhook nobody may have asked it."""
        async with self._asking:
            now = time.monotonic()
            if not self._reached_lately() and self.bot and now - self._asked_at > _ASKS_AGAIN_S:
                self._asked_at = now
                with suppress(TelegramError, TimeoutError):
                    async with asyncio.timeout(_TELEGRAM_PATIENCE_S):
                        await self.bot.get_me()
        return self._reached_lately()

    def _reached_lately(self) -> bool:
        reached_at = max(request.reached_at for request in self._requests)
        return time.monotonic() - reached_at < _LATELY_S
