"""Promises of Telex: keys of a keyboard that was off are read, and words stay what they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.text import normalise_spelling
from retrieval.text.telex import telexed, untelexed

SYLLABLES = (
    "đề án thành phố nghị quyết được người trường thủy hòa quốc gia đường khuya nhất".split()
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ddeef asn 06 laf gif?", "đề án 06 là gì?"),
        ("Đề asn 06 là gì?", "Đề án 06 là gì?"),
        ("Luaatj Đất đai", "Luật Đất đai"),
        ("thanhf phoos Haf Nội", "thành phố Haf Nội"),
        ("dduwowcj, dduowcj", "được, được"),
        ("tieengs vieetj", "tiếng việt"),
        ("tieesng vieejt", "tiếng việt"),
    ],
)
def test_keys_are_read_as_the_words_they_spell(typed: str, meant: str) -> None:
    """The tone's key may stand at the end or after the vowel; a capital may be a name."""
    assert untelexed(typed) == meant


@pytest.mark.parametrize(
    "text",
    [
        "What is Las Vegas?",
        "who is the boss of Paris",
        "Ban Ki-Moon là ai?",
        "Jeffrey Sachs nói gì?",
        "gas, tax và box là gì?",
        "Đề án 06 là gì?",
        "de an 06 la gi",
        "",
    ],
)
def test_words_that_are_words_stay(text: str) -> None:
    """English, names and words without marks are not keys of anything."""
    assert untelexed(text) == text


@given(st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=6))
def test_reading_undoes_typing(syllables: list[str]) -> None:
    """Common syllables typed in Telex come back as they were."""
    typed = " ".join(telexed(syllable) for syllable in syllables)
    assert untelexed(typed) == normalise_spelling(" ".join(syllables))
