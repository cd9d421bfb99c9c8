"""Promises of statutes' places: how a part opens, and how the place of a passage is said."""

import pytest

from retrieval.text.clauses import Part, clause_mark, opening, place_in_statute, point_mark


@pytest.mark.parametrize(
    ("line", "part", "rest"),
    [
        ("Điều 5. Phạm vi điều chỉnh", Part.ARTICLE, "Phạm vi điều chỉnh"),
        ("ĐIỀU 5: Phạm vi", Part.ARTICLE, "Phạm vi"),
        ("Điều 12a. Hiệu lực", Part.ARTICLE, "Hiệu lực"),
        ("Điều 7", Part.ARTICLE, ""),
        ("Chương II", Part.CHAPTER, ""),
        ("CHƯƠNG IV. HIỆU LỰC", Part.CHAPTER, "HIỆU LỰC"),
        ("Chương III NHỮNG QUY ĐỊNH CHUNG", Part.CHAPTER, "NHỮNG QUY ĐỊNH CHUNG"),
        ("Mục 1. THẨM QUYỀN", Part.SECTION, "THẨM QUYỀN"),
        ("Tiểu mục 2. Trình tự", Part.SUBSECTION, "Trình tự"),
        ("PHẦN THỨ NHẤT", Part.PART, ""),
        ("Phần thứ hai. Thủ tục", Part.PART, "Thủ tục"),
    ],
)
def test_a_part_is_known_by_how_its_line_opens(line: str, part: Part, rest: str) -> None:
    """Kind and number open a part; what stands after them is its title."""
    found = opening(line)
    assert found is not None
    assert found.part is part
    assert line[found.end :].strip() == rest


@pytest.mark.parametrize(
    "line",
    [
        "Điều 5 của Luật này quy định về thủ tục",
        "Điều này không áp dụng với trẻ em",
        "Mục 3 nêu rõ",
        "chương trình 06",
        "Phần mềm được cài đặt",
        "Theo Điều 5. Phạm vi",
        "",
    ],
)
def test_a_reference_opens_nothing(line: str) -> None:
    """A line that speaks of an article, or only begins alike, is no heading."""
    assert opening(line) is None


@pytest.mark.parametrize(
    ("text", "clause", "point"),
    [
        ("2. Cơ quan", "2", ""),
        ("2a. Cơ quan", "2a", ""),
        ("Khoản 2. Cơ quan", "2", ""),
        ("a) Cơ quan", "", "a"),
        ("đ) Cơ quan", "", "đ"),
        ("Điểm b) Cơ quan", "", "b"),
        ("2.500 đồng", "", ""),
        ("Cơ quan", "", ""),
    ],
)
def test_clauses_and_points_are_known_by_their_marks(text: str, clause: str, point: str) -> None:
    """`2.` marks a clause and `a)` a point; an amount marks nothing."""
    assert (clause_mark(text), point_mark(text)) == (clause, point)


ARTICLE = "Chương I. Chung › Điều 5. Quyền"


@pytest.mark.parametrize(
    ("heading", "text", "until", "expected"),
    [
        (ARTICLE, "Nhà nước bảo hộ.", None, "Điều 5"),
        (ARTICLE, "2. Nhà nước bảo hộ.", None, "khoản 2 Điều 5"),
        (f"{ARTICLE} › 2. Có các quyền:", "đ) Đình công;", None, "điểm đ khoản 2 Điều 5"),
        (f"{ARTICLE} › 8. Phân biệt đối xử là", "Việc ấy bị cấm.", None, "khoản 8 Điều 5"),
        (ARTICLE, "a) Đình công;", None, "điểm a Điều 5"),
        ("Chương I. Chung", "2. Nhà nước bảo hộ.", None, ""),
        ("", "a) Đình công;", None, ""),
    ],
)
def test_a_place_is_said_as_people_cite_it(
    heading: str, text: str, until: int | None, expected: str
) -> None:
    """From the point up to the article; outside an article a numbered line is only a list."""
    assert place_in_statute(heading, text, until) == expected


def test_a_place_inside_a_passage_is_that_of_its_line() -> None:
    """In a clause with its points, the place of a sentence is that of the point it stands in."""
    text = "1. Có các quyền:\n\na) Làm việc;\n\nb) Đình công."
    for words, expected in (
        ("Có các", "khoản 1"),
        ("Làm", "điểm a khoản 1"),
        ("Đình", "điểm b khoản 1"),
    ):
        assert place_in_statute(ARTICLE, text, text.index(words)) == f"{expected} Điều 5"
