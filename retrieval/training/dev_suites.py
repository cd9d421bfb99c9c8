"""Questions over the held-out pages, for calibrating: as typed, without accents, and abroad.

Owns which pages and which made questions; refuses to know what is learned from them.
"""

import random
from dataclasses import dataclass, replace
from pathlib import Path

from retrieval.documents.draft import Draft, DraftBlock, assemble
from retrieval.embedding import Embedder
from retrieval.evaluation.evaluate import ranker_over
from retrieval.evaluation.question_set import QuestionSet
from retrieval.evaluation.variants import without_accents
from retrieval.fusion import Calibration, Logistic
from retrieval.ranking import Ranker, Ranking
from retrieval.search import parse_query
from retrieval.training.asked import load_asked
from retrieval.training.made import MadeQuestion, definition_questions
from retrieval.training.split import DevPair
from retrieval.types import BlockKind, Document, Query

SEED = 20_261_123
UNSET = Calibration(0.3, 0.6, 0.3, 0.7, 0.0, None, Logistic(0.0, 1.0, 0.0), 0.5)
"""Before anything is learned."""

# Web documentation names its pages after identifiers, which no office asks about.
_SKIPPED_SOURCES = frozenset({"mdn"})
ASKED = "asked"
ASKED_ABROAD = "asked, en→vi"
MIXED = ("heading", "question", ASKED)
_PARALLEL = ("section, en→vi", "sentence, en→vi", "sentence, vi→en")
ABROAD = (*_PARALLEL, ASKED_ABROAD)
DEFINITION = "definition"
ASKED_ENCYCLOPEDIA = "asked, encyclopedia"
"""For confidence: statutes and support articles repeat one another too closely."""
_EVERYDAY_SOURCES = frozenset(
    """
    bloom-housing d2l-vn hf-course lobe-agents storybooks talpco tatoeba-manythings vote-gov
    wikipedia-android
    """.split()
)
_MAX_QUESTIONS = 1_500


@dataclass(frozen=True, slots=True)
class Suite:
    """Questions over one ranker.

    Attributes:
        name: For people.
        ranker: Over the passages.
        queries: The questions.
        answers: The id of the document that answers each.
        rankings: The ranker's.
        said: The words that answer, where they are known, or "".
    """

    name: str
    ranker: Ranker
    queries: list[Query]
    answers: list[str]
    rankings: list[Ranking]
    said: list[str]


def dev_suites(pairs: list[DevPair], embedder: Embedder, folder: Path) -> dict[str, list[Suite]]:
    """Return name → the suite as typed and without accents."""
    chance = random.Random(SEED)  # noqa: S311  # a seeded sample, not a secret
    usable = [pair for pair in pairs if pair.source not in _SKIPPED_SOURCES]
    usable = [pair for pair in usable if pair.kind in {"heading", "question"}]
    # A text that stands in two places is one passage, whichever of them is asked for.
    kept = list({pair.passage_text: pair for pair in reversed(usable)}.values())[::-1]
    place = {pair.passage_text: index for index, pair in enumerate(kept)}
    # Headings are the questions of one suite, so there the passages go without their titles.
    bare = _ranker(kept, embedder, folder / "bare", titled=False)
    titled = _ranker(kept, embedder, folder / "titled", titled=True)
    asked = {
        kind: [MadeQuestion(p.query, place[p.passage_text]) for p in usable if p.kind == kind]
        for kind in ("heading", "question")
    }
    written = load_asked(pairs)
    answers = [place[question.pair.passage_text] for question in written]
    own = [MadeQuestion(q.vietnamese, n, q.answer) for q, n in zip(written, answers, strict=True)]
    english = [MadeQuestion(q.english, n, q.answer) for q, n in zip(written, answers, strict=True)]
    suites: dict[str, list[Suite]] = {}
    for name, ranker, questions in (
        ("heading", bare, asked["heading"]),
        ("question", bare, asked["question"]),
        (ASKED, titled, own),
        (DEFINITION, titled, definition_questions(kept)),
        (ASKED_ENCYCLOPEDIA, titled, [q for q in own if kept[q.answered_by].source == "viwiki"]),
    ):
        chosen = chance.sample(questions, min(len(questions), _MAX_QUESTIONS))
        suites[name] = [
            _suite(name, ranker, chosen, bare=False),
            _suite(f"{name}, no accents", ranker, chosen, bare=True),
        ]
    suites[ASKED_ABROAD] = [_suite(ASKED_ABROAD, titled, english, bare=False)]
    return suites | _suites_abroad(pairs, embedder, folder)


def _suites_abroad(
    pairs: list[DevPair], embedder: Embedder, folder: Path
) -> dict[str, list[Suite]]:
    """Return suites whose questions are in another language than their passages."""
    sections = [p for p in pairs if p.kind == "en-vi" and p.source not in _SKIPPED_SOURCES]
    sentences = [p for p in pairs if p.kind == "bitext" and p.source in _EVERYDAY_SOURCES]
    turned = [replace(p, query=p.passage_text, passage_text=p.query) for p in sentences]
    suites = {}
    for name, own in zip(_PARALLEL, (sections, turned, sentences), strict=True):
        ranker = _ranker(own, embedder, folder / name, titled=False)
        made = [MadeQuestion(pair.query, index) for index, pair in enumerate(own)]
        suites[name] = [_suite(name, ranker, made, bare=False)]
    return suites


def _ranker(pairs: list[DevPair], embedder: Embedder, folder: Path, *, titled: bool) -> Ranker:
    folder.mkdir()
    documents = [_document(index, pair, titled=titled) for index, pair in enumerate(pairs)]
    return ranker_over(QuestionSet("dev", documents, {}, {}), folder, embedder, UNSET)


def _document(index: int, pair: DevPair, *, titled: bool) -> Document:
    blocks = [DraftBlock(BlockKind.PARAGRAPH, pair.passage_text)]
    if titled and pair.heading:
        blocks.insert(0, DraftBlock(BlockKind.HEADING, pair.heading, 1))
    return assemble(Draft(blocks), str(index), pair.title if titled else "")


def _suite(name: str, ranker: Ranker, made: list[MadeQuestion], *, bare: bool) -> Suite:
    queries = [parse_query(without_accents(q.text) if bare else q.text) for q in made]
    rankings: list[Ranking] = []
    for start in range(0, len(queries), 64):
        rankings += ranker.rank_many(queries[start : start + 64])
    answers = [str(q.answered_by) for q in made]
    return Suite(name, ranker, queries, answers, rankings, [q.answer for q in made])
