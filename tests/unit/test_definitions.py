"""Promises of definitions: what says what something is, and what merely names it."""

import pytest

from retrieval.definitions import defines
from retrieval.text.questions import DefinitionQuestion, definition_asked


@pytest.mark.parametrize(
    "text",
    [
        "Đề án 06 là bước đổi mới.",
        'tổng kết Đề án số 06-ĐA/TU ngày 24-9-2013 về "Kiện toàn tổ chức đảng".',
        "Đề án 06 (năm 2013) được hiểu là một chương trình.",
        "Đề án 06 của Thành ủy Hà Nội về “Kiện toàn”.",
        "Đề án 06: Kiện toàn tổ chức đảng.",
        "Project 06 is a plan of the city.",
    ],
)
def test_definition_of_a_numbered_document_is_recognised(text: str) -> None:
    """A mention followed by là, a title, a colon or "is a" defines, however it is written."""
    for question in ("Đề án 06 là gì?", "de an 06 la gi", "What is Project 06?"):
        asked = definition_asked(question)
        assert asked is not None
        assert defines(asked, text)


@pytest.mark.parametrize(
    "text",
    [
        "Hội nghị thảo luận về Đề án 06.",
        "Đề án 06 đã khắc phục được tình trạng chồng chéo.",
        "Đề án 07 là bước đổi mới.",
        "Đề án 06 là một trong những đề án lớn.",
        "Đây là 06 đề án.",
    ],
)
def test_mere_mention_is_no_definition(text: str) -> None:
    """Naming a thing, or saying what it did, does not say what it is."""
    assert not defines(DefinitionQuestion("Đề án 06"), text)


@pytest.mark.parametrize(
    ("subject", "text", "expected"),
    [
        ("chi bộ", "Chi bộ là hạt nhân chính trị.", True),
        ("chi bo", "Chi bộ là hạt nhân chính trị.", True),
        ("kĩ thuật số", "Kỹ thuật số nghĩa là dùng số.", True),
        ("bộ", "Cán bộ là gốc.", True),
        ("chi", "Chính là nó.", False),
        ("chi bộ", "Các chi bộ họp.", False),
        ("a.b(c", "a b c là chữ.", True),
    ],
)
def test_definition_of_a_term(subject: str, text: str, expected: bool) -> None:
    """A term is found as whole words in any spelling, with nothing in it taken for a pattern."""
    assert defines(DefinitionQuestion(subject), text) is expected
