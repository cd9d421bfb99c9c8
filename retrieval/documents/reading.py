"""Which files of a corpus folder are documents, and how each is read."""

import os
from pathlib import Path

from retrieval.documents.draft import Draft, DraftBlock, assemble
from retrieval.documents.front_matter import split_front_matter
from retrieval.documents.markdown import markdown_blocks
from retrieval.documents.plain import plain_blocks
from retrieval.errors import CorpusError, CorpusMissing, Fault
from retrieval.types import BlockKind, Document

SUFFIXES = (".md", ".markdown", ".txt")
"""File name endings, lower-case, that are read."""

MAX_FILE_BYTES = 50_000_000
_ENCODINGS = ("utf-8-sig", "utf-16")


def document_paths(corpus: Path) -> list[Path]:
    """Return the document files under `corpus`, sorted by document id; hidden ones are left out.

    Raises:
        CorpusMissing: `corpus` is not a folder that can be listed.
    """
    if not corpus.is_dir():
        raise CorpusMissing(corpus, Fault.NO_FOLDER)
    found: list[Path] = []
    for folder, names, file_names in os.walk(corpus):
        names[:] = [name for name in names if not name.startswith(".")]
        found += [
            Path(folder, name)
            for name in file_names
            if not name.startswith(".")
            and name.lower().endswith(SUFFIXES)
            # A named pipe would wait for a writer for ever.
            and Path(folder, name).is_file()
        ]
    return sorted(found, key=lambda path: document_id(corpus, path))


def document_id(corpus: Path, path: Path) -> str:
    """Return the id of the document in `path`: its path inside `corpus`, with `/`.

    Bytes of a name that are not UTF-8 are spelled out, so that every id can be stored and sent.
    """
    return path.relative_to(corpus).as_posix().encode("utf-8", "backslashreplace").decode()


def read_document(corpus: Path, path: Path) -> tuple[Document, bytes]:
    """Return the document in `path` and the file's bytes as read.

    Raises:
        CorpusError: It cannot be read, is too large, is in no known encoding, or has no text.
    """
    data = _read_bytes(path)
    text = _decode(data, path).replace("\r\n", "\n").replace("\r", "\n")
    metadata, body = split_front_matter(text, path)
    is_markdown = path.suffix.lower() in {".md", ".markdown"}
    blocks = markdown_blocks(body) if is_markdown else plain_blocks(body)
    document = assemble(Draft(_with_body(blocks), metadata), document_id(corpus, path), path.stem)
    if not document.text:
        raise CorpusError(path, Fault.EMPTY)
    return document, data


def _read_bytes(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            raise CorpusError(path, Fault.TOO_LARGE)
        return path.read_bytes()
    except OSError as error:
        raise CorpusError(path, Fault.UNREADABLE) from error


def _decode(data: bytes, path: Path) -> str:
    has_utf16_mark = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    encoding = _ENCODINGS[1] if has_utf16_mark else _ENCODINGS[0]
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise CorpusError(path, Fault.NOT_UTF8) from error
    if "\x00" in text:
        raise CorpusError(path, Fault.BINARY)
    return text


def _with_body(blocks: list[DraftBlock]) -> list[DraftBlock]:
    """A document of headings alone is a document of paragraphs."""
    if any(block.kind is BlockKind.PARAGRAPH for block in blocks):
        return blocks
    return [DraftBlock(BlockKind.PARAGRAPH, block.text) for block in blocks]
