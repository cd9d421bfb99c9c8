"""Whether the database is whole, of this version, and can be written; changes nothing."""

import sqlite3
from contextlib import closing
from enum import StrEnum
from pathlib import Path

from bot.store.migrations import MIGRATIONS

_WAIT_S = 2.0


class Condition(StrEnum):
    """What there is to say of a database."""

    ABSENT = "there is none yet"
    WELL = "it is whole"
    OLDER = "an earlier version wrote it"
    NEWER = "a newer version wrote it"
    LOCKED = "another process holds it"
    READ_ONLY = "it cannot be written"
    DAMAGED = "it is damaged, or cannot be read"


def examined(path: Path) -> tuple[Condition, str]:
    """Return the condition of the database at `path`, and what SQLite said of it."""
    if not path.exists():
        return Condition.ABSENT, ""
    address = f"{path.resolve().as_uri()}?mode=rw"
    try:
        connection = sqlite3.connect(address, uri=True, timeout=_WAIT_S, isolation_level=None)
        with closing(connection) as opened:
            (said,) = opened.execute("PRAGMA integrity_check(1)").fetchone()
            if said != "ok":
                return Condition.DAMAGED, str(said)
            (version,) = opened.execute("PRAGMA user_version").fetchone()
            if version > len(MIGRATIONS):
                return Condition.NEWER, ""
            opened.execute("BEGIN IMMEDIATE")
            opened.execute("ROLLBACK")
            return (Condition.WELL if version == len(MIGRATIONS) else Condition.OLDER), ""
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", "")
        if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            return Condition.LOCKED, str(error)
        if name.startswith("SQLITE_READONLY"):
            return Condition.READ_ONLY, str(error)
        return Condition.DAMAGED, str(error)
