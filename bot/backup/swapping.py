"""Several files and folders that change places with others: all of them, or none.

Each move is one rename. The list of all is on the disk before the first and gone after the last, so
that whoever finds it there knows that a restore was cut short, and puts everything back.
"""

import json
import os
import shutil
from contextlib import suppress
from pathlib import Path

from bot.data_lock import alone
from bot.errors import BackupError, BackupFault
from retrieval.copying import sync

STAGING = ".hoidap-restore"
"""Where an archive is unpacked, in the data folder and in the corpus."""
_LIST = "restore.json"


def interrupted(data: Path) -> bool:
    """Return whether a restore into `data` was cut short, or is under way."""
    return (data / _LIST).exists() or (data / STAGING).exists()


def recover(data: Path, corpus: Path) -> bool:
    """Let all be as before a restore that was cut short; return whether there was one.

    Raises:
        BackupError: It is still under way, or what it moved cannot be put back.
    """
    if not interrupted(data):
        return False
    try:
        with alone(data):
            put_back(data)
            clear_staging(data, corpus)
    except OSError as error:
        raise BackupError(BackupFault.FAILED, f"{error.filename}: {error.strerror}") from error
    except BackupError as error:
        if error.fault is BackupFault.IN_USE:
            raise BackupError(BackupFault.RESTORING, error.detail) from error
        raise
    return True


def clear_staging(data: Path, corpus: Path) -> None:
    """Remove what was unpacked and has not been moved; that in `data` last, as it is looked for.

    Raises:
        OSError: It cannot be removed.
    """
    for folder in (corpus / STAGING, data / STAGING):
        if folder.is_symlink():
            folder.unlink()
        elif folder.exists():
            shutil.rmtree(folder)


def put_back(data: Path) -> None:
    """Put everything back that was moved, if a restore was cut short; by who has `data` alone.

    Raises:
        BackupError: It cannot be put back.
    """
    path = data / _LIST
    try:
        listed = json.loads(path.read_text(encoding="utf-8"))
        moves = [(Path(source), Path(target)) for source, target in listed["moves"]]
        kept = [Path(folder) for folder in listed["kept"]]
    except FileNotFoundError:
        return
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise BackupError(BackupFault.FAILED, str(path)) from error
    try:
        _undo(moves, kept)
        path.unlink()
        sync(data)
    except OSError as error:
        raise BackupError(BackupFault.FAILED, f"{error.filename}: {error.strerror}") from error


class Swap:
    """Moves to be made together.

    Attributes:
        kept: Folders, made when they are needed, for what has to give way.
    """

    def __init__(self, data: Path, corpus: Path, kept: list[Path]) -> None:
        self.kept = kept
        self._data = data
        self._corpus = corpus
        self._moves: list[tuple[Path, Path]] = []

    def move(self, source: Path, target: Path) -> None:
        """Add a move; one of what is not there is none."""
        if os.path.lexists(source):
            self._moves.append((source, target))

    def perform(self) -> None:
        """Make all moves.

        Raises:
            OSError: One cannot be made; none is.
        """
        for source, _ in self._moves:
            _sync_tree(source)
        self._write_list()
        try:
            for folder in self.kept:
                if any(folder in target.parents for _, target in self._moves):
                    folder.mkdir(mode=0o700)
            for source, target in self._moves:
                if os.path.lexists(target):
                    raise FileExistsError(0, "it is in the way", str(target))
                source.rename(target)
        except OSError:
            put_back(self._data)
            raise
        for folder in {path.parent for move in self._moves for path in move}:
            sync(folder)
        # While the list is there, so that what is unpacked without a list is of one that failed.
        clear_staging(self._data, self._corpus)
        (self._data / _LIST).unlink()
        sync(self._data)

    def _write_list(self) -> None:
        text = json.dumps(
            {
                "moves": [[str(source), str(target)] for source, target in self._moves],
                "kept": list(map(str, self.kept)),
            }
        )
        temporary = self._data / f".{_LIST}.new"
        with temporary.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self._data / _LIST)
        sync(self._data)


def _undo(moves: list[tuple[Path, Path]], kept: list[Path]) -> None:
    for source, target in reversed(moves):
        # One that was not made, or has been taken back already, has its source in its place.
        if os.path.lexists(target) and not os.path.lexists(source):
            source.parent.mkdir(parents=True, exist_ok=True)
            target.rename(source)
            sync(source.parent)
    for folder in kept:
        with suppress(OSError):
            folder.rmdir()


def _sync_tree(path: Path) -> None:
    """Make durable what was unpacked."""
    if STAGING not in path.parts:
        return
    for folder, _, names in os.walk(path):
        for name in names:
            sync(Path(folder, name))
        sync(Path(folder))
    if path.is_file():
        sync(path)
