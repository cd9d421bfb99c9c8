"""A question set through the product's own build and search, leg by leg."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from retrieval.build import write_index
from retrieval.embedding import Embedder
from retrieval.evaluation.metrics import Run, by_question, interval, means
from retrieval.evaluation.question_set import QuestionSet
from retrieval.evaluation.variants import VARIANTS
from retrieval.fusion import Calibration
from retrieval.search import Index, Ranking, Searcher, parse_query

LEGS = ("lexical", "dense", "hybrid")
_BATCH = 64


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Leg → measure → mean, and the bounds of nDCG@10, for a set and a variant of its questions."""

    name: str
    variant: str
    questions: int
    legs: dict[str, dict[str, float]]


def evaluate(
    questions: QuestionSet,
    variants: Sequence[str],
    embedder: Embedder,
    calibration: Calibration,
) -> list[Evaluation]:
    """Index the set as the product does, ask its questions, return one evaluation per variant."""
    with tempfile.TemporaryDirectory(prefix="hoidap-eval-") as name:
        searcher = searcher_over(questions, Path(name), embedder, calibration)
        return [_evaluate(questions, variant, searcher) for variant in variants]


def searcher_over(
    questions: QuestionSet, folder: Path, embedder: Embedder, calibration: Calibration
) -> Searcher:
    """Return a searcher over the documents of `questions`, its files in the empty `folder`."""
    documents = [(document, "") for document in questions.documents]
    write_index(folder, documents, embedder, calibration)
    return Searcher(Index.open(folder), embedder, folder)


def _evaluate(questions: QuestionSet, variant: str, searcher: Searcher) -> Evaluation:
    change = VARIANTS[variant]
    names = list(questions.questions)
    queries = [parse_query(change(questions.questions[name])) for name in names]
    runs: dict[str, dict[str, Mapping[str, float]]] = {leg: {} for leg in LEGS}
    for start in range(0, len(queries), _BATCH):
        rankings = searcher.rank_many(queries[start : start + _BATCH])
        for name, ranking in zip(names[start:], rankings, strict=False):
            for leg, scores in _legs(ranking).items():
                runs[leg][name] = _by_document(scores, searcher)
    legs = {leg: _measured(questions, run) for leg, run in runs.items()}
    return Evaluation(questions.name, variant, len(names), legs)


def _measured(questions: QuestionSet, run: Run) -> dict[str, float]:
    values = by_question(questions.qrels, run)
    low, high = interval(list(values["ndcg@10"].values()))
    return {**means(values), "ndcg@10_low": low, "ndcg@10_high": high}


def _legs(ranking: Ranking) -> dict[str, dict[int, float]]:
    return {"lexical": ranking.lexical, "dense": ranking.dense or {}, "hybrid": ranking.fused}


def _by_document(scores: Mapping[int, float], searcher: Searcher) -> dict[str, float]:
    """A document is as good as its best passage."""
    best: dict[str, float] = {}
    for passage, score in scores.items():
        document = searcher.index.passages.document_of(passage).id
        best[document] = max(score, best.get(document, score))
    return best
