"""What kind of thing a question asks for, and whether a sentence has a new one of that kind."""

import re
from collections.abc import Callable
from enum import StrEnum
from functools import lru_cache

from retrieval.text.spelling import CAPITAL, fold


class Kind(StrEnum):
    """What an answer must contain."""

    COUNT = "count"
    TIME = "time"
    PLACE = "place"
    REASON = "reason"
    PERSON = "person"


# On folded text.
_ASKED = {
    Kind.COUNT: re.compile(
        r"\b(?:bao nhieu|may|bao lau|bao xa|ty le|dien tich"
        r"|how (?:many|much|long|tall|far|old|large|big|high))\b"
    ),
    Kind.TIME: re.compile(
        r"\b(?:khi nao|bao gio|luc nao|(?:nam|ngay|thang) (?:nao|bao nhieu)"
        r"|thoi (?:gian|diem|ky) nao|the ky (?:nao|thu may)"
        r"|when|(?:what|which) (?:year|date|time|century|day|month))\b"
    ),
    Kind.PLACE: re.compile(r"\b(?:dau|noi nao|where)\b"),
    Kind.REASON: re.compile(r"\b(?:tai sao|vi sao|why|ly do|nguyen nhan)\b"),
    Kind.PERSON: re.compile(r"\b(?:ai|nguoi nao|vi vua nao|nhan vat nao|who|whom|whose)\b"),
}
_NUMBERS = re.compile(
    r"\d+(?:[.,]\d+)*|\b(?:một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|trăm|nghìn|ngàn|triệu|tỷ"
    r"|one|two|three|four|five|six|seven|eight|nine|ten|hundred|thousand|million)\b",
    re.IGNORECASE,
)
_TIMES = re.compile(
    r"\b(?:1\d{3}|20\d\d)\b|\b(?:ngày|tháng|thế k[ỷỉ]|năm|century)\s+[\dIVX]+"
    r"|\b\d+\s+(?:TCN|SCN|BC|AD)\b",
    re.IGNORECASE,
)
_PLACES = re.compile(
    r"\b(?:tại|ở|thuộc|đến|vùng|tỉnh|thành phố|nước|in|at|near|from)\s+(?:\w+\s+){0,2}" + CAPITAL
)
_REASONS = re.compile(
    r"\b(?:vì|do|bởi|nhờ|nên|nhằm|để|nguyên nhân|lý do|because|due|since|so that)\b", re.IGNORECASE
)
# A name after the first word, which is capital whatever it is.
_NAMES = re.compile(rf"(?<=\S\s){CAPITAL}\w*")


@lru_cache(maxsize=256)
def kinds_asked(question: str) -> frozenset[Kind]:
    """Return what canonical `question` asks for; empty when its words do not say."""
    folded = fold(question)
    return frozenset(kind for kind, pattern in _ASKED.items() if pattern.search(folded))


def has_kind(kind: Kind, sentence: str, question: str) -> bool:
    """Return whether `sentence` has a thing of `kind`; one that the question names is not new."""
    return _TESTS[kind](sentence, question)


def _new(pattern: re.Pattern[str]) -> Callable[[str, str], bool]:
    return lambda sentence, question: any(m not in question for m in pattern.findall(sentence))


_TESTS: dict[Kind, Callable[[str, str], bool]] = {
    Kind.COUNT: _new(_NUMBERS),
    Kind.TIME: _new(_TIMES),
    Kind.PLACE: lambda sentence, _: bool(_PLACES.search(sentence)),
    Kind.REASON: lambda sentence, _: bool(_REASONS.search(sentence)),
    Kind.PERSON: _new(_NAMES),
}
