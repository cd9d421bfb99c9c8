"""Promises of document numbers: every way of writing one leads to its keys."""

import pytest

from retrieval.evaluation.variants import VARIANTS
from retrieval.text import canonical_text
from retrieval.text.numbers import document_numbers

WRITTEN = {
    "06-ĐA/TU": "da6 da6/tu",
    "Đề án số 06-ĐA/TU": "da6 da6/tu",
    "Đề án số 06-ĐA/TU ngày 24-9-2013": "da6 da6/tu",
    "06 - ĐA/TU": "da6 da6/tu",
    "06–ĐA/TU": "da6 da6/tu",
    "06\u2011ĐA/TU": "da6 da6/tu",
    "Đề án 06": "da6",
    "ĐỀ ÁN SỐ 06": "da6",
    "Đề án số: 006": "da6",
    "de an 6": "da6",
    "Project 06": "da6",
    "Project No. 6": "da6",
    "ĐA 06": "da6",
    "da 06": "da6",
    "Đề án 06a": "da6a",
    "01-CTr/TU": "ctr1 ctr1/tu",
    "Chương trình số 01": "ctr1",
    "chuong trinh 01": "ctr1",
    "18-NQ/TW": "nq18 nq18/tw",
    "Nghị quyết 18-NQ/TW": "nq18 nq18/tw",
    "(18-NQ/TW)": "nq18 nq18/tw",
    "Nghị quyết số 18.": "nq18",
    "NQ 18": "nq18",
    "nq18": "nq18",
    "Resolution No. 18": "nq18",
    "Nghị quyết 27/NQ-CP": "nq27 nq27/cp",
    "13/2023/NĐ-CP": "nd13 nd13/2023 nd13/cp",
    "13/2023/NĐ–CP": "nd13 nd13/2023 nd13/cp",
    "Nghị định số 13/2023": "nd13 nd13/2023",
    "Decree No. 13/2023/ND-CP": "nd13 nd13/2023 nd13/cp",
    "45/2019/QH14": "l45 l45/2019 l45/qh14",
    "Bộ luật số 45/2019/QH14": "l45 l45/2019 l45/qh14",
    "01/CT-TTg": "ct1 ct1/ttg",
    "Chỉ thị số 15": "ct15",
    "35/2026/TT-BXD": "tt35 tt35/2026 tt35/bxd",
    "Circular No. 9": "tt9",
    "01/2015/TTLT-BCA-BQP": "ttlt1 ttlt1/2015 ttlt1/bca-bqp",
    "Thông tư liên tịch số 5": "ttlt5",
    "Quyết định 749/QĐ-TTg": "qd749 qd749/ttg",
    "Công văn 123/UBND-VX": "cv123",
    "Kế hoạch số 12/KH-UBND": "kh12 kh12/ubnd",
    "Kết luận 62-KL/TW": "kl62 kl62/tw",
    "Hướng dẫn 05-HD/BTCTW": "hd5 hd5/btctw",
    "Tờ trình 7/TTr-BNV": "ttr7 ttr7/bnv",
    "Pháp lệnh 02/2020": "pl2 pl2/2020",
}
UNNUMBERED = [
    "24-9-2013",
    "24/9/2013",
    "ngày 24 tháng 9 năm 2013",
    "30/4",
    "quý III-2018",
    "1945-1954",
    "Nghị quyết 24/9",
    "Quyết định 24-9-2013",
    "0912 345 678",
    "0912-345-678",
    "024-38251234",
    "+84 912 345 678",
    "1.200.000 đồng",
    "15%",
    "đề án 5.000 tỷ",
    "Đề án 5 nghìn tỷ",
    "Kế hoạch 5 năm",
    "Kế hoạch năm 2018",
    "Chương trình 30 ngày",
    "chương trình 8 người",
    "Project 3 years",
    "Thông tư 12,5",
    "đã 6 lần",
    "Dự án 06",
    "COVID-19",
    "60-80 km",
    "18-20/TW",
    "Khoản 3 Điều 12",
    "5G/4G",
]


def keys(text: str) -> list[str]:
    """The keys of every number in `text`, in order."""
    return [key for number in document_numbers(canonical_text(text)) for key in number.keys]


@pytest.mark.parametrize("written", WRITTEN)
def test_written_forms_lead_to_the_keys(written: str) -> None:
    """A number is known by its kind and figure, and by year and issuer where written."""
    assert keys(written) == WRITTEN[written].split()


@pytest.mark.parametrize("variant", ["no-accents", "nfd", "upper"])
@pytest.mark.parametrize("written", WRITTEN)
def test_how_a_number_is_typed_does_not_change_its_keys(written: str, variant: str) -> None:
    """Without accents, decomposed or in capitals a number keeps its keys."""
    assert keys(VARIANTS[variant](written)) == WRITTEN[written].split()


@pytest.mark.parametrize("text", UNNUMBERED)
def test_dates_phones_and_amounts_are_no_document_numbers(text: str) -> None:
    """What only looks like a number of a document yields nothing."""
    assert keys(text) == []


def test_numbers_come_in_order_with_their_places() -> None:
    """Each mention is found once, in reading order, with its span."""
    text = "theo Nghị quyết số 18, Nghị quyết số 19-NQ/TW và Chỉ thị số 15."
    found = [(number.keys, text[number.start : number.end]) for number in document_numbers(text)]
    assert found == [
        (("nq18",), "Nghị quyết số 18"),
        (("nq19", "nq19/tw"), "19-NQ/TW"),
        (("ct15",), "Chỉ thị số 15"),
    ]
