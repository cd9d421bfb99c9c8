"""The candidates for questions: what both legs of one index find, side by side.

Owns who is asked for what and when, in which threads; refuses to know how the two are weighed.
"""

import logging
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import numpy as np

from retrieval.alignment import asked_words
from retrieval.embedding import Embedder, Embeddings
from retrieval.errors import EmbedderError
from retrieval.index import Index
from retrieval.text import analyse
from retrieval.text.numbers import document_numbers
from retrieval.text.other_words import other_words
from retrieval.types import EVERYTHING, Query, Scope
from retrieval.visibility import Visible, visible

CANDIDATES = 100
"""Passages taken from each leg; beyond that neither leg has anything to say."""
_MOST_SCOPES = 256
_AT_ONCE = 16
"""Questions, or parts of one, that wait for a server at once."""
_LONG_SEARCH = 20_000
"""Passages from which asking a leg takes longer than handing it to another thread."""

_log = logging.getLogger(__name__)
_Asked = TypeVar("_Asked")
_Value = TypeVar("_Value")
_Nearest = tuple[Embeddings, list[tuple[int, float]]]
"""The embedding of a question, and the passages nearest to it."""


@dataclass(frozen=True, slots=True)
class Found:
    """What both legs found for one question.

    Attributes:
        lexical: BM25 of the candidates that share a term.
        dense: Cosine of every candidate; None when the dense leg could not be asked.
        held: How exactly a passage holds the document numbers asked for, from 1.
    """

    lexical: dict[int, float]
    dense: dict[int, float] | None
    held: dict[int, int]


class Finder:
    """Asks both legs of one index. Safe to use from several threads."""

    def __init__(self, index: Index, embedder: Embedder | None) -> None:
        self.index = index
        self._embedder = embedder
        self._seen: dict[Scope, Visible | None] = {}
        at_once = _legs_at_once(index)
        self._threads = ThreadPoolExecutor(at_once, "legs") if at_once else None

    def seen(self, scope: Scope) -> Visible | None:
        """Return what a scope leaves of the index, or None where that is all of it."""
        if scope == EVERYTHING:
            return None
        if scope not in self._seen:
            if len(self._seen) >= _MOST_SCOPES:
                self._seen.clear()
            self._seen[scope] = visible(self.index.passages, scope)
        return self._seen[scope]

    def find(self, queries: Sequence[Query]) -> list[Found]:
        """Return what both legs find per query, in order."""
        nearest = self._begun(self._nearest, queries)
        begin = partial if self.index.apart else self._begun
        found = begin(self._by_words, queries)
        for query in queries:
            asked_words(query.text)  # remembered from now on; the legs are searched meanwhile
        lexical, holders = found()
        dense = self._completed(nearest(), lexical)
        return [
            Found(by_words, by_meaning, {p: exact for p, (_, exact) in held.items()})
            for by_words, by_meaning, held in zip(lexical, dense, holders, strict=True)
        ]

    def _ask_words(self, query: Query, holding: str | None = None) -> dict[int, float]:
        others = other_words(query.text)
        seen = self.seen(query.scope)
        among = None if seen is None else seen.slots
        terms = analyse(query.text)
        return dict(self.index.lexical.search(terms, CANDIDATES, others, holding, among))

    def _by_words(
        self, queries: Sequence[Query]
    ) -> tuple[list[dict[int, float]], list[dict[int, tuple[float, int]]]]:
        """Return each query's passages by words, and which of them hold its document numbers."""
        begun = [self._waited_for(self._holders, query) for query in queries]
        lexical = self._each(self._ask_words, queries)
        holders = [found() for found in begun]
        for by_words, held in zip(lexical, holders, strict=True):
            by_words.update((passage, score) for passage, (score, _) in held.items())
        return lexical, holders

    def _holders(self, query: Query) -> dict[int, tuple[float, int]]:
        """Return passage → score by words and exactness, where a document number asked for is.

        Exactness is how many of the number's keys are there, from the shortest, summed over the
        numbers asked for: the exact path, which no cosine can overrule.
        """
        held: dict[int, tuple[float, int]] = {}
        for mention in document_numbers(query.text):
            own: dict[int, tuple[float, int]] = {}
            for exactness, key in enumerate(mention.keys, start=1):
                hits = self._ask_words(query, holding=key)
                own.update((passage, (score, exactness)) for passage, score in hits.items())
            for passage, (score, exactness) in own.items():
                held[passage] = (score, exactness + held.get(passage, (0.0, 0))[1])
        return held

    def _begun(self, act: Callable[[_Asked], _Value], asked: _Asked) -> Callable[[], _Value]:
        """Return what gives the result of `act`, which may be under way from now on."""
        if self._threads is None:
            return partial(act, asked)
        return self._threads.submit(act, asked).result

    def _waited_for(self, act: Callable[[_Asked], _Value], asked: _Asked) -> Callable[[], _Value]:
        """Do the same for what a server does; here it would only be in the other leg's way."""
        return self._begun(act, asked) if self.index.apart else partial(act, asked)

    def _each(self, act: Callable[[_Asked], _Value], asked: Iterable[_Asked]) -> list[_Value]:
        """Return what `act` makes of each, in order."""
        return [found() for found in [self._waited_for(act, one) for one in asked]]

    def _nearest(self, queries: Sequence[Query]) -> list[_Nearest] | None:
        """Return each query's embedding and the nearest passages that it may see; None if it fails.

        One search for each scope.
        """
        if self._embedder is None or not queries:
            return None
        try:
            embeddings = self._embedder.embed_queries([query.text for query in queries])
        except EmbedderError:
            _log.exception("search.dense_failed")
            return None
        found: list[list[tuple[int, float]]] = [[] for _ in queries]
        for scope in dict.fromkeys(query.scope for query in queries):
            own = [number for number, query in enumerate(queries) if query.scope == scope]
            seen = self.seen(scope)
            among = None if seen is None else seen.passages
            hits = self.index.dense.search(embeddings[own], CANDIDATES, among)
            for number, nearest in zip(own, hits, strict=True):
                found[number] = nearest
        return list(zip(embeddings, found, strict=True))

    def _completed(
        self, nearest: list[_Nearest] | None, lexical: Sequence[dict[int, float]]
    ) -> Sequence[dict[int, float] | None]:
        """Return passage → cosine over the candidates of both legs, or None where it failed."""
        if nearest is None:
            return [None] * len(lexical)
        return self._each(self._cosines, list(zip(nearest, lexical, strict=True)))

    def _cosines(self, asked: tuple[_Nearest, dict[int, float]]) -> dict[int, float]:
        (embedding, nearest), by_words = asked
        cosines_of = dict(nearest)
        others = np.array(sorted(by_words.keys() - cosines_of.keys()), dtype=np.int64)
        values = self.index.dense.scores(embedding, others)
        cosines_of.update(zip(others.tolist(), values.tolist(), strict=True))
        return cosines_of


def _legs_at_once(index: Index) -> int:
    """Return in how many threads beside the one that asks the legs are searched.

    tantivy and faiss leave the interpreter to others while they search.
    """
    if index.apart:
        return _AT_ONCE
    cores = len(os.sched_getaffinity(0))
    return 2 if cores > 1 and len(index.passages) >= _LONG_SEARCH else 0
