"""What people do in a soak: they ask, in private and in groups, type, correct and press."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Sequence

from bot.botapi import BotApiServer, Chat, InlineQuery, Message
from tests.e2e.talking import Person, new_person, said_after
from tests.soak.judging import Expected
from tests.soak.library import Library, Note

_MOST_PRESSED = 8
_CHATTER = ("Chào cả nhà", "Mai họp lúc mấy giờ nhỉ?", "Ảnh hôm qua đẹp quá")


class Crowd:
    """People with private chats, and groups of them.

    Attributes:
        expected: What is to be answered in chats, in the order in which it was asked.
        typed: Inline queries: what, when, about what.
        counts: What was done, by kind.
        unanswered: Pressed buttons that nobody has answered yet, and how many were.
    """

    def __init__(self, server: BotApiServer, library: Library, chance: random.Random) -> None:
        self.expected: list[Expected] = []
        self.typed: list[tuple[InlineQuery, Note, float]] = []
        self.counts: Counter[str] = Counter()
        self._server = server
        self._library = library
        self._chance = chance
        self._people = [new_person(server, f"Người {number}") for number in range(20)]
        users = [person.user for person in self._people]
        self._groups = [
            server.add_group(f"Nhóm {number}", users[number : number + 6], supergroup=number > 1)
            for number in range(8)
        ]
        self._forum = server.add_group("Diễn đàn", users[:6], forum=True)
        self._topics = [server.add_topic(self._forum, name) for name in ("Hỏi đáp", "Chuyện khác")]
        self._later: set[asyncio.Task[None]] = set()

    async def live(self, rate: float) -> None:
        """Do so many things a second, until cancelled."""
        acts = [self._asks, self._asks_in_group, self._types, self._corrects, self._presses]
        acts += [self._chats, self._hurries]
        while True:
            await asyncio.sleep(self._chance.expovariate(rate))
            [act] = self._chance.choices(acts, (50, 16, 10, 8, 8, 6, 2))
            act()

    def ask_about(self, note: Note) -> None:
        """Let somebody ask about one document."""
        person = self._chance.choice(self._people)
        self._expect(person.say(note.question), note)

    def finish(self) -> None:
        """Leave off what was about to be done."""
        for task in self._later:
            task.cancel()

    def _asks(self) -> None:
        self.ask_about(self._note())

    def _hurries(self) -> None:
        """Somebody asks several things at once."""
        person = self._chance.choice(self._people)
        for _ in range(self._chance.randint(2, 6)):
            note = self._note()
            self._expect(person.say(note.question), note)

    def _asks_in_group(self) -> None:
        note, group = self._note(), self._chance.choice([*self._groups, self._forum])
        self._expect(self._ask_in(group, note), note)

    def _ask_in(self, group: Chat, note: Note) -> Message:
        user = self._chance.choice(
            self._people[: 6 if group is self._forum else 0] or self._in(group)
        )
        topic = self._chance.choice(self._topics) if group is self._forum else None
        text = self._chance.choice(["/hoi {}", f"@{self._server.bot.username} {{}}"])
        return self._server.say(group, user.user, text.format(note.question), topic=topic)

    def _in(self, group: Chat) -> Sequence[Person]:
        return [person for person in self._people if person.user.id in group.members]

    def _types(self) -> None:
        person, note = self._chance.choice(self._people), self._note()
        for part in (note.question[: len(note.question) // 2], note.question):
            query = self._server.inline_query(person.user, part)
        self.typed.append((query, note, time.monotonic()))

    def _corrects(self) -> None:
        """Somebody asks, and at once or in a moment puts it otherwise."""
        first, second = self._note(), self._note()
        if self._chance.random() < 0.5:
            asked = self._chance.choice(self._people).say(first.question)
            text = second.question
        else:
            asked = self._ask_in(self._chance.choice(self._groups), first)
            text = f"/hoi {second.question}"
        self._expect(asked, second, edited=True)
        self.counts["edited questions"] += 1
        pause_s = self._chance.choice([0.0, 0.05, 0.3, 2.0])

        async def correct() -> None:
            try:
                await asyncio.sleep(pause_s)
            finally:
                # Also when all is to end: the second wording is what an answer is expected to.
                self._server.edit(asked, text)

        task = asyncio.create_task(correct())
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    def _presses(self) -> None:
        """Somebody presses a button under one of the last answers."""
        recent = [one for one in self.expected[-60:] if one.note is not None and not one.edited]
        self._chance.shuffle(recent)
        for asked in recent[:_MOST_PRESSED]:
            chat = asked.message.chat
            replies = [one for one in said_after(self._server, asked.message) if one.buttons]
            own = [one for one in replies if asked.fits(one.text, time.monotonic())]
            if not own or (chat.user is None and own[0].reply_to is not asked.message):
                continue
            labels = [one.text for row in own[0].buttons for one in row if one.data is not None]
            user = chat.user or self._in(chat)[0].user
            self._server.press(user, own[0], self._chance.choice(labels))
            self.counts["presses"] += 1
            return

    def _chats(self) -> None:
        group = self._chance.choice(self._groups)
        self._server.say(group, self._in(group)[0].user, self._chance.choice(_CHATTER))

    def _note(self) -> Note:
        return self._chance.choice(self._library.askable)

    def _expect(self, message: Message, note: Note, *, edited: bool = False) -> None:
        now = time.monotonic()

        def fits(text: str, at: float) -> bool:
            return note.says_in(text, self._library.oldest_known(now), at)

        self.expected.append(Expected(message, fits, now, note, edited))
