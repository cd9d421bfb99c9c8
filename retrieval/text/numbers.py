"""Numbers of Vietnamese documents as terms of their own.

`Đề án số 06-ĐA/TU`, `Đề án 06` and `de an 6` name one thing, and so do `Nghị quyết 18-NQ/TW`,
`NQ 18` and `Resolution 18`. Each mention yields a short key (`nq18`) and, where the year or the
issuing body is written, longer ones (`nq18/tw`), so that a question that says more finds the
more exact document first. Dates and plain numbers yield nothing.
"""

import re
from dataclasses import dataclass

from retrieval.text.spelling import fold

# kind → folded names and abbreviations, Vietnamese then English. Longer names must win, so the
# expression below is built longest first.
KINDS: dict[str, tuple[str, ...]] = {
    "bc": ("bao cao", "bc"),
    "ct": ("chi thi", "ct", "directive"),
    "ctr": ("chuong trinh", "ctr", "programme", "program"),
    "cv": ("cong van", "cv", "official letter"),
    "da": ("de an", "da", "project", "scheme"),
    "hd": ("huong dan", "hd"),
    "kh": ("ke hoach", "kh", "plan"),
    "kl": ("ket luan", "kl", "conclusion"),
    "l": ("luat", "law"),
    "nd": ("nghi dinh", "nd", "decree"),
    "nq": ("nghi quyet", "nq", "resolution"),
    "pl": ("phap lenh", "pl", "ordinance"),
    "qc": ("quy che", "qc"),
    "qd": ("quyet dinh", "qd", "decision"),
    "tb": ("thong bao", "tb"),
    "tt": ("thong tu", "tt", "circular"),
    "ttlt": ("thong tu lien tich", "ttlt", "joint circular"),
    "ttr": ("to trinh", "ttr"),
}
_KIND_OF = {name: kind for kind, names in KINDS.items() for name in names}
_NAMES = "|".join(
    re.escape(name).replace(r"\ ", r"\s+") for name in sorted(_KIND_OF, key=len, reverse=True)
)

# All expressions run on folded text.
_NUMBER = r"0*(?P<number>\d{1,4})(?P<letter>[a-z]?)"
_YEAR = r"(?:/(?P<year>(?:19|20)\d\d))?"
# Word processors write other dashes than the keyboard's: hyphens that do not break, en dashes.
_JOINT = r"[-/\u2010\u2011\u2013]"
# 06-ĐA/TU, 13/2023/NĐ-CP, 45/2019/QH14, 01/CT-TTg: the kind stands after the number.
_CODE = re.compile(
    rf"(?<![\w/.-]){_NUMBER}{_YEAR}\s?{_JOINT}\s?(?P<code>[a-z]{{1,6}}\d{{0,2}}(?:(?:{_JOINT}|&)[a-z]{{1,8}}\d{{0,2}}){{0,4}})"
    r"(?![\w])"
)
# Đề án số 06, NQ 18, Circular No. 9: the kind stands before the number. "Kế hoạch 5 năm" and
# "Chương trình 30 ngày" count something instead, unless it is the year that follows.
_NAMED = re.compile(
    rf"(?<!\w)(?P<name>{_NAMES})[\s.]*(?:so|no|number)?[\s.:]*{_NUMBER}{_YEAR}(?![\w]|[.,]\d|/\d|-\d)"
    r"(?!\s*(?:%|(?:nam(?!\s+(?:19|20)\d\d)|thang|ngay|tuan|gio|phut|tuoi|nguoi|dong|nghin|trieu|ty|lan"
    r"|years?|months?|days?|weeks?|hours?|people)(?!\w)))"
)
_ASSEMBLY = re.compile(r"^qh\d{1,2}$")


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


def _from_code(match: re.Match[str]) -> DocumentNumber | None:
    parts = re.split(rf"{_JOINT}|&", match["code"])
    if _ASSEMBLY.match(parts[0]):
        kind, issuers = "l", parts
    elif parts[0] in _KIND_OF and len(parts) > 1:
        kind, issuers = _KIND_OF[parts[0]], parts[1:]
    else:
        return None
    short = f"{kind}{match['number']}{match['letter']}"
    keys = [short, f"{short}/{'-'.join(issuers)}"]
    if match["year"]:
        keys.insert(1, f"{short}/{match['year']}")
    return DocumentNumber(tuple(keys), match.start(), match.end())


def _from_name(match: re.Match[str]) -> DocumentNumber:
    kind = _KIND_OF[" ".join(match["name"].split())]
    short = f"{kind}{match['number']}{match['letter']}"
    keys = (short, f"{short}/{match['year']}") if match["year"] else (short,)
    return DocumentNumber(keys, match.start(), match.end())


def _is_marked_name(word: str) -> bool:
    """Whether `word` can name a kind: "ĐA", "da" and "luật" can, "đã" cannot."""
    plain = all(ord(char) < 128 or char in "đĐ" for char in word)
    return plain or fold(word) == "luat"


def document_numbers(text: str) -> list[DocumentNumber]:
    """Return the document numbers named in `text`, in order, spans in `fold(text)`.

    For NFC text, folding keeps the count of characters in Vietnamese and English, so the spans
    hold in `text` too.
    """
    folded = fold(text)
    aligned = len(folded) == len(text)
    found = [number for m in _CODE.finditer(folded) if (number := _from_code(m)) is not None]
    taken = [(number.start, number.end) for number in found]
    for match in _NAMED.finditer(folded):
        # "Nghị quyết 18-NQ/TW" is one mention: the code in it already says more.
        start, end = match.span("number")
        if any(first <= start and end <= last for first, last in taken):
            continue
        name = match.span("name")
        if aligned and " " not in match["name"] and not _is_marked_name(text[slice(*name)]):
            continue
        found.append(_from_name(match))
    return sorted(found, key=lambda number: number.start)
