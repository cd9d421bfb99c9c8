"""Batches: which pairs are drawn, and how a query is made out of them.

Owns the mixture of tasks and every augmentation. A batch holds one task only, so that its
other rows are fair negatives: same kind of text, same language. Refuses to know the model.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.training.data import Corpus
from retrieval.training.tokens import Bags, Ids, Tokens, cut

VI_QUESTION_WORDS = (
    "là gì", "ai", "khi nào", "ở đâu", "bao nhiêu", "năm nào", "như thế nào", "tại sao", "gì",
    "ai là người", "những gì", "nào", "cái gì", "điều gì", "vì sao", "có được không", "mấy",
    "bao lâu", "thế nào", "cần những gì", "làm sao để", "người nào", "nơi nào", "loại nào",
)  # fmt: skip
EN_QUESTION_WORDS = (
    "what is", "who", "when did", "where", "how many", "which", "why", "in what year", "what",
    "how does", "who was", "what was the", "how long", "what type of", "how much", "whose",
)  # fmt: skip
CROSSED_SPANS = ("span-cross", "span-glossed")
"""Tasks whose two texts are in two languages: either one is cut into the query."""


@dataclass(frozen=True, slots=True)
class Mixture:
    """How batches are drawn.

    Attributes:
        weights: task name → how often, relative to the others.
        batch: pairs per batch.
        max_passage: tokens kept of a passage (a random window of it).
        bare_query: probability that a Vietnamese query loses its accents.
        bare_passage: the same for a Vietnamese passage.
        removed: probability that a query cut from a passage is taken out of it.
        question_words: probability that a cut query gains a question word.
        span: least and greatest length of a cut query, in tokens.
    """

    weights: dict[str, float]
    batch: int = 4096
    max_passage: int = 128
    bare_query: float = 0.3
    bare_passage: float = 0.08
    removed: float = 0.5
    question_words: float = 0.3
    span: tuple[int, int] = (3, 16)


@dataclass(frozen=True, slots=True)
class Batch:
    """One step's input.

    Attributes:
        task: its name.
        queries: one bag per pair.
        passages: one bag per pair, same order.
        query_texts: (batch,) int32 text numbers; equal numbers are no negatives of each other.
        passage_texts: (batch,) int32, likewise.
    """

    task: str
    queries: Bags
    passages: Bags
    query_texts: NDArray[np.int32]
    passage_texts: NDArray[np.int32]


class Sampler:
    """Draws the batch of a given step; the same step always gives the same batch."""

    def __init__(
        self,
        corpus: Corpus,
        tokens: Tokens,
        bare: Tokens,
        question_ids: tuple[list[Ids], list[Ids]],
        mixture: Mixture,
        *,
        seed: int,
    ) -> None:
        """Prepare the mixture.

        Args:
            corpus: its pairs and languages are used, not its texts.
            tokens: every text with its accents.
            bare: every Vietnamese text without accents; other texts may be empty.
            question_ids: token ids of the Vietnamese and of the English question words.
            mixture: the settings.
            seed: starts the random numbers of every step.
        """
        self._corpus, self._mixture, self._seed = corpus, mixture, seed
        # Accented text i stays text i; its bare form is text i + shift.
        self._shift = np.int32(len(tokens.offsets) - 1)
        self._ids = np.concatenate([tokens.ids, bare.ids, *question_ids[0], *question_ids[1]])
        self._offsets = np.concatenate([tokens.offsets, bare.offsets[1:] + len(tokens.ids)])
        self._question_at = self._locate(question_ids, len(tokens.ids) + len(bare.ids))
        self._tasks = sorted(t for t in mixture.weights if len(corpus.pairs.get(t, ())))
        shares = np.array([mixture.weights[t] for t in self._tasks])
        self._shares: NDArray[np.float64] = shares / shares.sum()

    @staticmethod
    def _locate(question_ids: tuple[list[Ids], list[Ids]], start: int) -> list[NDArray[np.int64]]:
        """Return, per language, (n, 2) begins and lengths of the question words."""
        located = []
        for phrases in question_ids:
            lengths = np.array([len(p) for p in phrases], dtype=np.int64)
            begins = start + lengths.cumsum() - lengths
            located.append(np.stack([begins, lengths], axis=1))
            start += int(lengths.sum())
        return located

    def draw(self, step: int) -> Batch:
        """Return the batch of a step (0, 1, …)."""
        rng = np.random.default_rng([self._seed, step])
        task = self._tasks[int(rng.choice(len(self._tasks), p=self._shares))]
        pairs = self._corpus.pairs[task]
        size = min(self._mixture.batch, len(pairs))
        rows = pairs[rng.choice(len(pairs), size=size, replace=False)]
        queries, passages = rows[:, 0], rows[:, 1]
        if task in CROSSED_SPANS and rng.random() < 0.5:
            queries, passages = passages, queries
        spoken_q = self._bare_or_not(rng, queries, self._mixture.bare_query)
        if task.startswith("span-") and task not in CROSSED_SPANS:
            # A cut query must be able to meet its passage in both forms.
            spoken_p = self._bare_or_not(rng, passages, self._mixture.bare_passage)
            query_bags, passage_bags = self._cut_pair(rng, spoken_q, spoken_p)
        elif task in CROSSED_SPANS:
            query_bags = self._cut_query(rng, spoken_q, (6, 24))
            passage_bags = self._whole(rng, passages)
        else:
            query_bags = self._whole(rng, spoken_q)
            passage_bags = self._whole(
                rng, self._bare_or_not(rng, passages, self._mixture.bare_passage)
            )
        return Batch(task, query_bags, passage_bags, queries, passages)

    def _bare_or_not(
        self, rng: np.random.Generator, texts: NDArray[np.int32], chance: float
    ) -> NDArray[np.int32]:
        """Replace some Vietnamese texts by their accent-stripped form."""
        bare = (self._corpus.languages[texts] == 0) & (rng.random(len(texts)) < chance)
        return np.where(bare, texts + self._shift, texts).astype(np.int32)

    def _lengths(self, texts: NDArray[np.int32]) -> NDArray[np.int64]:
        lengths: NDArray[np.int64] = self._offsets[texts + 1] - self._offsets[texts]
        return lengths

    def _whole(self, rng: np.random.Generator, texts: NDArray[np.int32]) -> Bags:
        """Take each text, or a random window of a long one."""
        lengths = self._lengths(texts)
        kept = np.minimum(lengths, self._mixture.max_passage)
        shift = np.floor(rng.random(len(texts)) * (lengths - kept + 1)).astype(np.int64)
        return cut(self._ids, self._offsets[texts] + shift, kept)

    def _windows(
        self, rng: np.random.Generator, lengths: NDArray[np.int64], span: tuple[int, int]
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Draw where a window begins (a fraction of the slack) and how long it is."""
        least, greatest = span
        size = rng.integers(least, greatest + 1, len(lengths))
        return rng.random(len(lengths)), np.minimum(size, np.maximum(lengths // 2, 1))

    def _cut_query(
        self, rng: np.random.Generator, texts: NDArray[np.int32], span: tuple[int, int]
    ) -> Bags:
        """Cut a window out of each text."""
        lengths = self._lengths(texts)
        place, size = self._windows(rng, lengths, span)
        begins = self._offsets[texts] + np.floor(place * (lengths - size + 1)).astype(np.int64)
        return self._with_question_words(rng, texts, begins, size)

    def _cut_pair(
        self, rng: np.random.Generator, queries: NDArray[np.int32], passages: NDArray[np.int32]
    ) -> tuple[Bags, Bags]:
        """Cut a query out of each passage, and for some take it out of the passage too."""
        lengths = self._lengths(passages)
        shown = np.minimum(lengths, self._mixture.max_passage)
        base = np.floor(rng.random(len(passages)) * (lengths - shown + 1)).astype(np.int64)
        place, size = self._windows(rng, shown, self._mixture.span)
        inner = np.floor(place * (shown - size + 1)).astype(np.int64)
        # The two forms of a text differ in token count: the window keeps its relative place.
        query_lengths = self._lengths(queries)
        ratio = query_lengths / np.maximum(lengths, 1)
        query_size = np.clip(np.round(size * ratio).astype(np.int64), 1, query_lengths)
        query_at = np.round((base + inner) * ratio).astype(np.int64)
        query_at = np.minimum(query_at, query_lengths - query_size)
        query_bags = self._with_question_words(
            rng, queries, self._offsets[queries] + query_at, query_size
        )
        gap = np.where(rng.random(len(passages)) < self._mixture.removed, size, 0)
        start = self._offsets[passages] + base
        begins = np.stack([start, start + inner + gap], axis=1).ravel()
        parts = np.stack([inner, shown - inner - gap], axis=1).ravel()
        return query_bags, cut(self._ids, begins, parts, per_bag=2)

    def _with_question_words(
        self,
        rng: np.random.Generator,
        texts: NDArray[np.int32],
        begins: NDArray[np.int64],
        sizes: NDArray[np.int64],
    ) -> Bags:
        """Add a question word to some queries, so that the model learns to look past it."""
        original = np.where(texts >= self._shift, texts - self._shift, texts)
        english = self._corpus.languages[original] == 1
        added = np.zeros((len(texts), 2), dtype=np.int64)
        for language, where in ((0, ~english), (1, english)):
            known = self._question_at[language]
            if len(known):
                added[where] = known[rng.integers(len(known), size=int(where.sum()))]
        added[rng.random(len(texts)) >= self._mixture.question_words, 1] = 0
        return cut(
            self._ids,
            np.stack([begins, added[:, 0]], axis=1).ravel(),
            np.stack([sizes, added[:, 1]], axis=1).ravel(),
            per_bag=2,
        )
