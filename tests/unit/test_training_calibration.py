"""What calibration is learned from, and that it learns."""

import random
from dataclasses import replace

import numpy as np

from retrieval.fusion import Evidence, Logistic
from retrieval.training.calibrate import fit_bounded
from retrieval.training.cloze import cloze_questions, definition_questions
from retrieval.training.split import DevPair
from tests.embedders import CALIBRATION


def pair(text: str, title: str = "Trang") -> DevPair:
    return DevPair("", text, title, "", "viwiki", "heading")


FACTS = [
    pair("Vào năm 1954 chiến dịch lớn nhất của cuộc kháng chiến kết thúc ở lòng chảo phía tây."),
    pair("Cây cầu bắc qua con sông rộng ấy dài 1.680 mét và được khánh thành vào mùa thu năm sau."),
]


# Words that a question may borrow; no fact in it to ask for.
ELSEWHERE = [pair("mây trôi lững lờ trên đồi cỏ xanh mướt bên suối")] * 50


def test_a_made_question_asks_for_the_fact_that_it_no_longer_holds() -> None:
    """A cloze question never contains the number or name that answers it."""
    made = cloze_questions(FACTS + ELSEWHERE, random.Random(3))
    assert [question.answered_by for question in made] == [0, 1]
    assert made[0].text.endswith(" năm nào?")
    assert "1954" not in made[0].text
    assert made[1].text.endswith(" bao nhiêu?")
    assert "1.680" not in made[1].text


def test_made_questions_are_the_same_for_the_same_seed() -> None:
    """Calibration can be repeated: a seed decides every question."""
    assert cloze_questions(FACTS, random.Random(3)) == cloze_questions(FACTS, random.Random(3))
    assert cloze_questions(FACTS, random.Random(3)) != cloze_questions(FACTS, random.Random(4))


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
    logistic = Logistic(-4.0, 1.0, 1.0, 5.0, 1.0, 1.0)
    calibration = replace(CALIBRATION, with_dense=logistic)
    little, much = Evidence(0.2, 0.1, 0.1, 0.0, 0.1), Evidence(0.9, 0.5, 0.9, 0.4, 0.6)
    assert calibration.confidence(little) < 0.1
    assert calibration.confidence(much) > 0.9
