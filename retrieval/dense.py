"""Nearest passages by inner product. The only importer of faiss.

An exact index is a header and the embeddings, so one that has most of another's is made by copying
bytes: whoever builds needs neither faiss nor room for the embeddings in memory.
"""

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from retrieval.copying import copy_bytes
from retrieval.embedding import Embeddings
from retrieval.errors import GenerationCorrupt

_ROUNDING = 1e-6
"""Two ways to compute one cosine differ by less."""
_HEADER = struct.Struct("<4siqqqBiQ")
"""How faiss begins an `IndexFlatIP`; a test holds it to that."""
_FLOAT_BYTES = 4


@dataclass(frozen=True, slots=True)
class DenseRows:
    """The embeddings of neighbouring passages in an index on disk, to be taken over as they lie.

    Attributes:
        path: The index.
        dimension: Columns.
        start: The first passage.
        end: One past the last.
    """

    path: Path
    dimension: int
    start: int
    end: int

    @classmethod
    def of(cls, path: Path) -> "DenseRows":
        """Return all of the index at `path`.

        Raises:
            GenerationCorrupt: It is not there, or not what `DenseIndex.write` writes.
        """
        try:
            with path.open("rb") as file:
                header = file.read(_HEADER.size)
            dimension, count = _HEADER.unpack(header)[1:3]
            if header != _header(dimension, count):
                raise ValueError("its header says so")
        except (OSError, ValueError, struct.error) as error:
            raise GenerationCorrupt(f"{path} is not a flat FAISS index") from error
        return cls(path, dimension, 0, count)

    def part(self, start: int, end: int) -> "DenseRows":
        """Return the rows `start` to before `end` of these."""
        return DenseRows(self.path, self.dimension, self.start + start, self.start + end)

    def __len__(self) -> int:
        return self.end - self.start


class DenseIndex:
    """Exact inner-product search over passages; row i is passage i of the generation."""

    def __init__(self, index: Any) -> None:
        self._index = index

    @staticmethod
    def write(parts: Iterable[Embeddings | DenseRows], dimension: int, path: Path) -> None:
        """Write an index of `parts`, end to end, to `path`.

        Each is (n, dimension) float32 unit rows, or rows of another index.
        """
        count = 0
        with path.open("wb") as file:
            file.write(_header(dimension, 0))
            for part in parts:
                if isinstance(part, DenseRows):
                    _copy(part, file)
                else:
                    file.write(np.ascontiguousarray(part, dtype="<f4").data)
                count += len(part)
            file.seek(0)
            file.write(_header(dimension, count))

    @classmethod
    def open(cls, path: Path) -> "DenseIndex":
        """Map the index at `path` into memory.

        Raises:
            GenerationCorrupt: It is not there or not an index.
        """
        import faiss

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

    def search(
        self, queries: Embeddings, k: int, among: NDArray[np.bool_] | None = None
    ) -> list[list[tuple[int, float]]]:
        """Return up to `k` (passage, cosine) per row of `queries`, best first, ties by passage.

        With `among`, (passages,) bool, only of those.
        """
        count = len(self) if among is None else int(among.sum())
        k = min(k, count)
        if k == 0 or len(queries) == 0:
            return [[] for _ in queries]
        queries = np.ascontiguousarray(queries)
        chosen = _chosen(among)
        scores, passages = self._index.search(queries, min(k + 1, count), params=chosen)
        found: list[list[tuple[int, float]]] = []
        for row, (own, values) in enumerate(zip(passages, scores, strict=True)):
            if not queries[row].any():
                # No known word: like nothing, and so all passages alike.
                any_of = range(k) if among is None else np.flatnonzero(among)[:k].tolist()
                found.append([(passage, 0.0) for passage in any_of])
                continue
            if len(own) > k and values[k - 1] == values[k]:
                # Equal scores straddle the cut, where FAISS keeps any of them: weigh them all.
                bound = float(values[k]) - _ROUNDING
                _, values, own = self._index.range_search(
                    queries[row : row + 1], bound, params=chosen
                )
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


def _chosen(among: NDArray[np.bool_] | None) -> Any:
    """Return faiss's way of saying which passages to look at; None for all."""
    if among is None:
        return None
    import faiss

    swig: Any = faiss  # whose stubs know only what C++ takes
    bits = np.packbits(among, bitorder="little")
    return swig.SearchParameters(sel=swig.IDSelectorBitmap(bits))


def _header(dimension: int, count: int) -> bytes:
    unused, trained, inner_product = 1 << 20, 1, 0
    return _HEADER.pack(
        *(b"IxFI", dimension, count, unused, unused),
        *(trained, inner_product, count * dimension),
    )


def _copy(rows: DenseRows, file: BinaryIO) -> None:
    size = _FLOAT_BYTES * rows.dimension
    start, end = (_HEADER.size + size * row for row in (rows.start, rows.end))
    copy_bytes(rows.path, start, end, file)
