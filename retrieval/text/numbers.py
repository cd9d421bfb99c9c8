"""Numbers of Vietnamese documents as terms of their own.

`Đề án số 06-ĐA/TU`, `Đề án 06` and `de an 6` name one thing, and so do `Nghị quyết 18-NQ/TW`,
`NQ 18` and `Resolution 18`. Each mention yields a short key (`nq18`) and, where the year or the
issuing body is written, longer ones (`nq18/tw`), so that a question that says more finds the
more exact document first. Dates, amounts, addresses and plain numbers yield nothing.

A mention is read from its figure: its kind stands before it (`Nghị quyết số 18`), after it
(`18-NQ/TW`), or both.
"""

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass

from retrieval.text.document_kinds import (
    CODES,
    CODES_WITHOUT_ISSUER,
    COUNTED,
    KIND_OF,
    NEED_A_SIGN,
    STANDARDS,
)
from retrieval.text.remembering import remembered
from retrieval.text.spelling import fold

# All expressions run on folded text. Word processors write other dashes than the keyboard's
# (hyphens that do not break, en dashes); file names and links write dots, hyphens and low lines.
_DASH = r"\-\u2010-\u2013\u2212"
_JOINT = rf"(?:\s?[{_DASH}/]\s?|[._])"
_YEAR = r"(?:19|20)\d\d"
# Longer names must win: "nghị quyết liên tịch" before "nghị quyết".
_NAMES = "|".join(
    re.escape(name).replace(r"\ ", r"[\s_-]+") for name in sorted(KIND_OF, key=len, reverse=True)
)
_DIGIT = re.compile(r"\d")
_FIGURE = re.compile(r"(?<!\d)0*(?P<number>\d{1,5})(?P<letter>[a-z](?![a-z\d]))?(?!\d)")
# "tối đa 100" is a limit, "Điều 27.6.NĐ.21" a place in the code of laws, and what stands before a
# full stop and a space is another sentence.
_BEFORE = re.compile(
    rf"(?<![^\W_])(?<!\d\.)(?<!toi )(?P<name>{_NAMES})(?:[-/](?:cp|tw|ttg|tu|ubnd))?"
    rf"(?:[\s.:]*(?<![^\W_])(?P<said>so|no|number)[\s.:]*|\s+|\.|\s?[{_DASH}/_]\s?|)$"
)
_REACH_CHARS = 48
_CODE = re.compile(
    rf"(?:{_JOINT}(?P<year>{_YEAR}))?(?P<joint>{_JOINT}|\s?)"
    rf"(?P<code>[a-z]{{1,8}}\d{{0,2}}(?:(?:{_JOINT}|&)[a-z]{{1,10}}\d{{0,2}}){{0,4}})(?![^\W_])"
)
_PARTS = re.compile(rf"{_JOINT}|&")
_ASSEMBLY = re.compile(r"(?:ubtv)?qh\d{1,2}")
_GLUED = re.compile(
    r"(?P<kind>nq|nd|qd|ct|tt|kl)(?P<issuer>cp|tw|ttg|tu|ubnd|hdnd|b[a-z]{2,6})(?:\W.*)?"
)
_YEAR_AFTER = re.compile(rf"(?:/|,?\s+nam\s+)(?P<year>{_YEAR})(?!\w|\s?[{_DASH}/.]\d)")
_STANDARD = re.compile(
    rf"(?P<part>(?:-\d{{1,2}}(?!\d))*)(?:[:-](?P<year>{_YEAR}))?(?:/(?P<code>[a-z]{{2,8}}))?(?!\w)"
)
# What follows a number that is no date, range, decimal or count.
_END = re.compile(
    rf"(?![\w%‰+]|[.,:]\d|\s?/\s?\d|\s?[{_DASH}]\s?\d)(?!\s*(?:[%‰]|(?:{COUNTED})(?!\w)))"
)
_NEXT_IS_NOT_COUNTED = re.compile(
    r"\s*(?:$|[^\w\s]|(?:cua|ve|ngay|nam|la|noi|co|duoc|quy|do|va|thi|of|on|is)(?!\w))"
)
_CONSTITUTION = re.compile(
    rf"(?<!\w)(?:hien\s+phap\s+(?:nam\s+)?(?P<year>{_YEAR})|(?P<before>{_YEAR})\s+constitution"
    rf"|constitution\s+(?:of\s+)?(?P<after>{_YEAR}))(?![\w/]|[-.]\d)"
)


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """One mention of a document's number.

    Attributes:
        keys: Canonical keys, the shortest (`nq18`) first, then the more exact ones.
        start: First character of the mention in the folded text.
        end: One past its last character.
    """

    keys: tuple[str, ...]
    start: int
    end: int


@remembered
def document_numbers(text: str) -> tuple[DocumentNumber, ...]:
    """Return the document numbers named in `text`, in order, spans in `fold(text)`.

    For NFC text, folding keeps the count of characters in Vietnamese and English, so the spans
    hold in `text` too.
    """
    if _DIGIT.search(text) is None:
        return ()
    folded = fold(text)
    typed = text if len(folded) == len(text) else None
    found = list(_constitutions(folded))
    end = 0
    for figure in _FIGURE.finditer(folded):
        if figure.start() < end:
            continue
        name = _name_before(folded, typed, figure.start(), end)
        if name is not None and _kind(name) in STANDARDS:
            mention = _standard(folded, figure, name)
        else:
            mention = _coded(folded, figure, name) or _named(folded, figure, name)
        if mention is not None:
            found.append(mention)
            end = mention.end
    return tuple(sorted(found, key=lambda number: number.start))


def _name_before(folded: str, typed: str | None, figure: int, floor: int) -> re.Match[str] | None:
    """Return the kind's name that leads to the figure, unless marks make it another word."""
    name = _BEFORE.search(folded, max(floor, figure - _REACH_CHARS), figure)
    if name is None or typed is None or not name["name"].isalpha():
        return name
    word = typed[slice(*name.span("name"))]
    plain = all(ord(char) < 128 or char in "đĐ" for char in word)
    # "ĐA", "da" and "luật" can name a kind; "đã", "lạnh" and, among marked words, "đa" cannot.
    return name if (plain and word != "đa") or word.lower() in {"luật", "lệnh"} else None


def _kind(name: re.Match[str]) -> str:
    return KIND_OF[" ".join(re.split(r"[\s_-]+", name["name"]))]


def _coded(folded: str, figure: re.Match[str], name: re.Match[str] | None) -> DocumentNumber | None:
    """Read 06-ĐA/TU, 13/2023/NĐ-CP, 45/2019/QH14, 01/CT-TTg: the kind stands after the number."""
    code = _CODE.match(folded, figure.end("number"))
    start = figure.start() if name is None else name.start()
    if code is None or (name is None and not _begins_a_number(folded, start)):
        return None
    named = None if name is None else _kind(name)
    kind, issuers = _read_code(code, named)
    if kind is None:
        return None
    keys = _keys(kind, figure["number"], code["year"], issuers)
    if named is not None and named != kind:
        # "Quy định số 37-QĐ/TW" is asked for by its name and by its code.
        keys = (*_keys(named, figure["number"], code["year"], issuers), *keys)
    return DocumentNumber(keys, start, code.end())


def _read_code(code: re.Match[str], named: str | None) -> tuple[str | None, list[str]]:
    """Return the kind and the issuing bodies that a code says; no kind when it is none."""
    parts = _PARTS.split(code["code"])
    glued = _GLUED.fullmatch(code["code"])
    joined = code["joint"].strip() != ""
    if _ASSEMBLY.fullmatch(parts[0]):
        kind = named or ("l" if parts[0].startswith("qh") else None)
        return (kind, parts) if joined else (None, [])
    if parts[0] in CODES:
        kind, issuers = CODES[parts[0]], parts[1:]
        known = parts[0] in CODES_WITHOUT_ISSUER or kind == named
        spaced = not joined and code["joint"] != ""
        sure = (known and (bool(issuers) or not spaced)) if not joined else (known or issuers)
        return (kind, issuers) if sure else (None, [])
    if glued is not None:
        return CODES[glued["kind"]], [glued["issuer"], *parts[1:]]
    if named is not None and code["joint"] == "/" and (len(parts) > 1 or code["year"]):
        return named, parts  # Công văn 123/UBND-VX
    return None, []


def _named(folded: str, figure: re.Match[str], name: re.Match[str] | None) -> DocumentNumber | None:
    """Read Đề án số 06, NQ 18, Circular No. 9: the kind stands before the number alone."""
    if name is None:
        return None
    year = _YEAR_AFTER.match(folded, figure.end())
    end = figure.end() if year is None else year.end()
    is_year = re.fullmatch(_YEAR, figure["number"]) is not None
    if not _END.match(folded, end) or (is_year and not name["said"]):
        return None
    unsure = name["name"] in NEED_A_SIGN and not name["said"] and year is None
    if unsure and not _NEXT_IS_NOT_COUNTED.match(folded, end):
        return None
    number = figure["number"] + (figure["letter"] or "")
    return DocumentNumber(_keys(_kind(name), number, year and year["year"], []), name.start(), end)


def _standard(folded: str, figure: re.Match[str], name: re.Match[str]) -> DocumentNumber | None:
    """Read TCVN 5699-2-14:2007, QCVN 01:2021/BXD; "tiêu chuẩn 5" alone is no number of one."""
    rest = _STANDARD.match(folded, figure.end())
    if rest is None or (rest["year"] is None and " " in name["name"]):
        return None
    if not _END.match(folded, rest.end()):
        return None
    issuers = [rest["code"]] if rest["code"] else []
    number = figure["number"] + rest["part"]
    keys = _keys(_kind(name), number, rest["year"], issuers)
    return DocumentNumber(keys, name.start(), rest.end())


def _constitutions(folded: str) -> Iterator[DocumentNumber]:
    for match in _CONSTITUTION.finditer(folded):
        year = match["year"] or match["before"] or match["after"]
        yield DocumentNumber((f"hp{year}",), match.start(), match.end())


def _begins_a_number(folded: str, start: int) -> bool:
    before = folded[start - 1] if start else " "
    return not before.isalnum() and re.match(rf"[/._{_DASH}]", before) is None


def _keys(kind: str, number: str, year: str | None, issuers: list[str]) -> tuple[str, ...]:
    short = f"{kind}{number}"
    by_year = (f"{short}/{year}",) if year else ()
    by_issuer = (f"{short}/{'-'.join(issuers)}",) if issuers else ()
    return (short, *by_year, *by_issuer)


def outside_numbers(text: str) -> list[str]:
    """Return what of canonical `text` stands between its document numbers, in order."""
    if len(fold(text)) != len(text):
        return [text]
    mentions = document_numbers(text)
    starts = [0, *(mention.end for mention in mentions)]
    ends = [*(mention.start for mention in mentions), len(text)]
    return [text[start:end] for start, end in zip(starts, ends, strict=True)]


def agrees(asked: tuple[str, ...], said: Set[str]) -> bool:
    """Return whether a number asked for is among the keys that a text says.

    `Nghị định 13` agrees with `Nghị định 13/2023`, either way round; 13/2020 does not.
    """
    exact = {key for key in said if key.startswith(f"{asked[0]}/")}
    return asked[0] in said and (len(asked) == 1 or not exact or not exact.isdisjoint(asked))
