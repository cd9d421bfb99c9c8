"""What in a text speaks for it as the answer to a question: shared words, weighed by rarity."""

from dataclasses import dataclass
from itertools import pairwise

from retrieval.text import fold
from retrieval.text.numbers import document_numbers
from retrieval.text.rarity import is_question_word, rarity
from retrieval.text.spelling import folded_key, syllable_key
from retrieval.text.terms import words

_NUMBER_RARITY = 9.0
"""A document's number says about as much as a word in one of 8,000 paragraphs (e^9)."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The words of a question that an answer should have.

    Attributes:
        accented: Whether keys carry marks; False when the question was typed without any.
        weights: Key → rarity, of words outside document numbers and question words.
        pairs: Keys of words that stand side by side in the question.
        numbers: The most exact key of each document number.
    """

    accented: bool
    weights: dict[str, float]
    pairs: frozenset[tuple[str, str]]
    numbers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Found:
    """The words of a text, as keys of both spellings."""

    keys: frozenset[str]
    pairs: frozenset[tuple[str, str]]
    numbers: frozenset[str]


def wanted(question: str) -> Wanted:
    """Return what to look for; `question` in canonical form."""
    accented = fold(question) != question.lower()
    mentions = document_numbers(question)
    rest = question
    if len(fold(question)) == len(question):
        for mention in reversed(mentions):
            rest = f"{rest[: mention.start]} \n {rest[mention.end :]}"
    weights: dict[str, float] = {}
    pairs: set[tuple[str, str]] = set()
    for stretch in rest.split("\n"):
        keys = _keys(stretch, accented)
        content = [key for key in keys if not is_question_word(key, accented)]
        weights.update((key, rarity(key, accented)) for key in content)
        pairs.update(
            pair for pair in pairwise(keys) if not any(is_question_word(k, accented) for k in pair)
        )
    return Wanted(accented, weights, frozenset(pairs), frozenset(m.keys[-1] for m in mentions))


def found(text: str, accented: bool) -> Found:
    """Return what canonical `text` has, in the kind of keys that `Wanted.accented` asks for."""
    keys = _keys(text, accented)
    numbers = (key for mention in document_numbers(text) for key in mention.keys)
    return Found(frozenset(keys), frozenset(pairwise(keys)), frozenset(numbers))


def coverage(question: Wanted, text: Found) -> float:
    """Return the share, 0 to 1, of the wanted rarity that `text` has; 0 if nothing is wanted."""
    total = sum(question.weights.values()) + _NUMBER_RARITY * len(question.numbers)
    matched = sum(weight for key, weight in question.weights.items() if key in text.keys)
    matched += _NUMBER_RARITY * len(question.numbers & text.numbers)
    return matched / total if total else 0.0


def pair_coverage(question: Wanted, text: Found) -> float:
    """Return the share, 0 to 1, of wanted pairs in `text`, by rarity; coverage if there are none.

    A document's number stands for a pair: it is one name of several words.
    """
    weighed = {pair: sum(question.weights.get(k, 0.0) for k in pair) for pair in question.pairs}
    total = sum(weighed.values()) + _NUMBER_RARITY * len(question.numbers)
    if not total:
        return coverage(question, text)
    matched = sum(weight for pair, weight in weighed.items() if pair in text.pairs)
    return (matched + _NUMBER_RARITY * len(question.numbers & text.numbers)) / total


def _keys(text: str, accented: bool) -> list[str]:
    to_key = syllable_key if accented else folded_key
    return [to_key(word) for word in words(text)]
