"""Vietnamese spelling: one key for the ways in which a syllable is written.

Vietnamese writes a tone as a mark on a vowel. Two conventions differ on which vowel of `oa`, `oe`
and `uy` carries it (`hòa`/`hoà`, `thủy`/`thuỷ`), and `i` and `y` alternate after some consonants
(`kĩ`/`kỹ`). Search must not care. Nor may it care whether marks were typed at all.
"""

import re
import unicodedata
from functools import lru_cache

_TONES = {"\u0300": "2", "\u0301": "1", "\u0309": "3", "\u0303": "4", "\u0323": "5"}
"""Combining tone marks → the digit that stands for the tone in a syllable key (0: no mark)."""

# Open syllables in o-a, o-e, u-y whose tone stands on the second vowel (the newer convention).
# After q, the u belongs to the consonant and the tone is on the y in both conventions (`quý`).
_NEW_PLACEMENT = re.compile(
    r"(?<![qQ])(?P<first>[oOuU])(?P<second>[àáảãạèéẻẽẹỳýỷỹỵÀÁẢÃẠÈÉẺẼẸỲÝỶỸỴ])(?!\w)"
)
_PAIRS = {("o", "a"), ("o", "e"), ("u", "y")}
# A lone y after these consonants, or on its own, sounds and is often written i; `quy` is `qui`.
_Y_AS_I = re.compile(r"^((?:[bcdđhklmnrstvx]|ch|gh|kh|nh|ph|th|tr|qu)?)y$")


# No class of `re` is "capital letter"; all of Vietnamese is in two blocks where case alternates.
CAPITAL = "[A-ZĐ" + "".join(c for c in map(chr, range(0xC0, 0x1F00)) if c.isupper()) + "]"
"""A pattern for one capital letter of Vietnamese or another language with Latin letters."""


def _move_tone(match: re.Match[str]) -> str:
    first, second = match["first"], match["second"]
    base, tone = tuple(unicodedata.normalize("NFD", second))
    if (first.lower(), base.lower()) not in _PAIRS:
        return match[0]
    return unicodedata.normalize("NFC", first + tone) + base


def normalise_spelling(text: str) -> str:
    """Return `text` in NFC with tones placed by the older, more common convention (`hòa`).

    Length in code points is kept when `text` is already NFC, so offsets survive.
    """
    return _NEW_PLACEMENT.sub(_move_tone, unicodedata.normalize("NFC", text))


def _without_mark(code: int) -> str:
    base = unicodedata.normalize("NFD", chr(code))[0]
    return "d" if base == "đ" else base


# Combining marks go; lower-case Latin letters lose theirs. The blocks are Latin-1 Supplement to
# Latin Extended-B and Latin Extended Additional, where all of Vietnamese is.
_LATIN = (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))
_UNMARKED: dict[int, str | None] = {code: _without_mark(code) for code in _LATIN}
_UNMARKED |= dict.fromkeys(range(0x300, 0x370))


def fold(text: str) -> str:
    """Return `text` lower-cased, without Latin marks and with `đ` as `d`; NFC, NFD alike.

    For NFC text in Vietnamese or English the count of characters is kept.
    """
    lowered = text.lower()
    if lowered.isascii():
        return lowered
    bare = lowered.translate(_UNMARKED)
    if bare.isascii() or unicodedata.is_normalized("NFD", bare):
        return bare
    # Letters of other scripts that carry marks (й, ά), and Hangul, which only looks so.
    decomposed = unicodedata.normalize("NFD", bare).translate(_UNMARKED)
    return unicodedata.normalize("NFC", decomposed)


@lru_cache(maxsize=1 << 17)
def syllable_key(word: str) -> str:
    """Return the key shared by all spellings of one lower-case word.

    Letters keep their quality marks (`ă â ê ô ơ ư đ`); the tone leaves its vowel and becomes a
    final digit, so where it was placed no longer matters: `hoà` and `hòa` are both `hoa2`.
    """
    if word.isascii():
        return _Y_AS_I.sub(r"\1i", word)
    letters: list[str] = []
    tone = ""
    for char in unicodedata.normalize("NFD", word):
        if char in _TONES:
            tone = _TONES[char]
        else:
            letters.append(char)
    bare = unicodedata.normalize("NFC", "".join(letters))
    return _Y_AS_I.sub(r"\1i", bare) + tone


@lru_cache(maxsize=1 << 17)
def folded_key(word: str) -> str:
    """Return the key shared by all spellings of one lower-case word typed without marks."""
    return _Y_AS_I.sub(r"\1i", fold(word))
