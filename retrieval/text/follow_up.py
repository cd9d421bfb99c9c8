"""Questions that lean on the one before: "còn năm 2018 thì sao?", "ai chủ trì?", "what about X?".

No language model: a question is completed from the words of the one before, and only by what it
lacks. Owns the signs of a follow-up and the completion; refuses to know passages.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from retrieval.text.asking import is_question_word
from retrieval.text.numbers import document_numbers
from retrieval.text.questions import definition_asked
from retrieval.text.spelling import CAPITAL, fold, folded_key, syllable_key
from retrieval.text.terms import words

_FEW_WORDS = 3
"""A question of so few words that describe something may lean on the one before."""

# On folded text. `con` is also a child: without its mark it needs the end of such a question.
_ELLIPSIS = (
    re.compile(
        r"^(?:(?:the|vay|roi|va|a)\s+)?con\s+(?P<rest>.+?)\s+(?:thi\s+)?(?:sao|the\s+nao)\W*$"
    ),
    re.compile(r"^(?:the|vay|roi|va)\s+(?P<rest>.+?)\s+thi\s+(?:sao|the\s+nao)\W*$"),
    re.compile(r"^(?P<rest>.+?)\s+thi\s+sao\W*$"),
    re.compile(r"^(?:and\s+|so\s+|then\s+)?(?:what|how)\s+about\s+(?P<rest>.+?)(?:\s+then)?\W*$"),
)
_MARKED_ELLIPSIS = re.compile(r"^(?:(?:thế|vậy|rồi|và)\s+)?còn\s+(?P<rest>.+?)\W*$", re.IGNORECASE)
_LEAD = re.compile(r"^(?:thế|vậy|rồi|và|còn|and|so|then)\b[\s,]*", re.IGNORECASE)
_POINTER = re.compile(
    r"\b(?:nó|họ|ấy|này|đó|kia|trên|it|its|they|their|them|he|his|him|she|her|this|that|these|those"
    r"|there)\b",
    re.IGNORECASE,
)
_BARE_POINTER = re.compile(
    r"\b(?:(?:ong|ba|anh|chi|co|nguoi|viec|dieu|noi|luc|khi|hoi nghi|van ban|de an)"
    r" (?:ay|nay|do)|no|ho|it|its|they|their|he|his|she|her|this|that)\b"
)
_TIME = re.compile(r"\b\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)\d\d\b|\b(?:19|20)\d\d\b")
_NAME = re.compile(rf"(?<![\w.?!]){CAPITAL}[\w.&-]*(?:\s+{CAPITAL}[\w.&-]*)*")
# Folded words that ask or only lead to what is asked; `an` and `hoi` of the list in `asking`
# would take a part of "de an" and "hoi nghi" away.
_ASKING = frozenset(
    """
    gi nao ai dau sao la bao nhieu khi may vay nhi
    what who whom whose which where when why how is are was were do does did
    """.split()
)
_LIGHT = frozenset("o vi tai tu luc voi cua nam ngay thang trong in on at of year".split())
_END = " \t?!.…,;:"


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A question completed.

    Attributes:
        text: The whole question, canonical.
        certain: Whether it cannot stand alone; if not, either reading may be meant.
        brings: What the question itself names, so that an answer must have it; "" if nothing.
    """

    text: str
    certain: bool
    brings: str = ""


def completed(question: str, previous: str) -> FollowUp | None:
    """Return canonical `question` with what it takes from `previous`; None if it takes nothing."""
    if not previous or (document_numbers(question) and not _ellipsis(question)):
        return None
    rest = _ellipsis(question)
    if rest is not None:
        return FollowUp(_replaced(rest, previous), certain=True, brings=rest)
    content = _content(question)
    certain = not content or _points(question)
    if definition_asked(question) and not certain:
        return None
    if not certain and len(content) > _FEW_WORDS:
        return None
    subject = _subject(previous)
    asked = _LEAD.sub("", question).rstrip(_END)
    lacks = set(_keys(subject)) - set(_keys(asked))
    if not lacks:
        return None
    return FollowUp(f"{asked} {subject}?", certain, brings="" if certain else asked)


def _ellipsis(question: str) -> str | None:
    """Return what `question` names in the place of something said before, or None."""
    folded = fold(question)
    if len(folded) != len(question):
        return None
    match = next((m for m in (p.match(folded) for p in _ELLIPSIS) if m), None)
    match = match or _MARKED_ELLIPSIS.match(question)
    if match is None:
        return None
    start, end = match.span("rest")
    rest = question[start:end].strip(_END)
    return rest if _content(rest) else None


def _replaced(rest: str, previous: str) -> str:
    """Return `previous` with what `rest` names in the place of its like, or else beside it."""
    whole, left = previous.rstrip(_END), rest
    for spans in (_times, _numbers, _names):
        ours, theirs = spans(left), spans(whole)
        if ours and theirs:
            (start, end), (here, there) = theirs[-1], ours[0]
            whole = f"{whole[:start]}{left[here:there]}{whole[end:]}"
            left = f"{left[:here]} {left[there:]}"
    beside = " ".join(left.split()) if any(key not in _LIGHT for key in _keys(left)) else ""
    return f"{whole} {beside}".strip() + "?"


def _times(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in _TIME.finditer(text)]


def _numbers(text: str) -> list[tuple[int, int]]:
    return [(number.start, number.end) for number in document_numbers(text)]


def _names(text: str) -> list[tuple[int, int]]:
    # The first word of a question is capital whatever it is.
    return [
        match.span()
        for match in _NAME.finditer(text)
        if match.start() or " " in match[0] or match.end() == len(text)
    ]


def _points(question: str) -> bool:
    marked = fold(question) != question.lower()
    pattern: Callable[[str], object] = _POINTER.search if marked else _BARE_POINTER.search
    return pattern(question if marked else fold(question)) is not None


def _content(text: str) -> list[str]:
    asks = _asking_in(text)
    return [word for word in words(text) if not asks(word) and folded_key(word) not in _LIGHT]


def _subject(previous: str) -> str:
    """Return the words of `previous` that do not ask."""
    kept, asks = [], _asking_in(previous)
    for typed in previous.split():
        parts = words(typed)
        if parts and not all(map(asks, parts)):
            kept.append(typed.strip(_END + "\"“”'"))
    return " ".join(kept)


def _asking_in(text: str) -> Callable[[str], bool]:
    """Return what says of a word of `text` whether it only asks."""
    if fold(text) == text.lower():
        return lambda word: folded_key(word) in _ASKING
    return lambda word: is_question_word(syllable_key(word), accented=True)


def _keys(text: str) -> list[str]:
    return [folded_key(word) for word in words(text)]
