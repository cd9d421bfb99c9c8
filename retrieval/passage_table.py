"""Passages and documents of a generation, packed: written once, mapped into memory to read.

A passage costs one 40-byte row; its words are sliced from the documents' text when asked for.
"""

import json
import mmap
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import GenerationCorrupt
from retrieval.generation import PASSAGE_DTYPE
from retrieval.types import Document, DocumentRef, Passage


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """What is kept of a document beside its text.

    Attributes:
        digest: Of the file that it was read from.
        slot: What the lexical index calls it.
    """

    ref: DocumentRef
    digest: str
    first_byte: int
    last_byte: int
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
        headings: list[str],
        documents: list[DocumentRow],
        texts: "mmap.mmap | bytes",
    ) -> None:
        self._rows = rows
        self._headings = headings
        self.documents = documents
        self._texts = texts
        self.some_may_lapse = any(
            row.ref.in_force_to is not None or row.ref.replaced_by is not None for row in documents
        )

    @staticmethod
    def write(
        folder: Path,
        documents: Sequence[tuple[Document, str, int]],
        passages: Sequence[Sequence[Passage]],
    ) -> None:
        """Write (document, digest, slot) of each and its passages, in the same order."""
        headings: dict[str, int] = {}
        rows: list[tuple[int, ...]] = []
        metadata: list[dict[str, object]] = []
        position = 0
        with (folder / "texts.bin").open("wb") as texts:
            for index, ((document, digest, slot), own) in enumerate(
                zip(documents, passages, strict=True)
            ):
                data = document.text.encode()
                offsets = _byte_offsets(document.text, own)
                rows.extend(
                    (
                        index,
                        passage.number,
                        headings.setdefault(passage.heading, len(headings)),
                        passage.start,
                        passage.end,
                        passage.page,
                        position + offsets[passage.start],
                        position + offsets[passage.end],
                    )
                    for passage in own
                )
                metadata.append(
                    {
                        "id": document.id,
                        "title": document.title,
                        "source": document.source or document.id,
                        "publisher": document.publisher,
                        "date": document.date,
                        "tags": document.tags,
                        "in_force_from": document.in_force_from,
                        "in_force_to": document.in_force_to,
                        "replaced_by": document.replaced_by,
                        "digest": digest,
                        "bytes": [position, position + len(data)],
                        "passages": len(own),
                        "slot": slot,
                    }
                )
                texts.write(data)
                position += len(data)
        np.save(folder / "passages.npy", np.array(rows, dtype=PASSAGE_DTYPE))
        _write_json(folder / "headings.json", list(headings))
        _write_json(folder / "documents.json", metadata)

    @classmethod
    def open(cls, folder: Path) -> "PassageTable":
        """Map what `write` wrote.

        Raises:
            GenerationCorrupt: A file is missing or unreadable.
        """
        try:
            rows = np.load(folder / "passages.npy", mmap_mode="r", allow_pickle=False)
            headings = json.loads((folder / "headings.json").read_text(encoding="utf-8"))
            metadata = json.loads((folder / "documents.json").read_text(encoding="utf-8"))
            with (folder / "texts.bin").open("rb") as file:
                texts = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            return cls(rows, headings, [_document_row(fields) for fields in metadata], texts)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise GenerationCorrupt(f"the passages in {folder} are unreadable") from error

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, index: int) -> Passage:
        row = self._rows[index]
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
        return self._headings[int(self._rows[index]["heading"])]

    def document_of(self, index: int) -> DocumentRef:
        """Return the document of passage `index`."""
        return self.documents[int(self._rows[index]["document"])].ref

    def context_of(self, index: int) -> str:
        """Return the title and headings of passage `index`, on a line each."""
        return context(self.document_of(index).title, self._heading_of(index))

    def starts_by_slot(self) -> NDArray[np.int64]:
        """Return slot → the first passage of its document; 0 for a slot of none."""
        starts = np.zeros(1 + max((row.slot for row in self.documents), default=0), dtype=np.int64)
        starts[[row.slot for row in self.documents]] = self.starts
        return starts

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """Document → its first passage, both by index from 0."""
        counts = np.array([row.passages for row in self.documents], dtype=np.int64)
        starts: NDArray[np.int64] = np.cumsum(counts) - counts
        return starts

    def passages_of(self, document: int) -> list[Passage]:
        """Return the passages of the document with this index, in order."""
        start = int(self.starts[document])
        return [self[start + own] for own in range(self.documents[document].passages)]

    def text_of(self, document: int) -> str:
        """Return the canonical text of the document with this index, from 0."""
        row = self.documents[document]
        return self._texts[row.first_byte : row.last_byte].decode()


def _byte_offsets(text: str, passages: Sequence[Passage]) -> dict[int, int]:
    """Return character offset → UTF-8 byte offset for every end of `passages`, in one pass."""
    offsets: dict[int, int] = {}
    characters = size = 0
    for position in sorted({edge for p in passages for edge in (p.start, p.end)}):
        size += len(text[characters:position].encode())
        characters = position
        offsets[position] = size
    return offsets


def _document_row(fields: dict[str, Any]) -> DocumentRow:
    first, last = fields["bytes"]
    optional = ("publisher", "date", "in_force_from", "in_force_to", "replaced_by")
    told = {key: None if fields[key] is None else str(fields[key]) for key in optional}
    return DocumentRow(
        ref=DocumentRef(
            id=str(fields["id"]),
            title=str(fields["title"]),
            source=str(fields["source"]),
            tags=tuple(map(str, fields["tags"])),
            **told,
        ),
        digest=str(fields["digest"]),
        first_byte=int(first),
        last_byte=int(last),
        passages=int(fields["passages"]),
        slot=int(fields["slot"]),
    )


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
