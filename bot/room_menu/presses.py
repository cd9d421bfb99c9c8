"""What the buttons of the menu send back: a page, what is to be set there, and where it scrolls."""

import re
from dataclasses import dataclass
from typing import Final

PREFIX = "rm:"
_WRITTEN = re.compile(rf"^{PREFIX}([a-z]{{1,12}})(?::([^:]{{0,16}})(?::(\d{{1,4}}))?)?$")

MAIN: Final = "main"
FROM: Final = "from"
UNTIL: Final = "until"
LOCKED: Final = "locked"
RESET: Final = "reset"
CLOSE: Final = "close"

YES: Final = "yes"
GROUP: Final = "group"
"""The value that lets a topic follow its group again."""
ALL: Final = "all"
OFF: Final = "off"
CHOOSE, LEAVE, OPEN, SHUT = "+", "-", "o", "c"
"""Before the key of a label. They say what is to be, so that pressing twice does it once."""


@dataclass(frozen=True, slots=True)
class Press:
    """A button of the menu; `str` writes it for the button to carry.

    Attributes:
        page: The one to show: one of those above, or the name of an entry (`view.Entry`).
        value: What is to be set there, or "" to only look.
        at: Which part of a long page to show, from 0.
    """

    page: str
    value: str = ""
    at: int = 0

    def __str__(self) -> str:
        if self.at:
            return f"{PREFIX}{self.page}:{self.value}:{self.at}"
        return f"{PREFIX}{self.page}:{self.value}" if self.value else f"{PREFIX}{self.page}"

    @classmethod
    def read(cls, data: str) -> "Press | None":
        """Return the press that `data` is, or None where it is none."""
        match = _WRITTEN.match(data)
        return None if match is None else cls(match[1], match[2] or "", int(match[3] or 0))
