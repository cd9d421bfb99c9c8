"""What a page of a document shows: a window of its passages, its headings, what is marked.

However long a document is, as much is looked at: a window of passages and some headings.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from bot.links import Found
from retrieval.passage_table import PassageTable
from retrieval.text.clauses import HEADING_SEPARATOR

WINDOW = 60
"""Passages on a page."""
_BEFORE = 20
"""Of these, how many stand before the one that a link leads to."""
_MOST_SECTIONS = 1_000
"""Headings that are looked at, nearest to where one reads."""
MOST_ENTRIES = 150
"""Of a table of contents."""


_Line = tuple[int, int, str]
"""First passage, level and words of a heading."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A passage on a page: what is before, in and after the part that is marked.

    Attributes:
        number: In its document, from 1.
        headings: What begins here: (level from 0, words) of each heading, outermost first.
        page: Where one begins here, from 1; else 0.
        cited: Whether it is the one that the address leads to.
    """

    number: int
    headings: Sequence[tuple[int, str]]
    page: int
    before: str
    marked: str
    after: str
    cited: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """The passages on a page, in order; numbers are of their document, from 1.

    Attributes:
        count: Of all passages of the document.
        earlier: Where the window before begins; 0 where this is the first.
        later: Where the one after does; 0 where this is the last.
    """

    passages: Sequence[Shown]
    count: int
    earlier: int
    later: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a table of contents: its first passage, its level from 0."""

    number: int
    level: int
    words: str
    current: bool = False


def window_around(number: int, count: int) -> int:
    """Return where the window begins that has passage `number` of `count` amid it."""
    return max(1, min(number - _BEFORE, count - WINDOW + 1))


def window_at(
    table: PassageTable, document: int, first: int, cited: Found | None, marked: tuple[int, int]
) -> Window:
    """Return the window that begins at passage `first` of a document.

    Args:
        table: Where the document is.
        document: By index from 0.
        first: A number from 1; what is beyond the document is its last.
        cited: The passage that the address leads to, if it does.
        marked: Characters of it, first and one past the last; equal for none.
    """
    start, count = int(table.starts[document]), table.documents[document].passages
    first = min(max(first, 1), count)
    last = min(first + WINDOW - 1, count)
    shown, above, page = [], "", 0
    for number in range(first, last + 1):
        index = start + number - 1
        passage = table[index]
        is_cited = cited is not None and cited.index == index
        begin, end = marked if is_cited else (0, 0)
        shown.append(
            Shown(
                number=number,
                headings=list(_new_parts(above, passage.heading)),
                page=passage.page if passage.page != page else 0,
                before=passage.text[:begin],
                marked=passage.text[begin:end],
                after=passage.text[end:],
                cited=is_cited,
            )
        )
        above, page = passage.heading, passage.page
    return Window(
        passages=shown,
        count=count,
        earlier=max(1, first - WINDOW) if first > 1 else 0,
        later=last + 1 if last < count else 0,
    )


def contents(table: PassageTable, document: int, here: int) -> tuple[list[Entry], bool]:
    """Return the table of contents of a document, and whether it is all of it.

    `here` is the passage that one reads, by number; its entry is the current one. Of a long table
    there are the outer levels and the section that one is in; of one longer still, what is near.
    """
    start, count = int(table.starts[document]), table.documents[document].passages
    headings = table.rows["heading"][start : start + count].astype(np.int64)
    changes = np.flatnonzero(np.diff(headings, prepend=-1))
    middle = int(np.searchsorted(changes, here - 1, side="right"))
    low = max(0, min(middle - _MOST_SECTIONS // 2, len(changes) - _MOST_SECTIONS))
    near = changes[low : low + _MOST_SECTIONS]
    lines: list[_Line] = []
    above = ""
    for at in map(int, near):
        heading = table.headings[int(headings[at])]
        lines += [(at + 1, level, words) for level, words in _new_parts(above, heading)]
        above = heading
    chosen = _fitting(lines, here)
    current = _reached(chosen, here) - 1
    entries = [Entry(*line, current=index == current) for index, line in enumerate(chosen)]
    return entries, len(chosen) == len(lines) and len(near) == len(changes)


def _fitting(lines: list[_Line], here: int) -> list[_Line]:
    """Return as many lines as a page has room for."""
    if len(lines) <= MOST_ENTRIES:
        return lines
    for deepest in range(max(level for _, level, _ in lines) - 1, -1, -1):
        outer = [line for line in lines if line[1] <= deepest]
        if len(outer) <= MOST_ENTRIES:
            reached = _reached(outer, here)
            begins = lines.index(outer[reached - 1]) + 1 if reached else 0
            ends = lines.index(outer[reached]) if reached < len(outer) else len(lines)
            own = _nearest(lines[begins:ends], here, MOST_ENTRIES - len(outer))
            return [*outer[:reached], *own, *outer[reached:]]
    return _nearest([line for line in lines if line[1] == 0], here, MOST_ENTRIES)


def _nearest(lines: list[_Line], here: int, most: int) -> list[_Line]:
    low = max(0, min(_reached(lines, here) - most // 2, len(lines) - most))
    return lines[low : low + most]


def _reached(lines: list[_Line], here: int) -> int:
    """Return how many lines have begun at passage `here`."""
    return bisect_right(lines, here, key=lambda line: line[0])


def _new_parts(above: str, heading: str) -> Iterator[tuple[int, str]]:
    """Yield (level, words) of the headings that begin where `heading` follows `above`."""
    before, now = _parts(above), _parts(heading)
    same = 0
    while same < min(len(before), len(now)) and before[same] == now[same]:
        same += 1
    yield from enumerate(now[same:], start=same)


def _parts(heading: str) -> list[str]:
    return heading.split(HEADING_SEPARATOR) if heading else []
