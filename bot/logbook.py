"""Numbers of messages on the disk, each as soon as it is known: what a killed bot leaves behind.

One short line an event, appended in one write: it is there when the process dies in the next
moment, costs microseconds, and needs neither a thread nor the database. After a loss of power the
last lines may be missing. Knows nothing of what the events mean.
"""

import logging
import os
from collections.abc import Sequence
from pathlib import Path

_log = logging.getLogger(__name__)

_MOST_LINES = 40_000
_KEPT_LINES = 20_000

Entry = tuple[str, tuple[int, ...]]
"""A kind, one word, and numbers."""


class Logbook:
    """A file of lines that is cut down to its newest now and then; without a file, nothing."""

    def __init__(self) -> None:
        self._path: Path | None = None
        self._file: int | None = None
        self._lines = 0

    def open(self, path: Path) -> list[Entry]:
        """Go on writing at `path`, made if absent; return what is there, oldest first."""
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            lines = _lines(path)
            self._begin(lines)
        except OSError as error:
            self._give_up(error)
            return []
        return [entry for line in lines if (entry := _entry(line)) is not None]

    def write(self, kind: str, *numbers: int) -> None:
        """Add an entry."""
        if self._file is None:
            return
        try:
            os.write(self._file, " ".join([kind, *map(str, numbers)]).encode("ascii") + b"\n")
            self._lines += 1
            if self._lines > _MOST_LINES and self._path is not None:
                self._begin(_lines(self._path))
        except OSError as error:
            self._give_up(error)

    def close(self) -> None:
        """Write no more."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _begin(self, lines: Sequence[bytes]) -> None:
        """Put a file with the newest of `lines` in the place of the one there is."""
        if self._path is None:
            return
        self.close()
        kept = lines[-_KEPT_LINES:]
        new = self._path.with_suffix(".new")
        new.write_bytes(b"".join(line + b"\n" for line in kept))
        new.replace(self._path)
        self._file = os.open(self._path, os.O_WRONLY | os.O_APPEND)
        self._lines = len(kept)

    def _give_up(self, error: OSError) -> None:
        """Go on without: what is lost with it is what a crash in the next moment might double."""
        _log.error("logbook.failed error=%s", error)
        self.close()


def _lines(path: Path) -> Sequence[bytes]:
    return path.read_bytes().splitlines() if path.exists() else []


def _entry(line: bytes) -> Entry | None:
    """Return what a line says; None for one that a full disk has cut off."""
    kind, *numbers = line.split(b" ")
    try:
        return kind.decode("ascii"), tuple(map(int, numbers))
    except ValueError:
        return None
