"""The documents of a corpus for a build: read, or taken over from the generation before.

A file that has not changed is not read again, and its passages keep their embeddings. Owns what
counts as unchanged; refuses to know how an index is written.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import numpy as np

from retrieval.dense import DenseIndex
from retrieval.documents import DocumentReader, document_id, document_paths, file_digest
from retrieval.embedding import Embeddings, bundled_identity
from retrieval.errors import CorpusError, CorpusMissing, Fault, GenerationError
from retrieval.generation import GenerationStore, Manifest, read_manifest, verify
from retrieval.passage_table import DocumentRow, PassageTable
from retrieval.passages import split
from retrieval.types import Document, Passage
from retrieval.word_table import PassageWords, WordTable

_LEAST_KEPT = 0.8
"""Share of all slots ever given that must still be in use: what is deleted still weighs in BM25."""


@dataclass(frozen=True, slots=True)
class Source:
    """A document to be indexed.

    Attributes:
        document: Its `blocks` may be empty where it was taken over.
        digest: Of the file that it was read from.
        passages: In order.
        embeddings: (len(passages), dimension), or None where they have to be made.
        words: Those of the passages, or None where they have to be cut.
        slot: What the lexical index before calls the document; None for a new one.
    """

    document: Document
    digest: str
    passages: list[Passage]
    embeddings: Embeddings | None = None
    words: PassageWords | None = None
    slot: int | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a corpus has: its sources by id, and (id, what is wrong) of what could not be read."""

    sources: list[Source]
    failed: list[tuple[str, str]]


class Before:
    """The current generation, as far as a build can take something over from it."""

    def __init__(self, store: GenerationStore, embedder: str, *, afresh: bool = False) -> None:
        """Open it; one that is missing, broken or of another format has nothing to give.

        `rows` are its documents, broken or not; `manifest` and `lexical` are None where nothing can
        be taken over.

        Args:
            store: Where it is.
            embedder: Identity of the model that embeds now.
            afresh: Take nothing over.
        """
        self.rows: list[DocumentRow] = []
        self.manifest: Manifest | None = None
        self._places: dict[str, int] = {}
        self._dense: DenseIndex | None = None
        self._words: WordTable | None = None
        self.lexical: Path | None = None
        with suppress(GenerationError):
            folder = store.current()
            self._table = PassageTable.open(folder)
            self.rows = self._table.documents
            if not afresh:
                self._take_over(folder, embedder)

    def _take_over(self, folder: Path, embedder: str) -> None:
        manifest = read_manifest(folder)
        # A flipped byte must not be handed from one generation to the next.
        verify(folder, manifest)
        self.manifest = manifest
        self.lexical = folder / "lexical"
        if manifest.words == bundled_identity():
            self._words = WordTable.open(folder / "words")
        if manifest.embedder == embedder:
            self._dense = DenseIndex.open(folder / "dense.faiss")
        self._places = {row.ref.id: index for index, row in enumerate(self.rows)}

    def source(self, name: str, digest: str) -> Source | None:
        """Return the document `name` if its file has not changed."""
        if name not in self._places:
            return None
        index = self._places[name]
        row = self.rows[index]
        if row.digest != digest:
            return None
        start, passages = int(self._table.starts[index]), self._table.passages_of(index)
        words = None if self._words is None else self._words.run(start, row.passages)
        embeddings = self._embeddings(index, start)
        return Source(self._document(index), digest, passages, embeddings, words, row.slot)

    def _document(self, index: int) -> Document:
        ref = self.rows[index].ref
        return Document(
            id=ref.id,
            title=ref.title,
            source=None if ref.source == ref.id else ref.source,
            text=self._table.text_of(index),
            blocks=(),
            publisher=ref.publisher,
            date=ref.date,
            tags=ref.tags,
            in_force_from=ref.in_force_from,
            in_force_to=ref.in_force_to,
            replaced_by=ref.replaced_by,
        )

    def _embeddings(self, index: int, start: int) -> Embeddings | None:
        if self._dense is None:
            return None
        return self._dense.vectors(np.arange(start, start + self.rows[index].passages))


def read_sources(corpus: Path, before: Before, progress: Callable[[int, int], None]) -> Reading:
    """Return what `corpus` has; `progress` is called with how many files of how many are read.

    Raises:
        CorpusMissing: There is no folder, or not one readable document in it.
    """
    paths = document_paths(corpus)
    sources: list[Source] = []
    failed: list[tuple[str, str]] = []
    with DocumentReader(corpus) as reader:
        for done, path in enumerate(paths, start=1):
            for name, found in _documents(corpus, path, reader, before):
                if isinstance(found, Source):
                    sources.append(found)
                else:
                    failed.append((name, found))
            progress(done, len(paths))
    if not sources:
        raise CorpusMissing(corpus, Fault.NONE_READABLE if failed else Fault.NO_DOCUMENTS)
    return Reading(sorted(sources, key=lambda source: source.document.id), failed)


def _documents(
    corpus: Path, path: Path, reader: DocumentReader, before: Before
) -> Iterator[tuple[str, Source | Fault]]:
    name = document_id(corpus, path)
    try:
        digest = file_digest(path)
    except CorpusError as error:
        yield name, error.fault
        return
    kept = before.source(name, digest)
    if kept is not None:
        yield name, kept
        return
    for own, found in reader.documents(path):
        if isinstance(found, Fault):
            yield own, found
        else:
            # A document of an archive is read with it, but may have been embedded before.
            yield own, before.source(own, digest) or Source(found, digest, split(found))


@dataclass(frozen=True, slots=True)
class Slots:
    """What the lexical index calls each source.

    Attributes:
        given: Of each source, in order.
        base: The lexical index to go on from; None to write it anew.
        gone: Slots that the base has and that are no more.
    """

    given: list[int]
    base: Path | None = None
    gone: frozenset[int] = frozenset()


def given_slots(sources: Sequence[Source], before: Before | None) -> Slots:
    """Return the slots of `sources`: those they had, and new ones, as long as few have lapsed."""
    kept = {source.slot for source in sources if source.slot is not None}
    if before is not None and before.lexical is not None and kept:
        old = {row.slot for row in before.rows}
        new = count(max(old) + 1)
        given = [next(new) if source.slot is None else source.slot for source in sources]
        if len(kept) >= _LEAST_KEPT * (max(given) + 1):
            return Slots(given, before.lexical, frozenset(old - kept))
    return Slots(list(range(len(sources))))


def dense_rows(
    sources: Sequence[Source], embed: Callable[[list[str]], Embeddings], dimension: int
) -> Embeddings:
    """Return (passages, dimension): what is kept, and `embed` of the texts that are new."""
    new = [p.text for source in sources if source.embeddings is None for p in source.passages]
    made = embed(new) if new else np.empty((0, dimension), dtype=np.float32)
    parts: list[Embeddings] = []
    at = 0
    for source in sources:
        if source.embeddings is not None:
            parts.append(source.embeddings)
        else:
            parts.append(made[at : at + len(source.passages)])
            at += len(source.passages)
    return np.concatenate(parts) if parts else made
