"""Files sent by chat: taken from an administrator, refused with the reason, searchable after."""

import os
import signal
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.botapi import BotApiServer, Message
from tests.e2e.conftest import assert_discreet
from tests.e2e.operators import Desk, labels
from tests.e2e.papers import note, where_is
from tests.e2e.processes import PATIENCE_S, BotProcess
from tests.e2e.talking import Person, new_person, said_after

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


async def test_a_button_makes_it_searchable(
    server: BotApiServer, bot: BotProcess, admin: Person
) -> None:
    """The button under an upload reindexes, and says so when that is under way already."""
    desk = Desk(server, bot, admin)
    text = note("nhị hồ", "hiệu ảnh").encode()
    taken = await admin.hear(server.upload(admin.chat, admin.user, "Nhị hồ.txt", text))
    assert labels(taken) == [["Lập lại chỉ mục"]]
    assert "Thêm 1" in (await desk.reindex_by(taken)).text
    assert "hiệu ảnh" in (await admin.answer(where_is("nhị hồ")))[0].text
    last = server.messages(admin.chat)[-1]
    await desk.press(taken, "Lập lại chỉ mục")
    started = await admin.hear(last)
    busy = await desk.press(taken, "Lập lại chỉ mục")
    assert busy.text == "Đang lập chỉ mục rồi, xin chờ lần đó xong."
    os.kill(await bot.child("index"), signal.SIGKILL)
    await server.wait_for_edit(
        started, timeout=PATIENCE_S, where=lambda message: "Lý do: " in message.text
    )


async def test_a_second_file_of_the_same_name(
    server: BotApiServer, bot: BotProcess, admin: Person
) -> None:
    """The same file again is not kept twice; another of its name is, and the old one can go."""
    desk = Desk(server, bot, admin)
    first = await sent(admin, "Lịch trực.txt", note("tiêu", "bến đò").encode())
    (old,) = [name for name in names(bot) if name.startswith("telegram/lich-truc-")]
    assert old in first
    again = await sent(admin, "Lịch trực.txt", note("tiêu", "bến đò").encode())
    assert again == f"Tệp này đã có rồi, giống hệt: {old}. Tôi không cất thêm bản nữa."
    message = server.upload(
        admin.chat, admin.user, "Lịch trực.txt", note("tiêu", "bến phà").encode()
    )
    told = await admin.hear(message)
    assert "Trước đó đã có tệp cùng tên" in told.text
    removing = f"Bỏ bản cũ {old.removeprefix('telegram/')}"
    assert labels(told) == [["Lập lại chỉ mục"], [removing]]
    await desk.press(told, removing)
    assert told.text.startswith(f"Đã bỏ {old}, cất ở ")
    (new,) = [name for name in names(bot) if name.startswith("telegram/lich-truc-")]
    assert new != old
    await desk.press(told, "Hoàn tác")
    assert {old, new} <= set(names(bot))


async def test_several_files_in_a_row(server: BotApiServer, bot: BotProcess, admin: Person) -> None:
    """Files sent at once are each taken and each answered, whatever their order."""
    before = names(bot)
    files = [
        server.upload(admin.chat, admin.user, "Gói.txt", note(f"bình {n}", f"kệ {n}").encode())
        for n in range(5)
    ]
    await server.wait_until(lambda: len(said_after(server, files[-1])) == 5, PATIENCE_S)
    answers = said_after(server, files[-1])
    assert {one.reply_to for one in answers} == set(files)
    added = sorted(set(names(bot)) - set(before))
    assert len(added) == 5
    assert sorted(one.text.split()[2] for one in answers) == added


def _is_reply(file: Message, message: Message) -> bool:
    return message.reply_to is file
