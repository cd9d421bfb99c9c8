"""Buttons under messages, as plain values. Knows no telegram; `sending` makes them Telegram's."""

from collections.abc import Sequence
from dataclasses import dataclass

MAX_DATA_BYTES = 64
MAX_COPIED_UNITS = 256


@dataclass(frozen=True, slots=True)
class Button:
    """One button; exactly one of `data`, `url`, `copies` and `asks_here` is set.

    Attributes:
        label: What is written on it.
        data: Comes back to the bot when it is pressed, at most 64 bytes.
        url: Opened.
        copies: Put on the clipboard, at most 256 units.
        asks_here: Begins an inline query with this in the same chat.
    """

    label: str
    data: str = ""
    url: str = ""
    copies: str = ""
    asks_here: str | None = None


Rows = Sequence[Sequence[Button]]
"""Buttons by rows, from above."""


def shortened(text: str, limit: int) -> str:
    """Return `text`, cut with an ellipsis where it has more than `limit` UTF-16 units."""
    if units(text) <= limit:
        return text
    cut = text[: limit - 1]
    while units(cut) > limit - 1:
        cut = cut[:-1]
    return cut.rstrip() + "…"


def units(text: str) -> int:
    """Return the length of `text` in UTF-16 code units, as Telegram counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
