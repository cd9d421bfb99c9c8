"""How much of the bot's work one person, and one chat, may have under way at once.

Updates are dealt with at once, but not without limit, so whoever sends thousands would leave no
place for anybody else. What is beyond a share is told to be so, and is for `bot.handlers.surplus`
to turn away; it takes no place.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal

from telegram import Message, Update

MOST_OF_ONE_PERSON = 64
"""In all chats together: more than anybody types before the first answer comes."""
MOST_OF_ONE_CHAT = 512
"""Half of the questions that may wait, a quarter of the updates dealt with at once."""

_Holder = tuple[Literal["person", "chat"], int]


class Shares:
    """Counts what is under way; nothing is kept of people and chats that have nothing."""

    def __init__(
        self,
        unbounded: Collection[int] = (),
        most_of_one_person: int = MOST_OF_ONE_PERSON,
        most_of_one_chat: int = MOST_OF_ONE_CHAT,
    ) -> None:
        """Take the limits; they do not hold for the people `unbounded`, who send whole folders."""
        self._unbounded = frozenset(unbounded)
        self._most = {"person": most_of_one_person, "chat": most_of_one_chat}
        self._under_way: Counter[_Holder] = Counter()

    def __len__(self) -> int:
        return len(self._under_way)

    @contextmanager
    def taken(self, update: object) -> Iterator[None]:
        """Count `update` while it is dealt with inside; there, `is_surplus` tells what it is."""
        holders = self._holders(update)
        surplus = any(self._under_way[holder] >= self._most[holder[0]] for holder in holders)
        token = _surplus.set(surplus)
        counted = () if surplus else holders
        self._under_way.update(counted)
        try:
            yield
        finally:
            _surplus.reset(token)
            self._under_way.subtract(counted)
            for holder in holders:
                if not self._under_way[holder]:
                    del self._under_way[holder]

    def _holders(self, update: object) -> Sequence[_Holder]:
        """Return whose share `update` is of: nobody's, unless it wants something of the bot."""
        if not isinstance(update, Update) or not _wants_something(update):
            return ()
        sender, chat = update.effective_sender, update.effective_chat
        if sender is not None and sender.id in self._unbounded:
            return ()
        found: list[_Holder] = []
        if sender is not None:
            found.append(("person", sender.id))
        if chat is not None:
            found.append(("chat", chat.id))
        return found


def is_surplus() -> bool:
    """Return whether the update that is dealt with here is beyond its sender's share."""
    return _surplus.get()


def _wants_something(update: Update) -> bool:
    """Return whether it asks or presses; who came, went or became what has to be known always."""
    if update.callback_query is not None or update.inline_query is not None:
        return True
    said: Message | None = (
        update.message
        or update.edited_message
        or update.channel_post
        or update.edited_channel_post
        or update.guest_message
    )
    return said is not None and bool(said.text or said.caption or said.effective_attachment)


_surplus: ContextVar[bool] = ContextVar("surplus", default=False)
"""Of the update which is dealt with."""
