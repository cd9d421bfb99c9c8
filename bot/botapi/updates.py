"""The queue of updates and long polling, as ``Client::do_get_updates`` does it.

A confirmed offset forgets what is before it; a waiting poll is ended with a 409 by another poll
that also has to wait, or by ``setWebhook``. Kinds that are not allowed are never queued. The
real server's three-second patience for repeated empty polls is left out: it only slows tests.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.botapi.content import JSON
from bot.botapi.errors import ApiError

OTHER_POLL = (
    "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running"
)
# Everything the Bot API names, less what must be asked for (documentation of getUpdates).
ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
KINDS = (
    frozenset(
        {
            "message",
            "edited_message",
            "channel_post",
            "edited_channel_post",
            "inline_query",
            "chosen_inline_result",
            "callback_query",
            "shipping_query",
            "pre_checkout_query",
            "poll",
            "poll_answer",
            "my_chat_member",
            "chat_join_request",
            "chat_boost",
            "removed_chat_boost",
            "business_connection",
            "business_message",
            "edited_business_message",
            "deleted_business_messages",
            "purchased_paid_media",
            "managed_bot",
            "guest_message",
        }
    )
    | ON_REQUEST
)
DEFAULT_KINDS = KINDS - ON_REQUEST


@dataclass(frozen=True)
class Update:
    """One update: ``body`` is what stands under ``kind``; a test's own JSON has no kind."""

    id: int
    kind: str
    body: Any

    def json(self) -> Any:
        """As ``getUpdates`` and webhooks carry it."""
        return {"update_id": self.id, self.kind: self.body} if self.kind else self.body

    @property
    def queue(self) -> tuple[str, int]:
        """Whose turn it is: webhooks get the updates of one chat (or query's user) in order."""
        if not self.kind:
            return "", 0
        place = "chat" if "chat" in self.body else "from"
        return (self.kind if place == "from" else "chat"), self.body.get(place, {}).get("id", 0)


class UpdateQueue:
    """Updates not yet confirmed, oldest first.

    Attributes:
        sent: Every update ever queued, oldest first.
        losing: How many replies that carry (or took) updates are still to be lost.
    """

    def __init__(self, changed: Callable[[], None], first_number: int = 1) -> None:
        self.pending: list[Update] = []
        self.sent: list[Update] = []
        self.allowed: frozenset[str] = DEFAULT_KINDS
        self.losing = 0
        self._changed = changed
        self._next_id = 831_000_000 + first_number
        self._waiter: asyncio.Future[None] | None = None

    def put(self, kind: str, body: JSON) -> None:
        """Queues an update, unless the bot has not asked for its kind."""
        if kind in self.allowed:
            self._queue(Update(self._take_id(), kind, body))

    def put_raw(self, raw: Any) -> Update:
        """Queues any JSON at all; an object without ``update_id`` is given one."""
        number = self._take_id()
        if isinstance(raw, dict):
            raw = {"update_id": number, **raw}
            if type(raw["update_id"]) is int:
                number = raw["update_id"]
        update = Update(number, "", raw)
        self._queue(update)
        return update

    def again(self, update: Update) -> None:
        """Queues an update that was taken before."""
        self._queue(update)

    def took(self, update: Update) -> None:
        """Forgets an update that a webhook has taken."""
        self.pending = [one for one in self.pending if one is not update]

    def drop(self) -> None:
        """Forgets everything that waits."""
        self.pending.clear()

    def lose(self) -> bool:
        """Whether the reply at hand is to be lost; counted down."""
        if self.losing == 0:
            return False
        self.losing -= 1
        return True

    def allow(self, kinds: list[str]) -> None:
        """Sets the wanted kinds; none that is known means the default ones."""
        self.allowed = (KINDS & {kind.lower() for kind in kinds}) or DEFAULT_KINDS

    def confirm(self, offset: int) -> None:
        """Forgets updates before ``offset``; a negative one keeps that many from the end."""
        if offset < 0:
            self.pending = self.pending[offset:]
        self.pending = [update for update in self.pending if update.id >= offset]

    def interrupt(self, reason: str) -> None:
        """Ends a waiting poll with a 409."""
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(ApiError(409, reason))
        self._waiter = None

    def close(self) -> None:
        """Lets a waiting poll go, empty-handed, when the server stops."""
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def poll(self, offset: int, limit: int, seconds: int) -> list[Any]:
        """What is there, or the first thing that comes within ``seconds``.

        Raises:
            ApiError: 409 when another poll takes over.
        """
        self.confirm(offset)
        if not self.pending and seconds > 0:
            await self._sleep(seconds)
        return [update.json() for update in self.pending[:limit]]

    def _take_id(self) -> int:
        self._next_id += 1
        return self._next_id - 1

    def _queue(self, update: Update) -> None:
        self.pending.append(update)
        self.sent.append(update)
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
        self._changed()

    async def _sleep(self, seconds: int) -> None:
        self.interrupt(OTHER_POLL)
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiter = waiter
        try:
            async with asyncio.timeout(seconds):
                await waiter
        except TimeoutError:
            return
        finally:
            if self._waiter is waiter:
                self._waiter = None
