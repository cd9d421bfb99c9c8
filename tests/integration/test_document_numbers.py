"""Promises of names: an exact document number leads, and abbreviations mean what they stand for."""

import pytest

from retrieval.search import Searcher
from tests.builders import build, serving, write_corpus

PAPERS = {
    "nd13-2020.txt": "Nghị định số 13/2020/NĐ-CP quy định chi tiết Luật Chăn nuôi.",
    "nd13-2023.txt": "Nghị định số 13/2023/NĐ-CP quy định về bảo vệ dữ liệu cá nhân.",
    "nq18.txt": "Nghị quyết số 18-NQ/TW bàn về sắp xếp tổ chức bộ máy tinh gọn.",
    "nq18-cp.txt": "Nghị quyết số 18/NQ-CP giao các bộ đẩy nhanh giải ngân vốn đầu tư.",
    "nghi-quyet.txt": "Nghị quyết, nghị quyết, nghị quyết: nghị quyết nào cũng cần kinh phí.",
    "uy-ban.txt": "Ủy ban nhân dân xã cấp giấy khai sinh trong ngày làm việc.",
    "hoi-dong.txt": "HĐND tỉnh họp thường lệ mỗi năm hai lần vào mùa hè và mùa đông.",
    "cho.txt": "Chợ xã họp mỗi tuần một phiên, bán giấy, bút và nông sản.",
}


@pytest.fixture(scope="module")
def offices(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    """A searcher over notices of offices."""
    folder = tmp_path_factory.mktemp("offices")
    build(write_corpus(folder / "corpus", PAPERS), folder / "data")
    return serving(folder / "data")


def first(searcher: Searcher, question: str) -> str:
    """The document that leads the answer."""
    return searcher.ask(question).citations[0].document.id


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Nghị định 13/2023 nói gì?", "nd13-2023.txt"),
        ("nghi dinh 13 nam 2020", "nd13-2020.txt"),
        ("NĐ 13/2023/NĐ-CP", "nd13-2023.txt"),
        ("Nghị quyết số 18-NQ/TW", "nq18.txt"),
        ("18/NQ-CP nói gì", "nq18-cp.txt"),
    ],
)
def test_number_that_is_written_out_finds_its_own_document(
    offices: Searcher, question: str, expected: str
) -> None:
    """Year and issuer tell documents of one number apart, before any other word or vector."""
    assert first(offices, question) == expected


@pytest.mark.parametrize("question", ["NQ 18", "Nghị quyết 18", "nghi quyet 18", "Resolution 18"])
def test_every_way_to_write_a_number_finds_both_documents(offices: Searcher, question: str) -> None:
    """A number alone leads to every document that has it, and to these first."""
    cited = {citation.document.id for citation in offices.ask(question, k=2).citations}
    assert cited == {"nq18.txt", "nq18-cp.txt"}


def test_number_that_no_document_has_is_an_honest_miss(offices: Searcher) -> None:
    """A resolution of another number is no answer, however many other words agree."""
    answer = offices.ask("Nghị quyết số 19-NQ/TW bàn về sắp xếp tổ chức bộ máy tinh gọn?")
    assert not answer.answered
    assert answer.confidence == 0.0


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("UBND xã cấp gì?", "uy-ban.txt"),
        ("ubnd xa cap gi", "uy-ban.txt"),
        ("Hội đồng nhân dân họp mấy lần?", "hoi-dong.txt"),
        ("hoi dong nhan dan hop may lan", "hoi-dong.txt"),
    ],
)
def test_short_and_long_form_find_each_other(
    offices: Searcher, question: str, expected: str
) -> None:
    """A question in one form is answered, with confidence, by a passage in the other."""
    answer = offices.ask(question)
    assert answer.answered
    assert answer.citations[0].document.id == expected
    assert answer.citations[0].sentence is not None
