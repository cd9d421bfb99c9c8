"""Nearest passages by inner product. The only importer of faiss.

An index is a header and the embeddings in half precision, so one that has most of another's is made
by copying bytes: whoever builds needs neither faiss nor room for the embeddings in memory. Rounding
changes a cosine by 1e-5, or 2e-4 of vectors with few components, and halves the index.

Where there are many passages, reading all embeddings takes too long. Beside them lie their signs, a
bit a component: those whose signs differ least from the question's are found in a sixteenth of the
bytes, and only these are weighed.
"""

import struct
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from retrieval.copying import copy_bytes
from retrieval.embedding import Embeddings
from retrieval.errors import GenerationCorrupt

_ROUNDING = 1e-6
"""Two ways to compute one cosine differ by less."""
_HEADER = struct.Struct("<4siqqqBiiifQQQQ")
"""How faiss begins an `IndexScalarQuantizer` in half precision; a test holds it to that."""
_QT_FP16 = 4
_STORED = np.dtype("<f2")
_ROWS_AT_ONCE = 10_000
_MANY = 20_000
"""Passages from which signs choose what is weighed; below, all are, in a few milliseconds."""
_LEAST_CHOSEN = 3_000
_CHOSEN_OF = 200
"""Beside the least, one passage in so many is chosen. See DESIGN.md for what is missed."""
_LEANING = 0.5
_LOOKED_AT = 512
"""If the mean of so many embeddings is longer than the root of the number before, they all lean one
way, in which their signs would not tell them apart; it is taken out first."""


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
            GenerationCorrupt: It is not there, or not what `DenseWriter` writes.
        """
        try:
            with path.open("rb") as file:
                header = file.read(_HEADER.size)
            dimension, count = _HEADER.unpack(header)[1:3]
            if header != _header(dimension, count):
                raise ValueError("its header says so")
        except (OSError, ValueError, struct.error) as error:
            raise GenerationCorrupt(f"{path} is not an index that can be taken over") from error
        return cls(path, dimension, 0, count)

    @property
    def centre(self) -> Embeddings:
        """(dimension,) float32: what was taken out of the rows before their signs."""
        return np.fromfile(_signs_path(self.path), dtype="<f4", count=self.dimension)

    def part(self, start: int, end: int) -> "DenseRows":
        """Return the rows `start` to before `end` of these."""
        return DenseRows(self.path, self.dimension, self.start + start, self.start + end)

    def pieces(self) -> Iterator[Embeddings]:
        """Yield the rows in order, some at a time, for whoever does not copy them as they lie."""
        with self.path.open("rb") as file:
            file.seek(_HEADER.size + _STORED.itemsize * self.dimension * self.start)
            for start in range(self.start, self.end, _ROWS_AT_ONCE):
                count = min(_ROWS_AT_ONCE, self.end - start) * self.dimension
                rows = np.fromfile(file, dtype=_STORED, count=count).astype(np.float32)
                yield rows.reshape(-1, self.dimension)

    def __len__(self) -> int:
        return self.end - self.start


def rounded(rows: Embeddings) -> Embeddings:
    """Return (n, dimension) embeddings as an index has them, wherever it is."""
    return rows.astype(_STORED).astype(np.float32)


class DenseWriter:
    """Writes an index, and beside it the signs of what is in it."""

    def __init__(self, path: Path, dimension: int) -> None:
        self._dimension = dimension
        self._count = 0
        self._centre: Embeddings | None = None
        with ExitStack() as stack:
            self._file = stack.enter_context(path.open("wb"))
            self._signs = stack.enter_context(_signs_path(path).open("wb"))
            self._open = stack.pop_all()
        self._file.write(_header(dimension, 0))

    def __enter__(self) -> "DenseWriter":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._open:
            self._file.seek(0)
            self._file.write(_header(self._dimension, self._count))

    def add(self, part: Embeddings | DenseRows) -> None:
        """Write (n, dimension) float32 unit rows, or rows of another index."""
        if not len(part):
            return
        if self._centre is None:
            self._centre = part.centre if isinstance(part, DenseRows) else _centre(part)
            self._signs.write(self._centre.astype("<f4").tobytes())
        if isinstance(part, DenseRows):
            _copy(part, self._file, self._signs)
        else:
            self._file.write(np.ascontiguousarray(part, dtype=_STORED).data)
            self._signs.write(_signs(part, self._centre).data)
        self._count += len(part)


class DenseIndex:
    """Inner-product search over passages; row i is passage i of the generation."""

    def __init__(self, index: Any, signs: "_SignIndex | None" = None) -> None:
        self._index = index
        self._signs = signs

    @classmethod
    def open(cls, path: Path) -> "DenseIndex":
        """Map the index at `path` into memory.

        Raises:
            GenerationCorrupt: It is not there or not an index.
        """
        import faiss

        try:
            index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
            # What a question multiplies is done before a second thread has woken, and faiss's
            # would spin against numpy's for the same cores: 8 ms instead of 2.
            faiss.omp_set_num_threads(1)
            many = index.ntotal >= _MANY
            return cls(index, _SignIndex(path, index.d, index.ntotal) if many else None)
        except (RuntimeError, OSError, ValueError) as error:  # the first is all that faiss raises
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

        With `among`, (passages,) bool, only of those. Of very many, some that are not among the
        very best may be missed.
        """
        count = len(self) if among is None else int(among.sum())
        k = min(k, count)
        if k == 0 or len(queries) == 0:
            return [[] for _ in queries]
        queries = np.ascontiguousarray(queries)
        if self._signs is None or count < _MANY or k > _LEAST_CHOSEN:
            return self._weighed(queries, k, among)
        found = []
        for row, near in enumerate(self._signs.nearest(queries, among)):
            query = queries[row : row + 1]
            if query.any():
                chosen = np.zeros(len(self), dtype=np.bool_)
                chosen[near[near >= 0]] = True
                found += self._weighed(query, k, chosen)
            else:
                found += self._weighed(query, k, among)
        return found

    def _weighed(
        self, queries: Embeddings, k: int, among: NDArray[np.bool_] | None
    ) -> list[list[tuple[int, float]]]:
        """Return what `search` does, having weighed all of `among`."""
        chosen = _chosen(among)
        scores, passages = self._index.search(queries, min(k + 1, len(self)), params=chosen)
        found: list[list[tuple[int, float]]] = []
        for row, (own, values) in enumerate(zip(passages, scores, strict=True)):
            if not queries[row].any():
                # No known word: like nothing, and so all passages alike.
                any_of = range(k) if among is None else np.flatnonzero(among)[:k].tolist()
                found.append([(passage, 0.0) for passage in any_of])
                continue
            if len(own) > k and own[k] >= 0 and values[k - 1] == values[k]:
                # Equal scores straddle the cut, where FAISS keeps any of them: weigh them all.
                bound = float(values[k]) - _ROUNDING
                _, values, own = self._index.range_search(
                    queries[row : row + 1], bound, params=chosen
                )
            pairs = zip(own[own >= 0].tolist(), values[own >= 0].tolist(), strict=True)
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


class _SignIndex:
    """The signs of the embeddings of an index, in memory."""

    def __init__(self, path: Path, dimension: int, count: int) -> None:
        """Read what `DenseWriter` wrote beside `path`.

        Raises:
            OSError, ValueError: It is not there, or cut short.
        """
        import faiss

        width = -(-dimension // 8)
        with _signs_path(path).open("rb") as file:
            self._centre = np.fromfile(file, dtype="<f4", count=dimension)
            signs = np.fromfile(file, dtype=np.uint8)
        if len(self._centre) != dimension or len(signs) != count * width:
            raise ValueError(f"{_signs_path(path)} is cut short")
        swig: Any = faiss  # whose stubs do not know all that it has
        self._index = swig.IndexBinaryFlat(8 * width)
        self._index.use_heap = False  # counts distances: quicker where thousands are wanted
        self._index.add(signs.reshape(count, width))
        self._chosen = _LEAST_CHOSEN + count // _CHOSEN_OF

    def nearest(self, queries: Embeddings, among: NDArray[np.bool_] | None) -> NDArray[np.int64]:
        """Return (queries, m) passages whose signs differ least; -1 where there are fewer."""
        wanted = _signs(queries, self._centre)
        passages: NDArray[np.int64]
        _, passages = self._index.search(wanted, self._chosen, params=_chosen(among))
        return passages


def _signs_path(path: Path) -> Path:
    return path.with_suffix(".signs")


def _signs(rows: Embeddings, centre: Embeddings) -> NDArray[np.uint8]:
    return np.packbits(rows > centre, axis=1)


def _centre(rows: Embeddings) -> Embeddings:
    mean: Embeddings = rows[:_LOOKED_AT].mean(axis=0)
    return mean if mean @ mean > _LEANING else np.zeros_like(mean)


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
    row = dimension * _STORED.itemsize
    return _HEADER.pack(
        *(b"IxSQ", dimension, count, unused, unused, trained, inner_product),
        *(_QT_FP16, 0, 0.0, dimension, row, 0),  # neither ranges nor anything learned
        count * row,
    )


def _copy(rows: DenseRows, file: BinaryIO, signs: BinaryIO) -> None:
    size, width = _STORED.itemsize * rows.dimension, -(-rows.dimension // 8)
    start, end = (_HEADER.size + size * row for row in (rows.start, rows.end))
    copy_bytes(rows.path, start, end, file)
    centre = rows.centre.nbytes
    start, end = (centre + width * row for row in (rows.start, rows.end))
    copy_bytes(_signs_path(rows.path), start, end, signs)
