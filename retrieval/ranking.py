"""Both legs of one index, asked, fused and put in order by what the passages say.

Owns the order of hits and what speaks for each; refuses to know generations and citations.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from retrieval.definitions import defines
from retrieval.dense import DenseIndex
from retrieval.embedding import CALIBRATION_FILE, Embedder
from retrieval.errors import EmbedderError, GenerationCorrupt
from retrieval.evidence import (
    Found,
    Wanted,
    coverage,
    found,
    held_numbers,
    pair_coverage,
    sentences_found,
    wanted,
)
from retrieval.fusion import Calibration, Evidence, fuse, lead_of, ranked
from retrieval.lexical import LexicalIndex
from retrieval.passage_table import PassageTable
from retrieval.reranking import RERANK_DEPTH, Reranker
from retrieval.text import analyse
from retrieval.text.numbers import document_numbers
from retrieval.text.other_words import other_words
from retrieval.text.questions import definition_asked
from retrieval.types import Hit, Query

_CANDIDATES = 100
"""Passages taken from each leg; beyond that neither leg has anything to say."""
EVIDENCE_DEPTH = 20
"""Passages whose text is read for evidence before the order is final."""
_MANY_PASSAGES = 50
"""From so many passages on, the lead of the best says whether the corpus has the answer."""
_NUMBER_BONUS = 100.0
"""For each step by which a passage holds the document number asked for: its kind and figure, its
year, its issuer. Far above what fused scores differ by."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ranking:
    """Both legs and their fusion for one question, passage → score; for answers and for study.

    `dense` is None when the dense leg could not be asked; `overlap` is the share, 0 to 1, of the
    question's words in the best passage by words; `settled` are the fused scores before exact
    numbers and a second stage, which put passages in order but do not measure how good they are.
    """

    lexical: dict[int, float]
    dense: dict[int, float] | None
    fused: dict[int, float]
    overlap: float
    settled: dict[int, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Index:
    """The opened parts of one index."""

    passages: PassageTable
    lexical: LexicalIndex
    dense: DenseIndex
    calibration: Calibration

    @classmethod
    def open(cls, folder: Path) -> "Index":
        """Map what `build.write_index` wrote.

        Raises:
            GenerationCorrupt: A part is missing or unreadable.
        """
        try:
            calibration = Calibration.load(folder / CALIBRATION_FILE)
        except EmbedderError as error:
            raise GenerationCorrupt(str(error)) from error
        return cls(
            PassageTable.open(folder),
            LexicalIndex.open(folder / "lexical"),
            DenseIndex.open(folder / "dense.faiss"),
            calibration,
        )


class Ranker:
    """Ranks the passages of one index. Safe to use from several threads."""

    def __init__(
        self, index: Index, embedder: Embedder | None, reranker: Reranker | None = None
    ) -> None:
        self.index = index
        self._embedder = embedder
        self._reranker = reranker

    def rank_many(self, queries: Sequence[Query]) -> list[Ranking]:
        """Return both legs and their fusion per query, in order."""
        lexical = [self._ask_words(query) for query in queries]
        holders = [self._holders(query) for query in queries]
        for by_words, held in zip(lexical, holders, strict=True):
            by_words.update((passage, score) for passage, (score, _) in held.items())
        dense = self._ask_dense(queries, lexical)
        rankings = []
        for query, by_words, by_meaning, held in zip(queries, lexical, dense, holders, strict=True):
            overlap = self._overlap(query, by_words)
            fused = fuse(by_words, by_meaning, self.index.calibration, overlap)
            ranking = Ranking(by_words, by_meaning, fused, overlap)
            self._favour_evidence(query, ranking)
            self._favour_definitions(query, fused)
            ranking.settled.update(fused)
            self._rerank(query, fused)
            for passage, (_, exactness) in held.items():
                fused[passage] += _NUMBER_BONUS * exactness
            rankings.append(ranking)
        return rankings

    def _ask_words(self, query: Query, holding: str | None = None) -> dict[int, float]:
        others = other_words(query.text)
        hits = self.index.lexical.search(analyse(query.text), _CANDIDATES, others, holding)
        return dict(hits)

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

    def _overlap(self, query: Query, by_words: Mapping[int, float]) -> float:
        asked = wanted(query.text)
        return max((coverage(asked, self.words(h, asked)) for h in ranked(by_words, 1)), default=0)

    def words(self, hit: Hit, asked: Wanted) -> Found:
        """Return the words of a passage; its title and headings count as its own."""
        passage = self.index.passages[hit.passage]
        title = self.index.passages.document_of(hit.passage).title
        return found(f"{title}\n{passage.heading}\n{passage.text}", asked)

    def _ask_dense(
        self, queries: Sequence[Query], lexical: Sequence[dict[int, float]]
    ) -> Sequence[dict[int, float] | None]:
        """Return passage → cosine over the candidates of both legs, or None where it failed."""
        if self._embedder is None or not queries:
            return [None] * len(queries)
        try:
            embeddings = self._embedder.embed_queries([query.text for query in queries])
        except EmbedderError:
            _log.exception("search.dense_failed")
            return [None] * len(queries)
        scored = []
        nearest = self.index.dense.search(embeddings, _CANDIDATES)
        for row, own, by_words in zip(embeddings, nearest, lexical, strict=True):
            cosines = dict(own)
            others = np.array(sorted(by_words.keys() - cosines.keys()), dtype=np.int64)
            values = self.index.dense.scores(row, others)
            cosines.update(zip(others.tolist(), values.tolist(), strict=True))
            scored.append(cosines)
        return scored

    def _favour_evidence(self, query: Query, ranking: Ranking) -> None:
        calibration = self.index.calibration
        if not (calibration.coverage_bonus or calibration.sentence_bonus):
            return
        asked = wanted(query.text)
        for hit in ranked(ranking.fused, EVIDENCE_DEPTH):
            evidence = self.evidence(hit, asked, ranking)
            ranking.fused[hit.passage] += calibration.bonus(evidence)

    def _favour_definitions(self, query: Query, fused: dict[int, float]) -> None:
        definition = definition_asked(query.text)
        if definition is None or not self.index.calibration.definition_bonus:
            return
        for hit in ranked(fused, _CANDIDATES // 4):
            if defines(definition, self.index.passages[hit.passage].text):
                fused[hit.passage] += self.index.calibration.definition_bonus

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

    def confidence(self, hit: Hit, asked: Wanted, ranking: Ranking) -> tuple[float, bool]:
        """Return the probability that the passage of `hit` answers, and whether it is enough.

        It is 0 when no document number asked for agrees with one there: the exact path would
        have found it, so it is nowhere.
        """
        if asked.numbers and not held_numbers(asked, self.words(hit, asked)):
            return 0.0, False
        evidence = self.evidence(hit, asked, ranking)
        confidence = self.index.calibration.confidence(evidence)
        return confidence, confidence >= self.index.calibration.threshold_for(evidence)

    def evidence(self, hit: Hit, asked: Wanted, ranking: Ranking) -> Evidence:
        """Return what speaks for the passage of `hit`."""
        passage = self.index.passages[hit.passage]
        whole = self.words(hit, asked)
        title = self.index.passages.document_of(hit.passage).title
        sentences = sentences_found(passage.text, f"{title}\n{passage.heading}", asked)
        sentence, sentence_pairs = max(
            ((coverage(asked, has), pair_coverage(asked, has)) for has in sentences),
            default=(0.0, 0.0),
        )
        return Evidence(
            coverage=coverage(asked, whole),
            pairs=pair_coverage(asked, whole),
            sentence=sentence,
            sentence_pairs=sentence_pairs,
            cosine=None if ranking.dense is None else ranking.dense.get(hit.passage, 0.0),
            lead=self._lead(hit, ranking),
        )

    def _lead(self, hit: Hit, ranking: Ranking) -> float | None:
        known = ranking.dense is not None and hit.passage in ranking.settled
        if not known or len(self.index.passages) < _MANY_PASSAGES:
            return None
        return lead_of(hit.passage, ranking.settled)
