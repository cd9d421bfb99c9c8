"""Promises of follow-ups: what a question lacks comes from the one before, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.text.follow_up import completed

PEOPLE = "Dân số Hà Nội năm 2009 là bao nhiêu?"
MEETING = "Hội nghị tổng kết Đề án 06 diễn ra khi nào?"
PROJECT = "Đề án 06 là gì?"


@pytest.mark.parametrize(
    ("question", "previous", "whole"),
    [
        ("còn năm 2018 thì sao?", PEOPLE, "Dân số Hà Nội năm 2018 là bao nhiêu?"),
        ("năm 2018 thì sao", PEOPLE, "Dân số Hà Nội năm 2018 là bao nhiêu?"),
        ("còn Hải Phòng?", PEOPLE, "Dân số Hải Phòng năm 2009 là bao nhiêu?"),
        ("Thế còn Hải Phòng năm 2018?", PEOPLE, "Dân số Hải Phòng năm 2018 là bao nhiêu?"),
        ("còn năm 2018?", "Dân số Hà Nội là bao nhiêu?", "Dân số Hà Nội là bao nhiêu năm 2018?"),
        (
            "con nam 2018 thi sao",
            "dan so ha noi nam 2009 la bao nhieu",
            "dan so ha noi nam 2018 la bao nhieu?",
        ),
        ("còn Nghị quyết 19?", "Nghị quyết 18 nói gì?", "Nghị quyết 19 nói gì?"),
        ("What about 2018?", "How many lived here in 2009?", "How many lived here in 2018?"),
        ("ở đâu?", MEETING, "ở đâu Hội nghị tổng kết Đề án 06 diễn ra?"),
        ("o dau", "hoi nghi dien ra khi nao", "o dau hoi nghi dien ra?"),
        ("vì sao?", PROJECT, "vì sao Đề án 06?"),
        ("Nó gồm những gì?", PROJECT, "Nó gồm những gì Đề án 06?"),
        ("who chaired it?", "When was the meeting?", "who chaired it the meeting?"),
    ],
)
def test_a_question_that_cannot_stand_alone_is_completed(
    question: str, previous: str, whole: str
) -> None:
    """A year, a name or a number takes the place of its like; else the subject is kept."""
    found = completed(question, previous)
    assert found is not None
    assert (found.text, found.certain) == (whole, True)


@pytest.mark.parametrize("question", ["ai chủ trì?", "bao nhiêu chi bộ?"])
def test_a_short_question_may_be_either(question: str) -> None:
    """What says little, but something, is completed without being sure."""
    found = completed(question, PROJECT)
    assert found is not None
    assert not found.certain
    assert "Đề án 06" in found.text
    assert found.brings == question.rstrip("?")


@pytest.mark.parametrize(
    "question",
    [
        PROJECT,
        "Nghị quyết 19 là gì?",
        "Con gà là gì?",
        "con ga la gi",
        "Thế nào là chi bộ?",
        "Luật An ninh mạng được Quốc hội thông qua khi nào?",
    ],
)
def test_a_whole_question_takes_nothing(question: str) -> None:
    """A definition, a document's number or enough words stand alone."""
    assert completed(question, "Dân số Hà Nội là bao nhiêu?") is None


def test_the_first_question_takes_nothing() -> None:
    """Without a question before there is nothing to take."""
    assert completed("còn năm 2018 thì sao?", "") is None


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_two_texts_can_be_put_side_by_side(question: str, previous: str) -> None:
    """No text breaks the completion, and what it gives is never empty."""
    found = completed(question, previous)
    assert found is None or found.text.strip(" ?")
