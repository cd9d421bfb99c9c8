"""Two rankings → one, by calibrated scores; and what a ranking is worth, as a probability.

The calibration belongs to the embedding model and lies beside it (`fusion.json`). A model that
has none is fused by reciprocal ranks, which need no calibration but lose accuracy (DESIGN.md,
section 3), and its confidence comes from the words alone.
"""

import json
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from heapq import nlargest
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import EmbedderError
from retrieval.types import Hit

MAX_LEAD = 10.0
_KNOWN = (0.3, 0.7)
"""Of a Vietnamese or an English question the bundled model knows nearly every word whole, of one
in a language that it never learned about a quarter."""
_LEAD_OVER = 5
_RRF_K = 60
"""Cormack, Clarke and Büttcher 2009."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a passage as the answer; each is comparable between corpora.

    Attributes:
        coverage: Share, 0 to 1, of the question that the passage and its headings say.
        sentence: The same for its best single sentence.
        cosine: Cosine of question and passage; None when the dense leg was not asked.
        lead: Fused score above that of the fifth best passage, at most `MAX_LEAD`; None where
            passages are so few that a lead says nothing, or the dense leg was not asked.
    """

    coverage: float
    sentence: float
    cosine: float | None
    lead: float | None = None


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic regression over `Evidence`."""

    bias: float
    coverage: float
    sentence: float
    cosine: float = 0.0
    lead: float = 0.0

    def probability(self, evidence: Evidence) -> float:
        """Return the probability, 0 to 1, that the passage answers."""
        logit = self.bias + self.coverage * evidence.coverage + self.sentence * evidence.sentence
        if evidence.lead is not None:
            logit += self.lead * evidence.lead
        if evidence.cosine is not None:
            logit += self.cosine * evidence.cosine
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


@dataclass(frozen=True, slots=True)
class Calibration:
    """How to fuse and what to believe, learned on the development split.

    A question in another language than the passages shares few words with any of them, and the
    words that it does share (names, numbers) mislead. So the dense leg's share grows as the
    overlap falls: `dense_weight` from `native_overlap` up, `foreign_dense_weight` from
    `foreign_overlap` down, linear between. A model that means by words alone (`known`) has
    nothing to say about a question in a language that it never learned: its share falls to 0.

    Attributes:
        dense_weight: Share of the dense leg in the convex combination, 0 to 1; None when the
            model was never calibrated: reciprocal ranks are fused instead.
        foreign_dense_weight: The same for a question in another language.
        foreign_overlap: Share of the question's words in the best passage by words, 0 to 1.
        native_overlap: The same; above `foreign_overlap`.
        definition_bonus: Added to the fused score of a passage that defines what is asked for.
        coverage_bonus: Added for a passage that says all of the question; in proportion to
            `Evidence.coverage` for one that says some.
        sentence_bonus: The same for a passage with a sentence that says it all.
        with_dense: Confidence when both legs were asked; None as above.
        lexical_only: Confidence from words alone.
        threshold: Confidence from which an answer is given.
        among_many: Confidence where the lead over other passages is known; None if never learned.
        threshold_among_many: The threshold for it.
    """

    dense_weight: float | None
    foreign_dense_weight: float
    foreign_overlap: float
    native_overlap: float
    definition_bonus: float
    with_dense: Logistic | None
    lexical_only: Logistic
    threshold: float
    coverage_bonus: float = 0.0
    sentence_bonus: float = 0.0
    among_many: Logistic | None = None
    threshold_among_many: float = 1.0

    def dense_share(self, overlap: float, known: float = 1.0) -> float:
        """Return the dense leg's share, 0 to 1.

        Args:
            overlap: Share of the question's words in the best passage by words, 0 to 1.
            known: Share of the question's words that mean something to the model, 0 to 1.
        """
        native = self.dense_weight or 0.0
        at_home = _ramp(overlap, self.foreign_overlap, self.native_overlap)
        share = self.foreign_dense_weight + (native - self.foreign_dense_weight) * at_home
        return share * _ramp(known, *_KNOWN)

    def bonus(self, coverage: float, sentence: float) -> float:
        """Return what a passage's `Evidence.coverage` and `sentence` add to its fused score."""
        return self.coverage_bonus * coverage + self.sentence_bonus * sentence

    def confidence(self, evidence: Evidence) -> float:
        """Return the probability, 0 to 1, that the passage with this evidence answers."""
        if evidence.cosine is None or self.with_dense is None:
            return self.lexical_only.probability(evidence)
        if evidence.lead is not None and self.among_many is not None:
            return self.among_many.probability(evidence)
        return self.with_dense.probability(evidence)

    def threshold_for(self, evidence: Evidence) -> float:
        """Return the confidence from which a passage with this evidence is an answer."""
        knows_lead = evidence.cosine is not None and evidence.lead is not None
        if knows_lead and self.with_dense is not None and self.among_many is not None:
            return self.threshold_among_many
        return self.threshold

    def save(self, path: Path) -> None:
        """Write to `path` as JSON."""
        path.write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> "Calibration":
        """Read what `save` wrote.

        Raises:
            EmbedderError: The file is not there or not a calibration.
        """
        try:
            fields = json.loads(path.read_text(encoding="utf-8"))
            with_dense, among_many = fields.pop("with_dense"), fields.pop("among_many", None)
            return cls(
                with_dense=Logistic(**with_dense) if with_dense else None,
                among_many=Logistic(**among_many) if among_many else None,
                lexical_only=Logistic(**fields.pop("lexical_only")),
                **fields,
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise EmbedderError(f"{path} is not a readable calibration") from error

    def uncalibrated(self) -> "Calibration":
        """Return what can be kept of this for a model that nobody has calibrated."""
        return replace(self, dense_weight=None, with_dense=None, among_many=None)


def fuse(
    lexical: Mapping[int, float],
    dense: Mapping[int, float] | None,
    calibration: Calibration,
    overlap: float = 1.0,
    known: float = 1.0,
) -> dict[int, float]:
    """Return passage → fused score over the passages of both legs.

    Args:
        lexical: Passage → BM25 score of the candidates that share a term; others count as 0.
        dense: Passage → cosine of every candidate; None when the dense leg was not asked.
        calibration: The model's.
        overlap: See `Calibration.dense_share`.
        known: See there.
    """
    candidates, by_words, by_meaning = _weighed(lexical, dense, calibration, overlap, known)
    return dict(zip(candidates, (by_words + by_meaning).tolist(), strict=True))


def fused_parts(
    lexical: Mapping[int, float],
    dense: Mapping[int, float] | None,
    calibration: Calibration,
    overlap: float = 1.0,
    known: float = 1.0,
) -> dict[int, tuple[float, float]]:
    """Return passage → what words, and what meaning, bring to the score that `fuse` gives it."""
    candidates, *parts = _weighed(lexical, dense, calibration, overlap, known)
    by_words, by_meaning = (part.tolist() for part in parts)
    return dict(zip(candidates, zip(by_words, by_meaning, strict=True), strict=True))


_Weighed = tuple[Sequence[int], NDArray[np.float64], NDArray[np.float64]]
"""Candidates, and (c,) of each what words and meaning bring."""


def _weighed(
    lexical: Mapping[int, float],
    dense: Mapping[int, float] | None,
    calibration: Calibration,
    overlap: float,
    known: float,
) -> _Weighed:
    if dense is None:
        return list(lexical), standardised(lexical, lexical), np.zeros(len(lexical))
    candidates = sorted(lexical.keys() | dense.keys())
    if calibration.dense_weight is None:
        return candidates, _reciprocal(lexical, candidates), _reciprocal(dense, candidates)
    weight = calibration.dense_share(overlap, known)
    by_words, by_meaning = standardised(lexical, candidates), standardised(dense, candidates)
    return candidates, (1 - weight) * by_words, weight * by_meaning


def lead_of(passage: int, scores: Mapping[int, float]) -> float:
    """Return how far `passage` is above the fifth best of fused `scores`, at most `MAX_LEAD`.

    Over the fifth, not the second: a text that the corpus has twice, or says in several
    paragraphs, is no less an answer.
    """
    best = nlargest(_LEAD_OVER, scores.values())
    return min(MAX_LEAD, scores[passage] - best[-1])


def ranked(scores: Mapping[int, float], k: int) -> list[Hit]:
    """Return the `k` best of `scores` as hits; ties by passage, so that every run agrees."""
    order = sorted(zip([-score for score in scores.values()], scores, strict=True))
    return [Hit(passage, -down, rank) for rank, (down, passage) in enumerate(order[:k], start=1)]


def _ramp(value: float, low: float, high: float) -> float:
    """Return 0 up to `low`, 1 from `high`, linear between."""
    return min(1.0, max(0.0, (value - low) / (high - low)))


def standardised(scores: Mapping[int, float], candidates: Collection[int]) -> NDArray[np.float64]:
    """Return (c,): the scores of the candidates, with mean 0 and deviation 1; equal ones are 0."""
    values = np.array([scores.get(passage, 0.0) for passage in candidates], dtype=np.float64)
    if not len(values):
        return values
    values -= values.mean()
    variance = float(values @ values) / len(values)
    # Identical scores differ by rounding only; dividing by that would make noise a signal.
    scaled: NDArray[np.float64] = values / (math.sqrt(variance) if variance > 1e-12 else math.inf)
    return scaled


def _reciprocal(leg: Mapping[int, float], candidates: Sequence[int]) -> NDArray[np.float64]:
    """Return (c,): what the ranks of one leg bring; 0 for what it does not have."""
    brings = {hit.passage: 1 / (_RRF_K + hit.rank) for hit in ranked(leg, len(leg))}
    return np.array([brings.get(passage, 0.0) for passage in candidates], dtype=np.float64)
