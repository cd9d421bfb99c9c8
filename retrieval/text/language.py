"""Whether a question is Vietnamese, with or without its marks."""

import re

from retrieval.text.spelling import fold

# Letters and tones that no other language with Latin letters has.
_MARKS = re.compile("[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)
# The shape of a syllable without marks: onset, vowels, coda.
_SYLLABLE = re.compile(
    r"(?:b|ch?|d|gh?|gi|h|kh?|l|m|nh?|ngh?|ph?|qu|r|s|th?|tr|v|x)?[aeiouy]{1,3}(?:ch?|m|n[gh]?|p|t)?"
)
_WORD = re.compile(r"[^\W\d_]+")
_LEAST_SHARE = 0.8
"""Of a Vietnamese question typed without marks, nearly every word has that shape; of an English
one about half."""


def is_vietnamese(text: str) -> bool:
    """Return whether canonical `text` is Vietnamese rather than anything else."""
    if _MARKS.search(text):
        return True
    words = _WORD.findall(fold(text))
    shaped = sum(1 for word in words if _SYLLABLE.fullmatch(word))
    return bool(words) and shaped >= _LEAST_SHARE * len(words)
