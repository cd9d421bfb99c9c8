"""Telling the operators of a database that fails: once, and once more when it works again."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.database_watch import DatabaseWatch
from bot.errors import StoreError
from bot.operators import Saying
from bot.store import Store
from bot.store import database as database_module
from bot.texts.operators import EN

pytestmark = pytest.mark.asyncio(loop_scope="session")


class Operators:
    """What the operators were told, and how often somebody waited."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.looks = asyncio.Semaphore(0)
        self.heard = asyncio.Event()

    async def tell(self, saying: Saying) -> None:
        """Take what is said in English."""
        self.told += saying("en")
        self.heard.set()

    async def hear(self, count: int) -> None:
        """Wait until so many things have been said."""
        while len(self.told) < count:
            await self.heard.wait()
            self.heard.clear()

    async def pause(self, _: float) -> None:
        """Wait until the test lets time pass."""
        await self.looks.acquire()


async def test_a_fault_is_told_once_and_its_end(
    store: Store, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However often the database fails it is told once, until it works; then again."""
    monkeypatch.setattr(database_module, "_IMPATIENT_MS", 1)
    monkeypatch.setattr(database_module, "_BUSY_MS", 1)
    operators = Operators()
    watching = asyncio.create_task(
        DatabaseWatch(store, operators.tell, pause=operators.pause).run()
    )
    failing = EN.database_fails.format(reason="database is locked")
    for times in (1, 2):
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            for _ in range(3):
                with pytest.raises(StoreError):
                    await store.jobs.mark("a", "b")
            await operators.hear(2 * times - 1)
            operators.looks.release()
            with pytest.raises(StoreError):
                await store.jobs.mark("a", "b")
            other.execute("ROLLBACK")
        operators.looks.release()
        await operators.hear(2 * times)
    assert operators.told == [failing, EN.database_works] * 2
    watching.cancel()


async def test_a_database_that_could_not_be_opened() -> None:
    """Where there is no database the operators are told at once what does not work."""
    operators = Operators()
    await DatabaseWatch(None, operators.tell).run()
    assert operators.told == [EN.database_absent]
