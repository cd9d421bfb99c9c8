"""PDF files → a draft, from their text layer, by pypdfium2; the only importer of it.

Owns how letters become lines with a place and a look, and which files are refused. What the lines
of a page mean is known in `page_lines`.
"""

import ctypes
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from retrieval.documents.draft import Draft, DraftBlock
from retrieval.documents.page_blocks import page_blocks
from retrieval.documents.page_lines import Line, Page, without_running_lines
from retrieval.errors import CorpusError, Fault
from retrieval.text import canonical_line, fold
from retrieval.types import BlockKind

_PICTURE_SHARE = 0.4
"""Of its area; a page with more of it covered by pictures may be a scan."""
_SCANNED_SHARE = 0.8
"""Of the pages: so many pictures make a file a scan."""
_STRAY_LETTERS = 40
"""On one page of a scan: a stamped number, a few words that a scanner recognised."""
_STAMP_LETTERS = 250
"""In one document: who signed it digitally, when and for which office."""

_CELL_GAP = 0.9
"""In units of the font size, as the next three: no space between two words is as wide."""
_MISSING_SPACE = 0.2
_FALSE_SPACE = 0.02
_LINE_JUMP = 0.5
"""A letter that much higher or lower, and back to the left, is on another line."""

_LINE_END_HYPHEN = 0x02
"""What pdfium gives for a hyphen at the end of a line."""
_UNKNOWN = frozenset({0, 0xFFFD, 0xFFFE, 0xFFFF})
_SYMBOLS = range(0xF000, 0xF100)
_BULLET = "•"
_BOLD_NAME = re.compile(rb"bold|black|heavy", re.IGNORECASE)
_BOLD_WEIGHT = 600
_MOSTLY = 0.9
_SPACED_LETTERS = 5
"""So many words of one letter in a row are letters of wider words."""
_WORD_GAP = 1.6
"""Between such words, in units of the gap between their letters."""

_MADE_BY_PROGRAM = re.compile(r"^(?:microsoft |untitled|unknown|document\d*$|powerpoint|slide \d)")
_FILE_NAME = re.compile(r"\.(?:docx?|rtf|odt|pdf|pptx?|xlsx?|tex|dvi|indd|qxd|html?|txt)\b|[\\/_]")
_FEWEST_TITLE_WORDS = 2
_SHARED_WORDS = 0.6


def pdf_draft(data: bytes, path: Path) -> Draft:
    """Return the text layer of a PDF file as blocks, each with the page where it begins.

    Raises:
        CorpusError: It asks for a password, is damaged, or is a scan without a text layer.
    """
    pages: list[Page] = []
    pictures = 0
    try:
        with pypdfium2.PdfDocument(data) as document:
            for number in range(1, len(document) + 1):
                page, is_picture = _read_page(document, number)
                pages.append(page)
                pictures += is_picture
            info = document.get_metadata_value("Title")
    except pypdfium2.PdfiumError as error:
        locked = error.err_code in {pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY}
        raise CorpusError(path, Fault.ENCRYPTED if locked else Fault.BROKEN) from error
    if not pages:
        raise CorpusError(path, Fault.BROKEN)
    pages = without_running_lines(pages)
    if _is_scan(pages, pictures):
        raise CorpusError(path, Fault.SCANNED)
    blocks = page_blocks(pages)
    title = _sensible_title(info, blocks)
    return Draft(blocks, {"title": title} if title else {})


def _is_scan(pages: list[Page], pictures: int) -> bool:
    if pictures < _SCANNED_SHARE * len(pages):
        return False
    letters = [sum(sum(map(str.isalpha, line.text)) for line in page.lines) for page in pages]
    bare = sum(1 for count in letters if count <= _STRAY_LETTERS)
    stray = _STAMP_LETTERS + _STRAY_LETTERS * len(pages)
    return bare >= _SCANNED_SHARE * len(pages) or sum(letters) <= stray


def _sensible_title(info: str, blocks: list[DraftBlock]) -> str:
    """Return the title in the document's properties where the text does not contradict it."""
    title = canonical_line(info)
    folded = fold(title)
    words = re.findall(r"\w+", folded)
    is_made_up = _MADE_BY_PROGRAM.match(folded) or _FILE_NAME.search(folded)
    if is_made_up or len(words) < _FEWEST_TITLE_WORDS or not title.isprintable():
        return ""
    if not any(map(str.isalpha, title)):
        return ""
    printed = next((block.text for block in blocks if block.kind is BlockKind.TITLE), "")
    shared = set(words) & set(re.findall(r"\w+", fold(printed)))
    return title if not printed or len(shared) >= _SHARED_WORDS * len(set(words)) else ""


def _read_page(document: Any, number: int) -> tuple[Page, bool]:
    """Return the lines of a page and whether pictures cover much of it."""
    page = document[number - 1]
    try:
        left, bottom, right, top = page.get_bbox()
        covered = sum(map(_area, page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE])))
        text = page.get_textpage()
        try:
            turned = page.get_rotation()
            box = _turned((left, bottom, right, top), turned)
            lines = list(_Letters(text.raw, number, box, turned).lines())
        finally:
            text.close()
    finally:
        page.close()
    read = Page(number, box[2] - box[0], box[3] - box[1], tuple(lines))
    return read, covered >= _PICTURE_SHARE * (right - left) * (top - bottom)


def _area(picture: Any) -> float:
    left, bottom, right, top = picture.get_bounds()
    return float((right - left) * (top - bottom))


_Box = tuple[float, float, float, float]


def _turned(box: _Box, degrees: int) -> _Box:
    """Return `box` as it lies on a page shown turned clockwise."""
    left, bottom, right, top = box
    if degrees == 90:
        return bottom, -right, top, -left
    if degrees == 180:
        return -right, -top, -left, -bottom
    if degrees == 270:
        return -top, left, -bottom, right
    return box


_Look = tuple[float, float, bool]
"""(baseline, font size, bold)"""


@dataclass(slots=True)
class _Word:
    left: float
    right: float
    text: str = ""


class _Run:
    """Words side by side on one line, as they are collected."""

    def __init__(self) -> None:
        self.words: list[_Word] = []
        self.looks: Counter[_Look] = Counter()
        self.look: _Look = (0.0, 1.0, False)

    def start_word(self, box: _Box, look: _Look) -> None:
        self.words.append(_Word(box[0], box[2]))
        self.look = look

    def add(self, letter: str, box: _Box) -> None:
        word = self.words[-1]
        word.text += letter
        word.right = max(word.right, box[2])
        self.looks[self.look] += 1

    def text(self) -> str:
        if len(self.words) < _SPACED_LETTERS or any(len(word.text) > 1 for word in self.words):
            return " ".join(word.text for word in self.words)
        # "L U Ậ T": letters set apart are one word as long as the gaps are alike.
        gaps = [after.left - word.right for word, after in pairwise(self.words)]
        widest = _WORD_GAP * sorted(gaps)[len(gaps) // 4]
        spaces = [*(" " if gap > widest else "" for gap in gaps), ""]
        return "".join(word.text + space for word, space in zip(self.words, spaces, strict=True))


class _Letters:
    """The letters of one page, in the order in which the file draws them."""

    def __init__(self, text: Any, number: int, page: _Box, turned: int) -> None:
        self._text = text
        self._number = number
        self._page = page
        self._turned = turned
        self._rectangle = pdfium.FS_RECTF()
        self._matrix = pdfium.FS_MATRIX()
        self._font = ctypes.create_string_buffer(128)
        self._flags = ctypes.c_int()
        self._x = ctypes.c_double()
        self._y = ctypes.c_double()

    def lines(self) -> Iterator[Line]:
        """Yield what stands side by side without a wide gap, a line or a part of one."""
        run = _Run()
        baseline = 0.0
        space: int | None = None
        for index in range(pdfium.FPDFText_CountChars(self._text)):
            code = pdfium.FPDFText_GetUnicode(self._text, index)
            if code in {0x0A, 0x0D}:
                yield from self._closed(run)
                run, space = _Run(), None
                continue
            letter = "-" if code == _LINE_END_HYPHEN else self._letter(code, run)
            if not letter:
                continue
            if letter.isspace():
                space = index
                continue
            box = self._box(index)
            gap = 0.0
            if run.words:
                size = run.look[1] or 1.0
                gap = (box[0] - run.words[-1].right) / size
                moved = abs(box[1] - baseline) > _LINE_JUMP * size
                if gap > _CELL_GAP or (gap < -1 and moved):
                    yield from self._closed(run)
                    run = _Run()
            if not run.words or self._is_apart(gap, space):
                run.start_word(box, self._look(index))
            baseline = box[1]
            space = None
            run.add(letter, box)
            if code == _LINE_END_HYPHEN:
                yield from self._closed(run)
                run = _Run()
        yield from self._closed(run)

    def _is_apart(self, gap: float, space: int | None) -> bool:
        if space is None:
            return gap > _MISSING_SPACE
        # A space that is not in the file is a guess, and wrong where letters touch.
        return gap > _FALSE_SPACE or pdfium.FPDFText_IsGenerated(self._text, space) != 1

    def _letter(self, code: int, run: _Run) -> str:
        if code in _UNKNOWN:
            return ""
        if code in _SYMBOLS:
            return "" if run.words else _BULLET
        letter = chr(code)
        return letter if letter.isprintable() or letter.isspace() or code == 0xAD else ""

    def _box(self, index: int) -> _Box:
        rectangle = self._rectangle
        pdfium.FPDFText_GetLooseCharBox(self._text, index, ctypes.byref(rectangle))
        box = (rectangle.left, rectangle.bottom, rectangle.right, rectangle.top)
        return _turned(box, self._turned) if self._turned else box

    def _look(self, index: int) -> _Look:
        text = self._text
        pdfium.FPDFText_GetMatrix(text, index, ctypes.byref(self._matrix))
        scale = (self._matrix.c**2 + self._matrix.d**2) ** 0.5
        size = round(pdfium.FPDFText_GetFontSize(text, index) * scale, 1)
        pdfium.FPDFText_GetCharOrigin(text, index, ctypes.byref(self._x), ctypes.byref(self._y))
        point = (self._x.value, self._y.value) * 2
        self._font.value = b""
        pdfium.FPDFText_GetFontInfo(text, index, self._font, 128, ctypes.byref(self._flags))
        weight = pdfium.FPDFText_GetFontWeight(text, index)
        bold = weight >= _BOLD_WEIGHT or _BOLD_NAME.search(self._font.value) is not None
        return _turned(point, self._turned)[1], size, bold

    def _closed(self, run: _Run) -> Iterator[Line]:
        if not run.words:
            return
        baseline, size, _ = run.looks.most_common(1)[0][0]
        bold = sum(count for look, count in run.looks.items() if look[2])
        yield Line(
            text=run.text(),
            page=self._number,
            left=run.words[0].left - self._page[0],
            right=run.words[-1].right - self._page[0],
            y=self._page[3] - baseline,
            size=size,
            bold=bold >= _MOSTLY * run.looks.total(),
        )
