"""Promises of words that ask: which words of a question no passage answers by containing."""

import pytest

from retrieval.text.asking import is_question_word, stands_for_the_answer


@pytest.mark.parametrize(
    ("key", "accented", "expected"),
    [
        ("gi2", True, True),
        ("gi", False, True),
        ("what", True, True),
        ("ai", True, True),
        ("gi1", True, False),
        ("đang", True, False),
        ("dang", False, False),
    ],
)
def test_question_words_are_told_from_their_look_alikes(
    key: str, accented: bool, expected: bool
) -> None:
    """`gì` asks and `gí` does not; without accents both might."""
    assert is_question_word(key, accented) is expected


@pytest.mark.parametrize(
    ("key", "expected"),
    [("ai", True), ("nao2", True), ("nao", True), ("who", True), ("nao1", False), ("la2", False)],
)
def test_some_words_stand_where_an_answer_would(key: str, expected: bool) -> None:
    """`ai` and `nào` stand for the answer; `là` only leads to it."""
    assert stands_for_the_answer(key) is expected
