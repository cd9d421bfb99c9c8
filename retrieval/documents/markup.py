"""Marked-up text → blocks: the elements of HTML, and those that trafilatura makes of them.

Owns what an element means for reading: a heading, a paragraph, a list item, a row of a table.
"""

import re
from collections.abc import Iterator

from lxml import etree

from retrieval.documents.draft import DraftBlock
from retrieval.types import BlockKind

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_ROWS = frozenset({"tr", "row"})
_CELLS = frozenset({"td", "th", "cell"})
_ITEMS = frozenset({"li", "item"})
_TEXT = _ITEMS | frozenset("p dt dd pre blockquote quote figcaption code".split())
_BREAKS = frozenset({"br", "lb"})
_BOXES = frozenset(
    """
    div section article main body table tbody thead tfoot ul ol dl list form fieldset aside
    header footer figure details summary center hr
    """.split()
)
_SKIPPED = frozenset({"script", "style", "head", "nav", "template", "noscript", "svg", "comments"})
_MARKED = re.compile(r"\s*(?:[-–•*+]|\d{1,3}[.)]|[a-zđ][.)])\s")
_MAX_DEPTH = 200


def markup_blocks(root: etree._Element, *, trafilatura: bool = False) -> list[DraftBlock]:
    """Return the headings and paragraphs below `root`, in order; a table row is a paragraph.

    Args:
        root: An element of HTML, or of trafilatura's own XML.
        trafilatura: In its XML `head` is a heading, in HTML what is never shown.
    """
    return [block for block in _walk(root, trafilatura, 0) if block.text.strip()]


def _walk(element: etree._Element, trafilatura: bool, depth: int) -> Iterator[DraftBlock]:
    if depth > _MAX_DEPTH or not isinstance(element.tag, str):
        return
    tag = etree.QName(element).localname.lower()
    if tag == "head" and trafilatura:
        level = _HEADINGS.get(element.get("rend", ""), 2)
        yield DraftBlock(BlockKind.HEADING, _words(element), level)
    elif tag in _SKIPPED:
        return
    elif tag in _HEADINGS:
        yield DraftBlock(BlockKind.HEADING, _words(element), _HEADINGS[tag])
    elif tag in _ROWS:
        cells = [_words(cell) for cell in element if _local(cell) in _CELLS]
        yield DraftBlock(BlockKind.PARAGRAPH, " | ".join(filter(None, map(str.strip, cells))))
    elif tag in _TEXT and not _has_blocks(element):
        words = _words(element)
        if tag in _ITEMS and words.strip() and not _MARKED.match(words):
            words = f"- {words.strip()}"
        yield DraftBlock(BlockKind.PARAGRAPH, words)
    else:
        yield from _mixed(element, trafilatura, depth)


def _mixed(element: etree._Element, trafilatura: bool, depth: int) -> Iterator[DraftBlock]:
    """Yield the blocks inside an element; words between them are paragraphs too."""
    loose = element.text or ""
    for child in element:
        if _is_inline(child):
            loose += _words(child) + (child.tail or "")
            continue
        yield DraftBlock(BlockKind.PARAGRAPH, loose)
        yield from _walk(child, trafilatura, depth + 1)
        loose = child.tail or ""
    yield DraftBlock(BlockKind.PARAGRAPH, loose)


def _has_blocks(element: etree._Element) -> bool:
    return any(not _is_inline(child) for child in element)


def _is_inline(element: etree._Element) -> bool:
    tag = _local(element)
    if tag in _BREAKS or not tag:
        return True
    block = tag in _HEADINGS or tag in _TEXT or tag in _ROWS or tag in _SKIPPED
    return not block and not any(not _is_inline(child) for child in element) and tag not in _BOXES


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname.lower() if isinstance(element.tag, str) else ""


def _words(element: etree._Element) -> str:
    pieces = [element.text or ""]
    for child in element:
        tag = _local(child)
        if tag in _BREAKS:
            pieces.append("\n")
        elif tag and tag not in _SKIPPED:
            pieces.append(_words(child))
        pieces.append(child.tail or "")
    return "".join(pieces)
