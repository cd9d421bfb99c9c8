"""The reader: a document with the cited passage highlighted, its neighbours, and a search.

Everything that it shows comes of the index that answers just now. Who may read what is `Lock`'s to
say; whoever may not learns the same of a document that is there and of one that is not.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus

from aiohttp import web
from aiohttp.typedefs import Handler

from bot import metrics
from bot.errors import BotError
from bot.links import Found, PassageLink, documents_by_key, follow, standing
from bot.reader_links import Lock
from bot.refusals import explain
from bot.render import is_link
from bot.service import AnswerService
from bot.texts import sentences
from bot.texts.reader import ReaderTexts, reader_texts
from bot.web.found import found_of
from bot.web.html import Pages
from bot.web.pacing import Pace
from bot.web.reading import WINDOW, contents, window_around, window_at
from retrieval.errors import RetrievalError
from retrieval.passage_table import PassageTable
from retrieval.search import MAX_QUERY_CHARS
from retrieval.types import DocumentRef
from retrieval.validity import has_lapsed

_log = logging.getLogger(__name__)

SEARCHES_AT_ONCE = 4
"""By all who read; more are to come again. People in chats have the rest of the queue."""
PAGES_A_SECOND = 50
"""By all who read: a page costs the loop that answers in chats some milliseconds."""
_PAGES_AT_ONCE = 100
_FOUND = 5
"""Passages that a search shows."""
_AGAIN_S = "5"
_MARKED = re.compile(r"([0-9]{1,6})-([0-9]{1,6})")
_NUMBER = re.compile(r"[0-9]{1,9}")
_STATUS = {
    "refused": (HTTPStatus.BAD_REQUEST, "invalid"),
    "overloaded": (HTTPStatus.SERVICE_UNAVAILABLE, "busy"),
    "deadline": (HTTPStatus.SERVICE_UNAVAILABLE, "busy"),
    "failed": (HTTPStatus.INTERNAL_SERVER_ERROR, "failed"),
}
"""Outcome of a question → status of its page, outcome of that."""

_Show = Callable[[web.Request, ReaderTexts], Awaitable[web.Response]]


@dataclass
class _Refusal(Exception):
    """A page that says why there is no other one; `outcome` is one of metrics.PAGE_OUTCOMES."""

    status: HTTPStatus
    outcome: str
    title: str
    text: str


class Reader:
    """The pages of documents and of searching them."""

    def __init__(
        self,
        answers: AnswerService,
        pages: Pages,
        lock: Lock,
        *,
        layout: str = "base.html",
        home: str = "/search",
        pace: Pace | None = None,
    ) -> None:
        """Take note of what to show and how.

        Args:
            answers: Has the index, and searches it.
            pages: Makes the pages, whose prefix all addresses have.
            lock: Says who may read what.
            layout: The template around each page.
            home: Where the name above it leads, below the prefix.
            pace: How many pages there are in a time; PAGES_A_SECOND where none is given.
        """
        self._answers = answers
        self._pages = pages
        self._lock = lock
        self._frame = {"layout": layout, "home": pages.prefix + home, "here": ""}
        self._slots = asyncio.Semaphore(SEARCHES_AT_ONCE)
        self._pace = pace or Pace(PAGES_A_SECOND, _PAGES_AT_ONCE)

    def add_to(self, application: web.Application) -> None:
        """Serve the pages; what must win over them is to be there already."""
        for path, page, show in (
            ("/r/{link}", "passage", self._passage),
            ("/d/{key}", "document", self._document),
            ("/search", "search", self._search),
        ):
            application.router.add_get(self._pages.prefix + path, self._served(page, show))

    def _served(self, page: str, show: _Show) -> Handler:
        return partial(self._serve, page, show)

    async def _serve(self, page: str, show: _Show, request: web.Request) -> web.Response:
        text = reader_texts(self._pages.language(request))
        outcome = "shown"
        try:
            if request.can_read_body:
                raise _no_page(text)
            if not self._pace.lets_in():
                raise _busy(text)
            response = await show(request, text)
        except _Refusal as refusal:
            outcome, response = refusal.outcome, self._refused(request, text, refusal)
        except Exception:
            # Without the address, in which words and signatures are.
            _log.exception("page.failed page=%s", page)
            status, outcome = _STATUS["failed"]
            fault = _Refusal(status, outcome, text.failed, text.failed)
            response = self._refused(request, text, fault)
        if request.can_read_body:
            response.force_close()
        metrics.PAGES_ASKED.labels(page, outcome).inc()
        # Links of chats, and what people ask, are nothing for the world's search engines.
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    def _refused(self, request: web.Request, text: ReaderTexts, refusal: _Refusal) -> web.Response:
        values = {"title": refusal.title, "told": refusal.text}
        response = self._page(request, "refused.html", text, values, refusal.status)
        if refusal.status is HTTPStatus.SERVICE_UNAVAILABLE:
            response.headers["Retry-After"] = _AGAIN_S
        return response

    def _page(
        self,
        request: web.Request,
        template: str,
        text: ReaderTexts,
        values: Mapping[str, object],
        status: HTTPStatus = HTTPStatus.OK,
    ) -> web.Response:
        common = {
            **self._frame,
            "text": text,
            "searchable": not self._lock.closed,
            "question": "",
            "longest": MAX_QUERY_CHARS,
        }
        return self._pages.page(request, template, {**common, **values}, status)

    async def _passage(self, request: web.Request, text: ReaderTexts) -> web.Response:
        link, table = PassageLink.read(request.match_info["link"]), self._table(text)
        if link is None:
            raise _no_page(text)
        found = standing(link, table)
        document = None if found is None else found.document
        signature = self._signature(request, text, link.document, document)
        if found is not None and found.changed:
            async with self._slot(text):
                # All of the document is read, which may be long.
                found = await asyncio.to_thread(follow, link, table)
        if found is None:
            raise _gone(text)
        number = table[found.index].number
        count = table.documents[documents_by_key(table)[link.document]].passages
        return self._shown(
            request, text, table, link.document, signature, window_around(number, count), found
        )

    async def _document(self, request: web.Request, text: ReaderTexts) -> web.Response:
        key, table = request.match_info["key"], self._table(text)
        index = documents_by_key(table).get(key)
        row = None if index is None else table.documents[index]
        signature = self._signature(request, text, key, None if row is None else row.ref)
        if row is None or not row.passages:
            raise _gone(text)
        wanted = request.query.get("p", "1")
        first = int(wanted) if _NUMBER.fullmatch(wanted) else 1
        return self._shown(request, text, table, key, signature, first, None)

    def _shown(
        self,
        request: web.Request,
        text: ReaderTexts,
        table: PassageTable,
        key: str,
        signature: str,
        first: int,
        found: Found | None,
    ) -> web.Response:
        """Return the page of a document from passage `first` on."""
        document = documents_by_key(table)[key]
        ref = table.documents[document].ref
        window = window_at(table, document, first, found, _marked(request, found))
        here = window.passages[0].number if found is None else table[found.index].number
        entries, whole = contents(table, document, here)
        signed = f"&s={signature}" if signature else ""
        root = f"{self._pages.prefix}/d/{key}"
        values = {
            "title": ref.title,
            "document": ref,
            "linked": is_link(ref.source),
            "lapsed": has_lapsed(ref),
            "window": window,
            "entries": entries,
            "whole": whole,
            "changed": found is not None and found.changed,
            "at": lambda number: f"{root}?p={number}{signed}",
            "step": WINDOW,
        }
        return self._page(request, "reader.html", text, values)

    async def _search(self, request: web.Request, text: ReaderTexts) -> web.Response:
        if self._lock.closed:
            raise _Refusal(HTTPStatus.FORBIDDEN, "locked", text.closed, text.closed_told)
        question = request.query.get("q", "").strip()
        if not question:
            values: dict[str, object] = {"title": text.search, "answer": None, "told": ""}
            return self._page(request, "search.html", text, values)
        say = sentences(self._pages.language(request))
        async with self._slot(text):
            try:
                answer, _ = await self._answers.ask(question, _FOUND, scope=self._lock.scope)
            except (RetrievalError, BotError) as error:
                outcome, told = explain(error, say)
                if outcome == "failed":
                    _log.exception("page.failed page=%s", "search")
                status, counted = _STATUS[outcome]
                raise _Refusal(status, counted, text.search, told) from None
        found = [found_of(one, say, self._pages.prefix) for one in answer.citations]
        values = {
            "title": text.found.format(question=question),
            "question": question,
            "answer": answer,
            "found": found,
            "told": "",
        }
        return self._page(request, "search.html", text, values)

    def _table(self, text: ReaderTexts) -> PassageTable:
        searcher = self._answers.searcher
        if searcher is None:
            status = HTTPStatus.SERVICE_UNAVAILABLE
            raise _Refusal(status, "failed", text.no_index, text.no_index)
        return searcher.index.passages

    def _signature(
        self, request: web.Request, text: ReaderTexts, key: str, document: DocumentRef | None
    ) -> str:
        """Return the signature that links on the page need, or "", where one may read `document`.

        Raises:
            _Refusal: The document is not there, or not for whoever asks; they learn which only
                where that tells nothing of what not everybody may read.
        """
        if document is not None and self._lock.is_open(document):
            return ""
        signature = request.query.get("s", "")
        opens = self._lock.opens(key, signature)
        if document is None and (opens or not self._lock.keeps):
            raise _gone(text)
        if not opens:
            raise _Refusal(HTTPStatus.FORBIDDEN, "locked", text.locked, text.locked_told)
        return signature

    def _slot(self, text: ReaderTexts) -> "asyncio.Semaphore":
        if self._slots.locked():
            raise _busy(text)
        return self._slots


def _marked(request: web.Request, found: Found | None) -> tuple[int, int]:
    """Return which characters of the passage are to be marked; none where its words changed."""
    match = _MARKED.fullmatch(request.query.get("m", ""))
    if match is None or found is None or found.changed:
        return 0, 0
    first, last = int(match[1]), int(match[2])
    return (first, last) if first < last <= len(found.table[found.index].text) else (0, 0)


def _busy(text: ReaderTexts) -> _Refusal:
    return _Refusal(HTTPStatus.SERVICE_UNAVAILABLE, "busy", text.search, text.busy)


def _gone(text: ReaderTexts) -> _Refusal:
    return _Refusal(HTTPStatus.NOT_FOUND, "gone", text.gone, text.gone_told)


def _no_page(text: ReaderTexts) -> _Refusal:
    return _Refusal(HTTPStatus.NOT_FOUND, "invalid", text.no_page, text.no_page_told)
