"""What in a text speaks for it as the answer to a question: shared words, weighed by rarity."""

from dataclasses import dataclass
from itertools import pairwise

from retrieval.text import fold
from retrieval.text.kinds import Kind, kinds_asked
from retrieval.text.numbers import document_numbers
from retrieval.text.rarity import is_question_word, rarity
from retrieval.text.spelling import folded_key, syllable_key
from retrieval.text.terms import with_pairs, words
from retrieval.text.translations import Translated, translate

NUMBER_RARITY = 9.0
"""A document's number says about as much as a word in one of 8,000 paragraphs (e^9)."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The words of a question that an answer should have.

    Attributes:
        accented: Whether keys carry marks; False when the question was typed without any.
        weights: Key → rarity, of words outside document numbers and question words.
        pairs: Keys of words that stand side by side in the question.
        numbers: The most exact key of each document number.
        translated: How the other language may say the words.
        question: The question itself.
        kinds: What it asks for.
    """

    accented: bool
    weights: dict[str, float]
    pairs: frozenset[tuple[str, str]]
    numbers: frozenset[str]
    translated: tuple[Translated, ...] = ()
    question: str = ""
    kinds: frozenset[Kind] = frozenset()


@dataclass(frozen=True, slots=True)
class Found:
    """The words of a text.

    Attributes:
        keys: Its words, in the kind of keys that the question has.
        pairs: Words that stand side by side.
        numbers: Every key of each document number.
    """

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
    numbers = frozenset(mention.keys[-1] for mention in mentions)
    translated = tuple(translate(question))
    kinds = kinds_asked(question)
    return Wanted(accented, weights, frozenset(pairs), numbers, translated, question, kinds)


def found(text: str, question: Wanted) -> Found:
    """Return what canonical `text` has of `question`; a translated word counts as the word."""
    keys = _keys(text, question.accented)
    numbers = (key for mention in document_numbers(text) for key in mention.keys)
    has, pairs = frozenset(keys), frozenset(pairwise(keys))
    said = _said(text, question)
    if said:
        has |= said
        pairs |= {pair for pair in question.pairs if said.issuperset(pair)}
    return Found(has, pairs, frozenset(numbers))


def _said(text: str, question: Wanted) -> frozenset[str]:
    """Return the keys of the question's words that `text` says in the other language."""
    if not question.translated:
        return frozenset()
    terms = frozenset(with_pairs(_keys(text, accented=True)))
    said: set[str] = set()
    for word in question.translated:
        if any(terms.issuperset(way.terms) for way in word.translations):
            # The keys of the table have marks; those of an unmarked question do not.
            said.update(word.keys)
    return frozenset(said)


def coverage(question: Wanted, text: Found) -> float:
    """Return the share, 0 to 1, of the wanted rarity that `text` has; 0 if nothing is wanted."""
    total = sum(question.weights.values()) + NUMBER_RARITY * len(question.numbers)
    matched = sum(weight for key, weight in question.weights.items() if key in text.keys)
    matched += NUMBER_RARITY * len(question.numbers & text.numbers)
    return matched / total if total else 0.0


def pair_coverage(question: Wanted, text: Found) -> float:
    """Return the share, 0 to 1, of wanted pairs in `text`, by rarity; coverage if there are none.

    A document's number stands for a pair: it is one name of several words.
    """
    weighed = {pair: sum(question.weights.get(k, 0.0) for k in pair) for pair in question.pairs}
    total = sum(weighed.values()) + NUMBER_RARITY * len(question.numbers)
    if not total:
        return coverage(question, text)
    matched = sum(weight for pair, weight in weighed.items() if pair in text.pairs)
    return (matched + NUMBER_RARITY * len(question.numbers & text.numbers)) / total


def _keys(text: str, accented: bool) -> list[str]:
    to_key = syllable_key if accented else folded_key
    return [to_key(word) for word in words(text)]
