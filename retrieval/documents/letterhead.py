"""The head of a Vietnamese administrative paper: what it is called, who issued it and when.

    CHÍNH PHỦ                          CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
    Số: 135/2020/NĐ-CP                 Độc lập - Tự do - Hạnh phúc
                                       Hà Nội, ngày 18 tháng 11 năm 2020
    NGHỊ ĐỊNH
    Quy định về tuổi nghỉ hưu

Readers give its lines in any order. Nothing in it is a title by itself: the paper's name is its
kind, its number and what it is about.
"""

import re
from collections.abc import Sequence

from retrieval.documents.draft import DraftBlock
from retrieval.text import canonical_text, fold
from retrieval.text.document_kinds import KIND_OF

_LOOKED_AT = 40
"""Blocks in which a letterhead ends."""
_MAX_SUBJECT_CHARS = 300
_NUMBER = re.compile(r"\b(?:Luật )?[Ss]ố\s*:?\s*(\d{1,5}(?:/\d{4})?[/-][A-ZĐƯ][\w/\-ĐƯ]*)")
_DATE = re.compile(
    r"ngày\s+(?P<day>\d{1,2})\s+tháng\s+(?P<month>\d{1,2})\s+năm\s+(?P<year>(?:19|20)\d\d)"
)
_MOTTO = re.compile(r"cong hoa xa hoi chu nghia viet nam|doc lap\s*[-–]\s*tu do|dang cong san")
_LONGEST_NAME = 4
"""Words: "Nghị quyết liên tịch"."""
_NAMED_BY_SUBJECT = frozenset({"luat", "bo luat", "phap lenh"})
_SHORT_NAMES = frozenset({"luat", "lenh"})
_MARKS = " :*_-–•"
_RULE = re.compile(r"^[\W_]*$")
_STARTS_BODY = re.compile(r"^(?:căn cứ|theo đề nghị|kính gửi|phần|chương|mục|điều|\d+[.)])\b", re.I)


def letterhead(blocks: Sequence[DraftBlock]) -> dict[str, str]:
    """Return the title, publisher and date that a paper's head gives; {} where there is none."""
    lines = _lines(blocks)
    kinds = ((at, name) for at, line in enumerate(lines) if (name := _kind(line)))
    kind, named = next(kinds, (None, ("", "")))
    if kind is None:
        return {}
    number = next((m[1] for line in lines if (m := _NUMBER.search(line))), "")
    has_motto = any(_MOTTO.search(fold(line)) for line in lines)
    if not (number or has_motto):
        return {}
    found = {"title": _title(*named, lines[kind + 1 :], number)}
    if has_motto and (issuer := _issuer(lines[:kind])):
        found["publisher"] = issuer
    if date := next((m for line in lines if (m := _DATE.search(line))), None):
        found["date"] = f"{date['year']}-{int(date['month']):02d}-{int(date['day']):02d}"
    return found


def _lines(blocks: Sequence[DraftBlock]) -> list[str]:
    texts = (canonical_text(block.text) for block in blocks[:_LOOKED_AT])
    lines = [line for text in texts for line in text.split("\n")]
    return [line for line in lines if not _RULE.match(line)]


def _kind(line: str) -> tuple[str, str] | None:
    """Return (kind, what follows it on the line) where a line names a kind, in capitals."""
    words = line.strip(_MARKS).split()
    if not line.isupper():
        return None
    for size in range(min(_LONGEST_NAME, len(words)), 0, -1):
        name = fold(" ".join(words[:size]))
        # "TT" heads a column far more often than it means Thông tư.
        spelled_out = " " in name or name in _SHORT_NAMES
        if spelled_out and name in KIND_OF:
            return " ".join(words[:size]).capitalize(), " ".join(words[size:])
    return None


def _title(name: str, subject: str, below: Sequence[str], number: str) -> str:
    for line in below:
        if _STARTS_BODY.match(line) or _MOTTO.search(fold(line)) or _NUMBER.search(line):
            break
        if subject and not _goes_on(subject, line):
            break
        subject = f"{subject} {line}".strip()
    subject = subject[:_MAX_SUBJECT_CHARS]
    head = f"{name} {number}".strip()
    if subject.isupper() and fold(name) in _NAMED_BY_SUBJECT:
        # Of a law the kind and the subject are one name: LUẬT / ĐƯỜNG SẮT.
        return f"{name} {subject.lower()}" + (f" ({number})" if number else "")
    return f"{head}: {subject}" if subject else head


def _goes_on(subject: str, line: str) -> bool:
    """Return whether a line goes on with the subject: it is no sentence of the paper yet."""
    if subject.endswith((".", ";", ":")):
        return False
    return (subject.isupper() and line.isupper()) or line[:1].islower()


def _issuer(lines: Sequence[str]) -> str:
    """Return who issued the paper; its name may go on over lines, and share one with the motto."""
    name = ""
    for line in lines:
        motto = _MOTTO.search(fold(line))
        own = (line[: motto.start()] if motto else line).strip(_MARKS)
        if own.isupper() and not any(map(str.isdigit, own)):
            name = f"{name} {own}".strip()
        elif name:
            break
        if motto and name:
            break
    return name
