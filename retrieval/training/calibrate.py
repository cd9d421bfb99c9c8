"""Learn how to fuse and what to believe, on the development split alone.

    python -m retrieval.training.calibrate --data ../shared/data/train --model retrieval/model

Writes `fusion.json` into the model's folder: the share of the dense leg, what evidence and a
definition add, the confidence of an answer and its threshold.
"""

import argparse
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from retrieval.embedding import CALIBRATION_FILE, load_embedder
from retrieval.evaluation.metrics import measure
from retrieval.fusion import Calibration, ranked
from retrieval.training.believing import with_confidence
from retrieval.training.dev_suites import (
    ABROAD,
    ASKED_ABROAD,
    ASKED_ENCYCLOPEDIA,
    DEFINITION,
    MIXED,
    UNSET,
    Suite,
    dev_suites,
)
from retrieval.training.fusing import Prepared, best_fusion, means, prepare
from retrieval.training.split import load_dev

BONUSES = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0)
_SLACK = 0.005


def main() -> None:
    """Learn and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the training text")
    parser.add_argument("--model", type=Path, required=True, help="folder of the model")
    options = parser.parse_args()
    embedder = load_embedder(str(options.model))
    with tempfile.TemporaryDirectory(prefix="hoidap-calibrate-") as folder:
        suites = dev_suites(load_dev(options.data), embedder, Path(folder))
        calibration = calibrate(suites)
    calibration.save(options.model / CALIBRATION_FILE)
    print(f"→ {options.model / CALIBRATION_FILE}: {calibration}")


def calibrate(suites: dict[str, list[Suite]]) -> Calibration:
    """Return what the suites teach, printing each step's figures."""
    home = _prepared(suite for name in MIXED for suite in suites[name])
    abroad = _prepared(suite for name in ABROAD for suite in suites[name])
    calibration = best_fusion(UNSET, home, abroad)
    words_alone = replace(
        calibration, dense_weight=0.0, foreign_dense_weight=0.0, coverage_bonus=0.0,
        sentence_bonus=0.0,
    )  # fmt: skip
    for name, setting in (("words alone", words_alone), ("fused", calibration)):
        figures = means(setting, {**home, **abroad})
        print(f"{name}: " + "  ".join(f"{suite} {value:.4f}" for suite, value in figures.items()))
    bonus = _best_bonus(suites[DEFINITION], calibration)
    calibration = replace(calibration, definition_bonus=bonus)
    believed = [suite for name in (ASKED_ENCYCLOPEDIA, ASKED_ABROAD) for suite in suites[name]]
    return with_confidence(believed, calibration)


def _prepared(suites: Iterable[Suite]) -> dict[str, list[Prepared]]:
    return {
        suite.name: [
            prepare(suite.ranker, ranking, answer)
            for ranking, answer in zip(suite.rankings, suite.answers, strict=True)
        ]
        for suite in suites
    }


def _best_bonus(suites: Sequence[Suite], calibration: Calibration) -> float:
    gains = {}
    for bonus in BONUSES:
        values = [_ndcg(suite, replace(calibration, definition_bonus=bonus)) for suite in suites]
        gains[bonus] = float(np.mean(values))
        print(f"definition bonus {bonus:.2f}: {values}")
    # The made questions are the clearest of their kind: no more trust than they need.
    return min(bonus for bonus in BONUSES if gains[bonus] > max(gains.values()) - _SLACK)


def _ndcg(suite: Suite, calibration: Calibration) -> float:
    ranker, table = suite.ranker.calibrated(calibration), suite.ranker.index.passages
    qrels = {str(i): {answer: 1} for i, answer in enumerate(suite.answers)}
    run: dict[str, dict[str, float]] = {}
    for index, (query, ranking) in enumerate(zip(suite.queries, suite.rankings, strict=True)):
        hits = ranked(ranker.without(query, ranking, frozenset()).fused, 20)
        # Worst first: a document is as good as its best passage.
        run[str(index)] = {table.document_of(h.passage).id: h.score for h in reversed(hits)}
    return measure(qrels, run)["ndcg@10"]


if __name__ == "__main__":
    main()
