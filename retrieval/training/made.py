"""Questions made from statements, for calibrating where nobody has written any."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.training.split import DevPair

_DEFINES = re.compile(r"^(?P<subject>[^.,:;()]{3,60}?)(?: \([^)]{1,200}\))?,? là ")
_MAX_SUBJECT_WORDS = 6


@dataclass(frozen=True, slots=True)
class MadeQuestion:
    """A question, the number of the pair that answers it, and the words that do if known."""

    text: str
    answered_by: int
    answer: str = ""


def definition_questions(pairs: Sequence[DevPair]) -> list[MadeQuestion]:
    """Return "X là gì?" for each passage that begins "X là …" and is the only one to do so."""
    subjects: dict[str, list[int]] = {}
    for index, pair in enumerate(pairs):
        match = _DEFINES.match(pair.passage_text)
        if match is not None and len(match["subject"].split()) <= _MAX_SUBJECT_WORDS:
            subjects.setdefault(match["subject"], []).append(index)
    return [
        MadeQuestion(f"{subject} là gì?", indices[0])
        for subject, indices in subjects.items()
        if len(indices) == 1
    ]
