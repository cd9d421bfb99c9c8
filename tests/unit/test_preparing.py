"""Promises of what is made of passages: cutting each text once changes nothing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.alignment import word_vectors
from retrieval.embedding import load_embedder
from retrieval.legs import IndexedTerms
from retrieval.preparing import Wanted, is_bundled, prepared
from retrieval.text import canonical_text
from retrieval.word_table import words_of
from tests.embedders import HashEmbedder

ALL = Wanted(terms=True, words=True, embeddings=True)
_PIECES = st.sampled_from(
    "Chi bộ|họp hằng tháng|. |! |? |…\n|\n- |; |điểm a)|TP. |HCM|“Đề án 06”.|我是中国人"
    "|,|  |e\u0301|v.v. |1.|Panthers|_|\t".split("|")
)
TEXTS = st.lists(_PIECES, max_size=14).map("".join).map(canonical_text)


@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=4))
def test_embeddings_of_cut_passages_are_those_of_whole_texts(texts: list[tuple[str, str]]) -> None:
    """A passage's embedding from its sentences' tokens is that of its text, to rounding."""
    made = prepared((ALL, texts)).embeddings
    assert made is not None
    expected = load_embedder().embed_passages([text for text, _ in texts])
    np.testing.assert_allclose(made, expected, atol=1e-6)


@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=4))
def test_words_of_many_passages_are_those_of_each(texts: list[tuple[str, str]]) -> None:
    """What is cut at once is what is cut one by one."""
    made = prepared((ALL, texts)).words
    assert made is not None
    own = [words_of(text, context, word_vectors()) for text, context in texts]
    assert made.counts.tolist() == [len(one.parts) for one in own]
    assert made.parts.tolist() == [size for one in own for size in one.parts.tolist()]
    assert made.words.tokens.tolist() == [t for one in own for t in one.words.tokens.tolist()]
    np.testing.assert_allclose(made.norms, np.concatenate([one.norms for one in own]), rtol=1e-5)


@pytest.mark.parametrize("wanted", ["terms", "words", "embeddings", ""])
def test_only_what_is_wanted_is_made(wanted: str) -> None:
    """What another index has already is not made again."""
    names = ("terms", "words", "embeddings")
    made = prepared((Wanted(**{name: name == wanted for name in names}), [("Một câu.", "Tựa")]))
    assert made.terms == ([IndexedTerms.of("Một câu.", "Tựa")] if wanted == "terms" else [])
    assert (made.words is not None) == (wanted == "words")
    assert (made.embeddings is not None) == (wanted == "embeddings")


def test_no_passage_is_nothing() -> None:
    """No passage has no terms, words or embeddings."""
    made = prepared((ALL, []))
    assert made.terms == []
    assert made.embeddings is not None
    assert made.embeddings.shape == (0, load_embedder().dimension)


def test_only_the_bundled_model_shares_its_tokens() -> None:
    """Any other model embeds for itself."""
    assert is_bundled(load_embedder())
    assert not is_bundled(HashEmbedder())
