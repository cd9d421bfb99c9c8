"""/ranking: why the passages for a question rank as they do."""

from dataclasses import asdict, dataclass
from http import HTTPStatus

from aiohttp import web

from bot.errors import BotError
from bot.examining import Examination, Examined
from bot.links import PassageLink
from bot.preview.admin.plots import Box, stacked, zero_of
from bot.refusals import explain
from bot.services import Services
from bot.texts import sentences
from bot.texts.admin_pages import AdminTexts, admin_texts
from bot.web.html import Pages
from retrieval.errors import RetrievalError

_MOST_CHARS = 2_000
_TERMS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class PartView:
    """A part of a score that is not 0."""

    kind: str
    label: str
    value: float


@dataclass(frozen=True, slots=True)
class RankedView:
    """A passage of the ranking.

    Attributes:
        link: As the reader has it.
        parts: What its score is the sum of.
        bar: The same, drawn; the document's number is left out, which would dwarf the rest.
        terms: (term, what it adds to the score by words), the greatest first.
        others: What other names of the words add.
    """

    rank: int
    found: Examined
    link: str
    parts: list[PartView]
    bar: list[Box]
    terms: list[tuple[str, float]]
    others: float


class RankingPage:
    """A question taken apart."""

    def __init__(self, services: Services, pages: Pages) -> None:
        self._services = services
        self._pages = pages

    def add_to(self, application: web.Application) -> None:
        """Serve the page."""
        application.router.add_get("/ranking", self._show)

    async def _show(self, request: web.Request) -> web.Response:
        spoken = self._pages.language(request)
        say = admin_texts(spoken)
        question = request.query.get("q", "")[:_MOST_CHARS].strip()
        previous = request.query.get("before", "")[:_MOST_CHARS].strip()
        values: dict[str, object] = {
            "say": say,
            "here": "ranking",
            "question": question,
            "previous": previous,
            "found": None,
            "problem": "",
        }
        status = HTTPStatus.OK
        if question:
            try:
                found = await self._services.answers.examine(
                    question, previous=previous, closely=True
                )
                values |= {"found": found, **_ranked(found, say)}
            except (RetrievalError, BotError) as error:
                _, values["problem"] = explain(error, sentences(spoken))
                status = HTTPStatus.UNPROCESSABLE_ENTITY
        return self._pages.page(request, "admin_ranking.html", values, status)


def _ranked(found: Examination, say: AdminTexts) -> dict[str, object]:
    labels = {
        "words": say.part_words,
        "meaning": say.part_meaning,
        "said": say.part_said,
        "definition": say.part_definition,
        "lapsed": say.part_lapsed,
        "number": say.part_number,
        "second": say.part_second,
    }
    rows = [asdict(one.parts) for one in found.passages]
    bars = stacked([{kind: v for kind, v in row.items() if kind != "number"} for row in rows])
    passages = [
        RankedView(
            rank=rank,
            found=one,
            link=str(PassageLink.to(one.document.id, one.number, one.text)),
            parts=[PartView(kind, labels[kind], value) for kind, value in row.items() if value],
            bar=bar,
            terms=sorted(one.terms.items(), key=lambda term: (-term[1], term[0]))[:_TERMS_SHOWN],
            others=max(0.0, (one.lexical or 0.0) - sum(one.terms.values())),
        )
        for rank, (one, row, bar) in enumerate(zip(found.passages, rows, bars, strict=True), 1)
    ]
    used = {part.kind for one in passages for part in one.parts}
    legend = [(kind, label) for kind, label in labels.items() if kind in used]
    return {
        "passages": passages,
        "legend": legend,
        "zero": zero_of(bars),
        "numbered": "number" in used,
    }
