"""What ways to find the nearest passages miss, on an index of your own: signs, cells, graphs.

    hoidap index --corpus FOLDER --data DATA && python -m tests.bench.nearest DATA

The questions are a few neighbouring words of its passages. Recall is that of the ten and of the
hundred nearest by all embeddings, among what each way finds. Prints a table.
"""

import argparse
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from retrieval.embedding import Embeddings, load_embedder
from retrieval.search import open_serving
from tests.bench.corpus import asked_of

_SEED = 5
_QUESTIONS = 300
_WANTED = 100
_FOUND = 200

_Places = NDArray[np.int64]


def main() -> None:
    """Try each way, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    rows, asked = _embeddings(parser.parse_args().data)
    exact: Any = faiss.IndexFlatIP(rows.shape[1])
    exact.add(rows)
    _, best = exact.search(asked, _WANTED)
    print(f"{len(rows)} passages\n{'way':34} {'recall@10':>9} {'@100':>7} {'build s':>8} {'ms':>7}")

    def tell(name: str, search: Callable[[], _Places], built: float = 0.0) -> None:
        started = time.perf_counter()
        found = search()
        milliseconds = 1e3 * (time.perf_counter() - started) / len(asked)
        shares = [_share(best[:, :k], found) for k in (10, _WANTED)]
        print(f"{name:34} {shares[0]:9.4f} {shares[1]:7.4f} {built:8.1f} {milliseconds:7.2f}")

    _signs(rows, asked, tell)
    _quantised(rows, asked, tell)
    _cells(rows, asked, tell)
    _graph(rows, asked, tell)


def _embeddings(data: Path) -> tuple[Embeddings, Embeddings]:
    embedder = load_embedder()
    searcher, _ = open_serving(data, embedder)
    index, chance = searcher.index, random.Random(_SEED)
    passages = chance.sample(range(len(index.passages)), min(_QUESTIONS, len(index.passages)))
    questions = [asked_of(index.passages[passage].text, chance) for passage in passages]
    rows = index.dense.vectors(np.arange(len(index.dense), dtype=np.int64))
    return rows, embedder.embed_queries(questions)


def _share(best: _Places, found: _Places) -> float:
    shares = [
        len(set(own.tolist()) & set(others.tolist())) / best.shape[1]
        for own, others in zip(best, found, strict=True)
    ]
    return float(np.mean(shares))


def _signs(rows: Embeddings, asked: Embeddings, tell: Callable[..., None]) -> None:
    for label, centre in (("0", np.zeros(rows.shape[1])), ("the mean", rows.mean(axis=0))):
        index: Any = faiss.IndexBinaryFlat(rows.shape[1])
        index.use_heap = False
        index.add(np.packbits(rows > centre, axis=1))
        wanted = np.packbits(asked > centre, axis=1)
        for per_cent in (1, 2, 4, 10):
            count = max(_WANTED, len(rows) * per_cent // 100)
            name = f"signs around {label}, {per_cent} % ({count})"
            tell(name, lambda i=index, w=wanted, c=count: i.search(w, c)[1])


def _quantised(rows: Embeddings, asked: Embeddings, tell: Callable[..., None]) -> None:
    for kind in ("SQ8", "SQ4"):
        index, seconds = _built(kind, rows)
        tell(kind, lambda i=index: i.search(asked, _FOUND)[1], seconds)


def _cells(rows: Embeddings, asked: Embeddings, tell: Callable[..., None]) -> None:
    cells = int(4 * len(rows) ** 0.5)
    index, seconds = _built(f"IVF{cells},SQ8", rows)
    for probes in (16, 32, 64):
        index.nprobe = probes
        tell(f"IVF{cells},SQ8, {probes} cells", lambda: index.search(asked, _WANTED)[1], seconds)


def _graph(rows: Embeddings, asked: Embeddings, tell: Callable[..., None]) -> None:
    index, seconds = _built("HNSW16_SQ8", rows)
    for width in (128, 256, 512):
        index.hnsw.efSearch = width
        tell(f"HNSW16,SQ8, ef {width}", lambda: index.search(asked, _WANTED)[1], seconds)


def _built(kind: str, rows: Embeddings) -> tuple[Any, float]:
    started = time.perf_counter()
    index = faiss.index_factory(rows.shape[1], kind, faiss.METRIC_INNER_PRODUCT)
    index.train(rows)
    index.add(rows)
    return index, time.perf_counter() - started


if __name__ == "__main__":
    main()
