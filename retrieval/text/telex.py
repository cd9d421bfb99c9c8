"""Words typed in Telex while the Vietnamese keyboard was off: `ddeef asn` is `đề án`.

Owns the way from keys to letters and back; refuses to touch a word that is one as it stands.
"""

import re
import unicodedata
from functools import lru_cache

from retrieval.text.language import is_vietnamese
from retrieval.text.rarity import share
from retrieval.text.spelling import normalise_spelling, syllable_key

_TONE_OF = {"f": "\u0300", "s": "\u0301", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
_KEY_OF = {mark: key for key, mark in _TONE_OF.items()} | {
    "\u0302": "^",
    "\u0306": "w",
    "\u031b": "w",
}
_WORD = re.compile(r"[A-Za-z]+")
# Onset, vowels, a tone's key before or after the coda.
_TYPED = re.compile(
    r"(?P<onset>dd|ngh?|[cgknpt]h|gi(?=[aeiouyw])|qu|tr|[bcdghklmnprstvx])?(?P<vowels>[aeiouyw]+)"
    r"(?P<tone>[fsrxj])?(?P<coda>ch|ng|nh|[cmnpt])?(?P<late>[fsrxj])?"
)
_LETTERS = (
    ("uow", "ươ"), ("uwow", "ươ"), ("aa", "â"), ("ee", "ê"), ("oo", "ô"),
    ("aw", "ă"), ("ow", "ơ"), ("uw", "ư"),
)  # fmt: skip
_DOUBLED = re.compile("dd|aa|ee|oo|[aou]w")
_MARKED_VOWEL = re.compile("[âăêôơư]")
_TIMES_COMMONER = 20
"""A word is read as keys only where what they spell is so much commoner than the word."""


def untelexed(text: str) -> str:
    """Return canonical `text` with the words that were typed in Telex as they were meant.

    Text in another language is left alone, and so is a word that is one as it stands.
    """
    meant = {word: _meant(word) for word in set(_WORD.findall(text))}
    read = {word: syllable for word, syllable in meant.items() if syllable is not None}
    if not read:
        return text
    others = [word for word in re.findall(r"[^\W\d_]+", text) if word not in read]
    if others and len(read) < len(meant) / 2 and not is_vietnamese(" ".join(others)):
        return text
    return re.sub(r"[^\W_]+", lambda match: read.get(match[0], match[0]), text)


@lru_cache(maxsize=1 << 14)
def _meant(word: str) -> str | None:
    syllable = _syllable(word.lower())
    if syllable is None or syllable == word.lower():
        return None
    if word[0].isupper() and not (_DOUBLED.search(word.lower()) and word[-1] in _TONE_OF):
        return None  # Lee and Sachs are names
    typed, spelled = share(syllable_key(word.lower())), share(syllable_key(syllable))
    if not spelled or spelled < _TIMES_COMMONER * typed:
        return None
    return syllable.capitalize() if word[0].isupper() else syllable


def _syllable(typed: str) -> str | None:
    """Return the syllable that lower-case keys spell, or None."""
    match = _TYPED.fullmatch(typed)
    if match is None or (match["tone"] and match["late"]):
        return None
    vowels = match["vowels"]
    for keys, letters in _LETTERS:
        vowels = vowels.replace(keys, letters)
    if "w" in vowels:
        return None
    onset = "đ" if match["onset"] == "dd" else match["onset"] or ""
    coda, tone = match["coda"] or "", match["tone"] or match["late"]
    if tone:
        at = _toned_vowel(vowels, bool(coda))
        vowels = vowels[: at + 1] + _TONE_OF[tone] + vowels[at + 1 :]
    return normalise_spelling(onset + vowels + coda)


def _toned_vowel(vowels: str, closed: bool) -> int:
    """Return which vowel carries the tone."""
    marked = [match.start() for match in _MARKED_VOWEL.finditer(vowels)]
    if marked:
        return marked[-1]
    if len(vowels) == 3 or (len(vowels) == 2 and closed):
        return 1
    return 0


def telexed(word: str) -> str:
    """Return the keys with which a Vietnamese `word` is typed in Telex."""
    keys, tone = "", ""
    for char in unicodedata.normalize("NFD", word.replace("đ", "dd").replace("Đ", "Dd")):
        key = _KEY_OF.get(char, char)
        if key in _TONE_OF and unicodedata.combining(char):
            tone = key
        else:
            keys += keys[-1].lower() if key == "^" else key
    return keys + tone
