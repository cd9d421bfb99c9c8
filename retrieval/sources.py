"""The documents of a corpus for a build: read, or taken over from the generation before.

A file that has not been touched is not opened, and its passages keep their embeddings. Owns what
counts as unchanged; refuses to know how an index is written.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from retrieval.dense import DenseRows
from retrieval.digests import NONE_KNOWN, KnownDigests, known_digests
from retrieval.documents import CorpusFile, DocumentReader, digest_of, file_bytes
from retrieval.embedding import bundled_identity
from retrieval.errors import CorpusError, CorpusMissing, Fault, GenerationCorrupt, GenerationError
from retrieval.generation import GenerationStore, Manifest, read_manifest, verify
from retrieval.milvus import CollectionRows, is_in_milvus, open_rows
from retrieval.passage_table import PassageTable
from retrieval.passages import split
from retrieval.types import Document, MilvusAddress, Passage
from retrieval.word_table import WordTable


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


@dataclass(frozen=True, slots=True)
class Kept:
    """Neighbouring documents of the generation before, taken over as they lie there.

    Attributes:
        first: The first document, by index.
        last: One past the last.
        start: The first passage.
        end: One past the last.
    """

    first: int
    last: int
    start: int
    end: int


Part = Source | Kept


@dataclass(frozen=True, slots=True)
class Reading:
    """What a corpus has: its documents by id, and (id, what is wrong) of what cannot be read."""

    parts: list[Part]
    failed: list[tuple[str, str]]

    @property
    def sources(self) -> list[Source]:
        """The documents that were read."""
        return [part for part in self.parts if isinstance(part, Source)]


class Before:
    """The current generation, as far as a build can take something over from it."""

    def __init__(self) -> None:
        """Nothing to take over."""
        self.ids: list[str] = []
        self.digests: list[str] = []
        self.passages = 0
        self.manifest: Manifest | None = None
        self.table: PassageTable | None = None
        self.words: WordTable | None = None
        self.folder: Path | None = None
        self.dense: DenseRows | CollectionRows | None = None
        self.lexical: Path | None = None
        self.known: KnownDigests = NONE_KNOWN
        self._stamps: list[str] = []
        self._archives: list[str] = []
        self._of_file: dict[str, list[int]] = {}

    @classmethod
    def open(
        cls,
        store: GenerationStore,
        embedder: str,
        *,
        afresh: bool = False,
        milvus: MilvusAddress | None = None,
    ) -> "Before":
        """Open it; one that is missing, broken or of another format has nothing to give.

        `ids`, `digests` and `passages` are its own, broken or not; `manifest`, `table`, `words`,
        `dense` and `lexical` are None where they cannot be taken over.

        Args:
            store: Where it is.
            embedder: Identity of the model that embeds now.
            afresh: Take nothing over.
            milvus: The server, where its legs may be.

        Raises:
            GenerationError: The server that has them cannot be reached, or refuses.
        """
        before = cls()
        with suppress(GenerationError):
            folder = before.folder = store.current()
            manifest = None if afresh else _intact(folder)
            table = PassageTable.open(folder)
            before.ids, before.digests = table.columns["id"], table.columns["digest"]
            before.passages = len(table)
            if manifest is not None:
                before._take_over(folder, manifest, table)
        if before.folder is not None and before.manifest is not None:
            before.dense = _dense_rows(before.folder, before.manifest, embedder, milvus)
        return before

    def _take_over(self, folder: Path, manifest: Manifest, table: PassageTable) -> None:
        if manifest.words == bundled_identity():
            self.words = WordTable.open(folder / "words")
        self.lexical = None if is_in_milvus(folder) else folder / "lexical"
        self.known = known_digests(folder, manifest.files)
        self.manifest, self.table = manifest, table
        self._stamps, self._archives = table.columns["stamp"], table.columns["archive"]
        for index, (name, archive) in enumerate(zip(self.ids, self._archives, strict=True)):
            self._of_file.setdefault(archive or name, []).append(index)

    def untouched(self, file: CorpusFile) -> list[int]:
        """Return the documents of `file` if it has not been touched; none if it may have been."""
        own = self._documents_of(file)
        if not file.stamp or any(self._stamps[index] != file.stamp for index in own):
            return []
        return own

    def unseen(self, file: CorpusFile) -> list[int]:
        """Return the documents of a file, or of all in a folder, that cannot be read just now."""
        own = self._documents_of(file)
        if not own and self.table is not None:
            own = [i for i, name in enumerate(self.ids) if name.startswith(f"{file.id}/")]
        for index in own:
            self._stamps[index] = ""
        return own

    def unchanged(self, file: CorpusFile, digest: str) -> list[int]:
        """Return the documents of `file` if it still has what it had and all of it was read."""
        own = self._documents_of(file)
        for index in own:
            partly_read = self._archives[index] and not self._stamps[index]
            if self.digests[index] != digest or partly_read:
                return []
        for index in own:
            # The new generation has it by this stamp.
            self._stamps[index] = file.stamp
        return own

    def unchanged_inside(self, file: CorpusFile, digest: str, stamp: str) -> dict[str, int]:
        """Return id → document of what an archive had, some of which could not be read.

        The documents have `stamp` from now on. Two that have one id cannot be told apart.
        """
        own = self._documents_of(file)
        names = [self.ids[index] for index in own]
        found = {
            name: index
            for name, index in zip(names, own, strict=True)
            if self.digests[index] == digest and names.count(name) == 1
        }
        for index in found.values():
            self._stamps[index] = stamp
        return found

    def _documents_of(self, file: CorpusFile) -> list[int]:
        own = self._of_file.get(file.id, [])
        # Two files have one id where a name that is no text is spelled out and the other is so by
        # itself: then neither is known.
        return own if len(own) == 1 or all(self._archives[index] for index in own) else []

    def run(self, first: int, last: int) -> Kept:
        """Return the documents `first` to before `last`, to be taken over."""
        if self.table is None:
            raise ValueError("there is nothing to take over")
        start, end = self.table.starts[[first, last]].tolist()
        return Kept(first, last, start, end)


def _dense_rows(
    folder: Path, manifest: Manifest, embedder: str, milvus: MilvusAddress | None
) -> DenseRows | CollectionRows | None:
    """Return the embeddings of a generation; None where they are another model's, or lost."""
    if manifest.embedder != embedder:
        return None
    with suppress(GenerationCorrupt):
        if not is_in_milvus(folder):
            return DenseRows.of(folder / "dense.faiss")
        if milvus is not None:
            return open_rows(folder, milvus)
    return None


def _intact(folder: Path) -> Manifest | None:
    """Return the manifest of a generation that is whole."""
    with suppress(GenerationError):
        manifest = read_manifest(folder)
        # A flipped byte must not be handed from one generation to the next.
        verify(folder, manifest)
        return manifest
    return None


def read_sources(
    corpus: Path, files: Sequence[CorpusFile], before: Before, progress: Callable[[int, int], None]
) -> Reading:
    """Return what the `files` of `corpus` have.

    Args:
        corpus: The folder.
        files: What is in it.
        before: What can be taken over.
        progress: Called with how many files of how many are read.

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
    untouched = len(files) - len(touched)
    if untouched:
        progress(untouched, len(files))
    with DocumentReader(corpus) as reader:
        for done, file in enumerate(touched, start=untouched + 1):
            for one in _documents(file, reader, before):
                if isinstance(one, tuple):
                    failed.append(one)
                else:
                    found.append(one)
            progress(done, len(files))
    if not found:
        raise CorpusMissing(corpus, Fault.NONE_READABLE if failed else Fault.NO_DOCUMENTS)
    found.sort(key=lambda one: before.ids[one] if isinstance(one, int) else one.document.id)
    return Reading(list(_parts(found, before)), failed)


def _documents(
    file: CorpusFile, reader: DocumentReader, before: Before
) -> Iterator[int | Source | tuple[str, Fault]]:
    """Yield each document of a file that may have changed; (id, what is wrong) if it is unreadable.

    One that is as it was before is its index there.
    """
    path = Path(file.path)
    marks = _marks(file)
    try:
        data = file_bytes(path)
        digest = digest_of(data, [Path(side.path) for side in file.sides])
    except CorpusError as error:
        yield file.id, error.fault
        # It was listed, so it is not gone: what it said is kept until it can be read again.
        yield from before.unseen(file)
        return
    kept = before.unchanged(file, digest)
    if kept:
        yield from kept
        return
    read = list(reader.documents(path, data))
    if _marks(file) != marks:
        # Written while it was read: what was read may be of neither version.
        file = file._replace(stamp="")
        digest = ""
    # What could not be read has to be told by the next build too.
    stamp = "" if any(isinstance(one, Fault) for _, one in read) else file.stamp
    known = before.unchanged_inside(file, digest, stamp)
    for name, one in read:
        if isinstance(one, Fault):
            yield name, one
        elif one.id in known:
            yield known[one.id]
        else:
            archive = "" if one.id == file.id else file.id
            yield Source(one, digest, split(one), stamp, archive)


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
