"""SQLite: chats, settings, a question log, answers, people, jobs and the inbox.

Never in an answer's way: callers carry on without it when it raises StoreError.
"""

from pathlib import Path

from bot.store.answers import Answers, GivenAnswer
from bot.store.chats import Chats
from bot.store.database import Database
from bot.store.inbox import Inbox, Waiting
from bot.store.jobs import Job, Jobs
from bot.store.people import People
from bot.store.questions import Missed, QuestionRecord, Questions

__all__ = ["GivenAnswer", "Job", "Missed", "QuestionRecord", "Store", "Waiting"]


class Store:
    """One database file, by subject; open it once, close it at the end."""

    def __init__(self, database: Database, people: People) -> None:
        self._database = database
        self.people = people
        self.answers = Answers(database)
        self.chats = Chats(database)
        self.inbox = Inbox(database)
        self.jobs = Jobs(database)
        self.questions = Questions(database)

    @classmethod
    async def open(cls, path: Path) -> "Store":
        """Open the database at `path`, made if absent, and bring it to the newest version.

        Raises:
            StoreError: It cannot be opened, or a newer hoidap wrote it.
        """
        database = await Database.open(path)
        try:
            return cls(database, await People.open(database))
        except BaseException:
            await database.close()
            raise

    async def next_fault(self) -> str:
        """Wait until something cannot be read or written; return what SQLite says of it."""
        return await self._database.next_fault()

    async def is_writable(self) -> bool:
        """Return whether something can be written, and take what failed before for over if so."""
        return await self._database.is_writable()

    @property
    def unwritten(self) -> int:
        """How many rows are to be written soon."""
        return self._database.unwritten

    async def look(self) -> None:
        """See whether the database answers.

        Raises:
            StoreError: It does not.
        """
        await self._database.number("SELECT COUNT(*) FROM sqlite_master")

    async def close(self) -> None:
        """Close the file."""
        await self._database.close()
