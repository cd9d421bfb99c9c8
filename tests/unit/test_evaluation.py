"""Promises of the measuring: question sets as they are, metrics as the books define them."""

import json
import math
from pathlib import Path

import pytest

from retrieval.errors import CorpusError
from retrieval.evaluation.evaluate import evaluate
from retrieval.evaluation.metrics import measure
from retrieval.evaluation.question_set import load_question_set
from retrieval.evaluation.variants import VARIANTS
from tests.embedders import CALIBRATION, HashEmbedder

CORPUS = [
    {"id": "d1", "title": "Cầu_Long_Biên", "text": "Cầu Long Biên bắc qua sông Hồng."},
    {"id": "d2", "title": "", "text": "Hà Nội có hơn bảy triệu dân.\nNăm 2018."},
    {"id": "d3", "title": "", "text": "Chi bộ là hạt nhân chính trị."},
]
QUERIES = [
    {"id": "q1", "text": "Cầu Long Biên bắc qua sông nào?"},
    {"id": "q2", "text": "Chi bộ là gì?"},
    {"id": "q3", "text": "Không ai chấm câu này"},
]
QRELS = "query\tdocument\tscore\nq1\td1\t1\nq2\td3\t2\nq2\td2\t0\n"


def write_set(folder: Path) -> Path:
    """Write the small question set."""
    folder.mkdir()
    for name, rows in (("corpus", CORPUS), ("queries", QUERIES)):
        lines = [json.dumps(row, ensure_ascii=False) for row in rows]
        (folder / f"{name}.jsonl").write_text("\n".join(lines) + "\n\n", encoding="utf-8")
    (folder / "qrels.tsv").write_text(QRELS, encoding="utf-8")
    return folder


def test_question_set_is_read_as_written(tmp_path: Path) -> None:
    """Documents, judged questions and judgements come as they are in the files."""
    questions = load_question_set(write_set(tmp_path / "nho"))
    assert questions.name == "nho"
    assert [(d.id, d.title, len(d.blocks)) for d in questions.documents] == [
        ("d1", "Cầu Long Biên", 1),
        ("d2", "", 1),
        ("d3", "", 1),
    ]
    assert questions.questions == {"q1": QUERIES[0]["text"], "q2": QUERIES[1]["text"]}
    assert questions.qrels == {"q1": {"d1": 1}, "q2": {"d3": 2, "d2": 0}}


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl", "qrels.tsv"])
@pytest.mark.parametrize("content", [None, "hỏng\nhỏng\n", '{"id": 1}\n{"id": 2}\n'])
def test_broken_question_set_is_refused(tmp_path: Path, name: str, content: str | None) -> None:
    """A set with a file missing or malformed is refused by name."""
    folder = write_set(tmp_path / "nho")
    (folder / name).unlink()
    if content is not None:
        (folder / name).write_text(content, encoding="utf-8")
    with pytest.raises(CorpusError, match="nho: it is not a question set"):
        load_question_set(folder)


def test_measures_are_those_of_the_books() -> None:
    """A first place counts 1, a second 1/log2(3) or 1/2, a question without a hit 0."""
    qrels = {"q1": {"d1": 1}, "q2": {"d1": 1}, "q3": {"d1": 1}}
    run = {"q1": {"d1": 2.0, "d2": 1.0}, "q2": {"d2": 2.0, "d1": 1.0}}
    assert measure(qrels, run) == pytest.approx(
        {
            "ndcg@10": (1 + 1 / math.log2(3)) / 3,
            "mrr@10": 1.5 / 3,
            "recall@1": 1 / 3,
            "recall@5": 2 / 3,
            "recall@20": 2 / 3,
        }
    )


@pytest.mark.parametrize(
    ("variant", "expected"),
    [
        ("plain", "Thủy hoá quý"),
        ("no-accents", "Thuy hoa quy"),
        ("nfd", "Thu\u0309y hoa\u0301 quy\u0301"),
        ("old-tones", "Thuỷ hoá quý"),
        ("upper", "THỦY HOÁ QUÝ"),
    ],
)
def test_variants_are_what_people_type(variant: str, expected: str) -> None:
    """Each variant is one way of typing, and nothing else changes."""
    assert VARIANTS[variant]("Thủy hoá quý") == expected


def test_evaluation_measures_each_leg_and_variant_of_the_product(tmp_path: Path) -> None:
    """Questions that name their document rank it first in every leg, however typed."""
    questions = load_question_set(write_set(tmp_path / "nho"))
    results = evaluate(questions, list(VARIANTS), HashEmbedder(256), CALIBRATION)
    assert [result.variant for result in results] == list(VARIANTS)
    for result in results:
        assert (result.name, result.questions) == ("nho", 2)
        assert result.legs == {
            leg: dict.fromkeys(("ndcg@10", "mrr@10", "recall@1", "recall@5", "recall@20"), 1.0)
            for leg in ("lexical", "dense", "hybrid")
        }
