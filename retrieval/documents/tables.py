"""Tables → a paragraph a row, for every format; CSV, and workbooks by openpyxl, its only importer.

A row is said as "Cột: giá trị; Cột: giá trị": quoted alone, without the rows above it, it still
says what each value is, and a search for a column's name finds the row. Where a table has no row
of names its values are parted by ` | `.
"""

import csv
import datetime
import io
import re
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from retrieval.documents.archives import PARSER_DAMAGE, checked_zip
from retrieval.documents.draft import Draft, DraftBlock, tidy_line, tidy_text
from retrieval.documents.plain import looks_like_heading
from retrieval.errors import CorpusError, Fault
from retrieval.text import fold
from retrieval.types import BlockKind

MAX_CELLS = 1_000_000
_MAX_WALKED_CELLS = 10_000_000
"""Empty ones too, of which a file of a few bytes can have any number."""

_MAX_NAME_CHARS = 120
_MAX_HEADER_DEPTH = 25
"""Rows above a header: the issuer, the table's title, the unit of its values."""
_NUMERIC = re.compile(r"^[\d\s.,:/%()+–-]+(?:đ|đồng|vnđ|vnd|usd|tr|triệu|tỷ)?$", re.IGNORECASE)
_COUNTS_ROWS = frozenset({"tt", "stt", "so tt", "so thu tu", "no", "no."})
_MARK = re.compile(r"\(?(\d{1,2}|[a-z])\)?", re.IGNORECASE)
_NUMERIC_SHARE = 0.8
_SHEET_LEVEL = 1
_TITLE_LEVEL = 2

_DELIMITERS = "\t;,|"
_SNIFFED_ROWS = 200
_SEPARATOR_LINE = re.compile(r"^\ufeff?sep=(.)\n", re.IGNORECASE)
_UNNAMED_SHEET = re.compile(r"(?:sheet|trang ?tinh|bang ?tinh)\s*_?\d*")
_NO_PATH = Path()
_DAMAGE = (*PARSER_DAMAGE, SyntaxError)  # what every parser of XML raises

Rows = Sequence[Sequence[str]]


def table_blocks(rows: Rows, *, names_first: bool = False) -> list[DraftBlock]:
    """Return a table as blocks: titles above it as headings, then a paragraph a row.

    Args:
        rows: Its cells; one that another covers is "".
        names_first: Whether something else than the words says that the first row is of names.
    """
    filled = _without_empty([[tidy_text(cell) for cell in row] for row in rows])
    if not filled:
        return []
    found = _header(filled, names_first)
    if found is None:
        return [_loose(row) for row in filled]
    first, last, names = found
    blocks = [_title(row) for row in filled[:first]]
    body = [row for row in filled[last:] if row not in filled[first:last]]
    if not body:
        # A form to be filled in: what it asks for is all it says.
        return [*blocks, _loose([name for name in names if name])]
    return [*blocks, *(_said(row, names) for row in body)]


def csv_draft(text: str, path: Path = _NO_PATH) -> Draft:
    """Return the rows of a text with commas, semicolons, tabs or bars between its values.

    Raises:
        CorpusError: It has too many cells, or quotes that never end.
    """
    separator = _SEPARATOR_LINE.match(text)
    body = text[separator.end() :] if separator else text.removeprefix("\ufeff")
    delimiter = separator[1] if separator else _delimiter(body)
    csv.field_size_limit(max(csv.field_size_limit(), len(body)))
    try:
        rows = list(_counted(csv.reader(io.StringIO(body, newline=""), delimiter=delimiter), path))
    except csv.Error as error:
        raise CorpusError(path, Fault.BROKEN) from error
    return Draft(table_blocks(rows, names_first=True))


def xlsx_draft(data: bytes, path: Path) -> Draft:
    """Return the rows of each sheet that is shown; of several, each under its name.

    Raises:
        CorpusError: It is no workbook, damaged, protected, or has too many cells.
    """
    # A corpus of Word files needs tables too, and not the half second that this takes.
    from openpyxl import load_workbook

    checked_zip(data, path).close()
    try:
        with warnings.catch_warnings():
            # What openpyxl cannot keep when saving is nothing to a reader.
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            try:
                sheets = [
                    (sheet.title, _sheet_rows(sheet, path))
                    for sheet in book.worksheets
                    if sheet.sheet_state == "visible"
                ]
                title = tidy_line(book.properties.title or "")
            finally:
                book.close()
    except _DAMAGE as error:
        raise CorpusError(path, Fault.BROKEN) from error
    return _workbook([(name, rows, bold) for name, (rows, bold) in sheets if rows], title, path)


def _workbook(sheets: list[tuple[str, Rows, bool]], title: str, path: Path) -> Draft:
    draft = Draft()
    if len(title.split()) > 1:
        draft.metadata["title"] = title
    elif len(sheets) > 1 and path.suffix.lower() == ".xlsx":
        # Otherwise the whole would be called by the name of its first sheet.
        draft.metadata["title"] = path.stem
    for name, rows, bold in sheets:
        if len(sheets) > 1 and not _UNNAMED_SHEET.fullmatch(fold(name.strip())):
            draft.blocks.append(DraftBlock(BlockKind.HEADING, name, _SHEET_LEVEL))
        draft.blocks += table_blocks(rows, names_first=bold)
    return draft


def _sheet_rows(sheet: Any, path: Path) -> tuple[list[list[str]], bool]:
    """Return the cells of a sheet, and whether its first full row alone is bold."""
    # The size that a file declares is often wrong, and may be all of Excel's.
    sheet.reset_dimensions()
    rows: list[list[str]] = []
    weights: list[bool] = []
    widest = 0
    for cells in _counted(sheet.iter_rows(), path):
        row = [_shown(cell) for cell in cells]
        filled = [cell for cell, text in zip(cells, row, strict=True) if text]
        if not filled:
            continue
        widest = max(widest, len(filled))
        rows.append(row)
        weights.append(len(weights) < 2 * _MAX_HEADER_DEPTH and all(map(_is_bold, filled)))
    full = [at for at, row in enumerate(rows) if _count(row) >= max(2, widest / 2)]
    bold = len(full) > 1 and weights[full[0]] and not weights[full[1]]
    return rows, bold


def _counted(rows: Iterable[Any], path: Path) -> Iterator[Any]:
    """Yield `rows` up to the cells that are read; a few bytes can declare billions."""
    cells = walked = 0
    for row in rows:
        walked += 1 + len(row)
        cells += sum(1 for cell in row if getattr(cell, "value", cell) not in (None, ""))
        if cells > MAX_CELLS or walked > _MAX_WALKED_CELLS:
            raise CorpusError(path, Fault.TOO_LARGE_INSIDE)
        yield row


def _is_bold(cell: Any) -> bool:
    return bool(cell.font and cell.font.b)


def _shown(cell: Any) -> str:
    """Return a value as people write it in Vietnamese, as far as its format tells."""
    value = cell.value
    if value is None or cell.data_type == "e":
        return ""
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if isinstance(value, (int, float)):
        return _number(value, str(cell.number_format or ""))
    if isinstance(value, datetime.datetime):
        time = f" {value:%H:%M}" if value.time() != datetime.time() else ""
        return f"{value.day}/{value.month}/{value.year}{time}"
    if isinstance(value, datetime.date):
        return f"{value.day}/{value.month}/{value.year}"
    return f"{value:%H:%M}" if isinstance(value, datetime.time) else str(value)


def _number(value: float, number_format: str) -> str:
    if number_format.endswith("%"):
        return _number(value * 100, "") + "%"
    # Fifteen digits are all that a workbook keeps: 0.1 + 0.2 is 0.3.
    digits = f"{value:.15g}"
    if "e" in digits:
        return str(int(value)) if value == int(value) else digits.replace(".", ",")
    if re.fullmatch("0{2,}", number_format):
        # A telephone number or a code, whose first digit may be a zero.
        return digits.zfill(len(number_format))
    whole, _, fraction = digits.partition(".")
    if "#,##0" in number_format:
        whole = f"{int(whole):,}".replace(",", ".")
    return f"{whole},{fraction}" if fraction else whole


def _delimiter(text: str) -> str:
    """Return what parts the values: with it most rows have equally many."""
    best, most = ",", 0.0
    for delimiter in _DELIMITERS:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        try:
            widths = Counter(len(row) for row in islice(reader, _SNIFFED_ROWS) if row)
        except csv.Error:
            continue
        share = max((n for width, n in widths.items() if width > 1), default=0) / max(
            1, widths.total()
        )
        if share > most:
            best, most = delimiter, share
    return best


def _without_empty(rows: Rows) -> list[list[str]]:
    width = max(map(len, rows), default=0)
    used = [at for at in range(width) if any(row[at] for row in rows if at < len(row))]
    narrow = [[row[at] if at < len(row) else "" for at in used] for row in rows]
    return [row for row in narrow if any(row)]


def _count(row: Sequence[str]) -> int:
    return sum(1 for cell in row if cell)


def _header(rows: list[list[str]], names_first: bool) -> tuple[int, int, list[str]] | None:
    """Return (its first row, the row after it, the columns' names); None where there is none."""
    width = len(rows[0])
    if width < 2:
        return None
    first = next((at for at, row in enumerate(rows) if _count(row) >= max(2, width / 2)), None)
    if first is None or first > _MAX_HEADER_DEPTH:
        return None
    names, body = rows[first], rows[first + 1 :]
    if not _are_names(names) or not (names_first or width > 2 or _differs(names, body)):
        return None
    last = first + 1
    if body and _goes_below(names, body[0]):
        names = _two_storeys(names, body[0])
        last += 1
    if last < len(rows) and _numbers_columns(rows[last]):
        last += 1
    return first, last, [tidy_line(name) for name in names]


def _are_names(row: Sequence[str]) -> bool:
    filled = [cell for cell in row if cell]
    named = [cell for cell in filled if not _NUMERIC.match(cell)]
    return len(named) >= _NUMERIC_SHARE * len(filled) and all(
        len(cell) <= _MAX_NAME_CHARS for cell in filled
    )


def _differs(names: Sequence[str], body: Rows) -> bool:
    """Return whether two columns have names: else the left ones name what is on the right."""
    if fold(tidy_line(names[0])) in _COUNTS_ROWS:
        return True
    for at in range(len(names)):
        cells = [row[at] for row in body if row[at]]
        numeric = sum(1 for cell in cells if _NUMERIC.match(cell))
        if len(cells) > 1 and numeric >= _NUMERIC_SHARE * len(cells):
            return True
    return False


def _goes_below(names: Sequence[str], row: Sequence[str]) -> bool:
    """Return whether `row` names the columns that one name above it spans."""
    pairs = list(zip(names, row, strict=True))
    below = [cell for _, cell in pairs if cell]
    return (
        any(cell and not name for name, cell in pairs)
        and all(name or cell for name, cell in pairs)
        and len(below) < len(pairs)
        and not any(_NUMERIC.match(cell) or len(cell) > _MAX_NAME_CHARS for cell in below)
    )


def _two_storeys(names: Sequence[str], row: Sequence[str]) -> list[str]:
    found: list[str] = []
    above = ""
    for name, cell in zip(names, row, strict=True):
        above = name or above
        found.append(f"{above} – {cell}" if cell else above)
    return found


def _numbers_columns(row: Sequence[str]) -> bool:
    """Return whether a row only counts the columns: (1), (2), (3), or A, B, 1, 2."""
    marks = [mark[1].lower() for cell in row if (mark := _MARK.fullmatch(cell))]
    return len(marks) == len(row) > 2 and len(set(marks)) == len(marks) and marks[0] in {"1", "a"}


def _said(row: Sequence[str], names: Sequence[str]) -> DraftBlock:
    if _count(row) == 1 and row[0]:
        # A line across the table parts its rows.
        return DraftBlock(BlockKind.PARAGRAPH, row[0])
    pairs = zip(names, row, strict=True)
    words = [f"{name.rstrip(': ')}: {cell}" if name else cell for name, cell in pairs if cell]
    return DraftBlock(BlockKind.PARAGRAPH, "; ".join(words))


def _loose(row: Sequence[str]) -> DraftBlock:
    return DraftBlock(BlockKind.PARAGRAPH, " | ".join(filter(None, map(tidy_line, row))))


def _title(row: Sequence[str]) -> DraftBlock:
    block = _loose(row)
    if _count(row) > 1 or not looks_like_heading(block.text):
        return block
    return DraftBlock(BlockKind.HEADING, block.text, _TITLE_LEVEL)
