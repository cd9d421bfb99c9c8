"""A live bot whose database is locked, full or broken under it: answers go on, operators know."""

import resource
import signal
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest
import pytest_asyncio

from bot.botapi import BotApiServer
from bot.store import Store
from bot.texts.operators import VI
from tests.e2e.conftest import assert_discreet
from tests.e2e.papers import note, where_is
from tests.e2e.processes import PATIENCE_S, BotProcess
from tests.e2e.talking import new_person, said_after

pytestmark = pytest.mark.asyncio(loop_scope="session")

Undo = Callable[[], object]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server() -> AsyncIterator[BotApiServer]:
    """A Telegram for this module alone."""
    async with BotApiServer() as running:
        yield running


def bot_in(server: BotApiServer, folder: Path, admins: Sequence[int] = ()) -> BotProcess:
    """Return a bot with one document, not yet started."""
    bot = BotProcess(server, folder, admins=admins)
    bot.corpus.mkdir()
    (bot.corpus / "ken.txt").write_text(note("kèn đồng", "gác chuông"), encoding="utf-8")
    return bot


def lock(bot: BotProcess) -> Undo:
    """Let another process hold the database."""
    other = sqlite3.connect(bot.data / "hoidap.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    return other.close


def fill(bot: BotProcess) -> Undo:
    """Let the database's log grow by a few pages more, as on a full disk; the bot's is short."""
    size = (bot.data / "hoidap.sqlite3-wal").stat().st_size + 20_000
    before = resource.prlimit(bot.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (size, before[1]))
    return lambda: resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, before)


def break_(bot: BotProcess) -> Undo:
    """Put something else in the place of what the database has."""
    for end in ("", "-wal"):
        path = bot.data / f"hoidap.sqlite3{end}"
        with path.open("r+b") as file:
            file.write(b"something else " * (path.stat().st_size // 15))
    return lambda: None


async def write_much(path: Path) -> None:
    """Make a database that is larger than what SQLite remembers of it."""
    path.parent.mkdir()
    await (await Store.open(path)).close()
    columns = "asked_at, chat_id, message_id, surface, outcome, confidence, seconds, generation"
    row = (time.time(), 5, 6, "group", "missed", 0.5, 0.5, "x" * 300)
    with closing(sqlite3.connect(path)) as opened:
        marks = ", ".join("?" * len(row))
        insert = f"INSERT INTO questions ({columns}) VALUES ({marks})"  # noqa: S608
        opened.executemany(insert, [row] * 20_000)
        opened.commit()


@pytest.mark.parametrize("fault", [lock, fill, break_], ids=["locked", "full", "broken"])
async def test_answers_go_on(
    server: BotApiServer, tmp_path: Path, fault: Callable[[BotProcess], Undo]
) -> None:
    """Whatever befalls the database every question is answered, and operators are told once."""
    admin, people = new_person(server, "Quản trị"), [new_person(server) for _ in range(6)]
    bot = bot_in(server, tmp_path, admins=[admin.user.id])
    await write_much(bot.data / "hoidap.sqlite3")
    await bot.start()
    begun = admin.say("/trogiup")
    await admin.hear(begun)
    undo = fault(bot)
    try:
        for person in people:
            assert "gác chuông" in (await person.answer(where_is("kèn đồng")))[0].text
        admin.say("/thongke")
        head = VI.database_fails.split("{")[0]
        await server.wait_until(
            lambda: any(head in one.text for one in said_after(server, begun)), PATIENCE_S
        )
        assert "gác chuông" in (await admin.answer(where_is("kèn đồng")))[-1].text
        assert sum(head in one.text for one in said_after(server, begun)) == 1
        assert "store.failed" in bot.err
    finally:
        undo()
        code = await bot.stop()
    assert code == 0, bot.err
    assert "Traceback" not in bot.err
    assert_discreet(server, bot)


async def test_a_database_that_cannot_be_opened(server: BotApiServer, tmp_path: Path) -> None:
    """A bot that starts without its database tells the operators, and answers."""
    admin = new_person(server, "Quản trị")
    begun = admin.say("/start")
    bot = bot_in(server, tmp_path, admins=[admin.user.id])
    bot.data.mkdir()
    (bot.data / "hoidap.sqlite3").write_bytes(b"no database " * 1_000)
    await bot.start()
    await server.wait_until(
        lambda: any(one.text == VI.database_absent for one in said_after(server, begun)), PATIENCE_S
    )
    assert "gác chuông" in (await admin.answer(where_is("kèn đồng")))[-1].text
    assert await bot.stop() == 0, bot.err


async def test_power_that_fails_while_it_answers(server: BotApiServer, tmp_path: Path) -> None:
    """A database that lost the end of its log is used again, with all but what the end said."""
    lan = new_person(server)
    bot = bot_in(server, tmp_path)
    await bot.start()
    for _ in range(3):
        await lan.answer(where_is("kèn đồng"))
    await bot.stop(signal.SIGKILL)
    log = bot.data / "hoidap.sqlite3-wal"
    log.write_bytes(log.read_bytes()[:-100])
    await bot.start()
    assert "gác chuông" in (await lan.answer(where_is("kèn đồng")))[0].text
    assert await bot.stop() == 0, bot.err
    assert "store." not in bot.err
    with closing(sqlite3.connect(bot.data / "hoidap.sqlite3")) as opened:
        assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert opened.execute("SELECT COUNT(*) FROM questions").fetchone()[0] >= 1
