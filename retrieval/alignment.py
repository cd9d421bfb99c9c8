"""How much of a question a text says: word by word, and by meaning.

Each word of the question is held against the words of a passage by the cosine of their vectors in
the bundled model, so `qua đời` finds `mất`, `de an` finds `đề án` and `population` finds `dân số`.
How much a word counts is the length of its vector: training made short what tells nothing.
Owns the question's side and the match; what the words of a passage are is `word_table`'s.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from retrieval.embedding import BUNDLED_MODEL
from retrieval.errors import EmbedderError
from retrieval.text import fold, normalise_spelling
from retrieval.text.abbreviations import expansions
from retrieval.text.asking import is_question_word, stands_for_the_answer
from retrieval.text.numbers import document_numbers
from retrieval.text.quantities import quantities
from retrieval.text.spelling import folded_key, syllable_key
from retrieval.text.terms import words
from retrieval.token_vectors import TokenVectors, Words, load_token_vectors
from retrieval.word_table import PassageWords

SAME = 0.95
"""Cosine from which two words are one, in any spelling that the model knows."""

CLOSENESS_FILE = "alignment.json"
"""Lies in the bundled model's folder: how much of a word is said at each of `COSINES`, 0 to 1."""
COSINES = (0.0, 0.15, 0.3, 0.45, 0.6, 0.75, 0.9, 1.0)

_KNOWN = 0.3
"""Share of a question's words from which likeness means anything; a question in a language that the
model never learned is taken to the letter."""

_LONGEST_RUN = 4
"""Words; `xa hoi chu nghia` is one word with its marks."""

Cosines = NDArray[np.float32]
"""(parts, m): the best cosine of each question word in each part of a passage; -1 in an empty part.
Part 0 is the passage's context, the others its sentences."""


@dataclass(frozen=True, slots=True)
class _OtherName:
    """What some words of the question are also called.

    Attributes:
        covers: Which words.
        first: Its first row in `AskedWords.vectors`.
        tells: (n,) float32, share of each of its words; sums to 1.
    """

    covers: NDArray[np.int64]
    first: int
    tells: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Bare:
    """Neighbouring words of a question typed without marks, which may be one word with them.

    Attributes:
        key: `_bare_key` of their letters.
        start: The first of them.
        end: The one after the last.
    """

    key: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class AskedWords:
    """The words of a question, as the bundled model cuts them.

    Attributes:
        question: In canonical form.
        vectors: (r, dimension) float32 unit rows: the m words, then those of their other names.
        norms: (m,) float32, how much each word tells.
        weights: (m,) float32, what each counts for; those that only ask count nothing; sum 1.
        asks: (m,) bool, whether a word stands where the answer would: `ai`, `nào`, `when`.
        bare: Every run of words that could be one, where they were typed without marks.
        signs: (m, 4) float32: nearness to such a word, whether right before it, a name, a figure.
        numbered: Words that are part of a document's number.
        numbers: The keys of each document number asked for, the most exact last.
        others: What words are also called: abbreviated, spelled out, another form of a number.
        known: Share, 0 to 1, of the weights on words that the model knows whole. Of a question
            in a language that it never learned it knows few.
    """

    question: str
    vectors: NDArray[np.float32]
    norms: NDArray[np.float32]
    weights: NDArray[np.float32]
    asks: NDArray[np.bool_]
    bare: tuple[_Bare, ...]
    signs: NDArray[np.float32]
    numbered: NDArray[np.int64]
    numbers: tuple[tuple[str, ...], ...]
    others: tuple[_OtherName, ...]
    known: float


def word_vectors() -> TokenVectors:
    """Return the bundled model's, whatever model embeds passages."""
    return load_token_vectors(BUNDLED_MODEL)


@lru_cache(maxsize=256)
def asked_words(question: str) -> AskedWords:
    """Return the words of `question`, in canonical form."""
    vectors = word_vectors()
    spelled = normalise_spelling(question)
    cut, spans = vectors.words_at(spelled)
    written = [spelled[start:end] for start, end in spans]
    accented = fold(spelled) != spelled.lower()
    rows = vectors.vectors(cut)
    norms = np.linalg.norm(rows, axis=1).astype(np.float32)
    weights = _weights(norms, [_only_asks(word, accented) for word in written])
    asks = np.array([_stands_for_the_answer(word) for word in written], dtype=np.bool_)
    mentions = document_numbers(spelled)
    numbered = [
        index
        for index, (start, end) in enumerate(spans)
        if any(mention.start <= start and end <= mention.end for mention in mentions)
    ]
    others, their_rows = _other_names(spelled, written, len(rows), vectors)
    return AskedWords(
        question=question,
        vectors=_unit(np.vstack([rows, *their_rows])),
        norms=norms,
        weights=weights,
        asks=asks,
        bare=() if accented else tuple(_bare_runs(written)),
        signs=_signs(spelled, spans, asks),
        numbered=np.array(numbered, dtype=np.int64),
        numbers=tuple(mention.keys for mention in mentions),
        others=others,
        known=float(weights[cut.lengths == 1].sum()) if len(weights) else 0.0,
    )


def weighed_words(question: str) -> list[tuple[str, float]]:
    """Return the words of a canonical `question` as written, and what each counts for; sum 1."""
    spelled = normalise_spelling(question)
    _, spans = word_vectors().words_at(spelled)
    weights = asked_words(question).weights.tolist()
    return [
        (spelled[start:end], weight) for (start, end), weight in zip(spans, weights, strict=True)
    ]


def cosines(asked: AskedWords, passages: PassageWords) -> list[Cosines]:
    """Return the match of the question with each of some passages, in their order."""
    if not len(passages.counts):
        return []
    own = _by_word(asked.vectors, passages)
    if asked.bare:
        # `de an` is `đề án` to whoever types without marks, and `dễ ăn` too.
        keys = _bare_keys(passages.words)
        for run in asked.bare:
            own[keys == run.key, run.start : run.end] = 1.0
    starts = np.cumsum(passages.parts) - passages.parts
    best = np.full((len(passages.parts), len(asked.vectors)), -1, dtype=np.float32)
    filled = passages.parts > 0
    if filled.any():
        best[filled] = np.maximum.reduceat(own, starts[filled])
    for other in asked.others:
        rows = best[:, other.first : other.first + len(other.tells)]
        best[:, other.covers] = np.maximum(best[:, other.covers], (rows @ other.tells)[:, None])
    if asked.known < _KNOWN:
        best[(best > 0) & (best < SAME)] = 0.0
    edges = np.cumsum(passages.counts)[:-1]
    return np.split(best[:, : len(asked.norms)], edges)


def _bare_runs(written: list[str]) -> Iterator[_Bare]:
    folded = [fold(word) for word in written]
    for start in range(len(folded)):
        for end in range(start + 1, min(start + _LONGEST_RUN, len(folded)) + 1):
            yield _Bare(_bare_key(" ".join(folded[start:end])), start, end)


def _bare_key(folded: str) -> int:
    return int.from_bytes(hashlib.blake2b(folded.encode(), digest_size=7).digest(), "big")


def _bare_keys(words: Words) -> NDArray[np.int64]:
    """Return (w,): equal numbers for words that differ in their marks only.

    It is -1 for a word of several tokens: no vocabulary has it in both spellings.
    """
    keys = _bare_keys_of_tokens()
    first = words.tokens[words.starts]
    for token in np.unique(first[keys[first] < 0]).tolist():
        keys[token] = _bare_key(fold(word_vectors().written(token)))
    return np.where(words.lengths == 1, keys[first], -1)


@cache
def _bare_keys_of_tokens() -> NDArray[np.int64]:
    """Return (vocabulary,): filled as tokens are met; all of them would delay a first question."""
    return np.full(word_vectors().vocabulary, -1, dtype=np.int64)


def closeness(values: Cosines) -> NDArray[np.float64]:
    """Return how much of each word is said, 0 to 1, at these cosines; linear between `COSINES`."""
    return np.interp(values, COSINES, _said())


@cache
def _said() -> tuple[float, ...]:
    path = BUNDLED_MODEL / CLOSENESS_FILE
    try:
        said = json.loads(path.read_text(encoding="utf-8"))["said"]
        return tuple(map(float, said))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EmbedderError(f"{path} is not readable") from error


def shares_said(
    asked: AskedWords, passages: Sequence[Cosines]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return two shares, 0 to 1, of the question for each of the p `passages`.

    (p,), what a passage with its context says, and (p,), what its best single sentence does.
    """
    if not len(passages):
        return np.zeros(0), np.zeros(0)
    counts = np.array([len(values) for values in passages])
    starts = np.cumsum(counts) - counts
    said = closeness(np.concatenate(passages))  # (parts of all, words)
    weights = asked.weights.astype(np.float64)
    whole = np.maximum.reduceat(said, starts) @ weights
    by_part = np.maximum(said, np.repeat(said[starts], counts, axis=0)) @ weights
    # A context is no sentence, unless it is all there is.
    by_part[starts[counts > 1]] = 0.0
    return whole, np.maximum.reduceat(by_part, starts)


def share_with(asked: AskedWords, values: Cosines, least: float = SAME) -> float:
    """Return the share, 0 to 1, of the question's words that a passage has at least so nearly."""
    return float((values.max(axis=0) >= least) @ asked.weights) if len(values) else 0.0


def _by_word(vectors: NDArray[np.float32], passages: PassageWords) -> NDArray[np.float32]:
    """Return (w, r) cosines of every word of the passages; a word's row is its tokens' sum."""
    words = passages.words
    if not len(words.tokens):
        return np.zeros((0, len(vectors)), dtype=np.float32)
    tokens, places = np.unique(words.tokens, return_inverse=True)  # less than half are left
    by_token = word_vectors().products(tokens, vectors)[places]  # (t, r)
    by_word: NDArray[np.float32] = np.add.reduceat(by_token, words.starts)
    by_word /= np.maximum(passages.norms, 1e-6)[:, None]
    return by_word


def _weights(norms: NDArray[np.float32], only_ask: list[bool]) -> NDArray[np.float32]:
    weights = norms * ~np.array(only_ask, dtype=np.bool_)
    if not weights.any():
        weights = norms
    total = weights.sum()
    shares: NDArray[np.float32] = weights / total if total else weights
    return shares


def _only_asks(word: str, accented: bool) -> bool:
    to_key = syllable_key if accented else folded_key
    return all(is_question_word(to_key(part), accented) for part in words(word))


def _stands_for_the_answer(word: str) -> bool:
    return any(stands_for_the_answer(syllable_key(part)) for part in words(word))


def _signs(text: str, spans: list[tuple[int, int]], asks: NDArray[np.bool_]) -> NDArray[np.float32]:
    places = np.flatnonzero(asks).tolist()
    signs = []
    for index, (start, end) in enumerate(spans):
        word, near, before = text[start:end], 0.0, False
        if places and index not in places:
            near = 1 / (1 + min(abs(place - index) for place in places))
            before = index + 1 in places
        is_name = start > 0 and word != word.lower()
        signs.append((near, before, is_name, any(map(str.isdigit, word))))
    return np.array(signs, dtype=np.float32).reshape(len(spans), 4)


def _other_names(
    question: str, written: list[str], first: int, vectors: TokenVectors
) -> tuple[tuple[_OtherName, ...], list[NDArray[np.float32]]]:
    """Return the other names of the question's words, and their words' rows from `first` on."""
    places = [(syllable_key(w), i) for i, word in enumerate(written) for w in words(word)]
    names: list[_OtherName] = []
    rows: list[NDArray[np.float32]] = []
    for synonyms in (*expansions(question), *quantities(question)):
        covers = _covered(places, synonyms.keys)
        if not covers:
            continue
        for cut in vectors.words([normalise_spelling(way.phrase) for way in synonyms.ways]):
            own = vectors.vectors(cut)
            norms = np.linalg.norm(own, axis=1)
            if norms.sum():
                tells = norms / norms.sum()
                names.append(_OtherName(np.array(covers, dtype=np.int64), first, tells))
                rows.append(own)
                first += len(norms)
    return tuple(names), rows


def _covered(places: list[tuple[str, int]], keys: tuple[str, ...]) -> list[int]:
    """Return the words that a run of syllables makes up; none where it takes a part of one."""
    for start in range(len(places) - len(keys) + 1):
        run = places[start : start + len(keys)]
        if tuple(key for key, _ in run) == keys:
            inside = {index for _, index in run}
            outside = {index for _, index in (*places[:start], *places[start + len(keys) :])}
            return sorted(inside - outside)
    return []


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: NDArray[np.float32] = (rows / np.maximum(lengths, 1e-6)).astype(np.float32)
    return unit
