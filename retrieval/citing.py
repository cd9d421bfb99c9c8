"""Hits → citations: the exact quote, its place, and the sentence that answers."""

from retrieval.alignment import AskedWords, Cosines
from retrieval.answering import best_sentence
from retrieval.passage_table import PassageTable
from retrieval.text import sentence_spans
from retrieval.text.clauses import place_in_statute
from retrieval.text.questions import DefinitionQuestion
from retrieval.types import Citation, Hit, Passage, Sentence
from retrieval.validity import has_lapsed


def cite(
    hit: Hit,
    passages: PassageTable,
    asked: AskedWords,
    values: Cosines | None,
    definition: DefinitionQuestion | None,
) -> Citation:
    """Return the citation of `hit`; `values` is its match, None where nothing may be marked."""
    passage = passages[hit.passage]
    sentence = None if values is None else answering_sentence(passage, asked, values, definition)
    return quote(hit, passages, sentence)


def quote(hit: Hit, passages: PassageTable, sentence: Sentence | None = None) -> Citation:
    """Return the citation of `hit`, with `sentence` marked."""
    passage, document = passages[hit.passage], passages.document_of(hit.passage)
    return Citation(
        rank=hit.rank,
        score=hit.score,
        document=document,
        passage=passage.number,
        start=passage.start,
        end=passage.end,
        quote=passage.text,
        heading=passage.heading,
        sentence=sentence,
        page=passage.page,
        clause=_clause(passage, sentence),
        lapsed=has_lapsed(document),
    )


def _clause(passage: Passage, sentence: Sentence | None) -> str:
    until = None if sentence is None else sentence.start - passage.start
    return place_in_statute(passage.heading, passage.text, until)


def answering_sentence(
    passage: Passage, asked: AskedWords, values: Cosines, definition: DefinitionQuestion | None
) -> Sentence | None:
    """Return the sentence of `passage` that best answers, or None when none clearly does.

    Args:
        passage: The passage.
        asked: The question's words.
        values: (1 + sentences, words), how nearly the passage says them.
        definition: What the question asks the meaning of, if that is what it asks.
    """
    spans = sentence_spans(passage.text)
    texts = [passage.text[start:end] for start, end in spans]
    best = best_sentence(asked, values, texts, definition)
    if best is None:
        return None
    start, end = spans[best]
    return Sentence(passage.start + start, passage.start + end, texts[best])
