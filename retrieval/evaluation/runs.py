"""TREC run files: one line per hit, `question Q0 document rank score tag`."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from retrieval.errors import CorpusError, Fault
from retrieval.evaluation.metrics import Run, read_trec

DEPTH = 100
"""Hits written per question."""


def write_run(path: Path, run: Run, tag: str) -> None:
    """Write `run` to `path`, best first, ties by document id."""
    with path.open("w", encoding="utf-8") as stream:
        for question, scores in run.items():
            best = sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))[:DEPTH]
            for rank, (document, score) in enumerate(best, start=1):
                # Every digit of the score: only ties may look like ties.
                line = f"{_name(question)} Q0 {_name(document)} {rank} {score!r} {tag}"
                stream.write(line + "\n")


def read_run(path: Path, qrels: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, float]]:
    """Return the run in `path`, with the names that `qrels` has for questions and documents.

    Raises:
        CorpusError: It cannot be read, is not a run, or has none of the questions.
    """
    questions = _originals(qrels)
    documents = _originals(document for judged in qrels.values() for document in judged)
    try:
        run = {
            questions.get(question, question): {documents.get(d, d): s for d, s in scores.items()}
            for question, scores in read_trec(path).items()
        }
    except (OSError, ValueError) as error:
        raise CorpusError(path, Fault.NO_RUN) from error
    if run.keys().isdisjoint(qrels):
        raise CorpusError(path, Fault.NO_RUN)
    return run


def _name(identity: str) -> str:
    """The format separates by white space, so a name may not have any."""
    return "_".join(identity.split()) or "_"


def _originals(names: Iterable[str]) -> dict[str, str]:
    return {_name(name): name for name in names}
