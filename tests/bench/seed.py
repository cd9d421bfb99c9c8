"""The seed article: time of a cold and of a warm question, and where it goes.

    python -m tests.bench.seed

Prints tables, then one line of JSON. Medians over several runs after a warm-up. The peer is the
least that a dense search does without hoidap, in the same process: sentence-transformers encodes
the question with the same model, FAISS finds the nearest passages; no words, no citation.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import faiss
from sentence_transformers import SentenceTransformer

from retrieval.alignment import asked_words
from retrieval.answering import SentenceReader
from retrieval.build import build_generation
from retrieval.citing import cite
from retrieval.embedding import BUNDLED_MODEL, CALIBRATION_FILE, Embedder, Embeddings, load_embedder
from retrieval.fusion import Calibration, ranked
from retrieval.search import Searcher, open_serving, parse_query
from retrieval.text import analyse
from retrieval.text.questions import definition_asked

CORPUS = Path(__file__).parents[2] / "corpus"
QUESTIONS = (
    "Đề án 06 là gì?",
    "de an 06 la gi",
    "What is Project 06?",
    "Ai chủ trì hội nghị?",
    "Chương trình 01-CTr/TU được đánh giá thế nào?",
    "Nghị quyết 18 nói gì về sắp xếp tổ chức?",
)
_COLD_RUNS = 5
_WARM_RUNS = 300
_WARM_UP = 30
_EMBED_REPEATS = 300


def main() -> None:
    """Run and print."""
    with tempfile.TemporaryDirectory(prefix="hoidap-bench-") as name:
        data = Path(name)
        embedder = load_embedder()
        calibration = Calibration.load(BUNDLED_MODEL / CALIBRATION_FILE)
        build_generation(CORPUS, data, embedder, calibration)
        cold, peak_mb = _cold(data)
        searcher, _ = open_serving(data, embedder)
        warm = {
            "whole question": _timed(searcher.ask),
            "encode": _timed(lambda text: embedder.embed_queries([text])),
            "analyse and search words": _timed(lambda text: _lexical(searcher, text)),
            "rank (encode, both legs, fusion)": _timed(lambda text: _rank(searcher, text)),
            "cite three passages": _timed(_citing(searcher)),
        }
        rate = _passages_per_second(embedder, _passages(searcher))
        peer = _timed(_peer(embedder.embed_passages(_passages(searcher))))
    _print("cold process, one question", {stage: [seconds] for stage, seconds in cold.items()})
    _print("warm question", warm)
    _print("peer", {"sentence-transformers + FAISS": peer})
    ratio = median(warm["whole question"]) / median(peer)
    print(f"whole question / peer: {ratio:.2f}")
    print(f"passages embedded per second: {rate:.0f}; memory of the cold process: {peak_mb:.0f} MB")
    medians = {stage: round(median(values) * 1e3, 3) for stage, values in warm.items()}
    cold_ms = {stage: round(seconds * 1e3, 1) for stage, seconds in cold.items()}
    figures = {"cold_ms": cold_ms, "warm_median_ms": medians, "ratio": round(ratio, 2)}
    print(json.dumps({**figures, "passages_per_s": round(rate), "peak_mb": round(peak_mb)}))


def _cold(data: Path) -> tuple[dict[str, float], float]:
    """Return stage → seconds and the peak of memory in MB, medians of several processes."""
    command = [sys.executable, "-m", "tests.bench.cold", str(data), QUESTIONS[0]]
    runs: list[dict[str, Any]] = []
    for _ in range(_COLD_RUNS + 1):
        environment = {**os.environ, "BENCH_STARTED_AT": repr(time.time())}
        done = subprocess.run(command, capture_output=True, check=True, env=environment)
        runs.append(json.loads(done.stdout))
    kept = runs[1:]  # the first warms the disk cache
    stages = {name: median(run["stages"][name] for run in kept) for name in kept[0]["stages"]}
    return stages, median(run["peak_mb"] for run in kept)


def _passages_per_second(embedder: Embedder, passages: list[str]) -> float:
    # Texts that are equal are cut once.
    many = [f"{text} {number}" for number in range(_EMBED_REPEATS) for text in passages]
    embedder.embed_passages(passages)
    started = time.perf_counter()
    embedder.embed_passages(many)
    return len(many) / (time.perf_counter() - started)


def _timed(act: Callable[[str], object]) -> list[float]:
    seconds = []
    for run in range(_WARM_UP + _WARM_RUNS):
        question = QUESTIONS[run % len(QUESTIONS)]
        started = time.perf_counter()
        act(question)
        seconds.append(time.perf_counter() - started)
    return seconds[_WARM_UP:]


def _passages(searcher: Searcher) -> list[str]:
    table = searcher.index.passages
    return [table[index].text for index in range(len(table))]


def _peer(embeddings: Embeddings) -> Callable[[str], object]:
    model = SentenceTransformer(str(BUNDLED_MODEL), device="cpu")
    index = faiss.IndexFlatIP(embeddings.shape[1])
    index.add(embeddings)
    return lambda text: index.search(model.encode([text]), 3)


def _lexical(searcher: Searcher, text: str) -> object:
    return searcher.index.lexical.search(analyse(text), 100)


def _rank(searcher: Searcher, text: str) -> object:
    return searcher.ranker.rank_many([parse_query(text)])


def _citing(searcher: Searcher) -> Callable[[str], object]:
    rankings = searcher.ranker.rank_many([parse_query(text) for text in QUESTIONS])
    hits = {text: ranked(r.fused, 3) for text, r in zip(QUESTIONS, rankings, strict=True)}

    def act(text: str) -> object:
        asked = asked_words(text)
        reader = SentenceReader(asked, definition_asked(text))
        found = searcher.ranker.match(asked, [hit.passage for hit in hits[text]])
        return [
            cite(hit, searcher.index.passages, reader, values)
            for hit, values in zip(hits[text], found, strict=True)
        ]

    return act


def _print(title: str, rows: dict[str, list[float]]) -> None:
    print(f"\n{title:42} {'median ms':>10} {'p99 ms':>10}")
    for stage, seconds in rows.items():
        p99 = quantiles(seconds, n=100)[-1] if len(seconds) > 1 else seconds[0]
        print(f"{stage:42} {median(seconds) * 1e3:10.2f} {p99 * 1e3:10.2f}")


if __name__ == "__main__":
    main()
