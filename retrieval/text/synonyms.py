"""A word of a question and what else it may be called in a passage."""

from dataclasses import dataclass

from retrieval.text.spelling import syllable_key
from retrieval.text.terms import with_pairs, words


@dataclass(frozen=True, slots=True)
class Way:
    """One other way to say a word.

    Attributes:
        phrase: As it is written, in canonical form.
        terms: Its terms in the accented field, all of them wanted: a syllable, or the pairs of
            neighbours of a longer phrase.
        weight: How likely it is beside the word's best other way, above 0, at most 1.
    """

    phrase: str
    terms: tuple[str, ...]
    weight: float


@dataclass(frozen=True, slots=True)
class Synonyms:
    """A word or phrase of a question, as keys, and the other ways to say it."""

    keys: tuple[str, ...]
    ways: tuple[Way, ...]


def way(phrase: str, weight: float = 1.0) -> Way:
    """Return `phrase`, in canonical form with its marks, as a way to say something."""
    keys = [syllable_key(word) for word in words(phrase)]
    return Way(phrase, tuple(keys if len(keys) == 1 else with_pairs(keys)[len(keys) :]), weight)
