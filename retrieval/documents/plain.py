"""Plain text → titles, headings and paragraphs, judged by layout alone."""

import re
from functools import cache
from importlib.resources import files
from itertools import pairwise

from retrieval.documents.draft import DraftBlock
from retrieval.text import canonical_text, fold
from retrieval.types import BlockKind

_MAX_HEADING_CHARS = 160
_MAX_HEADING_WORDS = 28
_MAX_WRAP_CHARS = 200
_FULL_LINE_SHARE = 0.7
_FULL_LINES = 0.98
"""Share of the lines that are no longer than a full one."""
_WRAPPED_SHARE = 0.3
_ENDS_SENTENCE = re.compile(r"[.!?;:,…][\"'”’»)\]]*$")
_LIST_ITEM = re.compile(r"^(?:[-–•*+]|\d{1,3}[.)]|[a-zđ][.)]|\(\w{1,3}\))\s")
_NUMBERED_HEADING = re.compile(
    r"^(?:(?:phan|chuong|muc|dieu|part|chapter|section|article)\s+[\divxlc]+\b|[ivxlc]{1,5}\.\s)"
)


def plain_blocks(text: str) -> list[DraftBlock]:
    """Return the blocks of `text`: a first line that looks like one is the title.

    Hard-wrapped lines are joined; where lines are not wrapped, each is a paragraph of its own.
    Left-over lines of a web page before and after the text proper are dropped.
    """
    paragraphs = _without_leftovers(_paragraphs(canonical_text(text)))
    kinds = [looks_like_heading(paragraph) for paragraph in paragraphs]
    if all(kinds):
        # Nothing but short lines (a list, a poem): they are the text, not its headings.
        kinds = [False] * len(kinds)
    blocks = [
        DraftBlock(
            BlockKind.HEADING if heading else BlockKind.PARAGRAPH, paragraph, 2 if heading else 0
        )
        for paragraph, heading in zip(paragraphs, kinds, strict=True)
    ]
    if blocks and blocks[0].kind is BlockKind.HEADING:
        blocks[0] = DraftBlock(BlockKind.TITLE, blocks[0].text)
    return blocks


def _paragraphs(text: str) -> list[str]:
    groups = [group.split("\n") for group in text.split("\n\n")]
    width = _width([len(line) for group in groups for line in group])
    if not _is_wrapped(groups, width):
        return [line for group in groups for line in group if line]
    return [paragraph for group in groups for paragraph in _unwrap(group, width)]


def _width(lengths: list[int]) -> int:
    """Return how long a full line is; a few are longer, such as the row of a table."""
    return sorted(lengths)[int(_FULL_LINES * (len(lengths) - 1))] if lengths else 0


def _is_wrapped(groups: list[list[str]], width: int) -> bool:
    if width > _MAX_WRAP_CHARS:
        return False
    pairs = [pair for group in groups for pair in pairwise(group)]
    full = _FULL_LINE_SHARE * width
    running = sum(1 for one, next_ in pairs if len(one) >= full and _runs_on(one, next_))
    return bool(pairs) and running >= _WRAPPED_SHARE * len(pairs)


def _runs_on(first: str, second: str) -> bool:
    return second[:1].islower() and not _LIST_ITEM.match(second) and not first.endswith(".")


def _unwrap(lines: list[str], width: int) -> list[str]:
    paragraphs: list[str] = []
    previous = ""
    for line in lines:
        follows = _runs_on(previous, line) or (
            len(previous) >= _FULL_LINE_SHARE * width and not _LIST_ITEM.match(line)
        )
        if paragraphs and follows:
            paragraphs[-1] += " " + line
        elif line:
            paragraphs.append(line)
        previous = line
    return paragraphs


def looks_like_heading(paragraph: str) -> bool:
    """Return whether a paragraph reads like a heading: short, and no sentence."""
    if "\n" in paragraph or len(paragraph) > _MAX_HEADING_CHARS:
        return False
    if _NUMBERED_HEADING.match(fold(paragraph)):
        return not paragraph.endswith((";", ":"))
    if _LIST_ITEM.match(paragraph) or _ENDS_SENTENCE.search(paragraph):
        return False
    return len(paragraph.split()) <= _MAX_HEADING_WORDS and any(map(str.isalpha, paragraph))


@cache
def _leftovers() -> frozenset[str]:
    lines = (files(__package__) / "leftovers.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(fold(line.strip()) for line in lines if line.strip() and line[0] != "#")


def _without_leftovers(paragraphs: list[str]) -> list[str]:
    first, last = 0, len(paragraphs)
    while last > first and _is_leftover(paragraphs[last - 1]):
        last -= 1
    while first < last and _is_leftover(paragraphs[first]):
        first += 1
    return paragraphs[first:last]


def _is_leftover(paragraph: str) -> bool:
    return fold(paragraph).strip(" .:…»>|()0123456789") in _leftovers()
