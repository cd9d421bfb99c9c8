"""Where a message went that nobody confirmed: Telegram cannot be asked, but it can be tried.

When the connection breaks after a message was sent, it may have arrived or not. Sending it again
may say it twice. But an edit of a message to what it already says is refused as "not modified", and
an edit of one that is not there, or not ours, is refused in other words. So the next numbers in the
chat are tried, and the message is sent again only when it is at none of them.

An edit of another message of the bot's own would succeed, and put the answer in its place; so which
numbers are something else has to be known, also by the process that comes after one that was
killed. Each is written down, and that a message is about to be sent is, before it is.
"""

from collections import OrderedDict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from telegram import Message
from telegram.constants import ChatType

from bot.logbook import Logbook

_MOST_TRIED = 8
_MOST_KNOWN = 2_000
_MOST_BOXES = 5_000
_SHARED = 0
"""Private chats and basic groups share one counter of messages, the bot's own."""
_KNOWN, _BEGUN, _SENT = "k", "b", "s"
"""Kinds of entries: box and number; box, question and the newest number before; box, question and
number. No chat of one person is named in any."""

_Key = tuple[int, int]
"""A box and a number in it."""


@dataclass(frozen=True, slots=True)
class _Doubt:
    """What a dead process said in answer to a message.

    Attributes:
        sent: The numbers of what arrived for sure.
        after: What was sent last may have arrived, at a greater number; None where nothing was.
    """

    sent: Sequence[int] = ()
    after: int | None = None


class Outbox:
    """Which message numbers are known to be something else."""

    def __init__(self) -> None:
        self._logbook = Logbook()
        self._boxes: OrderedDict[int, deque[int]] = OrderedDict()
        self._left: dict[_Key, _Doubt] = {}
        self._doubted: dict[_Key, _Doubt] = {}
        self._lost = 0

    def open(self, path: Path) -> None:
        """Learn from `path` what the process before knew, and write down there what comes."""
        for kind, numbers in self._logbook.open(path):
            match kind, numbers:
                case "k", (box, number):
                    self._known_in(box).append(number)
                case "b", (box, question, after):
                    sent = self._left.get((box, question), _Doubt()).sent
                    self._left[box, question] = _Doubt(sent, after)
                case "s", (box, question, number):
                    self._known_in(box).append(number)
                    sent = self._left.get((box, question), _Doubt()).sent
                    self._left[box, question] = _Doubt((*sent, number))

    def close(self) -> None:
        """Write down no more."""
        self._logbook.close()

    def knows(self, message: Message) -> None:
        """Take note of a message that came in."""
        box = _box_of(message)
        self._known_in(box).append(message.message_id)
        self._logbook.write(_KNOWN, box, message.message_id)

    def begins(self, message: Message, after: int) -> None:
        """Take note that `message` is about to be answered, at a number greater than `after`."""
        self._logbook.write(_BEGUN, _box_of(message), message.message_id, after)

    def sent(self, message: Message, number: int) -> None:
        """Take note of the number of a message that answers `message`."""
        box = _box_of(message)
        self._known_in(box).append(number)
        self._logbook.write(_SENT, box, message.message_id, number)

    def newest(self, message: Message) -> int:
        """Return the greatest number known where `message` is, and at least its own."""
        return max(message.message_id, max(self._known_in(_box_of(message)), default=0))

    def candidates(self, message: Message, after: int, others: int = 0) -> list[int]:
        """Return the numbers after `after` that a lost message in this chat may have.

        Args:
            message: What it answers.
            after: The greatest number known as it was sent.
            others: How many more are lost that may have some of these numbers.
        """
        known = set(self._known_in(_box_of(message)))
        most = _MOST_TRIED + others
        numbers = range(after + 1, after + most + len(known) + 1)
        return [number for number in numbers if number not in known][:most]

    def doubt(self, messages: Iterable[Message]) -> None:
        """Remember that `messages`, all that were left, may have been answered already."""
        keys = {_key_of(message) for message in messages}
        self._doubted = {key: doubt for key, doubt in self._left.items() if key in keys}
        self._left = {}
        self._lost = sum(doubt.after is not None for doubt in self._doubted.values())

    def doubtful(self, message: Message) -> list[list[int]]:
        """Return, once, the numbers at which each part of an answer to `message` may be already.

        Nothing for a message of which this process alone knows, or whose answer was not begun.
        """
        doubt = self._doubted.pop(_key_of(message), _Doubt())
        parts = [[number] for number in doubt.sent]
        if doubt.after is not None:
            parts.append(self.candidates(message, doubt.after, self._lost))
        return parts

    def _known_in(self, box: int) -> deque[int]:
        known = self._boxes.setdefault(box, deque(maxlen=_MOST_KNOWN))
        self._boxes.move_to_end(box)
        if len(self._boxes) > _MOST_BOXES:
            self._boxes.popitem(last=False)
        return known


def _box_of(message: Message) -> int:
    own = message.chat.type in {ChatType.SUPERGROUP, ChatType.CHANNEL}
    return message.chat_id if own else _SHARED


def _key_of(message: Message) -> _Key:
    return _box_of(message), message.message_id
