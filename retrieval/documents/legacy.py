"""Text in the encodings of Vietnamese before Unicode, and text whose letters were lost.

Owns the byte tables of TCVN3 (the fonts `.VnTime`), VNI (`VNI-Times`) and VISCII. What fits best
is judged by one measure: the share of the words with marks that are Vietnamese syllables.
"""

import re
import unicodedata
from collections.abc import Callable
from typing import Final

from retrieval.text.rarity import share
from retrieval.text.spelling import syllable_key

_TCVN3: Final = str.maketrans(
    "¡¢£¤¥¦§¨©ª«¬\xad®"
    "µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞ"
    "ßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ"
    "μ",  # the Greek letter that compatibility forms make of the micro sign
    "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵà",
)
_VISCII: Final = str.maketrans(
    "\x02\x05\x06\x14\x19\x1e" + "".join(map(chr, range(0x80, 0x100))),
    "ẲẴẪỶỸỴ"
    "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲ"
    "ÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯ"
    "ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡư"
    "àáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ",
)
_VNI_LETTERS: Final = dict(zip("ñÑôÔöÖæÆóÓòÒîÎ", "đĐơƠưƯỉỈĩĨịỊỵỴ", strict=True))
_VNI_MARKS: Final = {
    "ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323",
    "â": "\u0302", "á": "\u0302\u0301", "à": "\u0302\u0300", "å": "\u0302\u0309",
    "ã": "\u0302\u0303", "ä": "\u0302\u0323",
    "ê": "\u0306", "é": "\u0306\u0301", "è": "\u0306\u0300", "ú": "\u0306\u0309",
    "ü": "\u0306\u0303", "ë": "\u0306\u0323",
}  # fmt: skip
"""VNI writes a mark as a letter of its own behind the vowel."""
_VNI: Final = re.compile(
    "(?P<vowel>[aeouyôö](?=[ùøûõï])|[aeo](?=[âáàåãä])|a(?=[êéèúüë]))(?P<mark>.)|[ñôöæóòî]",
    re.IGNORECASE,
)

_WESTERN: Final = re.compile("[¡-ÿμ]")
_UNICODE_VIETNAMESE: Final = re.compile("[ĂăĐđĨĩŨũƠơƯư\u1ea0-\u1ef9\u0300\u0301\u0303\u0309\u0323]")
_BETWEEN_WORDS: Final = re.compile(r"[\s!-/:-@\[-`{-~‘-‟–—…•\x91-\x97]+")
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0e-\x19\x1b-\x1f\x7f]")
# What hardly any language has within a word: a sign, a capital behind a small letter, such pairs.
_STRANGE: Final = re.compile(
    "(?<=[A-Za-z])[µ¶·¸¹¨©ª¬\xad®¼½¾]|(?<=[a-z])[Æ-Þ]|[§¦¥¤](?=[A-Za-zµ-ÿ])"
    "|[aeou][øåä]|[aeu][ùõ]|[eo]à|[AEOU][ØÅÄ]|[AEU][ÙÕ]|[EO]À"
)
_WORD: Final = re.compile(r"[^\W\d_]+")
_LATER_CAPITAL: Final = re.compile(r"[^\W\d_][A-Z]")
_SMALL: Final = re.compile("[a-z]")

_LEAST_PLAUSIBLE = 0.75
_LEAST_GAIN = 0.4
_LEAST_EVIDENCE = 3
"""Words with marks and strange letters together; fewer may be chance."""
_JUDGED_CHARS = 200_000
_LEAST_WIDE_SHARE = 0.4
_MOST_DAMAGED_SHARE = 0.02
_MOST_WESTERN_SHARE = 0.25

_LOST: Final = re.compile(
    # A capital behind a small letter begins the next sentence, after which no space was typed;
    # a square before a word is a box to tick.
    r"[^\W\d_]\?+[a-zß-öø-ÿđ]|[A-ZÀ-ÖØ-Þ]\?+[A-ZÀ-ÖØ-Þ]"
    r"|[^\W\d_][□■▯]+[^\W\d_]|[^\W\d_]\ufffd|\ufffd[^\W\d_]"
)
_SIGNS_OF_LOSS = "?□■▯\ufffd"
_ADDRESS: Final = re.compile(r"[/=&@\\_*|]|www\.|\.\w+\?")
_LEAST_LOST = 3
_LEAST_LOST_SHARE = 0.08


def decoded(data: bytes) -> str | None:
    """Return the text in the bytes of a plain file; None where no known encoding fits them.

    Unicode is tried first. Of the 8-bit encodings the one that gives the most plausible
    Vietnamese is taken, and windows-1252 where none does but the text looks Western.
    """
    wide = _wide_encoding(data)
    if wide is not None:
        text = _strictly(data, wide)
        return None if text is None or _CONTROLS.search(text) else text
    if b"\x00" in data:
        return None
    text = _strictly(data, "utf-8-sig")
    if text is None:
        text = _damaged_utf8(data)
    return _eight_bit(data) if text is None else text


def recovered(text: str) -> str:
    """Return `text` with what old fonts left as wrong letters put right; else `text` itself.

    `text` must still have its soft hyphens, which are the `ư` of TCVN3. Lines that already are
    Vietnamese in Unicode stay, as does whatever is too short to be sure of.
    """
    lines = text.split("\n")
    old = [at for at, line in enumerate(lines) if _may_be_old(line)]
    if not old:
        return text
    sample = "\n".join(lines[at] for at in old)[:_JUDGED_CHARS]
    reading = _reading(sample)
    if reading is None:
        return text
    for at in old:
        read = reading(lines[at])
        if _plausibility(read) >= _plausibility(lines[at]):
            lines[at] = read
    return "\n".join(lines)


def has_lost_marks(text: str) -> bool:
    """Return whether many words of `text` have `?` or the like where a letter was."""
    if not any(sign in text for sign in _SIGNS_OF_LOSS):
        return False
    words = [word for word in text.split() if any(map(str.isalpha, word))]
    lost = sum(1 for word in words if _LOST.search(word) and not _ADDRESS.search(word))
    return lost >= _LEAST_LOST and lost >= _LEAST_LOST_SHARE * len(words)


def _wide_encoding(data: bytes) -> str | None:
    """Return which UTF-16 `data` is in, by its mark or by where its zero bytes stand."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    first, second = data[::2].count(0), data[1::2].count(0)
    least = _LEAST_WIDE_SHARE * len(data) / 2
    if second > least and first < second / 20:
        return "utf-16-le"
    if first > least and second < first / 20:
        return "utf-16-be"
    return None


def _strictly(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _damaged_utf8(data: bytes) -> str | None:
    """Return UTF-8 of which a few bytes are broken, such as one that was cut at its end."""
    text = data.decode("utf-8-sig", "replace")
    damaged = text.count("\ufffd")
    others = sum(1 for char in text if char > "\x7f") - damaged
    return text if damaged <= _MOST_DAMAGED_SHARE * others else None


def _eight_bit(data: bytes) -> str | None:
    western = _strictly(data, "cp1252")
    vietnamese = _strictly(data, "cp1258")
    readings = [data.decode("latin-1").translate(_VISCII)]
    if western is not None:
        readings += [_from_vni(western), _from_tcvn3(western)]
    if vietnamese is not None:
        readings.append(unicodedata.normalize("NFC", vietnamese))
    best = max(reversed(readings), key=_plausibility)
    if _is_clearly_better(best, western or "") and not _CONTROLS.search(best):
        return best
    return western if western is not None and _looks_western(western) else None


def _looks_western(text: str) -> bool:
    """Few letters of a Western language have marks; of Cyrillic or Chinese bytes, nearly all."""
    if _CONTROLS.search(text):
        return False
    visible = "".join(text.split())
    marked = sum(1 for char in visible if char > "\x7f")
    return marked <= 1 + _MOST_WESTERN_SHARE * len(visible)


def _may_be_old(line: str) -> bool:
    return bool(_WESTERN.search(line)) and not _UNICODE_VIETNAMESE.search(line)


def _reading(text: str) -> Callable[[str], str] | None:
    """Return how `text` must be read to be Vietnamese; None where it is right or unclear."""
    best = max((_from_tcvn3, _from_vni), key=lambda reading: _plausibility(reading(text)))
    return best if _is_clearly_better(best(text), text) else None


def _is_clearly_better(read: str, text: str) -> bool:
    evidence = len(_marked_words(read)) + len(_STRANGE.findall(text[:_JUDGED_CHARS]))
    plausible = _plausibility(read)
    return evidence >= _LEAST_EVIDENCE and plausible >= max(
        _LEAST_PLAUSIBLE, _plausibility(text) + _LEAST_GAIN
    )


def _plausibility(text: str) -> float:
    """Return the share of the different words with marks that are Vietnamese syllables."""
    words = _marked_words(text)
    return sum(map(_is_syllable, words)) / len(words) if words else 0.0


def _marked_words(text: str) -> set[str]:
    words = {word.strip("«»") for word in _BETWEEN_WORDS.split(text[:_JUDGED_CHARS])}
    # A letter alone may be a bullet, a unit or a sign.
    return {word for word in words if len(word) > 1 and not word.isascii()}


def _is_syllable(word: str) -> bool:
    is_cased = word[1:].islower() or word.isupper()
    return is_cased and share(syllable_key(word.lower())) > 0


def _from_tcvn3(text: str) -> str:
    """Return `text` out of TCVN3, whose capitals with tones are small letters in another font."""
    return "\n".join(map(_line_from_tcvn3, text.split("\n")))


def _line_from_tcvn3(line: str) -> str:
    read = line.translate(_TCVN3)
    if not _LATER_CAPITAL.search(read):
        return read
    if not _SMALL.search(line):
        return read.upper()
    return _WORD.sub(_in_one_case, read)


def _in_one_case(match: re.Match[str]) -> str:
    word = match[0]
    in_capitals = _LATER_CAPITAL.search(word) and not _SMALL.search(word)
    return word.upper() if in_capitals else word


def _from_vni(text: str) -> str:
    return _VNI.sub(_vni_letter, text)


def _vni_letter(match: re.Match[str]) -> str:
    vowel = match["vowel"]
    if vowel is None:
        return _VNI_LETTERS[match[0]]
    letter = _VNI_LETTERS.get(vowel, vowel) + _VNI_MARKS[match["mark"].lower()]
    return unicodedata.normalize("NFC", letter)
