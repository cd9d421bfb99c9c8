"""Promises of alignment: how much of a question a text says, by the bundled model's words."""

import numpy as np
import pytest

from retrieval.alignment import (
    COSINES,
    asked_words,
    closeness,
    cosines,
    share_with,
    shares_said,
    word_vectors,
)
from retrieval.word_table import words_of


def said(question: str, text: str, context: str = "") -> tuple[float, float]:
    """The shares of `question` that `text` says as a whole, and in its best sentence."""
    asked = asked_words(question)
    (values,) = cosines(asked, words_of(text, context, word_vectors()))
    [whole], [at_once] = shares_said(asked, [values])
    return float(whole), float(at_once)


def has(question: str, text: str) -> float:
    """The share of the words of `question` that `text` has."""
    asked = asked_words(question)
    (values,) = cosines(asked, words_of(text, "", word_vectors()))
    return share_with(asked, values)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("tinh giản biên chế", "Đã tinh giản biên chế."),
        ("tinh gian bien che", "Đã tinh giản biên chế."),
        ("xa hoi chu nghia", "Nước cộng hòa xã hội chủ nghĩa."),
        ("TINH GIẢN BIÊN CHẾ", "đã tinh giản biên chế"),
        ("thuỷ lợi", "Công trình thủy lợi."),
        ("Panthers", "Đội Panthers thắng."),
        ("我是中国人", "我是中国人。"),
    ],
)
def test_a_text_with_the_words_says_all_of_the_question(question: str, text: str) -> None:
    """In any case, tone placement or script, and for names that the model has in no one piece."""
    assert said(question, text) == pytest.approx((1.0, 1.0), abs=1e-3)
    assert has(question, text) == pytest.approx(1.0, abs=1e-3)


@pytest.mark.parametrize(
    ("question", "near", "far"),
    [
        ("Ông qua đời năm nào?", "Ông mất năm 1980.", "Ông bán nhà năm 1980."),
        ("the population of the province", "Dân số của tỉnh.", "Khí hậu nơi đây mát mẻ."),
        ("bác sĩ khám bệnh", "Thầy thuốc chữa bệnh.", "Giáo viên dạy học."),
    ],
)
def test_other_words_of_the_same_meaning_count(question: str, near: str, far: str) -> None:
    """A synonym or a translation says more of the question than what has nothing to do with it."""
    assert said(question, near)[0] > said(question, far)[0] + 0.1


def test_words_that_only_ask_are_not_wanted() -> None:
    """`là gì` weighs nothing, and a question of nothing else still has weights."""
    asked = asked_words("Chi bộ là gì?")
    assert asked.weights.sum() == pytest.approx(1.0)
    assert asked.weights[2:].tolist() == [0.0] * (len(asked.weights) - 2)
    assert asked_words("gì?").weights.sum() == pytest.approx(1.0)
    assert asked.asks.tolist()[-1]


def test_a_telling_word_counts_more_than_a_common_one() -> None:
    """A passage with the rare word says more of the question than one with the common word."""
    question = "panthers và"
    assert has(question, "Panthers") > 0.7 > 0.3 > has(question, "và")


def test_what_no_sentence_says_alone_is_not_said_at_once() -> None:
    """Two sentences with half of the question each say all of it, but not at once."""
    whole, at_once = said("thủy lợi, trường học", "Công trình thủy lợi. Mái trường học.")
    assert whole == pytest.approx(1.0, abs=1e-3)
    assert at_once < 0.9


def test_title_and_headings_count_for_every_sentence() -> None:
    """What stands above a passage is said by each of its sentences."""
    text = "Khai giảng ngày 5. Trời mưa."
    assert said("trường học khai giảng", text)[1] < 0.95
    assert said("trường học khai giảng", text, "Trường học\n")[1] == pytest.approx(1.0, abs=1e-3)


@pytest.mark.parametrize("question", ["quyền của UBND", "quyen cua ubnd"])
def test_another_name_counts_as_the_word(question: str) -> None:
    """A passage with the long form has what a question with the short form wants, and only then."""
    assert has(question, "Quyền của Ủy ban nhân dân.") == pytest.approx(1.0, abs=1e-3)
    assert has(question, "Quyền của học sinh.") < 0.8


def test_another_form_of_a_date_counts_as_the_date() -> None:
    """A passage with the day in words has what a question with the day in figures wants."""
    assert has("Sự kiện 24/9/2013", "Sự kiện ngày 24 tháng 9 năm 2013.") == pytest.approx(1.0)


def test_a_question_in_an_unknown_language_is_taken_to_the_letter() -> None:
    """Where the model knows few of the words, only the same words count."""
    question = "Wer gewann die Staatsmeisterschaft von Niederösterreich?"
    asked = asked_words(question)
    assert asked.known < 0.3
    (values,) = cosines(asked, words_of("Ganz andere Wörter stehen hier.", "", word_vectors()))
    assert set(np.unique(values[1] > 0)) <= {False}
    assert has(question, "Die Staatsmeisterschaft von Niederösterreich.") > 0.5


@pytest.mark.parametrize(("question", "text"), [("…", "Chi bộ."), ("chi bộ", ""), ("chi bộ", "…")])
def test_nothing_says_nothing(question: str, text: str) -> None:
    """A question or a text without a word has no share of anything, and breaks nothing."""
    assert said(question, text) == (0.0, 0.0)
    assert has(question, text) == 0.0


def test_closeness_rises_from_nothing_to_all() -> None:
    """A word is not said at a cosine of 0 or less, is said at 1, and never less if nearer."""
    values = closeness(np.array([-1.0, *COSINES], dtype=np.float32))
    assert values[0] == values[1] == 0.0
    assert values[-1] == 1.0
    assert (np.diff(values) >= 0).all()


def test_the_cosines_are_those_of_the_words() -> None:
    """Each cosine is the best of the sentence's words, by the definition."""
    vectors = word_vectors()
    asked = asked_words("trẻ nghèo vượt khó")
    text = "Nhà trường thưởng cho sinh viên. Panthers thắng trận Niederösterreich."
    (values,) = cosines(asked, words_of(text, "Khen thưởng", vectors))
    parts = ["Khen thưởng", *[sentence + "." for sentence in text.split(".") if sentence]]
    for part, own in zip(parts, values, strict=True):
        (cut,) = vectors.words([part])
        rows = vectors.vectors(cut)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        expected = (rows @ asked.vectors[: len(asked.norms)].T).max(axis=0)
        np.testing.assert_allclose(own, expected, atol=2e-3)  # norms are kept in half precision
