"""Word files (docx) → a draft, by python-docx; the only importer of it.

Owns what the parts of such a file mean: the text that a reader sees (what was deleted is gone,
what Word numbers has its number), tables and whether they hold data or only set texts side by
side.
"""

import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import OpcError
from lxml import etree

from retrieval.documents.archives import PARSER_DAMAGE, checked_zip, is_locked_package
from retrieval.documents.draft import Draft, DraftBlock, tidy_text
from retrieval.documents.layout import Line, is_letterhead, line_blocks, sensible_title
from retrieval.documents.numbering import Look, Numbering, Styles
from retrieval.documents.tables import table_blocks
from retrieval.documents.word_xml import WORD, below, integer, is_on, local_name, value_of
from retrieval.errors import CorpusError, Fault
from retrieval.types import BlockKind

_DAMAGE = (*PARSER_DAMAGE, OpcError, etree.LxmlError)
_TRANSPARENT = frozenset(
    "ins moveTo hyperlink smartTag customXml fldSimple dir bdo sdt sdtContent ruby rubyBase".split()
)
"""What is around text without changing it; what was deleted, or moved away, is not among it."""
_SHOWN_AS_SPACE = frozenset({"tab", "ptab", "sym", "drawing", "pict", "object", "AlternateContent"})
"""A box to tick, drawn between two words, parts them."""
_CONTENTS_STYLE = re.compile(r"toc \d|table of figures")
_MAX_SPAN = 64
"""Columns of a cell; a file may claim any number."""
_LETTERHEAD_ROWS = 2
_LONG_CELL = 6
"""Lines; a cell with more holds a text with headings of its own."""


def docx_draft(data: bytes, path: Path) -> Draft:
    """Return the text of a Word file as blocks, and its title where its properties know one.

    Headers, footers, notes and tables of contents are left out.

    Raises:
        CorpusError: It is no Word file, damaged, protected, or too large.
    """
    if not data.startswith(b"PK") and not is_locked_package(data):
        # Old Word files that were only renamed are common; that reader asks this one back.
        from retrieval.documents.old_word import doc_draft

        return doc_draft(data, path)
    checked_zip(data, path).close()
    try:
        document = docx.Document(io.BytesIO(data))
        blocks = line_blocks(list(_Body(document).lines()))
        title = sensible_title(document.core_properties.title, blocks)
    except _DAMAGE as error:
        raise CorpusError(path, Fault.BROKEN) from error
    return Draft(blocks, {"title": title} if title else {})


class _Body:
    """The paragraphs and tables of a document, in the order in which they are read."""

    def __init__(self, document: Any) -> None:
        self._root = document.element.body
        self._styles = Styles(document.styles.element)
        self._numbering = Numbering(_numbering(document))

    def lines(self) -> Iterator[Line | DraftBlock]:
        """Yield each paragraph as a line, each row of a table of data as a block."""
        yield from self._inside(self._root)

    def _inside(self, container: Any) -> Iterator[Line | DraftBlock]:
        for element in _elements(container):
            if element.tag == WORD + "tbl":
                yield from self._table(element)
            else:
                yield from self._paragraph(element)

    def _paragraph(self, element: Any) -> Iterator[Line | DraftBlock]:
        look = Look(element, self._styles)
        # The number counts even where nothing is written after it.
        label = self._numbering.label(*numbered) if (numbered := self._number(look)) else ""
        pieces = list(_pieces(element))
        text = "".join(words for words, _ in pieces)
        if text.strip() and not _CONTENTS_STYLE.match(look.name):
            if label and not text.lstrip().startswith(label.strip()):
                text = label + text.lstrip()
            bold = all(look.is_bold(run) for words, run in pieces if words.strip())
            yield Line(text, bold, look.centred, look.level, look.name == "title")
        for box in _boxes(element):
            yield from self._inside(box)

    def _number(self, look: Look) -> tuple[str, int] | None:
        own = look.find("numPr")
        number = None if own is None else value_of(own.find(WORD + "numId"))
        if own is None or not number or number == "0":
            return None
        level = own.find(WORD + "ilvl")
        if level is not None:
            return number, integer(value_of(level))
        return number, self._numbering.level_of_style(number, look.style)

    def _table(self, table: Any) -> Iterator[Line | DraftBlock]:
        rows = [list(_cells(row)) for row in _rows(table)]
        if (
            next((e for row in rows for c, _ in row for e in c.iter(WORD + "tbl")), None)
            is not None
        ):
            yield from self._laid_out(rows, [])
            return
        read = [[list(self._inside(cell)) for cell, _ in row] for row in rows]
        grid = [
            [text for (_, span), cell in zip(row, cells, strict=True)
             for text in (_cell_text(cell), *[""] * (span - 1))]
            for row, cells in zip(rows, read, strict=True)
        ]  # fmt: skip
        names_first = _has_names(table, read)
        if self._is_layout(table, grid, names_first):
            yield from self._laid_out(rows, read)
        else:
            yield from table_blocks(grid, names_first=names_first)

    def _is_layout(self, table: Any, grid: list[list[str]], names_first: bool) -> bool:
        """Return whether a table only puts texts side by side, as a letterhead or signatures do."""
        filled = [[at for at, text in enumerate(row) if text.strip()] for row in grid]
        if len(list(filter(None, filled))) < 2 and len(grid) < 3:
            return True
        if len({at for row in filled for at in row}) < 2:
            return True
        head = "\n".join(text for row in grid[:_LETTERHEAD_ROWS] for text in row)
        if is_letterhead(head):
            return True
        return not names_first and not self._has_borders(table)

    def _has_borders(self, table: Any) -> bool:
        for name in ("tblBorders", "tcBorders"):
            for borders in table.iter(WORD + name):
                if any(is_on(edge) for edge in borders):
                    return True
        style = value_of(below(table, "tblPr/tblStyle"))
        borders = self._styles.find(style, "tblPr/tblBorders")
        return borders is not None and any(is_on(edge) for edge in borders)

    def _laid_out(
        self, rows: list[list[tuple[Any, int]]], read: list[list[list[Line | DraftBlock]]]
    ) -> Iterator[Line | DraftBlock]:
        """Yield the texts of cells one after the other; beside others they are no headings."""
        for number, row in enumerate(rows):
            for at, (cell, _) in enumerate(row):
                lines = read[number][at] if read else list(self._inside(cell))
                alone = len(row) == 1 or len(lines) > _LONG_CELL
                for line in lines:
                    is_block = isinstance(line, DraftBlock)
                    yield line if alone or is_block else DraftBlock(BlockKind.PARAGRAPH, line.text)


def _numbering(document: Any) -> Any:
    """Return the element in which a document defines its lists, or None."""
    try:
        return document.part.part_related_by(RELATIONSHIP_TYPE.NUMBERING).element
    except KeyError:
        return None


def _elements(container: Any) -> Iterator[Any]:
    """Yield the paragraphs and tables of a container, those in content controls too."""
    for child in container:
        name = local_name(child)
        if name in {"p", "tbl"} and child.tag == WORD + name:
            yield child
        elif name == "sdt" and _is_contents(child):
            continue
        elif name in _TRANSPARENT:
            yield from _elements(child)
        elif name == "AlternateContent":
            yield from _elements(_chosen(child))


def _is_contents(control: Any) -> bool:
    gallery = next(control.iter(WORD + "docPartGallery"), None)
    return value_of(gallery) == "Table of Contents"


def _pieces(element: Any) -> Iterator[tuple[str, Any]]:
    """Yield the words of a paragraph and the run that each stands in."""
    for child in element:
        name = local_name(child)
        if name == "r":
            if not is_on(below(child, "rPr/vanish")) and not _marks_note(child):
                yield "".join(_words(child)), child
        elif name in _TRANSPARENT:
            yield from _pieces(child)
        elif name in {"oMath", "oMathPara"}:
            yield "".join(t.text or "" for t in child.iter() if local_name(t) == "t"), child


def _marks_note(run: Any) -> bool:
    """Return whether a run is the number of a note, typed beside Word's own."""
    raised = value_of(below(run, "rPr/vertAlign")) == "superscript"
    if not raised or not "".join(_words(run)).strip().isdecimal():
        return False
    return below(run.getnext(), "footnoteReference") is not None


def _words(run: Any) -> Iterator[str]:
    for child in run:
        name = local_name(child)
        if name == "t":
            yield child.text or ""
        elif name in _SHOWN_AS_SPACE:
            yield " "
        elif name == "cr" or (name == "br" and child.get(WORD + "type") in {None, "textWrapping"}):
            yield "\n"
        elif name == "noBreakHyphen":
            yield "-"


def _boxes(paragraph: Any) -> Iterator[Any]:
    """Yield the text boxes that hang on a paragraph, each once, however often it is drawn."""
    for child in paragraph:
        name = local_name(child)
        if name == "txbxContent":
            yield child
        elif name == "AlternateContent":
            yield from _boxes(_chosen(child))
        elif name not in {"del", "moveFrom", "pPr", "rPr"}:
            yield from _boxes(child)


def _chosen(alternatives: Any) -> Any:
    """Return the one of several drawings of the same thing that has its text."""
    choices = [child for child in alternatives if local_name(child) in {"Choice", "Fallback"}]
    worded = (c for c in choices if next(c.iter(WORD + "t"), None) is not None)
    return next(worded, choices[0] if choices else [])


def _rows(table: Any) -> Iterator[Any]:
    for child in table:
        name = local_name(child)
        if name == "tr" and below(child, "trPr/del") is None:
            yield child
        elif name in _TRANSPARENT:
            yield from _rows(child)


def _cells(row: Any) -> Iterator[tuple[Any, int]]:
    """Yield the cells of a row and how many columns each is wide; a covered one is empty."""
    before = integer(value_of(below(row, "trPr/gridBefore")))
    if before:
        yield etree.Element("none"), min(before, _MAX_SPAN)
    for child in row:
        name = local_name(child)
        if name == "tc":
            merged = below(child, "tcPr/vMerge")
            covered = merged is not None and value_of(merged) in {"", "continue"}
            span = integer(value_of(below(child, "tcPr/gridSpan")))
            yield etree.Element("none") if covered else child, min(max(1, span), _MAX_SPAN)
        elif name in _TRANSPARENT:
            yield from _cells(child)


def _cell_text(lines: Sequence[Line | DraftBlock]) -> str:
    texts = [tidy_text(line.text) for line in lines]
    # Short lines are a name or a value that had to be broken, long ones a list.
    is_list = len(texts) > 1 and max(map(len, texts)) > _LONG_CELL * 10
    return ("\n" if is_list else " ").join(filter(None, texts))


def _has_names(table: Any, rows: list[list[list[Line | DraftBlock]]]) -> bool:
    """Return whether the first row is of names, by its look: repeated on each page, or bold."""
    if is_on(below(next(_rows(table), table), "trPr/tblHeader")):
        return True
    weights = [
        {isinstance(line, Line) and line.bold for cell in row for line in cell} for row in rows[:2]
    ]
    return len(weights) > 1 and weights[0] == {True} and False in weights[1]
