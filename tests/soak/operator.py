"""The operator of a soak's bot: sends files, changes others on the disk, and reindexes."""

import asyncio
import random
import time
from collections import Counter

from bot.botapi import BotApiServer, Message
from bot.texts import VI
from bot.texts.operators import operators_texts
from tests.e2e.processes import PATIENCE_S
from tests.e2e.talking import Person
from tests.soak.crowd import Crowd
from tests.soak.judging import Expected
from tests.soak.library import Library, Note, text_about

_TAKEN, _AGAIN = (
    text.partition("{")[0] for text in (VI.upload_taken, operators_texts("vi").upload_again)
)
_DONE = tuple(text.partition("{")[0] for text in (VI.reindex_done, VI.reindex_unchanged))


class Operator:
    """Does one thing after the other, each when the one before has come to its end."""

    def __init__(
        self,
        server: BotApiServer,
        person: Person,
        library: Library,
        crowd: Crowd,
        chance: random.Random,
    ) -> None:
        self.counts: Counter[str] = Counter()
        self._server = server
        self._person = person
        self._library = library
        self._crowd = crowd
        self._chance = chance

    async def work(self, every_s: float) -> None:
        """Send, change and reindex, again and again, until cancelled."""
        while True:
            await asyncio.sleep(self._chance.uniform(0.5, 1.5) * every_s)
            files = [await self._send() for _ in range(self._chance.randint(0, 2))]
            changed = [self._library.change(time.monotonic()) for _ in range(2)]
            await self._reindex()
            self._library.askable += files
            for note in (*files, *changed):
                self._crowd.ask_about(note)

    async def _send(self) -> Note:
        """Send a file, again if it could not be fetched; return what it is about."""
        subject, place = self._library.new_subject(), self._library.new_place()
        text = text_about(subject, place, self._chance)
        since = time.monotonic()
        while True:
            sent = self._server.upload(
                self._person.chat, self._person.user, f"{subject}.txt", text.encode()
            )
            told = await self._reply_to(sent, (_TAKEN, _AGAIN, VI.upload_failed))
            if told.text != VI.upload_failed:
                break
            self.counts["uploads sent again"] += 1
        self.counts["uploads"] += 1
        name = next(word for word in told.text.split() if word.startswith("telegram/"))
        return self._library.taken(name.rstrip("."), subject, text, place, since)

    async def _reindex(self) -> None:
        began = time.monotonic()
        asked = self._person.say("/reindex")
        started = await self._reply_to(asked, (VI.reindex_started, *_DONE))
        await self._server.wait_for_edit(
            started, timeout=PATIENCE_S, where=lambda edited: edited.text.startswith(_DONE)
        )
        self._library.built(began, time.monotonic())
        self.counts["reindexes"] += 1

    async def _reply_to(self, message: Message, beginnings: tuple[str, ...]) -> Message:
        """Expect one message that begins like this, and return it."""
        self._crowd.expected.append(
            Expected(message, lambda text, _: text.startswith(beginnings), time.monotonic())
        )
        return await self._person.hear(message)
