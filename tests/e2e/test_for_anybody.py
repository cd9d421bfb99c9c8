"""A closed bot with restricted documents, asked inline and as a guest: anybody may read that."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.botapi import BotApiServer
from tests.e2e.papers import FEE_QUESTION, FEE_QUOTE, note, where_is, write_papers
from tests.e2e.processes import BotProcess
from tests.e2e.talking import Person, new_person, quotes
from tests.e2e.test_guest import CALL, answer
from tests.e2e.test_inline import button_of, typed

pytestmark = pytest.mark.asyncio(loop_scope="session")

DRUM = where_is("trống đồng")
"""Answered by restricted documents alone."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def elsewhere() -> AsyncIterator[BotApiServer]:
    """A Telegram for the bot that is closed."""
    async with BotApiServer() as running:
        yield running
        assert running.violations == []


@pytest.fixture(scope="module")
def operator(elsewhere: BotApiServer) -> Person:
    """Who runs the closed bot."""
    return new_person(elsewhere, "Quản trị")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def closed(
    elsewhere: BotApiServer, operator: Person, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[BotProcess]:
    """A bot for invited people alone, with restricted documents, that keeps words."""
    bot = BotProcess(
        elsewhere,
        tmp_path_factory.mktemp("closed"),
        admins=[operator.user.id],
        environment={
            "HOIDAP_ACCESS": "closed",
            "HOIDAP_RESTRICTED": "mật/",
            "HOIDAP_KEEP_QUESTIONS": "30",
        },
    )
    write_papers(bot.corpus)
    (bot.corpus / "mật").mkdir()
    (bot.corpus / "mật" / "trong.txt").write_text(note("trống đồng", "hầm số 7"), "utf-8")
    await bot.start()
    yield bot
    assert await bot.stop() == 0, bot.err


async def test_a_stranger_at_a_closed_bot(elsewhere: BotApiServer, closed: BotProcess) -> None:
    """A bot for invited people offers a stranger nothing, and says why."""
    query = await typed(elsewhere, new_person(elsewhere, "Người lạ"), FEE_QUESTION)
    assert query.results == []
    assert button_of(query)[0] == "Bot này chỉ dành cho người được mời"
    assert query.answer["cache_time"] == 0
    assert closed.running


async def test_restricted_documents(
    elsewhere: BotApiServer, closed: BotProcess, operator: Person
) -> None:
    """What is restricted is offered to nobody, not to who runs the bot either: all would see it."""
    assert "hầm số 7" in (await operator.answer(DRUM))[0].text
    query = await typed(elsewhere, operator, DRUM)
    assert "hầm số 7" not in str(query.answer)
    assert (await typed(elsewhere, operator, FEE_QUESTION)).results
    assert closed.running


async def test_who_may_call_a_closed_bot(
    elsewhere: BotApiServer, closed: BotProcess, operator: Person
) -> None:
    """A closed bot tells strangers so, and shows nobody as a guest what is restricted."""
    stranger = new_person(elsewhere, "Người lạ")
    group = elsewhere.add_group("Nhóm lạ", [operator.user, stranger.user], bot="left")
    told = await answer(elsewhere, elsewhere.say(group, stranger.user, f"{CALL} {FEE_QUESTION}"))
    assert told.text.startswith("Bot này chỉ dành cho người được mời.")
    assert told.buttons == ()
    said = await answer(elsewhere, elsewhere.say(group, operator.user, f"{CALL} {FEE_QUESTION}"))
    assert quotes([said]) == [FEE_QUOTE]
    hidden = await answer(elsewhere, elsewhere.say(group, operator.user, f"{CALL} {DRUM}"))
    assert "hầm số 7" not in hidden.text
    assert closed.running
