"""Making an archive, while the bot goes on.

It is written beside its place and renamed at the end, so that a file of its name is whole. What is
not whole any more (an index with a flipped byte, a damaged database, a document that cannot be
opened) is left out and said so: the rest is worth keeping all the same.
"""

import hashlib
import io
import os
import tarfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from typing import BinaryIO

from bot import __version__
from bot.backup.layout import (
    CORPUS,
    DATABASE,
    DIGESTS,
    FORMAT,
    GENERATION,
    HEAD,
    Digests,
    Head,
    encode_digests,
)
from bot.errors import BackupError, BackupFault, StoreError
from bot.store.snapshot import write_snapshot
from retrieval.copying import sync
from retrieval.errors import GenerationError, GenerationMissing
from retrieval.generation import MANIFEST, GenerationStore, read_manifest, verify

_COMPRESSION = 1
_READ_WHOLE_BYTES = 64 << 20
"""A file that somebody is writing to is as long as it was when its size was read."""
_TRIES = 3

Progress = Callable[[int, int], None]
"""Is told how many bytes of how many are done."""


class Lack(StrEnum):
    """Why something is not in an archive; of the first two there is nothing to keep."""

    NO_INDEX = "there is no index yet"
    NO_DATABASE = "there is no database yet"
    UNREADABLE = "cannot be read"
    BROKEN_INDEX = "the index is damaged"
    BROKEN_DATABASE = "the database is damaged"


@dataclass(slots=True)
class Backup:
    """What a backup has, and has not.

    Attributes:
        bytes: Of the archive.
        files: Of the corpus.
        lacks: (what, why it is not in it).
    """

    bytes: int = 0
    files: int = 0
    lacks: list[tuple[str, Lack]] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether all that there is is in it."""
        return all(lack in (Lack.NO_INDEX, Lack.NO_DATABASE) for _, lack in self.lacks)


def back_up(
    file: Path,
    data: Path,
    database: Path,
    corpus: Path | None,
    progress: Progress = lambda *_: None,
) -> Backup:
    """Write all that hoidap has to `file`, readable by its owner alone.

    Args:
        file: Replaced, if it is there.
        data: Of the generations.
        database: The SQLite file.
        corpus: None to leave the documents out.
        progress: Told as it goes.

    Raises:
        BackupError: It cannot be written; what was at `file` is untouched.
    """
    if corpus is not None and corpus.resolve() in file.resolve().parents:
        raise BackupError(BackupFault.IN_CORPUS, str(file))
    backup = Backup()
    try:
        with _replaced(file) as raw, ExitStack() as opened:
            copy = opened.enter_context(_database_copy(file, database, backup))
            name, index = _index_files(data, opened, backup)
            papers = [] if corpus is None else list(_papers(corpus, data.resolve()))
            writer = _Writer(raw, progress, [size for _, _, size in index], copy, papers)
            created = datetime.now(UTC).isoformat(timespec="seconds")
            head = Head(FORMAT, __version__, created, name, corpus is not None, copy is not None)
            with writer:
                writer.add(HEAD, io.BytesIO(head.encoded()), len(head.encoded()))
                if copy is not None:
                    with copy.open("rb") as database_file:
                        writer.add(DATABASE, database_file, copy.stat().st_size)
                for member, stream, size in index:
                    writer.add(f"{GENERATION}/{member}", stream, size)
                for member, path in papers:
                    _add_paper(writer, member, path, backup)
        backup.bytes = file.stat().st_size
    except OSError as error:
        raise BackupError(BackupFault.FAILED, f"{file}: {error.strerror or error}") from error
    return backup


@contextmanager
def _replaced(file: Path) -> Iterator[BinaryIO]:
    """Yield a file that takes the place of `file` at the end, and is nothing if that is not."""
    temporary = file.with_name(f".{file.name}.new")
    # Of a fixed name, so that what a process left that was killed is taken over, not left for ever.
    descriptor = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with open(descriptor, "wb") as raw:  # noqa: PTH123
        try:
            flock(raw, LOCK_EX | LOCK_NB)
            # Whoever held it may just have given it the name that it was made for.
            if not os.path.samestat(os.fstat(descriptor), temporary.stat()):
                raise BlockingIOError(str(temporary))
        except OSError as error:
            raise BackupError(BackupFault.TWICE, str(file)) from error
        try:
            raw.truncate(0)
            os.fchmod(descriptor, 0o600)
            yield raw
            raw.flush()
            os.fsync(descriptor)
            temporary.replace(file)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    sync(file.parent)


@contextmanager
def _database_copy(file: Path, database: Path, backup: Backup) -> Iterator[Path | None]:
    """Yield a copy of the database, which is gone afterwards; None where there is none to copy."""
    if not database.exists():
        backup.lacks.append((database.name, Lack.NO_DATABASE))
        yield None
        return
    copy = file.with_name(f".{file.name}.sqlite3.new")
    try:
        copy.unlink(missing_ok=True)
        try:
            write_snapshot(database, copy)
        except StoreError:
            backup.lacks.append((database.name, Lack.BROKEN_DATABASE))
            yield None
        else:
            yield copy
    finally:
        copy.unlink(missing_ok=True)
        copy.with_name(f"{copy.name}-journal").unlink(missing_ok=True)


def _index_files(
    data: Path, opened: ExitStack, backup: Backup
) -> tuple[str, list[tuple[str, BinaryIO, int]]]:
    """Return the current generation's name and its files, opened: a build may remove it."""
    store = GenerationStore(data)
    for _ in range(_TRIES):
        try:
            folder = store.current()
            manifest = read_manifest(folder)
            verify(folder, manifest)
            index: list[tuple[str, BinaryIO, int]] = []
            for name in (*manifest.files, MANIFEST):
                stream = opened.enter_context((folder / name).open("rb"))
                index.append((name, stream, os.fstat(stream.fileno()).st_size))
            return folder.name, index
        except GenerationMissing:
            backup.lacks.append((GENERATION, Lack.NO_INDEX))
            return "", []
        except (GenerationError, OSError):
            # Two builds may have ended meanwhile, of which the second has removed it.
            continue
    backup.lacks.append((GENERATION, Lack.BROKEN_INDEX))
    return "", []


def _papers(corpus: Path, data: Path) -> Iterator[tuple[str, Path]]:
    """Yield (member, file) of a corpus, links to files included, but nothing hidden nor `data`."""
    if not corpus.is_dir():
        return
    for folder, folders, names in os.walk(corpus):
        here = Path(folder)
        folders[:] = sorted(
            name for name in folders if name[0] != "." and (here / name).resolve() != data
        )
        for name in sorted(names):
            path = here / name
            if name[0] != "." and path.is_file():
                yield f"{CORPUS}/{path.relative_to(corpus).as_posix()}", path


def _add_paper(writer: "_Writer", name: str, path: Path, backup: Backup) -> None:
    try:
        file = path.open("rb")
    except FileNotFoundError:  # it vanished since it was listed
        return
    except OSError:
        backup.lacks.append((name, Lack.UNREADABLE))
        return
    with file:
        status = os.fstat(file.fileno())
        stream: BinaryIO = file
        size = status.st_size
        if size <= _READ_WHOLE_BYTES:
            stream = io.BytesIO(file.read())
            size = len(stream.getbuffer())
        writer.add(name, stream, size, status.st_mtime)
    backup.files += 1


class _Writer:
    """Adds members to an archive and knows their digests; the last member has these."""

    def __init__(
        self,
        raw: BinaryIO,
        progress: Progress,
        sizes: list[int],
        copy: Path | None,
        papers: list[tuple[str, Path]],
    ) -> None:
        self._archive = tarfile.open(  # noqa: SIM115
            fileobj=raw, mode="w:gz", compresslevel=_COMPRESSION, format=tarfile.PAX_FORMAT
        )
        self._digests: Digests = {}
        self._progress = progress
        self._done = 0
        self._total = sum(
            [*sizes, *(_size(path) for _, path in papers), _size(copy) if copy else 0]
        )

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is None:
            last = encode_digests(self._digests)
            self.add(DIGESTS, io.BytesIO(last), len(last))
            self._archive.close()

    def add(self, name: str, stream: BinaryIO, size: int, written: float = 0.0) -> None:
        """Add a member of `size` bytes.

        Raises:
            BackupError: The file has become shorter.
        """
        info = tarfile.TarInfo(name)
        info.size, info.mtime, info.mode = size, written, 0o600
        reader = _Reader(stream, self._read)
        try:
            self._archive.addfile(info, reader)
        except OSError as error:
            if reader.bytes < size and error.errno is None:
                raise BackupError(BackupFault.CHANGED, name) from error
            raise
        self._digests[name] = (size, reader.digest.hexdigest())

    def _read(self, size: int) -> None:
        self._done = min(self._total, self._done + size)
        self._progress(self._done, self._total)


class _Reader(io.RawIOBase):
    """Reads from a stream, and knows the digest of what has been read."""

    def __init__(self, stream: BinaryIO, read: Callable[[int], None]) -> None:
        self._stream = stream
        self._told = read
        self.digest = hashlib.sha256()
        self.bytes = 0

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes."""
        piece = self._stream.read(size)
        self.digest.update(piece)
        self.bytes += len(piece)
        self._told(len(piece))
        return piece


def _size(path: Path) -> int:
    with suppress(OSError):
        return path.stat().st_size
    return 0
