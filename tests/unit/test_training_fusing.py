"""Promises of the search for weights: what it optimises is what the product does."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from retrieval.documents.draft import Draft, assemble
from retrieval.evaluation.evaluate import ranker_over
from retrieval.evaluation.metrics import measure
from retrieval.evaluation.question_set import QuestionSet
from retrieval.fusion import Evidence, Logistic, ranked
from retrieval.ranking import Ranker
from retrieval.search import parse_query
from retrieval.training.believing import with_confidence
from retrieval.training.dev_suites import Suite
from retrieval.training.fusing import Prepared, best_fusion, prepare
from tests.builders import paragraph
from tests.embedders import CALIBRATION, HashEmbedder

SUBJECTS = "cầu chợ trường sông núi đường nhà ga bến phố".split()
PLACES = "Bắc Nam Đông Tây Thượng Hạ Trung Ngoài".split()
FACTS = [
    (subject, number, f"{subject.capitalize()} {place} xây năm {number}, dài {number // 7} mét.")
    for number, (subject, place) in enumerate(
        ((subject, place) for subject in SUBJECTS for place in PLACES), 1900
    )
]
QUESTIONS = [f"{text.split(' xây')[0]} xây năm nào?" for _, _, text in FACTS]


@pytest.fixture(scope="module")
def ranker(tmp_path_factory: pytest.TempPathFactory) -> Ranker:
    """Over the facts, a document each."""
    documents = [assemble(Draft([paragraph(f[2])]), str(i), "") for i, f in enumerate(FACTS)]
    folder: Path = tmp_path_factory.mktemp("facts")
    questions = QuestionSet("dev", documents, {}, {})
    return ranker_over(questions, folder, HashEmbedder(32), CALIBRATION)


def suite(ranker: Ranker, name: str, questions: list[str]) -> Suite:
    """The questions, each answered by the document of its number."""
    queries = [parse_query(question) for question in questions]
    answers = [str(number) for number in range(len(questions))]
    said = [str(number) for _, number, _ in FACTS]
    return Suite(name, ranker, queries, answers, ranker.rank_many(queries), said)


@pytest.mark.parametrize("bonuses", [(0.0, 0.0), (4.0, 1.0), (0.0, 6.0)])
def test_a_prepared_question_scores_as_the_product_does(
    ranker: Ranker, bonuses: tuple[float, float]
) -> None:
    """The gain of each question is nDCG@10, by the metric library, of what the ranker returns."""
    whole, at_once = bonuses
    calibration = replace(
        CALIBRATION, definition_bonus=0.0, coverage_bonus=whole, sentence_bonus=at_once
    )
    own = suite(ranker.calibrated(calibration), "asked", QUESTIONS)
    table = ranker.index.passages
    for ranking, answer in zip(own.rankings, own.answers, strict=True):
        run = {"q": {table.document_of(h.passage).id: h.score for h in ranked(ranking.fused, 50)}}
        expected = measure({"q": {answer: 1}}, run)["ndcg@10"]
        assert prepare(ranker, ranking, answer).gain(calibration) == pytest.approx(expected)


def made(right_by_words: bool) -> Prepared:
    """A question whose answer, document 1, is first in one leg and last in the other."""
    good, bad = np.array([0.0, 1.0, -1.0]), np.array([0.0, -1.0, 1.0])
    return Prepared(
        documents=np.arange(3),
        lexical=good if right_by_words else bad,
        dense=bad if right_by_words else good,
        whole=np.zeros(3),
        at_once=np.zeros(3),
        overlap=1.0,
        known=1.0,
        answer=1,
    )


def test_the_search_finds_which_leg_to_trust() -> None:
    """At home words are right, abroad meaning: little dense share here, much of it there."""
    home, abroad = made(right_by_words=True), replace(made(right_by_words=False), overlap=0.0)
    found = best_fusion(CALIBRATION, {"home": [home]}, {"abroad": [abroad]})
    assert found.dense_weight is not None
    assert found.dense_weight < 0.5 < found.foreign_dense_weight
    assert home.gain(found) == abroad.gain(found) == 1.0


def test_confidence_is_learned_and_its_threshold_keeps_false_answers_few(ranker: Ranker) -> None:
    """With the answers taken away, no way of asking is answered more often than promised."""
    start = replace(CALIBRATION, coverage_bonus=4.0, with_dense=None)
    suites = [
        suite(ranker, "asked", QUESTIONS),
        suite(ranker, "upper", [q.upper() for q in QUESTIONS]),
    ]
    learned = with_confidence(suites, start)
    assert isinstance(learned.with_dense, Logistic)
    little, much = Evidence(0.1, 0.1, 0.1), Evidence(1.0, 1.0, 0.9)
    assert learned.confidence(little) < 0.5 < learned.confidence(much)
    assert learned.confidence(little) < learned.threshold <= learned.confidence(much)
