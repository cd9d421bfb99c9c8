"""Nearest passages by inner product. The only importer of faiss."""

from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from retrieval.embedding import Embeddings
from retrieval.errors import GenerationCorrupt

_ROUNDING = 1e-6
"""Two ways to compute one cosine differ by less."""


class DenseIndex:
    """Exact inner-product search over passages; row i is passage i of the generation."""

    def __init__(self, index: Any) -> None:
        self._index = index

    @staticmethod
    def write(embeddings: Embeddings, path: Path) -> None:
        """Write an index of `embeddings`, (n, dimension) float32 unit rows, to `path`."""
        index = faiss.IndexFlatIP(embeddings.shape[1])
        index.add(np.ascontiguousarray(embeddings))
        faiss.write_index(index, str(path))

    @classmethod
    def open(cls, path: Path) -> "DenseIndex":
        """Map the index at `path` into memory.

        Raises:
            GenerationCorrupt: It is not there or not an index.
        """
        try:
            return cls(faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC))
        except RuntimeError as error:  # all that faiss raises
            raise GenerationCorrupt(f"{path} is not a readable FAISS index") from error

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """Columns of the embeddings inside."""
        return int(self._index.d)

    def search(self, queries: Embeddings, k: int) -> list[list[tuple[int, float]]]:
        """Return up to `k` (passage, cosine) per row of `queries`, best first, ties by passage."""
        k = min(k, len(self))
        if k == 0 or len(queries) == 0:
            return [[] for _ in queries]
        queries = np.ascontiguousarray(queries)
        scores, passages = self._index.search(queries, min(k + 1, len(self)))
        found: list[list[tuple[int, float]]] = []
        for row, (own, values) in enumerate(zip(passages, scores, strict=True)):
            if not queries[row].any():
                # No known word: like nothing, and so all passages alike.
                found.append([(passage, 0.0) for passage in range(k)])
                continue
            if len(own) > k and values[k - 1] == values[k]:
                # Equal scores straddle the cut, where FAISS keeps any of them: weigh them all.
                bound = float(values[k]) - _ROUNDING
                _, values, own = self._index.range_search(queries[row : row + 1], bound)
            pairs = zip(own.tolist(), values.tolist(), strict=True)
            found.append(sorted(pairs, key=lambda pair: (-pair[1], pair[0]))[:k])
        return found

    def scores(self, query: Embeddings, passages: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the cosine of `query`, (dimension,), with each of `passages`, (n,)."""
        if len(passages) == 0:
            return np.empty(0, dtype=np.float32)
        return self.vectors(passages) @ query

    def vectors(self, passages: NDArray[np.int64]) -> Embeddings:
        """Return (len(passages), dimension), what was indexed of each of `passages`."""
        rows: Embeddings = self._index.reconstruct_batch(passages)
        return rows
