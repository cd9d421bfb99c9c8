"""Questions through the product's own build and search, leg by leg."""

import tempfile
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from pathlib import Path

from retrieval.alignment import asked_words
from retrieval.answering import SentenceReader
from retrieval.build import write_index
from retrieval.citing import answering_sentence
from retrieval.embedding import Embedder
from retrieval.errors import CorpusError, Fault
from retrieval.evaluation.honesty import Honesty, believed, honesty
from retrieval.evaluation.metrics import Run, by_question, interval, means
from retrieval.evaluation.own_questions import OwnQuestion, has_words, passages_with
from retrieval.evaluation.question_set import QuestionSet
from retrieval.evaluation.variants import VARIANTS
from retrieval.fusion import Calibration, ranked
from retrieval.index import Index
from retrieval.passages import split
from retrieval.ranking import Ranker, Ranking
from retrieval.reranking import Reranker
from retrieval.search import parse_query
from retrieval.sources import Source
from retrieval.text.questions import definition_asked
from retrieval.types import Query

LEGS = ("lexical", "dense", "hybrid")
_BATCH = 64

_Asked = dict[str, tuple[Query, Ranking]]
"""Name of a question → it, and its ranking."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A question of the operator's whose passage did not come first.

    Attributes:
        line: Its line in the file.
        question: As it was asked.
        rank: Where the expected passage came, from 1; None if it was not found.
        first: What came first instead, the whole passage; empty if nothing did.
    """

    line: int
    question: str
    rank: int | None
    first: str


@dataclass(frozen=True, slots=True)
class Belief:
    """How sure one question's first passage was.

    Attributes:
        confidence: 0 to 1.
        answered: Whether it was enough.
        right: Whether that passage is one that was expected.
    """

    confidence: float
    answered: bool
    right: bool


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A set and a variant of its questions.

    Attributes:
        questions: How many were measured.
        legs: Leg → measure → mean, 0 to 1, and the bounds of nDCG@10.
        runs: Leg → what it found.
        qrels: Question → document → relevance, for the questions measured.
        failures: Of an operator's own questions, those whose passage did not come first.
        nowhere: Of these, lines whose expected words no passage has; they are not measured.
        honesty: What confidence is worth.
        marked: Of an operator's own questions, the share, 0 to 1, whose marked sentence has the
            expected words, a passage that has them given; None for judged sets.
        beliefs: How sure the first passage of each question was.
        threshold: Confidence that most of them needed.
    """

    name: str
    variant: str
    questions: int
    legs: dict[str, dict[str, float]]
    runs: dict[str, Run]
    qrels: Mapping[str, Mapping[str, int]]
    failures: list[Failure] = field(default_factory=list)
    nowhere: list[int] = field(default_factory=list)
    honesty: Honesty | None = None
    marked: float | None = None
    beliefs: list[Belief] = field(default_factory=list)
    threshold: float = 0.0


def evaluate(
    questions: QuestionSet,
    variants: Sequence[str],
    embedder: Embedder,
    calibration: Calibration,
    reranker: Reranker | None = None,
) -> list[Evaluation]:
    """Index the set as the product does, ask its questions, return one evaluation per variant."""
    with tempfile.TemporaryDirectory(prefix="hoidap-eval-") as name:
        ranker = ranker_over(questions, Path(name), embedder, calibration, reranker)
        return [_evaluate(questions, variant, ranker) for variant in variants]


def ranker_over(
    questions: QuestionSet,
    folder: Path,
    embedder: Embedder,
    calibration: Calibration,
    reranker: Reranker | None = None,
) -> Ranker:
    """Return a ranker over the documents of `questions`, its files in the empty `folder`."""
    sources = [Source(document, "", split(document)) for document in questions.documents]
    write_index(folder, sources, embedder, calibration)
    return Ranker(Index.open(folder), embedder, reranker)


def _evaluate(questions: QuestionSet, variant: str, ranker: Ranker) -> Evaluation:
    asked = _ask(questions.questions, variant, ranker)
    queries, rankings = zip(*asked.values(), strict=True) if asked else ((), ())
    known = honesty(ranker, queries, rankings, [questions.qrels[name] for name in asked])
    return replace(_judged(questions, variant, ranker, asked), honesty=known)


def evaluate_documents(questions: QuestionSet, ranker: Ranker) -> Evaluation:
    """Ask judged questions of an index that has their documents already."""
    return _judged(questions, "plain", ranker, _ask(questions.questions, "plain", ranker))


def _judged(questions: QuestionSet, variant: str, ranker: Ranker, asked: _Asked) -> Evaluation:
    def document(passage: int) -> str:
        return ranker.index.passages.document_of(passage).id

    runs = _runs(asked, document)
    legs = {leg: _measured(questions.qrels, run) for leg, run in runs.items()}
    qrels, beliefs = questions.qrels, []
    for name, (_, ranking) in asked.items():
        right = {passage for passage in ranking.fused if document(passage) in qrels[name]}
        beliefs.append(_belief(ranker, ranking, right))
    whole = Evaluation(questions.name, variant, len(asked), legs, runs, qrels)
    return replace(whole, beliefs=beliefs, threshold=ranker.usual_threshold())


def _belief(ranker: Ranker, ranking: Ranking, right: Set[int]) -> Belief:
    confidence, answered, first = believed(ranker, ranking)
    return Belief(confidence, answered, first in right)


def evaluate_own(
    path: Path, questions: Sequence[OwnQuestion], variants: Sequence[str], ranker: Ranker
) -> list[Evaluation]:
    """Ask the operator's own questions of an index; passages are judged, not documents.

    Raises:
        CorpusError: No passage has the expected words of any question.
    """
    table = ranker.index.passages
    holders = passages_with(table, questions)
    expected = {str(q.line): has for q, has in zip(questions, holders, strict=True) if has}
    if not expected:
        raise CorpusError(path, Fault.NOWHERE)
    nowhere = [q.line for q, has in zip(questions, holders, strict=True) if not has]
    qrels = {line: {str(passage): 1 for passage in has} for line, has in expected.items()}
    asked = {str(q.line): q.question for q in questions if str(q.line) in expected}
    evaluations = []
    for variant in variants:
        rankings = _ask(asked, variant, ranker)
        runs = _runs(rankings, str)
        legs = {leg: _measured(qrels, run) for leg, run in runs.items()}
        failures = []
        for line, (_, ranking) in rankings.items():
            order = [hit.passage for hit in ranked(ranking.fused, len(ranking.fused))]
            rank = next((r for r, p in enumerate(order, start=1) if p in expected[line]), None)
            if rank != 1:
                first = table[order[0]].text if order else ""
                failures.append(Failure(int(line), asked[line], rank, first))
        words = {str(q.line): q.expected for q in questions}
        marked = [
            has_words(sentence_for(ranker, query, min(expected[line])), words[line])
            for line, (query, _) in rankings.items()
        ]
        of = Evaluation(
            path.name, variant, len(asked), legs, runs, qrels, failures, nowhere, None,
            sum(marked) / len(marked),
            [_belief(ranker, of, expected[line]) for line, (_, of) in rankings.items()],
            ranker.usual_threshold(),
        )  # fmt: skip
        evaluations.append(of)
    return evaluations


def sentence_for(ranker: Ranker, query: Query, passage: int) -> str:
    """Return the sentence of `passage` that is marked for `query`, or "" if none is."""
    asked = asked_words(query.text)
    (values,) = ranker.match(asked, [passage])
    reader = SentenceReader(asked, definition_asked(query.text))
    sentence = answering_sentence(ranker.index.passages[passage], reader, values)
    return "" if sentence is None else sentence.text


def _ask(questions: Mapping[str, str], variant: str, ranker: Ranker) -> _Asked:
    change = VARIANTS[variant]
    names = list(questions)
    queries = [parse_query(change(questions[name])) for name in names]
    rankings: list[Ranking] = []
    for start in range(0, len(queries), _BATCH):
        rankings += ranker.rank_many(queries[start : start + _BATCH])
    return dict(zip(names, zip(queries, rankings, strict=True), strict=True))


def _runs(asked: _Asked, name_of: Callable[[int], str]) -> dict[str, Run]:
    runs: dict[str, dict[str, Mapping[str, float]]] = {leg: {} for leg in LEGS}
    for name, (_, ranking) in asked.items():
        for leg, scores in _legs(ranking).items():
            runs[leg][name] = _by_name(scores, name_of)
    return dict(runs)


def _measured(qrels: Mapping[str, Mapping[str, int]], run: Run) -> dict[str, float]:
    values = by_question(qrels, run)
    low, high = interval(list(values["ndcg@10"].values()))
    return {**means(values), "ndcg@10_low": low, "ndcg@10_high": high}


def _legs(ranking: Ranking) -> dict[str, dict[int, float]]:
    return {"lexical": ranking.lexical, "dense": ranking.dense or {}, "hybrid": ranking.fused}


def _by_name(scores: Mapping[int, float], name_of: Callable[[int], str]) -> dict[str, float]:
    """A document is as good as its best passage."""
    best: dict[str, float] = {}
    for passage, score in scores.items():
        name = name_of(passage)
        best[name] = max(score, best.get(name, score))
    return best
