"""The ways in which people type the same question."""

import re
import unicodedata
from collections.abc import Callable

from retrieval.text.spelling import normalise_spelling

_D_STROKE = str.maketrans("đĐ", "dD")
_OLD_PLACEMENT = re.compile(r"(?<![qQ])(?P<first>[òóỏõọùúủũụÒÓỎÕỌÙÚỦŨỤ])(?P<second>[aeyAEY])(?!\w)")


def without_accents(text: str) -> str:
    """Return `text` as typed without a Vietnamese keyboard; case is kept."""
    decomposed = unicodedata.normalize("NFD", text.translate(_D_STROKE))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def other_tone_placement(text: str) -> str:
    """Return `text` with tones on the second vowel of oa, oe, uy (`hoà`), the newer convention.

    hoidap's own normal form is the older one, so this is the spelling that it has to undo.
    """
    return _OLD_PLACEMENT.sub(_move, normalise_spelling(text))


def _move(match: re.Match[str]) -> str:
    first, second = match["first"], match["second"]
    base, tone = tuple(unicodedata.normalize("NFD", first))
    if (base + second).lower() not in {"oa", "oe", "uy"}:
        return match[0]
    return base + unicodedata.normalize("NFC", second + tone)


VARIANTS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "no-accents": without_accents,
    "nfd": _decomposed,
    "old-tones": other_tone_placement,
    "upper": str.upper,
}
"""Name → what it does to a question."""
