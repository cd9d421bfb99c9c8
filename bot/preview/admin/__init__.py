"""What operators see in a browser: documents, unanswered questions, rankings, figures.

Says nothing about who may look: whatever serves these pages lets in only those who may. Every
change is a POST.
"""

from aiohttp import web

from bot.preview.admin.corpus import CorpusPages
from bot.preview.admin.evaluation import EvaluationPage
from bot.preview.admin.ranking import RankingPage
from bot.preview.admin.unanswered import UnansweredPage
from bot.services import Services
from bot.web.html import Pages


class AdminPages:
    """The pages at /corpus, /unanswered, /ranking and /evaluation, and below them."""

    def __init__(self, services: Services, pages: Pages) -> None:
        self._parts = (
            CorpusPages(services, pages),
            UnansweredPage(services, pages),
            RankingPage(services, pages),
            EvaluationPage(services, pages),
        )

    def add_to(self, application: web.Application) -> None:
        """Serve them; what they have begun ends with the application."""
        for part in self._parts:
            part.add_to(application)
