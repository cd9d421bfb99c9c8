"""The reader: one opened generation that answers questions. Safe to use from several threads."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from retrieval.alignment import asked_words, share_with
from retrieval.answering import SentenceReader
from retrieval.citing import cite
from retrieval.embedding import Embedder, bundled_identity
from retrieval.errors import (
    GenerationElsewhere,
    GenerationError,
    GenerationIncompatible,
    QueryEmpty,
    QueryTooLong,
)
from retrieval.fusion import ranked
from retrieval.generation import GenerationStore, read_manifest, verify
from retrieval.index import Index, check_place
from retrieval.passage_table import DocumentRow
from retrieval.ranking import Ranker, Ranking
from retrieval.reranking import Reranker
from retrieval.text import canonical_line
from retrieval.text.follow_up import completed
from retrieval.text.questions import definition_asked
from retrieval.text.remembering import remembered
from retrieval.text.spelling import folded_key
from retrieval.text.telex import untelexed
from retrieval.text.terms import words
from retrieval.types import LOCAL, Answer, Hit, Place, Query, Scope

MAX_QUERY_CHARS = 1_000
MAX_K = 50
_LEAST_NEW = 0.5
"""Share of what a follow-up itself names that its answer must have."""
_NEARLY_SAID = 0.5
"""Cosine from which a passage has a word, or one of its meaning."""

_LOOKED_THROUGH = 3
"""Times the passages to show: so many are looked through for ones that differ."""
_SAME_WORDS = 0.9
"""Share of all words that two passages share from which they say the same."""

_log = logging.getLogger(__name__)


def parse_query(question: str, previous: str = "") -> Query:
    """Return `question` as a Query; `previous` is what the same person asked before.

    Raises:
        QueryEmpty: It has no letter or digit.
        QueryTooLong: It has more than MAX_QUERY_CHARS characters.
    """
    text = untelexed(canonical_line(question))
    if not any(char.isalnum() for char in text):
        raise QueryEmpty("the question has no letter or digit")
    if len(text) > MAX_QUERY_CHARS:
        raise QueryTooLong(len(text), MAX_QUERY_CHARS)
    follow_up = completed(text, untelexed(canonical_line(previous)))
    if follow_up is None or len(follow_up.text) > MAX_QUERY_CHARS:
        return Query(raw=question, text=text)
    return Query(question, text, follow_up.text, follow_up.certain, follow_up.brings)


class Searcher:
    """Answers questions from one index; `folder` is where its files are."""

    def __init__(
        self,
        index: Index,
        embedder: Embedder | None,
        folder: Path,
        reranker: Reranker | None = None,
    ) -> None:
        self.index = index
        self.folder = folder
        self.ranker = Ranker(index, embedder, reranker)

    @classmethod
    def open(
        cls,
        folder: Path,
        embedder: Embedder | None,
        reranker: Reranker | None = None,
        place: Place = LOCAL,
    ) -> "Searcher":
        """Open the generation in `folder` after checking every byte of it.

        Without an embedder, answers come from words alone and say so.

        Raises:
            GenerationCorrupt: A file is not what was written.
            GenerationIncompatible: Another format, analysis or model wrote it.
            GenerationElsewhere: Its legs are not where `place` says.
            GenerationError: The server of its legs cannot be reached, or refuses.
        """
        manifest = read_manifest(folder)
        check_place(folder, place)
        if embedder is not None and manifest.embedder != embedder.identity:
            raise GenerationIncompatible(
                f"{folder} was built with model {manifest.model}, not {embedder.name} as it is now"
            )
        if manifest.words != bundled_identity():
            raise GenerationIncompatible(f"{folder} has the words of another bundled model")
        verify(folder, manifest)
        return cls(Index.open(folder, place), embedder, folder, reranker)

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
        readings = [reading for query in queries for reading in _readings(query)]
        rankings = iter(self.ranker.rank_many(readings))
        answers = []
        for query in queries:
            own = [self._answer(reading, next(rankings), k) for reading in _readings(query)]
            # The completed question comes first; where it finds nothing, it was not meant.
            answers.append(next((answer for answer in own if answer.answered), own[-1]))
        return answers

    def _answer(self, query: Query, ranking: Ranking, k: int) -> Answer:
        hits = self._distinct(ranked(ranking.fused, _LOOKED_THROUGH * min(k, MAX_K)), min(k, MAX_K))
        confidence, answered = 0.0, False
        if hits:
            confidence, answered = self.ranker.confidence(hits[0], ranking)
            answered = answered and self._has_what_is_new(hits[0], query)
        # The nearest miss is a place to look, not an answer: no sentence of it is marked.
        shown = hits if answered else hits[:1]
        matches = self.ranker.matches_of([hit.passage for hit in shown], ranking)
        reader = SentenceReader(ranking.asked, definition_asked(query.text))
        citations = [
            cite(hit, self.index.passages, reader, values if answered else None)
            for hit, values in zip(shown, matches, strict=True)
        ]
        return Answer(
            question=query.raw,
            understood=query.completed,
            answered=answered,
            confidence=confidence,
            documents_searched=self._count(query.scope),
            citations=tuple(citations),
            degraded=ranking.dense is None,
        )

    def _count(self, scope: Scope) -> int:
        seen = self.ranker.seen(scope)
        return len(self.documents) if seen is None else seen.documents

    def _distinct(self, hits: Sequence[Hit], k: int) -> list[Hit]:
        """Return the first `k` of `hits` that do not say what one before them says."""
        kept: list[Hit] = []
        said: list[frozenset[str]] = []
        for hit in hits:
            own = _words_of(self.index.passages[hit.passage].text)
            if any(_say_the_same(own, other) for other in said):
                continue
            said.append(own)
            kept.append(replace(hit, rank=len(kept) + 1))
            if len(kept) == k:
                break
        return kept

    def _has_what_is_new(self, hit: Hit, query: Query) -> bool:
        """Whether a passage has what a follow-up names itself, not only what the last one named."""
        if not query.brings:
            return True
        new = asked_words(query.brings)
        (values,) = self.ranker.match(new, [hit.passage])
        return share_with(new, values, _NEARLY_SAID) >= _LEAST_NEW


@remembered
def _words_of(text: str) -> frozenset[str]:
    return frozenset(map(folded_key, words(text)))


def _say_the_same(one: frozenset[str], other: frozenset[str]) -> bool:
    """Return whether two passages, by their words, say the same; another figure is another fact."""
    shared = len(one & other)
    if shared < _SAME_WORDS * (len(one) + len(other) - shared):
        return False
    return all(word.isalpha() for word in one ^ other)


def _readings(query: Query) -> list[Query]:
    """Return the ways to read `query`, the likelier first; `completed` says which is which."""
    plain = replace(query, completed="", brings="")
    if not query.completed:
        return [plain]
    whole = replace(query, text=query.completed)
    return [whole] if query.leans else [whole, plain]


def open_serving(
    data: Path,
    embedder: Embedder | None,
    reranker: Reranker | None = None,
    place: Place = LOCAL,
) -> tuple[Searcher, GenerationError | None]:
    """Open the current generation of `data`; if it is broken, the one before it.

    Returns the searcher and, when it had to fall back, what is wrong with the current one.

    Raises:
        GenerationElsewhere: The current one's legs are not where `place` says: that is to be
            settled, not passed over.
        GenerationError: Neither can be opened; the error is the current one's.
    """
    store = GenerationStore(data)
    try:
        return _open_current(store, embedder, reranker, place), None
    except GenerationElsewhere:
        raise
    except GenerationError as error:
        previous = _previous(store)
        if previous is None:
            raise
        _log.error("generation.fallback error=%s previous=%s", type(error).__name__, previous.name)
        try:
            return Searcher.open(previous, embedder, reranker, place), error
        except GenerationError:
            raise error from None


def _open_current(
    store: GenerationStore, embedder: Embedder | None, reranker: Reranker | None, place: Place
) -> Searcher:
    """Open the current generation, whichever that is by then: others may publish meanwhile."""
    while True:
        folder = store.current()
        try:
            return Searcher.open(folder, embedder, reranker, place)
        except GenerationError:
            # Replaced twice while it was opened, it has been removed; nothing is broken.
            if folder == store.current():
                raise


def _previous(store: GenerationStore) -> Path | None:
    try:
        return store.previous()
    except GenerationError:
        return None
