"""Which files of a corpus folder are documents, and the documents in each."""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path, PurePosixPath
from types import TracebackType

from retrieval.documents.draft import Draft, assemble
from retrieval.documents.formats import SUFFIXES, TEXT_SUFFIXES, read_draft
from retrieval.documents.metadata import side_files, side_metadata
from retrieval.documents.ocr import OCR_SECONDS, can_recognise
from retrieval.documents.sandbox import SECONDS_PER_FILE, Drafts, Sandbox
from retrieval.errors import CorpusError, CorpusMissing, Fault
from retrieval.types import Document

MAX_FILE_BYTES = 50_000_000


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
            # `~$de-an.docx` is what Word keeps while somebody has de-an.docx open.
            if not name.startswith((".", "~$"))
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


class DocumentReader:
    """Reads the documents of one corpus, those of foreign formats in a process of their own."""

    def __init__(self, corpus: Path, seconds_per_file: float = SECONDS_PER_FILE) -> None:
        self._corpus = corpus
        self._sandbox = Sandbox(seconds_per_file)

    @cached_property
    def _can_recognise(self) -> bool:
        return can_recognise()

    def __enter__(self) -> "DocumentReader":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._sandbox.close()

    def documents(self, path: Path) -> Iterator[tuple[str, Document | Fault]]:
        """Yield (id, document or what is wrong with it) of each document in the file `path`.

        An archive has several; what is in it is called by the archive's id, `/` and its own name.
        """
        name = document_id(self._corpus, path)
        try:
            told = side_metadata(path)
            drafts = self._drafts(path)
        except CorpusError as error:
            yield name, error.fault
            return
        if not drafts:
            yield name, Fault.NO_DOCUMENTS
        for inner, draft in drafts:
            own = f"{name}/{inner}" if inner else name
            stem = PurePosixPath(inner or path.name).stem
            yield own, draft if isinstance(draft, Fault) else _document(draft, own, stem, told)

    def _drafts(self, path: Path) -> Drafts:
        if path.suffix.lower() in TEXT_SUFFIXES:
            return [("", read_draft(path.name, _read_bytes(path), path))]
        _check_size(path)
        # Most PDF files are no scans, and take no time; which are is known when they are read.
        recognised = path.suffix.lower() == ".pdf" and self._can_recognise
        return self._sandbox.drafts(path, OCR_SECONDS if recognised else None)


def tried(path: Path) -> tuple[int, Fault | None]:
    """Read a file that is in no corpus yet; return how many documents it has, or what is wrong.

    An archive is as good as one readable document in it.
    """
    with DocumentReader(path.parent) as reader:
        found = [document for _, document in reader.documents(path)]
    faults = [one for one in found if isinstance(one, Fault)]
    readable = len(found) - len(faults)
    return readable, None if readable else faults[0]


def file_digest(path: Path) -> str:
    """Return a digest of a document's file and of what lies beside it to tell about it.

    Raises:
        CorpusError: It cannot be read, or is too large.
    """
    digest = hashlib.sha256(_read_bytes(path))
    for side in side_files(path):
        digest.update(b"\0" + _read_bytes(side))
    return digest.hexdigest()


def _document(draft: Draft, name: str, stem: str, told: dict[str, str]) -> Document | Fault:
    whole = replace(draft, metadata={**draft.metadata, **told})
    # An id has to be stored and sent, whatever bytes an archive has for a name.
    document = assemble(whole, name.encode("utf-8", "backslashreplace").decode(), stem)
    return document if document.text else Fault.EMPTY


def _check_size(path: Path) -> None:
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise CorpusError(path, Fault.TOO_LARGE)
    except OSError as error:
        raise CorpusError(path, Fault.UNREADABLE) from error


def _read_bytes(path: Path) -> bytes:
    _check_size(path)
    try:
        return path.read_bytes()
    except OSError as error:
        raise CorpusError(path, Fault.UNREADABLE) from error
