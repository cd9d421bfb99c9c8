"""A build in pieces: neighbouring documents, what they are called, what is to be made of them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import numpy as np

from retrieval.passage_table import context
from retrieval.preparing import Text, Wanted
from retrieval.sources import Part, Source
from retrieval.taking_over import Before, Kept

_LEAST_KEPT = 0.8
"""Share of all slots ever given that must still be in use: what is deleted still weighs in BM25."""
_AT_ONCE = 512
"""Passages that are prepared at once."""


@dataclass(frozen=True, slots=True)
class Slots:
    """What the lexical index calls each document.

    Attributes:
        given: Of each document, in order.
        base: The lexical index to go on from; None to write it anew.
        gone: Slots that the base has and that are no more.
    """

    given: list[int]
    base: Path | None = None
    gone: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Chunk:
    """Neighbouring documents, either all read or all kept, and what is to be made of them.

    Attributes:
        parts: Sources, or one Kept.
        slots: Of each document.
        wanted: Of their passages.
    """

    parts: Sequence[Part]
    slots: Sequence[int]
    wanted: Wanted

    @property
    def kept(self) -> Kept | None:
        """What is kept, if it is."""
        first = self.parts[0]
        return first if isinstance(first, Kept) else None

    @property
    def passages(self) -> int:
        """How many."""
        return sum(map(passages_in, self.parts))


def passages_in(part: Part) -> int:
    """Return how many passages `part` has."""
    return part.end - part.start if isinstance(part, Kept) else len(part.passages)


def given_slots(parts: Sequence[Part], before: Before, *, anew: bool) -> Slots:
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
        return Slots(given, before.lexical, frozenset(set(old) - kept))
    return Slots(list(range(len(given))))


def with_slots(parts: Sequence[Part], slots: Slots) -> Iterator[tuple[Part, list[int]]]:
    """Yield each part and the slots of its documents."""
    at = 0
    for part in parts:
        start, at = at, at + (part.last - part.first if isinstance(part, Kept) else 1)
        yield part, slots.given[start:at]


def chunks_of(
    parts: Sequence[Part], slots: Slots, before: Before, *, embeds: bool
) -> Iterator[Chunk]:
    """Yield all `parts` in order, a few hundred passages at once.

    Args:
        parts: The documents of an index.
        slots: Theirs.
        before: Where kept ones lie.
        embeds: Whether embeddings are made with the rest.
    """
    of_new = Wanted(terms=True, words=True, embeddings=embeds)
    of_kept = Wanted(
        terms=slots.base is None,
        words=before.words is None,
        embeddings=embeds and before.dense is None,
    )
    sources: list[Part] = []
    own_slots: list[int] = []
    waiting = 0
    for part, own in with_slots(parts, slots):
        if sources and (isinstance(part, Kept) or waiting >= _AT_ONCE):
            yield Chunk(sources, own_slots, of_new)
            sources, own_slots, waiting = [], [], 0
        if isinstance(part, Kept):
            yield from _kept_chunks(part, own, of_kept, before)
        else:
            sources.append(part)
            own_slots += own
            waiting += len(part.passages)
    if sources:
        yield Chunk(sources, own_slots, of_new)


def _kept_chunks(
    kept: Kept, slots: Sequence[int], wanted: Wanted, before: Before
) -> Iterator[Chunk]:
    """Yield what is kept in one, or, where something has to be made of it, by and by."""
    if not wanted.anything:
        yield Chunk([kept], slots, wanted)
        return
    first = kept.first
    for last in range(kept.first + 1, kept.last + 1):
        run = before.run(first, last)
        if passages_in(run) >= _AT_ONCE or last == kept.last:
            yield Chunk([run], slots[first - kept.first : last - kept.first], wanted)
            first = last


def documents(parts: Iterable[Part], before: Before) -> Iterator[list[Text]]:
    """Yield each document's passages: their text, and what stands above it."""
    for part in parts:
        if isinstance(part, Source):
            title = part.document.title
            yield [(passage.text, context(title, passage.heading)) for passage in part.passages]
        elif before.table is not None:
            yield from map(before.table.entries_of, range(part.first, part.last))


def texts_of(chunk: Chunk, before: Before) -> list[Text]:
    """Return the passages that something has to be made of."""
    if not chunk.wanted.anything:
        return []
    return [text for own in documents(chunk.parts, before) for text in own]


def sizes_of(parts: Sequence[Part], before: Before) -> Iterator[int]:
    """Yield how many passages each document has."""
    for part in parts:
        if isinstance(part, Source):
            yield len(part.passages)
        elif before.table is not None:
            yield from np.diff(before.table.starts[part.first : part.last + 1]).tolist()
