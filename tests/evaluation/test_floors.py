"""Promises of ranking on judged questions, as shipped; floors that only rise.

The sets are not part of the repository: where they are missing, these tests say so and skip.
"""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from retrieval.embedding import BUNDLED_MODEL, CALIBRATION_FILE, load_embedder
from retrieval.evaluation.evaluate import evaluate
from retrieval.evaluation.question_set import load_question_set
from retrieval.fusion import Calibration

SETS = Path(os.environ.get("HOIDAP_EVAL_SETS", "../shared/data/eval"))
EVERY = 6
"""One question in this many is asked, so that the tests stay fast."""


@pytest.mark.parametrize(
    ("name", "floors"),
    [
        ("wiki-xquad-vi", {"plain": 0.96, "no-accents": 0.96, "typo": 0.93}),
        ("wiki-xquad-en-vi", {"plain": 0.85}),
        ("wiki-xquad-vi-en", {"plain": 0.85}),
    ],
)
def test_ranking_stays_above_its_floor(name: str, floors: dict[str, float]) -> None:
    """nDCG@10 of the hybrid does not fall, and is not below either of its legs by 0.01."""
    if not (SETS / name).is_dir():
        pytest.skip(f"no judged questions at {SETS / name}")
    questions = load_question_set(SETS / name)
    kept = dict(list(questions.questions.items())[::EVERY])
    calibration = Calibration.load(BUNDLED_MODEL / CALIBRATION_FILE)
    qrels = {name: questions.qrels[name] for name in kept}
    asked = replace(questions, questions=kept, qrels=qrels)
    for done in evaluate(asked, list(floors), load_embedder(), calibration):
        score = {leg: values["ndcg@10"] for leg, values in done.legs.items()}
        assert score["hybrid"] >= floors[done.variant], (done.variant, score)
        assert score["hybrid"] >= max(score["lexical"], score["dense"]) - 0.01
