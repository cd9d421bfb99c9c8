"""Questions made from statements, for calibrating where nobody has written any.

A sentence of a held-out paragraph loses one fact (a number, a year, a name), which a question
word replaces, and part of its other words, as a person who asks says less than a text that
tells. Some of what is left gives way to words from elsewhere, as a person who asks says things
differently. No model writes anything, so the questions are clumsy; they only have to share with
their passage about as much as real ones do.
"""

import random
import re
from dataclasses import dataclass

from retrieval.text import sentence_spans
from retrieval.training.split import DevPair

_WORDS_MIN, _WORDS_MAX = 9, 40
_KEEP = 0.6
"""Share of a sentence's words that its question keeps."""

_MAX_FOREIGN = 0.3
"""Of a question's words, the share that comes from elsewhere is drawn from 0 to this."""

_YEAR = re.compile(r"\bnăm (?:1\d|20)\d\d\b")
_NUMBER = re.compile(r"\b\d[\d.,]*\b(?: (?:triệu|tỷ|nghìn|km²|km|m|%))?")
_NAME = re.compile(r"(?<=[a-zà-ỹ,] )(?:[A-ZĐÀ-Ỹ][\wà-ỹ]+ ){1,3}[A-ZĐÀ-Ỹ][\wà-ỹ]+")
_ASKING = ((_YEAR, "năm nào"), (_NAME, "ai"), (_NUMBER, "bao nhiêu"))
_DEFINES = re.compile(r"^(?P<subject>[^.,:;()]{3,60}?)(?: \([^)]{1,200}\))?,? là ")


@dataclass(frozen=True, slots=True)
class MadeQuestion:
    """A question and the number, in the list it was made from, of the pair that answers it."""

    text: str
    answered_by: int


def cloze_questions(pairs: list[DevPair], chance: random.Random) -> list[MadeQuestion]:
    """Return at most one question per pair, from one sentence of its passage."""
    elsewhere = [word for pair in pairs for word in pair.passage_text.split()[:40]]
    questions = []
    for index, pair in enumerate(pairs):
        spans = sentence_spans(pair.passage_text)
        chance.shuffle(spans)
        for start, end in spans:
            text = _ask(pair.passage_text[start:end], elsewhere, chance)
            if text is not None:
                questions.append(MadeQuestion(text, index))
                break
    return questions


def definition_questions(pairs: list[DevPair]) -> list[MadeQuestion]:
    """Return "X là gì?" for each passage that begins "X là …" and is the only one to do so."""
    subjects: dict[str, list[int]] = {}
    for index, pair in enumerate(pairs):
        match = _DEFINES.match(pair.passage_text)
        if match is not None and len(match["subject"].split()) <= 6:
            subjects.setdefault(match["subject"], []).append(index)
    return [
        MadeQuestion(f"{subject} là gì?", indices[0])
        for subject, indices in subjects.items()
        if len(indices) == 1
    ]


def _ask(sentence: str, elsewhere: list[str], chance: random.Random) -> str | None:
    for pattern, asking in _ASKING:
        match = pattern.search(sentence)
        if match is None:
            continue
        before, after = sentence[: match.start()].split(), sentence[match.end() :].split()
        if not _WORDS_MIN <= len(before) + len(after) <= _WORDS_MAX:
            continue
        words = [word for word in before + after if chance.random() < _KEEP]
        foreign = chance.uniform(0, _MAX_FOREIGN)
        words = [chance.choice(elsewhere) if chance.random() < foreign else w for w in words]
        text = " ".join(words).strip(" .,;:")
        return f"{text} {asking}?"
    return None
