"""Promises of the measuring: question sets as they are, metrics as the books define them."""

import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import CorpusError
from retrieval.evaluation.evaluate import evaluate
from retrieval.evaluation.metrics import by_question, interval, measure
from retrieval.evaluation.question_set import load_question_set
from retrieval.evaluation.variants import VARIANTS, one_typo
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
        names = ("ndcg@10", "mrr@10", "recall@1", "recall@5", "recall@20")
        measures = (*names, "ndcg@10_low", "ndcg@10_high")
        perfect = dict.fromkeys(measures, 1.0)
        assert result.legs == {"lexical": perfect, "dense": perfect, "hybrid": perfect}


def test_every_judged_question_counts() -> None:
    """A question that found nothing counts as 0; it does not drop out of the mean."""
    values = by_question({"q1": {"d1": 1}, "q2": {"d1": 1}}, {"q1": {"d1": 1.0}})
    assert values["ndcg@10"] == {"q1": 1.0, "q2": 0.0}
    assert values["recall@20"] == {"q1": 1.0, "q2": 0.0}


def test_the_interval_of_a_mean_is_that_of_the_books() -> None:
    """For many values the bootstrap bounds agree with the normal ones; for equal ones they meet."""
    values = [0.0, 1.0] * 500
    low, high = interval(values)
    error = 1.96 * 0.5 / math.sqrt(1_000)
    assert (low, high) == pytest.approx((0.5 - error, 0.5 + error), abs=0.005)
    assert interval(values) == (low, high)
    assert interval([0.25] * 7) == (0.25, 0.25)


def shared_start(one: str, other: str) -> int:
    """How many characters two texts share before the first that differs."""
    pairs = zip(one, other, strict=False)
    shorter = min(len(one), len(other))
    return next((at for at, (a, b) in enumerate(pairs) if a != b), shorter)


@given(st.text(max_size=60))
def test_a_typo_is_one_slip_and_always_the_same(text: str) -> None:
    """At most two characters differ, in one place, and a repeated run makes the same slip."""
    typed = one_typo(text)
    assert one_typo(text) == typed
    assert abs(len(typed) - len(text)) <= 1
    start = shared_start(text, typed)
    end = shared_start(text[start:][::-1], typed[start:][::-1])
    assert max(len(text), len(typed)) - start - end <= 2


def test_a_typo_leaves_short_words_alone() -> None:
    """A question of short words has no room for a slip that is still a typo."""
    assert one_typo("Ai là bí thư?") == "Ai là bí thư?"
    assert one_typo("Chương trình nào?") != "Chương trình nào?"
