"""Hits → citations: the exact quote, its place, and the sentence that answers."""

import math
import re
from collections.abc import Mapping, Sequence

from retrieval.definitions import defines
from retrieval.evidence import (
    NUMBER_RARITY,
    Found,
    Wanted,
    coverage,
    pair_coverage,
    sentences_found,
)
from retrieval.passage_table import PassageTable
from retrieval.text import sentence_spans
from retrieval.text.kinds import Kind, has_kind
from retrieval.text.questions import DefinitionQuestion
from retrieval.types import Citation, Hit, Passage, Sentence

_MIN_SHARED = 0.1
"""A sentence that shares less than this with the question is not marked: unsure is unmarked."""

# Beside the share of telling words, which is at most 1; learned on the hand-written questions of
# the development split (DESIGN.md, section 8).
_KIND_BONUS = {Kind.COUNT: 0.45, Kind.TIME: 0.6, Kind.PLACE: 0.17, Kind.REASON: 0.33}
_DEFINITION_BONUS = 0.5
_CARRIED = 0.4
"""Of what the sentence before shares, what counts for one that goes on about the same thing."""
_GOES_ON = re.compile(
    r"(?:Ông|Bà|Anh|Chị|Cô|Họ|Nó|Chúng|Đây|Đó|(?:Khi|Lúc|Sau|Trước|Trong|Tại|Từ|Theo|Do|Vì) đó"
    r"|Nay|Nguyên nhân|Lý do|Những \w+(?: \w+)? (?:này|đó|ấy)"
    r"|He|She|It|They|This|These|That|Those|There|His|Her|Its|Their)\b"
)
_LENGTH_PENALTY_PER_WORD = 0.001
"""Among sentences that share as much, the shorter one says it more plainly."""


def cite(
    hit: Hit, passages: PassageTable, wanted: Wanted, definition: DefinitionQuestion | None
) -> Citation:
    """Return the citation of `hit`."""
    passage = passages[hit.passage]
    document = passages.document_of(hit.passage)
    return Citation(
        rank=hit.rank,
        score=hit.score,
        document=document,
        passage=passage.number,
        start=passage.start,
        end=passage.end,
        quote=passage.text,
        heading=passage.heading,
        sentence=answering_sentence(passage, wanted, definition, document.title),
    )


def answering_sentence(
    passage: Passage, wanted: Wanted, definition: DefinitionQuestion | None, title: str = ""
) -> Sentence | None:
    """Return the sentence of `passage` that best answers, or None when none clearly does.

    A word that every sentence of the passage has does not tell them apart, so words are weighed
    by how few have them; a sentence with a number, a date, a place or a reason where one is
    asked for counts more.
    """
    spans = sentence_spans(passage.text)
    texts = [passage.text[start:end] for start, end in spans]
    has = sentences_found(passage.text, f"{title}\n{passage.heading}", wanted)
    telling = _telling(wanted, has)
    chosen: tuple[float, int, int] | None = None
    before = 0.0
    for (start, end), text, words in zip(spans, texts, has, strict=True):
        carried, before = _CARRIED * before, _share(telling, words)
        if coverage(wanted, words) + pair_coverage(wanted, words) / 2 < _MIN_SHARED:
            continue
        score = _share(telling, words) + _bonus(text, wanted, definition)
        score += carried if _GOES_ON.match(text) else 0.0
        score -= _LENGTH_PENALTY_PER_WORD * len(text.split())
        if chosen is None or score > chosen[0]:
            chosen = (score, start, end)
    if chosen is None:
        return None
    _, start, end = chosen
    return Sentence(passage.start + start, passage.start + end, passage.text[start:end])


def _telling(wanted: Wanted, sentences: Sequence[Found]) -> dict[str, float]:
    """Return the wanted keys that some sentence has, weighed by how few sentences have them."""
    weights: dict[str, float] = {}
    wanted_keys = {**wanted.weights, **{keys[0]: NUMBER_RARITY for keys in wanted.numbers}}
    for key, rarity in wanted_keys.items():
        having = sum(key in words.keys or key in words.numbers for words in sentences)
        if having:
            weights[key] = rarity * math.log(1 + len(sentences) / having)
    return weights


def _share(weights: Mapping[str, float], words: Found) -> float:
    total = sum(weights.values())
    own = sum(w for key, w in weights.items() if key in words.keys or key in words.numbers)
    return own / total if total else 0.0


def _bonus(text: str, wanted: Wanted, definition: DefinitionQuestion | None) -> float:
    bonus = sum(_KIND_BONUS[kind] for kind in wanted.kinds if has_kind(kind, text, wanted.question))
    if definition is not None and defines(definition, text):
        bonus += _DEFINITION_BONUS
    return bonus
