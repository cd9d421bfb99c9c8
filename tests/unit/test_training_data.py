"""What may be trained on: the decontamination filter and the development split."""

import json
import lzma
from pathlib import Path
from typing import Any

import pytest

from retrieval.training.data import Corpus, prepare
from retrieval.training.decontaminate import Guard, evaluation_texts
from retrieval.training.split import DEV_RATE, is_dev, load_dev
from retrieval.training.surface import strip_accents

SECRET = (
    "Khu phố cổ có ba mươi sáu phố nghề nằm giữa sông và hồ. Mỗi phố từng bán một thứ hàng riêng."
)
QUESTION = "Phố cổ có bao nhiêu phố nghề nằm giữa sông và hồ?"


def _evaluation_set(folder: Path) -> Path:
    """Write one tiny evaluation set and return the folder of sets."""
    one = folder / "wiki-toy"
    one.mkdir(parents=True)
    passages = [
        {"id": "p1", "title": "", "text": SECRET},
        {
            "id": "p2",
            "title": "",
            "text": "Một đoạn văn gây nhiễu mà không câu hỏi nào cần đến cả.",
        },
    ]
    lines = [json.dumps(row, ensure_ascii=False) for row in passages]
    (one / "corpus.jsonl").write_text("\n".join(lines), "utf-8")
    question = json.dumps({"id": "q1", "text": QUESTION}, ensure_ascii=False)
    (one / "queries.jsonl").write_text(question, "utf-8")
    (one / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq1\tp1\t1\n", "utf-8")
    return folder


def _write_rows(path: Path, rows: list[dict[str, Any]]) -> None:
    with lzma.open(path, "wt", encoding="utf-8") as stream:
        stream.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _training_files(folder: Path) -> Path:
    """Write a small training folder in which two rows repeat evaluation text."""
    folder.mkdir()
    rows = [
        {
            "title": f"Trang {n}",
            "heading": f"Mục {part}",
            "text": f"Đoạn văn số {n} phần {part} kể về chuyện thứ {n * 7 + part} của làng.",
            "source": "viwiki",
        }
        for n in range(200)
        for part in range(2)
    ]
    rows.append({"title": "Phố cổ", "heading": "", "text": SECRET, "source": "viwiki"})
    _write_rows(folder / "heading_paragraph.vi.jsonl.xz", rows)
    qa = {"q": QUESTION, "a": "Ba mươi sáu.", "title": "Hỏi đáp", "source": "viwiki"}
    _write_rows(folder / "qa_pairs.vi.jsonl.xz", [qa])
    _write_rows(folder / "sections.vi-en.jsonl.xz", [])
    with lzma.open(folder / "parallel.vi-en.tsv.xz", "wt", encoding="utf-8") as stream:
        stream.writelines(f"Câu số {n}\tSentence number {n}\ttoy\n" for n in range(200))
    return folder


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(SECRET, id="the passage"),
        pytest.param("Mỗi phố từng bán một thứ hàng riêng.", id="one of its sentences"),
        pytest.param(strip_accents(SECRET).upper(), id="without accents, in capitals"),
        pytest.param(
            "Sách viết: khu phố cổ có ba mươi sáu phố nghề, rồi thôi.", id="eight words of it"
        ),
        pytest.param(QUESTION, id="a question"),
    ],
)
def test_evaluation_text_is_recognised(tmp_path: Path, text: str) -> None:
    """Text of an evaluation set is caught whole, in part, and in any spelling."""
    assert Guard(evaluation_texts(_evaluation_set(tmp_path))).overlaps(text)


def test_other_text_is_left_alone(tmp_path: Path) -> None:
    """Seven shared words, or boilerplate of a few words, are no reason to drop a text."""
    guard = Guard(evaluation_texts(_evaluation_set(tmp_path)))
    fresh = ["Khu phố cổ có ba mươi sáu con đường lát đá.", "Xem thêm", "", "Hồ và sông"]
    assert guard.overlapping(fresh).tolist() == [False, False, False, False]


def test_only_judged_passages_are_read_unless_all_are_wanted(tmp_path: Path) -> None:
    """Distractors join the protected texts only when asked for."""
    folder = _evaluation_set(tmp_path)
    assert evaluation_texts(folder) == [SECRET, QUESTION]
    assert len(evaluation_texts(folder, judged_only=False)) == 3


def test_a_share_of_shingles_can_be_required() -> None:
    """With a least share, one set phrase passes and a copy does not."""
    phrase = "theo quy định của pháp luật về đất đai hiện hành"
    guard = Guard([phrase], min_share=0.5)
    assert guard.overlaps(phrase)
    assert not guard.overlaps(
        f"{phrase} thì ủy ban xã lập biên bản và gửi cho người dân trong ngày"
    )


def test_prepared_text_holds_no_evaluation_and_no_dev_text(tmp_path: Path) -> None:
    """What is trained on shares no passage with the evaluation sets or the dev split."""
    data = _training_files(tmp_path / "train")
    corpus, counts = prepare(data, _evaluation_set(tmp_path / "eval"), seed=1)
    held_out = {pair.passage_text for pair in load_dev(data)}
    assert held_out
    assert SECRET not in corpus.texts
    assert QUESTION not in corpus.texts
    assert not held_out & set(corpus.texts)
    assert "question" not in corpus.pairs or not len(corpus.pairs["question"])
    assert counts["texts dropped"] >= 2


def test_a_corpus_survives_saving(tmp_path: Path) -> None:
    """A prepared corpus reads back as it was written."""
    corpus, _ = prepare(_training_files(tmp_path / "train"), None, seed=1)
    corpus.save(tmp_path / "work")
    again = Corpus.load(tmp_path / "work")
    assert again.texts == corpus.texts
    assert again.languages.tolist() == corpus.languages.tolist()
    assert {t: p.tolist() for t, p in again.pairs.items()} == {
        t: p.tolist() for t, p in corpus.pairs.items()
    }


def test_the_split_never_changes() -> None:
    """These pages fall on these sides for good: a moved page would leak dev into training."""
    titles = [f"Trang {n}" for n in range(100)]
    assert [n for n, t in enumerate(titles) if is_dev("viwiki", t)] == [60, 79, 96]
    assert is_dev("viwiki", "  trang   79 ")


def test_the_split_holds_out_the_stated_share() -> None:
    """About DEV_RATE of ten thousand pages are held out."""
    held_out = sum(is_dev("viwiki", f"Trang {n}") for n in range(20_000))
    assert abs(held_out / 20_000 - DEV_RATE / 10_000) < 0.005


def test_pages_never_straddle_the_split(tmp_path: Path) -> None:
    """All paragraphs of a page are dev, or none is, and dev pages feed no training pair."""
    data = _training_files(tmp_path / "train")
    held_out = [p for p in load_dev(data) if p.kind == "heading"]
    titles = {p.title for p in held_out}
    assert len(held_out) == 2 * len(titles)
    corpus, _ = prepare(data, None, seed=1)
    assert not any(text.startswith(f"{title} Mục") for title in titles for text in corpus.texts)
