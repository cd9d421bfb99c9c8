"""The best weights of fusion and evidence, searched on prepared questions.

A question is prepared once, both legs standardised and every candidate that could come first read;
after that a setting costs a few sums. Owns the search; refuses to know where questions come from.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from retrieval.fusion import Calibration, standardised
from retrieval.ranking import EVIDENCE_DEPTH, Ranker, Ranking

_READ_PER_LEG = 30
_SHOWN = 10

SHARES = (0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4)
FOREIGN_SHARES = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
OVERLAPS = ((0.1, 0.5), (0.2, 0.6), (0.3, 0.7), (0.3, 0.8), (0.4, 0.8))
COVERAGE_BONUSES = (0.0, 2.0, 4.0, 8.0, 12.0, 16.0, 20.0, 24.0)
SENTENCE_BONUSES = (0.0, 1.0, 2.0, 4.0, 6.0, 8.0)
_ROUNDS = 2


@dataclass(frozen=True, slots=True)
class Prepared:
    """One question; arrays over its candidates.

    Attributes:
        documents: (c,) document number of each candidate.
        lexical: (c,) standardised.
        dense: (c,) standardised.
        whole: (c,) share of the question that it says; 0 where it was not read.
        at_once: (c,) the same in its best sentence.
        overlap: See `Calibration.dense_share`.
        known: See there.
        answer: Document number of the answer; -1 if it is no candidate.
    """

    documents: NDArray[np.int64]
    lexical: NDArray[np.float64]
    dense: NDArray[np.float64]
    whole: NDArray[np.float64]
    at_once: NDArray[np.float64]
    overlap: float
    known: float
    answer: int

    def scores(self, calibration: Calibration) -> NDArray[np.float64]:
        """Return (c,) what `Ranker` gives, but for definitions and numbers."""
        share = calibration.dense_share(self.overlap, self.known)
        scores = (1 - share) * self.lexical + share * self.dense
        best = np.argsort(-scores, kind="stable")[:EVIDENCE_DEPTH]
        scores[best] += calibration.coverage_bonus * self.whole[best]
        scores[best] += calibration.sentence_bonus * self.at_once[best]
        return scores

    def gain(self, calibration: Calibration) -> float:
        """Return nDCG@10 with one right document: 1 / log2(1 + its rank), 0 below the tenth."""
        seen: dict[int, None] = {}
        for index in np.argsort(-self.scores(calibration), kind="stable"):
            document = int(self.documents[index])
            seen.setdefault(document)
            if document == self.answer:
                return float(1 / np.log2(1 + len(seen)))
            if len(seen) == _SHOWN:
                break
        return 0.0


def prepare(ranker: Ranker, ranking: Ranking, answer: str) -> Prepared:
    """Return one ranked question prepared; both legs must have been asked."""
    if ranking.dense is None:
        raise ValueError("the dense leg was not asked")
    candidates = sorted(ranking.lexical.keys() | ranking.dense.keys())
    lexical = standardised(ranking.lexical, candidates)
    dense = standardised(ranking.dense, candidates)
    read = {candidates[at] for leg in (lexical, dense) for at in _best(leg)} | ranking.said.keys()
    said = ranker.read(ranking.asked, sorted(read))
    names = [ranker.index.passages.document_of(passage).id for passage in candidates]
    numbers = {name: number for number, name in enumerate(dict.fromkeys(names))}
    return Prepared(
        documents=np.array([numbers[name] for name in names], dtype=np.int64),
        lexical=lexical,
        dense=dense,
        whole=np.array([said[p].whole if p in said else 0.0 for p in candidates]),
        at_once=np.array([said[p].at_once if p in said else 0.0 for p in candidates]),
        overlap=ranking.overlap,
        known=ranking.known,
        answer=numbers.get(answer, -1),
    )


def _best(scores: NDArray[np.float64]) -> list[int]:
    best: list[int] = np.argsort(-scores, kind="stable")[:_READ_PER_LEG].tolist()
    return best


Suites = Mapping[str, Sequence[Prepared]]


def best_fusion(start: Calibration, home: Suites, abroad: Suites) -> Calibration:
    """Return `start` with the weights that do best, home and abroad counting the same."""
    calibration = start
    for _ in range(_ROUNDS):
        for options in (_evidence(), _native(), _foreign()):
            calibration = _best_of(calibration, options, home, abroad)
    return calibration


def means(calibration: Calibration, suites: Suites) -> dict[str, float]:
    """Return suite → mean nDCG@10."""
    return {
        name: float(np.mean([question.gain(calibration) for question in questions]))
        for name, questions in suites.items()
    }


def _evidence() -> Iterable[dict[str, float]]:
    for whole, at_once in product(COVERAGE_BONUSES, SENTENCE_BONUSES):
        yield {"coverage_bonus": whole, "sentence_bonus": at_once}


def _native() -> Iterable[dict[str, float]]:
    for share in SHARES:
        yield {"dense_weight": share}


def _foreign() -> Iterable[dict[str, float]]:
    for share, (low, high) in product(FOREIGN_SHARES, OVERLAPS):
        yield {
            "foreign_dense_weight": share,
            "foreign_overlap": low,
            "native_overlap": high,
        }


def _best_of(
    calibration: Calibration, options: Iterable[dict[str, float]], home: Suites, abroad: Suites
) -> Calibration:
    best, best_mean = calibration, -1.0
    for change in options:
        tried = replace(calibration, **change)  # type: ignore[arg-type]
        at_home, away = means(tried, home), means(tried, abroad)
        mean = (float(np.mean(list(at_home.values()))) + float(np.mean(list(away.values())))) / 2
        if mean > best_mean:
            best, best_mean = tried, mean
    print(f"{best_mean:.4f} with {_shown(best)}", flush=True)
    return best


def _shown(c: Calibration) -> str:
    return (
        f"dense share {c.dense_weight}, abroad {c.foreign_dense_weight} "
        f"({c.foreign_overlap}-{c.native_overlap}), bonus {c.coverage_bonus} {c.sentence_bonus}"
    )
