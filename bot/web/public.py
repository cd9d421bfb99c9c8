"""The reader as the world reaches it: its pages alone, or beside the webhook at one address."""

import logging

from aiohttp import web

from bot.addresses import Public
from bot.reader_links import Lock
from bot.service import AnswerService
from bot.settings import Language
from bot.web.html import Pages, add_static
from bot.web.reader import Reader
from bot.web.serving import BoundedServer

_log = logging.getLogger(__name__)


class PublicPages:
    """What is read in browsers, ready to be added to an application."""

    def __init__(
        self, public: Public, answers: AnswerService, lock: Lock, language: Language
    ) -> None:
        self._pages = Pages(language, public.prefix)
        self._reader = Reader(answers, self._pages, lock)

    def add_to(self, application: web.Application) -> None:
        """Serve the pages; what must win over them is to be there already."""
        self._reader.add_to(application)
        add_static(application, self._pages.prefix)
        # Whoever types the bare address is here to look for something.
        application.router.add_get(f"{self._pages.prefix}/", self._welcome)

    async def _welcome(self, _: web.Request) -> web.Response:
        raise web.HTTPFound(f"{self._pages.prefix}/search")


class PublicServer:
    """Serves the pages where no webhook listens."""

    def __init__(self, public: Public, pages: PublicPages) -> None:
        self._public = public
        application = web.Application(client_max_size=1)
        pages.add_to(application)
        self._server = BoundedServer(application)

    async def start(self) -> None:
        """Begin to listen.

        Raises:
            ConfigError: The address cannot be listened on.
        """
        host, port = self._public.host, self._public.port
        await self._server.start(host, port, "HOIDAP_LISTEN")
        _log.info("reader.listening host=%s port=%d", host, port)

    async def stop(self) -> None:
        """Listen no more."""
        await self._server.stop()
