"""What a question asks for, read from its words alone.

Only one intent is told apart so far: the definition ("X là gì?", "What is X?"), because there
the sentence that defines X is the answer, not the one that says X most often.
"""

import re
from dataclasses import dataclass

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
