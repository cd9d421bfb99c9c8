"""Ranking measures, by ir-measures; the only importer of it (the `eval` extra)."""

from collections.abc import Mapping

import ir_measures
from ir_measures import RR, R, nDCG

_MEASURES = {
    "ndcg@10": nDCG @ 10,
    "mrr@10": RR @ 10,
    "recall@1": R @ 1,
    "recall@5": R @ 5,
    "recall@20": R @ 20,
}

Run = Mapping[str, Mapping[str, float]]
"""Question id → document id → score, higher is better."""


def measure(qrels: Mapping[str, Mapping[str, int]], run: Run) -> dict[str, float]:
    """Return measure → mean over the questions in `qrels`, each 0 to 1."""
    # A question without a single hit must count as 0, not drop out of the mean.
    whole = {question: dict(run.get(question, {})) for question in qrels}
    values = ir_measures.calc_aggregate(_MEASURES.values(), qrels, whole)
    return {name: float(values[measure]) for name, measure in _MEASURES.items()}
