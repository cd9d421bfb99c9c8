"""What a question was read as, and what each passage's score is made of, to the last bit.

Owns no wording and no order: those are the ranking's, and are taken apart here after it is done.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.alignment import weighed_words
from retrieval.fusion import fused_parts, ranked
from retrieval.legs import SlotFilter
from retrieval.ranking import LAPSED_PENALTY, NUMBER_BONUS, Ranker, Ranking
from retrieval.text import Terms, analyse
from retrieval.text.language import is_vietnamese
from retrieval.text.other_words import other_words
from retrieval.text.terms import with_pairs, words
from retrieval.types import Query
from retrieval.validity import has_lapsed

_ROUNDING = 1e-9
_MOST_LOOKED_AT = 10_000
"""Passages of the shown documents in which a term is looked for."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a question was read.

    Attributes:
        asked: As it was typed.
        text: As it is searched.
        completed: Whether it was completed by the question before.
        leans: Whether it means nothing without that one.
        vietnamese: Whether it is Vietnamese, with or without marks.
        words: Its words, and what each counts for, 0 to 1; those that only ask count nothing.
        numbers: The document numbers asked for, each by its most exact key.
        others: What its words are also called, word by word.
    """

    asked: str
    text: str
    completed: bool
    leans: bool
    vietnamese: bool
    words: tuple[tuple[str, float], ...]
    numbers: tuple[str, ...]
    others: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Parts:
    """What a fused score is the sum of.

    Attributes:
        words: From the lexical leg.
        meaning: From the dense leg.
        said: For what the passage, and its best sentence, say of the question.
        definition: For defining what is asked for.
        lapsed: Taken away where the document no longer holds; 0 or less.
        number: For holding the document number asked for.
        second: What the second stage changed.
    """

    words: float
    meaning: float
    said: float = 0.0
    definition: float = 0.0
    lapsed: float = 0.0
    number: float = 0.0
    second: float = 0.0

    @property
    def total(self) -> float:
        """The fused score."""
        before = self.words + self.meaning + self.said + self.definition
        return before + self.lapsed + self.number + self.second


def reading_of(query: Query, numbers: Sequence[str]) -> Reading:
    """Return how `query`, whose `text` is what is searched, was read."""
    names = [tuple(way.phrase for way in word.ways) for word in other_words(query.text)]
    return Reading(
        asked=query.raw,
        text=query.text,
        completed=bool(query.completed) and query.text == query.completed,
        leans=query.leans,
        vietnamese=is_vietnamese(query.text),
        words=tuple(weighed_words(query.text)),
        numbers=tuple(numbers),
        others=tuple(names),
    )


def ranks_of(scores: dict[int, float] | None) -> dict[int, int]:
    """Return passage → its rank in a leg, from 1; nothing for a leg that was not asked."""
    if scores is None:
        return {}
    return {hit.passage: hit.rank for hit in ranked(scores, len(scores))}


def parts_of(ranker: Ranker, ranking: Ranking, passages: Sequence[int]) -> list[Parts]:
    """Return what the fused score of each of `passages` is made of."""
    calibration = ranker.index.calibration
    legs = fused_parts(ranking.lexical, ranking.dense, calibration, ranking.overlap, ranking.known)
    found = []
    for passage in passages:
        words_part, meaning = legs[passage]
        read = ranking.said.get(passage)
        said = 0.0 if read is None else calibration.bonus(read.whole, read.at_once)
        lapsed = has_lapsed(ranker.index.passages.document_of(passage))
        less = -LAPSED_PENALTY if lapsed else 0.0
        settled = ranking.settled[passage]
        number = NUMBER_BONUS * ranking.held.get(passage, 0)
        found.append(
            Parts(
                words=words_part,
                meaning=meaning,
                said=said,
                # Nothing else is added before a score is settled.
                definition=_rounded(settled - words_part - meaning - said - less),
                lapsed=less,
                number=number,
                second=_rounded(ranking.fused[passage] - settled - number),
            )
        )
    return found


def term_scores(ranker: Ranker, query: Query, passages: Sequence[int]) -> list[dict[str, float]]:
    """Return, for each of `passages`, term of the question → what it adds to the score by words.

    A score by words is a sum over terms, so each is asked for alone; a pair of neighbours is a term
    of its own. What is left of the score is by other names of the words.
    """
    table, found = ranker.index.passages, [dict[str, float]() for _ in passages]
    rows = {int(table.rows[passage]["document"]) for passage in passages}
    among = SlotFilter([table.documents[row].slot for row in rows], hides=False)
    most = min(_MOST_LOOKED_AT, sum(table.documents[row].passages for row in rows))
    for shown, times, terms in _one_by_one(query.text):
        scores = dict(ranker.index.lexical.search(terms, most, among=among))
        for passage, own in zip(passages, found, strict=True):
            if passage in scores:
                own[shown] = own.get(shown, 0.0) + times * scores[passage]
    return found


def _one_by_one(text: str) -> list[tuple[str, int, Terms]]:
    """Return each term of a question as people read it, how often it stands there, and alone."""
    whole = analyse(text)
    bare = whole.accented == whole.folded
    shown = with_pairs(words(text))
    terms = zip(shown, with_pairs(whole.accented), with_pairs(whole.folded), strict=True)
    alone = []
    for (said, accented, folded), times in Counter(terms).items():
        name = said.replace("_", " ")
        if bare or accented != folded:
            alone.append((name, times, Terms([accented], [folded], [])))
        else:
            # Together they would be taken for a question typed without marks.
            alone.append((name, times, Terms([accented], [], [])))
            alone.append((name, times, Terms([], [folded], [])))
    numbers = Counter(whole.numbers).items()
    return [*alone, *((key, times, Terms([], [], [key])) for key, times in numbers)]


def _rounded(value: float) -> float:
    return 0.0 if abs(value) < _ROUNDING else value
