"""/corpus: the documents of the index, what the last build could not read, and building anew."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import ExitStack
from http import HTTPStatus

from aiohttp import web

from bot.document_pages import matching
from bot.errors import ReindexFailed
from bot.links import documents_by_key
from bot.preview.admin.documents import document_view, entry_of
from bot.preview.admin.forms import see, with_forms
from bot.preview.admin.standing import Standing, standing_of
from bot.preview.admin.streaming import Background
from bot.preview.admin.work import told, work_view
from bot.reindexing import Course
from bot.reports import fault_text
from bot.services import Services
from bot.settings import Language
from bot.texts import Sentences, sentences
from bot.texts.admin_pages import AdminTexts, admin_texts
from bot.web.html import Pages
from retrieval.build import BuildReport, undo
from retrieval.errors import GenerationError
from retrieval.passage_table import PassageTable
from retrieval.text import fold

_log = logging.getLogger(__name__)

_ON_A_PAGE = 100
_MOST_FAILED = 1_000
_KEY = "[A-Za-z0-9_-]{12}"


class CorpusPages:
    """What can be seen of the documents, and done with them."""

    def __init__(self, services: Services, pages: Pages) -> None:
        self._services = services
        self._pages = pages
        self._background = Background()

    def add_to(self, application: web.Application) -> None:
        """Serve the pages."""
        self._background.add_to(application)
        router = application.router
        router.add_get("/corpus", self._list)
        router.add_get("/corpus/events", self._events)
        router.add_post("/corpus/dry-run", self._dry_run)
        router.add_post("/corpus/reindex", self._reindex)
        router.add_get("/corpus/undo", self._ask_to_undo)
        router.add_post("/corpus/undo", self._undo)
        router.add_get(f"/corpus/{{key:{_KEY}}}", self._document)

    async def _list(self, request: web.Request) -> web.Response:
        spoken, say = self._speaking(request)
        standing = await self._standing()
        table, typed = self._table(), request.query.get("q", "")[:200]
        found = [] if table is None else matching(table, " ".join(fold(typed).split()))
        pages = max(1, -(-len(found) // _ON_A_PAGE))
        page = min(_number(request, "page", 1), pages)
        first = (page - 1) * _ON_A_PAGE
        corpus = self._services.settings.corpus
        shown = found[first : first + _ON_A_PAGE]
        entries = await asyncio.to_thread(lambda: [entry_of(row, corpus, say) for row in shown])
        values = {
            **self._work(spoken, standing, table),
            "say": say,
            "here": "corpus",
            "corpus": str(corpus),
            "last_failed": _last_failed(standing, sentences(spoken)),
            "typed": typed,
            "found": len(found),
            "entries": entries,
            "page_number": page,
            "pages": pages,
            "first": first,
        }
        return with_forms(self._pages.page(request, "admin_corpus.html", values))

    def _work(
        self, spoken: Language, standing: Standing, table: PassageTable | None
    ) -> dict[str, object]:
        known = {} if table is None else documents_by_key(table)
        course = self._services.reindexer.course.value
        return {
            "standing": standing,
            "course": course,
            "work": work_view(course, standing, known, spoken),
        }

    async def _document(self, request: web.Request) -> web.Response:
        _, say = self._speaking(request)
        table, key = self._table(), request.match_info["key"]
        index = None if table is None else documents_by_key(table).get(key)
        if table is None or index is None:
            values = {"title": say.no_document, "text": say.no_document_text}
            return self._pages.page(request, "notice.html", values, HTTPStatus.NOT_FOUND)
        corpus, first = self._services.settings.corpus, _number(request, "from", 1)
        view = await asyncio.to_thread(document_view, table, index, first, corpus, say)
        shown: dict[str, object] = {"say": say, "here": "corpus", "document": view}
        return self._pages.page(request, "admin_document.html", shown)

    async def _events(self, request: web.Request) -> web.StreamResponse:
        say = sentences(self._pages.language(request))

        def tell(course: Course) -> dict[str, object]:
            return told(course, say)

        return await self._background.stream(request, self._services.reindexer.course, tell)

    async def _dry_run(self, request: web.Request) -> web.Response:
        return self._begin(lambda: self._build(self._pages.language(request), dry_run=True))

    async def _reindex(self, request: web.Request) -> web.Response:
        return self._begin(lambda: self._build(self._pages.language(request), dry_run=False))

    def _begin(self, work: Callable[[], object]) -> web.Response:
        """Begin unless something is under way, which the page then shows."""
        if not self._services.reindexer.running:
            work()
        return see("/corpus#work")

    def _build(self, spoken: Language, *, dry_run: bool) -> None:
        # Claimed now, before anything is awaited: the page that follows shows it running.
        claimed = ExitStack()
        act = "dry-run" if dry_run else "reindex"
        claimed.enter_context(self._services.reindexer.claim(act, apart=True))

        async def work() -> None:
            try:
                with claimed:
                    async for event in self._services.reindexer.run(spoken, dry_run=dry_run):
                        if isinstance(event, BuildReport) and event.published:
                            await self._services.answers.reload()
            except (ReindexFailed, GenerationError, OSError) as error:
                # The page tells why.
                _log.error("reindex.failed error=%s", type(error).__name__)

        self._background.begin(work())

    async def _ask_to_undo(self, request: web.Request) -> web.Response:
        _, say = self._speaking(request)
        values = {"say": say, "here": "corpus", "standing": await self._standing()}
        return with_forms(self._pages.page(request, "admin_undo.html", values))

    async def _undo(self, request: web.Request) -> web.Response:
        reindexer, settings = self._services.reindexer, self._services.settings
        if not reindexer.running:
            try:
                with reindexer.claim("undo", apart=True):
                    await asyncio.to_thread(undo, settings.data, settings.place)
                    await self._services.answers.reload()
            except GenerationError as error:
                _log.error("undo.failed error=%s", type(error).__name__)
        return see("/corpus#work")

    async def _standing(self) -> Standing:
        searcher = self._services.answers.searcher
        folder = None if searcher is None else searcher.folder
        return await asyncio.to_thread(standing_of, self._services.settings, folder)

    def _table(self) -> PassageTable | None:
        searcher = self._services.answers.searcher
        return None if searcher is None else searcher.index.passages

    def _speaking(self, request: web.Request) -> tuple[Language, AdminTexts]:
        spoken = self._pages.language(request)
        return spoken, admin_texts(spoken)


def _last_failed(standing: Standing, say: Sentences) -> list[tuple[str, str]]:
    """Return the files that the last build could not read, and why, in words."""
    report = None if standing.last is None else standing.last.report
    failed = [] if report is None else report.failed[:_MOST_FAILED]
    return [(name, fault_text(fault, say)) for name, fault in failed]


def _number(request: web.Request, name: str, default: int) -> int:
    """Return a whole number from 1 that a query has, or `default` where it has none such."""
    written = request.query.get(name, "")
    well = written.isascii() and written.isdecimal() and len(written) <= 9
    return max(1, int(written)) if well else default
