"""Rooms: a chat, or one topic of it, and how the bot behaves there. Knows no telegram.

A topic takes from its group what it does not set itself, and a group from the defaults.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, Literal

from bot.settings import Language

MAX_PASSAGES = 5
MAX_QUOTA = 1_000


@dataclass(frozen=True, slots=True)
class Room:
    """A chat, or one topic of it; `topic` is 0 where there are none, and for General."""

    chat_id: int
    topic: int = 0

    @property
    def group(self) -> "Room":
        """The chat as a whole."""
        return Room(self.chat_id)


class Speaks(StrEnum):
    """When the bot says something in a group."""

    WHEN_CALLED = "called"
    ON_QUESTIONS = "questions"
    """Also to what is clearly a question and clearly answered."""


class Strictness(StrEnum):
    """How sure the bot has to be before it calls a passage an answer."""

    USUAL = "usual"
    STRICT = "strict"


@dataclass(frozen=True, slots=True)
class RoomSettings:
    """What the administrators of a chat can set.

    Attributes:
        speaks: When the bot says something without being told to.
        language: Of the bot's own words; None for that of whoever asks.
        shows: Labels (`retrieval.labels`) of the documents to search; empty for all.
        opened: Restricted labels that an operator has opened here; nobody else can.
        passages: How many to show at once; None for what suits the place.
        quiet_from: Hour, 0 to 23, from which the bot only speaks when called, and softly.
        quiet_until: Hour at which that ends; both are None where there are no quiet hours.
        strictness: How sure it has to be.
        quota: Questions a day for each person; 0 for any number.
        comments: Whether posts of the linked channel that ask something get a comment.
    """

    speaks: Speaks = Speaks.WHEN_CALLED
    language: Language | None = None
    shows: frozenset[str] = frozenset()
    opened: frozenset[str] = frozenset()
    passages: int | None = None
    quiet_from: int | None = None
    quiet_until: int | None = None
    strictness: Strictness = Strictness.USUAL
    quota: int = 0
    comments: bool = False

    def quiet_at(self, hour: int) -> bool:
        """Return whether `hour`, 0 to 23, is one of the quiet ones."""
        if self.quiet_from is None or self.quiet_until is None:
            return False
        return (hour - self.quiet_from) % 24 < (self.quiet_until - self.quiet_from) % 24


SettingName = Literal[
    "speaks",
    "language",
    "shows",
    "opened",
    "passages",
    "quiet_from",
    "quiet_until",
    "strictness",
    "quota",
    "comments",
]
DEFAULTS = RoomSettings()


def encode_setting(value: object) -> str:
    """Return a value of one of the settings as text to keep."""
    return json.dumps(sorted(value) if isinstance(value, frozenset) else value)


def decode_settings(*layers: Mapping[str, str]) -> RoomSettings:
    """Return the settings that `layers` of kept texts give: a later one wins over an earlier.

    What cannot be read, because another version wrote it, is left at its default.
    """
    values: dict[str, Any] = {}
    for layer in layers:
        for field in fields(RoomSettings):
            if field.name in layer:
                try:
                    values[field.name] = _decoded(field.name, json.loads(layer[field.name]))
                except (ValueError, TypeError):
                    continue
    return RoomSettings(**values)


def _decoded(name: str, value: Any) -> Any:
    match name:
        case "speaks":
            return Speaks(value)
        case "strictness":
            return Strictness(value)
        case "shows" | "opened":
            return frozenset(map(str, value))
        case "language":
            if value not in (None, "vi", "en"):
                raise ValueError(f"{value!r} is no language")
            return value
        case "comments":
            return bool(value)
        case "quota":
            return _within(value, 0, MAX_QUOTA)
        case "passages":
            return None if value is None else _within(value, 1, MAX_PASSAGES)
        case _:
            return None if value is None else _within(value, 0, 23)


def _within(value: Any, least: int, most: int) -> int:
    number = int(value)
    if not least <= number <= most:
        raise ValueError(f"{number} is not from {least} to {most}")
    return number
