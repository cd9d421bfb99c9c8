"""/unanswered: what people asked and did not get."""

from collections.abc import Sequence
from datetime import datetime

from aiohttp import web

from bot.errors import StoreError
from bot.services import Services
from bot.store.questions import Unanswered
from bot.texts.admin_pages import admin_texts
from bot.web.html import Pages


class UnansweredPage:
    """Questions without an answer, or with one that did not help."""

    def __init__(self, services: Services, pages: Pages) -> None:
        self._services = services
        self._pages = pages

    def add_to(self, application: web.Application) -> None:
        """Serve the page."""
        application.router.add_get("/unanswered", self._list)

    async def _list(self, request: web.Request) -> web.Response:
        questions, works = await self._questions()
        values = {
            "say": admin_texts(self._pages.language(request)),
            "here": "unanswered",
            "keeps": self._services.settings.keep_questions_days,
            "works": works,
            "questions": [
                (one, datetime.fromtimestamp(one.last).astimezone()) for one in questions
            ],
        }
        return self._pages.page(request, "admin_unanswered.html", values)

    async def _questions(self) -> tuple[Sequence[Unanswered], bool]:
        """Return the questions, and whether the database could be asked."""
        store = self._services.store
        try:
            return ([], False) if store is None else (await store.questions.unanswered(), True)
        except StoreError:
            return [], False
