"""One passage at a time: the next of an answer, or one among its neighbours. Knows no telegram.

Each page is one message, so that it can take the place of another.
"""

from dataclasses import replace
from html import escape

from bot.buttons import shortened, units
from bot.links import Found, KeptPassage
from bot.render import MAX_UNITS, citation_blocks, place_line
from bot.texts import Sentences
from retrieval.citing import quote
from retrieval.passage_table import PassageTable
from retrieval.types import Citation, Hit, Sentence

_QUOTE_UNITS = 2_400
_NEIGHBOUR_UNITS = 600


def cited(found: Found, kept: KeptPassage | None = None) -> Citation:
    """Return the citation of a passage; what was marked of it is, unless its words have changed."""
    citation = quote(Hit(found.index, 0.0, 1), found.table)
    if kept is None or found.changed or not kept.first < kept.last <= len(citation.quote):
        return citation
    marked = citation.quote[kept.first : kept.last]
    start = citation.start + kept.first
    return replace(citation, sentence=Sentence(start, start + len(marked), marked))


def passage_page(citation: Citation, page: int, count: int, say: Sentences) -> str:
    """Return the message that shows a passage, the `page`th, from 0, of `count` found."""
    head = _note(say.page_of.format(number=page + 1, count=count))
    return "\n\n".join([head, *citation_blocks(citation, say, lead=True, brief=True)])


def context_page(found: Found, say: Sentences) -> str:
    """Return the message that shows a passage between its neighbours, with its headings."""
    citation = cited(found)
    head = [_note(say.passage_changed)] if found.changed else []
    if citation.heading:
        head.append(f"<b>{_plain(shortened(citation.heading, _NEIGHBOUR_UNITS))}</b>")
    quoted, place = _block(citation.quote, _QUOTE_UNITS), place_line(citation, say)
    before, after = _neighbours(found.index, found.table)
    shown = [_plain(_end_of(text)) for text in before]
    shown += [quoted, *(_plain(shortened(text, _NEIGHBOUR_UNITS)) for text in after)]
    page = "\n\n".join([*head, *shown, place])
    # Tags are counted too, as in `render`; without the neighbours it fits in any case.
    return page if units(page) <= MAX_UNITS else "\n\n".join([*head, quoted, place])


def _neighbours(index: int, table: PassageTable) -> tuple[list[str], list[str]]:
    """Return the passages right before and right after one, of the same document."""
    here = table[index]
    before = [table[index - 1].text] if here.number > 1 else []
    follows = index + 1 < len(table) and table[index + 1].document_id == here.document_id
    return before, [table[index + 1].text] if follows else []


def _block(text: str, limit: int) -> str:
    return f"<blockquote expandable>{_plain(shortened(text, limit))}</blockquote>"


def _end_of(text: str) -> str:
    return (
        text if units(text) <= _NEIGHBOUR_UNITS else f"…{text[-_NEIGHBOUR_UNITS // 2 :].lstrip()}"
    )


def _note(text: str) -> str:
    return f"<i>{_plain(text)}</i>"


def _plain(text: str) -> str:
    return escape(text, quote=False)
