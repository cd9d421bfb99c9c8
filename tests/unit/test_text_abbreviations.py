"""Promises of abbreviations: both forms of a name meet, and ordinary words stay what they are."""

import re
from importlib.resources import files

import pytest

from retrieval.text import canonical_text
from retrieval.text.abbreviations import abbreviations, expansions
from retrieval.text.synonyms import way


def others(text: str) -> set[str]:
    """The other forms of everything in `text`, as their terms joined by spaces."""
    return {" ".join(way.terms) for word in expansions(text) for way in word.ways}


def test_list_is_readable_and_says_nothing_twice() -> None:
    """Every line is a comment or `short<TAB>long` in canonical text, and no line repeats."""
    lines = (files("retrieval.text") / "abbreviations.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line for line in lines if line and not line.startswith("#")]
    assert len(pairs) > 150
    assert len(set(pairs)) == len(pairs)
    for pair in pairs:
        assert re.fullmatch(r"[^\t]+\t[^\t]+ [^\t]+", pair)
        assert all(canonical_text(form) == form for form in pair.split("\t"))


def test_short_form_leads_to_every_long_form() -> None:
    """A folded short form leads to its long forms as written, in the order of the list."""
    assert abbreviations()["ubnd"] == ("Ủy ban nhân dân",)
    assert abbreviations()["tt"] == ("thông tư", "thông tin", "thị trấn")
    assert abbreviations()["nn ptnt"] == ("nông nghiệp và phát triển nông thôn",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("UBND xã có quyền gì?", {"Ủy ban nhân dân"}),
        ("ubnd xa co quyen gi", {"Ủy ban nhân dân"}),
        ("Uỷ ban nhân dân xã", {"UBND"}),
        ("ủy ban nhân dân xã", {"UBND"}),
        ("uy ban nhan dan xa", {"UBND"}),
        ("ỦY BAN NHÂN DÂN XÃ", {"UBND"}),
        ("UBND XÃ CÓ QUYỀN GÌ", {"Ủy ban nhân dân"}),
        ("Sở GD&ĐT tuyển ai", {"giáo dục và đào tạo", "GDĐT"}),
        ("AI là gì?", {"trí tuệ nhân tạo"}),
        ("TT gồm những gì?", {"thông tư", "thông tin", "thị trấn"}),
        ("Ban chỉ đạo TƯ", {"Trung ương", "Tỉnh ủy", "Thành ủy", "TW", "BCĐ"}),
        ("thuế VAT", {"thuế giá trị gia tăng"}),
        ("WHO khuyến cáo gì?", {"Tổ chức Y tế Thế giới"}),
    ],
)
def test_forms_of_one_name_lead_to_each_other(text: str, expected: set[str]) -> None:
    """Short leads to long and long to short, with and without accents, in either case."""
    assert others(text) == {" ".join(way(phrase).terms) for phrase in expected}


@pytest.mark.parametrize(
    "text",
    [
        "ai là tác giả?",
        "AI LÀ TÁC GIẢ?",
        "đã tin",
        "Đã hết",
        "ông tư",
        "THÔNG TƯ số mấy",
        "thông tin",
        "vat ly",
        "VẬT lý",
        "who is he",
        "chi thi",
        "uỷ bạn nhân dân",
        "13/2023/NĐ-CP",
        "NQ 18",
        "",
    ],
)
def test_ordinary_words_and_numbers_of_documents_are_left_alone(text: str) -> None:
    """Words that merely look like short or long forms, and document numbers, lead nowhere."""
    assert others(text) == set()
