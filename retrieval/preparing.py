"""What an index keeps of passages, made from their texts: terms, words, embeddings.

Each text is cut into tokens once, for its words and its embedding, where the bundled model makes
both. Owns what takes long in a build, so that several processes can do it; refuses to know how
anything is written.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.embedding import BUNDLED_MODEL, Embedder, Embeddings, TokenVectorEmbedder
from retrieval.legs import IndexedTerms
from retrieval.token_vectors import Tokens, load_token_vectors
from retrieval.word_table import CutPassages, PassageWords, cut, words_in

Text = tuple[str, str]
"""A passage's text, and what stands above it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be made of passages; what another index has already is not.

    Attributes:
        terms: For the lexical index.
        words: For the word table.
        embeddings: Those of the bundled model; any other embeds by itself.
    """

    terms: bool
    words: bool
    embeddings: bool

    @property
    def anything(self) -> bool:
        """Whether there is something to be made."""
        return self.terms or self.words or self.embeddings


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was made of some passages; of what was not wanted there is nothing.

    Attributes:
        terms: Of each passage.
        words: Of all of them.
        embeddings: (p, dimension) float32 unit rows.
    """

    terms: list[IndexedTerms]
    words: PassageWords | None
    embeddings: Embeddings | None


def is_bundled(embedder: Embedder) -> bool:
    """Return whether `embedder` has the very vectors that words are cut by."""
    return isinstance(embedder, TokenVectorEmbedder) and embedder.folder == BUNDLED_MODEL


def prepared(job: tuple[Wanted, Sequence[Text]]) -> Prepared:
    """Return what is wanted of passages."""
    wanted, texts = job
    terms = [IndexedTerms.of(*text) for text in texts] if wanted.terms else []
    if not (wanted.words or wanted.embeddings):
        return Prepared(terms, None, None)
    vectors = load_token_vectors(BUNDLED_MODEL)
    passages = cut(texts, vectors)
    return Prepared(
        terms,
        words_in(passages, vectors) if wanted.words else None,
        _embeddings(passages, texts) if wanted.embeddings else None,
    )


def _embeddings(passages: CutPassages, texts: Sequence[Text]) -> Embeddings:
    """Return the embeddings of passages of which the sentences are cut.

    The model cuts at every punctuation mark, so that the tokens of a text are those of its
    sentences. Only where a line ends without one may it be otherwise, and the text is cut whole.
    """
    embedder = TokenVectorEmbedder(BUNDLED_MODEL, "bundled")
    rows = embedder.embed_tokens(_of_texts(passages))
    broken = [number for number, (text, _) in enumerate(texts) if "\n" in text]
    if broken:
        rows[broken] = embedder.embed_queries([texts[number][0] for number in broken])
    return rows


def _of_texts(passages: CutPassages) -> Tokens:
    """Return the tokens of each passage's text: of all its parts but the first, its context."""
    first = np.cumsum(passages.counts) - passages.counts
    in_text = np.ones(len(passages.tokens.counts), dtype=np.bool_)
    in_text[first] = False
    ids = passages.tokens.ids[np.repeat(in_text, passages.tokens.counts)]
    counts: NDArray[np.int64] = np.where(in_text, passages.tokens.counts, 0)
    return Tokens(ids, np.add.reduceat(counts, first) if len(first) else counts)
