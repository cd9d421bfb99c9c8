"""The ways in which people type the same question."""

import random
import re
import unicodedata
import zlib
from collections.abc import Callable

from retrieval.text.abbreviations import abbreviated
from retrieval.text.spelling import normalise_spelling
from retrieval.text.telex import telexed

_LONG_WORD = re.compile(r"[^\W\d_]{4,}")
_ANY_WORD = re.compile(r"[^\W\d_]+")
# The keys beside each key, on the row of a keyboard.
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_BESIDE = {
    key: row[max(0, i - 1) : i] + row[i + 1 : i + 2] for row in _ROWS for i, key in enumerate(row)
}
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


def one_typo(text: str) -> str:
    """Return `text` with one slip of the finger in one word of four letters or more.

    Two letters swapped, one dropped, one doubled or one hit beside its key; which, and where, is
    decided by the text itself, so that every run makes the same slips.
    """
    words = [match.span() for match in _LONG_WORD.finditer(text)]
    if not words:
        return text
    chance = random.Random(zlib.crc32(text.encode()))  # noqa: S311  # repeatable, not secret
    start, end = chance.choice(words)
    at = chance.randrange(start + 1, end - 1)
    slip = chance.choice(("swap", "drop", "double", "beside"))
    before, letter, after = text[:at], text[at], text[at + 1 :]
    if slip == "swap":
        return before + after[:1] + letter + after[1:]
    if slip == "drop":
        return before + after
    if slip == "double":
        return before + letter + letter + after
    return before + chance.choice(_BESIDE.get(letter.lower(), letter)) + after


def telex_leftover(text: str) -> str:
    """Return `text` with one of its marked words as the keys of a keyboard that was off.

    Which word is decided by the text itself.
    """
    marked = [match for match in _ANY_WORD.finditer(text) if not match[0].isascii()]
    if not marked:
        return text
    chosen = marked[zlib.crc32(text.encode()) % len(marked)]
    return text[: chosen.start()] + telexed(chosen[0]) + text[chosen.end() :]


VARIANTS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "no-accents": without_accents,
    "nfd": _decomposed,
    "old-tones": other_tone_placement,
    "upper": str.upper,
    "typo": one_typo,
    "abbreviations": abbreviated,
    "telex": telex_leftover,
}
"""Name → what it does to a question."""
