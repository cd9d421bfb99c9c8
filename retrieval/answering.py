"""Which sentence of a passage answers: every sentence read beside the others, by what was learned.

A sentence counts for the words of the question that it says, by meaning (`alignment`). Words that
all sentences of a passage share do not tell them apart, so a word counts by how far the sentences
differ in it; one near the question word counts more; a sentence takes over part of what the one
before it says, most of all where it goes on about the same thing ("Khi đó, …"). A number, date,
place, reason or person where one is asked for adds to that. The weights were learned on
hand-written questions (`training/answering.py`) and lie beside the model.
"""

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.alignment import AskedWords, Cosines, closeness
from retrieval.definitions import defines
from retrieval.embedding import BUNDLED_MODEL
from retrieval.errors import EmbedderError
from retrieval.text.kinds import Kind, has_kind, kinds_asked
from retrieval.text.questions import DefinitionQuestion

WEIGHTS_FILE = "answering.json"
"""Lies in the bundled model's folder; see `SentenceWeights`."""
SPREAD_FLOOR = 0.05
_GOES_ON = re.compile(
    r"(?:Ông|Bà|Anh|Chị|Cô|Họ|Nó|Chúng|Đây|Đó|(?:Khi|Lúc|Sau|Trước|Trong|Tại|Từ|Theo|Do|Vì) đó"
    r"|Nay|Nguyên nhân|Lý do|Những \w+(?: \w+)? (?:này|đó|ấy)"
    r"|He|She|It|They|This|These|That|Those|There|His|Her|Its|Their)\b"
)
TRAITS = ("words", "first", "defines", *Kind)
"""What is known of a sentence beside the question's words in it, in this order: the logarithm of
its count of words, whether it opens the passage, whether it defines what is asked for, and whether
it has something of each kind that is asked for."""


@dataclass(frozen=True, slots=True)
class SentenceWeights:
    """What was learned about sentences that answer.

    Attributes:
        telling: Exponent of how much a word tells.
        spread: Exponent of how far the sentences differ in it.
        signs: What `AskedWords.asks` and then each of its `signs` does to a word's logarithm.
        in_context: The same for its closeness to the title and headings.
        inherits: Logit of the share of the sentence before that counts.
        inherits_going_on: What is added for a sentence that goes on about the same thing.
        scale: Logit of the answer per share of the question's words.
        traits: Logit per `TRAITS`.
        least_share: Share of the question's words, 0 to 1, below which nothing is marked.
        least_probability: Probability, 0 to 1, of the likeliest sentence below which none is.
    """

    telling: float
    spread: float
    signs: tuple[float, ...]
    in_context: float
    inherits: float
    inherits_going_on: float
    scale: float
    traits: tuple[float, ...]
    least_share: float
    least_probability: float

    @classmethod
    def load(cls, path: Path) -> "SentenceWeights":
        """Read what `training/answering.py` wrote.

        Raises:
            EmbedderError: The file is not there or not what it should be.
        """
        try:
            fields = json.loads(path.read_text(encoding="utf-8"))
            signs, traits = tuple(fields.pop("signs")), tuple(fields.pop("traits"))
            return cls(signs=signs, traits=traits, **fields)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise EmbedderError(f"{path} is not readable") from error


@cache
def sentence_weights() -> SentenceWeights:
    """Return what lies beside the bundled model."""
    return SentenceWeights.load(BUNDLED_MODEL / WEIGHTS_FILE)


class SentenceReader:
    """Reads the sentences of passages for one question."""

    def __init__(
        self,
        asked: AskedWords,
        definition: DefinitionQuestion | None,
        weights: SentenceWeights | None = None,
    ) -> None:
        """Take note of the question.

        Args:
            asked: Its m words.
            definition: What it asks the meaning of, if that is what it asks.
            weights: What was learned; the bundled ones where not given.
        """
        self._asked = asked
        self._definition = definition
        self._weights = weights or sentence_weights()
        signs = np.column_stack([asked.asks, asked.signs])  # (m, 5)
        telling = self._weights.telling * np.log(asked.norms + 1)
        self._logs = telling + signs @ np.array(self._weights.signs)  # (m,)

    def best(self, cosines: Cosines, sentences: list[str]) -> int | None:
        """Return which of a passage's `sentences` answers, or None when none clearly does."""
        asked, weights = self._asked, self._weights
        if not sentences or not len(asked.norms):
            return None
        said = closeness(cosines)
        scores = self.scores(said, sentences)
        best = int(scores.argmax())
        probability = 1 / float(np.exp(scores - scores[best]).sum())
        share = float(np.maximum(said[0], said[1 + best]) @ asked.weights)
        sure = share >= weights.least_share and probability >= weights.least_probability
        return best if sure else None

    def scores(self, said: NDArray[np.float64], sentences: list[str]) -> NDArray[np.float64]:
        """Return (s,) logits: how likely each of `sentences` is the one that answers.

        Args:
            said: (1 + s, m), how much of each word the context and each sentence says, 0 to 1.
            sentences: The s sentences of a passage.
        """
        weights = self._weights
        passed_on = weights.inherits + weights.inherits_going_on * goes_on(sentences)
        own = inherited(said[1:], 1 / (1 + np.exp(-passed_on)))  # (s, m)
        spread = own.max(axis=0) - own.mean(axis=0)
        logs = self._logs + weights.spread * np.log(spread + SPREAD_FLOOR)
        logs += weights.in_context * said[0]
        counts = np.exp(logs - logs.max())
        shares = own @ (counts / counts.sum())
        others = traits(self._asked.question, sentences, self._definition)
        scores: NDArray[np.float64] = weights.scale * shares + others @ np.array(weights.traits)
        return scores


def inherited(said: NDArray[np.float64], passed_on: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return (s, m): what each sentence says, or takes over from the one before it.

    Args:
        said: (s, m), what each says itself.
        passed_on: (s,), 0 to 1, how much of what the one before says, or took over, counts.
    """
    rows = said.copy()
    for number in range(1, len(rows)):
        np.maximum(rows[number], passed_on[number] * rows[number - 1], out=rows[number])
    return rows


def goes_on(sentences: list[str]) -> NDArray[np.float64]:
    """Return (s,): 1 for a sentence that goes on about what the one before it is about."""
    return np.array([_GOES_ON.match(text) is not None for text in sentences], dtype=np.float64)


def traits(
    question: str, sentences: list[str], definition: DefinitionQuestion | None
) -> NDArray[np.float64]:
    """Return (s, len(TRAITS)): what else speaks for each sentence."""
    rows = np.zeros((len(sentences), len(TRAITS)))
    rows[:, 0] = np.log1p([len(text.split()) for text in sentences])
    rows[:1, 1] = 1.0
    if definition is not None:
        rows[:, 2] = [defines(definition, text) for text in sentences]
    for kind in kinds_asked(question):
        rows[:, TRAITS.index(kind)] = [has_kind(kind, text, question) for text in sentences]
    return rows
