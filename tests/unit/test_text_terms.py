"""Promises of the terms that the lexical index is made of."""

import pytest

from retrieval.text import Terms, analyse
from retrieval.text.terms import with_pairs, words


def test_analyse_gives_syllables_with_and_without_marks_and_numbers() -> None:
    """A text becomes its syllables in both spellings, in order, and its document numbers."""
    assert analyse("Thủy lợi, Nghị quyết 18-NQ/TW; thủy lợi") == Terms(
        accented=["thuy3", "lơi5", "nghi5", "quyêt1", "18", "nq", "tw", "thuy3", "lơi5"],
        folded=["thuy", "loi", "nghi", "quyet", "18", "nq", "tw", "thuy", "loi"],
        numbers=["nq18", "nq18/tw"],
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("06 007 0 000", ["6", "7", "0", "0"]),
        ("0912345678 00123", ["0912345678", "00123"]),
        ("xã_hội; CHÍNH-TRỊ", ["xã", "hội", "chính", "trị"]),
        ("a" * 100, ["a" * 40]),
        ("?! … “”", []),
    ],
)
def test_words_of_awkward_text(text: str, expected: list[str]) -> None:
    """Words are lower-case runs of letters and digits; short numbers lose leading zeros."""
    assert words(text) == expected


@pytest.mark.parametrize(
    ("syllables", "expected"),
    [
        (["dân", "chủ", "hóa"], ["dân", "chủ", "hóa", "dân_chủ", "chủ_hóa"]),
        (["một"], ["một"]),
        ([], []),
    ],
)
def test_with_pairs_adds_each_pair_of_neighbours(syllables: list[str], expected: list[str]) -> None:
    """Pairs of neighbours follow the syllables, in order."""
    assert with_pairs(syllables) == expected
