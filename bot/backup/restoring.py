"""Putting an archive back: all of it or nothing, and nothing of what was there is lost.

First the archive is unpacked beside what is there and every digest is checked; only then are the
two exchanged (`swapping`). What was there stays in a folder of its own: an operator who has taken
the wrong archive has lost nothing, and says when it may go.
"""

import gzip
import hashlib
import os
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO

from bot import __version__
from bot.backup.layout import (
    CORPUS,
    DATABASE,
    DIGESTS,
    GENERATION,
    HEAD,
    Digests,
    Head,
    decode_digests,
    decode_head,
    is_expected,
)
from bot.backup.swapping import STAGING, Swap, clear_staging, put_back
from bot.data_lock import alone
from bot.errors import BackupError, BackupFault, StoreError
from bot.store.migrations import MIGRATIONS
from bot.store.snapshot import snapshot_version
from retrieval.errors import GenerationCorrupt, GenerationIncompatible
from retrieval.generation import CURRENT, GenerationStore, adopt

_PIECE = 1 << 20
_MOST_AT_ONCE = 64 << 20
"""Bytes; ten times what the digests of 50,000 files take."""
_REGULAR = (tarfile.REGTYPE, tarfile.AREGTYPE)
_BESIDE_DATABASE = ("", "-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back, and where what was there before is kept.

    Attributes:
        head: Of the archive.
        files: How many documents' files it had.
        kept: Folders with what was there; none where nothing was.
    """

    head: Head
    files: int
    kept: list[Path]


def restore(
    file: Path,
    data: Path,
    database: Path,
    corpus: Path,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> Restored:
    """Put back what the archive `file` has; what it has not stays as it is.

    Args:
        file: An archive.
        data: The folder of the generations.
        database: The SQLite file, in `data`.
        corpus: The folder of the documents.
        progress: Told how many bytes of how many have been read.

    Raises:
        BackupError: It cannot be put back; all is as it was.
        BuildBusy: A build is under way.
        GenerationError: The data folder cannot be written.
    """
    with _read(file) as raw:
        # Before anything is waited for or made.
        with _members(raw) as members:
            head = _head(next(members, None))
        raw.seek(0)
        data, corpus = data.resolve(), corpus.resolve()
        with alone(data), GenerationStore(data).locked():
            put_back(data)
            try:
                with _staged(data, corpus, head) as (staged, papers):
                    found = _unpack(raw, staged, papers, progress)
                    _check(staged, head)
                    return _exchanged(head, staged, papers, data, database, corpus, found)
            except OSError as error:
                reason = f"{error.filename or file}: {error.strerror or error}"
                raise BackupError(BackupFault.FAILED, reason) from error


@contextmanager
def _read(file: Path) -> Iterator[BinaryIO]:
    try:
        raw = file.open("rb")
    except OSError as error:
        raise BackupError(BackupFault.FAILED, f"{file}: {error.strerror}") from error
    with raw:
        yield raw


class _Unzipped(gzip.GzipFile):
    """What is compressed, of which nobody gets more at once than there is memory for.

    tarfile reads a member's long names in one piece, however long an archive says that they are.
    """

    def read(self, size: int | None = -1) -> bytes:
        """Return the next bytes."""
        if size is not None and size > _MOST_AT_ONCE:
            raise tarfile.ReadError("a header is too long")
        return super().read(size)


_Member = tuple[tarfile.TarInfo, IO[bytes]]


@contextmanager
def _members(raw: BinaryIO) -> Iterator[Iterator[_Member]]:
    """Yield the members of an archive: plain files of names that a backup has, each once."""
    try:
        with _Unzipped(fileobj=raw) as plain, tarfile.open(fileobj=plain, mode="r:") as archive:
            yield _plain_files(archive, plain)
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile, UnicodeError) as error:
        raise BackupError(BackupFault.BROKEN, str(error)) from error


def _plain_files(archive: tarfile.TarFile, plain: gzip.GzipFile) -> Iterator[_Member]:
    seen: set[str] = set()
    for member in archive:
        name = member.name
        content = archive.extractfile(member) if member.type in _REGULAR else None
        if content is None or member.issparse() or name in seen:
            raise BackupError(BackupFault.UNSAFE, name)
        if name not in (HEAD, DIGESTS) and not is_expected(name):
            raise BackupError(BackupFault.UNSAFE, name)
        if name in (HEAD, DIGESTS) and member.size > _MOST_AT_ONCE:
            raise BackupError(BackupFault.UNSAFE, name)
        seen.add(name)
        yield member, content
    while plain.read(_PIECE):  # its own checksum comes after the last member
        pass


def _head(first: _Member | None) -> Head:
    if first is None or first[0].name != HEAD:
        raise BackupError(BackupFault.BROKEN, HEAD)
    return decode_head(first[1].read())


@contextmanager
def _staged(data: Path, corpus: Path, head: Head) -> Iterator[tuple[Path, Path]]:
    """Yield new folders, on the disks of the data and of the corpus; they are gone afterwards."""
    folders = (data / STAGING, corpus / STAGING)
    clear_staging(data, corpus)
    made = not corpus.exists()
    try:
        folders[0].mkdir(parents=True, mode=0o700)
        if head.corpus:
            folders[1].mkdir(parents=True, mode=0o700)
        yield folders
    finally:
        clear_staging(data, corpus)
        if made:
            with suppress(OSError):  # it is used now, or was never made
                corpus.rmdir()


def _unpack(
    raw: BinaryIO, staged: Path, papers: Path, progress: Callable[[int, int], None]
) -> Digests:
    """Write the members below the two folders; return their digests, which are as they should be.

    Raises:
        BackupError: Something of it is not what was written.
    """
    size = os.fstat(raw.fileno()).st_size
    found: Digests = {}
    wanted: Digests | None = None
    with _members(raw) as members:
        for member, content in members:
            name = member.name
            if wanted is not None:
                raise BackupError(BackupFault.UNSAFE, name)
            if name == DIGESTS:
                wanted = decode_digests(content.read())
                continue
            inside = PurePosixPath(name).relative_to(CORPUS) if _is_paper(name) else None
            target = staged / name if inside is None else papers / inside
            found[name] = _copied(content, target, lambda: progress(min(raw.tell(), size), size))
            with suppress(OSError, ValueError, OverflowError):  # some times are none
                os.utime(target, (member.mtime, member.mtime))
    if wanted != found:
        wrong = sorted(set((wanted or {}).items()) ^ set(found.items()))
        raise BackupError(BackupFault.BROKEN, wrong[0][0] if wanted else DIGESTS)
    progress(size, size)
    return found


def _is_paper(name: str) -> bool:
    return name.startswith(f"{CORPUS}/")


def _copied(content: IO[bytes], target: Path, told: Callable[[], None]) -> tuple[int, str]:
    target.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with target.open("xb") as file:
        while piece := content.read(_PIECE):
            file.write(piece)
            digest.update(piece)
            size += len(piece)
            told()
    return size, digest.hexdigest()


def _check(staged: Path, head: Head) -> None:
    """Look whether what was unpacked can be used here.

    Raises:
        BackupError: It is of a newer version, or was not whole when it was put in.
    """
    there = ((staged / DATABASE).exists(), (staged / GENERATION).exists())
    if there != (head.database, bool(head.generation)):
        raise BackupError(BackupFault.BROKEN, HEAD)
    if head.database:
        try:
            version = snapshot_version(staged / DATABASE)
        except StoreError as error:
            raise BackupError(BackupFault.BROKEN, DATABASE) from error
        if version > len(MIGRATIONS):
            raise BackupError(BackupFault.NEWER, f"{head.hoidap} > {__version__}")
        (staged / DATABASE).chmod(0o600)


def _exchanged(
    head: Head,
    staged: Path,
    papers: Path,
    data: Path,
    database: Path,
    corpus: Path,
    found: Digests,
) -> Restored:
    """Let what was unpacked and what is there change places."""
    name = f"before-restore-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}"
    swap = Swap(data, corpus, [data / name, corpus / f".{name}"])
    kept, kept_papers = swap.kept
    if head.database:
        for end in _BESIDE_DATABASE:
            beside = database.with_name(f"{database.name}{end}")
            swap.move(beside, kept / beside.name)
        swap.move(staged / DATABASE, database)
    if head.generation:
        store = GenerationStore(data)
        folder = store.next_folder()
        try:
            adopt(staged / GENERATION, corpus)
        except GenerationIncompatible:
            pass  # the bot builds anew, as after any upgrade
        except GenerationCorrupt as error:
            raise BackupError(BackupFault.BROKEN, GENERATION) from error
        (staged / CURRENT).write_text(store.pointer_to(folder), encoding="utf-8")
        swap.move(staged / GENERATION, folder)
        swap.move(data / CURRENT, kept / CURRENT)
        swap.move(staged / CURRENT, data / CURRENT)
    if head.corpus:
        for path in _visible(corpus, data):
            swap.move(path, kept_papers / path.name)
        for path in _visible(papers, data):
            swap.move(path, corpus / path.name)
    swap.perform()
    return Restored(head, sum(map(_is_paper, found)), [one for one in swap.kept if one.exists()])


def _visible(folder: Path, data: Path) -> list[Path]:
    """Return what is to be moved of a folder: not what is hidden, nor what the data lie in."""
    return [
        path
        for path in sorted(folder.iterdir())
        if not path.name.startswith(".") and path != data and path not in data.parents
    ]
