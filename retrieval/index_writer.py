"""The files of an index: what is new is computed, what is known is copied as it lies.

Everything that is in a generation but its manifest. After a small change this is a matter of
copying a few runs of bytes, however many documents there are.
"""

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from retrieval.chunks import (
    Chunk,
    Slots,
    chunks_of,
    documents,
    given_slots,
    passages_in,
    sizes_of,
    texts_of,
    with_slots,
)
from retrieval.dense import DenseRows, DenseWriter, rounded
from retrieval.embedding import CALIBRATION_FILE, Embedder, Embeddings
from retrieval.errors import GenerationError, IndexUnreachable
from retrieval.fusion import Calibration
from retrieval.legs import Entry, IndexedTerms
from retrieval.lexical import LexicalWriter
from retrieval.milvus import CollectionRows, write_collection
from retrieval.passage_writer import PassageTableWriter
from retrieval.preparing import Prepared, is_bundled, prepared
from retrieval.sources import Part, Source
from retrieval.taking_over import Before, Kept
from retrieval.types import LOCAL, Place
from retrieval.word_table import WordTableWriter
from retrieval.workers import ALONE, Workers

_MUCH = 3_000
"""Passages that take so long to prepare that starting processes is worth its second."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a build is; `stage` is read, embed, index or publish."""

    stage: str
    done: int
    total: int


def write_index(
    folder: Path,
    parts: Sequence[Part],
    embedder: Embedder,
    calibration: Calibration,
    progress: Callable[[Progress], None] = lambda _: None,
    before: Before | None = None,
    place: Place = LOCAL,
    workers: Workers | None = None,
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
        workers: Share the work, if there is much of it.

    Raises:
        GenerationError: `folder` cannot be written, or its disk is too full; or the server of the
            legs cannot be reached, or refuses.
    """
    total = sum(map(passages_in, parts))
    if shutil.disk_usage(folder).free < _needed_bytes(total, embedder.dimension):
        raise GenerationError(f"{folder.parent}: too little disk space for the new index")
    before = before or Before()
    try:
        slots = given_slots(parts, before, anew=place.kind == "milvus")
        _write_passages(folder, parts, slots, before)
        bundled = is_bundled(embedder)
        embedded = None if bundled else _embedded(parts, before, embedder, progress)
        chunks = list(chunks_of(parts, slots, before, embeds=bundled))
        prepared_chunks = _prepared(chunks, before, workers or ALONE, progress)
        with WordTableWriter(folder / "words") as words:
            made = _made(prepared_chunks, before, words, embedded)
            if place.kind == "milvus":
                _write_collection(folder, made, before, embedder.dimension, total, place)
            else:
                _write_legs(folder, made, before, slots, embedder.dimension)
        calibration.save(folder / CALIBRATION_FILE)
    except (OSError, RuntimeError) as error:  # RuntimeError: how faiss reports a full disk
        raise GenerationError(f"the new index cannot be written: {error}") from error
    return total


def _needed_bytes(passages: int, dimension: int) -> int:
    """A generous estimate: vectors, texts, two fields of terms, and room to spare."""
    return passages * (4 * dimension + 6_000) + 20_000_000


def _write_passages(folder: Path, parts: Sequence[Part], slots: Slots, before: Before) -> None:
    with PassageTableWriter(folder, before.table) as table:
        for part, own in with_slots(parts, slots):
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


@dataclass(frozen=True, slots=True)
class _Made:
    """What the legs are to have of a chunk; `terms` is empty where the lexical index has them."""

    chunk: Chunk
    terms: list[IndexedTerms]
    embeddings: Embeddings | DenseRows | CollectionRows


def _made(
    chunks: Iterable[tuple[Chunk, Prepared]],
    before: Before,
    words: WordTableWriter,
    embedded: Iterator[Embeddings] | None,
) -> Iterator[_Made]:
    """Write the words of each chunk, and yield the rest: what is new, and what is kept."""
    for chunk, own in chunks:
        kept = chunk.kept
        if own.words is not None:
            words.add(own.words)
        elif kept is not None and before.words is not None:
            words.add(before.words.run(kept.start, kept.end - kept.start))
        if kept is not None and before.dense is not None:
            yield _Made(chunk, own.terms, before.dense.part(kept.start, kept.end))
        elif own.embeddings is not None:
            yield _Made(chunk, own.terms, own.embeddings)
        elif embedded is not None:
            rows = np.array(list(islice(embedded, chunk.passages)), dtype=np.float32)
            yield _Made(chunk, own.terms, rows)


def _write_legs(
    folder: Path, made: Iterable[_Made], before: Before, slots: Slots, dimension: int
) -> None:
    with (
        DenseWriter(folder / "dense.faiss", dimension) as dense,
        LexicalWriter(folder / "lexical", slots.base, slots.gone) as lexical,
    ):
        for own in made:
            lexical.add(_entries(own, before))
            if isinstance(own.embeddings, CollectionRows):
                for rows in own.embeddings.pieces():
                    dense.add(rows)
            else:
                dense.add(own.embeddings)


def _write_collection(
    folder: Path,
    made: Iterable[_Made],
    before: Before,
    dimension: int,
    total: int,
    place: Place,
) -> None:
    if place.milvus is None:
        raise IndexUnreachable("nobody has said where the Milvus server is")
    rows = (row for own in made for row in zip(_entries(own, before), _each(own), strict=True))
    write_collection(folder, place.milvus, rows, dimension, total, before.folder)


def _each(made: _Made) -> Iterator[Embeddings]:
    """Yield the embedding of each passage."""
    rows = made.embeddings
    for piece in rows.pieces() if isinstance(rows, DenseRows | CollectionRows) else (rows,):
        yield from rounded(piece)


def _embedded(
    parts: Sequence[Part],
    before: Before,
    embedder: Embedder,
    progress: Callable[[Progress], None],
) -> Iterator[Embeddings]:
    """Return the embedding of each passage whose embedding is not kept."""
    new = [part for part in parts if before.dense is None or isinstance(part, Source)]
    texts = [text for own in documents(new, before) for text, _ in own]
    if not texts:
        return iter(())
    return iter(
        embedder.embed_passages(texts, lambda done: progress(Progress("embed", done, len(texts))))
    )


def _prepared(
    chunks: Sequence[Chunk],
    before: Before,
    workers: Workers,
    progress: Callable[[Progress], None],
) -> Iterator[tuple[Chunk, Prepared]]:
    """Yield each chunk and what was made of it, in order."""
    total = sum(chunk.passages for chunk in chunks if chunk.wanted.anything)
    done = 0
    jobs = ((chunk.wanted, texts_of(chunk, before)) for chunk in chunks)
    made = workers.map(prepared, jobs, much=total >= _MUCH)
    for chunk, own in zip(chunks, made, strict=True):
        yield chunk, own
        if chunk.wanted.anything:
            done += chunk.passages
            progress(Progress("index", done, total))


def _entries(made: _Made, before: Before) -> Iterator[Entry]:
    """Yield the passages of a chunk whose terms were made."""
    if not made.chunk.wanted.terms:
        return
    terms = iter(made.terms)
    for slot, passages in zip(made.chunk.slots, sizes_of(made.chunk.parts, before), strict=True):
        for number in range(passages):
            yield Entry(slot, number, next(terms))
