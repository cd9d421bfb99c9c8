"""Passages and documents of a generation, packed: written once, mapped into memory to read.

A passage costs one 40-byte row; its words are sliced from the documents' text when asked for.
"""

import json
import mmap
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from tokenize import TokenError
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import GenerationCorrupt
from retrieval.types import DocumentRef, Passage

TEXTS, PASSAGES = "texts.bin", "passages.npy"
HEADINGS, DOCUMENTS = "headings.json", "documents.json"

TOLD = ("publisher", "date", "in_force_from", "in_force_to", "replaced_by")
"""Columns that are None where a document does not say."""
COLUMNS = (
    *("id", "title", "source", "tags", *TOLD),
    *("digest", "stamp", "archive", "bytes", "passages", "slot"),
)
"""Of documents.json: a list each, since ten thousand rows would take far longer to read."""

_REMEMBERED = 2_048
"""Passages; a question looks at the same ones several times, and the next one at some of them."""

Columns = dict[str, list[Any]]
"""Name of a column → its value for each document."""

# numpy parses a file's header as Python, so a broken one may be anything of this.
_UNREADABLE = (OSError, ValueError, KeyError, TypeError, EOFError, SyntaxError, TokenError)


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """What is kept of a document beside its text.

    Attributes:
        digest: Of the file that it was read from.
        archive: Id of that file where it is an archive; or "".
        slot: What the lexical index calls it.
    """

    ref: DocumentRef
    digest: str
    archive: str
    passages: int
    slot: int


def context(title: str, heading: str) -> str:
    """Return what stands above a passage, as it is indexed: its title and headings."""
    return f"{title}\n{heading}"


class PassageTable:
    """Random access to the passages of one generation, by index from 0, and to its documents."""

    def __init__(
        self,
        rows: np.ndarray,
        headings: Sequence[str],
        columns: Columns,
        texts: mmap.mmap,
        folder: Path,
    ) -> None:
        self.rows = rows
        self.headings = headings
        self.columns = columns
        self.folder = folder
        self._texts = texts
        self._passage = lru_cache(maxsize=_REMEMBERED)(self._read_passage)
        self.some_may_lapse = any(
            value is not None for name in ("in_force_to", "replaced_by") for value in columns[name]
        )

    @classmethod
    def open(cls, folder: Path) -> "PassageTable":
        """Map what `PassageTableWriter` wrote.

        Raises:
            GenerationCorrupt: A file is missing or unreadable.
        """
        try:
            rows = np.asarray(np.load(folder / PASSAGES, mmap_mode="r", allow_pickle=False))
            headings = json.loads((folder / HEADINGS).read_text(encoding="utf-8"))
            columns = json.loads((folder / DOCUMENTS).read_text(encoding="utf-8"))
            if len({len(columns[name]) for name in COLUMNS}) != 1:
                raise ValueError(f"{DOCUMENTS} has columns of several lengths")
            with (folder / TEXTS).open("rb") as file:
                texts = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            return cls(rows, headings, columns, texts, folder)
        except _UNREADABLE as error:
            raise GenerationCorrupt(f"the passages in {folder} are unreadable") from error

    @cached_property
    def documents(self) -> Sequence[DocumentRow]:
        """The documents, in the order of their passages.

        Raises:
            GenerationCorrupt: They are not what was written.
        """
        try:
            return [_document_row(self.columns, index) for index in range(len(self.columns["id"]))]
        except (ValueError, TypeError) as error:
            raise GenerationCorrupt(f"the documents in {self.folder} are unreadable") from error

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> Passage:
        return self._passage(int(index))

    def _read_passage(self, index: int) -> Passage:
        row = self.rows[index]
        return Passage(
            document_id=self.documents[int(row["document"])].ref.id,
            number=int(row["number"]),
            start=int(row["start"]),
            end=int(row["end"]),
            text=self._texts[int(row["first_byte"]) : int(row["last_byte"])].decode(),
            heading=self._heading_of(index),
            page=int(row["page"]),
        )

    def _heading_of(self, index: int) -> str:
        return self.headings[int(self.rows[index]["heading"])]

    def document_of(self, index: int) -> DocumentRef:
        """Return the document of passage `index`."""
        return self.documents[int(self.rows[index]["document"])].ref

    def context_of(self, index: int) -> str:
        """Return the title and headings of passage `index`, on a line each."""
        return context(self.document_of(index).title, self._heading_of(index))

    def starts_by_slot(self) -> NDArray[np.int64]:
        """Return slot → the first passage of its document; 0 for a slot of none."""
        slots = self.columns["slot"]
        starts = np.zeros(1 + max(slots, default=0), dtype=np.int64)
        starts[slots] = self.starts[:-1]
        return starts

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """Document → its first passage, both by index from 0; at the end, all passages."""
        return _starts(self.columns["passages"])

    @cached_property
    def first_bytes(self) -> NDArray[np.int64]:
        """Document → where its text begins in texts.bin; at the end, where the last one ends."""
        return _starts(self.columns["bytes"])

    def passages_of(self, document: int) -> list[Passage]:
        """Return the passages of the document with this index, in order."""
        return [self[i] for i in range(self.starts[document], self.starts[document + 1])]

    def entries_of(self, document: int) -> list[tuple[str, str]]:
        """Return each passage's text and context of the document with this index, in order."""
        title = str(self.columns["title"][document])
        return [(p.text, context(title, p.heading)) for p in self.passages_of(document)]

    def text_of(self, document: int) -> str:
        """Return the canonical text of the document with this index, from 0."""
        return self._texts[self.first_bytes[document] : self.first_bytes[document + 1]].decode()


def _starts(sizes: Sequence[int]) -> NDArray[np.int64]:
    starts = np.zeros(len(sizes) + 1, dtype=np.int64)
    np.cumsum(sizes, out=starts[1:])
    return starts


def _document_row(columns: Columns, index: int) -> DocumentRow:
    told = {name: columns[name][index] for name in TOLD}
    return DocumentRow(
        ref=DocumentRef(
            id=str(columns["id"][index]),
            title=str(columns["title"][index]),
            source=str(columns["source"][index]),
            tags=tuple(map(str, columns["tags"][index])),
            **{name: None if value is None else str(value) for name, value in told.items()},
        ),
        digest=str(columns["digest"][index]),
        archive=str(columns["archive"][index]),
        passages=int(columns["passages"][index]),
        slot=int(columns["slot"][index]),
    )
