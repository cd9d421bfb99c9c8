"""Vietnamese text: canonical form, spelling, terms, sentences, document numbers, questions.

Pure functions on strings. Refuses to know files, models and indexes.
"""

from retrieval.text.canonical import canonical_line, canonical_text
from retrieval.text.sentences import sentence_spans
from retrieval.text.spelling import fold, normalise_spelling
from retrieval.text.terms import Terms, analyse

__all__ = [
    "Terms",
    "analyse",
    "canonical_line",
    "canonical_text",
    "fold",
    "normalise_spelling",
    "sentence_spans",
]
