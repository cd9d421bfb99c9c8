"""Hits → citations: the exact quote, its place, and the sentence that answers."""

from retrieval.alignment import Cosines
from retrieval.answering import SentenceReader
from retrieval.passage_table import PassageTable
from retrieval.text import sentence_spans
from retrieval.text.clauses import place_in_statute
from retrieval.types import Citation, Hit, Passage, Sentence
from retrieval.validity import has_lapsed


def cite(
    hit: Hit, passages: PassageTable, reader: SentenceReader, values: Cosines | None
) -> Citation:
    """Return the citation of `hit`; `values` is its match, None where nothing may be marked."""
    passage = passages[hit.passage]
    sentence = None if values is None else answering_sentence(passage, reader, values)
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
    passage: Passage, reader: SentenceReader, values: Cosines
) -> Sentence | None:
    """Return the sentence of `passage` that best answers, or None when none clearly does.

    Args:
        passage: The passage.
        reader: Of the question.
        values: (1 + sentences, words), how nearly the passage says the question's words.
    """
    spans = sentence_spans(passage.text)
    texts = [passage.text[start:end] for start, end in spans]
    best = reader.best(values, texts)
    if best is None:
        return None
    start, end = spans[best]
    return Sentence(passage.start + start, passage.start + end, texts[best])
