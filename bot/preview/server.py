"""The preview's own HTTP server: one application on this machine alone, and what it is made of."""

import asyncio
import json
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict
from functools import partial
from http import HTTPStatus

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.preview.admin import AdminPages
from bot.preview.cast import Cast
from bot.preview.deeds import MAX_FILE_BYTES, Doing
from bot.preview.entrance import Entrance
from bot.preview.forgetting import forget
from bot.preview.view import View
from bot.reader_links import Lock
from bot.services import Services
from bot.settings import Language
from bot.texts.preview import preview_texts
from bot.texts.web import PAGE_TEXTS
from bot.web.html import Pages, add_static
from bot.web.reader import Reader
from retrieval.canaries import load_canaries
from retrieval.errors import CorpusError

_log = logging.getLogger(__name__)

_ALIVE_S = 15.0
_TOGETHER_S = 0.03
"""What changes within so short a time comes as one event."""
_SHUTDOWN_S = 0.5
_FORGETS_S = 60.0
_EXAMPLES = 3


class PreviewServer:
    """Serves the chat page, and what is mounted beside it."""

    def __init__(self, cast: Cast, services: Services, pages: Pages, origin: str) -> None:
        """Put the application together.

        Args:
            cast: The people and chats.
            services: Those of the running bot.
            pages: Make the pages.
            origin: `http://127.0.0.1:<port>`, where the page will be.
        """
        self._cast = cast
        self._pages = pages
        self._corpus = services.settings.corpus
        self._telling: set[asyncio.Task[None]] = set()
        self.entrance = Entrance(pages, origin, partial(_show, services.settings.language))
        application = web.Application(client_max_size=MAX_FILE_BYTES)
        self.entrance.guard(application)
        application.middlewares.append(self._in_words)
        application.router.add_get("/", self._page)
        application.router.add_get("/events", self._events)
        Doing(cast, pages).add_to(application)
        reader = Reader(services.answers, pages, Lock(), layout="preview_base.html", home="/")
        reader.add_to(application)
        AdminPages(services, pages).add_to(application)
        add_static(application)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=_SHUTDOWN_S)

    @asynccontextmanager
    async def listens(self, listening: socket.socket) -> AsyncIterator[None]:
        """Serve while the context lasts; at its end open pages are let go."""
        await self._runner.setup()
        await web.SockSite(self._runner, listening).start()
        forgetting = asyncio.create_task(self._forget(), name="forgetting")
        try:
            yield
        finally:
            for task in (forgetting, *self._telling):
                task.cancel()
            await self._runner.cleanup()

    async def _forget(self) -> None:
        while True:
            await asyncio.sleep(_FORGETS_S)
            forget(self._cast.server)

    @web.middleware
    async def _in_words(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Say in words what there is not, and what failed."""
        page = PAGE_TEXTS[self._pages.language(request)]
        try:
            return await handler(request)
        except web.HTTPNotFound:
            text, status = page.not_found, HTTPStatus.NOT_FOUND
        except web.HTTPException:
            raise
        except Exception:
            _log.exception("preview.failed path=%s", request.path)
            text, status = page.failed, HTTPStatus.INTERNAL_SERVER_ERROR
        if request.path.startswith("/do/"):
            return web.json_response({"error": text}, status=status)
        return self._pages.page(request, "notice.html", {"title": "hoidap", "text": text}, status)

    async def _page(self, request: web.Request) -> web.Response:
        say = preview_texts(self._pages.language(request))
        values = {
            "here": "chat",
            "say": say,
            "texts": json.dumps(asdict(say)),
            "examples": json.dumps(await asyncio.to_thread(self._examples)),
            "bot": self._cast.server.bot.username,
        }
        return self._pages.page(request, "chat.html", values)

    def _examples(self) -> list[str]:
        """Return questions that the corpus's owner knows to be answered."""
        with suppress(CorpusError):
            return [one.question for one in load_canaries(self._corpus) if one.document][:_EXAMPLES]
        return []

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """Tell an open page of all there is, then of what changes, for as long as it listens."""
        view = View(self._cast, preview_texts(self._pages.language(request)))
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        telling = asyncio.create_task(self._tell(view, response), name="telling")
        self._telling.add(telling)
        try:
            with suppress(ConnectionError, asyncio.CancelledError):
                await telling
        finally:
            telling.cancel()
            self._telling.discard(telling)
        return response

    async def _tell(self, view: View, response: web.StreamResponse) -> None:
        changes = {"fresh": True, **view.changes()}
        while True:
            told = f"data: {json.dumps(changes)}\n\n" if changes else ": still here\n\n"
            await response.write(told.encode())
            await asyncio.sleep(_TOGETHER_S)
            changes = await self._cast.server.world.signal.wait(view.changes, _ALIVE_S)


def _show(language: Language, address: str) -> None:
    print(preview_texts(language).next_address.format(address=address), flush=True)
