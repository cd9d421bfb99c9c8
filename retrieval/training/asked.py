"""Hand-written questions over paragraphs of the training text, in Vietnamese and in English.

Made questions (`made`) and headings say little about how people ask, and the held-out parallel
text is technical. These were written by the project, each with the words that answer it: over
pages that are held out (`split.is_dev`), to choose by, and over others, to learn from. Owns the
file and the match of its rows to their paragraphs; a paragraph is named by a digest, so none is
copied.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from retrieval.training.split import DevPair

QUESTIONS = Path(__file__).parent / "asked.tsv"


@dataclass(frozen=True, slots=True)
class Asked:
    """One question.

    Attributes:
        vietnamese: The question.
        english: The same question.
        pair: Its `passage_text` answers.
        answer: Words of the paragraph, exactly.
    """

    vietnamese: str
    english: str
    pair: DevPair
    answer: str


def digest(text: str) -> str:
    """Return the name of a paragraph in the file."""
    return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()


def load_asked(pairs: Sequence[DevPair], path: Path = QUESTIONS) -> list[Asked]:
    """Return the questions whose paragraph is among `pairs` of kind "heading", in file order."""
    by_digest = {digest(pair.passage_text): pair for pair in pairs if pair.kind == "heading"}
    return [
        Asked(row["question"], row["question_en"], by_digest[row["passage"]], row["answer"])
        for row in _rows(path)
        if row["passage"] in by_digest
    ]


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)
