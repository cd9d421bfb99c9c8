"""How terms and filters are written for a Milvus server."""

import re

from hypothesis import given
from hypothesis import strategies as st

from retrieval.milvus.terms import MAX_BYTES, TOKEN_CHARS, among_slots, both, text_of, token

SLOTS = st.one_of(
    st.sets(st.integers(0, 60)),
    st.builds(
        lambda start, length: set(range(start, start + length)),
        st.integers(0, 30),
        st.integers(0, 30),
    ),
)


@given(st.text(max_size=40))
def test_a_token_is_letters_and_digits(term: str) -> None:
    """Whatever a term is, what stands for it is one word for any analyzer, and lower case."""
    assert re.fullmatch(r"t[0-9a-f]{10}", token("accented", term))
    assert len(token("numbers", term)) == TOKEN_CHARS


def test_accented_and_folded_terms_never_meet() -> None:
    """A syllable without marks is another term in the folded spelling than in the accented."""
    assert token("accented", "an") != token("folded", "an")
    assert token("accented", "an") == token("accented", "an")


def test_no_text_is_too_long() -> None:
    """A text that a field cannot hold loses terms at its end, and none in the middle."""
    tokens = [token("context", str(number)) for number in range(7_000)]
    kept = text_of(tokens)
    assert len(kept) <= MAX_BYTES
    assert kept.split() == tokens[: len(kept.split())]
    assert text_of(tokens[:3]) == " ".join(tokens[:3])


@given(SLOTS, st.booleans())
def test_a_filter_lets_pass_what_it_should(slots: set[int], hides: bool) -> None:
    """A filter, which is Python as well, is true of the documents that are seen."""
    written = among_slots(slots, hides=hides)
    for slot in range(62):
        passes = eval(written, {"slot": slot}) if written else True  # noqa: S307
        assert passes == ((slot in slots) != hides)


def test_neighbours_are_a_range() -> None:
    """Fifty thousand documents of one folder are two comparisons, and a list is not cut short."""
    assert among_slots(range(7, 50_007), hides=False) == "(slot >= 7 and slot <= 50006)"
    assert among_slots(range(0, 6, 2), hides=True) == "slot not in [0, 2, 4]"
    assert among_slots([], hides=True) == ""


def test_filters_together() -> None:
    """Both of two filters hold, or the one that there is."""
    assert both("", "") == ""
    assert both("a", "") == "(a)"
    assert both("a or b", "c") == "(a or b) and (c)"
