"""Ranking measures, by ir-measures; the only importer of it (the `eval` extra)."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import fmean

import ir_measures
import numpy as np
from ir_measures import RR, R, nDCG

_MEASURES = {
    "ndcg@10": nDCG @ 10,
    "mrr@10": RR @ 10,
    "recall@1": R @ 1,
    "recall@5": R @ 5,
    "recall@20": R @ 20,
}

_BOOTSTRAP_RUNS = 1_000
_BOOTSTRAP_SEED = 1

Run = Mapping[str, Mapping[str, float]]
"""Question id → document id → score, higher is better."""


def measure(qrels: Mapping[str, Mapping[str, int]], run: Run) -> dict[str, float]:
    """Return measure → mean over the questions in `qrels`, each 0 to 1."""
    return means(by_question(qrels, run))


def means(values: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """Return measure → mean of what `by_question` gave."""
    return {name: fmean(of.values()) for name, of in values.items()}


def by_question(qrels: Mapping[str, Mapping[str, int]], run: Run) -> dict[str, dict[str, float]]:
    """Return measure → question id → value, 0 to 1, for every question in `qrels`."""
    # A question without a single hit must count as 0, not drop out of the mean.
    whole = {question: dict(run.get(question, {})) for question in qrels}
    names = {measure: name for name, measure in _MEASURES.items()}
    values: dict[str, dict[str, float]] = {name: dict.fromkeys(qrels, 0.0) for name in _MEASURES}
    for one in ir_measures.iter_calc(_MEASURES.values(), qrels, whole):
        values[names[one.measure]][one.query_id] = float(one.value)
    return values


def read_trec(path: Path) -> dict[str, dict[str, float]]:
    """Return the run in the TREC file `path`.

    Raises:
        OSError: It cannot be read.
        ValueError: It is not a run.
    """
    run: dict[str, dict[str, float]] = {}
    for hit in ir_measures.read_trec_run(str(path)):  # type: ignore[no-untyped-call]
        run.setdefault(hit.query_id, {})[hit.doc_id] = float(hit.score)
    return run


def interval(values: Sequence[float]) -> tuple[float, float]:
    """Return the 95 % percentile bootstrap interval of the mean of `values` (Efron 1979)."""
    sample = np.asarray(values, dtype=np.float64)
    chance = np.random.default_rng(_BOOTSTRAP_SEED)
    drawn = chance.integers(0, len(sample), size=(_BOOTSTRAP_RUNS, len(sample)))
    low, high = np.quantile(sample[drawn].mean(axis=1), [0.025, 0.975])
    return float(low), float(high)
