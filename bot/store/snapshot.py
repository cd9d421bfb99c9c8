"""A copy of the database for a backup: whole, whatever is being written meanwhile."""

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from bot.errors import StoreError

_PASSING = ("UPDATE inbox SET body = NULL", "DELETE FROM jobs")
"""What only the running bot can deal with: words of messages, and work that is under way."""


def write_snapshot(database: Path, copy: Path) -> None:
    """Write a copy of `database` to `copy`, which is not there yet, without what is passing.

    In one step, by SQLite's own backup: in WAL mode it sees one moment, and nobody waits for it.

    Raises:
        StoreError: The database is damaged, or cannot be read.
        OSError: The copy cannot be written.
    """
    os.close(os.open(copy, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600))
    try:
        # Not made if it has gone since it was looked for.
        address = f"{database.resolve().as_uri()}?mode=rw"
        with (
            closing(sqlite3.connect(address, uri=True)) as source,
            closing(sqlite3.connect(copy, isolation_level=None)) as target,
        ):
            source.backup(target)
            _check(target)
            # The copy is one file, and what is deleted in it is gone.
            target.execute("PRAGMA journal_mode = DELETE")
            target.execute("PRAGMA secure_delete = ON")
            for statement in _PASSING:
                with suppress(sqlite3.OperationalError):  # of the first version
                    target.execute(statement)
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorname", "").startswith("SQLITE_FULL"):
            raise OSError(str(error)) from error
        raise StoreError(f"the database cannot be copied: {error}") from error


def snapshot_version(copy: Path) -> int:
    """Return which version of the tables a copy has, which is whole.

    Raises:
        StoreError: It is not whole.
    """
    try:
        with closing(sqlite3.connect(f"{copy.resolve().as_uri()}?mode=ro", uri=True)) as opened:
            _check(opened)
            (version,) = opened.execute("PRAGMA user_version").fetchone()
    except sqlite3.Error as error:
        raise StoreError(f"the database is damaged: {error}") from error
    return int(version)


def _check(opened: sqlite3.Connection) -> None:
    (said,) = opened.execute("PRAGMA quick_check(1)").fetchone()
    if said != "ok":
        raise StoreError(f"the database is damaged: {said}")
