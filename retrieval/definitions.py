"""Whether a text says what something is, rather than merely naming it.

For "X là gì?" the passage that names X most often is seldom the one that defines it. A definition
shows in what follows the name: `X là …`, `X (…) về "…"`, `X nhằm …`, `X is a …`.
"""

import re
from functools import lru_cache

from retrieval.text import fold
from retrieval.text.numbers import document_numbers
from retrieval.text.questions import DefinitionQuestion
from retrieval.text.spelling import folded_key
from retrieval.text.terms import words

# On folded text, right after a mention. A bracketed gloss, a number, a date and an issuer may
# stand between a document's name and what it is about.
_CUE = re.compile(
    r"""[\s"'”’»,]*
    (?:\([^)]{0,80}\)[\s,]*)?
    (?:so\s+[\w/.-]+[\s,]*)?
    (?:ngay\s+[\d/.-]+(?:\s+thang\s+\d+\s+nam\s+\d+)?[\s,]*)?
    (?:nam\s+\d{4}[\s,]*)?
    (?:cua\s+(?:\w+\s+){1,6}?)?
    (?:
        (?:duoc\s+)?(?:hieu|goi|dinh\s+nghia|xem|coi)\s+(?:la|nhu)\s
      | (?:co\s+)?(?:nghia|tuc)\s+la\s
      | la\s+(?!mot\s+trong)
      | ve\s+(?:viec\s+)?["“‘«]
      | (?:quy\s+dinh|ban\s+hanh)\s+(?:ve|chi\s+tiet|viec)\s
      | :\s*["“]?\w
      | (?:is|are|was|were)\s+(?:an?|the|any|one)\s
      | (?:means|refers\s+to|stands\s+for|denotes)\s
    )""",
    re.VERBOSE,
)
_REACH_CHARS = 160


def defines(question: DefinitionQuestion, text: str) -> bool:
    """Return whether canonical `text` has a mention of the subject followed by a defining cue."""
    wanted = {number.keys[-1] for number in document_numbers(question.subject)}
    if not wanted:
        folded = fold(text)
        ends = [match.end() for match in _named(question.subject).finditer(folded)]
        return _has_cue(folded, ends)
    ends = [n.end for n in document_numbers(text) if wanted.intersection(n.keys)]
    return bool(ends) and _has_cue(fold(text), ends)


def _has_cue(folded: str, ends: list[int]) -> bool:
    """Return whether a cue stands at one of `ends`, where the subject has just been named."""
    return any(_CUE.match(folded, end, min(len(folded), end + _REACH_CHARS)) for end in ends)


@lru_cache(maxsize=64)
def _named(subject: str) -> re.Pattern[str]:
    pattern = r"[\W_]+".join(_either_spelling(word) for word in words(subject))
    return re.compile(rf"(?<!\w){pattern}(?!\w)")


def _either_spelling(word: str) -> str:
    """A pattern for a folded word: `ky` and `ki` are one."""
    key = re.escape(folded_key(word))
    return key[:-1] + "[iy]" if key.endswith("i") else key
