"""What ranking needs of the two legs of an index, wherever they are, and how a passage enters one.

The local legs are `lexical` and `dense`; those on a Milvus server are in `milvus`. Both score by
the same sums (`fields_asked`), so a passage ranks the same whoever counts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.embedding import Embeddings
from retrieval.text import Terms, analyse
from retrieval.text.synonyms import Synonyms
from retrieval.text.terms import with_pairs


class IndexedTerms(NamedTuple):
    """What the index holds of a passage: the terms of each field, joined by spaces."""

    accented: str
    folded: str
    context: str
    numbers: str

    @classmethod
    def of(cls, text: str, context: str) -> "IndexedTerms":
        """Return the terms of a passage's words, and of its title and headings."""
        own, above = analyse(text), _analysed(context)
        return cls(
            " ".join(with_pairs(own.accented)),
            " ".join(with_pairs(own.folded)),
            " ".join(with_pairs(above.folded)),
            " ".join(own.numbers + above.numbers),
        )


# Many passages stand under one heading.
_analysed = lru_cache(maxsize=256)(analyse)


@dataclass(frozen=True, slots=True)
class Entry:
    """A passage to be indexed by its words.

    Attributes:
        slot: Number of its document; it stays the same from one generation to the next.
        number: Its number in the document, from 0.
        terms: Its words.
    """

    slot: int
    number: int
    terms: IndexedTerms


@dataclass(frozen=True, slots=True)
class SlotFilter:
    """Which documents are searched: those with these slots, or all but those.

    Attributes:
        slots: Of documents.
        hides: Whether they are those that are left out.
    """

    slots: Sequence[int]
    hides: bool


@dataclass(frozen=True, slots=True)
class FieldWeights:
    """How much a match in each field counts."""

    accented: float = 0.5
    folded: float = 0.5
    context: float = 0.15
    numbers: float = 1.0


def fields_asked(terms: Terms, weights: FieldWeights) -> Iterable[tuple[str, list[str], float]]:
    """Yield each field that a question asks: its name, the terms, and what a match counts."""
    accented, folded = weights.accented, weights.folded
    if terms.accented == terms.folded:
        # Typed without marks: the accented field could only match words that have none.
        accented, folded = 0.0, accented + folded
    for name, own, weight in (
        ("accented", with_pairs(terms.accented), accented),
        ("folded", with_pairs(terms.folded), folded),
        ("context", with_pairs(terms.folded), weights.context),
        ("numbers", terms.numbers, weights.numbers),
    ):
        if weight > 0 and own:
            yield name, own, weight


class LexicalLeg(Protocol):
    """Passages by their words, BM25. Safe to use from several threads."""

    def __len__(self) -> int: ...

    def search(
        self,
        terms: Terms,
        k: int,
        others: Sequence[Synonyms] = (),
        holding: str | None = None,
        among: SlotFilter | None = None,
    ) -> list[tuple[int, float]]:
        """Return up to `k` (passage, score), best first, ties by passage; scores are above 0.

        Of a word's `others`, the one that counts most in a passage counts. With `holding`, only
        passages are returned that hold this key of a document number; with `among`, only those of
        these documents. Neither changes a score.
        """
        ...


class DenseLeg(Protocol):
    """Passages by the cosine of their embeddings. Safe to use from several threads."""

    @property
    def dimension(self) -> int:
        """Columns of the embeddings inside."""
        ...

    def __len__(self) -> int: ...

    def search(
        self, queries: Embeddings, k: int, among: NDArray[np.bool_] | None = None
    ) -> list[list[tuple[int, float]]]:
        """Return up to `k` (passage, cosine) per row of `queries`, best first, ties by passage.

        With `among`, (passages,) bool, only of those. Of very many, some that are not among the
        very best may be missed.
        """
        ...

    def scores(self, query: Embeddings, passages: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the cosine of `query`, (dimension,), with each of `passages`, (n,)."""
        ...

    def vectors(self, passages: NDArray[np.int64]) -> Embeddings:
        """Return (len(passages), dimension), what was indexed of each of `passages`."""
        ...
