"""Nearest passages by inner product, from a collection."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.embedding import Embeddings
from retrieval.milvus.naming import EMBEDDING
from retrieval.milvus.reading import OpenCollection, Search
from retrieval.milvus.terms import among_passages, among_slots


class MilvusDense:
    """The dense leg in a collection; see `retrieval.legs.DenseLeg`."""

    def __init__(self, collection: OpenCollection, starts: NDArray[np.int64]) -> None:
        """Take an opened collection.

        Args:
            collection: Of the generation.
            starts: Slot → the first passage of its document; slots are given in order.
        """
        self._collection = collection
        self._starts = starts

    def __len__(self) -> int:
        return len(self._collection)

    @property
    def dimension(self) -> int:
        """Columns of the embeddings inside."""
        return self._collection.dimension

    def search(
        self, queries: Embeddings, k: int, among: NDArray[np.bool_] | None = None
    ) -> list[list[tuple[int, float]]]:
        """Return up to `k` (passage, cosine) per row of `queries`; see `DenseLeg`."""
        count = len(self) if among is None else int(among.sum())
        k = min(k, count)
        asked = [number for number, query in enumerate(queries) if k and query.any()]
        # No known word: like nothing, and so all passages alike.
        alike = range(k) if among is None else np.flatnonzero(among)[:k].tolist()
        found: list[list[tuple[int, float]]] = [
            [(passage, 0.0) for passage in alike] for _ in queries
        ]
        if asked:
            search = Search(
                EMBEDDING, [queries[number] for number in asked], k, self._filter(among)
            )
            for number, (passages, scores) in zip(
                asked, self._collection.search([search])[0], strict=True
            ):
                found[number] = by_score(passages, scores)
        return found

    def scores(self, query: Embeddings, passages: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the cosine of `query`, (dimension,), with each of `passages`, (n,)."""
        if len(passages) == 0:
            return np.empty(0, dtype=np.float32)
        wanted = np.unique(passages)
        # A graph weighs so few of so many one by one. It costs a tenth of the bytes that their
        # embeddings would.
        search = Search(EMBEDDING, [query], len(wanted), among_passages(wanted.tolist()))
        ((found, scores),) = self._collection.search([search])[0]
        if len(found) < len(wanted):
            return self.vectors(passages) @ query
        of = np.empty(len(wanted), dtype=np.float32)
        of[np.searchsorted(wanted, found)] = scores
        return of[np.searchsorted(wanted, passages)]

    def vectors(self, passages: NDArray[np.int64]) -> Embeddings:
        """Return (len(passages), dimension), what was indexed of each of `passages`."""
        return self._collection.vectors(passages)

    def _filter(self, among: NDArray[np.bool_] | None) -> str:
        if among is None:
            return ""
        # A document is seen as a whole, so its first passage tells.
        seen = among[self._starts]
        hides = int(seen.sum()) * 2 > len(seen)
        return among_slots(np.flatnonzero(~seen if hides else seen).tolist(), hides=hides)


def by_score(
    passages: Sequence[int] | NDArray[np.int64], scores: Sequence[float] | NDArray[np.float64]
) -> list[tuple[int, float]]:
    """Return (passage, score), best first, ties by passage."""
    pairs = zip(map(int, passages), map(float, scores), strict=True)
    return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))
