"""Old Word files (.doc) → a draft, by whichever converter is installed.

Owns what such a file really is: many are a docx, a web page or RTF under another name. Those in
Word's old binary format are given to LibreOffice, antiword or catdoc, the first that is installed
and can read them, in a process of its own with a folder of its own.
"""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import groupby
from pathlib import Path
from typing import Any

from lxml import etree, html

from retrieval.documents.archives import is_locked_package, is_ole
from retrieval.documents.draft import Draft, DraftBlock
from retrieval.documents.layout import Line, is_letterhead, line_blocks
from retrieval.documents.legacy import decoded
from retrieval.documents.markup import markup_blocks
from retrieval.documents.numbering import counted
from retrieval.documents.programs import run_program
from retrieval.documents.tables import table_blocks
from retrieval.documents.word import docx_draft
from retrieval.errors import CorpusError, Fault
from retrieval.types import BlockKind

SECONDS = 60.0

_RTF = b"{\\rtf"
_MHTML = re.compile(rb"\s*(?:MIME-Version|Content-Type|From|Subject|Date|X-\w+):", re.IGNORECASE)
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|meta|p|div|table)\b", re.IGNORECASE)
_LOOKED_AT = 4096
_PICTURE = "[pic]"
_STRAY_CHARS = 2
_FEWEST_STRAYS = 5
_WORD_MARK = b"\xec\xa5"
_SECTOR = 512
_FLAGS_AT = 10
_IS_ENCRYPTED = 0x0100

_XML = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, recover=True)
_NUMERATIONS = {
    "loweralpha": "lowerLetter",
    "upperalpha": "upperLetter",
    "lowerroman": "lowerRoman",
    "upperroman": "upperRoman",
}


def doc_draft(data: bytes, path: Path) -> Draft:
    """Return the text of a file that calls itself a Word document, whatever it is inside.

    Raises:
        CorpusError: It is damaged or protected, no converter for it is installed, or the
            converter fails or takes too long.
    """
    if data.startswith(b"PK"):
        return docx_draft(data, path)
    if is_ole(data):
        if is_locked_package(data) or _is_locked(data):
            raise CorpusError(path, Fault.ENCRYPTED)
        return _converted(data, ".doc", _CONVERTERS, path)
    if data.lstrip().startswith(_RTF):
        return _converted(data.lstrip(), ".rtf", (_SOFFICE,), path)
    return Draft(_page_blocks(data, path))


def _is_locked(data: bytes) -> bool:
    """Return whether the text of a binary Word file is scrambled; its first block says so."""
    for at in range(_SECTOR, len(data) - _SECTOR, _SECTOR):
        if data.startswith(_WORD_MARK, at):
            flags = int.from_bytes(data[at + _FLAGS_AT : at + _FLAGS_AT + 2], "little")
            return bool(flags & _IS_ENCRYPTED)
    return False


def _page_blocks(data: bytes, path: Path) -> list[DraftBlock]:
    """Return the blocks of a web page that Word saved, alone or packed together with pictures."""
    text = _packed_page(data) if _MHTML.match(data) else decoded(data)
    if not text or not _HTML.search(text[:_LOOKED_AT].encode("utf-8", "replace")):
        raise CorpusError(path, Fault.BROKEN)
    try:
        parser = html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
        root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
        return markup_blocks(root)
    except (etree.LxmlError, ValueError, RecursionError) as error:
        raise CorpusError(path, Fault.BROKEN) from error


def _packed_page(data: bytes) -> str | None:
    try:
        message = message_from_bytes(data, policy=policy.default)
        for part in message.walk():
            if isinstance(part, EmailMessage) and part.get_content_type() == "text/html":
                payload = part.get_payload(decode=True)
                return decoded(payload) if isinstance(payload, bytes) else None
    except (LookupError, ValueError):
        return None
    return None


class _Failed(Exception):
    """A converter could not read a file; another one may."""


class _Locked(_Failed):
    """A converter says that it takes a password."""


def _by_soffice(program: str, file: Path) -> Draft:
    folder = file.parent
    profile = (folder / "profile").as_uri()
    command = [program, f"-env:UserInstallation={profile}", "--headless", "--norestore"]
    _run([*command, "--convert-to", "docx", "--outdir", str(folder / "out"), str(file)], folder)
    found = folder / "out" / f"{file.stem}.docx"
    if not found.is_file():
        raise _Failed
    return docx_draft(found.read_bytes(), file)


def _by_antiword(program: str, file: Path) -> Draft:
    # As text it would cut the cells of a table into lines; DocBook keeps them whole.
    output = _run([program, "-x", "db", str(file)], file.parent)
    try:
        book = etree.fromstring(output, _XML)
    except (etree.LxmlError, ValueError) as error:
        raise _Failed from error
    if book is None:
        raise _Failed
    return Draft(line_blocks(list(_book_lines(book))))


def _by_catdoc(program: str, file: Path) -> Draft:
    output = _run([program, "-d", "utf-8", "-w", str(file)], file.parent)
    # It parts the cells of a row by tabs, and ends each row and page with a control character.
    text = output.decode("utf-8", "replace").replace("\x07", "\t")
    lines = _without_strays(text.replace("\x0c", "\n").split("\n"))
    rows = "\n".join(map(_row, lines)).split("\n")
    # It tells no look at all; what is in capitals may stand in the middle.
    return Draft(line_blocks([Line(row, row.isupper(), row.isupper()) for row in rows]))


def _without_strays(lines: Iterable[str]) -> Iterator[str]:
    """Yield `lines` without runs of single signs: bytes between the pieces of a patched file."""
    for stray, run in groupby(lines, lambda line: 0 < len(line.strip()) <= _STRAY_CHARS):
        found = list(run)
        if not stray or len(found) < _FEWEST_STRAYS:
            yield from found


def _row(line: str) -> str:
    cells = list(filter(None, map(str.strip, line.split("\t"))))
    return ("\n" if any(map(is_letterhead, cells)) else " | ").join(cells)


_Converter = tuple[tuple[str, ...], Callable[[str, Path], Draft]]
_SOFFICE: _Converter = (("soffice", "libreoffice"), _by_soffice)
_CONVERTERS: Sequence[_Converter] = (
    _SOFFICE,
    (("antiword",), _by_antiword),
    (("catdoc",), _by_catdoc),
)


def _converted(data: bytes, suffix: str, converters: Sequence[_Converter], path: Path) -> Draft:
    """Return what the first converter makes of a file that is installed and can read it."""
    fault = Fault.NO_DOC_READER
    for converter in converters:
        try:
            draft = _tried(converter, data, suffix)
        except subprocess.TimeoutExpired as error:
            raise CorpusError(path, Fault.TOO_SLOW) from error
        except _Locked as error:
            raise CorpusError(path, Fault.ENCRYPTED) from error
        except (_Failed, CorpusError, OSError):
            fault = Fault.BROKEN
            continue
        if draft is not None:
            return draft
    raise CorpusError(path, fault)


def _tried(converter: _Converter, data: bytes, suffix: str) -> Draft | None:
    """Return what one converter makes of a file; None where it is not installed."""
    names, convert = converter
    program = next(filter(None, map(shutil.which, names)), None)
    if program is None:
        return None
    with tempfile.TemporaryDirectory(prefix="hoidap-", ignore_cleanup_errors=True) as folder:
        file = Path(folder, f"document{suffix}")
        file.write_bytes(data)
        return convert(program, file)


def _run(command: list[str], folder: Path) -> bytes:
    """Return what a converter writes."""
    ran = run_program(command, folder, SECONDS)
    if b"encrypt" in ran.complaints[:_LOOKED_AT].lower():
        raise _Locked
    if ran.status != 0:
        raise _Failed
    return ran.output


def _book_lines(element: Any, label: str = "") -> Iterator[Line | DraftBlock]:
    """Yield the paragraphs and tables of a book in DocBook, in order."""
    for child in element:
        if child.tag in {"bookinfo", "footnote", "comment"}:
            continue
        if child.tag == "title":
            # That of the whole is the file's property; a heading is below it.
            if element.tag not in {"book", "chapter"}:
                yield Line(_words(child), level=_depth(child))
        elif child.tag == "informaltable":
            rows = [[_words(cell) for cell in row.iter("entry")] for row in child.iter("row")]
            yield from _table_lines(rows)
        elif child.tag in {"orderedlist", "itemizedlist"}:
            yield from _list_lines(child)
        elif child.tag == "para" and child.find("informaltable") is None:
            yield from _para_lines(child, label)
            label = ""
        else:
            yield from _book_lines(child, label)


def _para_lines(para: Any, label: str) -> Iterator[Line]:
    # Of a table that it does not understand, antiword leaves bars between the cells.
    for text in (label + _words(para).strip()).replace(_PICTURE, "").split("|"):
        bold = _is_bold(para)
        # It tells nothing of the middle of a page; capitals in bold stand there.
        yield Line(text.strip(), bold, centred=bold and text.isupper())


def _depth(title: Any) -> int:
    section = str(title.getparent().tag)
    return int(section[4:]) if section[:4] == "sect" and section[4:].isdigit() else 2


def _list_lines(element: Any) -> Iterator[Line | DraftBlock]:
    form = _NUMERATIONS.get(str(element.get("numeration")), "decimal")
    for number, item in enumerate(element.iter("listitem"), start=1):
        label = "- " if element.tag == "itemizedlist" else f"{counted(number, form)}. "
        yield from _book_lines(item, label)


def _table_lines(rows: list[list[str]]) -> Iterator[DraftBlock | Line]:
    # A letterhead has no row of names: its cells are lines, as antiword knows no borders.
    if len(rows) > 2 or (rows and len(rows[0]) > 2 and len(rows) > 1):
        yield from table_blocks(rows)
        return
    for cell in (cell for row in rows for cell in row):
        for line in cell.split("\n"):
            yield DraftBlock(BlockKind.PARAGRAPH, line.strip())


def _is_bold(para: Any) -> bool:
    """Return whether all words of a paragraph are bold."""
    loose = [para.text or "", *(child.tail or "" for child in para)]
    inside = [child for child in para if _words(child).strip()]
    marked = all(child.tag == "emphasis" and child.get("role") == "bold" for child in inside)
    return bool(inside) and marked and not "".join(loose).strip()


def _words(element: Any) -> str:
    pieces = [element.text or ""]
    for child in element:
        before = "".join(pieces)
        words = _words(child)
        if child.tag == "emphasis" and _is_broken(before, words, child):
            pieces.append("\n")
        pieces += [words, child.tail or ""]
    return "".join(pieces)


def _is_broken(before: str, words: str, child: Any) -> bool:
    """Return whether a line ends between two emphases: antiword leaves the break itself out."""
    previous = child.getprevious()
    return (
        previous is not None
        and not previous.tail
        and previous.get("role") == child.get("role")
        and not before[-1:].isspace()
        and words[:1].isupper()
    )
