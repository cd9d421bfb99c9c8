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
from retrieval.errors import GenerationError
from retrieval.fusion import Calibration
from retrieval.lexical import Entry, LexicalIndex
from retrieval.passage_table import context
from retrieval.passage_writer import PassageTableWriter
from retrieval.sources import Before, Kept, Part, Source
from retrieval.token_vectors import load_token_vectors
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
) -> int:
    """Write every file of a generation but its manifest to `folder`; return how many passages.

    Args:
        folder: Exists, empty.
        parts: In the order of their passages.
        embedder: The model for the dense leg.
        calibration: Kept with the index.
        progress: Called as it goes.
        before: The generation that parts are taken over from.

    Raises:
        GenerationError: `folder` cannot be written, or its disk is too full.
    """
    total = sum(map(passages_in, parts))
    if shutil.disk_usage(folder).free < _needed_bytes(total, embedder.dimension):
        raise GenerationError(f"{folder.parent}: too little disk space for the new index")
    before = before or Before()
    try:
        slots = _given_slots(parts, before)
        _write_passages(folder, parts, slots, before)
        _write_dense(folder, parts, before, embedder, progress)
        vectors = load_token_vectors(BUNDLED_MODEL)
        WordTable.write(_words(parts, before), folder / "words", vectors)
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


def _write_dense(
    folder: Path,
    parts: Sequence[Part],
    before: Before,
    embedder: Embedder,
    progress: Callable[[Progress], None],
) -> None:
    kept = before.dense
    new = [part for part in parts if kept is None or isinstance(part, Source)]
    texts = [text for own in _documents(new, before) for text, _ in own]
    made = np.empty((0, embedder.dimension), dtype=np.float32)
    if texts:
        made = embedder.embed_passages(
            texts, lambda done: progress(Progress("embed", done, len(texts)))
        )

    def rows() -> Iterator[Embeddings | DenseRows]:
        at = 0
        for part in parts:
            if kept is not None and isinstance(part, Kept):
                yield kept.part(part.start, part.end)
            else:
                start, at = at, at + passages_in(part)
                yield made[start:at]

    DenseIndex.write(rows(), embedder.dimension, folder / "dense.faiss")


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

    def entries() -> Iterator[Entry]:
        done = 0
        for part, own in new:
            for slot, passages in zip(own, _documents([part], before), strict=True):
                for number, (text, above) in enumerate(passages):
                    yield Entry(slot, number, text, above)
                    done += 1
                    if done % 500 == 0 or done == total:
                        progress(Progress("index", done, total))

    LexicalIndex.write(entries(), folder / "lexical", slots.base, slots.gone)


def _given_slots(parts: Sequence[Part], before: Before) -> _Slots:
    """Return the slots of `parts`: those they had, and new ones, as long as few have lapsed."""
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
    if kept and len(kept) >= _LEAST_KEPT * (max(given) + 1):
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
