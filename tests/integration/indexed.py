"""A corpus that is one document ahead of its index, to be broken by tests; and what it answers."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.calibration import calibration_for
from retrieval.build import BuildReport, build_generation
from retrieval.embedding import Embedder, load_embedder
from retrieval.errors import GenerationError
from retrieval.generation import GenerationStore
from retrieval.search import open_serving
from retrieval.verifying import verify_generation
from tests.builders import PAPERS, generations, write_corpus

_FIRST = {
    **PAPERS,
    "cho.md": "# Chợ\n\n## Điều 1\n\nChợ Đồng Xuân họp cả tuần, trừ mồng một Tết.\n",
    "ho.txt": "Giữa hồ Gươm có Tháp Rùa, xây năm 1886.",
}
_SECOND = {"truong.md": "# Trường\n\n## Điều 2\n\nNăm học khai giảng ngày mồng năm tháng chín.\n"}
_THIRD = {"bo-cau.txt": "Câu lạc bộ nuôi chim bồ câu tập ở gác chuông."}
_QUESTIONS = {
    "Cầu Long Biên bắc qua sông nào?": "giao-thong.txt",
    "Chợ Đồng Xuân họp khi nào?": "cho.md",
    "Năm học khai giảng ngày nào?": "truong.md",
    "Câu lạc bộ nuôi chim bồ câu tập ở đâu?": "bo-cau.txt",
}
QUESTION = next(iter(_QUESTIONS))
ANSWERED = PAPERS[_QUESTIONS[QUESTION]]
"""What the answer to it quotes."""
BEFORE, NOW, NEXT = "before", "now", "next"
"""The previous generation, the current one, and what a build makes."""
_HELD = {BEFORE: _FIRST, NOW: _FIRST | _SECOND, NEXT: _FIRST | _SECOND | _THIRD}


@cache
def embedder() -> Embedder:
    """The bundled model, which the command has too."""
    return load_embedder()


@contextmanager
def read_only(*paths: Path) -> Iterator[None]:
    """Let nobody write to files or folders while the context lasts."""
    with permitted(0o555, *paths):
        yield


@contextmanager
def permitted(mode: int, *paths: Path) -> Iterator[None]:
    """Let nobody do more with files or folders than `mode` says while the context lasts."""
    before = {path: path.stat().st_mode for path in paths}
    for path, own in reversed(before.items()):
        path.chmod(own & (mode | ~0o777))
    try:
        yield
    finally:
        for path, own in before.items():
            path.chmod(own)


@dataclass(frozen=True)
class Indexed:
    """The corpus, and a data folder with two generations of it."""

    corpus: Path
    data: Path

    @classmethod
    def made(cls, folder: Path) -> "Indexed":
        """Make both in `folder`."""
        made = cls(folder / "corpus", folder / "data")
        for papers in (_FIRST, _SECOND):
            write_corpus(made.corpus, papers)
            made.build()
        write_corpus(made.corpus, _THIRD)
        return made

    def copied(self, data: Path, corpus: Path | None = None) -> "Indexed":
        """Return a copy of the data folder, links inside it included; and of the corpus."""
        subprocess.run(["cp", "-a", self.data, data], check=True)  # noqa: S607
        if corpus is not None:
            subprocess.run(["cp", "-a", self.corpus, corpus], check=True)  # noqa: S607
        return Indexed(corpus or self.corpus, data)

    @property
    def folders(self) -> tuple[str | Path, ...]:
        """The command's flags for both."""
        return ("--corpus", self.corpus, "--data", self.data)

    @property
    def store(self) -> GenerationStore:
        """The generations."""
        return GenerationStore(self.data)

    def build(self) -> BuildReport:
        """Index the corpus as the command does."""
        return build_generation(self.corpus, self.data, embedder(), calibration_for(None))

    def served(self) -> tuple[str, GenerationError | None]:
        """Return which whole index answers every question rightly, and what is told to be wrong."""
        searcher, fault = open_serving(self.data, embedder())
        names = [row.ref.id for row in searcher.documents]
        (state,) = [state for state, papers in _HELD.items() if sorted(papers) == names]
        for question, name in _QUESTIONS.items():
            answer = searcher.ask(question)
            assert answer.answered is (name in names), question
            if answer.answered:
                assert answer.citations[0].document.id == name
                assert answer.citations[0].quote in _HELD[state][name]
        return state, fault

    def orphans(self) -> set[str]:
        """Return the generations that are neither current nor previous."""
        previous = self.store.previous()
        kept = {self.store.current().name, previous.name if previous else ""}
        return set(generations(self.data)) - kept

    def recover(self) -> None:
        """Build when the fault is over: every document is there, and nothing is left behind."""
        report = self.build()
        assert (report.documents, report.failed) == (len(_HELD[NEXT]), [])
        assert self.served() == (NEXT, None)
        assert verify_generation(self.store.current(), self.corpus).wrong == []
        assert self.orphans() == set()
        assert list(self.data.rglob("*.new")) == []
