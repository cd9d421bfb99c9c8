"""SQLite: chats, settings, a question log without texts, and jobs. The only importer of aiosqlite.

Never in an answer's way: callers carry on without it when it raises StoreError.
"""

import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiosqlite

from bot.errors import StoreError

_MIGRATIONS = (
    """
    CREATE TABLE chats (
        chat_id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        first_seen REAL NOT NULL,
        last_seen REAL NOT NULL
    ) STRICT;
    CREATE TABLE settings (
        chat_id INTEGER NOT NULL,
        name TEXT NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (chat_id, name)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE questions (
        id INTEGER PRIMARY KEY,
        asked_at REAL NOT NULL,
        chat_id INTEGER NOT NULL,
        message_id INTEGER NOT NULL,
        surface TEXT NOT NULL,
        outcome TEXT NOT NULL,
        confidence REAL NOT NULL,
        seconds REAL NOT NULL,
        generation TEXT NOT NULL
    ) STRICT;
    CREATE INDEX questions_by_time ON questions (asked_at);
    CREATE TABLE jobs (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        chat_id INTEGER NOT NULL,
        message_id INTEGER NOT NULL,
        language TEXT NOT NULL,
        started_at REAL NOT NULL
    ) STRICT;
    """,
)
"""Script i takes a database from version i to i + 1; never edit one that has been released."""

_BUSY_MS = 5_000


@dataclass(frozen=True, slots=True)
class QuestionRecord:
    """One question as it is kept: everything but its text and its asker.

    Attributes:
        surface: private, group, channel.
        outcome: answered, missed, refused, overloaded, deadline, failed.
        confidence: 0 to 1; 0 where there was no answer.
        seconds: From the update's arrival to the reply.
        generation: Name of the generation that answered, or "".
    """

    chat_id: int
    message_id: int
    surface: str
    outcome: str
    confidence: float = 0.0
    seconds: float = 0.0
    generation: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """A long task that reports by editing one message."""

    id: int
    kind: str
    chat_id: int
    message_id: int
    language: str


class Store:
    """One database file; open it once, close it at the end."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    @classmethod
    async def open(cls, path: Path) -> "Store":
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
                await connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
                await _migrate(connection)
        except BaseException:
            await connection.close()
            raise
        return cls(connection)

    async def close(self) -> None:
        """Close the file."""
        await self._connection.close()

    async def saw_chat(self, chat_id: int, kind: str) -> None:
        """Remember a chat and when it was last active."""
        await self._write(
            "INSERT INTO chats VALUES (?, ?, ?, ?) "
            "ON CONFLICT (chat_id) DO UPDATE "
            "SET kind = excluded.kind, last_seen = excluded.last_seen",
            (chat_id, kind, time.time(), time.time()),
        )

    async def record(self, question: QuestionRecord) -> None:
        """Add a question to the log."""
        await self._write(
            "INSERT INTO questions (asked_at, chat_id, message_id, surface, outcome, confidence, "
            "seconds, generation) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                time.time(),
                question.chat_id,
                question.message_id,
                question.surface,
                question.outcome,
                question.confidence,
                question.seconds,
                question.generation,
            ),
        )

    async def outcomes(self) -> dict[str, int]:
        """Return outcome → how many questions ended so."""
        async with self._rows("SELECT outcome, COUNT(*) FROM questions GROUP BY outcome") as rows:
            return {str(row[0]): int(row[1]) for row in rows}

    async def setting(self, chat_id: int, name: str) -> str | None:
        """Return a chat's setting, or None where it was never set."""
        query = "SELECT value FROM settings WHERE chat_id = ? AND name = ?"
        async with self._rows(query, (chat_id, name)) as rows:
            return next((str(row[0]) for row in rows), None)

    async def set_setting(self, chat_id: int, name: str, value: str) -> None:
        """Set a chat's setting."""
        await self._write(
            "INSERT INTO settings VALUES (?, ?, ?) "
            "ON CONFLICT (chat_id, name) DO UPDATE SET value = excluded.value",
            (chat_id, name, value),
        )

    async def start_job(self, kind: str, chat_id: int, message_id: int, language: str) -> int:
        """Note that a job runs; return its id for `end_job`."""
        return await self._write(
            "INSERT INTO jobs (kind, chat_id, message_id, language, started_at) "
            "VALUES (?, ?, ?, ?, ?)",
            (kind, chat_id, message_id, language, time.time()),
        )

    async def end_job(self, job_id: int) -> None:
        """Note that a job has ended."""
        await self._write("DELETE FROM jobs WHERE id = ?", (job_id,))

    async def unfinished_jobs(self) -> list[Job]:
        """Return the jobs that were running when the process last ended."""
        query = "SELECT id, kind, chat_id, message_id, language FROM jobs ORDER BY id"
        async with self._rows(query) as rows:
            return [Job(int(r[0]), str(r[1]), int(r[2]), int(r[3]), str(r[4])) for r in rows]

    async def _write(self, statement: str, values: tuple[object, ...]) -> int:
        with _translated():
            async with self._connection.execute(statement, values) as cursor:
                return cursor.lastrowid or 0

    @asynccontextmanager
    async def _rows(
        self, query: str, values: tuple[object, ...] = ()
    ) -> AsyncIterator[list[tuple[Any, ...]]]:
        with _translated():
            async with self._connection.execute(query, values) as cursor:
                rows = [tuple(row) for row in await cursor.fetchall()]
        yield rows


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
    if version > len(_MIGRATIONS):
        raise StoreError(
            f"the database has version {version}; this hoidap knows {len(_MIGRATIONS)}"
        )
    for number, script in enumerate(_MIGRATIONS[version:], start=version + 1):
        await connection.executescript(
            f"BEGIN IMMEDIATE; {script} PRAGMA user_version = {number}; COMMIT;"
        )
