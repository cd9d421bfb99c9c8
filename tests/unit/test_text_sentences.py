"""Promises of sentence boundaries."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.text import canonical_text, sentence_spans

_MARKS = [". ", ".", "! ", "? ", "… ", "... ", "./. ", "\n", "\n\n", "; ", " ", "“", "”", '"', ")"]
_WORDS = ["Hội nghị", "đã", "TP. ", "GS. ", "v.v. ", "1. ", "a) ", "A. ", "3.5", "Điều 1. ", "Bộ "]
_PIECES = st.sampled_from(_MARKS + _WORDS)
TEXT = st.lists(_PIECES, max_size=30).map("".join).map(canonical_text)


@given(st.one_of(TEXT, st.text(max_size=60).map(canonical_text)))
def test_sentences_cover_text_exactly_in_order(text: str) -> None:
    """Every character but white space is in exactly one sentence, and sentences are in order."""
    spans = sentence_spans(text)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(first[1] <= second[0] for first, second in pairwise(spans))
    covered = [at for start, end in spans for at in range(start, end)]
    assert "".join(text.split()) == "".join("".join(text[at] for at in covered).split())


@given(TEXT)
def test_sentences_have_no_white_space_at_their_edges(text: str) -> None:
    """A sentence begins and ends with what it says."""
    sentences = [text[start:end] for start, end in sentence_spans(text)]
    assert sentences == [sentence.strip() for sentence in sentences]
    assert not any("\n" in sentence for sentence in sentences)


@pytest.mark.parametrize(
    "sentences",
    [
        ["TP. Hồ Chí Minh rất đông.", "Hà Nội cũng vậy."],
        ["GS. Nguyễn Văn An và ThS. Bình đến.", "Họp bắt đầu."],
        ["Ông N. V. A. Trần phát biểu.", "Hội nghị kết thúc."],
        ["Giá là 3.5 triệu.", "Tăng 1.200.000 đồng so với 2017."],
        ["1. Phạm vi điều chỉnh.", "2. Đối tượng áp dụng."],
        ["I. Mở đầu.", "II. Kết luận."],
        ["Điều 1. Phạm vi điều chỉnh.", "Khoản 2. Đối tượng áp dụng."],
        ["Theo Điều 5.", "Sau đó là Điều 6."],
        ["Cây, hoa, v.v. Tất cả đều xanh.", "Hết."],
        ["Câu một!", "Câu hai?", "Câu ba…", "Câu bốn...", "Câu năm?!", "Hết."],
        ['Ông nói: "Đi thôi."', "Rồi họ đi."],
        ["Ông hỏi (vì sao?).", "Không ai đáp."],
        ["Nghị quyết số 19-NQ/TW của Trung ương./.", "Phụ lục kèm theo."],
        ["Hello Mr. Smith.", "How are you?", "Fine."],
        ["Chờ... rồi đi tiếp.", "Đến nơi."],
        ["Năm 2018.", "Hà Nội họp."],
    ],
)
def test_sentences_end_where_a_reader_ends_them(sentences: list[str]) -> None:
    """Abbreviations, initials, decimals and enumerators do not end a sentence; marks do."""
    text = " ".join(sentences)
    assert [text[start:end] for start, end in sentence_spans(text)] == sentences


def test_line_break_ends_a_sentence() -> None:
    """A line of its own is a sentence, full stop or not."""
    text = "Gồm các mục\na) Một;\nb) Hai. Ba"
    found = [text[start:end] for start, end in sentence_spans(text)]
    assert found == ["Gồm các mục", "a) Một;", "b) Hai.", "Ba"]


def test_one_very_long_line_is_split_in_time() -> None:
    """A megabyte on one line yields each of its sentences; the work grows with the length only."""
    sentence = "Hội nghị đã rà soát tình hình. "
    assert len(sentence_spans((sentence * 30_000).strip())) == 30_000
