"""Promises of comparing: runs survive the disk, chance is told from change, own questions work."""

from pathlib import Path

import pytest

from retrieval.errors import CorpusError, Fault
from retrieval.evaluation.comparison import compare
from retrieval.evaluation.evaluate import evaluate_own
from retrieval.evaluation.own_questions import OwnQuestion, load_own_questions
from retrieval.evaluation.runs import read_run, write_run
from tests.builders import build, serving, write_corpus

QRELS = {f"q{number}": {"đúng d": 1} for number in range(40)}
RIGHT = {name: {"đúng d": 2.0, "sai": 1.0} for name in QRELS}
WRONG = {name: {"sai": 2.0, "khác": 1.0} for name in QRELS}


def test_a_run_comes_back_from_the_disk_as_it_was(tmp_path: Path) -> None:
    """Names with spaces and every digit of a score survive the TREC format."""
    run = {"q1": {"đúng d": 1 / 3, "sai": 1 / 7}, "q2": {"đúng d": -0.25}}
    write_run(tmp_path / "a.run", run, "hoidap")
    first = (tmp_path / "a.run").read_text(encoding="utf-8").splitlines()[0]
    assert first == f"q1 Q0 đúng_d 1 {1 / 3!r} hoidap"
    assert read_run(tmp_path / "a.run", QRELS) == run


@pytest.mark.parametrize("content", ["not a run at all", "other Q0 d 1 1.0 tag\n", ""])
def test_what_is_no_run_for_the_questions_is_refused(tmp_path: Path, content: str) -> None:
    """Neither another format nor another set's run is compared with in silence."""
    (tmp_path / "a.run").write_text(content, encoding="utf-8")
    with pytest.raises(CorpusError) as raised:
        read_run(tmp_path / "a.run", QRELS)
    assert raised.value.fault is Fault.NO_RUN


def test_a_clear_change_is_real() -> None:
    """Forty questions that all get better are no chance."""
    done = compare(QRELS, new=RIGHT, old=WRONG)
    assert (done.old, done.new, done.better, done.worse) == (0.0, 1.0, 40, 0)
    assert done.low == done.high == 1.0
    assert done.real


@pytest.mark.parametrize("changed", [0, 2])
def test_a_change_of_few_questions_may_be_chance(changed: int) -> None:
    """No difference, or one question up and one down, is called no real change."""
    new, old = dict(RIGHT), dict(RIGHT)
    if changed:
        new["q1"], old["q2"] = WRONG["q1"], WRONG["q2"]
    done = compare(QRELS, new, old)
    assert done.better + done.worse == changed
    assert done.low <= 0 <= done.high
    assert not done.real


@pytest.mark.parametrize(
    "content",
    [
        "Câu hỏi\tĐoạn\n\nCầu nào?\tCầu Long Biên\nAi?\tcó “ai” đó\n",
        "\ufeffquestion,passage\r\n\r\nCầu nào?,Cầu Long Biên\r\nAi?,có “ai” đó\r\n",
    ],
)
def test_own_questions_are_read_from_two_columns(tmp_path: Path, content: str) -> None:
    """Tabs or commas, with or without a line of headings; every question knows its line."""
    path = tmp_path / "own.tsv"
    path.write_text(content, encoding="utf-8")
    assert load_own_questions(path) == [
        OwnQuestion(3, "Cầu nào?", "Cầu Long Biên"),
        OwnQuestion(4, "Ai?", "có “ai” đó"),
    ]


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (b"", ""),
        (b"question\tpassage\n", ""),
        (b"\xff\xfe", ""),
        (b"Ai?\tNam\nmot cot\n", ":2"),
        (b"Ai?\t...\n", ":1"),
    ],
)
def test_a_file_without_two_columns_is_refused(tmp_path: Path, content: bytes, where: str) -> None:
    """The error names the line to mend."""
    path = tmp_path / "own.tsv"
    path.write_bytes(content)
    with pytest.raises(CorpusError) as raised:
        load_own_questions(path)
    assert (raised.value.fault, str(raised.value.path)) == (Fault.NO_QUESTIONS, f"{path}{where}")


def test_own_questions_tell_which_fail(tmp_path: Path) -> None:
    """A passage that came first is no failure; one that did not is, with what came first."""
    papers = {
        "cau.txt": "Cầu Long Biên bắc qua sông Hồng.\n\nCầu Chương Dương dài 1.230 mét.",
        "dan.txt": "Hà Nội có hơn bảy triệu dân.",
        "hop.txt": "Chi bộ họp hằng tháng. Trời hôm nay mưa to.",
    }
    build(write_corpus(tmp_path / "corpus", papers), tmp_path / "data")
    questions = [
        OwnQuestion(1, "Hà Nội có bao nhiêu dân?", "bảy  TRIỆU dân"),
        OwnQuestion(2, "Cầu Long Biên bắc qua đâu?", "dài 1.230 mét"),
        OwnQuestion(3, "Ai?", "không có ở đâu cả"),
        OwnQuestion(4, "Chi bộ họp khi nào?", "mưa to"),
    ]
    ranker = serving(tmp_path / "data").ranker
    (done,) = evaluate_own(Path("own.tsv"), questions, ["plain"], ranker)
    assert (done.name, done.questions, done.nowhere) == ("own.tsv", 3, [3])
    assert done.legs["hybrid"]["recall@1"] == pytest.approx(2 / 3)
    assert done.marked == pytest.approx(2 / 3)  # of the passage about the cell, the other sentence
    (failure,) = done.failures
    assert (failure.line, failure.rank) == (2, 2)
    assert "Long Biên" in failure.first


def test_questions_without_any_passage_are_refused(tmp_path: Path) -> None:
    """When no expected words are anywhere, the file belongs to other documents."""
    build(write_corpus(tmp_path / "corpus", {"a.txt": "Một đoạn."}), tmp_path / "data")
    with pytest.raises(CorpusError) as raised:
        ranker = serving(tmp_path / "data").ranker
        evaluate_own(Path("own.tsv"), [OwnQuestion(1, "Ai?", "nơi khác")], ["plain"], ranker)
    assert raised.value.fault is Fault.NOWHERE
