"""Updates on their way in: kept until they are dealt with, each dealt with once.

However they come, by polling or by webhook, they pass through here. One that cannot be understood
is dropped and said so in the log; one that a dead process took is dealt with by the next.
"""

import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any

from telegram import Bot, Update
from telegram.ext import BaseUpdateProcessor

from bot.errors import StoreError
from bot.store import Store

_log = logging.getLogger(__name__)

_MOST_KNOWN = 10_000
_STALE_S = 3_600
"""Whoever asked longer ago has asked somebody else."""
MOST_AT_ONCE = 2_048


class Receiver:
    """Takes updates as JSON, and hands them on as they should be: new, and understood."""

    def __init__(self, bot: Bot, hand_on: Callable[[Update], Awaitable[None]]) -> None:
        self._bot = bot
        self._hand_on = hand_on
        self._store: Store | None = None
        self._known: OrderedDict[int, None] = OrderedDict()

    async def start(self, store: Store | None) -> list[Update]:
        """Keep updates in `store` from now on; return those that the last process left."""
        self._store = store
        if store is None:
            return []
        left: list[Update] = []
        try:
            await store.inbox.prune()
            for waiting in await store.inbox.waiting():
                update = self._read(waiting.body)
                if update is None or time.time() - waiting.received_at > _STALE_S:
                    await store.inbox.done(waiting.update_id)
                else:
                    left.append(update)
        except StoreError as error:
            _log.warning("store.failed error=%s", error)
        return left

    async def take(self, body: dict[str, Any]) -> None:
        """Take one update as Telegram sent it."""
        number = body.get("update_id")
        if not isinstance(number, int):
            _log.error("update.malformed reason=no number")
            return
        if not await self._is_new(number, body):
            _log.info("update.again number=%d", number)
            return
        update = self._read(body)
        if update is None:
            await self.done(number)
        else:
            await self._hand_on(update)

    async def done(self, number: int) -> None:
        """Note that an update has been dealt with."""
        if self._store is not None:
            try:
                await self._store.inbox.done(number)
            except StoreError as error:
                _log.warning("store.failed error=%s", error)

    async def _is_new(self, number: int, body: dict[str, Any]) -> bool:
        if number in self._known:
            return False
        self._known[number] = None
        if len(self._known) > _MOST_KNOWN:
            self._known.popitem(last=False)
        if self._store is None:
            return True
        try:
            return await self._store.inbox.take(number, body)
        except StoreError as error:
            _log.warning("store.failed error=%s", error)
            return True

    def _read(self, body: dict[str, Any]) -> Update | None:
        try:
            return Update.de_json(body, self._bot)
        except Exception as error:  # whatever it lacks; another process would fail as well
            _log.error("update.malformed reason=%s", type(error).__name__)
            return None


class Processor(BaseUpdateProcessor):
    """Deals with many updates at once, and tells the receiver of each that is done."""

    def __init__(self, done: Callable[[int], Awaitable[None]]) -> None:
        super().__init__(MOST_AT_ONCE)
        self._done = done

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to give back."""

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Deal with one update; it is done whatever comes of it, but not when we are cut short."""
        await coroutine
        if isinstance(update, Update):
            await self._done(update.update_id)
