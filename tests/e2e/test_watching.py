"""A bot that looks at its documents by itself: what changed is answered, what failed is told."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.botapi import BotApiServer, User
from tests.e2e.conftest import assert_discreet
from tests.e2e.papers import note, where_is
from tests.e2e.processes import PATIENCE_S, BotProcess
from tests.e2e.talking import Person, new_person

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server() -> AsyncIterator[BotApiServer]:
    """A Telegram for this module alone."""
    async with BotApiServer() as running:
        yield running


@pytest.fixture(scope="module")
def absent(server: BotApiServer) -> User:
    """An operator who has never started the bot, and comes before the other."""
    return server.add_user("Người vắng")


@pytest.fixture(scope="module")
def admin(server: BotApiServer, absent: User) -> Person:
    """The one who is told what fails."""
    return new_person(server, "Quản trị")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def bot(
    server: BotApiServer, absent: User, admin: Person, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[BotProcess]:
    """A bot that looks at its one document every hour, and when it starts."""
    bot = BotProcess(
        server,
        tmp_path_factory.mktemp("watching"),
        admins=[absent.id, admin.user.id],
        environment={"HOIDAP_WATCH": "60"},
    )
    bot.corpus.mkdir()
    write(bot, "kèn đồng", "gác chuông")
    await bot.start()
    yield bot
    assert await bot.stop() == 0, bot.err
    assert_discreet(server, bot)


def write(bot: BotProcess, subject: str, place: str) -> None:
    """Write, or write anew, the document that says where `subject` is."""
    (bot.corpus / f"{subject}.txt").write_text(note(subject, place), encoding="utf-8")


async def test_a_change_is_answered_from(bot: BotProcess, admin: Person) -> None:
    """What changed while the bot was away is answered after a while, without being asked for."""
    assert await bot.stop() == 0
    write(bot, "đàn bầu", "nhà ông Tư")
    await bot.start()
    while "nhà ông Tư" not in (await admin.answer(where_is("đàn bầu")))[0].text:
        assert bot.running


async def test_what_fails_is_told_once(
    server: BotApiServer, bot: BotProcess, admin: Person
) -> None:
    """A build that a canary question stops is told once to the operators who can be told."""
    assert await bot.stop() == 0
    line = f'"{where_is("kèn đồng")}": kèn đồng.txt\n'
    (bot.corpus / "canary.yaml").write_text(line, encoding="utf-8")
    (bot.corpus / "kèn đồng.txt").rename(bot.corpus / "khác.txt")
    last = server.messages(admin.chat)[-1]
    await bot.start()
    told = await server.wait_for_message(admin.chat, after=last, timeout=PATIENCE_S)
    assert "không lập lại được chỉ mục" in told.text
    assert "Lý do: Chỉ mục mới sai 1 câu hỏi canh" in told.text
    assert "operator.untold error=BadRequest" in bot.err
    assert "gác chuông" in (await admin.answer(where_is("kèn đồng")))[0].text
    failures = bot.err.count("watch.failed")
    assert await bot.stop() == 0
    await bot.start()
    while bot.err.count("watch.failed") == failures:
        await admin.answer(where_is("kèn đồng"))
    said = [one for one in server.messages(admin.chat) if "không lập lại được" in one.text]
    assert said == [told]
