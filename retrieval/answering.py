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


def best_sentence(
    asked: AskedWords,
    cosines: Cosines,
    sentences: list[str],
    definition: DefinitionQuestion | None,
) -> int | None:
    """Return which of a passage's `sentences` answers, or None when none clearly does."""
    if not sentences or not len(asked.norms):
        return None
    weights = sentence_weights()
    said = closeness(cosines)
    scores = sentence_scores(weights, asked, said, sentences, definition)
    best = int(scores.argmax())
    probability = 1 / float(np.exp(scores - scores[best]).sum())
    share = float(np.maximum(said[0], said[1 + best]) @ asked.weights)
    sure = share >= weights.least_share and probability >= weights.least_probability
    return best if sure else None


def sentence_scores(
    weights: SentenceWeights,
    asked: AskedWords,
    said: NDArray[np.float64],
    sentences: list[str],
    definition: DefinitionQuestion | None,
) -> NDArray[np.float64]:
    """Return (s,) logits: how likely each of `sentences` is the one that answers.

    Args:
        weights: What was learned.
        asked: The m words of the question.
        said: (1 + s, m), how much of each word the context and each sentence says, 0 to 1.
        sentences: The s sentences of a passage.
        definition: What the question asks the meaning of, if that is what it asks.
    """
    own = said[1:]  # (s, m)
    passed_on = weights.inherits + weights.inherits_going_on * goes_on(sentences)
    own = inherited(own, 1 / (1 + np.exp(-passed_on)))
    spread = own.max(axis=0) - own.mean(axis=0)
    signs = np.column_stack([asked.asks, asked.signs])  # (m, 5)
    logs = (
        weights.telling * np.log(asked.norms + 1)
        + weights.spread * np.log(spread + SPREAD_FLOOR)
        + signs @ np.array(weights.signs)
        + weights.in_context * said[0]
    )
    counts = np.exp(logs - logs.max())
    shares = own @ (counts / counts.sum())
    others = traits(asked.question, sentences, definition) @ np.array(weights.traits)
    scores: NDArray[np.float64] = weights.scale * shares + others
    return scores


def inherited(said: NDArray[np.float64], passed_on: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return (s, m): what each sentence says, or takes over from the one before it.

    Args:
        said: (s, m), what each says itself.
        passed_on: (s,), 0 to 1, how much of what the one before says, or took over, counts.
    """
    rows = [said[0]]
    for own, share in zip(said[1:], passed_on[1:], strict=True):
        rows.append(np.maximum(own, share * rows[-1]))
    return np.stack(rows)


def goes_on(sentences: list[str]) -> NDArray[np.float64]:
    """Return (s,): 1 for a sentence that goes on about what the one before it is about."""
    return np.array([_GOES_ON.match(text) is not None for text in sentences], dtype=np.float64)


def traits(
    question: str, sentences: list[str], definition: DefinitionQuestion | None
) -> NDArray[np.float64]:
    """Return (s, len(TRAITS)): what else speaks for each sentence."""
    asked = kinds_asked(question)
    rows = []
    for number, text in enumerate(sentences):
        kinds = [kind in asked and has_kind(kind, text, question) for kind in Kind]
        is_definition = definition is not None and defines(definition, text)
        rows.append([np.log1p(len(text.split())), number == 0, is_definition, *kinds])
    return np.array(rows, dtype=np.float64).reshape(-1, len(TRAITS))
