"""What a question asks for, read from its words alone.

One intent is told apart, the definition ("X là gì?", "What is X?"), because there the sentence that
defines X is the answer, not the one that says X most often. And what is a question at all, in a
group where people say all sorts of things.
"""

import re
from dataclasses import dataclass

from retrieval.text.asking import is_question_word, stands_for_the_answer
from retrieval.text.canonical import canonical_line
from retrieval.text.spelling import fold
from retrieval.text.terms import words

# On folded text. The subject may stand before ("… là gì") or after ("thế nào là …").
_DEFINITION = (
    re.compile(
        r"^(?P<subject>.{2,}?)\s+(?:(?:co\s+)?nghia\s+|duoc\s+(?:hieu|dinh nghia)\s+)?"
        r"la\s+(?:cai\s+)?gi"
        r"(?:\s+(?:vay|the|nhi|a|day|do))?\W*$"
    ),
    re.compile(r"^(?:the nao la|dinh nghia(?: ve)?|khai niem(?: ve)?)\s+(?P<subject>.{2,}?)\W*$"),
    re.compile(r"^(?P<subject>.{2,}?)\s+(?:duoc hieu|duoc dinh nghia)\s+(?:la|nhu)\b.*$"),
    re.compile(
        r"^(?:what\s+(?:is|are|was|were)|what's|define)\s+(?:the\s+|an?\s+)?(?P<subject>.{2,}?)\W*$"
    ),
    re.compile(r"^what\s+does\s+(?P<subject>.{2,}?)\s+(?:mean|stand for)\W*$"),
)
_MAX_SUBJECT_WORDS = 8
_LEAST_WORDS, _MOST_WORDS = 3, 40
_ENDS_ASKING = re.compile(r"\b(?:(?:khong|chua)(?:\s+(?:vay|a|nhi|the|ban))?|phai khong)\W*$")
"""On folded text: "… có được không", "… chưa ạ"."""


@dataclass(frozen=True, slots=True)
class DefinitionQuestion:
    """A question for what something is; `subject` as typed, in canonical form."""

    subject: str


def definition_asked(question: str) -> DefinitionQuestion | None:
    """Return the subject when `question` asks what something is, else None."""
    text = canonical_line(question)
    folded = fold(text)
    if len(folded) != len(text):
        return None
    for pattern in _DEFINITION:
        match = pattern.match(folded)
        if match is None:
            continue
        start, end = match.span("subject")
        subject = text[start:end].strip(" \"'“”?")
        if 0 < len(words(subject)) <= _MAX_SUBJECT_WORDS:
            return DefinitionQuestion(subject)
    return None


def clearly_asks(text: str) -> bool:
    """Return whether `text`, as somebody says it among others, is clearly a question of its own.

    It ends in a question mark, or is built like a question, and has something to search for.
    """
    line = canonical_line(text)
    keys = [fold(word) for word in words(line)]
    if not _LEAST_WORDS <= len(keys) <= _MOST_WORDS:
        return False
    if all(is_question_word(key, accented=False) for key in keys):
        return False
    return (
        line.endswith("?")
        or definition_asked(line) is not None
        or stands_for_the_answer(keys[-1])
        or _ENDS_ASKING.search(fold(line)) is not None
    )
