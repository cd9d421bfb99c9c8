"""Candidates of one index, fused and put in order by what the passages say.

Owns the order of hits and what speaks for each; refuses to know generations and citations.
"""

import logging
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date
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
from retrieval.candidates import CANDIDATES, Finder
from retrieval.definitions import defines
from retrieval.embedding import Embedder
from retrieval.errors import EmbedderError
from retrieval.fusion import Calibration, Evidence, fuse, lead_of, ranked
from retrieval.index import Index
from retrieval.reranking import RERANK_DEPTH, Reranker
from retrieval.text.numbers import agrees, document_numbers
from retrieval.text.questions import definition_asked
from retrieval.types import Hit, Query, Scope
from retrieval.validity import has_lapsed
from retrieval.visibility import Visible

EVIDENCE_DEPTH = 20
"""Passages whose words are read before the order is final."""
_MANY_PASSAGES = 50
"""From so many passages on, the lead of the best says whether the corpus has the answer."""
LAPSED_PENALTY = 2.0
"""In deviations of fused scores: what holds comes first where both say the same."""
NUMBER_BONUS = 100.0
"""For each step by which a passage holds the document number asked for: its kind and figure, its
year, its issuer. Far above what fused scores differ by."""

_log = logging.getLogger(__name__)
_Value = TypeVar("_Value")


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
        self._finder = Finder(index, embedder)

    def seen(self, scope: Scope) -> Visible | None:
        """Return what a scope leaves of the index, or None where that is all of it."""
        return self._finder.seen(scope)

    def rank_many(self, queries: Sequence[Query]) -> list[Ranking]:
        """Return both legs and their fusion per query, in order."""
        found = self._finder.find(queries)
        return [
            self._rank(query, own.lexical, own.dense, own.held)
            for query, own in zip(queries, found, strict=True)
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
        for hit in ranked(fused, CANDIDATES // 4):
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


def _said(asked: AskedWords, matches: Mapping[int, Cosines]) -> dict[int, Said]:
    whole, at_once = shares_said(asked, list(matches.values()))
    return {
        passage: Said(*shares)
        for passage, *shares in zip(matches, whole.tolist(), at_once.tolist(), strict=True)
    }
