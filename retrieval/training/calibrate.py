"""Learn how to fuse and what to believe, on the development split alone.

    python -m retrieval.training.calibrate --data ../shared/data/train --model retrieval/model

Writes `fusion.json` into the model's folder: the share of the dense leg, the bonus of a
definition, the confidence of an answer and its threshold.
"""

import argparse
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.metrics import roc_auc_score

from retrieval.definitions import defines
from retrieval.embedding import CALIBRATION_FILE, load_embedder
from retrieval.evaluation.metrics import measure
from retrieval.fusion import Calibration, Evidence, Logistic, fuse, lead_of, ranked
from retrieval.ranking import EVIDENCE_DEPTH
from retrieval.text.questions import definition_asked
from retrieval.training.dev_suites import (
    ABROAD,
    ASKED,
    ASKED_ABROAD,
    DEFINITION,
    ENCYCLOPEDIA,
    MIXED,
    UNSET,
    Suite,
    dev_suites,
)
from retrieval.training.split import load_dev

WEIGHTS = tuple(round(0.05 * step, 2) for step in range(21))
OVERLAPS = ((0.1, 0.5), (0.2, 0.6), (0.3, 0.7), (0.4, 0.8))
FOREIGN_WEIGHTS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
BONUSES = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0)
EVIDENCE_BONUSES = (0.0, 0.5, 1.0, 2.0)
FALSE_ANSWERS = 0.10
"""Share of unanswerable questions that may be answered all the same, among few passages."""
FALSE_ANSWERS_AMONG_MANY = 0.05
"""The same where the lead of the best passage is known."""

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
    mixed = [suite for name in MIXED for suite in suites[name]]
    weight = _best_weight(mixed)
    calibration = replace(UNSET, dense_weight=weight, foreign_dense_weight=weight)
    abroad = [suite for name in ABROAD for suite in suites[name]]
    calibration = _best_abroad(mixed, abroad, calibration)
    calibration = _best_evidence(mixed, abroad, calibration)
    bonus = _best_bonus(suites[DEFINITION], calibration)
    calibration = replace(calibration, definition_bonus=bonus)
    believed = [suite for name in (ENCYCLOPEDIA, ASKED, ASKED_ABROAD) for suite in suites[name]]
    return _with_confidence(believed, calibration)


def _best_weight(suites: list[Suite]) -> float:
    print("dense share  " + "  ".join(f"{suite.name:>20}" for suite in suites) + "      mean")
    means = {}
    for weight in WEIGHTS:
        calibration = replace(UNSET, dense_weight=weight, foreign_dense_weight=weight)
        values = [_ndcg(suite, calibration) for suite in suites]
        means[weight] = float(np.mean(values))
        columns = "  ".join(f"{value:20.4f}" for value in values)
        print(f"{weight:11.2f}  {columns}  {means[weight]:8.4f}", flush=True)
    return max(means, key=lambda weight: means[weight])


def _best_abroad(mixed: list[Suite], abroad: list[Suite], native: Calibration) -> Calibration:
    """Return the calibration that does best at home and abroad, both counting the same."""
    best, best_mean = native, 0.0
    for (foreign, known), weight in product(OVERLAPS, FOREIGN_WEIGHTS):
        calibration = replace(
            native,
            foreign_dense_weight=weight,
            foreign_overlap=foreign,
            native_overlap=known,
        )
        at_home = float(np.mean([_ndcg(suite, calibration) for suite in mixed]))
        away = [_ndcg(suite, calibration) for suite in abroad]
        mean = (at_home + float(np.mean(away))) / 2
        columns = "  ".join(f"{value:.4f}" for value in away)
        print(f"overlap {foreign}-{known} share {weight}: {at_home:.4f} {columns} {mean:.4f}")
        if mean > best_mean:
            best, best_mean = calibration, mean
    return best


def _best_evidence(mixed: list[Suite], abroad: list[Suite], fused: Calibration) -> Calibration:
    """Return the calibration whose bonuses for evidence do best, home and abroad alike."""
    best, best_mean = fused, 0.0
    for whole, sentence in product(EVIDENCE_BONUSES, EVIDENCE_BONUSES):
        calibration = replace(fused, coverage_bonus=whole, sentence_bonus=sentence)
        at_home = [_ndcg(suite, calibration) for suite in mixed]
        away = [_ndcg(suite, calibration) for suite in abroad]
        mean = float(np.mean(at_home) + np.mean(away)) / 2
        columns = "  ".join(f"{value:.4f}" for value in (*at_home, *away))
        print(f"evidence bonus {whole} {sentence}: {columns} {mean:.4f}", flush=True)
        if mean > best_mean:
            best, best_mean = calibration, mean
    return best


def _best_bonus(suites: list[Suite], calibration: Calibration) -> float:
    means = {}
    for bonus in BONUSES:
        values = [_ndcg(suite, replace(calibration, definition_bonus=bonus)) for suite in suites]
        means[bonus] = float(np.mean(values))
        print(f"definition bonus {bonus:.2f}: {values}")
    # The made questions are the clearest of their kind: no more trust than they need.
    return min(bonus for bonus in BONUSES if means[bonus] > max(means.values()) - _SLACK)


def _ndcg(suite: Suite, calibration: Calibration) -> float:
    qrels = {str(i): {answer: 1} for i, answer in enumerate(suite.answers)}
    run = {str(i): dict(_fused(suite, i, calibration)) for i in range(len(suite.questions))}
    return measure(qrels, run)["ndcg@10"]


def _fused(suite: Suite, index: int, calibration: Calibration) -> Iterator[tuple[str, float]]:
    for hit in ranked(_scores(suite, index, calibration), 20):
        yield suite.ranker.index.passages.document_of(hit.passage).id, hit.score


def _scores(suite: Suite, index: int, calibration: Calibration) -> dict[int, float]:
    ranking = suite.rankings[index]
    scores = fuse(ranking.lexical, ranking.dense, calibration, ranking.overlap)
    if calibration.coverage_bonus or calibration.sentence_bonus:
        for hit in ranked(scores, EVIDENCE_DEPTH):
            scores[hit.passage] += calibration.bonus(suite.evidence_for(index, hit))
    definition = definition_asked(suite.questions[index])
    if definition is not None and calibration.definition_bonus:
        for hit in ranked(scores, 25):
            if defines(definition, suite.ranker.index.passages[hit.passage].text):
                scores[hit.passage] += calibration.definition_bonus
    return scores


def _with_confidence(suites: list[Suite], calibration: Calibration) -> Calibration:
    evidence: list[Evidence] = []
    right: list[bool] = []
    removed: list[bool] = []
    for suite in suites:
        for gone in (False, True):
            for found, is_right in _tops(suite, calibration, article_removed=gone):
                evidence.append(found)
                right.append(is_right)
                removed.append(gone)
    features = np.array(
        [(e.coverage, e.pairs, e.sentence, e.sentence_pairs, e.cosine, e.lead) for e in evidence],
        dtype=np.float64,
    )
    labels, absent = np.array(right), np.array(removed)
    calibration = replace(
        calibration,
        among_many=Logistic(*fit_bounded(features, labels)),
        with_dense=Logistic(*fit_bounded(features[:, :5], labels)),
        lexical_only=Logistic(*fit_bounded(features[:, :4], labels)),
    )
    few = [replace(e, lead=None) for e in evidence]
    return replace(
        calibration,
        threshold=_threshold(calibration, few, labels, absent, FALSE_ANSWERS),
        threshold_among_many=_threshold(
            calibration, evidence, labels, absent, FALSE_ANSWERS_AMONG_MANY
        ),
    )


def _threshold(
    calibration: Calibration,
    evidence: list[Evidence],
    right: NDArray[np.bool_],
    removed: NDArray[np.bool_],
    false_answers: float,
) -> float:
    """Return the confidence that only so many questions about a removed article reach."""
    confidence = np.array([calibration.confidence(e) for e in evidence])
    threshold = round(float(np.quantile(confidence[removed], 1 - false_answers)), 4)
    _print_confidence(confidence, right, removed, threshold)
    return threshold


def fit_bounded(features: NDArray[np.float64], labels: NDArray[np.bool_]) -> list[float]:
    """Return bias and weights of a logistic regression whose weights are not below 0.

    More evidence may never lower confidence: without the bound, features that say nearly the
    same get large weights of opposite signs, which fit the made questions and nothing else.
    """
    inputs = np.hstack([np.ones((len(features), 1)), features])
    signs = np.where(labels, 1.0, -1.0)

    def loss(weights: NDArray[np.float64]) -> float:
        return float(np.mean(np.logaddexp(0.0, -signs * (inputs @ weights))))

    bounds = [(None, None)] + [(0.0, None)] * features.shape[1]
    fitted = minimize(loss, np.zeros(inputs.shape[1]), bounds=bounds, method="L-BFGS-B")
    return [round(float(weight), 4) for weight in fitted.x]


def _tops(
    suite: Suite, calibration: Calibration, *, article_removed: bool
) -> Iterator[tuple[Evidence, bool]]:
    """Yield the evidence for the best passage of each question and whether it is the right one."""
    table = suite.ranker.index.passages
    titles = {row.ref.id: row.ref.title for row in table.documents}
    for index in range(len(suite.questions)):
        scores = _scores(suite, index, calibration)
        if article_removed:
            answer = suite.answers[index]
            scores = {
                passage: score
                for passage, score in scores.items()
                if not _same_article(table.document_of(passage).id, answer, titles)
            }
        for hit in ranked(scores, 1):
            evidence = suite.evidence_for(index, hit)
            yield (
                replace(evidence, lead=lead_of(hit.passage, scores)),
                table.document_of(hit.passage).id == suite.answers[index],
            )


def _same_article(one: str, other: str, titles: dict[str, str]) -> bool:
    return one == other or (titles[one] != "" and titles[one] == titles[other])


def _print_confidence(
    confidence: NDArray[np.float64],
    right: NDArray[np.bool_],
    removed: NDArray[np.bool_],
    threshold: float,
) -> None:
    present = ~removed
    print(f"AUROC right or not {roc_auc_score(right, confidence):.4f}")
    print(f"AUROC article there or removed {roc_auc_score(present, confidence):.4f}")
    kept = float(np.mean(confidence[present & right] >= threshold))
    print(f"threshold {threshold:.4f}: right answers kept {kept:.4f}")


if __name__ == "__main__":
    main()
