"""Where a message went that nobody confirmed: Telegram cannot be asked, but it can be tried.

When the connection breaks after a message was sent, it may have arrived or not. Sending it again
may say it twice. But an edit of a message to what it already says is refused as "not modified", and
an edit of one that is not there, or not ours, is refused in other words. So the next numbers in the
chat are tried, and the message is sent again only when it is at none of them.
"""

from collections import OrderedDict, deque

from telegram import Message
from telegram.constants import ChatType

_MOST_TRIED = 8
_MOST_KNOWN = 400
_MOST_BOXES = 5_000
_SHARED = 0
"""Private chats and basic groups share one counter of messages, the bot's own."""


class Outbox:
    """Which message numbers are known to be something else."""

    def __init__(self) -> None:
        self._boxes: OrderedDict[int, deque[int]] = OrderedDict()
        self._doubted: set[tuple[int, int]] = set()

    def knows(self, message: Message) -> None:
        """Take note of a message that came in."""
        self.knows_of(message, message.message_id)

    def knows_of(self, message: Message, number: int) -> None:
        """Take note of the number of a message in the same chat as `message`."""
        self._box(message).append(number)

    def newest(self, message: Message) -> int:
        """Return the greatest number known where `message` is, and at least its own."""
        return max(message.message_id, max(self._box(message), default=0))

    def candidates(self, message: Message, after: int) -> list[int]:
        """Return the numbers after `after` that a lost message in this chat may have."""
        known = set(self._box(message))
        numbers = range(after + 1, after + _MOST_TRIED + len(known) + 1)
        return [number for number in numbers if number not in known][:_MOST_TRIED]

    def doubt(self, message: Message) -> None:
        """Remember that `message` may have been answered by a process that died."""
        self._doubted.add((message.chat_id, message.message_id))

    def doubted(self, message: Message) -> bool:
        """Return whether that is so, once."""
        key = (message.chat_id, message.message_id)
        doubted = key in self._doubted
        self._doubted.discard(key)
        return doubted

    def _box(self, message: Message) -> deque[int]:
        own = message.chat.type in {ChatType.SUPERGROUP, ChatType.CHANNEL}
        key = message.chat_id if own else _SHARED
        box = self._boxes.setdefault(key, deque(maxlen=_MOST_KNOWN))
        self._boxes.move_to_end(key)
        if len(self._boxes) > _MOST_BOXES:
            self._boxes.popitem(last=False)
        return box
