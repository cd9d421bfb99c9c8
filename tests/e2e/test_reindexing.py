"""/reindex on a bot of its own, whose corpus changes; and an index made beside it."""

import asyncio
import os
import shutil
import signal
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.botapi import BotApiServer, DropBefore, Message
from tests.e2e.conftest import assert_discreet
from tests.e2e.papers import note, where_is
from tests.e2e.processes import PATIENCE_S, BotProcess, clean_environment, command
from tests.e2e.talking import Person, new_person, said_after

pytestmark = pytest.mark.asyncio(loop_scope="session")

STARTED = "Bắt đầu lập lại chỉ mục…"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server() -> AsyncIterator[BotApiServer]:
    """A Telegram for this module alone."""
    async with BotApiServer() as running:
        yield running


@pytest.fixture(scope="module")
def admin(server: BotApiServer) -> Person:
    """The one who may reindex."""
    return new_person(server, "Quản trị")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def bot(
    server: BotApiServer, admin: Person, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[BotProcess]:
    """A bot with a small corpus and one administrator."""
    bot = BotProcess(server, tmp_path_factory.mktemp("reindexing"), admins=[admin.user.id])
    bot.corpus.mkdir()
    for subject, place in {
        "kèn đồng": "gác chuông",
        "trống chầu": "đình Đông",
        "đàn bầu": "nhà ông Tư",
    }.items():
        write(bot, subject, place)
    await bot.start()
    yield bot
    assert await bot.stop() == 0, bot.err
    assert_discreet(server, bot)


def write(bot: BotProcess, subject: str, place: str) -> None:
    """Write, or write anew, the document that says where `subject` is."""
    name = subject.replace(" ", "-") + ".txt"
    (bot.corpus / name).write_text(note(subject, place), encoding="utf-8")


async def finished(server: BotApiServer, started: Message, mark: str) -> Message:
    """Return the message of a reindex when it has been edited to a text with `mark`."""
    return await server.wait_for_edit(
        started, timeout=PATIENCE_S, where=lambda message: mark in message.text
    )


async def test_only_administrators_may(server: BotApiServer, bot: BotProcess) -> None:
    """Anyone else is refused, in private and in a group, and nothing is built."""
    before = (bot.data / "current.json").read_text()
    stranger = new_person(server)
    refusal = "Chỉ quản trị viên của bot mới dùng được lệnh này."
    assert await stranger.told("/reindex") == refusal
    group = server.add_group("Nhóm", [stranger.user])
    asked = server.say(group, stranger.user, "/reindex")
    told = await server.wait_for_message(group, after=asked, timeout=PATIENCE_S)
    assert told.text == refusal
    assert (bot.data / "current.json").read_text() == before


async def test_a_reindex_counts_and_swaps_without_blocking(
    server: BotApiServer, bot: BotProcess, admin: Person
) -> None:
    """A reindex edits one message to the exact counts; questions go on, then get the new texts."""
    write(bot, "đàn tranh", "nhà bà Sáu")
    write(bot, "sáo trúc", "lớp nhạc")
    write(bot, "trống chầu", "đình Đoài")
    (bot.corpus / "đàn-bầu.txt").unlink()
    (bot.corpus / "hỏng.txt").write_bytes(b"PK\x03\x04\x00\x00\x00")
    reader = new_person(server)
    asked = admin.say("/reindex")
    started = await admin.hear(asked)
    assert started.sent.text == STARTED
    finishing = asyncio.create_task(finished(server, started, "Thêm"))
    while not finishing.done():
        assert "gác chuông" in (await reader.answer(where_is("kèn đồng")))[0].text
    done = await finishing
    assert done.text.startswith("Đã lập xong chỉ mục: 4 tài liệu, 4 đoạn (")
    assert "\nThêm 2 · sửa 1 · bỏ 1 · lỗi 1\nKhông đọc được:\n• hỏng.txt: " in done.text
    assert said_after(server, asked) == [started]
    for subject, place in {"đàn tranh": "nhà bà Sáu", "trống chầu": "đình Đoài"}.items():
        assert place in (await reader.answer(where_is(subject)))[0].text
    assert "nhà ông Tư" not in (await reader.answer(where_is("đàn bầu")))[0].text


async def test_a_second_reindex_and_a_killed_one(
    server: BotApiServer, bot: BotProcess, admin: Person
) -> None:
    """A second /reindex meanwhile is told so; a killed one says so, though Telegram falters."""
    before = (bot.data / "current.json").read_text()
    started = await admin.hear(admin.say("/reindex"))
    assert started.text == STARTED
    assert await admin.told("/reindex") == "Đang lập chỉ mục rồi, xin chờ lần đó xong."
    server.faults.add("editMessageText", DropBefore())
    os.kill(await bot.child("index"), signal.SIGKILL)
    done = await finished(server, started, "Không lập được chỉ mục, bản cũ vẫn dùng bình thường.")
    assert "Lý do: " in done.text
    assert (bot.data / "current.json").read_text() == before
    assert "gác chuông" in (await admin.answer(where_is("kèn đồng")))[0].text


async def test_a_reindex_of_an_empty_corpus(
    server: BotApiServer, bot: BotProcess, admin: Person
) -> None:
    """When the corpus has been emptied the reindex says why it failed, and the old index serves."""
    aside = bot.folder / "aside"
    bot.corpus.rename(aside)
    bot.corpus.mkdir()
    try:
        started = await admin.hear(admin.say("/reindex"))
        done = await finished(server, started, "Không lập được chỉ mục")
    finally:
        bot.corpus.rmdir()
        shutil.move(aside, bot.corpus)
    assert f"Lý do: Không có tài liệu để đọc ở {bot.corpus}" in done.text
    assert "gác chuông" in (await admin.answer(where_is("kèn đồng")))[0].text


async def test_an_index_made_beside_the_bot(
    server: BotApiServer, bot: BotProcess, admin: Person
) -> None:
    """What `hoidap index` publishes beside the live bot is answered from without a restart."""
    write(bot, "khèn bè", "bản Mường")
    arguments = ("index", "--corpus", str(bot.corpus), "--data", str(bot.data))
    outcome = await command(*arguments, folder=bot.folder, environment=clean_environment())
    assert outcome.code == 0, outcome.err
    async with asyncio.timeout(PATIENCE_S):
        while "bản Mường" not in (await admin.answer(where_is("khèn bè")))[0].text:
            pass
    assert bot.running
