"""Terms as a Milvus server keeps them, and filters as it reads them.

A term is sent as letters and digits only, so that every build's `standard` analyzer takes it for
one word and leaves it as it is: neither marks nor the `/` of a document number mean anything there.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

TOKEN_CHARS = 11
"""Of a term: a letter and 40 bits; the server itself keeps no more than 32 of them."""
MAX_BYTES = 65_535
"""What a VARCHAR holds. The longest passages need half of it; an endless title loses its end."""
_LEAST_RUN = 4
"""Neighbouring slots from which a range is shorter than a list."""
_MOST_RUNS = 100
"""Ranges in one filter: the server reads each into a tree one deeper."""


@lru_cache(maxsize=1 << 16)
def token(field: str, term: str) -> str:
    """Return what stands for `term`; accented and folded terms share a field, and never meet."""
    mark = "f" if field == "folded" else "a"
    return "t" + blake2b(f"{mark}{term}".encode(), digest_size=5).hexdigest()


def text_of(tokens: Iterable[str]) -> str:
    """Return tokens as one text, as many as a field takes."""
    return " ".join(tokens)[: MAX_BYTES - MAX_BYTES % (TOKEN_CHARS + 1)]


def among_passages(passages: Sequence[int]) -> str:
    """Return the filter for these passages."""
    return f"passage in {list(passages)}"


def among_slots(slots: Iterable[int], *, hides: bool) -> str:
    """Return the filter for documents with these slots, or for all but those; "" for no filter.

    Documents of one folder are neighbours, so a folder is a range.
    """
    ranges, single = _runs(np.unique(np.fromiter(slots, dtype=np.int64)))
    if hides:
        parts = [f"(slot < {first} or slot > {last})" for first, last in ranges]
        return " and ".join(parts + ([f"slot not in {single}"] if single else []))
    parts = [f"(slot >= {first} and slot <= {last})" for first, last in ranges]
    return " or ".join(parts + ([f"slot in {single}"] if single or not parts else []))


def both(*filters: str) -> str:
    """Return the filter for what passes all of `filters`."""
    return " and ".join(f"({one})" for one in filters if one)


def _runs(slots: NDArray[np.int64]) -> tuple[list[tuple[int, int]], list[int]]:
    """Return the longest runs of neighbours as (first, last), and the slots in none of them."""
    if len(slots) == 0:
        return [], []
    edges = np.flatnonzero(np.diff(slots) != 1)
    firsts = np.concatenate([[0], edges + 1])
    lasts = np.concatenate([edges, [len(slots) - 1]])
    lengths = lasts - firsts + 1
    longest = np.argsort(-lengths, kind="stable")[:_MOST_RUNS]
    chosen = np.sort(longest[lengths[longest] >= _LEAST_RUN])
    single = np.ones(len(slots), dtype=bool)
    for run in chosen:
        single[firsts[run] : lasts[run] + 1] = False
    ranges = [(int(slots[firsts[run]]), int(slots[lasts[run]])) for run in chosen]
    return ranges, slots[single].tolist()
