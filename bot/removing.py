"""Taking a document's file out of the corpus, so that it can be put back. Knows no telegram.

Each removal has a folder of its own under DATA/removed, in which the files lie as they lay in the
corpus, until it is too old to be undone. A file that tells about the document (its tags may
restrict it) goes after it and comes back before it, so that a build never sees the document alone.
"""

import re
import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath

from retrieval.documents import document_id, document_paths
from retrieval.documents.metadata import side_files

KEPT_DAYS = 30
"""Then a removal is for good."""
_REMOVED = "removed"
_WHEN = "%Y%m%d-%H%M%S"
_OWN = re.compile(r"\d{8}-\d{6}-")
_MOST_NAME_BYTES = 160


@dataclass(frozen=True, slots=True)
class Located:
    """The file that a document is in.

    Attributes:
        id: Of the file; that of the document too, unless the file is an archive with several.
        path: Where it is.
    """

    id: str
    path: Path


def corpus_ids(corpus: Path) -> list[str]:
    """Return the ids of the files of `corpus`.

    Raises:
        CorpusMissing: There is no such folder.
    """
    return [document_id(corpus, path) for path in document_paths(corpus)]


def locate(corpus: Path, name: str) -> Located | None:
    """Return the file that the document `name` is in, or None where it is gone.

    Raises:
        CorpusMissing: There is no such folder.
    """
    paths = {document_id(corpus, path): path for path in document_paths(corpus)}
    # An archive's id and `/` come before the name of what is in it.
    whole_or_archive = [name, *map(str, PurePosixPath(name).parents)]
    return next((Located(one, paths[one]) for one in whole_or_archive if one in paths), None)


def is_there(corpus: Path, name: str) -> bool:
    """Return whether a file is where the document `name` would be, without a walk."""
    if "\\" in name:  # bytes of its name are spelled out: only a walk would tell
        return True
    path = corpus / name
    return path.is_file() or any(
        parent.is_file() for parent in path.parents if corpus in parent.parents
    )


def remove(corpus: Path, data: Path, located: Located, now: datetime) -> Path:
    """Move a file, and what tells about it alone, out of the corpus; return where it is kept.

    `now` is in UTC.

    Raises:
        OSError: It cannot be moved.
    """
    sides = _own_sides(corpus, located.path)
    kept = _new_folder(data / _REMOVED, f"{now:{_WHEN}}-{_short_name(located.id)}")
    try:
        for path in (located.path, *sides):
            target = kept / path.relative_to(corpus)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(path, target)
    except OSError:
        _clear(kept)
        raise
    return kept


def removals(data: Path) -> list[Path]:
    """Return the folders of what has been removed."""
    folder = data / _REMOVED
    return [path for path in folder.iterdir() if path.is_dir()] if folder.is_dir() else []


def prune(data: Path, now: datetime) -> int:
    """Delete what was removed more than KEPT_DAYS ago; return how many removals that were.

    `now` is in UTC. What somebody else has put there stays.

    Raises:
        OSError: It cannot be deleted.
    """
    # When it was removed is in its name: times of files change when a backup is put back.
    before = f"{now - timedelta(days=KEPT_DAYS):{_WHEN}}"
    old = [kept for kept in removals(data) if _OWN.match(kept.name) and kept.name < before]
    for kept in old:
        shutil.rmtree(kept)
    return len(old)


def removed_name(kept: Path) -> str:
    """Return the id of the document in the folder of a removal."""
    return next((document_id(kept, path) for path in document_paths(kept)), kept.name)


def restore(corpus: Path, kept: Path) -> None:
    """Put back what lies in the folder of a removal.

    Raises:
        FileExistsError: Something else is there now; nothing is put back.
        OSError: It cannot be put back.
    """
    moved = [path.relative_to(kept) for path in kept.rglob("*") if path.is_file()]
    documents = {path.relative_to(kept) for path in document_paths(kept)}
    for own in moved:
        if (corpus / own).exists():
            raise FileExistsError(corpus / own)
    for own in sorted(moved, key=lambda path: path in documents):
        _put_back(kept / own, corpus / own)
    _clear(kept)


def _put_back(source: Path, target: Path) -> None:
    """Move a file so that a build under way sees all of it or nothing."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.new")
    try:
        shutil.move(source, temporary)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def _own_sides(corpus: Path, path: Path) -> list[Path]:
    """Return the files that tell about one document and about no other beside it."""
    sides = side_files(path)
    if not sides:
        return []
    beside = [one for one in document_paths(corpus) if one.parent == path.parent and one != path]
    shared = _all_sides(beside)
    return [side for side in sides if side not in shared]


def _all_sides(paths: Iterable[Path]) -> set[Path]:
    return {side for path in paths for side in side_files(path)}


def _short_name(name: str) -> str:
    return PurePosixPath(name).name.encode()[:_MOST_NAME_BYTES].decode(errors="ignore")


def _new_folder(parent: Path, name: str) -> Path:
    parent.mkdir(parents=True, exist_ok=True)
    for number in range(1_000):
        folder = parent / (f"{name}-{number}" if number else name)
        with suppress(FileExistsError):
            folder.mkdir()
            return folder
    raise FileExistsError(parent / name)


def _clear(folder: Path) -> None:
    """Remove what is left of a removal: empty folders alone."""
    inner = sorted((path for path in folder.rglob("*") if path.is_dir()), reverse=True)
    for path in (*inner, folder):
        with suppress(OSError):
            path.rmdir()
