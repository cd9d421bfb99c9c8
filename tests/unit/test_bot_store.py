"""The database: made, migrated, written, and broken in every way."""

import asyncio
import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bot.errors import StoreError
from bot.rooms import Room, RoomSettings
from bot.store import GivenAnswer, Job, QuestionRecord, Store
from bot.store import database as database_module
from bot.store.migrations import MIGRATIONS

pytestmark = pytest.mark.asyncio(loop_scope="session")

# Writes within a transaction that it never ends, then dies as by kill -9.
CRASH = """
import os, signal, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
connection.execute("INSERT INTO room_settings VALUES (1, 0, 'comments', 'true')")
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the database is, in a folder that does not exist yet."""
    return tmp_path / "data" / "hoidap.sqlite3"


async def open_and_close(path: Path) -> None:
    """Open the database and close it: one left open would keep the tests from ending."""
    await (await Store.open(path)).close()


async def test_a_new_database(store: Store, path: Path) -> None:
    """A database is made with its folder, at the newest version, empty."""
    with closing(sqlite3.connect(path)) as raw:
        version = raw.execute("PRAGMA user_version").fetchone()[0]
        tables = {row[0] for row in raw.execute("SELECT name FROM sqlite_master")}
    assert version == len(MIGRATIONS)
    assert tables >= {"chats", "room_settings", "questions", "answers", "inbox", "jobs"}
    assert await store.questions.outcomes() == {}
    assert await store.jobs.unfinished() == []


async def test_nobody_else_reads_the_database(path: Path) -> None:
    """The database, which has the key to its hashes, and its log are for their owner alone."""
    before = os.umask(0)
    try:
        store = await Store.open(path)
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
        await store.close()
    finally:
        os.umask(before)
    assert modes == dict.fromkeys(modes, 0o600)
    assert {path.name, f"{path.name}-wal"} <= modes.keys()


async def test_questions_are_kept_without_their_words(store: Store, path: Path) -> None:
    """The log counts outcomes; it has words only where they are given, and people as hashes."""
    person = store.people.hashed(987_654_321)
    for outcome in ("answered", "missed", "answered"):
        record = QuestionRecord(5, 6, "group", outcome, 0.9, 0.1, "000001", person=person)
        store.questions.record(record)
    store.questions.record(QuestionRecord(5, 7, "group", "missed", question="Ai?"))
    assert await store.questions.outcomes() == {"answered": 2, "missed": 2}
    with closing(sqlite3.connect(path)) as raw:
        rows = raw.execute("SELECT person, question FROM questions").fetchall()
    assert rows == [(person, None)] * 3 + [("", "Ai?")]
    assert "987654321" not in person


async def test_chats_settings_and_jobs(store: Store, path: Path) -> None:
    """A chat is kept once, a setting has its last value, and a job lasts until it ends."""
    await store.chats.saw(5, "group")
    await store.chats.saw(5, "supergroup")
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("SELECT chat_id, kind FROM chats").fetchall() == [(5, "supergroup")]
    assert await store.chats.settings(Room(5)) == RoomSettings()
    await store.chats.set(Room(5), "language", "vi")
    await store.chats.set(Room(5), "language", "en")
    await store.chats.set(Room(6), "language", "vi")
    assert await store.chats.settings(Room(5)) == RoomSettings(language="en")
    first = await store.jobs.start("reindex", 5, 50, "vi")
    second = await store.jobs.start("reindex", 6, 60, "en")
    await store.jobs.end(first)
    assert await store.jobs.unfinished() == [Job(second, "reindex", 6, 60, "en")]


async def test_everything_survives_a_crash_but_what_was_not_committed(path: Path) -> None:
    """After a process dies in the middle of a write, all that was written before is there."""
    store = await Store.open(path)
    await store.chats.set(Room(1), "language", "en")
    job = await store.jobs.start("reindex", 5, 50, "vi")
    await store.close()
    died = subprocess.run([sys.executable, "-c", CRASH, str(path)], check=False)  # noqa: ASYNC221
    assert died.returncode == -9
    store = await Store.open(path)
    assert await store.chats.settings(Room(1)) == RoomSettings(language="en")
    assert [left.id for left in await store.jobs.unfinished()] == [job]
    await store.chats.set(Room(1), "comments", True)
    await store.close()


async def test_a_database_of_the_first_version(path: Path) -> None:
    """All that the first version kept is there after the change to the newest."""
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as raw:
        raw.executescript(f"{MIGRATIONS[0]} PRAGMA user_version = 1;")
        raw.executescript("""
            INSERT INTO chats VALUES (-5, 'group', 1.0, 2.0);
            INSERT INTO settings VALUES (-5, 'language', 'en');
            INSERT INTO questions VALUES (1, 3.0, -5, 6, 'group', 'missed', 0.2, 0.1, '000001');
            INSERT INTO jobs VALUES (1, 'reindex', -5, 50, 'vi', 4.0);
        """)
    store = await Store.open(path)
    assert await store.chats.counts() == {"group": 1}
    assert await store.chats.settings(Room(-5)) == RoomSettings(language="en")
    assert await store.questions.outcomes() == {"missed": 1}
    assert await store.questions.missed(0.0, 10) == []
    assert await store.jobs.unfinished() == [Job(1, "reindex", -5, 50, "vi")]
    await store.close()


async def test_a_newer_version_is_refused_and_left_alone(path: Path) -> None:
    """A database that a newer hoidap wrote is refused by its version, not changed."""
    await open_and_close(path)
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreError, match="version 99"):
        await open_and_close(path)
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("PRAGMA user_version").fetchone()[0] == 99


async def test_a_half_made_migration_is_made_again(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A migration that fails changes nothing, and the next open makes it whole."""
    await open_and_close(path)
    good = MIGRATIONS
    bad = "CREATE TABLE extra (id INTEGER PRIMARY KEY) STRICT; CREATE TABLE chats (id INTEGER);"
    monkeypatch.setattr(database_module, "MIGRATIONS", (*good, bad))
    with pytest.raises(StoreError, match="chats already exists"):
        await open_and_close(path)
    right = "CREATE TABLE extra (id INTEGER PRIMARY KEY) STRICT;"
    monkeypatch.setattr(database_module, "MIGRATIONS", (*good, right))
    await open_and_close(path)
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("PRAGMA user_version").fetchone()[0] == len(good) + 1
        assert raw.execute("SELECT COUNT(*) FROM extra").fetchone()[0] == 0


async def test_a_file_that_is_no_database(path: Path) -> None:
    """A file that is something else is refused and left as it is."""
    other = b"something else " * 1_000
    path.parent.mkdir()
    path.write_bytes(other)  # noqa: ASYNC240
    with pytest.raises(StoreError, match="not a database"):
        await open_and_close(path)
    assert path.read_bytes() == other  # noqa: ASYNC240


async def test_a_place_that_cannot_hold_one(tmp_path: Path) -> None:
    """A folder in the database's place, or a file in its folder's, is refused."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    for path in (tmp_path / "folder", tmp_path / "file" / "hoidap.sqlite3"):
        with pytest.raises(StoreError, match="cannot be used"):
            await open_and_close(path)


async def test_a_locked_database(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A write while another holds the database is refused, and works when it is free again."""
    monkeypatch.setattr(database_module, "_BUSY_MS", 20)
    store = await Store.open(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreError, match="locked"):
            await store.chats.set(Room(1), "language", "en")
        other.execute("ROLLBACK")
    await store.chats.set(Room(1), "language", "en")
    assert await store.chats.settings(Room(1)) == RoomSettings(language="en")
    await store.close()


async def test_a_closed_database(path: Path) -> None:
    """Whoever writes after the close gets a StoreError, as for any other failure."""
    store = await Store.open(path)
    await store.close()
    with pytest.raises(StoreError):
        await store.chats.saw(1, "private")


async def test_what_is_written_soon_is_read_at_once(store: Store) -> None:
    """A question is counted as soon as it is logged, even if somebody who counted gave up."""
    for number in range(3):
        store.questions.record(QuestionRecord(5, number, "group", "missed", question="Ai?"))
        counting = asyncio.create_task(store.questions.outcomes())
        await asyncio.sleep(0)
        counting.cancel()
        assert await store.questions.outcomes() == {"missed": number + 1}


async def test_half_a_character_spoils_no_other_question(store: Store) -> None:
    """Words that are no text are kept as far as they are, and those beside them whole."""
    for words in ("Ở đâu\ud83d?", "Bao nhiêu 😀?"):
        store.questions.record(QuestionRecord(5, 6, "group", "missed", question=words))
    kept = {one.question for one in await store.questions.missed(0.0, 10)}
    assert kept == {"Ở đâu??", "Bao nhiêu 😀?"}


async def test_what_was_not_answered(store: Store) -> None:
    """What found nothing or did not help is told once a wording, however typed, newest first."""
    asked = store.questions
    for number, (outcome, question) in enumerate(
        [
            ("missed", "Giá VÀNG hôm nay?"),
            ("answered", "Ai chủ trì?"),
            ("answered", "Đề án 06 là gì?"),
            ("missed", "giá  vàng hôm nay?"),
            ("missed", None),
        ]
    ):
        record = QuestionRecord(1, 10 + number, "private", outcome, 0.2, question=question)
        asked.record(record)
        store.answers.keep(GivenAnswer(1, 100 + number, 10 + number, "", [100 + number], []))
        await asked.judge(1, 100 + number, "a", -1 if question == "Ai chủ trì?" else 1)
    found = await asked.unanswered()
    assert [(one.question, one.times, one.missed) for one in found] == [
        ("giá  vàng hôm nay?", 2, 2),
        ("Ai chủ trì?", 1, 0),
    ]
    await asked.judge(1, 101, "b", 1)
    assert [one.question for one in await asked.unanswered()] == ["giá  vàng hôm nay?"]


async def test_how_sure_answers_were(store: Store) -> None:
    """Confidence comes with what people said of the answer, words or none."""
    for number, outcome in enumerate(["answered", "missed", "refused"]):
        store.questions.record(QuestionRecord(1, 10 + number, "private", outcome, 0.7))
    store.answers.keep(GivenAnswer(1, 100, 10, "", [100], []))
    await store.questions.judge(1, 100, "a", -1)
    found = await store.questions.believed()
    assert sorted((one.answered, one.judged) for one in found) == [(False, 0), (True, -1)]
