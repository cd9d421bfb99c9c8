"""What calibration is learned from, and that it learns."""

from dataclasses import replace

import numpy as np

from retrieval.fusion import Evidence, Logistic
from retrieval.training.believing import fit_bounded
from retrieval.training.made import definition_questions
from retrieval.training.split import DevPair
from tests.embedders import CALIBRATION


def pair(text: str, title: str = "Trang") -> DevPair:
    return DevPair("", text, title, "", "viwiki", "heading")


def test_a_definition_is_asked_only_where_one_passage_gives_it() -> None:
    """A definition question is made from a passage that begins "X là", unless two begin so."""
    pairs = [
        pair("Tổ dân phố là tổ chức tự quản của cộng đồng dân cư ở đô thị."),
        pair("Kinh tế (còn gọi là nền kinh tế) là tổng hòa các mối quan hệ."),
        pair("Sông là dòng nước lớn."),
        pair("Sông là nơi cá sống."),
        pair("Hôm qua trời mưa."),
    ]
    made = definition_questions(pairs)
    assert [(q.text, q.answered_by) for q in made] == [
        ("Tổ dân phố là gì?", 0),
        ("Kinh tế là gì?", 1),
    ]


def test_no_evidence_can_lower_confidence() -> None:
    """The fit keeps every weight at 0 or above, even where a feature speaks against the answer."""
    chance = np.random.default_rng(5)
    useful = chance.random(400)
    misleading = chance.random(400)
    labels = useful - misleading + chance.normal(0, 0.2, 400) > 0
    bias, first, second = fit_bounded(np.stack([useful, misleading], axis=1), labels)
    assert first > 3
    assert second == 0
    assert bias < 0


def test_confidence_rises_with_evidence() -> None:
    """More of the question in the passage never means less confidence."""
    logistic = Logistic(-4.0, 2.0, 1.0, 5.0, 1.0)
    calibration = replace(CALIBRATION, with_dense=logistic)
    little, much = Evidence(0.2, 0.1, 0.1, 0.0), Evidence(0.9, 0.5, 0.9, 3.0)
    assert calibration.confidence(little) < 0.1
    assert calibration.confidence(much) > 0.9
