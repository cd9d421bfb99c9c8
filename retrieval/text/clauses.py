"""The parts of a statute, as people cite them: "điểm a khoản 2 Điều 5".

Owns how a part begins and how its place is said. A clause (khoản) is marked `2.`, a point (điểm)
`a)`; both mean that only under an article (Điều), else they are a list like any other.
"""

import re
from dataclasses import dataclass
from enum import IntEnum

HEADING_SEPARATOR = " › "
"""Between the headings above a passage, outermost first."""


class Part(IntEnum):
    """The parts above a clause; the value is the level of its heading, 1 outermost."""

    PART = 1
    CHAPTER = 2
    SECTION = 3
    SUBSECTION = 4
    ARTICLE = 5


_NAMES = {
    "phần": Part.PART,
    "chương": Part.CHAPTER,
    "mục": Part.SECTION,
    "tiểu mục": Part.SUBSECTION,
    "điều": Part.ARTICLE,
}
_NUMBER = (
    r"\d{1,3}[a-zđ]?|[IVXLC]{1,6}|(?:thứ )?(?:nhất|hai|ba|tư|năm|sáu|bảy|tám|chín|mười(?: \w+)?)"
)
_BEGINS = re.compile(
    rf"(?P<name>phần|chương|tiểu mục|mục|điều)\s+(?P<number>{_NUMBER})(?P<stop>\s*[.:]|(?=\s|$))",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"Điều\s+(\d{1,3}[a-zđ]?)\b", re.IGNORECASE)
_CLAUSE = re.compile(r"(?:khoản\s+)?(\d{1,3}[a-zđ]?)[.)]\s", re.IGNORECASE)
_POINT = re.compile(r"(?:điểm\s+)?([a-zđ]{1,2}(?:\.?\d)?)\)\s", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Opening:
    """How a line opens a part.

    Attributes:
        part: Which.
        end: Where the mark ends and the part's title or words begin.
    """

    part: Part
    end: int


def opening(line: str) -> Opening | None:
    """Return how `line` opens a part of a statute, or None where it does not.

    "Điều 5. Phạm vi" opens one, "Điều 5 của Luật này quy định" refers to one.
    """
    match = _BEGINS.match(line)
    if match is None:
        return None
    part = _NAMES[match["name"].lower()]
    rest = line[match.end() :].strip()
    if not match["stop"].strip() and rest and (part is Part.ARTICLE or not rest[:1].isupper()):
        return None
    return Opening(part, match.end())


def is_article(title: str) -> bool:
    """Return whether a heading is that of an article."""
    return _ARTICLE.match(title) is not None


def clause_mark(text: str) -> str:
    """Return the number of the clause that `text` begins with, or ""."""
    match = _CLAUSE.match(text)
    return match[1] if match else ""


def point_mark(text: str) -> str:
    """Return the letter of the point that `text` begins with, or ""."""
    match = _POINT.match(text)
    return match[1].lower() if match else ""


def place_in_statute(heading: str, text: str, until: int | None = None) -> str:
    """Return "điểm a khoản 2 Điều 5", or "" where a passage is in no article.

    Args:
        heading: The headings above the passage, joined by HEADING_SEPARATOR.
        text: The passage; it may have several points, a line each.
        until: The place that is meant, in characters of `text`; None for where it begins.
    """
    above = heading.split(HEADING_SEPARATOR)
    articles = [index for index, title in enumerate(above) if _ARTICLE.match(title)]
    if not articles:
        return ""
    article = _ARTICLE.match(above[articles[-1]])
    inside = above[articles[-1] + 1 :]
    clause = next((mark for mark in map(clause_mark, reversed(inside)) if mark), "")
    point = ""
    for line in _lines(text, until):
        if mark := clause_mark(line):
            clause, point = mark, ""
        elif mark := point_mark(line):
            point = mark
    parts = [f"điểm {point}" if point else "", f"khoản {clause}" if clause else ""]
    return " ".join([*filter(None, parts), f"Điều {article[1]}" if article else ""])


def _lines(text: str, until: int | None) -> list[str]:
    """Return the first line, and those after it that begin no later than `until`."""
    lines, start = [], 0
    for line in text.splitlines(keepends=True):
        if start and (until is None or start > until):
            break
        lines.append(line)
        start += len(line)
    return lines
