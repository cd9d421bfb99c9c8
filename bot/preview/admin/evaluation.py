"""/evaluation: how well questions are answered, from question sets and from what people say."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from bot.errors import StoreError
from bot.preview.admin.forms import see, with_forms
from bot.preview.admin.measurer import MeasuredSet, Measurer, Measuring
from bot.preview.admin.plots import Plot, curve_plot, histogram, threshold_curve
from bot.preview.admin.question_sets import SETS, question_sets
from bot.preview.admin.streaming import Background
from bot.services import Services
from bot.store.questions import Believed
from bot.texts.admin_pages import AdminTexts, admin_texts
from bot.web.html import Pages
from retrieval.canaries import CANARY_FILE, load_canaries
from retrieval.errors import CorpusError

MEASURES = ("ndcg@10", "mrr@10", "recall@1", "recall@5", "recall@20")
_FEW = 8
"""Judged questions below which a curve would say more than is known."""


@dataclass(frozen=True, slots=True)
class SetView:
    """A measured set as the page shows it.

    Attributes:
        rows: A leg, and its measures.
        right: Share answered rightly; None where no question was asked.
        wrong: Share answered wrongly.
        missed: Share not answered.
        spread: Of the confidence.
        curve: Over the threshold.
    """

    of: MeasuredSet
    rows: Sequence[tuple[str, Sequence[float]]]
    right: float
    wrong: float
    missed: float
    spread: Plot
    curve: Plot


class EvaluationPage:
    """Figures and plots."""

    def __init__(self, services: Services, pages: Pages) -> None:
        self._services = services
        self._pages = pages
        self._measurer = Measurer(services.settings)
        self._background = Background()

    def add_to(self, application: web.Application) -> None:
        """Serve the page."""
        self._background.add_to(application)
        application.router.add_get("/evaluation", self._show)
        application.router.add_get("/evaluation/events", self._events)
        application.router.add_post("/evaluation/run", self._run)

    async def _show(self, request: web.Request) -> web.Response:
        say = admin_texts(self._pages.language(request))
        settings, searcher = self._services.settings, self._services.answers.searcher
        threshold = None if searcher is None else searcher.ranker.usual_threshold()
        state, believed = self._measurer.state.value, await self._believed()
        judged = [(one.confidence, one.judged > 0) for one in believed if one.judged]
        values = {
            "say": say,
            "here": "evaluation",
            "state": state,
            "sets": [_view(one) for one in state.sets],
            "threshold": threshold,
            "sources": await asyncio.to_thread(_sources, self._services),
            "progress": _progress(state, say),
            "folder": str(settings.data / SETS),
            "canary_file": str(settings.corpus / CANARY_FILE),
            "believed": len(believed),
            "judged": len(judged),
            "few": _FEW,
            "spread": histogram(_series(believed), threshold),
            "curve": curve_plot(threshold_curve(judged), threshold),
            "measures": MEASURES,
            "names": _names(say),
        }
        return with_forms(self._pages.page(request, "admin_evaluation.html", values))

    async def _run(self, request: web.Request) -> web.Response:
        if self._services.answers.searcher is not None and self._measurer.claim():
            self._background.begin(self._measurer.run(self._pages.language(request)))
        return see("/evaluation#work")

    async def _events(self, request: web.Request) -> web.StreamResponse:
        say = admin_texts(self._pages.language(request))

        def tell(state: Measuring) -> dict[str, object]:
            return {
                "running": state.running,
                "stage": state.name,
                "text": _progress(state, say),
                "done": state.done,
                "total": state.total,
            }

        return await self._background.stream(request, self._measurer.state, tell)

    async def _believed(self) -> Sequence[Believed]:
        store = self._services.store
        try:
            return [] if store is None else await store.questions.believed()
        except StoreError:
            return []


def _progress(state: Measuring, say: AdminTexts) -> str:
    if not state.name:
        return say.starting
    return say.measuring.format(name=state.name, done=state.done, total=state.total)


def _sources(services: Services) -> list[str]:
    """Return the names of what can be measured."""
    settings = services.settings
    names = [path.name for path in question_sets(settings.data)]
    try:
        return [CANARY_FILE, *names] if load_canaries(settings.corpus) else names
    except CorpusError:
        return [CANARY_FILE, *names]  # measuring it tells what is wrong with it


def _view(one: MeasuredSet) -> SetView:
    answered_rightly = [c for c, answered, right in one.beliefs if answered and right]
    answered_wrongly = [c for c, answered, right in one.beliefs if answered and not right]
    missed = [c for c, answered, _ in one.beliefs if not answered]
    count = len(one.beliefs) or 1
    series = {"right": answered_rightly, "wrong": answered_wrongly, "missed": missed}
    points = [(confidence, right) for confidence, _, right in one.beliefs]
    return SetView(
        of=one,
        rows=[(leg, [of.get(name, 0.0) for name in MEASURES]) for leg, of in one.legs.items()],
        right=len(answered_rightly) / count,
        wrong=len(answered_wrongly) / count,
        missed=len(missed) / count,
        spread=histogram(series, one.threshold),
        curve=curve_plot(threshold_curve(points), one.threshold),
    )


def _series(believed: Sequence[Believed]) -> dict[str, list[float]]:
    def of(condition: object) -> list[float]:
        return [one.confidence for one in believed if _kind(one) == condition]

    return {kind: of(kind) for kind in ("helped", "unhelpful", "answered", "missed")}


def _kind(one: Believed) -> str:
    if one.judged:
        return "helped" if one.judged > 0 else "unhelpful"
    return "answered" if one.answered else "missed"


def _names(say: AdminTexts) -> dict[str, str]:
    return {
        "right": say.series_right,
        "wrong": say.series_wrong,
        "missed": say.series_missed,
        "helped": say.series_helped,
        "unhelpful": say.series_unhelpful,
        "answered": say.series_answered,
        "precision": say.series_precision,
        "share": say.series_share,
        "lexical": say.leg_words,
        "dense": say.leg_meaning,
        "hybrid": say.leg_both,
    }
