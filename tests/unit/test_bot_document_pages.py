"""The list of documents as pages and buttons: within Telegram's limits, whatever the names."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.buttons import MAX_DATA_BYTES, units
from bot.document_pages import ASK_TO_REMOVE, SHOW, DocumentPages, Listing, confirming
from bot.links import document_key
from bot.render import MAX_UNITS
from retrieval.passage_table import PassageTable
from tests.builders import build, serving, write_corpus

LONG = "đường " * 40


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> PassageTable:
    """Eleven documents with the longest of names and titles."""
    folder = tmp_path_factory.mktemp("pages")
    header = (
        f"---\ntitle: <b>{LONG}&\ntags: [{LONG}, {LONG}b]\ndate: 2024-01-02\n"
        f"in_force_to: 2024-02-03\nreplaced_by: {LONG}\npublisher: {LONG}\n---\n"
    )
    papers: dict[str, str | bytes] = {
        f"{'thư mục/' * 9}{number:02}-{'x' * 120}.md": f"{header}Đoạn văn số {number}."
        for number in range(11)
    }
    build(write_corpus(folder / "corpus", papers), folder / "data")
    return serving(folder / "data").index.passages


@given(st.text(), st.integers(0, 9_999))
def test_a_list_in_a_button(typed: str, page: int) -> None:
    """Whatever is searched for fits into a button with all that it needs, and comes back."""
    listing = Listing.searching(typed).at(page)
    data = f"{ASK_TO_REMOVE}{document_key('x')}:{listing}"
    assert len(data.encode()) <= MAX_DATA_BYTES
    assert Listing.read(str(listing)) == listing


@given(st.text())
def test_what_is_no_list(written: str) -> None:
    """What a button cannot have said is read as some list, never as a fault."""
    assert Listing.read(written).page >= 0


def test_pages_within_the_limits(table: PassageTable) -> None:
    """The longest names make messages and buttons that Telegram takes, with nothing as a tag."""
    pages = DocumentPages(table, "vi", lambda _: False)
    for listing in (Listing(), Listing(page=1), Listing(page=99)):
        text, rows = pages.listed(listing)
        assert units(text) <= MAX_UNITS
        assert "&lt;b&gt;" in text
        data = [button.data for row in rows for button in row]
        assert all(0 < len(one.encode()) <= MAX_DATA_BYTES for one in data)
    key = document_key(table.documents[0].ref.id)
    text, rows = pages.document(key, Listing(), "", "x" * 32 + "_bot")
    assert units(text) <= MAX_UNITS
    assert "hết hiệu lực từ 2024-02-03, thay bằng đường" in text


def test_a_page_beyond_the_last(table: PassageTable) -> None:
    """A page that is no more, because documents have gone, is the last one."""
    pages = DocumentPages(table, "en", lambda _: True)
    assert pages.listed(Listing(page=99)) == pages.listed(Listing(page=1))
    text, rows = pages.listed(Listing(page=1))
    assert "11 documents · page 2/2" in text
    assert [button.label for row in rows for button in row] == ["1", "2", "3", "◂"]


def test_cancelling_leads_back(table: PassageTable) -> None:
    """Whoever is asked whether to remove can go back to the document, and from it to the list."""
    key, listing = document_key(table.documents[3].ref.id), Listing("van", 2)
    _, rows = confirming(key, "a.txt", listing, "en")
    assert rows[0][1].data == f"{SHOW}{key}:2:van"


def test_nothing_found(tmp_path: Path) -> None:
    """A search that finds nothing says so, and has no buttons."""
    write_corpus(tmp_path / "corpus", {"a.txt": "Một đoạn văn ngắn."})
    build(tmp_path / "corpus", tmp_path / "data")
    pages = DocumentPages(serving(tmp_path / "data").index.passages, "en", lambda _: True)
    text, rows = pages.listed(Listing.searching("<voi>"))
    assert text.startswith("No document has “&lt;voi&gt;” in its name.")
    assert rows == ()
