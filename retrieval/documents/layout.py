"""Lines → titles, headings and paragraphs, judged by style and look, for every format with looks.

Owns which lines are headings where no style says so (Vietnamese administration hardly ever uses
one), what is the motto of a paper and no heading, and which titles a program made up.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.documents.draft import DraftBlock, tidy_line, tidy_text
from retrieval.documents.plain import looks_like_heading
from retrieval.text import fold
from retrieval.text.clauses import Part, opening
from retrieval.types import BlockKind

_MOTTO = re.compile(
    r"^\s*(?:cong hoa xa hoi chu nghia|doc lap\s*[-–]\s*tu do|dang cong san)", re.MULTILINE
)
_SIDE_BY_SIDE = re.compile(r"^\s*(?:noi nhan|kinh gui)\b", re.MULTILINE)
_MAX_HEADING_CHARS = 200
_MAX_HEAD_LINE_CHARS = 80
_HEAD_LINES = 40
"""In which a title stands."""
_MOST_BOLD = 0.4
"""Of the letters; where more are bold it means nothing."""
_CENTRED_LEVEL = 2
_BOLD_LEVEL = 4
_MARKED_LEVELS = (
    (re.compile(r"[IVX]{1,5}[.)]\s"), 3),
    (re.compile(r"\d{1,2}[.)]\s"), 4),
    (re.compile(r"\d{1,2}\.\d{1,2}[.)]?\s"), 5),
    (re.compile(r"\d{1,2}(?:\.\d{1,2}){2,}[.)]?\s|[a-zđ][.)]\s"), 6),
)
_ENDS_SENTENCE = (".", ";", ":", ",", "…")
_FILE_NAME = re.compile(
    r"\.(?:docx?|dotx?|rtf|odt|ott|pdf|html?|txt)\b|[\\/_]|microsoft word|^mau "
)


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph and how it looks.

    Attributes:
        level: Of a heading by its style, 1 outermost; 0 where the style is none of a heading.
        is_title: Whether its style is that of the title.
    """

    text: str
    bold: bool = False
    centred: bool = False
    level: int = 0
    is_title: bool = False


def sensible_title(info: str | None, blocks: Sequence[DraftBlock]) -> str:
    """Return the title in a file's properties, or "" where a program made it up.

    Word takes the first words it finds, which in Vietnam are the issuer's name or the motto.
    """
    title = tidy_line(info or "")
    folded = fold(title)
    if len(title.split()) < 2 or _FILE_NAME.search(folded) or is_letterhead(title):
        return ""
    first = next((block for block in blocks if block.text.strip()), None)
    if first is not None and first.kind is BlockKind.PARAGRAPH:
        said = fold(tidy_line(first.text))
        return "" if said.startswith(folded) or folded.startswith(said) else title
    return title


def is_letterhead(text: str) -> bool:
    """Return whether a line has the motto of a paper, or whom it goes to: no heading is such."""
    folded = fold(text)
    return bool(_MOTTO.search(folded) or _SIDE_BY_SIDE.search(folded))


def line_blocks(lines: Sequence[Line | DraftBlock]) -> list[DraftBlock]:
    """Return lines as headings and paragraphs, by style and, where that says nothing, by look.

    The title on the line after "Chương I" is part of its heading; what was a block stays one.
    """
    lines = [line for line in lines if tidy_text(line.text)]
    bold_tells = _bold_tells(lines)
    title = _title_lines(lines, bold_tells)
    blocks: list[DraftBlock] = []
    waiting: DraftBlock | None = None
    for at, line in enumerate(lines):
        if at in title:
            if at == title.start:
                text = "\n".join(tidy_line(lines[number].text) for number in title)
                blocks.append(DraftBlock(BlockKind.TITLE, text))
            continue
        if waiting is not None and isinstance(line, Line) and _goes_on(waiting, line):
            waiting = _joined(waiting, line)
            blocks[-1] = waiting
            continue
        block = line if isinstance(line, DraftBlock) else _block(line, bold_tells)
        waiting = block if _opens_part(block) else None
        blocks.append(block)
    return blocks


def _bold_tells(lines: Sequence[Line | DraftBlock]) -> bool:
    letters = sum(len(line.text) for line in lines)
    bold = sum(len(line.text) for line in lines if isinstance(line, Line) and line.bold)
    # A page of titles alone is bold too.
    return bold <= max(_MOST_BOLD * letters, _MAX_HEADING_CHARS)


def _title_lines(lines: Sequence[Line | DraftBlock], bold_tells: bool) -> range:
    """Return which lines are the title: by style, else the first bold ones in the middle."""
    head = lines[:_HEAD_LINES]
    styled = next((at for at, line in enumerate(head) if _is_titled(line)), None)
    if styled is not None:
        return range(styled, styled + 1)
    mottoes = [at for at, line in enumerate(head) if _MOTTO.search(fold(line.text))]
    start = mottoes[-1] + 1 if mottoes else 0
    # Between the two may stand a number, a place and a date, or a picture's caption.
    while start < len(head) and _stands_above(head[start]) and not _is_title_line(head[start]):
        start += 1
    end = start
    while bold_tells and end < len(head) and _is_title_line(head[end]):
        end += 1
    return range(start, end)


def _is_titled(line: Line | DraftBlock) -> bool:
    return isinstance(line, Line) and line.is_title


def _stands_above(line: Line | DraftBlock) -> bool:
    return len(line.text) <= _MAX_HEAD_LINE_CHARS and opening(line.text) is None


def _is_title_line(line: Line | DraftBlock) -> bool:
    if isinstance(line, DraftBlock) or not (line.bold and line.centred) or line.level:
        return False
    text = tidy_line(line.text)
    return len(text) <= _MAX_HEADING_CHARS and opening(text) is None and _is_worded(text)


def _is_worded(text: str) -> bool:
    return any(map(str.isalpha, text)) and not text.startswith("(")


def _block(line: Line, bold_tells: bool) -> DraftBlock:
    text = tidy_text(line.text)
    level = _level(line, text, bold_tells)
    if not level:
        return DraftBlock(BlockKind.PARAGRAPH, text)
    first, _, rest = text.partition("\n")
    found = opening(first)
    if rest and found and not first[found.end :].strip(" .:"):
        text = f"{first.rstrip('.: ')}. {rest}"
    return DraftBlock(BlockKind.HEADING, tidy_line(text), level)


def _level(line: Line, text: str, bold_tells: bool) -> int:
    """Return the level of the heading that a line is, or 0."""
    if len(text) > _MAX_HEADING_CHARS or not _is_worded(text):
        return 0
    if line.level:
        return line.level
    found = opening(text)
    if found is not None:
        is_bare = not text[found.end :].strip()
        return int(found.part) if is_bare or not text.endswith(_ENDS_SENTENCE) else 0
    if not (line.bold and bold_tells) or text.endswith(_ENDS_SENTENCE):
        return 0
    if is_letterhead(text):
        return 0
    marked = next((level for mark, level in _MARKED_LEVELS if mark.match(text)), 0)
    if marked:
        return marked
    if line.centred:
        return _CENTRED_LEVEL
    if not looks_like_heading(text):
        return 0
    return _CENTRED_LEVEL if text.isupper() else _BOLD_LEVEL


def _opens_part(block: DraftBlock) -> bool:
    found = opening(block.text) if block.kind is BlockKind.HEADING else None
    return found is not None and found.part is not Part.ARTICLE


def _goes_on(heading: DraftBlock, line: Line) -> bool:
    """Return whether a line is the title of a chapter that stands above it, or more of it."""
    text = tidy_line(line.text)
    if line.level or len(text) > _MAX_HEADING_CHARS or opening(text) is not None:
        return False
    if any(mark.match(text) for mark, _ in _MARKED_LEVELS) or not _is_worded(text):
        return False
    found = opening(heading.text)
    title = heading.text[found.end :].strip(" .:") if found else ""
    if title:
        return title.isupper() and text.isupper() and len(title) <= _MAX_HEADING_CHARS
    return text.isupper() or ((line.centred or line.bold) and not text.endswith(_ENDS_SENTENCE))


def _joined(heading: DraftBlock, line: Line) -> DraftBlock:
    found = opening(heading.text)
    bare = found is not None and not heading.text[found.end :].strip(" .:")
    head = f"{heading.text.rstrip('.: ')}." if bare else heading.text
    return heading.with_text(f"{head} {tidy_line(line.text)}")
