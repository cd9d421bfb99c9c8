"""The files of an index: what is new is computed, what is known is copied as it lies.

Everything that is in a generation but its manifest. After a small change this is a matter of
copying a few runs of bytes, however many documents there are.
"""

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import numpy as np

from retrieval.dense import DenseIndex, DenseRows
from retrieval.embedding import BUNDLED_MODEL, CALIBRATION_FILE, Embedder, Embeddings
from retrieval.errors import GenerationError, IndexUnreachable
from retrieval.fusion import Calibration
from retrieval.legs import Entry
from retrieval.lexical import LexicalIndex
from retrieval.milvus import write_collection
from retrieval.passage_table import context
from retrieval.passage_writer import PassageTableWriter
from retrieval.sources import Before, Kept, Part, Source
from retrieval.token_vectors import load_token_vectors
from retrieval.types import LOCAL, Place
from retrieval.word_table import WordRun, WordTable

_LEAST_KEPT = 0.8
"""Share of all slots ever given that must still be in use: what is deleted still weighs in BM25."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a build is; `stage` is read, embed, index or publish."""

    stage: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class _Slots:
    """What the lexical index calls each document.

    Attributes:
        given: Of each document, in order.
        base: The lexical index to go on from; None to write it anew.
        gone: Slots that the base has and that are no more.
    """

    given: list[int]
    base: Path | None = None
    gone: frozenset[int] = frozenset()


def write_index(
    folder: Path,
    parts: Sequence[Part],
    embedder: Embedder,
    calibration: Calibration,
    progress: Callable[[Progress], None] = lambda _: None,
    before: Before | None = None,
    place: Place = LOCAL,
) -> int:
    """Write every file of a generation but its manifest to `folder`; return how many passages.

    Args:
        folder: Exists, empty.
        parts: In the order of their passages.
        embedder: The model for the dense leg.
        calibration: Kept with the index.
        progress: Called as it goes.
        before: The generation that parts are taken over from.
        place: Where the legs are to be.

    Raises:
        GenerationError: `folder` cannot be written, or its disk is too full; or the server of the
            legs cannot be reached, or refuses.
    """
    total = sum(map(passages_in, parts))
    if shutil.disk_usage(folder).free < _needed_bytes(total, embedder.dimension):
        raise GenerationError(f"{folder.parent}: too little disk space for the new index")
    before = before or Before()
    try:
        slots = _given_slots(parts, before, anew=place.kind == "milvus")
        _write_passages(folder, parts, slots, before)
        vectors = load_token_vectors(BUNDLED_MODEL)
        WordTable.write(_words(parts, before), folder / "words", vectors)
        rows = _rows(parts, before, embedder, progress)
        if place.kind == "milvus":
            _write_collection(folder, parts, before, slots, rows, embedder, place, progress)
        else:
            DenseIndex.write(rows, embedder.dimension, folder / "dense.faiss")
            _write_lexical(folder, parts, before, slots, progress)
        calibration.save(folder / CALIBRATION_FILE)
    except (OSError, RuntimeError) as error:  # RuntimeError: how faiss reports a full disk
        raise GenerationError(f"the new index cannot be written: {error}") from error
    return total


def passages_in(part: Part) -> int:
    """Return how many passages `part` has."""
    return part.end - part.start if isinstance(part, Kept) else len(part.passages)


def _needed_bytes(passages: int, dimension: int) -> int:
    """A generous estimate: vectors, texts, two fields of terms, and room to spare."""
    return passages * (4 * dimension + 6_000) + 20_000_000


def _write_passages(folder: Path, parts: Sequence[Part], slots: _Slots, before: Before) -> None:
    with PassageTableWriter(folder, before.table) as table:
        for part, own in _with_slots(parts, slots):
            if isinstance(part, Kept):
                table.take_over(part.first, part.last, own)
            else:
                table.add(
                    part.document,
                    part.passages,
                    own[0],
                    digest=part.digest,
                    stamp=part.stamp,
                    archive=part.archive,
                )


def _rows(
    parts: Sequence[Part],
    before: Before,
    embedder: Embedder,
    progress: Callable[[Progress], None],
) -> Iterator[Embeddings | DenseRows]:
    """Yield the embeddings of `parts` in order: what is new made, what is known as it was."""
    kept = before.dense
    new = [part for part in parts if kept is None or isinstance(part, Source)]
    texts = [text for own in _documents(new, before) for text, _ in own]
    made = np.empty((0, embedder.dimension), dtype=np.float32)
    if texts:
        made = embedder.embed_passages(
            texts, lambda done: progress(Progress("embed", done, len(texts)))
        )
    at = 0
    for part in parts:
        if kept is None or isinstance(part, Source):
            start, at = at, at + passages_in(part)
            yield made[start:at]
        elif isinstance(kept, DenseRows):
            yield kept.part(part.start, part.end)
        else:
            yield from kept.part(part.start, part.end).pieces()


def _write_collection(
    folder: Path,
    parts: Sequence[Part],
    before: Before,
    slots: _Slots,
    rows: Iterable[Embeddings | DenseRows],
    embedder: Embedder,
    place: Place,
    progress: Callable[[Progress], None],
) -> None:
    if place.milvus is None:
        raise IndexUnreachable("nobody has said where the Milvus server is")
    total = sum(map(passages_in, parts))
    embeddings = (
        embedding
        for run in rows
        for piece in (run.pieces() if isinstance(run, DenseRows) else (run,))
        for embedding in piece
    )
    entries = _entries(_with_slots(parts, slots), before)
    write_collection(
        folder,
        place.milvus,
        zip(entries, embeddings, strict=True),
        embedder.dimension,
        total,
        before.folder,
        lambda done: progress(Progress("index", done, total)),
    )


def _words(parts: Sequence[Part], before: Before) -> Iterator[tuple[str, str] | WordRun]:
    for part in parts:
        if before.words is not None and isinstance(part, Kept):
            yield before.words.run(part.start, part.end - part.start)
        else:
            for own in _documents([part], before):
                yield from own


def _write_lexical(
    folder: Path,
    parts: Sequence[Part],
    before: Before,
    slots: _Slots,
    progress: Callable[[Progress], None],
) -> None:
    new = [
        (part, own)
        for part, own in _with_slots(parts, slots)
        if slots.base is None or isinstance(part, Source)
    ]
    total = sum(passages_in(part) for part, _ in new)

    def told() -> Iterator[Entry]:
        for done, entry in enumerate(_entries(new, before), start=1):
            yield entry
            if done % 500 == 0 or done == total:
                progress(Progress("index", done, total))

    LexicalIndex.write(told(), folder / "lexical", slots.base, slots.gone)


def _entries(parts: Iterable[tuple[Part, list[int]]], before: Before) -> Iterator[Entry]:
    """Yield the passages of parts, whose documents have these slots."""
    for part, own in parts:
        for slot, passages in zip(own, _documents([part], before), strict=True):
            for number, (text, above) in enumerate(passages):
                yield Entry(slot, number, text, above)


def _given_slots(parts: Sequence[Part], before: Before, *, anew: bool) -> _Slots:
    """Return the slots of `parts`: those they had, and new ones, as long as few have lapsed.

    With `anew`, and where there is no lexical index to go on from, all are given in order.
    """
    old: list[int] = before.table.columns["slot"] if before.table is not None else []
    new = count(max(old, default=-1) + 1)
    given: list[int] = []
    kept: set[int] = set()
    for part in parts:
        if isinstance(part, Kept):
            given += old[part.first : part.last]
            kept.update(old[part.first : part.last])
        else:
            given.append(next(new))
    going_on = before.lexical is not None and not anew
    if going_on and kept and len(kept) >= _LEAST_KEPT * (max(given) + 1):
        return _Slots(given, before.lexical, frozenset(set(old) - kept))
    return _Slots(list(range(len(given))))


def _with_slots(parts: Sequence[Part], slots: _Slots) -> Iterator[tuple[Part, list[int]]]:
    """Yield each part and the slots of its documents."""
    at = 0
    for part in parts:
        start, at = at, at + (part.last - part.first if isinstance(part, Kept) else 1)
        yield part, slots.given[start:at]


def _documents(parts: Iterable[Part], before: Before) -> Iterator[list[tuple[str, str]]]:
    """Yield each document's passages: their text, and what stands above it."""
    for part in parts:
        if isinstance(part, Source):
            title = part.document.title
            yield [(passage.text, context(title, passage.heading)) for passage in part.passages]
        elif before.table is not None:
            yield from map(before.table.entries_of, range(part.first, part.last))
