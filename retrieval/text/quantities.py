"""Dates, amounts and small numbers in their other forms: 24-9-2013, 1,2 triệu, hai.

`ngày 24 tháng 9 năm 2013`, `24/9/2013` and `September 24, 2013` are one day; `1,2 triệu` and
`1.200.000` are one amount. A question is asked in its own form and in the others.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from retrieval.text.spelling import fold, syllable_key
from retrieval.text.synonyms import Synonyms, way
from retrieval.text.terms import words

_MONTHS = (
    "january february march april may june july august september october november december"
).split()
_MONTH = "|".join(_MONTHS)
_YEAR = r"(?P<year>[12]\d{3})"
_DAY_OF_MONTH = r"(?P<day>0?[1-9]|[12]\d|3[01])"
_MONTH_NUMBER = r"(?P<month>0?[1-9]|1[0-2])"
# On folded text; the longest form first, so that a month is not read out of a day.
_DATES = tuple(
    re.compile(rf"(?<![\w.,/-]){pattern}(?![\w/]|[.,-]\d)")
    for pattern in (
        rf"{_DAY_OF_MONTH}\s*(?P<sign>[-/.])\s*{_MONTH_NUMBER}\s*(?P=sign)\s*{_YEAR}",
        rf"{_DAY_OF_MONTH}\s+thang\s+{_MONTH_NUMBER}(?:\s*,?\s*nam\s+|\s*[-/]\s*){_YEAR}",
        rf"{_DAY_OF_MONTH}\s+(?P<name>{_MONTH}),?\s+{_YEAR}",
        rf"(?P<name>{_MONTH})\s+{_DAY_OF_MONTH},?\s+{_YEAR}",
        rf"thang\s+{_MONTH_NUMBER}(?:\s*,?\s*nam\s+|\s*[-/]\s*){_YEAR}",
        rf"{_MONTH_NUMBER}\s*/\s*{_YEAR}",
        rf"(?P<name>{_MONTH}),?\s+{_YEAR}",
    )
)
_SCALES = {
    "nghin": 3, "ngan": 3, "trieu": 6, "ty": 9, "ti": 9,
    "thousand": 3, "million": 6, "billion": 9,
}  # fmt: skip
_SCALE_NAMES = {3: ("nghìn", "ngàn"), 6: ("triệu",), 9: ("tỷ",)}
_SCALED = re.compile(
    rf"(?<![\w.,])(?P<number>\d+(?:[.,]\d{{1,3}})?)\s+(?P<scale>{'|'.join(_SCALES)})\b"
)
_GROUPED = re.compile(r"(?<![\w.,])\d{1,3}(?P<sign>[.,])\d{3}(?:(?P=sign)\d{3})*(?![\w]|[.,]\d)")
_SMALL = {
    "2": ("hai", "two"), "3": ("ba", "three"), "4": ("bốn", "four"), "5": ("five",),
    "6": ("sáu", "six"), "7": ("bảy", "seven"), "8": ("tám", "eight"), "9": ("chín", "nine"),
    "10": ("mười", "ten"),
}  # fmt: skip
_DIGIT_OF = {name: digit for digit, names in _SMALL.items() for name in names}
_LEAST_ROUND = Decimal("0.01")


@lru_cache(maxsize=256)
def quantities(question: str) -> tuple[Synonyms, ...]:
    """Return the dates, amounts and small numbers of canonical `question` in their other forms."""
    folded = fold(question)
    if len(folded) != len(question):
        return ()
    return (
        *(_synonyms(question[start:end], forms) for start, end, forms in _dates(folded)),
        *(_synonyms(question[start:end], forms) for start, end, forms in _amounts(folded)),
        *_small_numbers(question),
    )


def _dates(folded: str) -> Iterator[tuple[int, int, list[str]]]:
    taken: list[tuple[int, int]] = []
    for pattern in _DATES:
        for match in pattern.finditer(folded):
            start, end = match.span()
            if any(start < there and here < end for here, there in taken):
                continue
            taken.append((start, end))
            yield start, end, _forms_of_date(match.groupdict())


def _forms_of_date(parts: dict[str, str | None]) -> list[str]:
    name, year = parts.get("name"), parts["year"]
    month = _MONTHS.index(name) + 1 if name else int(parts["month"] or 0)
    english = _MONTHS[month - 1]
    if (day := parts.get("day")) is None:
        return [f"tháng {month} năm {year}", f"{month}/{year}", f"{english} {year}"]
    at = int(day)
    return [
        f"{at} tháng {month} năm {year}",
        f"{at}/{month}/{year}",
        f"{at} {english} {year}",
        f"{english} {at} {year}",
    ]


def _amounts(folded: str) -> Iterator[tuple[int, int, list[str]]]:
    for match in _SCALED.finditer(folded):
        value = Decimal(match["number"].replace(",", ".")).scaleb(_SCALES[match["scale"]])
        if value == value.to_integral_value():
            yield *match.span(), _forms_of_amount(int(value))
    for match in _GROUPED.finditer(folded):
        yield *match.span(), _forms_of_amount(int(match[0].replace(match["sign"], "")))


def _forms_of_amount(value: int) -> list[str]:
    forms = [f"{value:,}"]
    for power, names in _SCALE_NAMES.items():
        scaled = Decimal(value).scaleb(-power).normalize()
        if 1 <= scaled < 1000 and scaled % _LEAST_ROUND == 0:
            forms += [f"{scaled:f} {name}".replace(".", ",") for name in names]
    return forms


def _small_numbers(question: str) -> Iterator[Synonyms]:
    for word in words(question):
        if word in _SMALL:
            yield _synonyms(word, list(_SMALL[word]))
        elif word in _DIGIT_OF:
            yield _synonyms(word, [_DIGIT_OF[word]])


def _synonyms(written: str, forms: list[str]) -> Synonyms:
    keys = tuple(syllable_key(word) for word in words(written))
    ways = dict.fromkeys(way(form) for form in forms if words(form) != words(written))
    return Synonyms(keys, tuple(ways))
