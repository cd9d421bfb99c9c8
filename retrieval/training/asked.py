"""Hand-written questions over held-out paragraphs, in Vietnamese and in English.

Made questions (`cloze`) and headings say little about how people ask, and the held-out parallel
text is technical. These were written by the project over the encyclopedia's part of the
development split, each with the words that answer it. Owns the file and the match of its rows to
their paragraphs; a paragraph is named by a digest, so none is copied.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from retrieval.training.split import DevPair

QUESTIONS = Path(__file__).parent / "asked.tsv"
SOURCE = "viwiki"


@dataclass(frozen=True, slots=True)
class Asked:
    """One question.

    Attributes:
        vietnamese: The question.
        english: The same question.
        pair: The held-out paragraph that answers it.
        answer: Words of the paragraph, exactly.
    """

    vietnamese: str
    english: str
    pair: DevPair
    answer: str


def digest(passage_text: str) -> str:
    """Return the name of a paragraph in the file."""
    return hashlib.blake2b(passage_text.encode(), digest_size=6).hexdigest()


def paragraphs(pairs: Sequence[DevPair]) -> list[DevPair]:
    """Return the paragraphs that the questions are asked of, each text once."""
    own = [p for p in pairs if p.kind == "heading" and p.source == SOURCE]
    return list({p.passage_text: p for p in own}.values())


def load_asked(pairs: Sequence[DevPair], path: Path = QUESTIONS) -> list[Asked]:
    """Return the questions whose paragraph is among `pairs` (`split.load_dev`'s answer)."""
    by_digest = {digest(p.passage_text): p for p in paragraphs(pairs)}
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [
        Asked(row["question"], row["question_en"], by_digest[row["passage"]], row["answer"])
        for row in rows
        if row["passage"] in by_digest
    ]
