"""Which documents and passages of an index a question may see, ready for both legs."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.labels import is_visible
from retrieval.legs import SlotFilter
from retrieval.passage_table import PassageTable
from retrieval.types import Scope


@dataclass(frozen=True, slots=True)
class Visible:
    """What a scope leaves of an index.

    Attributes:
        documents: How many documents.
        passages: (n,) bool, whether each passage is seen.
        slots: The same for the lexical leg, by the shorter of both lists.
    """

    documents: int
    passages: NDArray[np.bool_]
    slots: SlotFilter


def visible(table: PassageTable, scope: Scope) -> Visible | None:
    """Return what `scope` leaves of an index, or None where that is all of it."""
    seen = np.array([is_visible(row.ref, scope) for row in table.documents], dtype=bool)
    if seen.all():
        return None
    slots = np.array([row.slot for row in table.documents], dtype=np.int64)
    counts = [row.passages for row in table.documents]
    hides = int(seen.sum()) * 2 > len(seen)
    chosen = slots[~seen] if hides else slots[seen]
    return Visible(int(seen.sum()), np.repeat(seen, counts), SlotFilter(chosen.tolist(), hides))
