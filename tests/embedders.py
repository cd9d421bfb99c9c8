"""Embedders for tests: deterministic, instant, without a model."""

import zlib
from collections.abc import Callable, Sequence

import numpy as np

from retrieval.embedding import Embeddings
from retrieval.errors import EmbedderError
from retrieval.fusion import Calibration, Logistic
from retrieval.text.spelling import folded_key
from retrieval.text.terms import words

CALIBRATION = Calibration(
    dense_weight=0.3,
    foreign_dense_weight=0.8,
    foreign_overlap=0.3,
    native_overlap=0.7,
    definition_bonus=1.0,
    with_dense=Logistic(-4.0, 6.0, 1.0, cosine=2.0),
    lexical_only=Logistic(-4.0, 7.0, 1.0),
    threshold=0.5,
)


class HashEmbedder:
    """A bag of hashed folded words: similar texts share words, nothing more."""

    means_by_words = False

    def __init__(self, dimension: int = 64, identity: str = "hash") -> None:
        self.name = identity
        self.identity = identity
        self.dimension = dimension

    def embed_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Embeddings:
        """Unit rows, or 0 for a text without words."""
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in words(text):
                row[zlib.crc32(folded_key(word).encode()) % self.dimension] += 1
            norm = float(np.linalg.norm(row))
            if norm:
                row /= norm
        if progress is not None:
            progress(len(texts))
        return rows

    def embed_queries(self, texts: Sequence[str]) -> Embeddings:
        """The same as passages."""
        return self.embed_passages(texts)


class BrokenEmbedder(HashEmbedder):
    """Embeds passages, then fails on every question, as a model does that ran out of memory."""

    def embed_queries(self, texts: Sequence[str]) -> Embeddings:
        """Always raises."""
        raise EmbedderError("no memory for the question")
