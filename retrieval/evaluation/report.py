"""Evaluations as a table for people and as JSON for programs."""

import json
from collections.abc import Iterable

from retrieval.evaluation.evaluate import Evaluation

_COLUMNS = ("ndcg@10", "mrr@10", "recall@1", "recall@5", "recall@20")
_HEAD = f"{'set':22} {'variant':11} {'questions':>9}  {'leg':8}"


def table_head() -> str:
    """Return the first line of the table."""
    return f"{_HEAD} {'nDCG@10 (95 %)':>23} " + " ".join(f"{name:>9}" for name in _COLUMNS[1:])


def table_rows(evaluation: Evaluation) -> list[str]:
    """Return a line per leg."""
    head = f"{evaluation.name:22} {evaluation.variant:11} {evaluation.questions:9}"
    rows = []
    for leg, of in evaluation.legs.items():
        bounds = f"({of['ndcg@10_low']:.3f} – {of['ndcg@10_high']:.3f})"
        others = " ".join(f"{of[name]:9.4f}" for name in _COLUMNS[1:])
        rows.append(f"{head}  {leg:8} {of['ndcg@10']:6.4f} {bounds} {others}")
    return rows


def as_json(evaluations: Iterable[Evaluation]) -> str:
    """Return one line: {"sets": [{"name", "variant", "queries", "legs": {leg: {measure: …}}}]}."""
    sets = [
        {"name": one.name, "variant": one.variant, "queries": one.questions, "legs": one.legs}
        for one in evaluations
    ]
    return json.dumps({"sets": sets}, ensure_ascii=False)
