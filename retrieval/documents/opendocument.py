"""OpenDocument texts (odt) → a draft, by the standard library's zipfile and lxml.

Owns what the elements of such a file mean; what a look means is known in `layout`.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from lxml import etree

from retrieval.documents.archives import checked_zip, member
from retrieval.documents.draft import Draft, DraftBlock
from retrieval.documents.layout import Line, is_letterhead, line_blocks, sensible_title
from retrieval.documents.numbering import counted
from retrieval.documents.tables import table_blocks
from retrieval.errors import CorpusError, Fault
from retrieval.types import BlockKind

_XML = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
_NAMESPACES = {
    name: f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"
    for name in ("manifest", "office", "style", "table", "text")
} | {
    "dc": "http://purl.org/dc/elements/1.1/",
    "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
}
_FORMS = {
    "1": "decimal",
    "a": "lowerLetter",
    "A": "upperLetter",
    "i": "lowerRoman",
    "I": "upperRoman",
}
_INDEXES = re.compile(r"(?:table-of-content|\w+-index|bibliography)$")
_SKIPPED = frozenset(
    {"tracked-changes", "note", "annotation", "annotation-end", "forms", "ruby-text"}
)
_MAX_REPEATED = 64
"""A file may repeat a space or a cell any number of times."""
_BOLD = frozenset({"bold", "600", "700", "800", "900"})


def odt_draft(data: bytes, path: Path) -> Draft:
    """Return the text of an OpenDocument file as blocks, and its title where it has a true one.

    Raises:
        CorpusError: It is no such file, damaged, protected, or too large.
    """
    with checked_zip(data, path) as package:
        names = frozenset(package.namelist())

        def part(name: str) -> Any:
            return etree.fromstring(member(package, name, path), _XML) if name in names else None

        try:
            manifest = part("META-INF/manifest.xml")
            if manifest is not None and _first(manifest, "manifest:encryption-data") is not None:
                raise CorpusError(path, Fault.ENCRYPTED)
            content = part("content.xml")
            text = None if content is None else _first(content, "office:text")
            if text is None:
                raise CorpusError(path, Fault.BROKEN)
            styles = _Styles([part("styles.xml"), content])
            blocks = line_blocks(list(_Body(styles).lines(text)))
            meta = part("meta.xml")
            title = None if meta is None else _first(meta, "dc:title")
            named = sensible_title(None if title is None else title.text, blocks)
        except (etree.LxmlError, LookupError, RecursionError, TypeError, ValueError) as error:
            raise CorpusError(path, Fault.BROKEN) from error
    return Draft(blocks, {"title": named} if named else {})


class _Styles:
    """The paragraph and list styles: what each says, or the one above it."""

    def __init__(self, parts: Sequence[Any]) -> None:
        found = [part for part in parts if part is not None]
        self._by_name = {
            (_of(style, "style:family"), _of(style, "style:name")): style
            for part in found
            for style in part.iter(_tag("style:style"))
        }
        self._lists = {
            _of(style, "style:name"): style
            for part in found
            for style in part.iter(_tag("text:list-style"))
        }

    def find(self, family: str, name: str, group: str, key: str) -> str:
        """Return a property of a style, or ""; `group` is the element that holds it."""
        for style in self._chain(family, name):
            value = next(
                (_of(child, key) for child in style.iter(_tag(group)) if _of(child, key)), ""
            )
            if value:
                return value
        return ""

    def is_title(self, name: str) -> bool:
        """Return whether a paragraph style is that of the title, or based on it."""
        return any(_of(style, "style:name") == "Title" for style in self._chain("paragraph", name))

    def _chain(self, family: str, name: str) -> Iterator[Any]:
        seen: set[str] = set()
        while name not in seen and (style := self._by_name.get((family, name))) is not None:
            seen.add(name)
            yield style
            name = _of(style, "style:parent-style-name")

    def label(self, name: str, counts: Sequence[int]) -> str:
        """Return what stands before an item of a list; `counts` are those of its levels."""
        levels = {_of(level, "text:level"): level for level in self._lists.get(name, ())}
        level = levels.get(str(len(counts)))
        if level is None or level.tag == _tag("text:list-level-style-bullet"):
            return "- "
        shown = max(1, int(_of(level, "text:display-levels") or "1"))
        said = []
        for at in range(max(0, len(counts) - shown), len(counts)):
            form = _of(levels.get(str(at + 1), level), "style:num-format")
            if form in _FORMS:
                said.append(counted(counts[at], _FORMS[form]))
        before, after = _of(level, "style:num-prefix"), _of(level, "style:num-suffix")
        return f"{before}{'.'.join(said)}{after}".strip() + " " if said else ""

    def start(self, name: str, depth: int) -> int:
        """Return the number of the first item of a list."""
        for level in self._lists.get(name, ()):
            if _of(level, "text:level") == str(depth):
                return int(_of(level, "text:start-value") or "1")
        return 1


class _Body:
    """The paragraphs, lists and tables of a text, in the order in which they are read."""

    def __init__(self, styles: _Styles) -> None:
        self._styles = styles
        self._counts: dict[tuple[str, int], int] = {}

    def lines(self, container: Any) -> Iterator[Line | DraftBlock]:
        """Yield each paragraph as a line, each row of a table as a block."""
        for element in container:
            name = _name(element)
            if not name or name in _SKIPPED or _INDEXES.match(name):
                continue
            if name in {"h", "p"}:
                yield from self._paragraph(element)
            elif name == "list":
                yield from self._list(element, "", ())
            elif name == "table":
                yield from self._table(element)
            else:
                yield from self.lines(element)

    def _paragraph(self, element: Any, label: str = "") -> Iterator[Line | DraftBlock]:
        style = _of(element, "text:style-name")
        pieces = list(_pieces(element))
        text = "".join(words for words, _ in pieces)
        if text.strip():
            level = int(_of(element, "text:outline-level") or "1") if _name(element) == "h" else 0
            align = self._styles.find(
                "paragraph", style, "style:paragraph-properties", "fo:text-align"
            )
            bold = all(self._is_bold(style, spans) for words, spans in pieces if words.strip())
            title = self._styles.is_title(style)
            yield Line(label + text.lstrip(), bold, align == "center", level, title)
        for box in _boxes(element):
            yield from self.lines(box)

    def _is_bold(self, style: str, spans: Sequence[str]) -> bool:
        chain = [("text", span) for span in reversed(spans)] + [("paragraph", style)]
        for family, name in chain:
            weight = self._styles.find(family, name, "style:text-properties", "fo:font-weight")
            if weight:
                return weight in _BOLD
        return False

    def _list(
        self, element: Any, style: str, above: tuple[int, ...]
    ) -> Iterator[Line | DraftBlock]:
        style = _of(element, "text:style-name") or style
        depth = len(above) + 1
        key = (style, depth)
        goes_on = _of(element, "text:continue-numbering") == "true"
        if key not in self._counts or not (goes_on or _of(element, "text:continue-list")):
            self._counts[key] = self._styles.start(style, depth) - 1
        for item in element:
            if _name(item) not in {"list-item", "list-header"}:
                continue
            counts = self._item(item, key, above)
            first = _name(item) == "list-item"
            for child in item:
                if _name(child) == "list":
                    yield from self._list(child, style, counts)
                elif _name(child) in {"h", "p"}:
                    label = self._styles.label(style, counts) if first else ""
                    first = False
                    yield from self._paragraph(child, label)
                else:
                    yield from self.lines([child])

    def _item(self, item: Any, key: tuple[str, int], above: tuple[int, ...]) -> tuple[int, ...]:
        """Count an item if it is one: one that only holds a list inside stands for its level."""
        holds_text = any(_name(child) in {"h", "p"} for child in item)
        if _name(item) == "list-item" and holds_text:
            start = _of(item, "text:start-value")
            self._counts[key] = int(start) if start else self._counts[key] + 1
        return (*above, max(1, self._counts[key]))

    def _table(self, table: Any) -> Iterator[Line | DraftBlock]:
        rows = [[(cell, list(self.lines(cell))) for cell in _cells(row)] for row in _rows(table)]
        grid = [["\n".join(line.text for line in lines) for _, lines in row] for row in rows]
        head = "\n".join(text for row in grid[:2] for text in row)
        filled = {at for row in grid for at, text in enumerate(row) if text.strip()}
        if len(grid) < 2 or len(filled) < 2 or is_letterhead(head):
            for row in rows:
                for _, lines in row:
                    yield from (_beside(line, len(row)) for line in lines)
            return
        yield from table_blocks(grid, names_first=_has_names(table, rows))


def _beside(line: Line | DraftBlock, cells: int) -> Line | DraftBlock:
    """Return a line of a table that is layout only; beside others it is no heading."""
    if isinstance(line, DraftBlock) or cells == 1:
        return line
    return DraftBlock(BlockKind.PARAGRAPH, line.text)


def _has_names(table: Any, rows: list[list[tuple[Any, list[Line | DraftBlock]]]]) -> bool:
    if _first(table, "table:table-header-rows") is not None:
        return True
    weights = [
        {isinstance(line, Line) and line.bold for _, lines in row for line in lines}
        for row in rows[:2]
    ]
    return len(weights) > 1 and weights[0] == {True} and False in weights[1]


def _rows(table: Any) -> Iterator[Any]:
    for child in table:
        if _name(child) == "table-row":
            yield child
        elif _name(child) in {"table-header-rows", "table-rows", "table-row-group"}:
            yield from _rows(child)


def _cells(row: Any) -> Iterator[Any]:
    for child in row:
        if _name(child) in {"table-cell", "covered-table-cell"}:
            repeated = int(_of(child, "table:number-columns-repeated") or "1")
            for _ in range(min(repeated, _MAX_REPEATED)):
                # What stands under a cell that covers it is not shown.
                yield child if _name(child) == "table-cell" else ()


def _pieces(element: Any, spans: tuple[str, ...] = ()) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the words of a paragraph with the styles of the spans around them."""
    yield _spaced(element.text), spans
    for child in element:
        name = _name(child)
        if name == "s":
            yield " " * min(int(_of(child, "text:c") or "1"), _MAX_REPEATED), spans
        elif name == "tab":
            yield " ", spans
        elif name == "line-break":
            yield "\n", spans
        elif name == "span":
            yield from _pieces(child, (*spans, _of(child, "text:style-name")))
        elif name and name not in _SKIPPED and name not in {"frame", "custom-shape"}:
            yield from _pieces(child, spans)
        yield _spaced(child.tail), spans


def _boxes(element: Any) -> Iterator[Any]:
    """Yield the text boxes that hang on a paragraph; those inside another hang on its own."""
    for child in element:
        if _name(child) == "text-box":
            yield child
        elif _name(child) not in _SKIPPED:
            yield from _boxes(child)


def _spaced(text: str | None) -> str:
    """Return text as it is shown: line ends in the file are spaces."""
    return re.sub(r"\s+", " ", text or "")


def _tag(name: str) -> str:
    prefix, _, local = name.partition(":")
    return f"{{{_NAMESPACES[prefix]}}}{local}"


def _of(element: Any, name: str) -> str:
    return str(element.get(_tag(name)) or "")


def _first(element: Any, name: str) -> Any:
    return next(element.iter(_tag(name)), None)


def _name(element: Any) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
