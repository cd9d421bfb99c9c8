"""One SQLite file: opened, migrated, read, written. The only importer of aiosqlite."""

import asyncio
import json
import logging
import os
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiosqlite

from bot import metrics
from bot.errors import StoreError
from bot.store.migrations import MIGRATIONS

_log = logging.getLogger(__name__)

_BUSY_MS = 1_000
"""Nobody else writes but for moments; all answers wait meanwhile."""
_IMPATIENT_MS = 20
_SOON_S = 0.05


class Database:
    """A connection; statements run one by one, off the event loop.

    Going to its thread and back costs more than most statements do: each is one step.
    """

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection
        # No other statement comes between those of a transaction.
        self._writing = asyncio.Lock()
        # Whether it comes last, and the statement → its values.
        self._unwritten: dict[tuple[bool, str], list[object]] = {}
        self._flushing = asyncio.Lock()
        self._soon: asyncio.Task[None] | None = None
        self._waits_ms = _BUSY_MS
        self._fault = ""
        self._failed = asyncio.Event()

    @classmethod
    async def open(cls, path: Path) -> "Database":
        """Open the database at `path`, made if absent, and bring it to the newest version.

        Raises:
            StoreError: It cannot be opened, or a newer hoidap wrote it.
        """
        with _translated():
            await asyncio.to_thread(_make, path)
            connection = await aiosqlite.connect(path, isolation_level=None)
        try:
            with _translated():
                await connection.execute("PRAGMA journal_mode = WAL")
                # Each transaction is on the disk when it is done, whatever becomes of the power.
                await connection.execute("PRAGMA synchronous = FULL")
                # What is deleted is gone from the file too.
                await connection.execute("PRAGMA secure_delete = ON")
                await connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
                await _migrate(connection)
        except BaseException:
            await connection.close()
            raise
        return cls(connection)

    @property
    def unwritten(self) -> int:
        """How many rows are to be written soon."""
        return sum(map(len, self._unwritten.values()))

    async def close(self) -> None:
        """Write what was to be written soon, and close the file."""
        await self._flush_or_log()
        # Only now: what it had begun to write would be lost.
        if self._soon is not None:
            self._soon.cancel()
        await self._connection.close()

    async def write(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Run one statement; return the rows of its RETURNING, if it has that.

        Raises:
            StoreError: It cannot be run.
        """
        with _translated(self._note):
            async with self._writing, self._patience():
                return await self._run(statement, values)

    def write_soon(self, statement: str, value: object, *, last: bool = False) -> None:
        """Run a statement in a moment, once for all the values that come until then.

        Its one parameter is a JSON array of them. It is run before anything is read, and before
        `write_all`, `scrub` and `close` do their work; where it cannot be run, or the process dies
        before, it is not. With `last` it is run after those without.
        """
        self._unwritten.setdefault((last, statement), []).append(value)
        if self._soon is None or self._soon.done():
            self._soon = asyncio.create_task(self._write_later(), name="writing")

    async def rows(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a query.

        Raises:
            StoreError: It cannot be run.
        """
        await self._settle()
        with _translated(self._note):
            return await self._run(query, values)

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
        await self._flush()
        await self.write("PRAGMA wal_checkpoint(TRUNCATE)")

    async def write_all(self, statements: Iterable[tuple[str, Sequence[object]]]) -> None:
        """Run several statements, all of them or none.

        Raises:
            StoreError: They cannot be run.
        """
        await self._settle()
        await self._transact(statements)

    async def _transact(self, statements: Iterable[tuple[str, Sequence[object]]]) -> None:
        with _translated(self._note):
            async with self._writing, self._patience():
                try:
                    await self._connection.execute_fetchall("BEGIN IMMEDIATE")
                    for statement, values in statements:
                        await self._connection.execute_fetchall(statement, values)
                    await self._connection.execute_fetchall("COMMIT")
                except BaseException:
                    # Whoever is cancelled may have begun nothing yet, or ended it already; that
                    # there is nothing to take back must not hide the cancellation.
                    with suppress(sqlite3.Error, ValueError):
                        await self._connection.execute_fetchall("ROLLBACK")
                    raise

    async def next_fault(self) -> str:
        """Wait until something cannot be read or written; return what SQLite says of it."""
        await self._failed.wait()
        self._failed.clear()
        return self._fault

    async def is_writable(self) -> bool:
        """Return whether something can be written, and take what failed before for over if so."""
        try:
            await self.write("INSERT OR REPLACE INTO marks VALUES ('database-watch', '')")
        except StoreError:
            return False
        self._failed.clear()
        return True

    def _note(self, error: BaseException) -> None:
        self._fault = str(error)
        self._failed.set()

    @asynccontextmanager
    async def _patience(self) -> AsyncIterator[None]:
        """Wait for another process that holds the database, but not again until it lets go.

        Everything is done one after the other: if each write waited, no answer would come.
        """
        try:
            yield
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorname", "").startswith("SQLITE_BUSY"):
                await self._wait_at_most(_IMPATIENT_MS)
            raise
        await self._wait_at_most(_BUSY_MS)

    async def _wait_at_most(self, milliseconds: int) -> None:
        if milliseconds != self._waits_ms:
            await self._connection.execute_fetchall(f"PRAGMA busy_timeout = {milliseconds}")
            self._waits_ms = milliseconds

    async def _run(self, statement: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        # In one step: a read that is left half-way would keep `scrub` from its work.
        return [tuple(row) for row in await self._connection.execute_fetchall(statement, values)]

    async def _write_later(self) -> None:
        while self._unwritten:
            await asyncio.sleep(_SOON_S)
            await self._flush_or_log()

    async def _settle(self) -> None:
        """Write what was to be written soon, even if whoever waits for it is cancelled."""
        if self._unwritten or self._flushing.locked():
            await asyncio.shield(self._flush_or_log())

    async def _flush_or_log(self) -> None:
        try:
            await self._flush()
        except StoreError as error:
            _log.warning("store.failed error=%s", error)

    async def _flush(self) -> None:
        """Write what was to be written soon.

        Raises:
            StoreError: It cannot be written.
        """
        # When it returns, what another one had begun to write is written as well.
        async with self._flushing:
            unwritten, self._unwritten = self._unwritten, {}
            # Together: the disk is waited for once.
            statements = [
                (statement, (_json(values),))
                for (_, statement), values in sorted(unwritten.items())
            ]
            if statements:
                await self._transact(statements)


class _translated:
    """Turns the database's exceptions into StoreError, and notes them."""

    def __init__(self, note: Callable[[BaseException], None] = lambda _: None) -> None:
        self._note = note

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        # ValueError: aiosqlite's word for a connection that is closed.
        if isinstance(error, sqlite3.Error | OSError | ValueError):
            self._note(error)
            metrics.DATABASE_FAILURES.inc()
            raise StoreError(f"the database cannot be used: {error}") from error


def _make(path: Path) -> None:
    """Make an empty file that nobody else may read; SQLite's own beside it have the same rights."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def each_of(count: int) -> str:
    """Return the SQL of so many columns of a row that `write_soon` was given as a list."""
    return ", ".join(f"json_extract(value, '$[{number}]')" for number in range(count))


def _json(values: list[object]) -> str:
    # Half a surrogate pair is no text that SQLite could give back.
    return json.dumps(values, ensure_ascii=False).encode("utf-8", "replace").decode()


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
