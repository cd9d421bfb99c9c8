"""What was read in short texts, kept for when they come again.

A question is read by several parts of the search, and a passage anew for each question.
"""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

T = TypeVar("T")

_MOST_TEXTS = 2_048
_MOST_CHARS = 4_000
"""As long as a passage may be; a whole document must not stay in memory."""


def remembered(read: Callable[[str], T]) -> Callable[[str], T]:
    """Remember what `read` says of the last short texts; it must always say the same of a text."""
    of_short = lru_cache(maxsize=_MOST_TEXTS)(read)

    @wraps(read)
    def reading(text: str) -> T:
        return of_short(text) if len(text) <= _MOST_CHARS else read(text)

    return reading
