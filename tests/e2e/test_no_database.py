"""A closed bot whose database cannot be used: it grants nothing, leaves nothing, and says so."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.botapi import BotApiServer
from bot.texts import VI as SAY
from bot.texts.privacy import VI as PRIVACY
from tests.e2e.conftest import assert_discreet
from tests.e2e.papers import FEE_QUESTION, FEE_QUOTE, write_papers
from tests.e2e.processes import PATIENCE_S, BotProcess
from tests.e2e.talking import Person, new_person, quotes, said_after

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server() -> AsyncIterator[BotApiServer]:
    """A Telegram for this module alone."""
    async with BotApiServer() as running:
        yield running


@pytest.fixture(scope="module")
def operator(server: BotApiServer) -> Person:
    """The one who needs no invitation."""
    return new_person(server, "Quản trị")


@pytest_asyncio.fixture(scope="module", loop_scope="session", autouse=True)
async def bot(
    server: BotApiServer, operator: Person, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[BotProcess]:
    """A closed bot with a folder where its database should be."""
    folder = tmp_path_factory.mktemp("no-database")
    bot = BotProcess(
        server, folder, admins=[operator.user.id], environment={"HOIDAP_ACCESS": "closed"}
    )
    write_papers(bot.corpus)
    (bot.data / "hoidap.sqlite3").mkdir(parents=True)
    await bot.start()
    yield bot
    assert await bot.stop() == 0, bot.err
    assert_discreet(server, bot)


async def test_nobody_is_let_in(server: BotApiServer, operator: Person) -> None:
    """Operators are answered, others are not, and an invitation can be neither made nor used."""
    assert quotes(await operator.answer(FEE_QUESTION))[0] == FEE_QUOTE
    lan = new_person(server)
    assert await lan.told(FEE_QUESTION) == SAY.closed
    assert await operator.told("/moi") == SAY.failed
    assert await operator.told(f"/moi thu-hoi {lan.user.id}") == SAY.failed
    assert (await lan.hear(server.start(lan.user, "kAAAAAAAAAAAAAAAA"))).text == SAY.failed
    assert await lan.told(FEE_QUESTION) == SAY.closed


async def test_no_group_is_left(server: BotApiServer, operator: Person) -> None:
    """A group whose invitation cannot be looked up is not left, and not answered either."""
    lan = new_person(server)
    group = server.add_group("Nhóm", [lan.user])
    asked = server.say(group, lan.user, f"/hoi {FEE_QUESTION}")
    server.start_in_group(lan.user, group, "kAAAAAAAAAAAAAAAA")
    told = await server.wait_for_message(group, after=asked, timeout=PATIENCE_S)
    await operator.answer(FEE_QUESTION)
    assert [one.text for one in said_after(server, asked)] == [SAY.failed] == [told.text]
    assert server.world.bot_member(group).is_in


async def test_nothing_is_said_to_be_deleted(server: BotApiServer, operator: Person) -> None:
    """Who wants everything deleted is told that it could not be, and can press again."""
    asked = await operator.hear(operator.say("/xoadulieu"))
    query = server.press(operator.user, asked, PRIVACY.button_erase)
    await server.wait_for_answer(query, PATIENCE_S)
    assert query.text == SAY.failed
    assert asked.buttons != ()
