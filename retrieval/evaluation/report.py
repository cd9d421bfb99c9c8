"""Evaluations as a table for people and as JSON for programs."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from retrieval.evaluation.comparison import Comparison
from retrieval.evaluation.evaluate import Evaluation
from retrieval.evaluation.honesty import Honesty

_COLUMNS = ("ndcg@10", "mrr@10", "recall@1", "recall@5", "recall@20")
_HEAD = f"{'set':22} {'variant':13} {'questions':>9}  {'leg':8}"
_SHOWN_CHARS = 90


def table_head() -> str:
    """Return the first line of the table."""
    return f"{_HEAD} {'nDCG@10 (95 %)':>23} " + " ".join(f"{name:>9}" for name in _COLUMNS[1:])


def table_rows(evaluation: Evaluation, comparison: Comparison | None = None) -> list[str]:
    """Return a line per leg, then what failed and how the hybrid compares."""
    head = f"{evaluation.name:22} {evaluation.variant:13} {evaluation.questions:9}"
    rows = []
    for leg, of in evaluation.legs.items():
        bounds = f"({of['ndcg@10_low']:.3f} – {of['ndcg@10_high']:.3f})"
        others = " ".join(f"{of[name]:9.4f}" for name in _COLUMNS[1:])
        rows.append(f"{head}  {leg:8} {of['ndcg@10']:6.4f} {bounds} {others}")
    rows += [
        f"  line {line}: the expected words are in no passage; not measured"
        for line in evaluation.nowhere
    ]
    for failure in evaluation.failures:
        place = "not found" if failure.rank is None else f"rank {failure.rank}"
        rows.append(f"  line {failure.line}: {place}: {failure.question}")
        rows.append(f"      first was: {_short(failure.first)}")
    if evaluation.marked is not None:
        rows.append(f"  the marked sentence has the expected words: {evaluation.marked:.1%}")
    if evaluation.honesty is not None:
        rows.append(_honest(evaluation.honesty))
    if comparison is not None:
        rows.append(_compared(comparison))
    return rows


def _honest(of: Honesty) -> str:
    return (
        f"  answered {of.answered:.1%} ({of.right_answered:.1%} of those found first); with the "
        f"article gone {of.false_answers:.1%}; AUROC of confidence {of.auroc:.4f}"
    )


def _compared(of: Comparison) -> str:
    verdict = "a real change" if of.real else "may be chance"
    return (
        f"  hybrid nDCG@10 {of.old:.4f} → {of.new:.4f}: {of.new - of.old:+.4f}"
        f" ({of.low:+.4f} to {of.high:+.4f}), {of.better} better, {of.worse} worse,"
        f" p = {of.p:.4f}: {verdict}"
    )


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN_CHARS else line[: _SHOWN_CHARS - 1] + "…"


def as_json(evaluations: Iterable[tuple[Evaluation, Comparison | None]]) -> str:
    """Return one line: {"sets": [{"name", "variant", "queries", "legs": {leg: {measure: …}}}]}.

    A judged set has "honesty" too, own questions "failures", "nowhere" and "marked", a compared
    set "comparison".
    """
    return json.dumps({"sets": [_fields(*one) for one in evaluations]}, ensure_ascii=False)


def _fields(one: Evaluation, comparison: Comparison | None) -> dict[str, Any]:
    fields: dict[str, Any] = {"name": one.name, "variant": one.variant, "queries": one.questions}
    fields["legs"] = one.legs
    if one.failures or one.nowhere:
        fields["failures"] = [asdict(failure) for failure in one.failures]
        fields["nowhere"] = one.nowhere
    if one.marked is not None:
        fields["marked"] = one.marked
    if one.honesty is not None:
        fields["honesty"] = asdict(one.honesty)
    if comparison is not None:
        fields["comparison"] = {**asdict(comparison), "real": comparison.real}
    return fields
