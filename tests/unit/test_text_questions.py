"""Promises of what a question is seen to ask for."""

import unicodedata

import pytest

from retrieval.text.questions import DefinitionQuestion, definition_asked


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("Đề án 06 là gì?", "Đề án 06"),
        ("de an 06 la gi", "de an 06"),
        ("ĐỀ ÁN 06 LÀ GÌ ?", "ĐỀ ÁN 06"),
        (unicodedata.normalize("NFD", "Đề án 06 là gì?"), "Đề án 06"),
        ("“Đề án 06” là cái gì vậy?", "Đề án 06"),
        ("Chi bộ nghĩa là gì?", "Chi bộ"),
        ("Chi bộ có nghĩa là gì", "Chi bộ"),
        ("Chi bộ được hiểu là gì?", "Chi bộ"),
        ("Chi bộ được hiểu như thế nào?", "Chi bộ"),
        ("Thế nào là đảng viên?", "đảng viên"),
        ("Định nghĩa về chi bộ", "chi bộ"),
        ("Khái niệm tổ dân phố", "tổ dân phố"),
        ("What is Project 06?", "Project 06"),
        ("what is the Project 06", "Project 06"),
        ("What's UBND?", "UBND"),
        ("What does UBND stand for?", "UBND"),
        ("Define party cell", "party cell"),
    ],
)
def test_questions_for_a_definition_are_recognised(question: str, subject: str) -> None:
    """A question for what something is yields that thing, as typed."""
    assert definition_asked(question) == DefinitionQuestion(subject)


@pytest.mark.parametrize(
    "question",
    [
        "Ai là bí thư?",
        "Anh ấy là ai?",
        "Đề án 06 có mấy mục tiêu?",
        "Khi nào hội nghị diễn ra?",
        "Vì sao chi bộ là hạt nhân chính trị?",
        "Tôi làm gì?",
        "Đề án 06 là gì và ai phụ trách?",
        "Hà Nội là gì của Việt Nam?",
        "là gì",
        "gì",
        "What time is it?",
        "Who is the mayor?",
        "What is wrong with my car and why does it not start",
        "Những việc lớn nhỏ mà Bí thư Thành ủy phụ trách là gì?",
        "",
    ],
)
def test_other_questions_are_not_taken_for_definitions(question: str) -> None:
    """A question for a person, a time, a reason or a long list asks for no definition."""
    assert definition_asked(question) is None
