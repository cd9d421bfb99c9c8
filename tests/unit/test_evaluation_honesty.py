"""Promises of the measured honesty: a question whose answer is gone is asked as if it were."""

from pathlib import Path

import pytest

from retrieval.evaluation.evaluate import evaluate, ranker_over
from retrieval.evaluation.honesty import Honesty, honesty
from retrieval.evaluation.question_set import QuestionSet
from retrieval.fusion import ranked
from retrieval.ranking import Ranker
from retrieval.search import parse_query
from retrieval.types import Document
from tests.builders import document, paragraph
from tests.embedders import CALIBRATION, HashEmbedder

TEXTS = {
    "cau": "Cầu Long Biên bắc qua sông Hồng.",
    "dan": "Hà Nội có hơn bảy triệu dân.",
    "hoc": "Trường học khai giảng tháng chín.",
}
QUESTIONS = {"q1": "Cầu Long Biên bắc qua sông nào?", "q2": "Trường học khai giảng khi nào?"}
QRELS = {"q1": {"cau": 1}, "q2": {"hoc": 1}}


def documents() -> list[Document]:
    """One document per text, titled by its name."""
    return [document(paragraph(text), name=name) for name, text in TEXTS.items()]


@pytest.fixture
def ranker(tmp_path: Path) -> Ranker:
    """Over the texts."""
    questions = QuestionSet("nho", documents(), QUESTIONS, QRELS)
    return ranker_over(questions, tmp_path, HashEmbedder(256), CALIBRATION)


def test_what_is_there_is_answered_and_what_is_gone_is_not() -> None:
    """Questions in the words of their articles: all answered, none once the article is gone."""
    questions = QuestionSet("nho", documents(), QUESTIONS, QRELS)
    (done,) = evaluate(questions, ["plain"], HashEmbedder(256), CALIBRATION)
    assert done.honesty == Honesty(1.0, 1.0, 1.0, 0.0)


def test_no_question_has_no_honesty(ranker: Ranker) -> None:
    """Nothing asked, nothing to tell."""
    assert honesty(ranker, [], [], []) is None


def test_a_passage_taken_away_is_as_if_it_had_never_been(tmp_path: Path, ranker: Ranker) -> None:
    """The ranking without a document is the order of an index that never had it."""
    query = parse_query(QUESTIONS["q1"])
    (ranking,) = ranker.rank_many([query])
    (first,) = ranked(ranking.fused, 1)
    left = ranker.without(query, ranking, {first.passage})
    names = [ranker.index.passages.document_of(hit.passage).id for hit in ranked(left.fused, 3)]
    others = [own for own in documents() if own.id != "cau"]
    folder = tmp_path / "others"
    folder.mkdir()
    fewer = ranker_over(QuestionSet("it", others, {}, {}), folder, HashEmbedder(256), CALIBRATION)
    (expected,) = fewer.rank_many([query])
    table = fewer.index.passages
    assert names == [table.document_of(hit.passage).id for hit in ranked(expected.fused, 3)]
    assert ranking.fused.keys() - left.fused.keys() == {first.passage}
