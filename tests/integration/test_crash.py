"""Promises of a build that is killed: a complete generation answers, and the next build succeeds.

Run as a program, this file is the victim: for each line of JSON on its standard input it forks a
child that builds and, as told, dies by SIGKILL at a given point.
"""

import os
import random
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

import retrieval.build
from retrieval.documents import listing
from retrieval.errors import GenerationMissing
from retrieval.generation import GenerationStore
from retrieval.search import open_serving
from tests.builders import PAPERS, build, generations, serving, write_corpus
from tests.embedders import HashEmbedder
from tests.integration.victims import StepCounter, Victim, die, running, serve

_POINTS = int(os.environ.get("HOIDAP_KILL_POINTS", "30"))
"""`HOIDAP_KILL_POINTS=300 pytest tests/integration/test_crash.py` looks closer."""
_STEPS_IN = (
    "build.py",
    "chunks.py",
    "copying.py",
    "dense.py",
    "digests.py",
    "generation.py",
    "index_writer.py",
    "lexical.py",
    "passage_table.py",
    "passage_writer.py",
    "preparing.py",
    "sources.py",
    "taking_over.py",
    "word_table.py",
    "workers.py",
    "pathlib.py",
)
COUNTER = "dem.txt"
_NEVER_RACY = -(10**18)
"""How old a file must be: builds then make as many steps whenever they run."""


@pytest.fixture(scope="module")
def victim() -> Iterator[Victim]:
    """One process for all; each death is that of a child of it."""
    with running("tests.integration.test_crash") as process:
        yield process


class Town:
    """A corpus that changes from round to round, and what is served of it."""

    def __init__(self, folder: Path) -> None:
        self.corpus = write_corpus(folder / "corpus", PAPERS)
        self.data = folder / "data"
        self.round = 0
        self.change()

    def change(self) -> None:
        """Write the next round's text."""
        self.round += 1
        write_corpus(self.corpus, {COUNTER: f"Đây là văn bản của lần dựng thứ {self.round} mà."})

    def served(self) -> int:
        """The round that answers, from a generation that is whole."""
        searcher = serving(self.data)
        answer = searcher.ask("Văn bản của lần dựng thứ mấy?")
        assert answer.documents_searched == len(PAPERS) + 1
        assert answer.answered
        quote = next(c.quote for c in answer.citations if c.document.id == COUNTER)
        return int(quote.split()[-2])

    def recover(self) -> None:
        """Build again after a death: it succeeds, serves the corpus and leaves nothing behind."""
        report = build(self.corpus, self.data)
        assert report.documents == len(PAPERS) + 1
        assert self.served() == self.round
        store = GenerationStore(self.data)
        previous = store.previous()
        kept = {store.current().name} | ({previous.name} if previous else set())
        assert set(generations(self.data)) == kept
        assert not list((self.data).glob("*.new"))


def built(victim: Victim, town: Town, **death: object) -> tuple[int, int]:
    """Build in a child; return (the signal that ended it or 0, the steps that it made)."""
    return victim.obey(corpus=str(town.corpus), data=str(town.data), **death)


@pytest.fixture(autouse=True)
def every_stamp_is_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Here as in the victim."""
    monkeypatch.setattr(listing, "_RACY_NS", _NEVER_RACY)


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """A town whose first round is built and second is written."""
    made = Town(tmp_path)
    build(made.corpus, made.data)
    made.change()
    return made


def test_build_that_is_not_killed_serves_the_new_corpus(town: Town, victim: Victim) -> None:
    """The victim is a real build: left alone, it publishes."""
    ended, steps = built(victim, town)
    assert ended == 0
    assert steps > 100
    assert town.served() == 2


def test_killed_anywhere_a_whole_generation_answers(town: Town, victim: Victim) -> None:
    """At steps picked at random, death leaves the old or the new answers, never a mixture."""
    trial = Town(town.data.parent / "trial")
    build(trial.corpus, trial.data)
    trial.change()
    _, steps = built(victim, trial)
    served = []
    for step in sorted(random.Random(6).sample(range(1, steps), _POINTS)):
        ended, _ = built(victim, town, step=step)
        assert ended == signal.SIGKILL
        served.append(town.served() - town.round)
        assert served[-1] in (-1, 0)
        town.recover()
        town.change()
    assert -1 in served


def test_killed_at_any_moment_a_whole_generation_answers(town: Town, victim: Victim) -> None:
    """Death by the clock, inside FAISS, tantivy or the kernel, is no worse than between steps."""
    for tenth in range(1, 11):
        ended, _ = built(victim, town, after_s=0.004 * tenth)
        assert ended in (0, signal.SIGALRM)
        assert town.served() in (town.round - 1, town.round)
        town.recover()
        town.change()


@pytest.mark.parametrize(
    ("point", "survives"),
    [
        ("before seal", False),
        ("before publish", False),
        ("before rename", False),
        ("after rename", True),
        ("after publish", True),
    ],
)
def test_rename_is_the_moment_of_publication(
    town: Town, victim: Victim, point: str, survives: bool
) -> None:
    """Before the rename the old generation answers, after it the new one, with nothing between."""
    ended, _ = built(victim, town, point=point)
    assert ended == signal.SIGKILL
    assert town.served() == (2 if survives else 1)
    assert build(town.corpus, town.data).published is not survives
    town.recover()


@pytest.mark.parametrize("point", ["before seal", "before rename"])
def test_first_build_that_is_killed_leaves_nothing(
    tmp_path: Path, victim: Victim, point: str
) -> None:
    """Killed before anything was published, nothing is published, and the next build succeeds."""
    town = Town(tmp_path)
    assert built(victim, town, point=point)[0] == signal.SIGKILL
    with pytest.raises(GenerationMissing):
        open_serving(town.data, HashEmbedder())
    town.recover()


# What follows runs in the victim.


def then_die(function: Callable[..., object]) -> Callable[..., NoReturn]:
    """`function`, then death."""

    def wrapped(*arguments: object) -> NoReturn:
        function(*arguments)
        die()

    return wrapped


def victim_child(order: dict[str, Any]) -> int:
    """Build as ordered, and die as ordered; return the steps made if alive."""
    store: Any = GenerationStore
    patches: dict[str, tuple[Any, str, Callable[..., NoReturn]]] = {
        "before seal": (retrieval.build, "seal", die),
        "before publish": (store, "publish", die),
        "before rename": (Path, "replace", die),
        "after rename": (Path, "replace", then_die(Path.replace)),
        "after publish": (store, "publish", then_die(store.publish)),
    }
    setattr(listing, "_RACY_NS", _NEVER_RACY)  # noqa: B010
    if "point" in order:
        setattr(*patches[order["point"]])
    if "after_s" in order:
        signal.setitimer(signal.ITIMER_REAL, order["after_s"])
    counter = StepCounter(order.get("step"), lambda file: file.endswith(_STEPS_IN))
    if "after_s" not in order:
        sys.setprofile(counter)
    build(Path(order["corpus"]), Path(order["data"]))
    sys.setprofile(None)
    return counter.steps


if __name__ == "__main__":
    serve(victim_child)
