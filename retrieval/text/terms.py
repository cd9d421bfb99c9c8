"""Text → the terms that the lexical index is made of.

Three kinds: syllables with their marks, syllables without, and document numbers. Pairs of
neighbouring syllables carry the compound words of Vietnamese, so no word segmenter is needed
(DESIGN.md, section 3).
"""

import re
from dataclasses import dataclass
from itertools import pairwise

from retrieval.text.numbers import document_numbers
from retrieval.text.spelling import folded_key, syllable_key

ANALYSIS_VERSION = 2
"""Raise it whenever `analyse` may give other terms: generations built before are rebuilt."""

_WORD = re.compile(r"[^\W_]+")
_MAX_TERM_CHARS = 40
_MAX_PADDED_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of one text, in reading order, repeats kept.

    Attributes:
        accented: Syllable keys with quality marks and tone.
        folded: The same syllables without any mark.
        numbers: Canonical keys of document numbers.
    """

    accented: list[str]
    folded: list[str]
    numbers: list[str]


def words(text: str) -> list[str]:
    """Return the lower-case words of `text`; leading zeros of short numbers are dropped."""
    return [_unpadded(word) for word in _WORD.findall(text.lower())]


def _unpadded(word: str) -> str:
    if word[0] == "0" and len(word) <= _MAX_PADDED_DIGITS and word.isdigit():
        return word.lstrip("0") or "0"
    return word[:_MAX_TERM_CHARS]


def analyse(text: str) -> Terms:
    """Return the terms of canonical `text`."""
    found = words(text)
    return Terms(
        accented=[syllable_key(word) for word in found],
        folded=[folded_key(word) for word in found],
        numbers=[key for number in document_numbers(text) for key in number.keys],
    )


def with_pairs(syllables: list[str]) -> list[str]:
    """Return `syllables` followed by each pair of neighbours joined with `_`."""
    return syllables + [f"{first}_{second}" for first, second in pairwise(syllables)]
