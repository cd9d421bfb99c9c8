"""Sentence boundaries in Vietnamese and English text, as exact spans."""

import re

from retrieval.text.remembering import remembered
from retrieval.text.spelling import fold

# A candidate end: terminal marks, then closing quotes or brackets, then white space.
_END = re.compile(r"(?:\.{2,}|…|[.!?]+|\./\.)[\"'”’»)\]]*(?=\s)")
_OPENERS = "\"'“‘«([–-•*"
# Folded words after which a full stop does not end a sentence.
_ABBREVIATIONS = frozenset(
    "tp ts ths pgs gs bs ks cn tt q p tx ubnd mr mrs ms dr st no nxb tr vd v.v s.t".split()
)
_WORD_BEFORE = re.compile(r"([^\W_]+(?:\.[^\W_]+)*)\.$")
_ENUMERATOR = re.compile(
    r"^[\s\"“(\[–•*-]*(?:(?:phần|chương|mục|điều|khoản|part|chapter|section|article)\s+)?"
    r"(?:\d{1,3}|[ivxlc]{1,4}|[a-zđ])$",
    re.IGNORECASE,
)
_LOOKAHEAD_CHARS = 80


@remembered
def sentence_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Return (start, end) of each sentence of `text`, in order, without surrounding space.

    A line break ends a sentence too: canonical text keeps one only where the source's layout
    means something (list items, verses, table rows).
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for line in re.finditer(r"[^\n]+", text):
        start = line.start()
        for match in _END.finditer(text, line.start(), line.end()):
            if _ends_sentence(text, start, match):
                spans.append((start, match.end()))
                start = match.end()
        if text[start : line.end()].strip():
            spans.append((start, line.end()))
    return tuple(_trimmed(text, span) for span in spans)


def _ends_sentence(text: str, start: int, match: re.Match[str]) -> bool:
    following = text[match.end() : match.end() + _LOOKAHEAD_CHARS].lstrip()
    if not following:
        return True
    head = following.lstrip(_OPENERS + " ")[:1]
    if head and head.islower():
        return False
    if match[0] != ".":
        return True
    before = text[start : match.end()]
    if _ENUMERATOR.match(before[:-1]):
        return False
    word = _WORD_BEFORE.search(before)
    if word is None:
        return True
    token = word[1]
    is_initial = len(token) == 1 and token.isupper()
    return not is_initial and fold(token) not in _ABBREVIATIONS


def _trimmed(text: str, span: tuple[int, int]) -> tuple[int, int]:
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
