"""The reader: one opened generation that answers questions. Safe to use from several threads."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from retrieval.citing import cite
from retrieval.definitions import defines
from retrieval.dense import DenseIndex
from retrieval.embedding import CALIBRATION_FILE, Embedder
from retrieval.errors import (
    EmbedderError,
    GenerationCorrupt,
    GenerationError,
    GenerationIncompatible,
    QueryEmpty,
    QueryTooLong,
)
from retrieval.evidence import Found, Wanted, coverage, found, pair_coverage, wanted
from retrieval.fusion import Calibration, Evidence, fuse, ranked
from retrieval.generation import GenerationStore, read_manifest, verify
from retrieval.lexical import LexicalIndex
from retrieval.passage_table import DocumentRow, PassageTable
from retrieval.text import analyse, canonical_line, sentence_spans
from retrieval.text.questions import definition_asked
from retrieval.text.translations import translate
from retrieval.types import Answer, Hit, Query

MAX_QUERY_CHARS = 1_000
MAX_K = 50
_CANDIDATES = 100
"""Passages taken from each leg; beyond that neither leg has anything to say."""
EVIDENCE_DEPTH = 20
"""Passages whose text is read for evidence before the order is final."""

_log = logging.getLogger(__name__)


def parse_query(question: str) -> Query:
    """Return `question` as a Query.

    Raises:
        QueryEmpty: It has no letter or digit.
        QueryTooLong: It has more than MAX_QUERY_CHARS characters.
    """
    text = canonical_line(question)
    if not any(char.isalnum() for char in text):
        raise QueryEmpty("the question has no letter or digit")
    if len(text) > MAX_QUERY_CHARS:
        raise QueryTooLong(len(text), MAX_QUERY_CHARS)
    return Query(raw=question, text=text)


@dataclass(frozen=True, slots=True)
class Ranking:
    """Both legs and their fusion for one question, passage → score; for answers and for study.

    `dense` is None when the dense leg could not be asked; `overlap` is the share, 0 to 1, of the
    question's words in the best passage by words.
    """

    lexical: dict[int, float]
    dense: dict[int, float] | None
    fused: dict[int, float]
    overlap: float


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


class Searcher:
    """Answers questions from one index; `folder` is where its files are."""

    def __init__(self, index: Index, embedder: Embedder | None, folder: Path) -> None:
        self.index = index
        self.folder = folder
        self._embedder = embedder

    @classmethod
    def open(cls, folder: Path, embedder: Embedder | None) -> "Searcher":
        """Open the generation in `folder` after checking every byte of it.

        Without an embedder, answers come from words alone and say so.

        Raises:
            GenerationCorrupt: A file is not what was written.
            GenerationIncompatible: Another format, analysis or model wrote it.
        """
        manifest = read_manifest(folder)
        if embedder is not None and manifest.embedder != embedder.identity:
            raise GenerationIncompatible(
                f"{folder} was built with model {manifest.model}, not {embedder.name} as it is now"
            )
        verify(folder, manifest)
        return cls(Index.open(folder), embedder, folder)

    @property
    def name(self) -> str:
        """Name of the generation."""
        return self.folder.name

    @property
    def documents(self) -> Sequence[DocumentRow]:
        """The documents of the generation, by id."""
        return self.index.passages.documents

    def ask(self, question: str, k: int = 3) -> Answer:
        """Return the answer to `question` with up to `k` citations; see `ask_many`."""
        return self.ask_many([parse_query(question)], k)[0]

    def ask_many(self, queries: Sequence[Query], k: int = 3) -> list[Answer]:
        """Return an answer per query, in order; the model is asked once for all of them."""
        rankings = self.rank_many(queries)
        return [
            self._answer(query, ranking, min(k, MAX_K))
            for query, ranking in zip(queries, rankings, strict=True)
        ]

    def rank_many(self, queries: Sequence[Query]) -> list[Ranking]:
        """Return both legs and their fusion per query, in order."""
        lexical = [
            dict(self.index.lexical.search(analyse(query.text), _CANDIDATES, translate(query.text)))
            for query in queries
        ]
        dense = self._ask_dense(queries, lexical)
        rankings = []
        for query, by_words, by_meaning in zip(queries, lexical, dense, strict=True):
            overlap = self._overlap(query, by_words)
            fused = fuse(by_words, by_meaning, self.index.calibration, overlap)
            ranking = Ranking(by_words, by_meaning, fused, overlap)
            self._favour_evidence(query, ranking)
            self._favour_definitions(query, fused)
            rankings.append(ranking)
        return rankings

    def _overlap(self, query: Query, by_words: Mapping[int, float]) -> float:
        asked = wanted(query.text)
        return max((coverage(asked, self._words(h, asked)) for h in ranked(by_words, 1)), default=0)

    def _words(self, hit: Hit, asked: Wanted) -> Found:
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

    def _answer(self, query: Query, ranking: Ranking, k: int) -> Answer:
        hits = ranked(ranking.fused, k)
        asked, definition = wanted(query.text), definition_asked(query.text)
        confidence = self.confidence(hits[0], asked, ranking) if hits else 0.0
        answered = bool(hits) and confidence >= self.index.calibration.threshold
        if answered:
            citations = [cite(hit, self.index.passages, asked, definition) for hit in hits]
        else:
            # The nearest miss is a place to look, not an answer: no sentence of it is marked.
            nearest = [cite(hit, self.index.passages, asked, definition) for hit in hits[:1]]
            citations = [replace(citation, sentence=None) for citation in nearest]
        return Answer(
            question=query.raw,
            answered=answered,
            confidence=confidence,
            documents_searched=len(self.index.passages.documents),
            citations=tuple(citations),
            degraded=ranking.dense is None,
        )

    def confidence(self, hit: Hit, asked: Wanted, ranking: Ranking) -> float:
        """Return the calibrated probability that the passage of `hit` answers."""
        return self.index.calibration.confidence(self.evidence(hit, asked, ranking))

    def evidence(self, hit: Hit, asked: Wanted, ranking: Ranking) -> Evidence:
        """Return what speaks for the passage of `hit`."""
        passage = self.index.passages[hit.passage]
        whole = self._words(hit, asked)
        sentences = [
            found(passage.text[start:end], asked) for start, end in sentence_spans(passage.text)
        ]
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
        )


def open_serving(data: Path, embedder: Embedder | None) -> tuple[Searcher, GenerationError | None]:
    """Open the current generation of `data`; if it is broken, the one before it.

    Returns the searcher and, when it had to fall back, what is wrong with the current one.

    Raises:
        GenerationError: Neither can be opened; the error is the current one's.
    """
    store = GenerationStore(data)
    try:
        return Searcher.open(store.current(), embedder), None
    except GenerationError as error:
        previous = _previous(store)
        if previous is None:
            raise
        _log.error("generation.fallback error=%s previous=%s", type(error).__name__, previous.name)
        try:
            return Searcher.open(previous, embedder), error
        except GenerationError:
            raise error from None


def _previous(store: GenerationStore) -> Path | None:
    try:
        return store.previous()
    except GenerationError:
        return None
