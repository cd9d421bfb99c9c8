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
EVERY = 2
"""One question in this many is asked, so that the tests stay fast."""
LEAST_AUROC = 0.95
MOST_FALSE_ANSWERS = 0.05


@pytest.mark.parametrize(
    ("name", "floors"),
    [
        ("wiki-xquad-vi", {"plain": 0.975, "no-accents": 0.97, "typo": 0.955}),
        ("wiki-xquad-en-vi", {"plain": 0.91}),
        ("wiki-xquad-vi-en", {"plain": 0.905}),
    ],
)
def test_ranking_stays_above_its_floor(name: str, floors: dict[str, float]) -> None:
    """nDCG@10 of the hybrid does not fall below its floor nor below either of its legs."""
    if not (SETS / name).is_dir():
        pytest.skip(f"no judged questions at {SETS / name}")
    questions = load_question_set(SETS / name)
    calibration = Calibration.load(BUNDLED_MODEL / CALIBRATION_FILE)
    kept = dict(list(questions.questions.items())[::EVERY])
    qrels = {name: questions.qrels[name] for name in kept}
    asked = replace(questions, questions=kept, qrels=qrels)
    for done in evaluate(asked, list(floors), load_embedder(), calibration):
        score = {leg: values["ndcg@10"] for leg, values in done.legs.items()}
        assert score["hybrid"] >= floors[done.variant], (done.variant, score)
        assert score["hybrid"] >= max(score["lexical"], score["dense"])
        assert done.honesty is not None
        if name == "wiki-xquad-vi":
            assert done.honesty.auroc >= LEAST_AUROC
            assert done.honesty.false_answers <= MOST_FALSE_ANSWERS
