"""The index on disk: immutable generations, one of them current.

```
DATA/
├─ current.json            {"current": "000007", "previous": "000006"}; replaced by one rename
├─ build.lock              held by the one process that builds
└─ generations/000007/
   ├─ documents.json       metadata, digest and stamp of each document, a list per column
   ├─ passages.npy         one PASSAGE_DTYPE row per passage
   ├─ headings.json        the distinct headings, referred to by number
   ├─ texts.bin            canonical texts, UTF-8, end to end
   ├─ dense.faiss          the embeddings in half precision, row i for passage i
   ├─ dense.signs          their signs, a bit a component
   ├─ lexical/             tantivy's files
   ├─ milvus.json          instead of these three, where the legs are on a Milvus server: which
   │                       collection has them (see `retrieval.milvus`)
   ├─ words/               every passage's words, as the bundled model cuts them
   ├─ fusion.json          how to fuse, and the threshold
   └─ manifest.json        sizes and digests of all the others; written last
```

Owns the layout, its digests and its publication. Refuses to know how anything is computed.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from typing import Any

import numpy as np

from retrieval.copying import sync
from retrieval.digests import NONE_KNOWN, FileDigests, KnownDigests, first_fault, hashing
from retrieval.errors import (
    BuildBusy,
    GenerationCorrupt,
    GenerationError,
    GenerationIncompatible,
    GenerationMissing,
)
from retrieval.text.terms import ANALYSIS_VERSION

FORMAT_VERSION = 7
"""Raise it whenever a file of the layout changes its meaning."""

PASSAGE_DTYPE = np.dtype(
    [
        ("document", "<i4"),
        ("number", "<i4"),
        ("heading", "<i4"),
        ("start", "<i4"),
        ("end", "<i4"),
        ("page", "<i4"),
        ("first_byte", "<i8"),
        ("last_byte", "<i8"),
    ]
)
"""`start`, `end`: characters in the document; `first_byte`, `last_byte`: the same in texts.bin;
`page`: 0 for none."""

MANIFEST = "manifest.json"
CURRENT = "current.json"
_GENERATIONS = "generations"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation is made of.

    Attributes:
        format: FORMAT_VERSION of its writer.
        analysis: ANALYSIS_VERSION of its writer.
        created: ISO 8601, UTC.
        embedder: Identity of the model, or None when built without one.
        model: The model's name, for people.
        words: Identity of the bundled model, which cut the words.
        corpus: Absolute path of the folder that was read.
        corpus_state: Digest of its file names and sizes, to tell cheaply that it has changed.
        documents: How many.
        passages: How many.
        files: Relative path → [bytes, SHA-256 in hex].
    """

    format: int
    analysis: int
    created: str
    embedder: str | None
    model: str | None
    words: str
    corpus: str
    corpus_state: str
    documents: int
    passages: int
    files: FileDigests


def file_digests(folder: Path) -> FileDigests:
    """Return relative path → (bytes, SHA-256) of every file in `folder` but the manifest."""
    with hashing(folder, _names(folder), NONE_KNOWN) as digests:
        return digests()


def _names(folder: Path) -> list[str]:
    return [
        path.relative_to(folder).as_posix()
        for path in sorted(folder.rglob("*"))
        # Empty lock files come and go with readers.
        if path.is_file() and path.name != MANIFEST and path.suffix != ".lock"
    ]


def seal(folder: Path, manifest: Manifest, known: KnownDigests = NONE_KNOWN) -> None:
    """Make `folder` durable, then write its manifest: from here on it is complete.

    Args:
        folder: Has everything else.
        manifest: Its `files` are filled in here.
        known: Digests of files that were checked a moment ago and are shared with `folder`.
    """
    with hashing(folder, _names(folder), known) as digests:
        # The disk works while the processor does.
        for path in folder.rglob("*"):
            sync(path)
        manifest = replace(manifest, files=digests())
    path = folder / MANIFEST
    path.write_text(json.dumps(asdict(manifest), indent=1), encoding="utf-8")
    sync(path)
    sync(folder)


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a complete generation.

    Raises:
        GenerationCorrupt: It is missing or unreadable.
        GenerationIncompatible: Another format or analysis wrote it.
    """
    try:
        fields = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        versions = (fields["format"], fields["analysis"])
        # Before the rest is read: another format may have other fields.
        if versions != (FORMAT_VERSION, ANALYSIS_VERSION):
            raise GenerationIncompatible(
                f"{folder} has format {versions[0]}.{versions[1]}, "
                f"this hoidap reads {FORMAT_VERSION}.{ANALYSIS_VERSION}"
            )
        files = {name: (int(size), str(digest)) for name, (size, digest) in fields["files"].items()}
        return Manifest(**{**fields, "files": files})
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise GenerationCorrupt(f"{folder / MANIFEST} is missing or unreadable") from error


def adopt(folder: Path, corpus: Path) -> None:
    """Let a generation be that of `corpus`: it was built where the same documents lay elsewhere."""
    path = folder / MANIFEST
    manifest = replace(read_manifest(folder), corpus=str(corpus.resolve()))
    path.write_text(json.dumps(asdict(manifest), indent=1), encoding="utf-8")


def verify(folder: Path, manifest: Manifest) -> None:
    """Check every file's size and digest.

    Raises:
        GenerationCorrupt: The first file that is not what was written.
    """
    fault = first_fault(folder, manifest.files)
    if fault is not None:
        path, error = fault
        wrong = "is not what was written" if error is None else "is missing or unreadable"
        raise GenerationCorrupt(f"{path} {wrong}") from error


class GenerationStore:
    """The generations of one data folder: where they are, which is current."""

    def __init__(self, data: Path, release: Callable[[Path], bool] = lambda _: True) -> None:
        """Take the folder.

        Args:
            data: Of the generations.
            release: Called with the folder of a generation before it is removed, to remove what
                it has elsewhere. If that cannot be done it returns False: the folder stays, and a
                later build tries again.
        """
        self._data = data
        self._root = data / _GENERATIONS
        self._release = release

    def current(self) -> Path:
        """Return the folder of the current generation.

        Raises:
            GenerationMissing: None has been published.
            GenerationCorrupt: What says which is current cannot be read.
        """
        name = self._pointer().get("current")
        if not isinstance(name, str):
            raise GenerationMissing(f"nothing has been indexed in {self._data} yet")
        return self._root / name

    def previous(self) -> Path | None:
        """Return the folder of the generation before the current one, if it is still there."""
        name = self._pointer().get("previous")
        if not isinstance(name, str) or not (self._root / name).is_dir():
            return None
        return self._root / name

    @contextmanager
    def building(self) -> Iterator[Path]:
        """Yield a new empty folder to build in, while no other process can; clean up after.

        Orphans of builds that were killed are removed first. At the end, all but the current and
        the previous generation are: the new folder too, unless `publish` has made it current.

        Raises:
            BuildBusy: Another process holds the lock.
            GenerationError: The data folder cannot be written.
        """
        with self.locked():
            self._prune()
            try:
                folder = self.next_folder()
                folder.mkdir()
            except OSError as error:
                raise GenerationError(f"{self._data}: {error.strerror}") from error
            try:
                yield folder
            finally:
                self._prune()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Let no other process build, or change which generation is current.

        Raises:
            BuildBusy: Another process holds the lock.
            GenerationError: The data folder cannot be written.
        """
        try:
            self._root.mkdir(parents=True, exist_ok=True)
            lock = (self._data / "build.lock").open("a")
        except OSError as error:
            reason = error.strerror or "it cannot be written"
            raise GenerationError(f"{self._data}: {reason}") from error
        with lock:
            try:
                flock(lock, LOCK_EX | LOCK_NB)
            except OSError as error:
                raise BuildBusy(f"another process is building in {self._data}") from error
            yield

    def publish(self, folder: Path) -> None:
        """Make the sealed `folder` current, in one rename; the one before stays as previous."""
        temporary = self._data / f".{CURRENT}.new"
        temporary.write_text(self.pointer_to(folder), encoding="utf-8")
        sync(temporary)
        sync(self._root)
        temporary.replace(self._data / CURRENT)
        sync(self._data)

    def pointer_to(self, folder: Path) -> str:
        """Return what CURRENT says when `folder` is current and the one that is now, previous."""
        previous = None
        with suppress(GenerationCorrupt):
            previous = self._pointer().get("current")
        return json.dumps({"current": folder.name, "previous": previous})

    def undo(self, announce: Callable[[Path], None] = lambda _: None) -> str:
        """Make the previous generation current again and return its name; the two change places.

        Args:
            announce: Called with its folder before.

        Raises:
            GenerationMissing: There is none.
            BuildBusy: Another process is building.
        """
        with self.locked():
            previous = self.previous()
            if previous is None:
                raise GenerationMissing(f"there is no previous index in {self._data}")
            read_manifest(previous)
            announce(previous)
            self.publish(previous)
            return previous.name

    def _pointer(self) -> dict[str, Any]:
        path = self._data / CURRENT
        try:
            pointer = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise GenerationCorrupt(f"{path} is unreadable") from error
        if not isinstance(pointer, dict):
            raise GenerationCorrupt(f"{path} is unreadable")
        return pointer

    def _is_kept(self, folder: Path) -> bool:
        return folder.name in {self._pointer().get("current"), self._pointer().get("previous")}

    def _prune(self) -> None:
        try:
            orphans = [folder for folder in self._root.iterdir() if not self._is_kept(folder)]
        except GenerationCorrupt:
            return  # which one is in use cannot be told: keep them all
        for folder in orphans:
            if self._release(folder):
                shutil.rmtree(folder, ignore_errors=True)

    def next_folder(self) -> Path:
        """Return where the next generation is to be, whose name no other has."""
        numbers = [int(folder.name) for folder in self._root.iterdir() if folder.name.isdigit()]
        return self._root / f"{max(numbers, default=0) + 1:06d}"
