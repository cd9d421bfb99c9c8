"""The documents of a corpus for a build: read, or taken over from the generation before.

Refuses to know how an index is written.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from retrieval.documents import CorpusFile, DocumentReader, digest_of, file_bytes
from retrieval.errors import CorpusError, CorpusMissing, Fault
from retrieval.passages import MAX_PASSAGES, split
from retrieval.taking_over import Before, Kept
from retrieval.types import Document, Passage
from retrieval.workers import Workers


@dataclass(frozen=True, slots=True)
class Source:
    """A document that was read, to be indexed.

    Attributes:
        digest: Of the file that it was read from.
        passages: In order.
        stamp: Of that file; "" where it cannot be trusted, or has more that could not be read.
        archive: Id of that file where it is an archive; or "".
    """

    document: Document
    digest: str
    passages: list[Passage]
    stamp: str = ""
    archive: str = ""


Part = Source | Kept

_Read = tuple[str, Document | Fault, list[Passage]]
_FILES_AT_ONCE = 32
_BYTES_AT_ONCE = 1_000_000
_MUCH_BYTES = 4_000_000
"""In files to read; that takes so long that starting processes is worth its second."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a corpus has: its documents by id, and (id, what is wrong) of what cannot be read."""

    parts: list[Part]
    failed: list[tuple[str, str]]

    @property
    def sources(self) -> list[Source]:
        """The documents that were read."""
        return [part for part in self.parts if isinstance(part, Source)]


def read_sources(
    corpus: Path,
    files: Sequence[CorpusFile],
    before: Before,
    progress: Callable[[int, int], None],
    workers: Workers,
) -> Reading:
    """Return what the `files` of `corpus` have.

    Args:
        corpus: The folder.
        files: What is in it.
        before: What can be taken over.
        progress: Called with how many files of how many are read.
        workers: Share the reading, if there is much to read.

    Raises:
        CorpusMissing: There is not one readable document.
    """
    found: list[int | Source] = []
    failed: list[tuple[str, str]] = []
    touched: list[CorpusFile] = []
    for file in files:
        kept = before.untouched(file)
        found += kept
        if not kept:
            touched.append(file)
    done = len(files) - len(touched)
    if done:
        progress(done, len(files))
    for opened, read in _read(corpus, touched, before, workers):
        for one in _documents(opened, read, before):
            if isinstance(one, tuple):
                failed.append(one)
            else:
                found.append(one)
        done += 1
        progress(done, len(files))
    if not found:
        raise CorpusMissing(corpus, Fault.NONE_READABLE if failed else Fault.NO_DOCUMENTS)
    found.sort(key=lambda one: before.ids[one] if isinstance(one, int) else one.document.id)
    return Reading(list(_parts(found, before)), failed)


@dataclass(frozen=True, slots=True)
class _Opened:
    """A file that may have changed.

    Attributes:
        marks: What they were before it was opened.
        data: What was in it, if it has to be read.
        digest: Of that; "" if it cannot be opened.
        fault: Why not.
        kept: Its documents, where they are as they were.
    """

    file: CorpusFile
    marks: list[tuple[int, ...]]
    data: bytes = b""
    digest: str = ""
    fault: Fault | None = None
    kept: Sequence[int] = ()

    @property
    def is_new(self) -> bool:
        """Whether it has to be read."""
        return self.fault is None and not self.kept


def _opened(file: CorpusFile, before: Before) -> _Opened:
    path, marks = Path(file.path), _marks(file)
    try:
        data = file_bytes(path)
        digest = digest_of(data, [Path(side.path) for side in file.sides])
    except CorpusError as error:
        # It was listed, so it is not gone: what it said is kept until it can be read again.
        return _Opened(file, marks, fault=error.fault, kept=before.unseen(file))
    kept = before.unchanged(file, digest)
    return _Opened(file, marks, b"" if kept else data, digest, kept=kept)


def _read(
    corpus: Path, files: Sequence[CorpusFile], before: Before, workers: Workers
) -> Iterator[tuple[_Opened, list[_Read]]]:
    """Yield each file and what is in it, nothing where it need not or cannot be read."""
    much = sum(file.size for file in files) >= _MUCH_BYTES
    handed_out: deque[list[_Opened]] = deque()

    def jobs() -> Iterator[list[tuple[str, bytes]]]:
        for batch in _batches(files, before, _FILES_AT_ONCE if much else 1):
            handed_out.append(batch)
            yield [(one.file.path, one.data) for one in batch if one.is_new]

    try:
        for read in workers.map(partial(_read_files, corpus), jobs(), much=much):
            own = iter(read)
            for one in handed_out.popleft():
                yield one, next(own) if one.is_new else []
    finally:
        _reader(corpus).close()
        _reader.cache_clear()


def _batches(files: Iterable[CorpusFile], before: Before, most: int) -> Iterator[list[_Opened]]:
    """Yield the files, opened, a few at once."""
    batch: list[_Opened] = []
    for file in files:
        batch.append(_opened(file, before))
        if len(batch) == most or sum(len(one.data) for one in batch) >= _BYTES_AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def _read_files(corpus: Path, opened: Sequence[tuple[str, bytes]]) -> list[list[_Read]]:
    """Return what is in each of some files: (id, document or what is wrong, its passages)."""
    reader = _reader(corpus)
    return [
        [(name, *_divided(one)) for name, one in reader.documents(Path(path), data)]
        for path, data in opened
    ]


def _divided(one: Document | Fault) -> tuple[Document | Fault, list[Passage]]:
    if isinstance(one, Fault):
        return one, []
    passages = split(one)
    return (one, passages) if len(passages) <= MAX_PASSAGES else (Fault.TOO_MANY_PASSAGES, [])


@cache
def _reader(corpus: Path) -> DocumentReader:
    """Return the reader of a process, whose worker must not be started for each file."""
    return DocumentReader(corpus)


def _documents(
    opened: _Opened, read: Sequence[_Read], before: Before
) -> Iterator[int | Source | tuple[str, Fault]]:
    """Yield each document of a file that may have changed; (id, what is wrong) if it is unreadable.

    One that is as it was before is its index there.
    """
    file, digest = opened.file, opened.digest
    if opened.fault is not None:
        yield file.id, opened.fault
    yield from opened.kept
    if read and _marks(file) != opened.marks:
        # Written while it was read: what was read may be of neither version.
        file = file._replace(stamp="")
        digest = ""
    # What could not be read has to be told by the next build too.
    stamp = "" if any(isinstance(one, Fault) for _, one, _ in read) else file.stamp
    known = before.unchanged_inside(file, digest, stamp) if read else {}
    for name, one, passages in read:
        if isinstance(one, Fault):
            yield name, one
        elif one.id in known:
            yield known[one.id]
        else:
            archive = "" if one.id == file.id else file.id
            yield Source(one, digest, passages, stamp, archive)


def _marks(file: CorpusFile) -> list[tuple[int, ...]]:
    """Return what changes when a file, or one beside it, is written or put in another's place."""
    with suppress(OSError):
        found = [Path(one.path).stat() for one in (file, *file.sides)]
        return [(one.st_size, one.st_mtime_ns, one.st_ctime_ns, one.st_ino) for one in found]
    return []


def _parts(found: Sequence[int | Source], before: Before) -> Iterator[Part]:
    """Yield what was found; neighbours that were neighbours before are one part."""
    first = last = 0
    for one in found:
        if first < last and one != last:
            yield before.run(first, last)
            first = last = 0
        if isinstance(one, Source):
            yield one
        else:
            first, last = (first if first < last else one), one + 1
    if first < last:
        yield before.run(first, last)
