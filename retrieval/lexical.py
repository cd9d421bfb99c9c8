"""Passages by their words, BM25. The only importer of tantivy.

The index holds terms made by `retrieval.text`, joined by spaces; tantivy only counts them.
"""

import os
import shutil
import weakref
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp
from types import TracebackType

import numpy as np
import tantivy
from numpy.typing import NDArray

from retrieval.errors import GenerationCorrupt, GenerationError
from retrieval.legs import Entry, FieldWeights, IndexedTerms, SlotFilter, fields_asked
from retrieval.text import Terms
from retrieval.text.synonyms import Synonyms, Way

_WRITER_BYTES = 200_000_000
"""At most; with more at hand tantivy writes fewer and larger segments, which are quicker to ask."""


_MANY = 20_000
"""Passages from which a word's other names are added up."""


class LexicalWriter:
    """Writes an index; what is added is there when the `with` block ends without an error."""

    def __init__(self, folder: Path, base: Path | None = None, gone: Iterable[int] = ()) -> None:
        """Begin an index in `folder`.

        Args:
            folder: Made if absent, else empty.
            base: Another index to go on from; it stays as it is.
            gone: Slots whose documents the base has and this index must not.

        Raises:
            GenerationError: It cannot be written.
        """
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        with self._faults():
            if base is None:
                index = tantivy.Index(_schema(), str(folder))
            else:
                _link(base, folder)
                index = tantivy.Index.open(str(folder))
            _register(index)
            # One thread keeps the order of entries, so that equal scores come back by passage.
            self._writer = index.writer(heap_size=_WRITER_BYTES, num_threads=1)
            for slot in gone:
                query = tantivy.Query.term_query(_schema(), "slot", slot)
                self._writer.delete_documents_by_query(query)

    def __enter__(self) -> "LexicalWriter":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            self._abandon()
            return
        try:
            with self._faults():
                self._writer.commit()
                self._writer.wait_merging_threads()
        except GenerationError:
            self._abandon()
            raise

    def _abandon(self) -> None:
        """End tantivy's threads: they would go on writing to a folder that is being removed."""
        for end in (self._writer.rollback, self._writer.wait_merging_threads):
            # RuntimeError: there is no writer any more.
            with suppress(ValueError, OSError, RuntimeError):
                end()

    def add(self, entries: Iterable[Entry]) -> None:
        """Add passages.

        Raises:
            GenerationError: They cannot be written.
        """
        with self._faults():
            for entry in entries:
                document = tantivy.Document()
                document.add_unsigned("slot", entry.slot)
                document.add_unsigned("number", entry.number)
                for field, terms in zip(IndexedTerms._fields, entry.terms, strict=True):
                    document.add_text(field, terms)
                self._writer.add_document(document)

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except (ValueError, OSError) as error:  # ValueError: how tantivy reports a full disk
            raise GenerationError(f"{self._folder} cannot be written: {error}") from error


class LexicalIndex:
    """BM25 over two spellings of each passage, its context and its document numbers."""

    def __init__(
        self,
        index: tantivy.Index,
        starts: NDArray[np.int64] | None,
        weights: FieldWeights,
        links: Path | None = None,
    ) -> None:
        self._index = index
        if links is not None:
            weakref.finalize(self, shutil.rmtree, links, ignore_errors=True)
        self._starts = starts
        self._searcher = index.searcher()
        self._schema = index.schema
        self._weights = weights

    @classmethod
    def open(
        cls,
        folder: Path,
        starts: NDArray[np.int64] | None = None,
        weights: FieldWeights | None = None,
    ) -> "LexicalIndex":
        """Open the index in `folder`; its files are mapped into memory.

        Args:
            folder: What `LexicalWriter` wrote.
            starts: Slot → passage of its document's first entry; None where there is one document.
            weights: How much each field counts.

        Raises:
            GenerationCorrupt: It is not there or not an index.
        """
        try:
            closed = folder.is_dir() and not os.access(folder, os.W_OK)
            links = _linked(folder) if closed else None
            index = tantivy.Index.open(str(links or folder))
            _register(index)
            index.config_reader(reload_policy="manual")
            return cls(index, starts, weights or FieldWeights(), links)
        except (ValueError, OSError) as error:
            raise GenerationCorrupt(f"{folder} is not a readable tantivy index") from error

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def search(
        self,
        terms: Terms,
        k: int,
        others: Sequence[Synonyms] = (),
        holding: str | None = None,
        among: SlotFilter | None = None,
    ) -> list[tuple[int, float]]:
        """Return up to `k` (passage, score), best first, ties by passage; scores are above 0.

        Of a word's `others`, the one that counts most in a passage counts; in a large index all do:
        with nothing but single terms tantivy skips whatever cannot come into the best, which is
        most of it. With `holding`, only
        passages are returned that hold this key of a document number; with `among`, only those of
        these documents. Neither changes a score.
        """
        clauses = [
            (tantivy.Occur.Should, self._clause(field, term, weight))
            for field, term, weight in self._weighted(terms)
        ]
        found_names = filter(None, map(self._found, others))
        if len(self) < _MANY:
            clauses += [(tantivy.Occur.Should, self._said(ways)) for ways in found_names]
        else:
            clauses += [part for ways in found_names for way in ways for part in self._parts(way)]
        if not clauses or k < 1:
            return []
        if holding is not None:
            # A boost of 0: it chooses, and leaves the scores as they are without it.
            clauses.append((tantivy.Occur.Must, self._clause("numbers", holding, 0.0)))
        if among is not None:
            # Nested, because being one of the documents is not yet a match.
            said = (tantivy.Occur.Must, tantivy.Query.boolean_query(clauses))
            clauses = [said, self._chosen(among)]
        found = self._searcher.search(tantivy.Query.boolean_query(clauses), limit=k, count=False)
        addresses = [address for _, address in found.hits]
        slots = self._searcher.fast_field_values("slot", addresses)
        numbers = self._searcher.fast_field_values("number", addresses)
        hits = [
            (self._passage(slot, number), float(score))
            for slot, number, (score, _) in zip(slots, numbers, found.hits, strict=True)
            if slot is not None and number is not None
        ]
        return sorted(hits, key=lambda pair: (-pair[1], pair[0]))

    def _passage(self, slot: float, number: float) -> int:
        start = 0 if self._starts is None else int(self._starts[int(slot)])
        return start + int(number)

    def _weighted(self, terms: Terms) -> Iterable[tuple[str, str, float]]:
        for field, own, weight in fields_asked(terms, self._weights):
            for term, count in Counter(own).items():
                yield field, term, weight * count

    def _chosen(self, among: SlotFilter) -> tuple[tantivy.Occur, tantivy.Query]:
        slots = tantivy.Query.term_set_query(self._schema, "slot", list(among.slots))
        if among.hides:
            return tantivy.Occur.MustNot, slots
        return tantivy.Occur.Must, tantivy.Query.boost_query(slots, 0.0)

    def _found(self, word: Synonyms) -> list[Way]:
        """Return the ways to say a word that some passage has a part of."""
        return [
            way
            for way in word.ways
            if any(self._searcher.doc_freq("accented", term) for term in way.terms)
        ]

    def _said(self, ways: Sequence[Way]) -> tantivy.Query:
        return tantivy.Query.disjunction_max_query([self._way(way) for way in ways])

    def _way(self, other: Way) -> tantivy.Query:
        return tantivy.Query.boolean_query(self._parts(other))

    def _parts(self, other: Way) -> list[tuple[tantivy.Occur, tantivy.Query]]:
        weight = other.weight / len(other.terms) ** 0.5
        clauses = [self._clause("accented", term, weight) for term in other.terms]
        return [(tantivy.Occur.Should, clause) for clause in clauses]

    def _clause(self, field: str, term: str, weight: float) -> tantivy.Query:
        query = tantivy.Query.term_query(self._schema, field, term, "freq")
        return tantivy.Query.boost_query(query, weight)


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for field in IndexedTerms._fields:
        builder.add_text_field(field, tokenizer_name="terms", index_option="freq")
    builder.add_unsigned_field("slot", indexed=True, fast=True)
    builder.add_unsigned_field("number", fast=True)
    return builder.build()


def _register(index: tantivy.Index) -> None:
    terms = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer("terms", terms)


def _linked(folder: Path) -> Path:
    """Return a folder of links to an index that may not be written to: tantivy leaves locks."""
    links = Path(mkdtemp(prefix="hoidap-index-"))
    for file in folder.iterdir():
        if file.suffix != ".lock":
            (links / file.name).symlink_to(file.resolve())
    return links


def _link(base: Path, folder: Path) -> None:
    """Let `folder` have what `base` has; tantivy never writes to a segment's file again."""
    for file in base.iterdir():
        if file.suffix == ".lock":
            continue
        if file.suffix == ".json":
            shutil.copyfile(file, folder / file.name)
            continue
        try:
            os.link(file, folder / file.name)
        except OSError:  # some disks know no links
            shutil.copyfile(file, folder / file.name)
