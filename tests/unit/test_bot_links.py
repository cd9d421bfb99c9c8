"""Links to passages: short, alive after a reindex, and worth nothing to those who forge them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.keyboards import deep_link
from bot.links import KeptPassage, PassageLink, follow
from retrieval.types import Citation, DocumentRef, Sentence
from tests.tables import PlainTable

BOOK = DocumentRef("sach.txt", "Sổ tay", "sach.txt")
OTHER = DocumentRef("khac.txt", "Khác", "khac.txt")
LINK = PassageLink.to("sach.txt", 2, "Hai.")


@given(st.text(), st.integers(1, 10**9 - 1), st.text())
def test_any_link_can_be_sent(document: str, number: int, text: str) -> None:
    """Whatever it leads to, a link has at most 64 of the letters Telegram passes on."""
    link = PassageLink.to(document, number, text)
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", str(link))
    assert PassageLink.read(str(link)) == link
    assert len(f"c:{link}".encode()) <= 64
    assert deep_link("bot", link) == f"https://t.me/bot?start={link}"


@given(st.text() | st.from_regex(r"p?[A-Za-z0-9_-]{0,64}\n?", fullmatch=True))
def test_a_foreign_payload_is_no_link(payload: str) -> None:
    """What did not come from a link is None, or reads as the link that it is written as."""
    link = PassageLink.read(payload)
    assert link is None or str(link) == payload


@pytest.mark.parametrize(
    "payload", ["", "p", "inline", f"{LINK}\n", f" {LINK}", f"{LINK}x", f"{LINK}١", "п" * 22]
)
def test_payloads_of_others(payload: str) -> None:
    """Payloads that are nearly links, or somebody else's, are none."""
    assert PassageLink.read(payload) is None


def test_a_passage_that_has_moved() -> None:
    """After a reindex a link leads to the same words, wherever in the document they are now."""
    moved = PlainTable({OTHER: ["Hai.", "Hai."], BOOK: ["Không.", "Một.", "Một rưỡi.", "Hai."]})
    found = follow(LINK, moved)
    assert found is not None
    assert (found.index, found.document, found.changed) == (5, BOOK, False)


def test_the_same_words_twice() -> None:
    """Of passages with the same words, the one nearest to where it was is meant."""
    found = follow(
        PassageLink.to("sach.txt", 4, "Hai."), PlainTable({BOOK: ["Hai.", "Ba.", "Hai."]})
    )
    assert found is not None
    assert (found.index, found.changed) == (2, False)


@pytest.mark.parametrize(("texts", "index"), [(["Một.", "Hai!", "Ba."], 1), (["Một."], 0)])
def test_a_passage_that_has_changed(texts: list[str], index: int) -> None:
    """Where the words are gone, what stands there now, or last, is shown and marked as changed."""
    found = follow(LINK, PlainTable({BOOK: texts}))
    assert found is not None
    assert (found.index, found.changed) == (index, True)


def test_a_document_that_is_gone() -> None:
    """A link to a document that is no longer there, or has no passages, leads nowhere."""
    assert follow(LINK, PlainTable({OTHER: ["Hai."]})) is None
    assert follow(LINK, PlainTable({BOOK: [], OTHER: ["Hai."]})) is None
    assert follow(LINK, PlainTable({})) is None


@given(st.integers(0, 10**6), st.integers(0, 999), st.integers(1, 999))
def test_what_is_remembered_of_a_citation(start: int, first: int, length: int) -> None:
    """A citation is remembered by its link and the characters that were marked in it."""
    begins = start + first
    marked = Sentence(begins, begins + length, "x" * length)
    quote = "x" * 2_000
    for sentence, kept in ((marked, (first, first + length)), (None, (0, 0))):
        citation = Citation(1, 1.0, BOOK, 7, start, start + 2_000, quote, "", sentence)
        one = KeptPassage.of(citation)
        assert one == KeptPassage(PassageLink.to("sach.txt", 7, quote), *kept)
        assert KeptPassage.read(str(one)) == one


@pytest.mark.parametrize(
    "written", ["", str(LINK), f"{LINK}:", f"{LINK}:1", f"{LINK}:1-2\n", "x:1-2"]
)
def test_what_another_version_remembered(written: str) -> None:
    """What cannot be read is None."""
    assert KeptPassage.read(written) is None
