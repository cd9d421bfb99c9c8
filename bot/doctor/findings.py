"""What is said of one thing."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Whether something has to be done about it."""

    WELL = "ok"
    NOTE = "note"
    """Nothing has to be, but somebody may want to."""
    TODO = "todo"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is said of one thing.

    Attributes:
        check: Which: `name_…` of the texts is what people call it.
        state: Whether something has to be done.
        text: In the operator's language.
    """

    check: str
    state: State
    text: str


def well(check: str, text: str) -> Finding:
    """Return that all is well with something."""
    return Finding(check, State.WELL, text)


def note(check: str, text: str) -> Finding:
    """Return what somebody may want to do about something."""
    return Finding(check, State.NOTE, text)


def todo(check: str, text: str) -> Finding:
    """Return what has to be done about something."""
    return Finding(check, State.TODO, text)
