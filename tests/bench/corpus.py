"""A large corpus: indexed from nothing, again with nothing changed, and after one change.

    python -m tests.bench.corpus [--documents 10000]

Made documents of ten paragraphs each, in words of Vietnamese by their frequency, so that terms
are as rare and as common as in real text. Each build is a process of its own, as `hoidap index` is.
Prints a table, then one line of JSON.
"""

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from importlib.resources import files
from itertools import accumulate
from pathlib import Path

PARAGRAPHS = 10
_SENTENCES = (2, 5)
_WORDS = (8, 24)
_SEED = 7


def main() -> None:
    """Write the documents, build three times, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--build", nargs=2, type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.build:
        _build(*options.build)
        return
    with tempfile.TemporaryDirectory(prefix="hoidap-bench-") as name:
        corpus, data = Path(name) / "corpus", Path(name) / "data"
        _write(corpus, options.documents)
        runs = {"from nothing": _timed(corpus, data), "nothing changed": _timed(corpus, data)}
        changed = corpus / "0" / "0.txt"
        text = changed.read_text(encoding="utf-8")
        changed.write_text(f"{text}\nThêm một câu.", encoding="utf-8")
        runs["one document changed"] = _timed(corpus, data)
        size = sum(f.stat().st_size for f in next((data / "generations").iterdir()).rglob("*"))
    passages = options.documents * PARAGRAPHS
    for label, run in runs.items():
        print(f"{label:22} {run['seconds']:8.1f} s  {run['peak_mb']:6.0f} MB")
    full, one = runs["from nothing"]["seconds"], runs["one document changed"]["seconds"]
    print(f"{passages / full:.0f} passages per second; {size / 1e6:.0f} MB on disk")
    print(f"one change / all: {one / full:.3f}")
    figures = {"passages": passages, "disk_mb": round(size / 1e6), "ratio": round(one / full, 4)}
    print(json.dumps({**figures, "runs": runs}))


def _timed(corpus: Path, data: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.bench.corpus", "--build", str(corpus), str(data)]
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    return {**json.loads(done.stdout), "seconds": round(time.perf_counter() - started, 2)}


def _build(corpus: Path, data: Path) -> None:
    from retrieval.build import build_generation
    from retrieval.embedding import BUNDLED_MODEL, CALIBRATION_FILE, load_embedder
    from retrieval.fusion import Calibration

    stages: dict[str, float] = {}
    started = time.perf_counter()

    def tell(event: object) -> None:
        stages[event.stage] = round(time.perf_counter() - started, 2)  # type: ignore[attr-defined]

    calibration = Calibration.load(BUNDLED_MODEL / CALIBRATION_FILE)
    build_generation(corpus, data, load_embedder(), calibration, progress=tell)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"peak_mb": round(peak), "until": stages}))


def _write(corpus: Path, documents: int) -> None:
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


def _paragraph(chance: random.Random, words: list[str], weights: list[float]) -> str:
    sentences = []
    for _ in range(chance.randint(*_SENTENCES)):
        chosen = chance.choices(words, cum_weights=weights, k=chance.randint(*_WORDS))
        sentences.append(" ".join(chosen).capitalize() + ".")
    return " ".join(sentences)


if __name__ == "__main__":
    main()
