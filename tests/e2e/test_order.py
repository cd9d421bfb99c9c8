"""What the bot says in a chat comes in the order of what it answers, whatever takes longer."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot import botapi
from bot.botapi import BotApiServer
from tests.e2e.operators import PLACES, write_notes
from tests.e2e.papers import where_is
from tests.e2e.processes import PATIENCE_S, BotProcess
from tests.e2e.talking import Person, answer_to, new_person, said_after

pytestmark = pytest.mark.asyncio(loop_scope="session")

MARKED = "Cái kèn đồng đang được giữ ở gác chuông"
DELAY_S = 1.0


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server() -> AsyncIterator[BotApiServer]:
    """A Telegram for this module alone."""
    async with BotApiServer() as running:
        yield running


@pytest.fixture(scope="module")
def admin(server: BotApiServer) -> Person:
    """An operator, who may send files."""
    return new_person(server, "Quản trị")


@pytest_asyncio.fixture(scope="module", loop_scope="session", autouse=True)
async def bot(
    server: BotApiServer, admin: Person, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[BotProcess]:
    """A bot that knows where ten things are."""
    bot = BotProcess(server, tmp_path_factory.mktemp("order"), admins=[admin.user.id])
    write_notes(bot)
    await bot.start()
    yield bot
    assert await bot.stop() == 0, bot.err


async def test_a_question_that_is_searched_twice(server: BotApiServer) -> None:
    """A question about a marked part of an answer, asked in its document first, keeps its place."""
    lan = new_person(server)
    group = server.add_group("Nhóm", [lan.user])
    first = server.say(group, lan.user, f"/hoi {where_is('kèn đồng')}")
    [answer] = await answer_to(server, first)
    server.faults.add("sendMessage", botapi.Delay(DELAY_S))
    marked = server.say(
        group, lan.user, "Ai là hiệu trưởng trường Lê Lợi?", reply_to=answer, quote=MARKED
    )
    asked = [marked]
    asked += [server.say(group, lan.user, f"/hoi {where_is(subject)}") for subject in PLACES]
    await server.wait_until(lambda: len(said_after(server, marked)) >= len(asked), PATIENCE_S)
    assert [one.reply_to for one in said_after(server, marked)] == asked


async def test_a_file_that_comes_slowly(server: BotApiServer, admin: Person) -> None:
    """What comes after a file is answered after what is said of the file."""
    server.faults.add("getFile", botapi.Delay(DELAY_S))
    file = server.upload(admin.chat, admin.user, "ghi chú.txt", b"Thu vien dong cua ngay le.")
    asked = admin.say(where_is("kèn đồng"))
    await answer_to(server, asked)
    of_file, answer = said_after(server, file)
    assert of_file.reply_to is file
    assert PLACES["kèn đồng"] in answer.text
