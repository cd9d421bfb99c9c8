"""Questions to corpora of several sizes: how long they take, what is missed, what it costs to keep.

    python -m tests.bench.sizes [--sizes 1000 10000 100000]

Made passages (see `tests.bench.corpus`), asked by a few of their own words. Each size is built and
then asked in a process of its own. Recall is that of the dense leg's ten best against weighing all
embeddings. Beside each size stands what one core must at least take to read them all (what exact
search does) and to read their signs (what hoidap does from 20,000 passages on). Prints a table,
then one line of JSON.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import numpy as np

from retrieval.build import build_generation
from retrieval.embedding import BUNDLED_MODEL, CALIBRATION_FILE, load_embedder
from retrieval.fusion import Calibration
from retrieval.search import Searcher, open_serving
from retrieval.text import analyse
from retrieval.text.other_words import other_words
from retrieval.workers import Workers
from tests.bench.corpus import PARAGRAPHS, asked_of, write_documents
from tests.bench.limits import gigabytes_per_second, gigaflops

_SEED = 11
_QUESTIONS = 300
_WARM_UP = 30
_CANDIDATES = 100
_SHOWN = 10
_ROWS_AT_ONCE = 50_000


def main() -> None:
    """Build, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--ask", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.ask:
        print(json.dumps(_asked(options.ask)))
        return
    rows = []
    for size in options.sizes:
        with tempfile.TemporaryDirectory(prefix="hoidap-bench-") as name:
            rows.append(_measured(Path(name), size))
        _print(rows[-1], head=len(rows) == 1)
    print(json.dumps(rows))


def _measured(folder: Path, size: int) -> dict[str, Any]:
    write_documents(folder / "corpus", size // PARAGRAPHS)
    calibration = Calibration.load(BUNDLED_MODEL / CALIBRATION_FILE)
    started = time.perf_counter()
    with Workers() as workers:
        build_generation(
            folder / "corpus", folder / "data", load_embedder(), calibration, workers=workers
        )
    seconds = time.perf_counter() - started
    disk = sum(file.stat().st_size for file in (folder / "data").rglob("*") if file.is_file())
    # As `hoidap run` sets them, before numpy and FAISS are loaded.
    threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"}
    command = [sys.executable, "-m", "tests.bench.sizes", "--ask", str(folder / "data")]
    environment = {**os.environ, **threads}
    done = subprocess.run(command, capture_output=True, check=True, text=True, env=environment)
    built = {"passages": size, "build_s": round(seconds, 1), "disk_mb": round(disk / 1e6)}
    return {**built, **json.loads(done.stdout)}


def _asked(data: Path) -> dict[str, Any]:
    embedder = load_embedder()
    started = time.perf_counter()
    searcher, _ = open_serving(data, embedder)
    opened = time.perf_counter() - started
    questions = _questions(searcher)
    embeddings = embedder.embed_queries(questions)
    numbers = {question: number for number, question in enumerate(questions)}
    index = searcher.index
    terms = {question: (analyse(question), other_words(question)) for question in questions}

    def by_words(question: str) -> object:
        return index.lexical.search(terms[question][0], _CANDIDATES, terms[question][1])

    def by_meaning(question: str) -> object:
        number = numbers[question]
        return index.dense.search(embeddings[number : number + 1], _CANDIDATES)

    figures: dict[str, Any] = {"open_s": round(opened, 2)}
    acts: dict[str, Callable[[str], object]] = {
        "whole": searcher.ask, "words": by_words, "meaning": by_meaning,
    }  # fmt: skip
    for name, act in acts.items():
        times = _timed(act, questions)
        figures[name] = {"p50_ms": times[0], "p99_ms": times[1]}
    times = _timed(lambda question: embedder.embed_queries([question]), questions)
    figures["encoding"] = {"p50_ms": times[0], "p99_ms": times[1]}
    figures["memory_mb"] = _resident_mb()
    figures["recall"] = _recall(searcher, embeddings)
    return {**figures, "limits": _limits(len(index.dense), index.dense.dimension)}


def _limits(passages: int, dimension: int) -> dict[str, float]:
    """Return the least ms that reading all embeddings, and all their signs, can take one core."""
    speed = gigabytes_per_second()
    return {
        "gigabytes_per_s": round(speed, 1),
        "gigaflops": round(gigaflops(), 1),
        "embeddings_ms": round(passages * dimension * 4 / speed / 1e6, 2),
        "signs_ms": round(passages * dimension / 8 / speed / 1e6, 2),
    }


def _questions(searcher: Searcher) -> list[str]:
    table, chance = searcher.index.passages, random.Random(_SEED)
    passages = chance.sample(range(len(table)), _QUESTIONS + _WARM_UP)
    return [asked_of(table[passage].text, chance) for passage in passages]


def _timed(act: Callable[[str], object], questions: Sequence[str]) -> tuple[float, float]:
    """Return the median and the 99th percentile in ms."""
    seconds = []
    for question in questions:
        started = time.perf_counter()
        act(question)
        seconds.append(time.perf_counter() - started)
    kept = seconds[_WARM_UP:]
    return round(1e3 * median(kept), 2), round(1e3 * quantiles(kept, n=100)[-1], 2)


def _recall(searcher: Searcher, embeddings: np.ndarray) -> float:
    """Return the share of the ten nearest by all embeddings that the index finds."""
    dense = searcher.index.dense
    scores = np.concatenate(
        [
            embeddings @ dense.vectors(np.arange(start, min(start + _ROWS_AT_ONCE, len(dense)))).T
            for start in range(0, len(dense), _ROWS_AT_ONCE)
        ],
        axis=1,
    )
    exact = np.argpartition(-scores, _SHOWN, axis=1)[:, :_SHOWN]
    found = dense.search(embeddings, _SHOWN)
    shares = [
        len({passage for passage, _ in hits} & set(best.tolist())) / _SHOWN
        for hits, best in zip(found, exact, strict=True)
    ]
    return round(float(np.mean(shares)), 4)


def _resident_mb() -> int:
    """Return what the process has in memory now, mapped files among it."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))
    return round(int(kilobytes) / 1024)


def _print(row: dict[str, Any], *, head: bool) -> None:
    if head:
        print(
            " passages  build s  disk MB  open s  p50 ms  p99 ms  words  meaning  recall  memory MB"
        )
    print(f"{row['passages']:9} {row['build_s']:8} {row['disk_mb']:8} {row['open_s']:7}"
          f" {row['whole']['p50_ms']:7} {row['whole']['p99_ms']:7} {row['words']['p50_ms']:6}"
          f" {row['meaning']['p50_ms']:8} {row['recall']:7} {row['memory_mb']:10}",
          flush=True)  # fmt: skip
    limits = row["limits"]
    print(f"{'':9} at {limits['gigabytes_per_s']} GB/s reading all embeddings takes"
          f" {limits['embeddings_ms']} ms, their signs {limits['signs_ms']} ms;"
          f" encoding a question takes {row['encoding']['p50_ms']} ms"
          f" ({limits['gigaflops']} GFLOP/s)", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
