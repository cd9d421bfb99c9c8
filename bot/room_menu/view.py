"""What a menu is built from: a room as it is set now, and who looks at it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from bot.room_menu.labels import OfferedLabel
from bot.rooms import MAX_PASSAGES, RoomSettings, SettingName, Speaks, Strictness

Choice = Literal["speaks", "language", "passages", "strictness", "quota", "comments"]
Entry = Choice | Literal["shows", "quiet"]
"""A line of the menu; each has a page of its own."""

_PRIVATE: tuple[Entry, ...] = ("language", "shows", "passages", "strictness")
_GROUP: tuple[Entry, ...] = (
    "speaks",
    "language",
    "shows",
    "passages",
    "quiet",
    "strictness",
    "quota",
)
SETTINGS: Mapping[Entry, Sequence[SettingName]] = {
    "speaks": ["speaks"],
    "language": ["language"],
    "shows": ["shows"],
    "passages": ["passages"],
    "quiet": ["quiet_from", "quiet_until"],
    "strictness": ["strictness"],
    "quota": ["quota"],
    "comments": ["comments"],
}
CHOICES: Mapping[Choice, Mapping[str, object]] = {
    "speaks": {str(value): value for value in Speaks},
    "language": {"asker": None, "vi": "vi", "en": "en"},
    "passages": {"auto": None} | {str(count): count for count in range(1, MAX_PASSAGES + 1)},
    "strictness": {str(value): value for value in Strictness},
    "quota": {str(count): count for count in (0, 5, 10, 20, 50, 100)},
    "comments": {"no": False, "yes": True},
}
"""What can be chosen by one button each: code → value."""


class RoomKind(StrEnum):
    """What a room is, to those in it."""

    PRIVATE = "private"
    GROUP = "group"
    TOPIC = "topic"


@dataclass(frozen=True, slots=True)
class RoomView:
    """A room as whoever looks may see it.

    Attributes:
        kind: What the room is.
        settings: As they hold there.
        own: Names of those that it sets itself.
        labels: Those that can be chosen.
        locked: Restricted ones; none unless an operator looks.
        documents: How many can be found there.
        operator: Whether whoever looks runs the bot.
        forum: Whether topics take from the room what they do not set.
        has_channel: Whether posts of a channel come into the room.
        hears_all: Whether Telegram shows the bot what is said there to others.
        clock: The time by which quiet hours go.
    """

    kind: RoomKind
    settings: RoomSettings
    own: frozenset[str]
    labels: Sequence[OfferedLabel] = ()
    locked: Sequence[OfferedLabel] = ()
    documents: int = 0
    operator: bool = False
    forum: bool = False
    has_channel: bool = False
    hears_all: bool = True
    clock: str = ""

    @property
    def entries(self) -> Sequence[Entry]:
        """What can be set in the room, in the order of the menu."""
        if self.kind is RoomKind.PRIVATE:
            return _PRIVATE
        # Posts of a channel never come into a topic.
        commented = self.has_channel and self.kind is RoomKind.GROUP
        return (*_GROUP, "comments") if commented else _GROUP

    def inherits(self, entry: Entry) -> bool:
        """Return whether the room is a topic that takes this from its group."""
        return self.kind is RoomKind.TOPIC and self.own.isdisjoint(SETTINGS[entry])
