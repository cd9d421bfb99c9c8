"""Writes a table of passages: new documents one by one, known ones in runs as they lie.

What is taken over costs the same few steps whether a run has one document or ten thousand.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from retrieval.copying import copy_bytes
from retrieval.generation import PASSAGE_DTYPE
from retrieval.passage_table import COLUMNS, DOCUMENTS, HEADINGS, PASSAGES, TEXTS, PassageTable
from retrieval.types import Document, Passage


class PassageTableWriter:
    """Writes documents in the order in which they come; the table is whole when it is closed."""

    def __init__(self, folder: Path, before: PassageTable | None = None) -> None:
        """Begin a table in `folder`; documents can be taken over from `before`."""
        self._folder = folder
        self._before = before
        self._columns: dict[str, list[object]] = {name: [] for name in COLUMNS}
        self._rows: list[np.ndarray] = []
        # Those of the table before keep their numbers until the end.
        known = before.headings if before is not None else ()
        self._headings = {heading: number for number, heading in enumerate(known)}
        self._texts = (folder / TEXTS).open("wb")
        self._bytes = 0

    def __enter__(self) -> "PassageTableWriter":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._texts.close()
        if kind is None:
            self._finish()

    def add(
        self,
        document: Document,
        passages: Sequence[Passage],
        slot: int,
        *,
        digest: str,
        stamp: str = "",
        archive: str = "",
    ) -> None:
        """Write a document; see `DocumentRow` and `documents.CorpusFile` for what is kept of it."""
        data = document.text.encode()
        self._add_rows(document.text, passages)
        row = {
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
            "stamp": stamp,
            "archive": archive,
            "bytes": len(data),
            "passages": len(passages),
            "slot": slot,
        }
        for name, column in self._columns.items():
            column.append(row[name])
        self._texts.write(data)
        self._bytes += len(data)

    def _add_rows(self, text: str, passages: Sequence[Passage]) -> None:
        number = len(self._columns["id"])
        offsets = _byte_offsets(text, passages)
        rows = [
            (
                number,
                passage.number,
                self._headings.setdefault(passage.heading, len(self._headings)),
                passage.start,
                passage.end,
                passage.page,
                self._bytes + offsets[passage.start],
                self._bytes + offsets[passage.end],
            )
            for passage in passages
        ]
        self._rows.append(np.array(rows, dtype=PASSAGE_DTYPE))

    def take_over(self, first: int, last: int, slots: Sequence[int]) -> None:
        """Write the documents `first` to before `last` of the table before, under these slots."""
        if self._before is None:
            raise ValueError("there is no table to take documents over from")
        before = self._before
        start, end = before.first_bytes[[first, last]].tolist()
        rows = before.rows[before.starts[first] : before.starts[last]].copy()
        rows["document"] += len(self._columns["id"]) - first
        rows["first_byte"] += self._bytes - start
        rows["last_byte"] += self._bytes - start
        self._rows.append(rows)
        for name, column in self._columns.items():
            column += slots if name == "slot" else before.columns[name][first:last]
        copy_bytes(before.folder / TEXTS, start, end, self._texts)
        self._bytes += end - start

    def _finish(self) -> None:
        rows = np.concatenate([np.empty(0, dtype=PASSAGE_DTYPE), *self._rows])
        order, rows["heading"] = _renumbered(rows["heading"])
        headings = list(self._headings)
        np.save(self._folder / PASSAGES, rows)
        self._write_json(HEADINGS, [headings[number] for number in order])
        self._write_json(DOCUMENTS, self._columns)

    def _write_json(self, name: str, value: object) -> None:
        # Not `dump`: only a whole string is made by C code.
        text = json.dumps(value, ensure_ascii=False)
        (self._folder / name).write_text(text, encoding="utf-8")


def _renumbered(numbers: NDArray[np.int32]) -> tuple[list[int], NDArray[np.int64]]:
    """Return the distinct `numbers` as they first come, and for each of `numbers` its place there.

    So headings that nothing has any more are dropped, and the others lie as if all were new.
    """
    used, first = np.unique(numbers, return_index=True)
    order = used[np.argsort(first)]
    places = np.zeros(1 + int(used.max(initial=0)), dtype=np.int64)
    places[order] = np.arange(len(order))
    return order.tolist(), places[numbers]


def _byte_offsets(text: str, passages: Sequence[Passage]) -> dict[int, int]:
    """Return character offset → UTF-8 byte offset for every end of `passages`, in one pass."""
    offsets: dict[int, int] = {}
    characters = size = 0
    for position in sorted({edge for p in passages for edge in (p.start, p.end)}):
        size += len(text[characters:position].encode())
        characters = position
        offsets[position] = size
    return offsets
