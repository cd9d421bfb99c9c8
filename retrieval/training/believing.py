"""What a ranking is worth: the confidence of an answer and its threshold.

Learned on questions whose article is there, and on the same questions with everything about its
subject taken away. Owns the fit; refuses to know how passages are ranked.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.metrics import roc_auc_score

from retrieval.fusion import Calibration, Evidence, Logistic, ranked
from retrieval.ranking import Ranker, Ranking
from retrieval.training.dev_suites import Suite

FALSE_ANSWERS = 0.05
"""Share of questions about a subject that is not there that may be answered all the same, in the
way of asking where it is easiest: with marks, without them, in English."""
_SAME_SUBJECT = 0.45
"""Cosine to the answering passage from which another passage goes with it when it is removed."""


@dataclass(frozen=True, slots=True)
class Top:
    """The best passage of one question.

    Attributes:
        evidence: What speaks for it.
        right: Whether it answers.
        removed: Whether what answers had been taken away.
        suite: The suite's name; a suite is one way to ask.
    """

    evidence: Evidence
    right: bool
    removed: bool
    suite: str


def with_confidence(suites: Sequence[Suite], calibration: Calibration) -> Calibration:
    """Return `calibration` with confidences and thresholds learned on `suites`; prints figures."""
    tops = [top for suite in suites for top in _tops(suite, calibration)]
    features = np.array(
        [
            [t.evidence.coverage, t.evidence.sentence, t.evidence.cosine, t.evidence.lead]
            for t in tops
        ],
        dtype=np.float64,
    )
    labels = np.array([top.right for top in tops])
    calibration = replace(
        calibration,
        among_many=Logistic(*fit_bounded(features, labels)),
        with_dense=Logistic(*fit_bounded(features[:, :3], labels)),
        lexical_only=Logistic(*fit_bounded(features[:, :2], labels)),
    )
    few = [replace(top, evidence=replace(top.evidence, lead=None)) for top in tops]
    return replace(
        calibration,
        threshold=_threshold("few passages", calibration, few),
        threshold_among_many=_threshold("many passages", calibration, tops),
    )


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


def _tops(suite: Suite, calibration: Calibration) -> Iterator[Top]:
    ranker, table = suite.ranker.calibrated(calibration), suite.ranker.index.passages
    places = {table.document_of(passage).id: passage for passage in range(len(table))}
    for query, ranking, answer, said in zip(
        suite.queries, suite.rankings, suite.answers, suite.said, strict=True
    ):
        gone = _about_the_same(ranker, ranking, places[answer], said)
        for removed in (False, True):
            left = ranker.without(query, ranking, gone if removed else frozenset())
            for hit in ranked(left.fused, 1):
                right = table.document_of(hit.passage).id == answer
                yield Top(ranker.evidence(hit, left), right, removed, suite.name)


def _about_the_same(ranker: Ranker, ranking: Ranking, answering: int, said: str) -> frozenset[int]:
    """Return the candidates that go when what answers is taken away: those about its subject.

    Biographies and chronicles repeat one another; with the paragraph alone removed, another still
    answers, and a threshold would be set on right answers.
    """
    table, dense = ranker.index.passages, ranker.index.dense
    candidates = np.array(sorted(ranking.fused), dtype=np.int64)
    own = dense.vectors(np.array([answering], dtype=np.int64))[0]
    title, words = table.document_of(answering).title, said.casefold()
    return frozenset(
        passage
        for passage, cosine in zip(candidates.tolist(), dense.scores(own, candidates), strict=True)
        if cosine >= _SAME_SUBJECT
        or (title and table.document_of(passage).title == title)
        or (words and words in table[passage].text.casefold())
    )


def _threshold(name: str, calibration: Calibration, tops: Sequence[Top]) -> float:
    """Return the confidence that, however they are asked, few false answers reach."""
    confidence = np.array([calibration.confidence(top.evidence) for top in tops])
    removed = np.array([top.removed for top in tops])
    right = np.array([top.right for top in tops])
    suites = np.array([top.suite for top in tops])
    threshold = max(
        float(np.quantile(confidence[removed & (suites == suite)], 1 - FALSE_ANSWERS))
        for suite in dict.fromkeys(suites)
    )
    print(f"{name}, threshold {threshold:.4f}:")
    for suite in dict.fromkeys(suites):
        own = suites == suite
        auroc = roc_auc_score(~removed[own], confidence[own])
        kept = float(np.mean(confidence[own & ~removed & right] >= threshold))
        false = float(np.mean(confidence[own & removed] >= threshold))
        print(f"  {suite}: AUROC {auroc:.4f}, right kept {kept:.4f}, false {false:.4f}")
    return round(threshold, 4)
