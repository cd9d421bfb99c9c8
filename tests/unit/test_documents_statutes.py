"""Promises of administrative papers: their parts become headings, their heads their names."""

from pathlib import Path

import pytest

from retrieval.documents.draft import Draft, DraftBlock, assemble
from retrieval.documents.letterhead import letterhead
from retrieval.documents.statutes import structured
from retrieval.passages import split
from retrieval.text.clauses import place_in_statute
from retrieval.types import BlockKind
from tests.builders import read_document

DECREE = """CHÍNH PHỦ

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc

Số: 135/2020/NĐ-CP

Hà Nội, ngày 8 tháng 11 năm 2020

NGHỊ ĐỊNH

Quy định về tuổi nghỉ hưu

Căn cứ Luật Tổ chức Chính phủ ngày 19 tháng 6 năm 2015;

Chương I

NHỮNG QUY ĐỊNH CHUNG

Điều 1. Phạm vi điều chỉnh

Nghị định này quy định chi tiết về tuổi nghỉ hưu của người lao động.

Điều 2. Trách nhiệm

1. Bộ Lao động có trách nhiệm sau đây:

a) Hướng dẫn thi hành Nghị định này trong cả nước;

b) Thanh tra, kiểm tra việc thi hành.

2. Các bộ khác phối hợp với Bộ Lao động khi được yêu cầu.

Điều 3. Nghị định này có hiệu lực thi hành từ ngày 01 tháng 01 năm 2021.
"""


def para(text: str) -> DraftBlock:
    """A paragraph."""
    return DraftBlock(BlockKind.PARAGRAPH, text)


def test_a_decree_is_read_with_its_name_and_structure(tmp_path: Path) -> None:
    """Title, publisher and date come from the head; each passage knows its article and clause."""
    (tmp_path / "nd.txt").write_text(DECREE, encoding="utf-8")
    document = read_document(tmp_path, tmp_path / "nd.txt")
    assert document.title == "Nghị định 135/2020/NĐ-CP: Quy định về tuổi nghỉ hưu"
    assert (document.publisher, document.date) == ("CHÍNH PHỦ", "2020-11-08")
    passages = split(document)
    places = [place_in_statute(passage.heading, passage.text) for passage in passages]
    assert places[-4:] == ["Điều 1", "khoản 1 Điều 2", "khoản 2 Điều 2", "Điều 3"]
    (clause,) = [p for p in passages if "Thanh tra" in p.text]
    assert clause.text.startswith("1. Bộ Lao động có trách nhiệm sau đây:\n\na) Hướng dẫn")
    assert clause.heading == "Chương I. NHỮNG QUY ĐỊNH CHUNG › Điều 2. Trách nhiệm"


def test_points_that_stand_apart_know_their_clause() -> None:
    """A clause too long for one passage gives its points with what introduces them above."""
    blocks = structured(
        [
            para("Điều 1. Phạm vi"),
            para("Luật này quy định việc cư trú của công dân."),
            para("Điều 2. Quyền"),
            para("1. Công dân có các quyền sau đây:"),
            *(para(f"{letter}) " + "được bảo hộ " * 40 + ";") for letter in "abcd"),
        ]
    )
    passages = split(assemble(Draft(blocks), "luat.txt", "Luật"))
    places = [place_in_statute(passage.heading, passage.text) for passage in passages]
    assert places[0] == "Điều 1"
    assert places[-1] == "điểm d khoản 1 Điều 2"
    assert passages[-1].heading == "Điều 2. Quyền › 1. Công dân có các quyền sau đây:"


def test_a_text_that_quotes_one_article_is_no_statute() -> None:
    """Blocks of an ordinary text are left exactly as they were read."""
    blocks = [para("Báo viết về Luật Cư trú."), para("Điều 5. Quyền"), para("Ai cũng biết.")]
    assert structured(blocks) == blocks


def test_an_article_without_a_title_keeps_its_words() -> None:
    """A sentence after the number is the article's text, not its title."""
    blocks = structured([para("Điều 1. Luật này quy định về cư trú."), para("Điều 2. Hiệu lực")])
    assert [(block.kind, block.level, block.text) for block in blocks] == [
        (BlockKind.HEADING, 5, "Điều 1."),
        (BlockKind.PARAGRAPH, 0, "Luật này quy định về cư trú."),
        (BlockKind.HEADING, 5, "Điều 2. Hiệu lực"),
    ]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            [
                "ỦY BAN NHÂN DÂN\nTHÀNH PHỐ HÀ NỘI",
                "Số: 12/KH-UBND",
                "KẾ HOẠCH",
                "Trồng cây năm 2024",
            ],
            {"title": "Kế hoạch 12/KH-UBND: Trồng cây năm 2024"},
        ),
        (
            [
                "QUỐC HỘI CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
                "Luật số: 06/2017/QH14",
                "LUẬT",
                "ĐƯỜNG SẮT",
            ],
            {"title": "Luật đường sắt (06/2017/QH14)", "publisher": "QUỐC HỘI"},
        ),
        (["NGHỊ QUYẾT", "Một bài thơ không số không hiệu"], {}),
        (["Tin tức trong ngày", "Số: 12/KH-UBND được ban hành"], {}),
        ([], {}),
    ],
)
def test_a_head_gives_a_paper_its_name(lines: list[str], expected: dict[str, str]) -> None:
    """Kind, number and subject make the title; without a number or the motto there is no head."""
    assert letterhead([para(line) for line in lines]) == expected
