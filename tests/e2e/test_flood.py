"""One person sends thousands of questions: only they wait, and are told so."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.botapi import BotApiServer, Message
from bot.shares import MOST_OF_ONE_PERSON
from bot.texts import VI
from tests.e2e.papers import FEE_QUESTION, FEE_SENTENCE, write_papers
from tests.e2e.processes import BotProcess, eventually
from tests.e2e.talking import new_person, said_after

pytestmark = pytest.mark.asyncio(loop_scope="session")

FLOOD = 3_000


async def test_a_flood_of_questions(tmp_path: Path) -> None:
    """Others are answered before the flood is; its surplus is told of; then there is room again."""
    async with BotApiServer() as server:
        bot = BotProcess(server, tmp_path)
        write_papers(bot.corpus)
        await bot.start()
        flooder = new_person(server, "Người gửi dồn")
        first, *_ = [flooder.say(FEE_QUESTION) for _ in range(FLOOD)]
        asked = [new_person(server, f"Người {n}").say(FEE_QUESTION) for n in range(10)]
        await eventually(lambda: not _waiting(bot))
        answered = [_only(said_after(server, question)).text for question in asked]
        assert all(FEE_SENTENCE in text for text in answered)
        told = [reply.text for reply in said_after(server, first)]
        assert sum(FEE_SENTENCE in text for text in told) >= MOST_OF_ONE_PERSON
        assert {text for text in told if FEE_SENTENCE not in text} == {VI.too_much_at_once}
        assert len(told) < FLOOD
        spoken = [int(call.params["chat_id"]) for call in server.calls("sendMessage")]
        last_to_flooder = len(spoken) - spoken[::-1].index(flooder.chat.id)
        assert {question.chat.id for question in asked} <= set(spoken[:last_to_flooder])
        assert FEE_SENTENCE in (await flooder.answer(FEE_QUESTION))[0].text
        assert await bot.stop() == 0, bot.err
        assert server.violations == []


def _waiting(bot: BotProcess) -> bool:
    """Return whether anything that came has not been dealt with."""
    with closing(sqlite3.connect(bot.data / "hoidap.sqlite3")) as raw:
        count, left = raw.execute("SELECT count(*), count(body) FROM inbox").fetchone()
    return bool(count < FLOOD + 10 or left)


def _only(said: list[Message]) -> Message:
    (one,) = said
    return one
