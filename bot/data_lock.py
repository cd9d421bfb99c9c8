"""Who uses a data folder: bots, as many as there are, or one restore, alone.

`flock` says so, and the kernel lets go of it when a process dies, however that dies. Builds have a
lock of their own (`retrieval.generation`).
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_NB, LOCK_SH, flock
from pathlib import Path
from typing import IO

from bot.errors import BackupError, BackupFault

_LOCK = "use.lock"
_log = logging.getLogger(__name__)


@contextmanager
def in_use(data: Path) -> Iterator[None]:
    """Let nobody replace what is in `data` while the context lasts.

    A folder that may not be written to can have no lock, and nobody could replace anything there.

    Raises:
        BackupError: A restore is under way.
    """
    try:
        data.mkdir(parents=True, exist_ok=True)
        lock = (data / _LOCK).open("a")
    except OSError as error:
        _log.warning("data.no_lock error=%s", type(error).__name__)
        yield
        return
    with lock:
        _hold(lock, LOCK_SH, BackupError(BackupFault.RESTORING, str(data)))
        yield


@contextmanager
def alone(data: Path) -> Iterator[None]:
    """Let no bot use `data` while the context lasts.

    Raises:
        BackupError: One does, or a restore is under way, or the folder cannot be written.
    """
    try:
        data.mkdir(parents=True, exist_ok=True)
        lock = (data / _LOCK).open("a")
    except OSError as error:
        raise BackupError(BackupFault.FAILED, f"{data}: {error.strerror}") from error
    with lock:
        _hold(lock, LOCK_EX, BackupError(BackupFault.IN_USE, str(data)))
        yield


def _hold(lock: IO[str], kind: int, refusal: BackupError) -> None:
    try:
        flock(lock, kind | LOCK_NB)
    except OSError as error:
        raise refusal from error
