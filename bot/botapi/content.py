"""What a message carries: text with entities, buttons, quotes and files.

Immutable records, except files, which are compared by identity. Knows no chats and no people.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

JSON = dict[str, Any]


@dataclass(frozen=True)
class Entity:
    """One ``MessageEntity``; ``offset`` and ``length`` are UTF-16 code units."""

    type: str
    offset: int
    length: int
    url: str | None = None
    language: str | None = None
    user_id: int | None = None
    custom_emoji_id: str | None = None

    @property
    def end(self) -> int:
        """One past the last UTF-16 unit."""
        return self.offset + self.length


@dataclass(frozen=True)
class Button:
    """One inline button; ``raw`` is the JSON object the bot sent."""

    text: str
    raw: JSON

    @property
    def data(self) -> str | None:
        """Its ``callback_data``, if it is a callback button."""
        return self.raw.get("callback_data")

    @property
    def url(self) -> str | None:
        """Its ``url``, if it is a link."""
        return self.raw.get("url")

    @property
    def copy_text(self) -> str | None:
        """What it copies, if it is a copy button."""
        return (self.raw.get("copy_text") or {}).get("text")


Buttons = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True)
class Content:
    """What a message says at one time.

    Attributes:
        text: The text or caption after parsing and trimming.
        html: The text exactly as it was sent, before parsing (whatever its parse mode).
        buttons: The inline keyboard, row by row.
        keyboard: A reply keyboard, removal or force reply as it was sent.
        at: ``time.monotonic()`` of the send or edit.
    """

    text: str
    entities: tuple[Entity, ...] = ()
    html: str = ""
    buttons: Buttons = ()
    keyboard: JSON | None = None
    at: float = 0.0

    def same(self, other: Content) -> bool:
        """Whether Telegram calls an edit from ``self`` to ``other`` "not modified"."""
        return (self.text, self.entities, self.buttons) == (
            other.text,
            other.entities,
            other.buttons,
        )


@dataclass(frozen=True)
class Quote:
    """A quoted part of the replied message; ``position`` is UTF-16 units."""

    text: str
    entities: tuple[Entity, ...]
    position: int


@dataclass(eq=False)
class File:
    """A stored file; ``path`` is the ``file_path`` that ``getFile`` gives."""

    id: str
    unique_id: str
    path: str
    name: str
    mime: str
    data: bytes
