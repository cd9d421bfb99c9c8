"""Both legs of one index, asked, fused and put in order by what the passages say.

Owns the order of hits and what speaks for each; refuses to know generations and citations.
"""

import logging
import os
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import TypeVar

import numpy as np

from retrieval.alignment import (
    AskedWords,
    Cosines,
    asked_words,
    cosines,
    share_with,
    shares_said,
)
from retrieval.definitions import defines
from retrieval.embedding import Embedder, Embeddings
from retrieval.errors import EmbedderError
from retrieval.fusion import Calibration, Evidence, fuse, lead_of, ranked
from retrieval.index import Index
from retrieval.reranking import RERANK_DEPTH, Reranker
from retrieval.text import analyse
from retrieval.text.numbers import agrees, document_numbers
from retrieval.text.other_words import other_words
from retrieval.text.questions import definition_asked
from retrieval.types import EVERYTHING, Hit, Query, Scope
from retrieval.validity import has_lapsed
from retrieval.visibility import Visible, visible

_CANDIDATES = 100
"""Passages taken from each leg; beyond that neither leg has anything to say."""
EVIDENCE_DEPTH = 20
"""Passages whose words are read before the order is final."""
_MANY_PASSAGES = 50
"""From so many passages on, the lead of the best says whether the corpus has the answer."""
_MOST_SCOPES = 256
_AT_ONCE = 16
"""Questions, or parts of one, that wait for a server at once."""
_LONG_SEARCH = 20_000
"""Passages from which asking a leg takes longer than handing it to another thread."""
LAPSED_PENALTY = 2.0
"""In deviations of fused scores: what holds comes first where both say the same."""
NUMBER_BONUS = 100.0
"""For each step by which a passage holds the document number asked for: its kind and figure, its
year, its issuer. Far above what fused scores differ by."""

_log = logging.getLogger(__name__)
_Asked = TypeVar("_Asked")
_Value = TypeVar("_Value")
_Nearest = tuple[Embeddings, list[tuple[int, float]]]
"""The embedding of a question, and the passages nearest to it."""


@dataclass(frozen=True, slots=True)
class Said:
    """How much of a question, 0 to 1, a passage says: as a whole, and in its best sentence."""

    whole: float
    at_once: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """Both legs and their fusion for one question, passage → score; for answers and for study.

    Attributes:
        asked: The question's words.
        lexical: BM25 of the candidates that share a term.
        dense: Cosine of every candidate; None when the dense leg could not be asked.
        held: How exactly a passage holds the document numbers asked for, from 1.
        fused: The scores that hits are ordered by.
        overlap: Share, 0 to 1, of the question's words in the best passage by words.
        known: Share, 0 to 1, of them that mean something to the model.
        settled: Fused scores before exact numbers and a second stage, which put passages in order
            but do not measure how good they are.
        said: What the passages that were read say.
        matches: How nearly the passages that were read say each of its words.
        searched: How many passages the question may see.
    """

    asked: AskedWords
    lexical: dict[int, float]
    dense: dict[int, float] | None
    held: dict[int, int]
    fused: dict[int, float]
    overlap: float
    known: float
    settled: dict[int, float] = field(default_factory=dict)
    said: dict[int, Said] = field(default_factory=dict)
    matches: dict[int, Cosines] = field(default_factory=dict)
    searched: int = 0


class Ranker:
    """Ranks the passages of one index. Safe to use from several threads."""

    def __init__(
        self, index: Index, embedder: Embedder | None, reranker: Reranker | None = None
    ) -> None:
        self.index = index
        self._embedder = embedder
        self._reranker = reranker
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

    def rank_many(self, queries: Sequence[Query]) -> list[Ranking]:
        """Return both legs and their fusion per query, in order."""
        nearest = self._begun(self._nearest, queries)
        begin = partial if self.index.apart else self._begun
        found = begin(self._by_words, queries)
        for query in queries:
            asked_words(query.text)  # remembered from now on; the legs are searched meanwhile
        lexical, holders = found()
        dense = self._completed(nearest(), lexical)
        return [
            self._rank(query, by_words, by_meaning, {p: exact for p, (_, exact) in held.items()})
            for query, by_words, by_meaning, held in zip(
                queries, lexical, dense, holders, strict=True
            )
        ]

    def calibrated(self, calibration: Calibration) -> "Ranker":
        """Return a ranker of the same index that weighs things otherwise."""
        index = replace(self.index, calibration=calibration)
        return Ranker(index, self._embedder, self._reranker)

    def without(self, query: Query, ranking: Ranking, passages: Set[int]) -> Ranking:
        """Return `ranking` of `query` as if `passages` were not in the corpus."""

        def left(of: Mapping[int, _Value]) -> dict[int, _Value]:
            return {passage: value for passage, value in of.items() if passage not in passages}

        dense = None if ranking.dense is None else left(ranking.dense)
        return self._rank(query, left(ranking.lexical), dense, left(ranking.held))

    def _rank(
        self,
        query: Query,
        by_words: dict[int, float],
        by_meaning: dict[int, float] | None,
        held: dict[int, int],
    ) -> Ranking:
        ranking = self._fused(query, by_words, by_meaning, held)
        self._read(ranking)
        self._favour_definitions(query, ranking.fused)
        self._favour_what_holds(ranking.fused)
        ranking.settled.update(ranking.fused)
        self._rerank(query, ranking.fused)
        for passage, exactness in held.items():
            ranking.fused[passage] += NUMBER_BONUS * exactness
        return ranking

    def _ask_words(self, query: Query, holding: str | None = None) -> dict[int, float]:
        others = other_words(query.text)
        seen = self.seen(query.scope)
        among = None if seen is None else seen.slots
        terms = analyse(query.text)
        return dict(self.index.lexical.search(terms, _CANDIDATES, others, holding, among))

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
            hits = self.index.dense.search(embeddings[own], _CANDIDATES, among)
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

    def _fused(
        self,
        query: Query,
        by_words: dict[int, float],
        by_meaning: dict[int, float] | None,
        held: dict[int, int],
    ) -> Ranking:
        asked = asked_words(query.text)
        best = [hit.passage for hit in ranked(by_words, 1)]
        overlap = max((share_with(asked, values) for values in self.match(asked, best)), default=0)
        by_own_words = self._embedder is not None and self._embedder.means_by_words
        known = asked.known if by_own_words else 1.0
        fused = fuse(by_words, by_meaning, self.index.calibration, overlap, known)
        seen = self.seen(query.scope)
        searched = len(self.index.passages) if seen is None else int(seen.passages.sum())
        return Ranking(asked, by_words, by_meaning, held, fused, overlap, known, searched=searched)

    def match(self, asked: AskedWords, passages: Sequence[int]) -> list[Cosines]:
        """Return how nearly each of `passages` says each word of a question."""
        values = cosines(asked, self.index.words.of(passages))
        if len(asked.numbered):
            for passage, own in zip(passages, values, strict=True):
                if self._holds_number(asked, passage):
                    # What Nghị định 13 says in any sentence it says as Nghị định 13.
                    own[0, asked.numbered] = 1.0
        return values

    def _holds_number(self, asked: AskedWords, passage: int) -> bool:
        text = f"{self.index.passages.context_of(passage)}\n{self.index.passages[passage].text}"
        said = {key for mention in document_numbers(text) for key in mention.keys}
        return any(agrees(keys, said) for keys in asked.numbers)

    def _read(self, ranking: Ranking) -> None:
        """Add to the fused scores of the best passages for what they say of the question."""
        best = [hit.passage for hit in ranked(ranking.fused, EVIDENCE_DEPTH)]
        ranking.matches.update(zip(best, self.match(ranking.asked, best), strict=True))
        ranking.said.update(_said(ranking.asked, ranking.matches))
        for passage, said in ranking.said.items():
            ranking.fused[passage] += self.index.calibration.bonus(said.whole, said.at_once)

    def read(self, asked: AskedWords, passages: Sequence[int]) -> dict[int, Said]:
        """Return what each of `passages` says of a question."""
        return _said(asked, dict(zip(passages, self.match(asked, passages), strict=True)))

    def matches_of(self, passages: Sequence[int], ranking: Ranking) -> list[Cosines]:
        """Return what `match` does of some passages for a question that has been ranked."""
        others = [passage for passage in passages if passage not in ranking.matches]
        found = {
            **ranking.matches,
            **dict(zip(others, self.match(ranking.asked, others), strict=True)),
        }
        return [found[passage] for passage in passages]

    def _favour_definitions(self, query: Query, fused: dict[int, float]) -> None:
        definition = definition_asked(query.text)
        if definition is None or not self.index.calibration.definition_bonus:
            return
        for hit in ranked(fused, _CANDIDATES // 4):
            if defines(definition, self.index.passages[hit.passage].text):
                fused[hit.passage] += self.index.calibration.definition_bonus

    def _favour_what_holds(self, fused: dict[int, float]) -> None:
        if not self.index.passages.some_may_lapse:
            return
        today = date.today().isoformat()
        for passage in fused:
            if has_lapsed(self.index.passages.document_of(passage), today):
                fused[passage] -= LAPSED_PENALTY

    def _rerank(self, query: Query, fused: dict[int, float]) -> None:
        """Give the best scores to the passages in the order that the second stage finds."""
        if self._reranker is None:
            return
        hits = ranked(fused, RERANK_DEPTH)
        try:
            texts = [self.index.passages[hit.passage].text for hit in hits]
            scores = self._reranker.scores(query.text, texts)
        except EmbedderError:
            _log.exception("search.rerank_failed")
            return
        order = np.argsort(-scores, kind="stable")
        for hit, chosen in zip(hits, order, strict=True):
            fused[hits[chosen].passage] = hit.score

    def confidence(self, hit: Hit, ranking: Ranking) -> tuple[float, bool]:
        """Return the probability that the passage of `hit` answers, and whether it is enough.

        It is 0 when no document number asked for agrees with one there: the exact path would
        have found it, so it is nowhere.
        """
        if ranking.asked.numbers and not self._holds_number(ranking.asked, hit.passage):
            return 0.0, False
        evidence = self.evidence(hit, ranking)
        confidence = self.index.calibration.confidence(evidence)
        return confidence, confidence >= self.index.calibration.threshold_for(evidence)

    def usual_threshold(self) -> float:
        """Return the confidence that most questions need which may see everything."""
        by_words = self._embedder is None
        lead = 0.0 if len(self.index.passages) >= _MANY_PASSAGES else None
        usual = Evidence(1.0, 1.0, None if by_words else 1.0, None if by_words else lead)
        return self.index.calibration.threshold_for(usual)

    def evidence(self, hit: Hit, ranking: Ranking) -> Evidence:
        """Return what speaks for the passage of `hit`."""
        said = ranking.said.get(hit.passage)
        if said is None:
            said = self.read(ranking.asked, [hit.passage])[hit.passage]
        return Evidence(
            coverage=said.whole,
            sentence=said.at_once,
            cosine=None if ranking.dense is None else ranking.dense.get(hit.passage, 0.0),
            lead=self._lead(hit, ranking),
        )

    def _lead(self, hit: Hit, ranking: Ranking) -> float | None:
        known = ranking.dense is not None and hit.passage in ranking.settled
        if not known or ranking.searched < _MANY_PASSAGES:
            return None
        return lead_of(hit.passage, ranking.settled)


def _legs_at_once(index: Index) -> int:
    """Return in how many threads beside the one that asks the legs are searched.

    tantivy and faiss leave the interpreter to others while they search.
    """
    if index.apart:
        return _AT_ONCE
    cores = len(os.sched_getaffinity(0))
    return 2 if cores > 1 and len(index.passages) >= _LONG_SEARCH else 0


def _said(asked: AskedWords, matches: Mapping[int, Cosines]) -> dict[int, Said]:
    whole, at_once = shares_said(asked, list(matches.values()))
    return {
        passage: Said(*shares)
        for passage, *shares in zip(matches, whole.tolist(), at_once.tolist(), strict=True)
    }
