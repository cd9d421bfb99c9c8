"""One index in files and in Milvus Lite, side by side: what it costs to make, to keep and to ask.

    python -m tests.bench.milvus [--passages 5000]

Milvus Lite 3 counts BM25 in Python, so its times say how many requests a question makes and what
they carry, not what a cluster would take. Needs no server but its own, on loopback. Prints a table,
then one line of JSON.
"""

import argparse
import json
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.build import build_generation, move_generation
from retrieval.embedding import BUNDLED_MODEL, CALIBRATION_FILE, Embedder, load_embedder
from retrieval.fusion import Calibration
from retrieval.generation import GenerationStore
from retrieval.milvus.checking import open_rows
from retrieval.milvus.lexical import MilvusLexical
from retrieval.milvus.reading import OpenCollection
from retrieval.search import Searcher, open_serving
from retrieval.text import analyse
from retrieval.text.other_words import other_words
from retrieval.types import LOCAL, Place
from tests import milvus_servers
from tests.bench.corpus import PARAGRAPHS, asked_of, write_documents

_SEED = 11
_QUESTIONS, _WARM_UP = 60, 10
_CANDIDATES = 100


def main() -> None:
    """Build, move, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=5_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hoidap-bench-") as name:
        folder = Path(name)
        with milvus_servers.serving(folder / "milvus") as (place, _):
            figures = _measured(folder, options.passages, place)
    for key, value in figures.items():
        print(f"{key:42} {value}")
    print(json.dumps(figures))


def _measured(folder: Path, passages: int, place: Place) -> dict[str, Any]:
    embedder = load_embedder()
    calibration = Calibration.load(BUNDLED_MODEL / CALIBRATION_FILE)
    write_documents(folder / "corpus", passages // PARAGRAPHS)
    figures: dict[str, Any] = {"passages": passages}

    def timed(what: str, act: Callable[[], object]) -> None:
        started = time.perf_counter()
        act()
        figures[f"{what}, s"] = round(time.perf_counter() - started, 2)

    data = folder / "data"
    timed(
        "build in files",
        lambda: build_generation(folder / "corpus", data, embedder, calibration),
    )
    local = GenerationStore(data).current()
    legs, whole = _bytes(local, "dense.*", "lexical/*"), _bytes(local, "**/*")
    figures["bytes of the legs in files, a passage"] = legs // passages
    figures["bytes of the rest, a passage"] = (whole - legs) // passages
    here = _asked(data, embedder, LOCAL)
    timed("move to Milvus", lambda: move_generation(data, embedder, place))
    figures["rows/s moved"] = round(passages / figures["move to Milvus, s"])
    figures["bytes on the server, a passage"] = _bytes(folder / "milvus", "**/*") // passages
    assert place.milvus is not None
    rows = open_rows(GenerationStore(data).current(), place.milvus)
    timed("embeddings read back", lambda: sum(len(piece) for piece in rows.pieces()))
    there = _asked(data, embedder, place)
    for what in here:
        figures[f"{what}, p50 ms in files"] = here[what]
    for what in there:
        figures[f"{what}, p50 ms in Milvus Lite"] = there[what]
    return figures


def _asked(data: Path, embedder: Embedder, place: Place) -> dict[str, float]:
    searcher, _ = open_serving(data, embedder, place=place)
    questions = _questions(searcher)
    embeddings = dict(zip(questions, embedder.embed_queries(questions), strict=True))
    lexical, dense = searcher.index.lexical, searcher.index.dense
    chosen = np.array(random.Random(_SEED).sample(range(len(dense)), _CANDIDATES))

    def by_words(question: str) -> object:
        return lexical.search(analyse(question), _CANDIDATES, other_words(question))

    acts: dict[str, Callable[[str], object]] = {
        "question": searcher.ask,
        "words": by_words,
        "meaning": lambda question: dense.search(embeddings[question][None], _CANDIDATES),
        "cosines of 100": lambda question: dense.scores(embeddings[question], np.sort(chosen)),
    }
    if isinstance(lexical, MilvusLexical):
        acts |= _phases(lexical, embeddings, chosen)
    return {name: _median_ms(act, questions) for name, act in acts.items()}


def _phases(
    lexical: MilvusLexical, embeddings: dict[str, Any], chosen: NDArray[np.int64]
) -> dict[str, Callable[[str], object]]:
    collection: OpenCollection = lexical.collection

    def candidates(question: str) -> list[int]:
        parts = lexical.parts(analyse(question), other_words(question))
        return lexical.candidates(parts, 2 * _CANDIDATES, "")

    def fetched(question: str) -> object:
        return collection.vectors(chosen) @ embeddings[question]

    return {"words, candidates alone": candidates, "cosines of 100, by their embeddings": fetched}


def _questions(searcher: Searcher) -> list[str]:
    table, chance = searcher.index.passages, random.Random(_SEED)
    passages = chance.sample(range(len(table)), _QUESTIONS + _WARM_UP)
    return [asked_of(table[passage].text, chance) for passage in passages]


def _median_ms(act: Callable[[str], object], questions: Sequence[str]) -> float:
    seconds = []
    for question in questions:
        started = time.perf_counter()
        act(question)
        seconds.append(time.perf_counter() - started)
    return round(1e3 * median(seconds[_WARM_UP:]), 2)


def _bytes(folder: Path, *patterns: str) -> int:
    found = {file for pattern in patterns for file in folder.glob(pattern)}
    return sum(file.stat().st_size for file in found if file.is_file())


if __name__ == "__main__":
    main()
