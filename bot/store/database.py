"""One SQLite file: opened, migrated, read, written. The only importer of aiosqlite."""

import asyncio
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiosqlite

from bot.errors import StoreError
from bot.store.migrations import MIGRATIONS

_BUSY_MS = 5_000


class Database:
    """A connection; statements run one by one, off the event loop."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection
        # No other statement comes between those of a transaction.
        self._writing = asyncio.Lock()

    @classmethod
    async def open(cls, path: Path) -> "Database":
        """Open the database at `path`, made if absent, and bring it to the newest version.

        Raises:
            StoreError: It cannot be opened, or a newer hoidap wrote it.
        """
        with _translated():
            path.parent.mkdir(parents=True, exist_ok=True)
            connection = await aiosqlite.connect(path, isolation_level=None)
        try:
            with _translated():
                await connection.execute("PRAGMA journal_mode = WAL")
                await connection.execute("PRAGMA synchronous = NORMAL")
                # What is deleted is gone from the file too.
                await connection.execute("PRAGMA secure_delete = ON")
                await connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
                await _migrate(connection)
        except BaseException:
            await connection.close()
            raise
        return cls(connection)

    async def close(self) -> None:
        """Close the file."""
        await self._connection.close()

    async def write(self, statement: str, values: Sequence[object] = ()) -> int:
        """Run one statement; return how many rows it changed.

        Raises:
            StoreError: It cannot be run.
        """
        with _translated():
            async with self._writing, self._connection.execute(statement, values) as cursor:
                return cursor.rowcount

    async def insert(self, statement: str, values: Sequence[object] = ()) -> int:
        """Run one INSERT; return the id of the new row.

        Raises:
            StoreError: It cannot be run.
        """
        with _translated():
            async with self._writing, self._connection.execute(statement, values) as cursor:
                return cursor.lastrowid or 0

    async def rows(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a query.

        Raises:
            StoreError: It cannot be run.
        """
        with _translated():
            # In one step: a read that is left half-way would keep `scrub` from its work.
            return [tuple(row) for row in await self._connection.execute_fetchall(query, values)]

    async def number(self, query: str, values: Sequence[object] = ()) -> int:
        """Return the one number that a query gives.

        Raises:
            StoreError: It cannot be run.
        """
        [(value,)] = await self.rows(query, values)
        return int(value or 0)

    async def scrub(self) -> None:
        """Let nothing that was deleted remain in the file that writes go through first.

        Raises:
            StoreError: It cannot be done.
        """
        with _translated():
            async with self._writing:
                await self._connection.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")

    async def write_all(self, statements: Iterable[tuple[str, Sequence[object]]]) -> None:
        """Run several statements, all of them or none.

        Raises:
            StoreError: They cannot be run.
        """
        with _translated():
            async with self._writing:
                try:
                    await self._connection.execute("BEGIN IMMEDIATE")
                    for statement, values in statements:
                        await self._connection.execute(statement, values)
                    await self._connection.execute("COMMIT")
                except BaseException:
                    # Whoever is cancelled may have begun nothing yet, or ended it already; that
                    # there is nothing to take back must not hide the cancellation.
                    with suppress(sqlite3.Error):
                        await self._connection.execute("ROLLBACK")
                    raise


class _translated:
    """Turns the database's exceptions into StoreError."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        # ValueError: aiosqlite's word for a connection that is closed.
        if isinstance(error, sqlite3.Error | OSError | ValueError):
            raise StoreError(f"the database cannot be used: {error}") from error


async def _migrate(connection: aiosqlite.Connection) -> None:
    async with connection.execute("PRAGMA user_version") as cursor:
        row = await cursor.fetchone()
    version = int(row[0]) if row else 0
    if version > len(MIGRATIONS):
        raise StoreError(f"the database has version {version}; this hoidap knows {len(MIGRATIONS)}")
    for number, script in enumerate(MIGRATIONS[version:], start=version + 1):
        await connection.executescript(
            f"BEGIN IMMEDIATE; {script} PRAGMA user_version = {number}; COMMIT;"
        )
