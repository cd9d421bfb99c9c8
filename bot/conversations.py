"""What was asked just before, by whom and where: in memory only, and not for long.

Nothing of it is written anywhere, so a restart forgets it.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence

from telegram import Message, MessageEntity

KEPT_S = 15 * 60
"""After a quarter of an hour a question is a new one."""
_MOST = 10_000
_MOST_ANSWERS = 1_000


class Conversations:
    """The last question of each person in each chat and topic, and of each of the bot's answers."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._asked: OrderedDict[Hashable, tuple[float, str, int | None]] = OrderedDict()
        self._answers: OrderedDict[tuple[int, int], list[int]] = OrderedDict()

    def before(self, message: Message) -> str:
        """Return the question that `message` may lean on, or "".

        As a reply to one of the bot's answers it leans on what that one answered; else on what
        the same person asked last in the same place.
        """
        original = message.reply_to_message
        if original is not None and original.from_user == message.get_bot().bot:
            # An answer from before a restart says what it is about by its marked sentence.
            return self._recall((original.chat_id, original.message_id)) or _marked(original)
        return self._recall(_place(message))

    def remember(self, message: Message, answers: Sequence[int], question: str) -> None:
        """Keep `question`, asked in `message` and answered by the messages `answers` there."""
        for key in (_place(message), *((message.chat_id, number) for number in answers)):
            self._asked[key] = (self._now(), question, _person(message))
            self._asked.move_to_end(key)
        if answers:
            self._answers[message.chat_id, message.message_id] = list(answers)
        while len(self._answers) > _MOST_ANSWERS:
            self._answers.popitem(last=False)
        # The oldest come first.
        while len(self._asked) > _MOST or self._is_stale(next(iter(self._asked))):
            self._asked.popitem(last=False)

    def answers_to(self, message: Message) -> list[int]:
        """Return the messages that answered `message` just now; none where that is not known.

        The database knows too, but only some time after they were sent.
        """
        return self._answers.get((message.chat_id, message.message_id), [])

    def forget(self, user_id: int) -> None:
        """Forget all that a person has asked, wherever it was."""
        for key in [key for key, (_, _, person) in self._asked.items() if person == user_id]:
            del self._asked[key]
        for place in [place for place in self._answers if place[0] == user_id]:
            del self._answers[place]

    def _recall(self, key: Hashable) -> str:
        return "" if key not in self._asked or self._is_stale(key) else self._asked[key][1]

    def _is_stale(self, key: Hashable) -> bool:
        return self._now() - self._asked[key][0] > KEPT_S


def _place(message: Message) -> Hashable:
    return ("last", message.chat_id, message.message_thread_id, _person(message))


def _person(message: Message) -> int | None:
    return message.from_user.id if message.from_user is not None else None


def _marked(answer: Message) -> str:
    return next(iter(answer.parse_entities([MessageEntity.BOLD]).values()), "")
