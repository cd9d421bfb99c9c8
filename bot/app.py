"""The composition root of the bot: builds every part, owns their start and stop."""

import asyncio
import logging
from collections.abc import Coroutine
from functools import partial
from typing import Any

from telegram import Update
from telegram.error import NetworkError
from telegram.ext import AIORateLimiter, Application, ApplicationBuilder

from bot import metrics
from bot.access import Access
from bot.connecting import in_the_end
from bot.conversations import Conversations
from bot.database_watch import DatabaseWatch
from bot.errors import StoreError
from bot.gauges import watch
from bot.handlers.registering import register_all
from bot.health import Health
from bot.housekeeping import Housekeeper
from bot.menus import set_menus
from bot.old_jobs import end_old_jobs
from bot.operators import tell_operators
from bot.polling import Pulse, poll
from bot.quotas import Quotas
from bot.reader_links import ReaderLinks, links_of
from bot.receiving import Places, Processor, Receiver
from bot.reindexing import Reindexer
from bot.searching import SearchProcess, searches_apart
from bot.sending import Sender
from bot.service import AnswerService
from bot.services import Services
from bot.settings import Settings
from bot.shares import Shares
from bot.stopping import until_told
from bot.store import Store
from bot.texts import sentences
from bot.watching import Watcher
from bot.web.public import PublicPages, PublicServer
from bot.web.requests import AiohttpRequest
from bot.web.status import StatusServer
from bot.web.webhook import WebhookServer
from bot.weekly import Weekly
from bot.working import Working
from retrieval.embedding import Embedder
from retrieval.reranking import Reranker

_log = logging.getLogger(__name__)

_SEND_RETRIES = 5
_CONNECTIONS = 64

AnyApplication = Application[Any, Any, Any, Any, Any, Any]


class BotApp:
    """The live bot, by long polling or by webhook."""

    def __init__(
        self,
        settings: Settings,
        embedder: Embedder | None,
        reranker: Reranker | None = None,
        reader: ReaderLinks | None = None,
    ) -> None:
        """Take note of how to live; `reader` makes links where somebody else serves the pages."""
        self._settings = settings
        self._search: SearchProcess | None = None
        if searches_apart(settings.place, embedder, reranker):
            self._search = SearchProcess(settings.log, metrics.SEARCH_PROCESS_RESTARTS.inc)
        self._answers = AnswerService(
            settings.data,
            embedder,
            reranker=reranker,
            place=settings.place,
            process=self._search,
        )
        self._reindexer = Reindexer(settings, metrics.reindexed)
        self._store: Store | None = None
        self._services: Services | None = None
        # Of its own, so that a long poll takes no connection from what is sent.
        self._requests = (AiohttpRequest(_CONNECTIONS), AiohttpRequest(1))
        self._sender = Sender()
        self._places = Places()
        self._application = self._build(settings.require_token())
        self._receiver = Receiver(self._application.bot, self._hand_on)
        self._reader = reader or links_of(settings)
        self._webhook: WebhookServer | None = None
        self._public: PublicServer | None = None
        self._pulse = Pulse()
        self._health = Health(self._answers, self._requests, self._receives)
        self._status: StatusServer | None = None
        self._chores: list[asyncio.Task[None]] = []

    def run(self) -> None:
        """Serve until interrupted.

        Raises:
            telegram.error.InvalidToken: Telegram refuses the token.
            ConfigError: An address cannot be listened on.
        """
        asyncio.run(until_told(self.serve()))

    @property
    def services(self) -> Services | None:
        """The parts of the bot; None until it has started."""
        return self._services

    async def serve(self) -> None:
        """Serve until cancelled; signals are the caller's to deal with.

        Raises:
            As `run` does.
        """
        try:
            await self._receive()
        finally:
            await self._end()

    async def _receive(self) -> None:
        application = self._application
        # First of all: whoever watches must not take waiting for a network for death.
        await self._begin_telling()
        await in_the_end(application.initialize)
        self._health.bot = application.bot
        await self._start()
        await application.start()
        # Only now: there may be more of them than the queue holds.
        await self._go_on()
        webhook, pages = self._settings.webhook, self._pages()
        if webhook is None:
            await self._open(pages)
            await in_the_end(application.bot.delete_webhook)
            await poll(application.bot, self._receiver.take_all, self._pulse)
            return
        self._webhook = WebhookServer(webhook, self._receiver.take, pages=pages)
        await self._webhook.start()
        await in_the_end(
            lambda: application.bot.set_webhook(
                webhook.url, secret_token=webhook.secret, allowed_updates=Update.ALL_TYPES
            )
        )
        await asyncio.Event().wait()

    def _pages(self) -> PublicPages | None:
        """Return what people read in browsers, where that is wanted."""
        public, lock = self._settings.public, self._reader.lock
        if public is None:
            return None
        return PublicPages(public, self._answers, lock, self._settings.language)

    async def _open(self, pages: PublicPages | None) -> None:
        """Serve the pages where no webhook listens."""
        if pages is not None and self._settings.public is not None:
            self._public = PublicServer(self._settings.public, pages)
            await self._public.start()

    async def _begin_telling(self) -> None:
        """Tell how the bot is, where that is wanted."""
        if self._settings.metrics is None:
            return
        watch(self._places, self._answers, self._reindexer, self._search, self._health)
        self._status = StatusServer(self._settings.metrics, self._health)
        await self._status.start()

    def _receives(self) -> bool:
        """Return whether updates are asked for, or listened for; at first it counts as so."""
        return self._pulse.goes_on if self._webhook is None else self._webhook.listening

    async def _hand_on(self, update: Update) -> None:
        await self._places.take()
        message = update.effective_message
        if message is not None and update.callback_query is None:
            self._sender.outbox.knows(message)
        await self._application.update_queue.put(update)

    async def _end(self) -> None:
        # Before the reindex that one of them may wait for: it has not failed, it is not wanted.
        for chore in self._chores:
            chore.cancel()
        self._reindexer.stop()
        self._sender.stop()
        try:
            for listening in (self._webhook, self._public):
                if listening is not None:
                    await listening.stop()
            if self._application.running:
                await self._application.stop()
        finally:
            # Whatever failed above: a thread left running would keep the process alive.
            await self._answers.stop()
            await self._application.shutdown()
            # Where Telegram was never reached the line before does nothing.
            await self._application.bot.shutdown()
            await asyncio.gather(*self._chores, return_exceptions=True)
            if self._status is not None:
                await self._status.stop()
            if self._store is not None:
                await self._store.close()
            self._sender.outbox.close()

    def _build(self, token: str) -> AnyApplication:
        builder: Any = ApplicationBuilder().token(token).updater(None)
        builder = builder.base_url(f"{self._settings.api_base}/bot")
        builder = builder.base_file_url(f"{self._settings.api_base}/file/bot")
        sends, polls = self._requests
        builder = builder.request(sends).get_updates_request(polls)
        processor = Processor(self._done, Shares(self._settings.admins), self._places)
        builder = builder.concurrent_updates(processor)
        limiter = AIORateLimiter(self._settings.send_rate, max_retries=_SEND_RETRIES)
        builder = builder.rate_limiter(limiter)
        application: AnyApplication = builder.build()
        application.add_error_handler(_on_error)
        return application

    def _done(self, number: int) -> None:
        self._receiver.done(number)

    async def _start(self) -> None:
        await self._answers.start()
        self._sender.outbox.open(self._settings.data / "messages.log")
        try:
            self._store = await Store.open(self._settings.database)
        except StoreError as error:
            _log.error("store.unavailable error=%s", error)
        else:
            self._health.store = self._store
            self._begin("housekeeping", Housekeeper(self._settings, self._store).run())
        self._services = services = Services(
            settings=self._settings,
            answers=self._answers,
            reindexer=self._reindexer,
            store=self._store,
            conversations=Conversations(),
            access=Access(self._settings, self._store),
            quotas=Quotas(self._store),
            sender=self._sender,
            working=Working(),
            reader=self._reader,
        )
        register_all(services, self._application)
        await end_old_jobs(self._application.bot, self._store)
        self._begin_chores(services)
        _announce(self._application, self._answers, self._settings)

    def _begin_chores(self, services: Services) -> None:
        bot = self._application.bot
        tell = partial(tell_operators, services, bot)
        self._begin("menus", set_menus(bot, self._settings))
        self._begin("database", DatabaseWatch(self._store, tell).run())
        if self._settings.watch_minutes:
            self._begin("watching", Watcher(services, tell).run())
        if self._settings.admins:
            self._begin("weekly", Weekly(services, tell).run())

    def _begin(self, name: str, chore: Coroutine[Any, Any, None]) -> None:
        """Do something beside the answers, which go on whatever becomes of it."""
        task = asyncio.create_task(chore, name=name)
        task.add_done_callback(_log_fault)
        self._chores.append(task)

    async def _go_on(self) -> None:
        """Deal with what the last process took and did not live to deal with."""
        left = await self._receiver.start(self._store)
        messages = (update.effective_message for update in left)
        self._sender.outbox.doubt(message for message in messages if message is not None)
        for update in left:
            await self._hand_on(update)


def _announce(application: AnyApplication, answers: AnswerService, settings: Settings) -> None:
    documents = len(answers.searcher.documents) if answers.searcher else 0
    say = sentences(settings.language)
    name = application.bot.username
    print(say.cli_running.format(username=name, documents=documents), flush=True)


def _log_fault(chore: "asyncio.Task[None]") -> None:
    error = None if chore.cancelled() else chore.exception()
    if error is not None:
        _log.error("chore.failed name=%s", chore.get_name(), exc_info=error)


async def _on_error(update: object, context: Any) -> None:
    """Log what no handler caught; the chat never sees a traceback."""
    error = context.error
    if isinstance(error, NetworkError):
        _log.warning("network.failed error=%s", type(error).__name__)
    else:
        metrics.UPDATES_FAILED.inc()
        _log.error("update.failed kind=%s", type(update).__name__, exc_info=error)
