"""Files sent by chat: taken from an administrator, refused with the reason, searchable after."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.botapi import BotApiServer
from tests.e2e.conftest import assert_discreet
from tests.e2e.papers import note, where_is
from tests.e2e.processes import PATIENCE_S, BotProcess
from tests.e2e.talking import Person, new_person

pytestmark = pytest.mark.asyncio(loop_scope="session")

TEXT = note("sáo diều", "gác xép nhà ông Bảy").encode()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server() -> AsyncIterator[BotApiServer]:
    """A Telegram for this module alone."""
    async with BotApiServer() as running:
        yield running


@pytest.fixture(scope="module")
def admin(server: BotApiServer) -> Person:
    """The one who may add documents."""
    return new_person(server, "Quản trị")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def bot(
    server: BotApiServer, admin: Person, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[BotProcess]:
    """A bot with one document."""
    bot = BotProcess(server, tmp_path_factory.mktemp("uploads"), admins=[admin.user.id])
    bot.corpus.mkdir()
    (bot.corpus / "kèn.txt").write_text(note("kèn đồng", "gác chuông"), encoding="utf-8")
    await bot.start()
    yield bot
    assert await bot.stop() == 0, bot.err
    assert_discreet(server, bot)


async def sent(person: Person, name: str, data: bytes) -> str:
    """Send a file and return the bot's answer."""
    message = person.server.upload(person.chat, person.user, name, data)
    return (await person.hear(message)).text


def names(bot: BotProcess) -> list[str]:
    """The files of the corpus, hidden ones too."""
    return sorted(
        p.relative_to(bot.corpus).as_posix() for p in bot.corpus.rglob("*") if p.is_file()
    )


async def test_a_file_becomes_searchable(
    server: BotApiServer, bot: BotProcess, admin: Person
) -> None:
    """An admin's file is stored under a name of the bot's own and found after the reindex."""
    told = await sent(admin, "../../Sáo diều (bản cuối).txt", TEXT)
    (name,) = [name for name in names(bot) if name != "kèn.txt"]
    assert name.startswith("telegram/sao-dieu-ban-cuoi-")
    assert told == f"Đã nhận {name} (1 tài liệu). Gõ /reindex để đưa vào tìm kiếm."
    started = await admin.hear(admin.say("/reindex"))
    await server.wait_for_edit(
        started, timeout=PATIENCE_S, where=lambda message: "Thêm 1" in message.text
    )
    assert "gác xép" in (await admin.answer(where_is("sáo diều")))[0].text


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("anh.png", b"\x89PNG", "Không đọc được loại tệp này."),
        ("tep", TEXT, "Không đọc được loại tệp này."),
        ("trong.txt", b" \n", "không có chữ nào"),
        ("hong.docx", b"PK\x03\x04", "tệp hỏng"),
        ("hong.pdf", b"%PDF-1.4", "tệp hỏng"),
        ("anh.txt", b"\x81\x8d\x8f\x90\x9d", "không rõ bảng mã"),
    ],
)
async def test_a_file_that_cannot_be_read_is_refused(
    bot: BotProcess, admin: Person, name: str, data: bytes, reason: str
) -> None:
    """The admin is told why, and nothing of the file stays in the corpus."""
    before = names(bot)
    assert reason in await sent(admin, name, data)
    assert names(bot) == before


async def test_only_administrators_add_documents(server: BotApiServer, bot: BotProcess) -> None:
    """Anyone else's file is refused and not fetched."""
    before = names(bot)
    stranger = new_person(server)
    told = await sent(stranger, "la.txt", TEXT)
    assert told == "Chỉ quản trị viên của bot mới gửi thêm tài liệu được."
    assert names(bot) == before
