"""Lines on pages, and in which order they are read.

Owns what is part of the page and not of the text (headers, footers, page numbers), columns and the
cells of a row. Knows no file format.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from retrieval.text import fold


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page, or what stands between two wide gaps of it; lengths are in points.

    Attributes:
        page: From 1.
        left: Distance of its left end from the left edge of the page.
        right: Distance of its right end from the left edge, too.
        y: Distance of its baseline from the top of the page.
        size: Of the font.
        bold: Whether next to all of it is.
        column: 0 where it is not in one of two columns, else 1 or 2.
        cells: Where the cells of a table row begin in it; empty where it is none.
    """

    text: str
    page: int
    left: float
    right: float
    y: float
    size: float
    bold: bool
    column: int = 0
    cells: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """The lines of a page, in the order of the file."""

    number: int
    width: float
    height: float
    lines: tuple[Line, ...]


_EDGE = 0.15
"""Of the height of a page: so far from the top and the bottom a header or a footer may reach."""
_SAME_HEIGHT = 8.0
_FEWEST_REPEATS = 3
_NEAR_PAGES = 4
"""The same words at the head of pages far from each other are a coincidence."""
_SET_APART = 1.8
"""In units of the font size: so far from the text is a header that only two pages have."""
_MARGIN = 0.12
"""Of the height of a page: a number alone that far out is the page's."""
_PAGE_NUMBER = re.compile(
    r"^[-–—|~\s]*(?:(?:[Tt]rang|TRANG|[Pp]age|PAGE|[Tt]r\.)\W*)?(?:\d{1,4}|[ivxl]{1,6})"
    r"(?:\s*(?:/|of|trên)\s*\d{1,4})?[-–—|~\s]*$"
)
_NUMBER = re.compile(r"\d+")
_NUMBERED = re.compile(
    r"\b(?:so|mau|bieu|phu luc|phan|chuong|muc|dieu|bai|bang|hinh|form|no|part|chapter|section"
    r"|table|figure)\W*$"
)
"""Before a number that is not the page's: a form on each page is "Mẫu số 01", "Mẫu số 02"."""


def without_running_lines(pages: Sequence[Page]) -> list[Page]:
    """Return `pages` without headers, footers and page numbers."""
    seen: defaultdict[tuple[bool, str], list[tuple[int, float]]] = defaultdict(list)
    for page in pages:
        for line, at_top, distance in _edges(page):
            for form in _forms(line):
                seen[at_top, form].append((page.number, distance))
    kept = []
    for page in pages:
        running = set()
        for line, at_top, distance in _edges(page):
            for form in _forms(line):
                near = {
                    number
                    for number, other in seen[at_top, form]
                    if abs(other - distance) < _SAME_HEIGHT
                    and abs(number - page.number) <= _NEAR_PAGES
                }
                few = len(near) == 2 == len(pages) and _is_set_apart(line, page, at_top)
                if few or len(near) >= _FEWEST_REPEATS:
                    running.add(line)
        kept.append(_without_number(page, _outermost(page, running)))
    return kept


def _outermost(page: Page, running: set[Line]) -> set[Line]:
    """Return those of `running` that no line of the text is further out than."""
    text = [line.y for line in page.lines if line not in running]
    if not text:
        return running
    return {
        line
        for line in running
        if line.y < min(text) + line.size / 2 or line.y > max(text) - line.size / 2
    }


def _edges(page: Page) -> Iterable[tuple[Line, bool, float]]:
    """Yield the outer lines with whether they are at the top and how far from that edge."""
    for line in page.lines:
        if line.y < _EDGE * page.height:
            yield line, True, line.y
        elif line.y > (1 - _EDGE) * page.height:
            yield line, False, page.height - line.y


def _is_set_apart(line: Line, page: Page, at_top: bool) -> bool:
    distances = [(other.y - line.y) * (1 if at_top else -1) for other in page.lines]
    inwards = [distance for distance in distances if distance > line.size / 2]
    return not inwards or min(inwards) > _SET_APART * line.size


def _forms(line: Line) -> set[str]:
    """Return what a line says as it is and with each number counted from the page it is on."""
    folded = fold(line.text)
    forms = {folded}
    for match in _NUMBER.finditer(folded):
        if _NUMBERED.search(folded[: match.start()]):
            continue
        counted = f"<{int(match[0]) - line.page}>"
        forms.add(folded[: match.start()] + counted + folded[match.end() :])
    return forms


def _without_number(page: Page, running: set[Line]) -> Page:
    lines = [line for line in page.lines if line not in running]
    heights = [line.y for line in lines]
    if heights:
        outermost = {min(heights), max(heights)}
        lines = [
            line
            for line in lines
            if line.y not in outermost
            or not _PAGE_NUMBER.match(line.text)
            or not stands_alone(line, lines)
            or _MARGIN * page.height < line.y < (1 - _MARGIN) * page.height
        ]
    return replace(page, lines=tuple(lines))


_FEWEST_COLUMN_LINES = 6
_GUTTER = 6.0
_CROSSING_SHARE = 0.25
_PROSE_SHARE = 0.6
_INTERLEAVED_SHARE = 0.5
_DISORDER_SHARE = 0.2


def lines_to_read(page: Page) -> list[Line]:
    """Return the whole lines of a page in the order in which a person reads them.

    What stands side by side is one line; a table of contents is left out.
    """
    return _without_contents(_whole_lines(_in_reading_order(page)))


def _in_reading_order(page: Page) -> list[Line]:
    """Return the lines as a person reads them: one column after the other.

    The order of the file is kept where it can be right; it knows more about cells and boxes.
    """
    lines = list(page.lines)
    gutter = _gutter(lines)
    if gutter:
        lines = [replace(line, column=_column(line, gutter)) for line in lines]
    base, stray = _ordered_and_stray(lines)
    if gutter and (stray or _is_interleaved(lines)):
        return _by_column(lines)
    if len(stray) > _DISORDER_SHARE * len(lines):
        return _by_height(lines)
    for line in stray:
        below = (n for n, other in enumerate(base) if other.y > line.y and _overlap(line, other))
        base.insert(next(below, len(base)), line)
    return base


def _gutter(lines: Sequence[Line]) -> float:
    """Return where the space between two columns of prose is, or 0 where there are no two."""
    if len(lines) < 2 * _FEWEST_COLUMN_LINES:
        return 0
    left = min(line.left for line in lines)
    right = max(line.right for line in lines)
    places = [left + (right - left) * share / 100 for share in range(30, 71, 1)]
    crossing = {x: sum(1 for line in lines if _column(line, x) == 0) for x in places}
    best = min(crossing.values())
    found = [x for x in places if crossing[x] == best]
    x = found[len(found) // 2]
    sides = [[line for line in lines if _column(line, x) == side] for side in (1, 2)]
    is_prose = all(
        len(side) >= _FEWEST_COLUMN_LINES
        and sum(1 for line in side if line.right - line.left >= _PROSE_SHARE * width)
        >= _PROSE_SHARE * len(side)
        for side, width in zip(sides, (x - left, right - x), strict=True)
    )
    return x if is_prose and best <= _CROSSING_SHARE * len(lines) else 0


def _column(line: Line, gutter: float) -> int:
    if line.right < gutter + _GUTTER / 2 and line.left < gutter:
        return 1
    return 2 if line.left > gutter - _GUTTER / 2 else 0


def _is_interleaved(lines: Sequence[Line]) -> bool:
    switches = sum(
        1
        for one, after in pairwise(lines)
        if (one.column, after.column) == (1, 2) and _level(one, after)
    )
    return switches >= _INTERLEAVED_SHARE * min(
        sum(1 for line in lines if line.column == side) for side in (1, 2)
    )


def _by_column(lines: Sequence[Line]) -> list[Line]:
    """Sort by height; between lines that cross both columns, the left one comes first."""
    ordered: list[Line] = []
    band: list[Line] = []
    for line in _by_height(lines):
        if line.column:
            band.append(line)
            continue
        ordered += sorted(band, key=lambda line: line.column)
        ordered.append(line)
        band = []
    return ordered + sorted(band, key=lambda line: line.column)


def _by_height(lines: Sequence[Line]) -> list[Line]:
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: line.y):
        if rows and _level(rows[-1][0], line):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda line: line.left)]


def _level(one: Line, other: Line) -> bool:
    return abs(one.y - other.y) < 0.4 * max(one.size, other.size, 1)


def stands_alone(line: Line, lines: Iterable[Line]) -> bool:
    """Return whether nothing else is at its height in the column, as there is next to a cell."""
    return not any(
        other.column == line.column
        and abs(other.y - line.y) < min(line.size, other.size)
        and (other.left > line.right or other.right < line.left)
        for other in lines
    )


def _overlap(one: Line, other: Line) -> bool:
    shared = min(one.right, other.right) - max(one.left, other.left)
    return shared > 0.3 * min(one.right - one.left, other.right - other.left)


def _ordered_and_stray(lines: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """Return the lines in their order, and those that come after a line they stand above."""
    ordered: list[Line] = []
    stray: list[Line] = []
    lowest = 0.0
    for line in lines:
        limit = line.y + 0.8 * line.size
        late = lowest > limit and any(
            other.y > limit and _overlap(line, other) for other in ordered
        )
        (stray if late else ordered).append(line)
        lowest = lowest if late else max(lowest, line.y)
    return ordered, stray


_CELL_GAP = 2.0
_SAME_PLACE = 3.0
_CELL_SEPARATOR = " | "


def _whole_lines(pieces: Sequence[Line]) -> list[Line]:
    """Join what stands side by side: the cells of a table row, words with a wide gap between."""
    rows: list[list[Line]] = []
    for piece in pieces:
        last = rows[-1][-1] if rows else None
        beside = last and last.column == piece.column and _level(last, piece)
        if last and beside and piece.left > last.right - last.size:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    starts = [_cell_starts(row) for row in rows]
    lines = []
    for index, row in enumerate(rows):
        others = [*starts[max(0, index - 1) : index], *starts[index + 1 : index + 2]]
        in_table = any(_share_a_cell(starts[index], other) for other in others)
        lines.append(_joined(row, starts[index] if in_table else ()))
    return lines


_CONTENTS_LINE = re.compile(r"(?:\.\s?|…\s?|_){4,}\s*(?:\|\s*)?(?:\d{1,4}|[ivxl]{1,6})$")
_FEWEST_CONTENTS = 5


def _without_contents(lines: list[Line]) -> list[Line]:
    """Leave out the lines of a table of contents; they only repeat the headings."""
    kept = [line for line in lines if not _CONTENTS_LINE.search(line.text)]
    return kept if len(lines) - len(kept) >= _FEWEST_CONTENTS else lines


def _cell_starts(row: Sequence[Line]) -> tuple[float, ...]:
    starts = [b.left for a, b in pairwise(row) if b.left - a.right > _CELL_GAP * b.size]
    return (row[0].left, *starts) if starts else ()


def _share_a_cell(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return any(abs(a - b) < _SAME_PLACE for a in one[1:] for b in other[1:])


def _joined(row: Sequence[Line], cells: tuple[float, ...]) -> Line:
    text = row[0].text
    for piece in row[1:]:
        text += (_CELL_SEPARATOR if piece.left in cells else " ") + piece.text
    widest = max(row, key=lambda line: len(line.text))
    return replace(
        widest,
        text=text,
        left=row[0].left,
        right=row[-1].right,
        bold=all(piece.bold for piece in row),
        cells=cells,
    )
