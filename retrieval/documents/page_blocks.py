"""Lines on pages → titles, headings and paragraphs, judged by place and look.

Owns where a paragraph ends and which lines are headings.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from retrieval.documents.draft import DraftBlock
from retrieval.documents.page_lines import Line, Page, lines_to_read, stands_alone
from retrieval.text import fold
from retrieval.text.clauses import Part, opening
from retrieval.types import BlockKind

_FEW_LINES = 8
_LEAST_RIGHT = 0.6
"""Of the width of a page with few lines: there the text may reach, though none of them does."""
_INDENT = 0.8
"""In units of the font size."""
_WIDE_PITCH = 1.3
"""In units of the usual distance between two lines of a paragraph; so are the next two."""
_WIDE_TITLE_PITCH = 1.6
_VERY_WIDE_PITCH = 2.2
_SLACK = 0.1
_SAME_SIZE = 0.08
_CENTRED = 0.06
_ENDS_SENTENCE = re.compile(r"[.!?;:…][\"'”’»)\]]*$")
_MARK = re.compile(
    r"(?:[-–—•*+▪◦●■o]\s|\d{1,3}(?:\.\d{1,3}){0,4}[.)]\s|\d{1,3}(?:\.\d{1,3}){1,4}\s|[a-zđA-ZĐ]{1,2}(?:\.?\d)?\)\s"
    r"|[a-zđA-ZĐ]\.\s|\([a-zđ\d]{1,3}\)\s|[IVXLC]{1,6}[.)]\s|Khoản\s\d|Phụ lục\s[\dIVX])"
)
_LONE_MARK = re.compile(r"(?:[-–•*+▪◦●■]|\d{1,3}[.)]|[a-zđ]\))$")
_REFERS_ON = re.compile(
    r"(?:\b(?:khoản|điểm|điều|mục|chương|phần|số|ngày|tháng|năm|và|hoặc|hay|tại|theo|của|các|trong|từ"
    r"|đến|section|article|no\.)|\b(?:khoản|điểm|mục)\s+\w{1,3}|,)$",
    re.IGNORECASE,
)


@dataclass(slots=True)
class _Paragraph:
    lines: list[Line]

    @property
    def last(self) -> Line:
        return self.lines[-1]


class _Measures:
    """How wide the lines of each column are, and how far apart, in one document."""

    def __init__(self, pages: Sequence[Sequence[Line]], widths: Mapping[int, float]) -> None:
        self._pages = {lines[0].page: lines for lines in pages if lines}
        self._frames: dict[tuple[int, int], tuple[float, float]] = {}
        sizes: Counter[float] = Counter()
        pitches: defaultdict[float, list[float]] = defaultdict(list)
        for lines in pages:
            for column in {line.column for line in lines}:
                inside = [line for line in lines if line.column == column and not line.cells]
                if inside:
                    number = inside[0].page
                    least = 0.0 if column else _LEAST_RIGHT * widths[number]
                    self._frames[number, column] = _frame(inside, least)
            for line in lines:
                sizes[line.size] += len(line.text)
            for one, after in pairwise(lines):
                if one.size == after.size and 0 < after.y - one.y < 3 * one.size:
                    pitches[one.size].append(after.y - one.y)
        self.body_size = sizes.most_common(1)[0][0] if sizes else 0.0
        self._pitch = {size: sorted(found)[len(found) // 4] for size, found in pitches.items()}

    def frame(self, line: Line) -> tuple[float, float]:
        """(left, right) of the column that `line` is in."""
        return self._frames.get((line.page, line.column), (line.left, line.right))

    def pitch(self, size: float) -> float:
        """The usual distance between the lines of a paragraph."""
        return self._pitch.get(size, 1.3 * size)

    def stands_alone(self, line: Line) -> bool:
        """Whether no cell of the same row is next to `line`."""
        return stands_alone(line, self._pages[line.page])

    def is_centred(self, line: Line) -> bool:
        left, right = self.frame(line)
        width = right - left
        before, after = line.left - left, right - line.right
        return min(before, after) > _CENTRED * width and abs(before - after) < _CENTRED * width

    def has_room_for(self, line: Line, after: Line) -> bool:
        """Whether the first word of `after` would have had its place at the end of `line`."""
        letter = max((it.right - it.left) / max(len(it.text), 1) for it in (line, after))
        width = letter * (len(after.text.split(" ", 1)[0]) + 1)
        return line.right + width < self.frame(line)[1] - _SLACK * line.size


def _frame(lines: Sequence[Line], least: float) -> tuple[float, float]:
    """Return where most lines begin and where those that are full end, outliers aside."""
    few = max(1, len(lines) // 20)
    lefts = sorted(line.left for line in lines)
    rights = sorted((line.right for line in lines), reverse=True)
    right = rights[min(few, len(rights) - 1)]
    return lefts[min(few, len(lefts) - 1)], right if len(lines) >= _FEW_LINES else max(right, least)


def page_blocks(pages: Sequence[Page]) -> list[DraftBlock]:
    """Return the blocks of `pages` in reading order."""
    ordered = [lines_to_read(page) for page in pages]
    measures = _Measures(ordered, {page.number: page.width for page in pages})
    paragraphs: list[_Paragraph] = []
    for line in (line for lines in ordered for line in lines):
        if not any(map(str.isalnum, line.text)):
            # Rules, and dotted lines to be filled in.
            continue
        if paragraphs and _continues(paragraphs[-1], line, measures):
            paragraphs[-1].lines.append(line)
        else:
            paragraphs.append(_Paragraph([line]))
    return _blocks(paragraphs, measures)


def _continues(paragraph: _Paragraph, line: Line, measures: _Measures) -> bool:
    last = paragraph.last
    if last.cells or line.cells:
        return False
    same_size = abs(last.size - line.size) <= _SAME_SIZE * last.size
    same_flow = last.page == line.page and last.column == line.column and line.y > last.y
    pitch = (line.y - last.y) / measures.pitch(last.size) if same_flow else 1.0
    if not same_size or pitch > _VERY_WIDE_PITCH:
        return False
    if _is_mark(line, last):
        return False
    if _LONE_MARK.match(last.text):
        # In a table the number of a row may stand a little above or below its text.
        return True
    if _is_display(last, measures) or _is_display(line, measures):
        return _continues_display(last, line, pitch, measures)
    if line.text[:1].islower() and not _ENDS_SENTENCE.search(last.text):
        return True
    if pitch > _WIDE_PITCH or last.bold != line.bold:
        return False
    if last.text.rfind("(") > last.text.rfind(")"):
        return True
    if _is_indented(paragraph, line):
        return False
    return not measures.has_room_for(last, line)


def _is_mark(line: Line, last: Line) -> bool:
    is_part = line.text[:1].isupper() and opening(line.text) is not None
    if not is_part and not _MARK.match(line.text):
        return False
    return not (_REFERS_ON.search(last.text) and last.bold == line.bold)


def _is_display(line: Line, measures: _Measures) -> bool:
    """Whether a line stands for itself: capitals or bold, in the middle of the column."""
    return measures.is_centred(line) and (line.text.isupper() or line.bold)


def _continues_display(last: Line, line: Line, pitch: float, measures: _Measures) -> bool:
    """Whether the title in `last` goes on in `line`."""
    part = opening(last.text)
    if part is not None and part.end >= len(last.text.rstrip()):
        return False
    return (
        pitch <= _WIDE_TITLE_PITCH
        and last.bold == line.bold
        and last.text.isupper() == line.text.isupper()
        and last.page == line.page
    )


def _is_indented(paragraph: _Paragraph, line: Line) -> bool:
    """Whether `line` is set in like the first line of a paragraph, or back out of a list."""
    last = paragraph.last
    if last.page != line.page or last.column != line.column:
        return False
    shift = (line.left - last.left) / max(line.size, 1)
    hangs = len(paragraph.lines) == 1 and _MARK.match(last.text)
    if shift > _INDENT:
        return not hangs
    return shift < -_INDENT and len(paragraph.lines) > 1


_SOFT_HYPHEN = "\u00ad"
_BROKEN_WORD = re.compile(r"(?<![\w-])[A-Za-z]{2,}-$")
_REST_OF_WORD = re.compile(r"[a-z]{2,}(?![\w-])")
_HYPHEN_END = re.compile(r"[^\W_]-$")


def _text(lines: Sequence[Line]) -> str:
    text = lines[0].text
    for line in lines[1:]:
        rest = line.text
        if text.endswith(_SOFT_HYPHEN) or (_BROKEN_WORD.search(text) and _REST_OF_WORD.match(rest)):
            text = text[:-1] + rest
        elif _HYPHEN_END.search(text) and rest[:1].isalnum():
            # "06-" and "ĐA/TU": the hyphen is part of the word.
            text += rest
        else:
            text += " " + rest
    return text.replace(_SOFT_HYPHEN, "")


_MAX_HEADING_CHARS = 200
_MAX_PART_CHARS = 300
_MAX_HEADING_LINES = 4
_LARGER = 1.15
_MUCH_LARGER = 1.4
_ENDS_TEXT = re.compile(r"[.!;:,…][\"'”’»)\]]*$")
_MAX_KIND_WORDS = 3
_NO_HEADING = re.compile(
    r"\(|(?:TM|KT|TL|TUQ|Q)\.\s|cộng h[òo][aà] xã hội chủ nghĩa|độc lập\s*[-–]", re.IGNORECASE
)
_MOTTO = "doc lap - tu do - hanh phuc"


def _blocks(paragraphs: Sequence[_Paragraph], measures: _Measures) -> list[DraftBlock]:
    blocks: list[DraftBlock] = []
    sizes: list[float] = []
    waiting = False
    for paragraph in paragraphs:
        text = _text(paragraph.lines).strip()
        level = _heading_level(paragraph, text, measures)
        if waiting and (level or text.isupper()) and opening(text) is None:
            # The title of a chapter stands on the line below its number.
            blocks[-1] = replace(blocks[-1], text=f"{blocks[-1].text.rstrip('.: ')}. {text}")
            waiting = False
            continue
        kind = BlockKind.HEADING if level else BlockKind.PARAGRAPH
        blocks.append(DraftBlock(kind, text, level, paragraph.lines[0].page))
        sizes.append(paragraph.lines[0].size)
        part = opening(text) if level else None
        waiting = part is not None and part.end >= len(text) and part.part is not Part.ARTICLE
    return _with_title(blocks, sizes)


def _heading_level(paragraph: _Paragraph, text: str, measures: _Measures) -> int:
    lines = paragraph.lines
    first = lines[0]
    most = _MAX_HEADING_CHARS if opening(text) is None else _MAX_PART_CHARS
    if len(text) > most or len(lines) > _MAX_HEADING_LINES or first.cells:
        return 0
    part = opening(text) if text[:1].isupper() else None
    if part is not None and not text.endswith((";", ":", ",")):
        words = text[part.end :].strip()
        return 0 if words.endswith(".") and not first.bold else part.part.value
    is_text = _ENDS_TEXT.search(text) or _NO_HEADING.match(text) or not any(map(str.isalpha, text))
    if is_text or not all(map(measures.stands_alone, lines)):
        return 0
    larger = first.size / (measures.body_size or 1)
    if larger >= _LARGER:
        return 1 if larger >= _MUCH_LARGER else 2
    if all(line.bold for line in lines):
        return 2
    return 2 if text.isupper() and measures.is_centred(first) and len(text.split()) > 1 else 0


def _with_title(blocks: list[DraftBlock], sizes: Sequence[float]) -> list[DraftBlock]:
    """Make the largest heading before the text its title; above it a letterhead is no heading."""
    page = blocks[0].page if blocks else 0
    opened = [index for index, block in enumerate(blocks) if block.page == page]
    motto = [index for index in opened if _MOTTO in fold(blocks[index].text)]
    first = motto[0] + 1 if motto else 0
    below = [index for index, block in enumerate(blocks) if block.kind is BlockKind.PARAGRAPH]
    end = below[-1] if below else 0
    for index in [*range(first), *range(end, len(blocks))]:
        # Nothing stands below the names of those who signed.
        blocks[index] = replace(blocks[index], kind=BlockKind.PARAGRAPH, level=0)
    candidates = [
        index
        for index in opened
        if blocks[index].kind is BlockKind.HEADING and opening(blocks[index].text) is None
    ]
    if not candidates:
        return blocks
    best = max(candidates, key=lambda index: (sizes[index], -index))
    title, after = blocks[best].text, blocks[best + 1]
    is_kind = len(title.split()) <= _MAX_KIND_WORDS and title.isupper()
    if is_kind and after.kind is BlockKind.HEADING and after.text.isupper() and after.page == page:
        # "NGHỊ ĐỊNH" above what it is about.
        title += " " + blocks.pop(best + 1).text
    blocks[best] = DraftBlock(BlockKind.TITLE, title, page=page)
    return blocks
