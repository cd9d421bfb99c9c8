"""Which file name is read by which reader.

Readers are imported when their first file comes: a corpus of plain text needs none of them.
"""

from itertools import islice
from pathlib import Path, PurePosixPath

from retrieval.documents.draft import Draft, DraftBlock
from retrieval.documents.front_matter import split_front_matter
from retrieval.documents.legacy import decoded, has_lost_marks, recovered
from retrieval.documents.letterhead import letterhead
from retrieval.documents.markdown import markdown_blocks
from retrieval.documents.plain import plain_blocks
from retrieval.documents.statutes import structured
from retrieval.errors import CorpusError, Fault
from retrieval.types import BlockKind

TEXT_SUFFIXES = (".md", ".markdown", ".txt")
"""Read by code of our own, in microseconds."""
FOREIGN_SUFFIXES = (
    ".csv",
    ".doc",
    ".docx",
    ".epub",
    ".htm",
    ".html",
    ".odt",
    ".pdf",
    ".tsv",
    ".xlsx",
)
"""Read by parsers of others, which a hostile file may crash or keep busy for ever."""
ARCHIVE_SUFFIX = ".zip"
SUFFIXES = (*TEXT_SUFFIXES, *FOREIGN_SUFFIXES, ARCHIVE_SUFFIX)
"""File name endings, lower-case, that are read."""

_PLAIN_TEXT = frozenset({*TEXT_SUFFIXES, ".csv", ".htm", ".html", ".tsv"})


def read_draft(name: str, data: bytes, path: Path) -> Draft:
    """Return what `data` says, its structure known and its letters today's.

    Args:
        name: A file name, for its ending.
        data: The file.
        path: Named in errors.

    Raises:
        CorpusError: It cannot be read, or has lost its Vietnamese letters.
    """
    suffix = PurePosixPath(name).suffix.lower()
    draft = _from_text(suffix, data, path) if suffix in _PLAIN_TEXT else _read(suffix, data, path)
    blocks = draft.blocks
    if suffix not in TEXT_SUFFIXES:
        blocks = _in_todays_letters(blocks)
    if has_lost_marks("\n".join(block.text for block in blocks)):
        raise CorpusError(path, Fault.LOST_MARKS)
    head = letterhead(blocks)
    in_text = suffix in TEXT_SUFFIXES
    # What a person wrote above a text counts for more than its head, a program's notes for less.
    metadata = {**head, **draft.metadata} if in_text else {**draft.metadata, **head}
    structure = structured(blocks)
    if not any(block.kind is BlockKind.PARAGRAPH for block in structure):
        # A document of headings alone is a document of paragraphs.
        structure = [block.as_paragraph() for block in structure]
    return Draft(structure, metadata)


def _in_todays_letters(blocks: list[DraftBlock]) -> list[DraftBlock]:
    """Undo old fonts, which show old bytes as other letters; short lines are judged by the rest."""
    whole = "\n".join(block.text for block in blocks)
    found = recovered(whole)
    if found == whole:
        return blocks
    lines = iter(found.split("\n"))
    return [
        block.with_text("\n".join(islice(lines, block.text.count("\n") + 1))) for block in blocks
    ]


def _from_text(suffix: str, data: bytes, path: Path) -> Draft:
    text = decoded(data)
    if text is None:
        raise CorpusError(path, Fault.BINARY if b"\x00" in data else Fault.NO_ENCODING)
    text = recovered(text.replace("\r\n", "\n").replace("\r", "\n"))
    if suffix in {".htm", ".html"}:
        from retrieval.documents.web import html_draft

        return html_draft(text, path)
    if suffix in {".csv", ".tsv"}:
        from retrieval.documents.tables import csv_draft

        return csv_draft(text)
    metadata, body = split_front_matter(text, path)
    blocks = plain_blocks(body) if suffix == ".txt" else markdown_blocks(body)
    return Draft(blocks, metadata)


def _pdf(data: bytes, path: Path) -> Draft:
    from retrieval.documents.ocr import with_text_layer
    from retrieval.documents.pdf import pdf_draft

    try:
        return pdf_draft(data, path)
    except CorpusError as error:
        layered = with_text_layer(data) if error.fault is Fault.SCANNED else None
        if layered is None:
            raise
        return pdf_draft(layered, path)


def _read(suffix: str, data: bytes, path: Path) -> Draft:
    if suffix == ".pdf":
        return _pdf(data, path)
    if suffix == ".docx":
        from retrieval.documents.word import docx_draft

        return docx_draft(data, path)
    if suffix == ".doc":
        from retrieval.documents.old_word import doc_draft

        return doc_draft(data, path)
    if suffix == ".odt":
        from retrieval.documents.opendocument import odt_draft

        return odt_draft(data, path)
    if suffix == ".xlsx":
        from retrieval.documents.tables import xlsx_draft

        return xlsx_draft(data, path)
    if suffix == ".epub":
        from retrieval.documents.epub import epub_draft

        return epub_draft(data, path)
    raise CorpusError(path, Fault.UNREADABLE)
