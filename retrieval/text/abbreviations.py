"""Short forms that Vietnamese offices, papers and schools write, and what they stand for.

A question that says `UBND` must find "Ủy ban nhân dân" and the other way round. Nothing is
replaced: a question is asked with its other forms beside it, so the index needs to know nothing
of the list, and a changed list holds from the next question on.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from importlib.resources import files

from retrieval.text.asking import QUESTION_WORDS
from retrieval.text.numbers import outside_numbers
from retrieval.text.spelling import fold, folded_key, syllable_key
from retrieval.text.synonyms import Synonyms, way

_FILE = "abbreviations.txt"
_WORD = re.compile(r"[^\W_]+")
_VOWEL = re.compile("[aeiouy]")
# A folded Vietnamese syllable; a short form that reads like one ("tin", "vat") is a word first.
_SYLLABLE = re.compile(
    r"(?:ngh?|[cgkpt]h|gi|qu|tr|[bcdghklmnprstvx])?[aeiouy]{1,3}(?:ch|ng|nh|[cmnpt])?"
)
_LETTERS_WITH_VOWEL = 3
_LETTERS_IF_AMBIGUOUS = 3


@cache
def _pairs() -> tuple[tuple[str, str], ...]:
    """The lines of the list: short form, long form."""
    lines = (files(__package__) / _FILE).read_text(encoding="utf-8").splitlines()
    fields = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return tuple((short.strip(), long.strip()) for short, long in fields)


@cache
def abbreviations() -> dict[str, tuple[str, ...]]:
    """Return folded short form → long forms as written; words of a short form stand apart.

    `UBND` is `ubnd` and `NN&PTNT` is `nn ptnt`.
    """
    table: dict[str, dict[str, str]] = {}
    for short, long in _pairs():
        table.setdefault(_folded(short), {}).setdefault(_folded(long), long)
    return {short: tuple(longs.values()) for short, longs in table.items()}


@cache
def _shortened() -> dict[str, tuple[str, ...]]:
    """Return folded long form → short forms as written."""
    table: dict[str, dict[str, str]] = {}
    for short, long in _pairs():
        table.setdefault(_folded(long), {}).setdefault(_folded(short), short)
    return {long: tuple(shorts.values()) for long, shorts in table.items()}


@cache
def _spellings() -> dict[str, frozenset[str]]:
    """Return folded form → the ways in which it is written, words joined by one space."""
    table: dict[str, set[str]] = {}
    for form in (form for pair in _pairs() for form in pair):
        table.setdefault(_folded(form), set()).add(" ".join(_WORD.findall(form)))
    return {key: frozenset(forms) for key, forms in table.items()}


@cache
def _longest() -> dict[str, int]:
    """Return first word → words in the longest form that begins with it."""
    longest: dict[str, int] = {}
    for key in _spellings():
        first, *others = key.split(" ")
        longest[first] = max(longest.get(first, 0), 1 + len(others))
    return longest


def _folded(form: str) -> str:
    return " ".join(folded_key(word) for word in _WORD.findall(form.lower()))


def abbreviated(text: str) -> str:
    """Return canonical `text` with every long form of the list in its first short form."""
    longs = sorted({long for _, long in _pairs()}, key=len, reverse=True)
    first = {long.lower(): short for short, long in reversed(_pairs())}
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longs))})(?!\w)", re.IGNORECASE)
    return pattern.sub(lambda match: first[match[0].lower()], text)


@lru_cache(maxsize=256)
def expansions(text: str) -> tuple[Synonyms, ...]:
    """Return the other forms of each short and long form in canonical `text`, in order.

    A short form brings its long forms, and the other ways to shorten those. A long form brings
    its short forms, unless one could be taken for something else. Numbers of documents
    (`13/2023/NĐ-CP`) have keys of their own and are left alone.
    """
    found: dict[Synonyms, None] = {}
    for stretch in outside_numbers(text):
        found.update((other, None) for other in _expansions(stretch, text != text.upper()))
    return tuple(found)


def _expansions(text: str, mixed_case: bool) -> Iterator[Synonyms]:
    typed = _WORD.findall(text)
    keys = [folded_key(word.lower()) for word in typed]
    accented = fold(text) != text.lower()
    for start, size in _spans(keys):
        key, written = " ".join(keys[start : start + size]), typed[start : start + size]
        before = typed[start - 1] if start else ""
        if key in abbreviations() and _is_short(key, written, before, mixed_case):
            others = tuple(way(other) for other in _others_of_short(key))
        elif key in _shortened() and (not accented or _is_spelled_so(key, written)):
            others = tuple(way(other) for other in _unmistakable_shorts(key))
        else:
            continue
        if others:
            yield Synonyms(tuple(syllable_key(word.lower()) for word in written), others)


def _spans(keys: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield (start, count) of every run of words that is a form; a form inside one as well."""
    for start, first in enumerate(keys):
        for size in range(min(_longest().get(first, 0), len(keys) - start), 0, -1):
            if " ".join(keys[start : start + size]) in _spellings():
                yield start, size


def _is_short(key: str, written: Sequence[str], before: str, mixed_case: bool) -> bool:
    """Whether words that read like a short form are one: `TƯ` is; `tư`, `THÔNG TƯ`, `đã` are not.

    `before` is the word before them; `mixed_case` says whether capitals mean anything.
    """
    joined = " ".join(written)
    if not joined.isascii() and joined.upper() not in {s.upper() for s in _spellings()[key]}:
        return False
    in_capitals = before.isupper() and _VOWEL.search(fold(before)) is not None
    if mixed_case and not in_capitals and (joined.isupper() or joined in _spellings()[key]):
        return True
    return _is_unmistakable(key)


def _is_unmistakable(key: str) -> bool:
    """Whether a short form can be told from a word, and says enough, whatever its case."""
    letters = key.replace(" ", "")
    if len(abbreviations()[key]) > 1 and len(letters) < _LETTERS_IF_AMBIGUOUS:
        return False
    if not _VOWEL.search(letters):
        return True
    is_word = _SYLLABLE.fullmatch(letters) is not None or key in QUESTION_WORDS
    return len(letters) >= _LETTERS_WITH_VOWEL and not is_word


def _is_spelled_so(key: str, written: Sequence[str]) -> bool:
    said = [syllable_key(word.lower()) for word in written]
    return any(
        said == [syllable_key(word.lower()) for word in form.split()] for form in _spellings()[key]
    )


def _others_of_short(key: str) -> Iterator[str]:
    for long in abbreviations()[key]:
        yield long
        yield from (s for s in _unmistakable_shorts(_folded(long)) if _folded(s) != key)


def _unmistakable_shorts(long: str) -> Iterator[str]:
    return (short for short in _shortened()[long] if _is_unmistakable(_folded(short)))
