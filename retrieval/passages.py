"""Document → passages: paragraphs with exact spans, headings as context.

A passage is what a reader can take in at once and what one embedding can stand for. Paragraphs
already are that, by their author's judgement; so a paragraph is a passage, unless it is too long
(then it is split between sentences) or a mere fragment (then it is joined to its neighbour).
What introduces a list takes in the items after it, as far as one passage goes; items that stand
apart have it among their headings, so that a point of a statute knows its clause.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from retrieval.text import sentence_spans
from retrieval.text.clauses import HEADING_SEPARATOR, clause_mark, is_article, point_mark
from retrieval.types import Block, BlockKind, Document, Passage

MAX_CHARS = 1_800
"""A longer paragraph is split. About 400 words: one Telegram message holds it with its citation."""

TARGET_CHARS = 1_000
"""What the pieces of a split paragraph aim at."""

MAX_PASSAGES = 200_000
"""Of one document; 50 MB of short lines could have ten times as many."""

MIN_WORDS = 8
"""A shorter paragraph that is no full sentence is a fragment."""

_TERMINAL = (".", "!", "?", "…", '."', ".”", ".)")
_MAX_LEAD_IN_CHARS = 200
"""Of what introduces a list ("2. Bộ Công an có trách nhiệm:"), kept above items on their own."""


@dataclass(slots=True)
class _Span:
    start: int
    end: int
    heading: str
    page: int


def split(document: Document) -> list[Passage]:
    """Return the passages of `document` in reading order, numbered from 1.

    Every letter of its paragraphs is in exactly one passage. Headings are context; one with
    nothing below it is joined to the passage before.
    """
    spans = list(_with_lists(document.text, _joined(document.text, list(_spans(document)))))
    pieces = [piece for span in spans for piece in _pieces(document.text, span)]
    return [
        Passage(
            document_id=document.id,
            number=number,
            start=piece.start,
            end=piece.end,
            text=document.text[piece.start : piece.end],
            heading=piece.heading,
            page=piece.page,
        )
        for number, piece in enumerate(pieces, start=1)
    ]


def _spans(document: Document) -> Iterator[_Span]:
    """Yield a span per paragraph; consecutive headings at the end become one too."""
    path: list[Block] = []
    pending: list[Block] = []
    for block in document.blocks:
        if block.kind is BlockKind.PARAGRAPH:
            pending.clear()
            titles = (document.text[b.start : b.end] for b in path)
            heading = HEADING_SEPARATOR.join(" ".join(title.split()) for title in titles)
            yield _Span(block.start, block.end, heading, block.page)
        elif block.kind is BlockKind.HEADING:
            path = [above for above in path if above.level < block.level] + [block]
            pending.append(block)
    if pending:
        yield _Span(pending[0].start, pending[-1].end, "", pending[0].page)


def _is_fragment(text: str) -> bool:
    return len(text.split()) < MIN_WORDS and not text.endswith(_TERMINAL)


def _joined(text: str, spans: list[_Span]) -> list[_Span]:
    """Join each fragment to the paragraph after it under the same heading, else to the one before.

    "Gồm:" belongs to what follows, a signature to what it signs.
    """
    joined: list[_Span] = []
    carried: _Span | None = None
    for span in spans:
        if carried is not None:
            if carried.heading == span.heading and span.end - carried.start <= MAX_CHARS:
                span = replace(span, start=carried.start, page=carried.page)
            else:
                _append_to_last(joined, carried)
            carried = None
        if _is_fragment(text[span.start : span.end]):
            carried = span
        else:
            joined.append(span)
    if carried is not None:
        _append_to_last(joined, carried)
    return joined


def _with_lists(text: str, spans: list[_Span]) -> Iterator[_Span]:
    """Join items to what introduces them, as far as TARGET_CHARS; tell the others what it was."""
    lead: _Span | None = None
    open_list: _Span | None = None
    for span in spans:
        inside = lead is not None and _belongs(text, lead, span)
        item = _is_item(text[span.start : span.end])
        if inside and item and open_list and span.end - open_list.start <= TARGET_CHARS:
            open_list = replace(open_list, end=span.end)
            continue
        if open_list is not None:
            yield open_list
            open_list = None
        if inside and lead is not None:
            yield replace(span, heading=_under(text, lead))
            continue
        introduces = text[span.start : span.end].endswith(":")
        lead = span if introduces or _is_clause(text, span) else None
        if introduces:
            open_list = span
        else:
            yield span
    if open_list is not None:
        yield open_list


def _belongs(text: str, lead: _Span, span: _Span) -> bool:
    """Return whether `span` is an item of what `lead` introduces, or goes on with its clause."""
    if lead.heading != span.heading:
        return False
    if _is_item(text[span.start : span.end]):
        return True
    return _is_clause(text, lead) and not _is_clause(text, span)


def _is_clause(text: str, span: _Span) -> bool:
    in_article = is_article(span.heading.rpartition(HEADING_SEPARATOR)[2])
    return in_article and bool(clause_mark(text[span.start : span.end]))


def _is_item(text: str) -> bool:
    return bool(point_mark(text)) or text.startswith(("- ", "– ", "+ ", "• ", "* "))


def _under(text: str, lead: _Span) -> str:
    words = " ".join(text[lead.start : lead.end].split())
    if len(words) > _MAX_LEAD_IN_CHARS:
        words = words[: _MAX_LEAD_IN_CHARS - 1].rstrip() + "…"
    return HEADING_SEPARATOR.join(filter(None, (lead.heading, words)))


def _append_to_last(joined: list[_Span], fragment: _Span) -> None:
    if joined and fragment.end - joined[-1].start <= MAX_CHARS:
        joined[-1] = replace(joined[-1], end=fragment.end)
    else:
        joined.append(fragment)


def _pieces(text: str, span: _Span) -> Iterator[_Span]:
    """Yield `span`, or balanced parts of it cut between sentences (or words, if need be)."""
    if span.end - span.start <= MAX_CHARS:
        yield span
        return
    start, goal = span.start, _goal_chars(span.end - span.start)
    for sentence_start, sentence_end in _units(text, span):
        # Cut where that comes nearest to the goal; a unit is at most TARGET_CHARS long.
        if sentence_start > start and (sentence_start + sentence_end) / 2 - start > goal:
            yield replace(span, start=start, end=_rstrip(text, start, sentence_start))
            start, goal = sentence_start, _goal_chars(span.end - sentence_start)
    yield replace(span, start=start)


def _goal_chars(length: int) -> float:
    return length / max(1, round(length / TARGET_CHARS))


def _units(text: str, span: _Span) -> Iterator[tuple[int, int]]:
    for first, last in sentence_spans(text[span.start : span.end]):
        start, end = span.start + first, span.start + last
        while end - start > TARGET_CHARS:
            cut = _word_boundary(text, start, start + TARGET_CHARS)
            yield start, cut
            start = cut + 1 if text[cut].isspace() else cut
        yield start, end


def _word_boundary(text: str, start: int, limit: int) -> int:
    """Return the best cut at or before `limit`: after a semicolon, else a space, else `limit`."""
    for mark in ("; ", " "):
        cut = text.rfind(mark, start + TARGET_CHARS // 2, limit)
        if cut > 0:
            return cut + len(mark) - 1
    return limit


def _rstrip(text: str, start: int, end: int) -> int:
    while end > start and text[end - 1].isspace():
        end -= 1
    return end
