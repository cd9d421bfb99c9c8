"""Surface forms of a text: the canonical spelling, the accent-stripped one, its words.

Owns the few character-level rules that training shares. Refuses to know files and models.
"""

from __future__ import annotations

import re
import unicodedata

from retrieval.text import normalise_spelling

_SPACES = re.compile(r"\s+")
_WORDS = re.compile(r"[^\W_]+")
_D_STROKE = str.maketrans({"đ": "d", "Đ": "D"})


def canonical(text: str) -> str:
    """Return the text as the product embeds it: one spelling, single spaces, no margins."""
    return _SPACES.sub(" ", normalise_spelling(text)).strip()


def strip_accents(text: str) -> str:
    """Return the text as typed without a Vietnamese keyboard (đ becomes d, marks vanish)."""
    decomposed = unicodedata.normalize("NFD", text.translate(_D_STROKE))
    return "".join(ch for ch in decomposed if not unicodedata.combining(ch))


def folded_words(text: str) -> list[str]:
    """Return lower-case, accent-free words; two spellings of one sentence give one list."""
    return _WORDS.findall(strip_accents(text).lower())
