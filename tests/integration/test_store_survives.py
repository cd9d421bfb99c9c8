"""Promises of the database: what is done stays done, and every version becomes the newest.

Run as a program, this file is the victim: it writes row after row, and says of each that it is
done.
"""

import asyncio
import hashlib
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bot.errors import StoreError
from bot.store import QuestionRecord, Store
from bot.store import database as database_module
from bot.store.migrations import MIGRATIONS

pytestmark = pytest.mark.asyncio(loop_scope="session")

ROWS = 40
KILLED = """
import os, signal, sqlite3, sys
from bot.store.migrations import MIGRATIONS
path, version, left = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
def step(statement):
    global left
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
opened = sqlite3.connect(path, isolation_level=None)
opened.set_trace_callback(step)
script = f"BEGIN IMMEDIATE; {MIGRATIONS[version]} PRAGMA user_version = {version + 1}; COMMIT;"
opened.executescript(script)
"""
"""Brings a database up by one version, and dies at a statement as by kill -9."""
RELEASED = (
    "b777da6a3465",
    "fdc7b4b9ab70",
)
"""Digests of the scripts that databases have gone through."""


def numbers(path: Path) -> list[int]:
    """Return the numbers of the rows in a database that is whole."""
    with closing(sqlite3.connect(path)) as opened:
        assert opened.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        rows = opened.execute("SELECT name FROM marks WHERE value = 'row'").fetchall()
    return sorted(int(name) for (name,) in rows)


@pytest.mark.parametrize("seed", range(6))
async def test_killed_in_the_middle_of_writes(tmp_path: Path, seed: int) -> None:
    """After kill -9 at any moment every row that was said to be done is there, and no half one."""
    path = tmp_path / "hoidap.sqlite3"
    command = [sys.executable, "-m", "tests.integration.test_store_survives", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as victim:  # noqa: ASYNC220
        assert victim.stdout is not None
        for _ in range(random.Random(seed).randrange(1, 80)):
            done = int(victim.stdout.readline())
        victim.send_signal(signal.SIGKILL)
        left = [int(line) for line in victim.stdout.read().split()]
    assert victim.returncode == -signal.SIGKILL
    done = max([done, *left])
    store = await Store.open(path)
    assert await store.is_writable()
    await store.close()
    found = numbers(path)
    assert found in (list(range(1, done + 1)), list(range(1, done + 2)))


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[int]]:
    """A database as a power cut leaves it, and how long its log was after each transaction."""
    folder = tmp_path_factory.mktemp("written")

    async def write() -> list[int]:
        path = folder / "hoidap.sqlite3"
        store, log = await Store.open(path), folder / "hoidap.sqlite3-wal"
        sizes = []
        for number in range(1, ROWS + 1):
            await store.jobs.mark(str(number), "row")
            sizes.append(log.stat().st_size)
        shutil.copytree(folder, folder / "cut")
        await store.close()
        return sizes

    sizes = asyncio.run(write())
    assert len(set(sizes)) == ROWS
    return folder / "cut", sizes


async def test_each_transaction_is_on_the_disk(tmp_path: Path) -> None:
    """SQLite is told to wait for the disk at the end of every transaction."""
    store = await Store.open(tmp_path / "hoidap.sqlite3")
    assert await store._database.number("PRAGMA synchronous") == 2
    await store.close()


@pytest.mark.parametrize("torn", ["cut", "zeros", "noise"])
async def test_log_without_its_end(
    written: tuple[Path, list[int]], torn: str, tmp_path: Path
) -> None:
    """Wherever the log ends, or turns into anything else, all before that is there."""
    whole, sizes = written
    chance = random.Random(8)
    ends = [sizes[-1] - 1, sizes[-2], *(chance.randrange(sizes[0], sizes[-1]) for _ in range(15))]
    for at in ends:
        folder = tmp_path / f"{torn}-{at}"
        shutil.copytree(whole, folder)
        path, log = folder / "hoidap.sqlite3", folder / "hoidap.sqlite3-wal"
        content = log.read_bytes()
        rest = len(content) - at
        end = {"cut": b"", "zeros": bytes(rest), "noise": chance.randbytes(rest)}[torn]
        log.write_bytes(content[:at] + end)
        (folder / "hoidap.sqlite3-shm").unlink()
        store = await Store.open(path)
        assert await store.is_writable()
        await store.close()
        done = sum(size <= at for size in sizes)
        assert numbers(path) == list(range(1, done + 1))


def schema(path: Path) -> list[tuple[str, ...]]:
    """Return what makes up a database's tables."""
    with closing(sqlite3.connect(path)) as opened:
        names = opened.execute("SELECT type, name FROM sqlite_master ORDER BY name").fetchall()
        columns = [
            (str(name), *map(str, column))
            for kind, name in names
            if kind == "table"
            for column in opened.execute(f"PRAGMA table_info({name})")
        ]
    return [*names, *columns]


def old_database(path: Path, version: int) -> None:
    """Make a database as the hoidap of a version made it, with a row in each table."""
    with closing(sqlite3.connect(path, isolation_level=None)) as opened:
        opened.execute("PRAGMA journal_mode = WAL")
        for script in MIGRATIONS[:version]:
            opened.executescript(script)
        opened.execute(f"PRAGMA user_version = {version}")
        tables = opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in tables:
            columns = opened.execute(f"PRAGMA table_info({table})").fetchall()
            values = [{"INTEGER": 7, "REAL": 7.0, "BLOB": b"7"}.get(one[2], "7") for one in columns]
            marks = ", ".join("?" * len(values))
            opened.execute(f"INSERT INTO {table} VALUES ({marks})", values)  # noqa: S608


@pytest.mark.parametrize("version", range(len(MIGRATIONS) + 1))
async def test_every_version_becomes_the_newest(tmp_path: Path, version: int) -> None:
    """A database of each version has what a new one has, keeps its rows and can be used."""
    new, old = tmp_path / "new.sqlite3", tmp_path / "old.sqlite3"
    await (await Store.open(new)).close()
    old_database(old, version)
    store = await Store.open(old)
    before = await store.questions.outcomes()
    store.questions.record(QuestionRecord(5, 6, "group", "missed"))
    assert await store.questions.outcomes() == {**before, "missed": 1}
    assert before == ({"7": 1} if version else {})
    assert len(await store.jobs.unfinished()) == (1 if version else 0)
    await store.close()
    assert schema(old) == schema(new)


async def test_released_scripts_are_not_edited() -> None:
    """A script that databases have gone through stays as it is: a change is another script."""
    digests = [hashlib.sha256(script.encode()).hexdigest()[:12] for script in MIGRATIONS]
    assert tuple(digests[: len(RELEASED)]) == RELEASED


@pytest.mark.parametrize("version", range(len(MIGRATIONS)))
async def test_killed_while_it_is_brought_up_to_date(tmp_path: Path, version: int) -> None:
    """A migration that is killed at any of its statements is made whole by the next start."""
    whole = tmp_path / "whole.sqlite3"
    old_database(whole, version)
    for left in (2, 3, 5, MIGRATIONS[version].count(";") + 2):
        path = tmp_path / f"killed-{left}.sqlite3"
        shutil.copy(whole, path)
        command = [sys.executable, "-c", KILLED, str(path), str(version), str(left)]
        died = subprocess.run(command, check=False)  # noqa: ASYNC221
        assert died.returncode == -signal.SIGKILL
        await (await Store.open(path)).close()
        with closing(sqlite3.connect(path)) as opened:
            assert opened.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
            assert opened.execute("SELECT COUNT(*) FROM questions").fetchone()[0] == min(version, 1)


async def test_full_database(tmp_path: Path) -> None:
    """Where there is no room a write is refused, reads go on, and it works again once there is."""
    store = await Store.open(tmp_path / "hoidap.sqlite3")
    await store._database.number("PRAGMA max_page_count = 1")
    long = "x" * 100_000
    with pytest.raises(StoreError, match="full"):
        await store.jobs.mark("a", long)
    assert "full" in await store.next_fault()
    assert await store.jobs.marked("a") is None
    await store._database.number("PRAGMA max_page_count = 1000000")
    assert await store.is_writable()
    await store.jobs.mark("a", long)
    await store.close()


async def test_nobody_waits_twice_for_a_locked_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a write has waited in vain the next ones do not, until one has succeeded."""
    waits: list[int] = []
    store = await Store.open(tmp_path / "hoidap.sqlite3")
    database = store._database
    monkeypatch.setattr(database_module, "_BUSY_MS", 60)
    await database.write("PRAGMA busy_timeout = 60")

    async def waited() -> None:
        waits.append(await database.number("PRAGMA busy_timeout"))

    with closing(sqlite3.connect(tmp_path / "hoidap.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for _ in range(2):
            assert not await store.is_writable()
            await waited()
        with pytest.raises(StoreError, match="locked"):
            await database.write_all([("DELETE FROM marks", ())])
        await waited()
        other.execute("ROLLBACK")
    assert await store.is_writable()
    await waited()
    assert waits == [database_module._IMPATIENT_MS] * 3 + [60]
    await store.close()


async def write_for_ever(path: Path) -> None:
    """Write rows, each a transaction, and say of each that it is done."""
    store = await Store.open(path)
    number = 0
    while True:
        number += 1
        await store.jobs.mark(str(number), "row")
        print(number, flush=True)


if __name__ == "__main__":
    asyncio.run(write_for_ever(Path(sys.argv[1])))
