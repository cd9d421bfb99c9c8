"""Promises of the canonical form."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.text import canonical_line, canonical_text

_BIDI_CLASSES = {"LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI"}
_BIDI_MARKS = {"\u061c", "\u200e", "\u200f"}
_AWKWARD = st.sampled_from(
    [*"\r\n\t\v\f\x00\x1c\x1f\x85\xa0\xad\u2028\u2029\u200b\u3000\ufeff\u202e\u2066\u061c\u0301e"]
)
RAW = st.text(st.one_of(st.characters(), _AWKWARD), max_size=60)


@given(RAW)
def test_canonical_text_is_idempotent(raw: str) -> None:
    """Text that is canonical already stays as it is."""
    once = canonical_text(raw)
    assert canonical_text(once) == once


@given(RAW)
def test_canonical_text_has_no_bidirectional_controls(raw: str) -> None:
    """Nothing in a quote can make it read in another order than it is written."""
    left = {
        char
        for char in canonical_text(raw)
        if unicodedata.bidirectional(char) in _BIDI_CLASSES or char in _BIDI_MARKS
    }
    assert left == set()


@given(RAW)
def test_canonical_text_is_nfc_and_encodable(raw: str) -> None:
    """Canonical text is NFC and can always be written as UTF-8."""
    text = canonical_text(raw)
    assert unicodedata.normalize("NFC", text) == text
    assert text.encode("utf-8").decode("utf-8") == text


@given(RAW)
def test_canonical_text_has_single_spaces_and_at_most_one_empty_line(raw: str) -> None:
    """White space is single spaces and line feeds, none at an edge, never three in a row."""
    text = canonical_text(raw)
    assert {char for char in text if char.isspace()} <= {" ", "\n"}
    assert not any(wrong in text for wrong in ("  ", " \n", "\n ", "\n\n\n"))
    assert text == text.strip()


@given(RAW)
def test_canonical_line_is_one_line_of_the_same_words(raw: str) -> None:
    """A canonical line has the words of the canonical text and no line break."""
    line = canonical_line(raw)
    assert "\n" not in line
    assert line.split() == canonical_text(raw).split()


@pytest.mark.parametrize("text", ["Đề án số 06-ĐA/TU", "Thủy lợi, nghĩa trang; ưỡn ẹo ỷ lại"])
def test_composed_and_decomposed_text_are_one(text: str) -> None:
    """NFD, as macOS types it, becomes the same text as NFC."""
    assert canonical_text(unicodedata.normalize("NFD", text)) == text


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("một\r\nhai\rba", "một\nhai\nba"),
        ("một\u2028hai\x0cba\x85bốn", "một\nhai\nba\nbốn"),
        ("  một \t hai\u00a0ba  ", "một hai ba"),
        ("một \n \n \n\n hai", "một\n\nhai"),
        ("\ufeffđề\u200b án\u00ad", "đề án"),
        ("giá \u202e000.1\u202c đồng", "giá 000.1 đồng"),
        ("a\u200be\u200b\u0301", "aé"),
        ("một\x00hai\ud800ba", "một hai ba"),
        ("👩\u200d👧", "👩\u200d👧"),
        ("", ""),
        (" \n\t\u3000", ""),
    ],
)
def test_canonical_text_of_awkward_input(raw: str, expected: str) -> None:
    """Line ends, spaces and invisible characters take their one canonical form."""
    assert canonical_text(raw) == expected


@pytest.mark.parametrize("hidden", ["\U000e0041\U000e0042", "\u2062", "\u180e", "\ufff9"])
def test_what_nobody_sees_is_no_text(hidden: str) -> None:
    """Letters of tags, invisible signs and anchors cannot be hidden in a quote."""
    assert canonical_text(f"Một{hidden} câu") == "Một câu"
