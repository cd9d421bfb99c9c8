"""Updates on their way in: kept until they are dealt with, each dealt with once.

However they come, by polling or by webhook, they pass through here. One that cannot be understood
is dropped and said so in the log; one that a dead process took is dealt with by the next.
"""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import nullcontext
from typing import Any

from telegram import Bot, Message, Update
from telegram.ext import BaseUpdateProcessor

from bot import metrics
from bot.errors import StoreError
from bot.shares import Shares
from bot.store import Store
from bot.turns import Turns

_log = logging.getLogger(__name__)

_MOST_KNOWN = 10_000
_MOST_NUMBER = 2**63 - 1
_STALE_S = 3_600
"""Whoever asked longer ago has asked somebody else."""
MOST_AT_ONCE = 2_048
MOST_QUEUED = 1_024
"""Beyond those that are dealt with; then no more are asked for, and they wait at Telegram."""


class Places:
    """Room for so many updates under way; whoever hands on more waits until some are done.

    PTB makes a task of every update that it is handed, so its own queue never fills.
    """

    def __init__(self, most: int = MOST_AT_ONCE + MOST_QUEUED) -> None:
        self._free = asyncio.Semaphore(most)
        self.taken = 0

    async def take(self) -> None:
        """Take a place for an update, when there is one."""
        await self._free.acquire()
        self.taken += 1

    def leave(self) -> None:
        """Give back the place of an update that nobody deals with any more."""
        self.taken -= 1
        self._free.release()


class Receiver:
    """Takes updates as JSON, and hands them on as they should be: new, and understood."""

    def __init__(self, bot: Bot, hand_on: Callable[[Update], Awaitable[None]]) -> None:
        self._bot = bot
        self._hand_on = hand_on
        self._store: Store | None = None
        # Number → whether it is to be kept.
        self._known: OrderedDict[int, bool] = OrderedDict()

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
                    if update is not None:
                        metrics.UPDATES_DROPPED.labels("stale").inc()
                    store.inbox.done(waiting.update_id)
                else:
                    left.append(update)
        except StoreError as error:
            _log.warning("store.failed error=%s", error)
        return left

    async def take(self, body: dict[str, Any]) -> None:
        """Take one update as Telegram sent it."""
        await self.take_all([body])

    async def take_all(self, bodies: Sequence[dict[str, Any]]) -> None:
        """Take updates as Telegram sent them; all are kept before the first is handed on."""
        metrics.UPDATES_RECEIVED.inc(len(bodies))
        fresh = self._fresh(bodies)
        again = await self._keep(fresh)
        for number, body in fresh.items():
            if number in again:
                _came_again(number)
            elif (update := self._read(body)) is None:
                self.done(number)
            else:
                await self._hand_on(update)

    def done(self, number: int) -> None:
        """Note that an update has been dealt with."""
        if self._store is not None and self._known.get(number, True):
            self._store.inbox.done(number)

    def _fresh(self, bodies: Sequence[dict[str, Any]]) -> dict[int, dict[str, Any]]:
        """Return number → body, in order, of those that this process has not had before."""
        fresh: dict[int, dict[str, Any]] = {}
        for body in bodies:
            number = body.get("update_id")
            if not isinstance(number, int) or not 0 <= number <= _MOST_NUMBER:
                _makes_no_sense("no number")
            elif number in self._known:
                _came_again(number)
            else:
                # Of half-typed words nothing goes to the disk: they come with every key, and
                # nobody waits for what they would have found before a restart.
                self._known[number] = "inline_query" not in body
                fresh[number] = body
        while len(self._known) > _MOST_KNOWN:
            self._known.popitem(last=False)
        return fresh

    async def _keep(self, bodies: dict[int, dict[str, Any]]) -> set[int]:
        """Keep what is to be kept; return the numbers that another process has had before."""
        if self._store is None:
            return set()
        kept = {number: body for number, body in bodies.items() if self._known[number]}
        try:
            return kept.keys() - await self._store.inbox.take(kept)
        except StoreError as error:
            _log.warning("store.failed error=%s", error)
            return set()

    def _read(self, body: dict[str, Any]) -> Update | None:
        try:
            return Update.de_json(body, self._bot)
        except Exception as error:  # whatever it lacks; another process would fail as well
            _makes_no_sense(type(error).__name__)
            return None


def _came_again(number: int) -> None:
    metrics.UPDATES_DROPPED.labels("again").inc()
    _log.info("update.again number=%d", number)


def _makes_no_sense(reason: str) -> None:
    metrics.UPDATES_DROPPED.labels("malformed").inc()
    _log.error("update.malformed reason=%s", reason)


class Processor(BaseUpdateProcessor):
    """Deals with many updates at once, answers them in order, and says of each that it is done."""

    def __init__(
        self,
        done: Callable[[int], None],
        shares: Shares | None = None,
        places: Places | None = None,
    ) -> None:
        """Take whom to tell, what is whose share, and whose `places` updates have been given."""
        super().__init__(MOST_AT_ONCE)
        self._done = done
        self._shares = shares or Shares()
        self._places = places
        self._turns = Turns()

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to give back."""

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Deal with one update; it is done whatever comes of it, but not when we are cut short."""
        message = _to_be_answered(update)
        # Before anything is awaited: up to here updates come one after the other, in their order.
        turn = nullcontext() if message is None else self._turns.taken(message.chat_id)
        try:
            with self._shares.taken(update), turn:
                await coroutine
        finally:
            if self._places is not None:
                self._places.leave()
        if isinstance(update, Update):
            self._done(update.update_id)


def _to_be_answered(update: object) -> Message | None:
    """Return the message that an answer stands under; buttons and queries are answered apart."""
    if not isinstance(update, Update):
        return None
    return (
        update.message or update.edited_message or update.channel_post or update.edited_channel_post
    )
