"""Averaged token vectors by numpy alone. The only importer of tokenizers and safetensors here.

A model folder whose only module is sentence-transformers' `StaticEmbedding` needs no torch to
encode a question: a text is the mean of its tokens' rows. Importing torch and its company takes
seconds, which is most of what a cold `hoidap ask` would take. A test holds the two to be equal.

The rows also say what single words mean (`Words`): a word is the sum of its tokens' rows, and
how long that is says how much the word tells, because training shortened what tells nothing.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file
from tokenizers import Tokenizer

_MODULES = ("StaticEmbedding", "Normalize")
_BEGINS = "▁"
# Scripts that do not part words by spaces: each token is a word of its own.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


def is_token_vectors(folder: Path) -> bool:
    """Return whether the model in `folder` is averaged token vectors, normalised, unprompted."""
    try:
        modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
        config = json.loads(
            (folder / "config_sentence_transformers.json").read_text(encoding="utf-8")
        )
        types = tuple(str(module["type"]).rpartition(".")[2] for module in modules)
        at_root = modules[0]["path"] == ""
        return types == _MODULES and at_root and not any(config.get("prompts", {}).values())
    except (OSError, ValueError, KeyError, IndexError, TypeError, AttributeError):
        return False


_ROWS_AT_ONCE = 4_096


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text as the model cuts it; common compounds are one word.

    Attributes:
        tokens: (t,) int64 token ids, word after word.
        lengths: (w,) int64, how many tokens each word has; at least 1.
    """

    tokens: NDArray[np.int64]
    lengths: NDArray[np.int64]

    @property
    def starts(self) -> NDArray[np.int64]:
        """Return (w,): where each word's tokens begin."""
        return np.cumsum(self.lengths) - self.lengths


@dataclass(frozen=True, slots=True)
class Tokens:
    """Several texts as the model cuts them, one after the other.

    Attributes:
        ids: (t,) int64.
        counts: (n,) int64, how many tokens each text has; may be 0.
    """

    ids: NDArray[np.int64]
    counts: NDArray[np.int64]

    @property
    def ends(self) -> NDArray[np.int64]:
        """Return (n,): where each text's tokens end."""
        return np.cumsum(self.counts)


class TokenVectors:
    """The rows of one model; safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        """Load the model in `folder`.

        Raises:
            OSError, ValueError, KeyError: It is not there or not what it should be.
        """
        self._tokenizer: Tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        tensors = load_file(folder / "model.safetensors")
        if "embedding.weight" in tensors:
            self._rows: NDArray[np.generic] = tensors["embedding.weight"]
            self._factors = np.ones(len(self._rows), dtype=np.float32)
        else:
            self._rows = tensors["embeddings"]
            self._factors = tensors["weights"].astype(np.float32)

    @property
    def dimension(self) -> int:
        """Columns of a row."""
        return int(self._rows.shape[1])

    @property
    def vocabulary(self) -> int:
        """How many tokens there are."""
        return len(self._rows)

    def tokens(self, texts: Sequence[str]) -> Tokens:
        """Return the tokens of each text, those that only say that a word begins among them."""
        # Many passages stand under one heading.
        distinct = list(dict.fromkeys(texts))
        cut = self._tokenizer.encode_batch_fast(distinct, add_special_tokens=False)
        ids_of = {text: encoding.ids for text, encoding in zip(distinct, cut, strict=True)}
        own = [ids_of[text] for text in texts]
        counts = np.fromiter(map(len, own), dtype=np.int64, count=len(own))
        ids = np.fromiter(chain.from_iterable(own), dtype=np.int64, count=int(counts.sum()))
        return Tokens(ids, counts)

    def means(self, tokens: Tokens) -> NDArray[np.float32]:
        """Return (n, dimension) float32: the mean of each text's rows, 0 of no token."""
        means = np.zeros((len(tokens.counts), self.dimension), dtype=np.float32)
        starts = tokens.ends - tokens.counts
        for mean, start, count in zip(means, starts, tokens.counts, strict=True):
            if count:
                own = tokens.ids[start : start + count]
                rows = self._rows[own].astype(np.float32)  # (tokens, dimension)
                np.divide(self._factors[own] @ rows, count, out=mean)
        return means

    def rows(self, tokens: NDArray[np.integer]) -> NDArray[np.float32]:
        """Return (len(tokens), dimension) float32."""
        rows: NDArray[np.float32] = self._rows[tokens].astype(np.float32)
        rows *= self._factors[tokens][:, None]
        return rows

    def products(
        self, tokens: NDArray[np.integer], vectors: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """Return (len(tokens), len(vectors)) float32: each token's row times each of `vectors`."""
        # The factors come last, where there are fewer numbers to multiply.
        rows: NDArray[np.float32] = self._rows[tokens].astype(np.float32)
        products: NDArray[np.float32] = rows @ vectors.T
        products *= self._factors[tokens][:, None]
        return products

    def words(self, texts: Sequence[str]) -> list[Words]:
        """Return the words of each text."""
        words, counts = self.words_in(self.tokens(texts))
        ends = np.cumsum(counts)
        lasts = np.concatenate([[0], np.cumsum(words.lengths)])
        return [
            Words(words.tokens[lasts[start] : lasts[end]], words.lengths[start:end])
            for start, end in zip(ends - counts, ends, strict=True)
        ]

    def words_in(self, tokens: Tokens) -> tuple[Words, NDArray[np.int64]]:
        """Return the words of several texts, and (n,) how many each text has."""
        owners = np.repeat(np.arange(len(tokens.counts)), tokens.counts)
        kept = tokens.ids != self._mark
        ids, owners = tokens.ids[kept], owners[kept]
        begins = self._begins(ids)
        begins[np.flatnonzero(np.diff(owners, prepend=-1))] = True
        edges = np.flatnonzero(begins)
        counts = np.bincount(owners[edges], minlength=len(tokens.counts))
        return Words(ids, np.diff(edges, append=len(ids))), counts

    def words_at(self, text: str) -> tuple[Words, list[tuple[int, int]]]:
        """Return the words of `text` and each one's (start, end) in it, in characters."""
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        ids = np.array(encoding.ids, dtype=np.int64)
        words, _ = self.words_in(Tokens(ids, np.array([len(ids)])))
        kept = [o for o, t in zip(encoding.offsets, encoding.ids, strict=True) if t != self._mark]
        ends = words.starts + words.lengths - 1
        spans = [(kept[a][0], kept[b][1]) for a, b in zip(words.starts, ends, strict=True)]
        # A token's offsets take in the space before it.
        return words, [(a + len(text[a:b]) - len(text[a:b].lstrip()), b) for a, b in spans]

    def written(self, token: int) -> str:
        """Return the letters of a token, without the sign that it begins a word."""
        return str(self._tokenizer.id_to_token(token) or "").replace(_BEGINS, " ").strip()

    def vectors(self, words: Words) -> NDArray[np.float32]:
        """Return (w, dimension) float32: the sum of each word's rows."""
        if not len(words.lengths):
            return np.zeros((0, self.dimension), dtype=np.float32)
        vectors: NDArray[np.float32] = np.add.reduceat(self.rows(words.tokens), words.starts)
        return vectors

    def norms(self, words: Words) -> NDArray[np.float32]:
        """Return (w,) float32: how much each word tells, at least 0."""
        norms = self._norms[words.tokens[words.starts]]
        for length in np.unique(words.lengths[words.lengths > 1]):
            own = np.flatnonzero(words.lengths == length)
            starts = words.starts[own]
            sums = self.rows(words.tokens[starts])
            for place in range(1, length):
                sums += self.rows(words.tokens[starts + place])
            norms[own] = np.linalg.norm(sums, axis=1)
        return norms

    @cached_property
    def _mark(self) -> int:
        """The token that is nothing but the beginning of a word; -1 if there is none."""
        mark = self._tokenizer.token_to_id(_BEGINS)
        return -1 if mark is None else mark

    def _begins(self, ids: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return (t,): whether each token begins a word."""
        known = self._begins_of_tokens
        for token in np.unique(ids[known[ids] < 0]).tolist():
            written = str(self._tokenizer.id_to_token(token) or "")
            known[token] = written.startswith(_BEGINS) or _UNSPACED.match(written) is not None
        return known[ids] > 0

    @cached_property
    def _begins_of_tokens(self) -> NDArray[np.int8]:
        """(vocabulary,): filled as tokens are met; all of them would delay a first question."""
        return np.full(self._tokenizer.get_vocab_size(), -1, dtype=np.int8)

    @cached_property
    def _norms(self) -> NDArray[np.float32]:
        """(vocabulary,): length of each token's row; a part of the rows at a time is float32."""
        norms = np.empty(self.vocabulary, dtype=np.float32)
        for start in range(0, self.vocabulary, _ROWS_AT_ONCE):
            rows = self._rows[start : start + _ROWS_AT_ONCE].astype(np.float32)
            norms[start : start + _ROWS_AT_ONCE] = np.linalg.norm(rows, axis=1)
        norms *= self._factors
        return norms


@cache
def load_token_vectors(folder: Path) -> TokenVectors:
    """Return the model in `folder`; loaded once, since the embedder and the words share it.

    Raises:
        OSError, ValueError, KeyError: It is not there or not what it should be.
    """
    return TokenVectors(folder)
