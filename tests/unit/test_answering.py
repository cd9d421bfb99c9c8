"""Promises of the answering sentence: the right one, exactly, or none."""

import json
from pathlib import Path

import pytest

from retrieval.alignment import asked_words, cosines, word_vectors
from retrieval.answering import (
    TRAITS,
    SentenceReader,
    SentenceWeights,
    goes_on,
    sentence_weights,
    traits,
)
from retrieval.citing import answering_sentence
from retrieval.errors import EmbedderError
from retrieval.text.kinds import Kind
from retrieval.text.questions import definition_asked
from retrieval.types import Passage, Sentence
from retrieval.word_table import words_of


def passage(text: str, start: int = 100) -> Passage:
    """A passage somewhere in a document."""
    return Passage("a.txt", 1, start, start + len(text), text)


def marked(question: str, text: str, context: str = "") -> Sentence | None:
    """The sentence of `text` that is marked for `question`."""
    asked = asked_words(question)
    (values,) = cosines(asked, words_of(text, context, word_vectors()))
    reader = SentenceReader(asked, definition_asked(question))
    return answering_sentence(passage(text), reader, values)


CELL = "Chi bộ họp hằng tháng. Chi bộ là hạt nhân chính trị ở cơ sở. Trời hôm nay mưa to."


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Chi bộ là gì?", "Chi bộ là hạt nhân chính trị ở cơ sở."),
        ("chi bo hop khi nao", "Chi bộ họp hằng tháng."),
        ("Trời mưa không?", "Trời hôm nay mưa to."),
        ("Did it rain today?", "Trời hôm nay mưa to."),
        ("Giá vàng bao nhiêu?", None),
    ],
)
def test_answering_sentence_is_exact_or_absent(question: str, expected: str | None) -> None:
    """The sentence that says most of the question is marked at its place, or none is."""
    sentence = marked(question, CELL)
    if expected is None:
        assert sentence is None
    else:
        at = 100 + CELL.index(expected)
        assert sentence == Sentence(at, at + len(expected), expected)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Hồ Hữu Tường qua đời ngày nào?", "mất ngày 26 tháng 6 năm 1980"),
        ("Hồ Hữu Tường sang Pháp học trường nào?", "trường Đại học Marseille"),
        ("What organisation did Hồ Hữu Tường join in France?", "gia nhập Đệ Tứ Quốc tế"),
        ("Which university did he attend?", "trường Đại học Marseille"),
    ],
)
def test_a_sentence_is_found_by_meaning_and_by_what_it_goes_on_about(
    question: str, answer: str
) -> None:
    """Other words for what is asked, and a subject named only before, do not hide the answer."""
    text = (
        "Năm 1926, Hồ Hữu Tường sang Pháp học tại trường Đại học Marseille. Tại đó ông viết báo "
        "và gia nhập Đệ Tứ Quốc tế. Về nước, ông dạy học. Ông mất ngày 26 tháng 6 năm 1980."
    )
    sentence = marked(question, text, "Hồ Hữu Tường")
    assert sentence is not None
    assert answer in sentence.text


def test_a_passage_of_one_sentence_is_marked_whole() -> None:
    """A single sentence that says enough of the question answers it."""
    text = "Thư viện cho mượn sách trong mười bốn ngày."
    assert marked("Thư viện cho mượn sách bao lâu?", text) == Sentence(100, 100 + len(text), text)


def test_traits_are_what_they_are_called() -> None:
    """Length, the first place, a definition and each kind that is asked for, in this order."""
    asked = definition_asked("Chi bộ là gì?")
    rows = traits("Chi bộ là gì?", ["Chi bộ họp năm 1930.", "Chi bộ là hạt nhân."], asked)
    assert rows.shape == (2, len(TRAITS)) == (2, 3 + len(Kind))
    assert rows[:, TRAITS.index("first")].tolist() == [1, 0]
    assert rows[:, TRAITS.index("defines")].tolist() == [0, 1]
    dated = traits("Chi bộ họp khi nào?", ["Chi bộ họp năm 1930.", "Chi bộ họp."], None)
    assert dated[:, TRAITS.index(Kind.TIME)].tolist() == [1, 0]
    assert goes_on(["Khi đó ông nghỉ.", "Chi bộ họp.", "He left."]).tolist() == [1, 0, 1]


def test_weights_beside_the_model_are_complete() -> None:
    """What is shipped names every sign and trait, and leaves nothing marked that says nothing."""
    weights = sentence_weights()
    assert len(weights.traits) == len(TRAITS)
    assert len(weights.signs) == 5
    assert 0 < weights.least_share < 1
    assert 0 < weights.least_probability < 1


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"signs": []}', None])
def test_unreadable_weights_are_refused(content: str | None, tmp_path: Path) -> None:
    """A broken file is an EmbedderError that names it."""
    path = tmp_path / "answering.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(EmbedderError, match=r"answering\.json"):
        SentenceWeights.load(path)
    path.write_text(json.dumps({"signs": [], "traits": [], "extra": 1}), encoding="utf-8")
    with pytest.raises(EmbedderError):
        SentenceWeights.load(path)
