"""Promises of quantities: a date or an amount in one form finds its other forms."""

import pytest

from retrieval.text.quantities import quantities
from retrieval.text.synonyms import way


def ways(question: str) -> set[tuple[str, ...]]:
    """The terms of every other form of what is in `question`."""
    return {other.terms for word in quantities(question) for other in word.ways}


@pytest.mark.parametrize(
    "question",
    [
        "24-9-2013", "24/09/2013", "24.9.2013", "ngày 24 tháng 9 năm 2013", "24 tháng 9, năm 2013",
        "ngay 24 thang 9 nam 2013", "24 tháng 9/2013", "24 September 2013", "September 24, 2013",
    ],
)  # fmt: skip
def test_a_day_has_all_its_forms(question: str) -> None:
    """Vietnamese and English, in words and in figures."""
    forms = {"24 tháng 9 năm 2013", "24/9/2013", "24 September 2013", "September 24 2013"}
    own = way(question.replace("ngày ", "").replace("ngay ", "")).terms
    assert ways(question) | {own} >= {way(form).terms for form in forms}


@pytest.mark.parametrize("question", ["9/2013", "tháng 9/2013", "tháng 9 năm 2013", "Sept 2013"])
def test_a_month_has_all_its_forms(question: str) -> None:
    """A month without a day is asked as one; what is no month's name is not."""
    expected = set() if "Sept" in question else {way("September 2013").terms}
    assert ways(question) >= expected
    assert bool(ways(question)) == bool(expected)


@pytest.mark.parametrize(
    ("question", "form"),
    [
        ("1,2 triệu đồng", "1.200.000"),
        ("1.2 million", "1.200.000"),
        ("5 tỷ", "5.000.000.000"),
        ("20 nghìn", "20.000"),
        ("20 ngan dong", "20.000"),
        ("20.000 đồng", "20 nghìn"),
        ("1,500,000", "1,5 triệu"),
        ("hai", "2"),
        ("10", "mười"),
    ],
)
def test_an_amount_has_its_other_forms(question: str, form: str) -> None:
    """Scaled and grouped figures lead to each other, small numbers to their words."""
    assert way(form).terms in ways(question)


@pytest.mark.parametrize(
    "question",
    [
        "",
        "năm 2013",
        "điện thoại 0912.345.678",
        "1.234.567",
        "30/2024/NĐ-CP",
        "một năm",
        "99/99/2013",
    ],
)
def test_what_is_neither_has_no_other_form(question: str) -> None:
    """Years, telephones, amounts that are not round and numbers of documents stay as they are."""
    grouped = {way("1,234,567").terms} if question == "1.234.567" else set()
    assert ways(question) <= grouped
