"""Hits → citations: the exact quote, its place, and the sentence that answers."""

from retrieval.definitions import defines
from retrieval.evidence import Wanted, coverage, found, pair_coverage
from retrieval.passage_table import PassageTable
from retrieval.text import sentence_spans
from retrieval.text.questions import DefinitionQuestion
from retrieval.types import Citation, Hit, Passage, Sentence

_MIN_SENTENCE_SCORE = 0.25
"""A sentence that shares less than this with the question is not marked: unsure is unmarked."""

_PAIR_WEIGHT = 0.5
_DEFINITION_WEIGHT = 0.5
_LENGTH_PENALTY_PER_WORD = 0.001
"""Among sentences that share as much, the shorter one says it more plainly."""


def cite(
    hit: Hit, passages: PassageTable, wanted: Wanted, definition: DefinitionQuestion | None
) -> Citation:
    """Return the citation of `hit`."""
    passage = passages[hit.passage]
    return Citation(
        rank=hit.rank,
        score=hit.score,
        document=passages.document_of(hit.passage),
        passage=passage.number,
        start=passage.start,
        end=passage.end,
        quote=passage.text,
        heading=passage.heading,
        sentence=answering_sentence(passage, wanted, definition),
    )


def answering_sentence(
    passage: Passage, wanted: Wanted, definition: DefinitionQuestion | None
) -> Sentence | None:
    """Return the sentence of `passage` that best answers, or None when none clearly does."""
    chosen: tuple[float, int, int] | None = None
    for start, end in sentence_spans(passage.text):
        score = _sentence_score(passage.text[start:end], wanted, definition)
        if score >= _MIN_SENTENCE_SCORE and (chosen is None or score > chosen[0]):
            chosen = (score, start, end)
    if chosen is None:
        return None
    _, start, end = chosen
    return Sentence(passage.start + start, passage.start + end, passage.text[start:end])


def _sentence_score(text: str, wanted: Wanted, definition: DefinitionQuestion | None) -> float:
    has = found(text, wanted.accented)
    score = coverage(wanted, has) + _PAIR_WEIGHT * pair_coverage(wanted, has)
    if score == 0:
        return 0.0
    if definition is not None and defines(definition, text):
        score += _DEFINITION_WEIGHT
    return score - _LENGTH_PENALTY_PER_WORD * len(text.split())
