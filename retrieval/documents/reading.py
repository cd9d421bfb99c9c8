"""The documents in a file of a corpus."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path, PurePosixPath
from types import TracebackType

from retrieval.documents.draft import Draft, assemble
from retrieval.documents.formats import TEXT_SUFFIXES, read_draft
from retrieval.documents.listing import document_id
from retrieval.documents.metadata import side_files, side_metadata
from retrieval.documents.ocr import OCR_SECONDS, can_recognise
from retrieval.documents.sandbox import SECONDS_PER_FILE, Drafts, Sandbox
from retrieval.errors import CorpusError, Fault
from retrieval.types import Document

MAX_FILE_BYTES = 50_000_000


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
        self.close()

    def close(self) -> None:
        """End the process that it has, if any; it may go on reading with another one."""
        self._sandbox.close()

    def documents(
        self, path: Path, data: bytes | None = None
    ) -> Iterator[tuple[str, Document | Fault]]:
        """Yield (id, document or what is wrong with it) of each document in the file `path`.

        An archive has several; what is in it is called by the archive's id, `/` and its own name.

        Args:
            path: The file.
            data: What is in it, where that has been read already.
        """
        name = document_id(self._corpus, path)
        try:
            told = side_metadata(path)
            drafts = self._drafts(path, data)
        except CorpusError as error:
            yield name, error.fault
            return
        if not drafts:
            yield name, Fault.NO_DOCUMENTS
        for inner, draft in drafts:
            own = f"{name}/{inner}" if inner else name
            stem = PurePosixPath(inner or path.name).stem
            yield own, draft if isinstance(draft, Fault) else _document(draft, own, stem, told)

    def _drafts(self, path: Path, data: bytes | None) -> Drafts:
        if path.suffix.lower() in TEXT_SUFFIXES:
            data = file_bytes(path) if data is None else data
            return [("", read_draft(path.name, data, path))]
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
    return digest_of(file_bytes(path), side_files(path))


def digest_of(data: bytes, sides: Iterable[Path]) -> str:
    """Return what `file_digest` does, of a file that has been read already.

    Raises:
        CorpusError: A side file cannot be read, or is too large.
    """
    digest = hashlib.sha256(data)
    for side in sides:
        digest.update(b"\0" + file_bytes(side))
    return digest.hexdigest()


def file_bytes(path: Path) -> bytes:
    """Return what is in a document's file.

    Raises:
        CorpusError: It cannot be read, or is too large.
    """
    _check_size(path)
    try:
        return path.read_bytes()
    except OSError as error:
        raise CorpusError(path, Fault.UNREADABLE) from error


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
