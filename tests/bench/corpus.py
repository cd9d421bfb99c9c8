"""A large corpus: indexed from nothing, again with nothing changed, and after small changes.

    python -m tests.bench.corpus [--documents 10000]

Made documents of ten paragraphs each, in words of Vietnamese by their frequency, so that terms
are as rare and as common as in real text. Each build is a process of its own, as `hoidap index` is,
and follows another change; the figure of a kind of change is the median of its builds.
Prints a table, then one line of JSON.
"""

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.resources import files
from itertools import accumulate
from pathlib import Path
from statistics import median
from typing import Any

PARAGRAPHS = 10
_SENTENCES = (2, 5)
_WORDS = (8, 24)
_WORDS_ASKED = (5, 9)
_SEED = 7
_CHANCE = random.Random(_SEED)
_UNCOMPILED = "PYTHONDONTWRITEBYTECODE"
_BUILDS = 5
"""After each kind of change."""


def main() -> None:
    """Write the documents, build again and again, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--build", nargs=2, type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.build:
        _build(*options.build)
        return
    with tempfile.TemporaryDirectory(prefix="hoidap-bench-") as name:
        corpus, data = Path(name) / "corpus", Path(name) / "data"
        write_documents(corpus, options.documents)
        runs = {"from nothing": [_timed(corpus, data)], "nothing changed": [_timed(corpus, data)]}
        for label, change in _CHANGES.items():
            runs[label] = [_timed(corpus, data, change) for _ in range(_BUILDS)]
        newest = max((data / "generations").iterdir())
        size = sum(file.stat().st_size for file in newest.rglob("*"))
    _print(runs, options.documents * PARAGRAPHS, size)


def _print(runs: dict[str, list[dict[str, Any]]], passages: int, size: int) -> None:
    seconds = {label: median(run["seconds"] for run in own) for label, own in runs.items()}
    for label, own in runs.items():
        slowest, peak = (max(run[key] for run in own) for key in ("seconds", "peak_mb"))
        print(f"{label:22} {seconds[label]:8.2f} s (at most {slowest:.2f})  {peak:6.0f} MB")
    full, one = seconds["from nothing"], seconds["one document changed"]
    print(f"{passages / full:.0f} passages per second; {size / 1e6:.0f} MB on disk")
    print(f"one change / all: {one / full:.4f}")
    figures = {"passages": passages, "disk_mb": round(size / 1e6), "ratio": round(one / full, 4)}
    print(json.dumps({**figures, "seconds": seconds, "runs": runs}))


def _change(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    document.write_text(f"{text}\nThêm một câu.", encoding="utf-8")


def _add(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    document.with_name(f"them-{document.name}").write_text(text[::-1], encoding="utf-8")


_CHANGES: dict[str, Callable[[Path], None]] = {
    "one document changed": _change,
    "one document added": _add,
    "one document removed": Path.unlink,
}
"""What is done to a document before a build."""


def _timed(
    corpus: Path, data: Path, change: Callable[[Path], None] = lambda _: None
) -> dict[str, Any]:
    documents = sorted(corpus.rglob("*.txt"))
    change(documents[_CHANCE.randrange(len(documents))])
    command = [sys.executable, "-m", "tests.bench.corpus", "--build", str(corpus), str(data)]
    environment = {name: value for name, value in os.environ.items() if name != _UNCOMPILED}
    # An installed hoidap has its modules compiled; a checkout may be told not to.
    environment["PYTHONPYCACHEPREFIX"] = str(data.with_name("compiled"))
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, check=True, text=True, env=environment)
    return {**json.loads(done.stdout), "seconds": round(time.perf_counter() - started, 2)}


def _build(corpus: Path, data: Path) -> None:
    from retrieval.build import build_generation
    from retrieval.embedding import BUNDLED_MODEL, CALIBRATION_FILE, load_embedder
    from retrieval.fusion import Calibration
    from retrieval.workers import Workers

    stages: dict[str, float] = {}
    started = time.perf_counter()

    def tell(event: object) -> None:
        stages[event.stage] = round(time.perf_counter() - started, 2)  # type: ignore[attr-defined]

    calibration = Calibration.load(BUNDLED_MODEL / CALIBRATION_FILE)
    with Workers() as workers:
        build_generation(corpus, data, load_embedder(), calibration, progress=tell, workers=workers)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"peak_mb": round(peak), "until": stages}))


def write_documents(corpus: Path, documents: int) -> None:
    """Write made documents, the same ones each time."""
    chance = random.Random(_SEED)
    table = (files("retrieval.text") / "frequencies.txt").read_text(encoding="utf-8")
    rows = [line.split() for line in table.splitlines() if line and not line.startswith("#")]
    words = [row[0].rstrip("0123456789") for row in rows]
    weights = list(accumulate(float(row[1]) for row in rows))
    for number in range(documents):
        folder = corpus / str(number // 500)
        folder.mkdir(parents=True, exist_ok=True)
        text = "\n\n".join(_paragraph(chance, words, weights) for _ in range(PARAGRAPHS))
        (folder / f"{number % 500}.txt").write_text(text, encoding="utf-8")


def asked_of(text: str, chance: random.Random) -> str:
    """Return a question that a passage answers: some of its words, neighbours."""
    words = text.split()
    start = chance.randrange(max(1, len(words) - _WORDS_ASKED[1]))
    return " ".join(words[start : start + chance.randint(*_WORDS_ASKED)])


def _paragraph(chance: random.Random, words: list[str], weights: list[float]) -> str:
    sentences = []
    for _ in range(chance.randint(*_SENTENCES)):
        chosen = chance.choices(words, cum_weights=weights, k=chance.randint(*_WORDS))
        sentences.append(" ".join(chosen).capitalize() + ".")
    return " ".join(sentences)


if __name__ == "__main__":
    main()
