"""Promises of what stands beside a document: keys in either language, dates, side files."""

from pathlib import Path

import pytest

from retrieval.documents import document_paths, file_digest
from retrieval.documents.metadata import parsed_mapping, parsed_metadata
from retrieval.errors import CorpusError, Fault
from retrieval.types import DocumentRef
from retrieval.validity import has_lapsed
from tests.builders import read_document

HERE = Path("a.txt")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("title: A", {"title": "A"}),
        ("Tiêu đề: A\nNguồn: https://x.vn", {"title": "A", "source": "https://x.vn"}),
        ("ngay_ban_hanh: 2026-02-13", {"date": "2026-02-13"}),
        ("Ngày hết hiệu lực: 1/7/2024", {"in_force_to": "2024-07-01"}),
        ("thay bằng: Luật số 10", {"replaced_by": "Luật số 10"}),
        ("tags: [đất đai, nhà ở]", {"tags": "đất đai, nhà ở"}),
        ("ten: B\ntitle: A", {"title": "A"}),
        ("title: A\nten: B", {"title": "A"}),
        ("so_hieu: 06", {"so_hieu": "06"}),
        ("title: ~\nsource:\ndate: {a: b}", {}),
        ("just words", None),
    ],
)
def test_keys_are_understood_in_both_languages(text: str, expected: dict[str, str] | None) -> None:
    """Vietnamese keys, with or without marks, are those of English; days come last in a date."""
    assert parsed_metadata(text, HERE) == expected


def test_broken_metadata_is_refused() -> None:
    """What is no YAML is an error with the document's path."""
    with pytest.raises(CorpusError) as raised:
        parsed_metadata("a: [", HERE)
    assert (raised.value.path, raised.value.fault) == (HERE, Fault.BAD_HEADER)
    with pytest.raises(CorpusError):
        parsed_mapping("- a\n- b", HERE)


@pytest.mark.parametrize("name", ["luat.txt.yaml", "luat.yaml", "luat.txt.yml"])
def test_a_side_file_tells_about_its_document(tmp_path: Path, name: str) -> None:
    """What lies beside a file counts for more than its header, and is no document itself."""
    text = "---\ntitle: Cũ\npublisher: Sở Tư pháp\n---\nMột câu trong văn bản này."
    (tmp_path / "luat.txt").write_text(text, encoding="utf-8")
    side = "title: Luật Nhà ở\ntags: nhà ở, đất\nhiệu lực đến: 31/12/2020\nthay bằng: Luật mới\n"
    (tmp_path / name).write_text(side, encoding="utf-8")
    document = read_document(tmp_path, tmp_path / "luat.txt")
    assert (document.title, document.publisher) == ("Luật Nhà ở", "Sở Tư pháp")
    assert document.tags == ("nhà ở", "đất")
    assert (document.in_force_to, document.replaced_by) == ("2020-12-31", "Luật mới")
    assert document_paths(tmp_path) == [tmp_path / "luat.txt"]


def test_a_changed_side_file_changes_its_document(tmp_path: Path) -> None:
    """The digest of a document is also of what lies beside it."""
    (tmp_path / "a.txt").write_text("Một câu.", encoding="utf-8")
    before = file_digest(tmp_path / "a.txt")
    assert file_digest(tmp_path / "a.txt") == before
    (tmp_path / "a.yaml").write_text("title: A", encoding="utf-8")
    assert file_digest(tmp_path / "a.txt") != before


@pytest.mark.parametrize(
    ("until", "successor", "expected"),
    [
        (None, None, False),
        ("2024-06-30", None, True),
        ("2024-07-01", None, False),
        (None, "Luật mới", True),
        ("2030-01-01", "Luật mới", False),
    ],
)
def test_a_document_lapses_after_its_last_day(
    until: str | None, successor: str | None, expected: bool
) -> None:
    """On its last day it still holds; one that is replaced has lapsed unless its day is to come."""
    ref = DocumentRef("a", "A", "a", in_force_to=until, replaced_by=successor)
    assert has_lapsed(ref, "2024-07-01") is expected
