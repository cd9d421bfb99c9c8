"""hoidap itself: its order of passages, as the peers give it, and its whole answer."""

from importlib import import_module
from pathlib import Path
from typing import Any

from tests.bench.peers.contract import Passages


class Hoidap:
    """Reads and cuts the files, indexes words and meanings, fuses both."""

    def __init__(self) -> None:
        self._searcher: Any = None
        self._search: Any = None
        self._fusion: Any = None

    def build(self, passages: Passages, folder: Path) -> None:
        """Do what `hoidap index` does."""
        embedding = import_module("retrieval.embedding")
        path = embedding.BUNDLED_MODEL / embedding.CALIBRATION_FILE
        calibration = import_module("retrieval.fusion").Calibration.load(path)
        build = import_module("retrieval.build")
        with import_module("retrieval.workers").Workers() as workers:
            build.build_generation(
                passages.corpus,
                folder,
                embedding.load_embedder(),
                calibration,
                workers=workers,
            )

    def open(self, folder: Path) -> None:
        """Check every byte and map the files."""
        self._search = import_module("retrieval.search")
        self._fusion = import_module("retrieval.fusion")
        embedder = import_module("retrieval.embedding").load_embedder()
        self._searcher, _ = self._search.open_serving(folder, embedder)

    def ask(self, question: str, k: int) -> list[int]:
        """Rank, no more."""
        (ranking,) = self._searcher.ranker.rank_many([self._search.parse_query(question)])
        return [hit.passage for hit in self._fusion.ranked(ranking.fused, k)]


class HoidapAnswers(Hoidap):
    """The whole answer: whether there is one, and each quote cited, its best sentence marked."""

    def open(self, folder: Path) -> None:
        """As above; and remember which passage each document begins with, to tell numbers."""
        Hoidap.open(self, folder)
        table = self._searcher.index.passages
        starts = table.starts[:-1].tolist()
        self._starts = dict(zip(table.columns["id"], starts, strict=True))

    def ask(self, question: str, k: int) -> list[int]:
        """Answer; where hoidap says that it does not know, one passage is all there is."""
        citations = self._searcher.ask(question, k).citations
        return [self._starts[c.document.id] + c.passage - 1 for c in citations]
