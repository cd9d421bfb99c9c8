"""Messages that greet or thank and ask nothing: no passage is a reply. Knows no telegram."""

import re
from enum import Enum

from retrieval.text import fold

_GREETINGS = "alo chào hello hey hi xin+chào good+morning good+afternoon good+evening"
_THANKS = "cám+ơn cảm+ơn thanks tks thank+you xin+cảm+ơn xin+cám+ơn"
_ADDRESSED = "ad admin anh ạ bác bạn bot các em mọi+người nhé nha nhiều rất team there all so+much"


class Courtesy(Enum):
    """What is meant by a message that asks nothing."""

    GREETING = "greeting"
    THANKS = "thanks"


def _pattern(openings: str) -> re.Pattern[str]:
    def one_of(words: str) -> str:
        return "|".join(re.escape(fold(one.replace("+", " "))) for one in words.split())

    return re.compile(rf"(?:{one_of(openings)})(?: (?:{one_of(_ADDRESSED)}))*")


_PATTERNS = {Courtesy.GREETING: _pattern(_GREETINGS), Courtesy.THANKS: _pattern(_THANKS)}


def courtesy_in(text: str) -> Courtesy | None:
    """Return what `text` says if it is a greeting or thanks from end to end, with marks or without.

    "Chào bạn" is one; "Chào cờ là gì?" asks something.
    """
    words = " ".join(re.findall(r"\w+", fold(text)))
    for courtesy, pattern in _PATTERNS.items():
        if pattern.fullmatch(words):
            return courtesy
    return None
