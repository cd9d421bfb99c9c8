"""Why the passages for a question rank as they do: looked up, and in words. Knows no telegram."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape

from bot.buttons import shortened
from bot.dissecting import Parts, Reading, parts_of, ranks_of, reading_of, term_scores
from bot.settings import Language
from bot.texts.insight import InsightTexts, insight_texts
from retrieval.fusion import ranked
from retrieval.ranking import Ranking
from retrieval.search import Searcher
from retrieval.text.spelling import folded_key
from retrieval.text.terms import words
from retrieval.types import DocumentRef, Hit, Query

_SHOWN = 5
_QUESTION_UNITS = 200
_TITLE_UNITS = 90
_WORDS_UNITS = 140
_EXCERPT_UNITS = 90


@dataclass(frozen=True, slots=True)
class Examined:
    """What speaks for one passage.

    Attributes:
        document: Where it is from.
        number: Its number there.
        text: Its words.
        lexical: Its score by words; None where it shares none.
        dense: Its cosine; None where the model was not asked.
        fused: What orders passages.
        whole: Share, 0 to 1, of the question that it says.
        at_once: Share that its best sentence says.
        confidence: That it answers, 0 to 1.
        threshold: From which confidence it is an answer.
        level: How exactly it holds the document numbers asked for, from 1; 0 for not at all.
        has: The question's words that it, or what stands above it, has.
        lacks: Those that neither has.
        lexical_rank: Its place by words, from 1; None where it shares none.
        dense_rank: Its place by meaning; None where the model was not asked.
        parts: What `fused` is the sum of.
        terms: Term of the question → what it adds to `lexical`; {} where that was not asked for.
    """

    document: DocumentRef
    number: int
    text: str
    lexical: float | None
    dense: float | None
    fused: float
    whole: float
    at_once: float
    confidence: float
    threshold: float
    level: int
    has: tuple[str, ...]
    lacks: tuple[str, ...]
    lexical_rank: int | None
    dense_rank: int | None
    parts: Parts
    terms: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Examination:
    """What speaks for the best passages, as one generation has them.

    Attributes:
        question: As it is searched.
        generation: The name of the generation.
        share: Of the scores by meaning in the fused ones, 0 to 1; None where there are none.
        numbers: The document numbers asked for, as the index writes them.
        answered: Whether the first passage is taken for an answer.
        passages: Best first.
        reading: How the question was read.
        candidates: How many passages either leg found.
    """

    question: str
    generation: str
    share: float | None
    numbers: tuple[str, ...]
    answered: bool
    passages: Sequence[Examined]
    reading: Reading
    candidates: int


def examine(
    searcher: Searcher, query: Query, k: int = _SHOWN, *, closely: bool = False
) -> Examination:
    """Return what speaks for the best `k` passages for `query`; blocks as a search does.

    A question that the one before completes is examined as completed. To look `closely` is to ask
    for each term of it alone.
    """
    if query.completed:
        query = replace(query, text=query.completed)
    [ranking] = searcher.ranker.rank_many([query])
    hits = ranked(ranking.fused, k)
    calibration = searcher.index.calibration
    passages = [hit.passage for hit in hits]
    parts = parts_of(searcher.ranker, ranking, passages)
    terms = [dict[str, float]() for _ in hits]
    if closely:
        terms = term_scores(searcher.ranker, query, passages)
    by_words, by_meaning = ranks_of(ranking.lexical), ranks_of(ranking.dense)
    numbers = tuple(keys[-1] for keys in ranking.asked.numbers if keys)
    examined = [
        replace(
            _examined(searcher, query, ranking, hit, own),
            terms=scores,
            lexical_rank=by_words.get(hit.passage),
            dense_rank=by_meaning.get(hit.passage),
        )
        for hit, own, scores in zip(hits, parts, terms, strict=True)
    ]
    known = ranking.dense is not None and calibration.dense_weight is not None
    return Examination(
        question=query.text,
        generation=searcher.name,
        share=calibration.dense_share(ranking.overlap, ranking.known) if known else None,
        numbers=numbers,
        answered=bool(hits) and searcher.ranker.confidence(hits[0], ranking)[1],
        passages=examined,
        reading=reading_of(query, numbers),
        candidates=len(ranking.fused),
    )


def _examined(
    searcher: Searcher, query: Query, ranking: Ranking, hit: Hit, parts: Parts
) -> Examined:
    table, passage = searcher.index.passages, searcher.index.passages[hit.passage]
    evidence = searcher.ranker.evidence(hit, ranking)
    said = set(map(folded_key, words(f"{table.context_of(hit.passage)}\n{passage.text}")))
    asked = tuple(dict.fromkeys(words(query.text)))
    return Examined(
        document=table.document_of(hit.passage),
        number=passage.number,
        text=passage.text,
        lexical=ranking.lexical.get(hit.passage),
        dense=None if ranking.dense is None else ranking.dense.get(hit.passage),
        fused=hit.score,
        whole=evidence.coverage,
        at_once=evidence.sentence,
        confidence=searcher.ranker.confidence(hit, ranking)[0],
        threshold=searcher.index.calibration.threshold_for(evidence),
        level=ranking.held.get(hit.passage, 0),
        has=tuple(word for word in asked if folded_key(word) in said),
        lacks=tuple(word for word in asked if folded_key(word) not in said),
        lexical_rank=None,
        dense_rank=None,
        parts=parts,
    )


def examination_text(found: Examination, language: Language) -> str:
    """Return an examination as one HTML message."""
    say = insight_texts(language)
    told = [say.why_index.format(name=found.generation)]
    if found.share is None:
        told.append(say.why_no_meaning)
    else:
        told.append(say.why_share.format(percent=_percent(found.share)))
    if found.numbers:
        told.append(say.why_numbers.format(numbers=", ".join(found.numbers)))
    head = [
        f"<b>{_plain(say.why_head)}</b>",
        _plain(f"“{shortened(found.question, _QUESTION_UNITS)}”"),
        _plain(" · ".join(told)),
    ]
    if not found.passages:
        return "\n".join([*head, _plain(say.why_nothing)])
    verdict = say.why_answered if found.answered else say.why_missed
    best = found.passages[0]
    values = {"confidence": _percent(best.confidence), "threshold": _percent(best.threshold)}
    table = f"<pre>{_plain(_table(found.passages, say))}</pre>"
    entries = [_entry(rank, one, say) for rank, one in enumerate(found.passages, start=1)]
    legend = f"<i>{_plain(say.why_legend)}</i>"
    return "\n\n".join(
        ["\n".join([*head, _plain(verdict.format(**values))]), table, *entries, legend]
    )


def _table(passages: Sequence[Examined], say: InsightTexts) -> str:
    rows = [["#", *say.why_columns.split()]]
    rows += [
        [
            str(rank),
            _score(one.lexical),
            _score(one.dense),
            _score(one.fused),
            _percent(one.whole),
            _percent(one.at_once),
            _percent(one.confidence),
        ]
        for rank, one in enumerate(passages, start=1)
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        " ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows
    )


def _entry(rank: int, one: Examined, say: InsightTexts) -> str:
    place = say.why_passage.format(number=one.number)
    lines = [f"{rank}. {shortened(one.document.title, _TITLE_UNITS)}, {place}"]
    lines.append(shortened(" ".join(one.text.split()), _EXCERPT_UNITS))
    if one.level:
        lines.append(say.why_holds_number.format(level=one.level))
    lines += _listed(say.why_has, one.has)
    lines += _listed(say.why_lacks, one.lacks)
    return "\n".join(map(_plain, lines))


def _listed(template: str, found: Iterable[str]) -> list[str]:
    listed = shortened(" ".join(found), _WORDS_UNITS)
    return [template.format(words=listed)] if listed else []


def _score(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def _percent(share: float) -> str:
    return str(round(100 * share))


def _plain(text: str) -> str:
    return escape(text, quote=False)
