"""The tokenizer: a unigram vocabulary whose tokens may span several Vietnamese syllables.

Vietnamese writes a space between syllables, not words: `hệ thống` is one word. Averaged token
vectors cannot compose syllables, so frequent collocations are tokens of their own, in the
accented and in the accent-stripped form (where a syllable alone says least). Owns the choice
of tokens and their scores; refuses to know vectors.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

SPACE = "▁"
UNKNOWN = "[UNK]"
_CLAUSE_BREAK = re.compile(r"[^\w\s]+|_+")
_LEAST_COUNT = 3
"""How often a word that is kept whole counts as seen: enough to win over its pieces."""
_SEPARATORS = r"\s*(?:[^\w\s]|_)+\s*"


@dataclass(frozen=True, slots=True)
class TokenizerSize:
    """How many tokens of each kind the vocabulary may hold.

    Attributes:
        words: whole words, syllables and pieces, all languages together.
        phrases: two-syllable collocations with accents.
        bare_phrases: the same without accents.
    """

    words: int = 34_000
    phrases: int = 19_000
    bare_phrases: int = 13_000


def clauses(text: str) -> Iterator[list[str]]:
    """Yield the lower-case words of each punctuation-delimited part of a canonical text."""
    for part in _CLAUSE_BREAK.split(text.lower()):
        words = part.split()
        if words:
            yield words


def count_words(texts: Iterable[str]) -> tuple[Counter[str], Counter[tuple[str, str]]]:
    """Count words and pairs of neighbouring words that no punctuation separates."""
    words: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    for text in texts:
        for clause in clauses(text):
            words.update(clause)
            pairs.update(pairwise(clause))
    return words, pairs


def collocations(
    words: Counter[str],
    pairs: Counter[tuple[str, str]],
    limit: int,
    *,
    min_count: int = 12,
    min_npmi: float = 0.25,
) -> list[tuple[str, int]]:
    """Pick word pairs that belong together, most frequent first.

    Args:
        words: how often each word occurs.
        pairs: how often each pair of neighbours occurs.
        limit: how many to return at most.
        min_count: rarer pairs have no vector worth learning.
        min_npmi: least normalised pointwise mutual information, in [-1, 1]; drops frequent
            neighbours without a bond ("của các").
    """
    total = max(1, sum(words.values()))
    chosen: list[tuple[str, int]] = []
    for (first, second), count in pairs.most_common():
        if count < min_count or len(chosen) == limit:
            break
        if not (first.isalpha() and second.isalpha()):
            continue
        information = math.log(count * total / (words[first] * words[second]))
        if information / -math.log(count / total) >= min_npmi:
            chosen.append((f"{SPACE}{first}{SPACE}{second}", count))
    return chosen


def build_tokenizer(
    texts: Sequence[str],
    bare_texts: Sequence[str],
    other: Sequence[str],
    size: TokenizerSize,
    kept_whole: Iterable[str] = (),
) -> Tokenizer:
    """Choose the vocabulary.

    Args:
        texts: Vietnamese texts, canonical.
        bare_texts: accent-stripped Vietnamese texts.
        other: texts in English and further languages.
        size: budget per kind of token.
        kept_whole: words that are tokens however rare they are, beyond the budget.

    Returns:
        A fast tokenizer that lower-cases, drops punctuation and ignores unknown characters
        (they share the one unknown token, whose vector is zero).
    """
    words, pairs = count_words(texts)
    bare_words, bare_pairs = count_words(bare_texts)
    other_words, _ = count_words(other)
    phrases = collocations(words, pairs, size.phrases)
    phrases += collocations(bare_words, bare_pairs, size.bare_phrases)
    del pairs, bare_pairs
    counts = words + bare_words + other_words
    pieces = _piece_counts(counts, size.words)
    for phrase, count in phrases:
        # A phrase written alike with and without accents ("an ninh") arrives twice.
        pieces[phrase] = max(pieces.get(phrase, 0), count)
    for word in kept_whole:
        token = f"{SPACE}{word.lower()}"
        pieces[token] = max(pieces.get(token, 0), counts[word.lower()], _LEAST_COUNT)
    total = sum(pieces.values())
    scored = [(UNKNOWN, 0.0)]
    scored += [(piece, math.log((n + 0.5) / total)) for piece, n in sorted(pieces.items())]
    tokenizer = Tokenizer(models.Unigram(scored, unk_id=0, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Lowercase(), normalizers.Replace(Regex(r"\s+"), " ")]
    )
    # Punctuation goes together with the spaces around it, so a clause begins with its word.
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_SEPARATORS), behavior="removed"),
            pre_tokenizers.Metaspace(replacement=SPACE, prepend_scheme="always", split=False),
        ]
    )
    return tokenizer


def _piece_counts(counts: Counter[str], size: int) -> dict[str, int]:
    """Learn word pieces by byte-pair merges and count them over all words."""
    bpe = Tokenizer(models.BPE(unk_token=UNKNOWN))
    bpe.pre_tokenizer = pre_tokenizers.Metaspace(replacement=SPACE, prepend_scheme="always")
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        min_frequency=2,
        limit_alphabet=3000,
        special_tokens=[UNKNOWN],
        show_progress=False,
    )
    # The trainer takes text, not counts; logarithmic steps of repetition would distort the
    # merges, so frequent words are written out proportionally, up to a bound that keeps it fast.
    bpe.train_from_iterator(_written_out(counts), trainer)
    pieces: dict[str, int] = dict.fromkeys(bpe.get_vocab(), 0)
    names = list(counts)
    for start in range(0, len(names), 50_000):
        part = names[start : start + 50_000]
        for word, encoding in zip(part, bpe.encode_batch(part), strict=True):
            for token in encoding.tokens:
                pieces[token] += counts[word]
    pieces.pop(UNKNOWN, None)
    # Single characters stay whatever their count: they are the way to spell the unforeseen.
    return {p: n for p, n in pieces.items() if n > 0 or len(p) <= 2}


def _written_out(counts: Counter[str]) -> Iterator[str]:
    """Yield lines in which each word occurs about as often as counted."""
    for word, count in sorted(counts.items()):
        if count >= 2:
            for start in range(0, count, 200):
                yield " ".join([word] * min(200, count - start))
