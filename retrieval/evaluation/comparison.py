"""Whether one run is better than another, or only looks so."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import permutation_test

from retrieval.evaluation.metrics import Run, by_question, interval

_RESAMPLES = 9_999
_SEED = 1
_SURE = 0.05
_MEASURE = "ndcg@10"


@dataclass(frozen=True, slots=True)
class Comparison:
    """The new run against the old one, in nDCG@10 over the same questions.

    Attributes:
        old: Mean of the old run, 0 to 1.
        new: Mean of the new run.
        low: Lower bound of the difference of the means, 95 % bootstrap interval.
        high: Upper bound.
        p: Probability of a difference this large if the runs were alike: paired permutation test
            over questions, two-sided (Smucker et al. 2007).
        better: Questions where the new run is better.
        worse: Questions where it is worse.
    """

    old: float
    new: float
    low: float
    high: float
    p: float
    better: int
    worse: int

    @property
    def real(self) -> bool:
        """Whether chance alone would hardly do it."""
        return self.p < _SURE


def compare(qrels: Mapping[str, Mapping[str, int]], new: Run, old: Run) -> Comparison:
    """Compare two runs over the questions of `qrels`; a question without a hit counts as 0."""
    of_new, of_old = _values(qrels, new), _values(qrels, old)
    change = of_new - of_old
    low, high = interval(change.tolist())
    return Comparison(
        old=float(of_old.mean()),
        new=float(of_new.mean()),
        low=low,
        high=high,
        p=_chance(of_new, of_old) if change.any() else 1.0,
        better=int((change > 0).sum()),
        worse=int((change < 0).sum()),
    )


def _values(qrels: Mapping[str, Mapping[str, int]], run: Run) -> NDArray[np.float64]:
    values = by_question(qrels, run)[_MEASURE]
    return np.array([values[question] for question in qrels])


def _chance(new: NDArray[np.float64], old: NDArray[np.float64]) -> float:
    tested = permutation_test(
        (new, old),
        lambda one, other, axis: np.mean(one - other, axis=axis),
        permutation_type="samples",
        n_resamples=_RESAMPLES,
        vectorized=True,
        rng=np.random.default_rng(_SEED),
    )
    return float(tested.pvalue)
