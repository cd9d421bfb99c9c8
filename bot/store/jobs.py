"""Long tasks that report by editing one message; what a dead process left is seen by the next."""

import time
from dataclasses import dataclass

from bot.store.database import Database


@dataclass(frozen=True, slots=True)
class Job:
    """A long task that reports by editing one message."""

    id: int
    kind: str
    chat_id: int
    message_id: int
    language: str


class Jobs:
    """Rows of `jobs`, and `marks`: when something was last done."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def start(self, kind: str, chat_id: int, message_id: int, language: str) -> int:
        """Note that a job runs; return its id for `end`."""
        [(number,)] = await self._database.write(
            "INSERT INTO jobs (kind, chat_id, message_id, language, started_at) "
            "VALUES (?, ?, ?, ?, ?) RETURNING id",
            (kind, chat_id, message_id, language, time.time()),
        )
        return int(number)

    async def end(self, job_id: int) -> None:
        """Note that a job has ended."""
        await self._database.write("DELETE FROM jobs WHERE id = ?", (job_id,))

    async def unfinished(self) -> list[Job]:
        """Return the jobs that were running when the process last ended."""
        query = "SELECT id, kind, chat_id, message_id, language FROM jobs ORDER BY id"
        rows = await self._database.rows(query)
        return [Job(int(r[0]), str(r[1]), int(r[2]), int(r[3]), str(r[4])) for r in rows]

    async def mark(self, name: str, value: str) -> None:
        """Keep a short text under a name."""
        await self._database.write("INSERT OR REPLACE INTO marks VALUES (?, ?)", (name, value))

    async def marked(self, name: str) -> str | None:
        """Return what is kept under a name."""
        rows = await self._database.rows("SELECT value FROM marks WHERE name = ?", (name,))
        return str(rows[0][0]) if rows else None
