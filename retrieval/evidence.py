"""What in a text speaks for it as the answer to a question: shared words, weighed by rarity."""

from dataclasses import dataclass, replace
from itertools import pairwise

from retrieval.text import fold, sentence_spans
from retrieval.text.kinds import Kind, kinds_asked
from retrieval.text.numbers import document_numbers, outside_numbers
from retrieval.text.other_words import other_words
from retrieval.text.rarity import is_question_word, rarity
from retrieval.text.spelling import folded_key, syllable_key
from retrieval.text.synonyms import Synonyms
from retrieval.text.terms import with_pairs, words

NUMBER_RARITY = 9.0
"""A document's number says about as much as a word in one of 8,000 paragraphs (e^9)."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The words of a question that an answer should have.

    Attributes:
        accented: Whether keys carry marks; False when the question was typed without any.
        weights: Key → rarity, of words outside document numbers and question words.
        pairs: Keys of words that stand side by side in the question.
        numbers: The keys of each document number, the most exact last.
        others: What else the words may be called: abbreviated, spelled out, translated.
        question: The question itself.
        kinds: What it asks for.
    """

    accented: bool
    weights: dict[str, float]
    pairs: frozenset[tuple[str, str]]
    numbers: frozenset[tuple[str, ...]]
    others: tuple[Synonyms, ...] = ()
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
    weights: dict[str, float] = {}
    pairs: set[tuple[str, str]] = set()
    for stretch in outside_numbers(question):
        keys = _keys(stretch, accented)
        content = [key for key in keys if not is_question_word(key, accented)]
        weights.update((key, rarity(key, accented)) for key in content)
        pairs.update(
            pair for pair in pairwise(keys) if not any(is_question_word(k, accented) for k in pair)
        )
    numbers = frozenset(mention.keys for mention in document_numbers(question))
    others = tuple(other_words(question))
    kinds = kinds_asked(question)
    return Wanted(accented, weights, frozenset(pairs), numbers, others, question, kinds)


def found(text: str, question: Wanted) -> Found:
    """Return what canonical `text` has of `question`; a word by another name counts as the word."""
    keys = _keys(text, question.accented)
    numbers = (key for mention in document_numbers(text) for key in mention.keys)
    has, pairs = frozenset(keys), frozenset(pairwise(keys))
    said = _said(text, question)
    if said:
        has |= said
        pairs |= {pair for pair in question.pairs if said.issuperset(pair)}
    return Found(has, pairs, frozenset(numbers))


def _said(text: str, question: Wanted) -> frozenset[str]:
    """Return the keys of the question's words that `text` calls by another name."""
    if not question.others:
        return frozenset()
    terms = frozenset(with_pairs(_keys(text, accented=True)))
    said: set[str] = set()
    for word in question.others:
        if any(terms.issuperset(way.terms) for way in word.ways):
            said.update(word.keys)
    return frozenset(said)


def sentences_found(text: str, above: str, question: Wanted) -> list[Found]:
    """Return what each sentence of canonical `text` has; `above` is its title and headings.

    What Nghị định 13 says in any sentence it says as Nghị định 13.
    """
    numbers = found(above, question).numbers
    has = [found(text[start:end], question) for start, end in sentence_spans(text)]
    return [replace(words, numbers=words.numbers | numbers) for words in has] if numbers else has


def held_numbers(question: Wanted, text: Found) -> int:
    """Return how many of the document numbers asked for agree with one in `text`.

    `Nghị định 13` agrees with `Nghị định 13/2023`, either way round; 13/2020 does not.
    """
    return sum(_agrees(keys, text.numbers) for keys in question.numbers)


def _agrees(keys: tuple[str, ...], numbers: frozenset[str]) -> bool:
    said = {key for key in numbers if key.startswith(f"{keys[0]}/")}
    return keys[0] in numbers and (len(keys) == 1 or not said or not said.isdisjoint(keys))


def coverage(question: Wanted, text: Found) -> float:
    """Return the share, 0 to 1, of the wanted rarity that `text` has; 0 if nothing is wanted."""
    total = sum(question.weights.values()) + NUMBER_RARITY * len(question.numbers)
    matched = sum(weight for key, weight in question.weights.items() if key in text.keys)
    matched += NUMBER_RARITY * held_numbers(question, text)
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
    return (matched + NUMBER_RARITY * held_numbers(question, text)) / total


def _keys(text: str, accented: bool) -> list[str]:
    to_key = syllable_key if accented else folded_key
    return [to_key(word) for word in words(text)]
