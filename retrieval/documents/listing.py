"""Which files of a corpus folder are documents, and how each lies on the disk.

One walk tells all that a build asks of a file that has not changed; no file is opened.
"""

import hashlib
import os
import time
from collections.abc import Iterable, Iterator
from operator import itemgetter
from pathlib import Path
from stat import S_ISREG
from typing import NamedTuple

from retrieval.documents.formats import SUFFIXES
from retrieval.documents.metadata import SIDE_SUFFIXES, side_names
from retrieval.errors import CorpusMissing, Fault

_RACY_NS = 2_000_000_000
"""A file may be written twice within one tick of its disk's clock, of which FAT has the slowest."""


class CorpusFile(NamedTuple):
    """A document's file, or one beside it that tells about it, as it was when it was listed.

    Attributes:
        id: Its path inside the corpus, with `/`; see `document_id`.
        path: Where it is.
        size: Bytes.
        written_ns: When its content was last written, as it says; anyone can set that.
        stamp: Says that neither it nor its side files have been touched, if it is the same later;
            "" where it was touched too shortly before for that to be sure.
        sides: Its side files.
    """

    id: str
    path: str
    size: int
    written_ns: int
    stamp: str
    sides: tuple["CorpusFile", ...] = ()


def corpus_files(corpus: Path) -> list[CorpusFile]:
    """Return the document files under `corpus`, sorted by id; hidden ones are left out.

    A folder in it that cannot be listed stands for what it has.

    Raises:
        CorpusMissing: `corpus` is not a folder that can be listed.
    """
    if not corpus.is_dir():
        raise CorpusMissing(corpus, Fault.NO_FOLDER)
    trusted_ns = time.time_ns() - _RACY_NS
    found: list[CorpusFile] = []
    waiting = [(os.fspath(corpus), "")]
    while waiting:
        folder, prefix = waiting.pop()
        try:
            entries = _entries(folder)
        except OSError as error:
            if not prefix:
                raise CorpusMissing(corpus, Fault.UNREADABLE) from error
            found.append(_closed(prefix.rstrip("/"), folder))
            continue
        found += _documents(entries, prefix, trusted_ns)
        waiting += [
            (entry.path, f"{prefix}{name}/")
            for name, entry in entries.items()
            if not name.startswith(".") and _is_folder(entry)
        ]
    return sorted(found, key=itemgetter(0))


def document_paths(corpus: Path) -> list[Path]:
    """Return where the files are that `corpus_files` has."""
    return [Path(file.path) for file in corpus_files(corpus)]


def document_id(corpus: Path, path: Path) -> str:
    """Return the id of the document in `path`: its path inside `corpus`, with `/`.

    Bytes of a name that are not UTF-8 are spelled out, so that every id can be stored and sent.
    """
    return _id(path.relative_to(corpus).as_posix())


def _id(name: str) -> str:
    return name.encode("utf-8", "backslashreplace").decode()


def _entries(folder: str) -> dict[str, os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return {entry.name: entry for entry in entries}
    except FileNotFoundError:  # it vanished: what was in it is not in the corpus
        return {}


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:  # some disks have to be asked, and may refuse
        return False


def _documents(
    entries: dict[str, os.DirEntry[str]], prefix: str, trusted_ns: int
) -> Iterator[CorpusFile]:
    has_sides = any(name.endswith(SIDE_SUFFIXES) for name in entries)
    for name, entry in entries.items():
        # `~$de-an.docx` is what Word keeps while somebody has de-an.docx open.
        if name.startswith((".", "~$")) or not name.lower().endswith(SUFFIXES):
            continue
        file = _file(entry, prefix, trusted_ns)
        if file is None:
            continue
        if has_sides:
            file = _with_sides(file, name, entries, prefix, trusted_ns)
        yield file


def _file(entry: os.DirEntry[str], prefix: str, trusted_ns: int) -> CorpusFile | None:
    try:
        status = entry.stat()
    except FileNotFoundError:  # it vanished
        return None
    except OSError:
        return _closed(prefix + entry.name, entry.path)
    if not S_ISREG(status.st_mode):  # a named pipe would wait for a writer for ever
        return None
    size, written, changed = status.st_size, status.st_mtime_ns, status.st_ctime_ns
    racy = written > trusted_ns or changed > trusted_ns
    # Nobody but the kernel sets `changed`, so a time that was set back does not hide a change.
    stamp = "" if racy else f"{size} {written} {changed} {status.st_ino}"
    return CorpusFile(_id(prefix + entry.name), entry.path, size, written, stamp)


def _closed(name: str, path: str) -> CorpusFile:
    """Return a file, or a folder, that is there and may not be looked at; opening it will tell."""
    return CorpusFile(_id(name), path, 0, 0, "")


def _with_sides(
    file: CorpusFile,
    name: str,
    entries: dict[str, os.DirEntry[str]],
    prefix: str,
    trusted_ns: int,
) -> CorpusFile:
    listed = (
        _file(entries[side], prefix, trusted_ns) for side in side_names(name) if side in entries
    )
    sides = tuple(side for side in listed if side is not None)
    stamps = [one.stamp for one in (file, *sides)]
    stamp = ", ".join(stamps) if all(stamps) else ""
    return file._replace(stamp=stamp, sides=sides)


def state_of(files: Iterable[CorpusFile], *, times: bool = False) -> str:
    """Return a digest of the names and sizes of `files` and of what lies beside them.

    Args:
        files: In a fixed order.
        times: When each was last written counts too.
    """
    lines = [
        f"{one.id}\0{one.size}\0{one.written_ns if times else 0}\0"
        for file in files
        for one in (file, *file.sides)
    ]
    return hashlib.sha256("".join(lines).encode()).hexdigest()[:32]
