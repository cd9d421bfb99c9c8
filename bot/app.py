"""The composition root of the bot: builds every part, owns their start and stop."""

import asyncio
import logging
import signal
from contextlib import suppress
from typing import Any

from telegram import BotCommand, Update
from telegram.error import Conflict, InvalidToken, NetworkError, TelegramError
from telegram.ext import AIORateLimiter, Application, ApplicationBuilder

from bot.conversations import Conversations
from bot.errors import StoreError
from bot.handlers.admin import JOB, AdminHandlers
from bot.handlers.channel import ChannelHandlers
from bot.handlers.commands import ASK, HELP, SOURCES
from bot.handlers.group import GroupHandlers
from bot.handlers.info import InfoHandlers
from bot.handlers.private import PrivateHandlers
from bot.handlers.uploads import UploadHandlers
from bot.reindexing import Reindexer
from bot.service import AnswerService
from bot.services import Services
from bot.settings import Settings
from bot.store import Store
from bot.texts import EN, VI, Sentences, language_of, sentences
from retrieval.embedding import Embedder
from retrieval.reranking import Reranker

_log = logging.getLogger(__name__)

_SEND_RETRIES = 5
_CONNECTIONS = 64
_LONGEST_PAUSE_S = 30.0

AnyApplication = Application[Any, Any, Any, Any, Any, Any]


class BotApp:
    """The live bot, by long polling."""

    def __init__(
        self, settings: Settings, embedder: Embedder | None, reranker: Reranker | None = None
    ) -> None:
        self._settings = settings
        self._answers = AnswerService(settings.data, embedder, reranker=reranker)
        self._reindexer = Reindexer(settings)
        self._store: Store | None = None

    def run(self) -> None:
        """Serve until interrupted.

        Raises:
            ConfigError: There is no token.
            telegram.error.InvalidToken: Telegram refuses it.
        """
        asyncio.run(self._serve(self._build(self._settings.require_token())))

    async def _serve(self, application: AnyApplication) -> None:
        """Poll until a signal comes. PTB's own run_polling fails if it comes while connecting."""
        polling = asyncio.create_task(self._poll(application), name="polling")
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, polling.cancel)
        try:
            with suppress(asyncio.CancelledError):
                await polling
        finally:
            await self._end(application)

    async def _poll(self, application: AnyApplication) -> None:
        await _connect(application)
        await self._start(application)
        if application.updater is not None:
            await application.updater.start_polling(
                allowed_updates=Update.ALL_TYPES, bootstrap_retries=-1
            )
        await application.start()
        await asyncio.Event().wait()

    async def _end(self, application: AnyApplication) -> None:
        self._reindexer.stop()
        try:
            if application.updater is not None and application.updater.running:
                await application.updater.stop()
            if application.running:
                await application.stop()
        finally:
            # Whatever failed above: a thread left running would keep the process alive.
            await self._stop()
            await application.shutdown()

    def _build(self, token: str) -> AnyApplication:
        builder: Any = ApplicationBuilder().token(token)
        builder = builder.base_url(f"{self._settings.api_base}/bot")
        builder = builder.base_file_url(f"{self._settings.api_base}/file/bot")
        builder = builder.concurrent_updates(True).connection_pool_size(_CONNECTIONS)
        builder = builder.rate_limiter(AIORateLimiter(max_retries=_SEND_RETRIES))
        application: AnyApplication = builder.build()
        application.add_error_handler(_on_error)
        return application

    async def _start(self, application: AnyApplication) -> None:
        await self._answers.start()
        try:
            self._store = await Store.open(self._settings.data / "hoidap.sqlite3")
        except StoreError as error:
            _log.error("store.unavailable error=%s", error)
        services = Services(
            self._settings, self._answers, self._reindexer, self._store, Conversations()
        )
        # The first handler that fits takes an update: commands before plain text.
        for handlers in (
            InfoHandlers(services),
            AdminHandlers(services),
            UploadHandlers(services),
            GroupHandlers(services),
            ChannelHandlers(services),
            PrivateHandlers(services),
        ):
            handlers.register(application)
        await _set_menu(application)
        await self._end_old_jobs(application)
        _announce(application, self._answers, self._settings)

    async def _stop(self) -> None:
        await self._answers.stop()
        if self._store is not None:
            await self._store.close()

    async def _end_old_jobs(self, application: AnyApplication) -> None:
        """Tell whoever waits for a reindex that the last process did not live to finish it."""
        if self._store is None:
            return
        try:
            for job in await self._store.unfinished_jobs():
                if job.kind == JOB:
                    say = sentences(language_of(job.language))
                    await _edit_quietly(application, job.chat_id, job.message_id, say)
                await self._store.end_job(job.id)
        except StoreError as error:
            _log.warning("store.failed error=%s", error)


async def _connect(application: AnyApplication) -> None:
    """Log in; a server starts before its network does, so wait for it."""
    pause_s = 1.0
    while True:
        try:
            await application.initialize()
            return
        except InvalidToken:
            raise
        except TelegramError as error:
            _log.warning("connect.failed error=%s", type(error).__name__)
            await asyncio.sleep(pause_s)
            pause_s = min(1.5 * pause_s, _LONGEST_PAUSE_S)


async def _edit_quietly(
    application: AnyApplication, chat_id: int, message_id: int, say: Sentences
) -> None:
    try:
        await application.bot.edit_message_text(
            say.reindex_interrupted, chat_id=chat_id, message_id=message_id
        )
    except TelegramError as error:
        _log.info("edit.failed chat=%d error=%s", chat_id, type(error).__name__)


async def _set_menu(application: AnyApplication) -> None:
    try:
        await application.bot.set_my_commands(_commands(EN))
        await application.bot.set_my_commands(_commands(VI), language_code="vi")
    except TelegramError as error:
        _log.warning("menu.failed error=%s", type(error).__name__)


def _commands(say: Sentences) -> list[BotCommand]:
    return [
        BotCommand(ASK[0], say.command_ask),
        BotCommand(SOURCES[0], say.command_sources),
        BotCommand(HELP[0], say.command_help),
        BotCommand("reindex", say.command_reindex),
    ]


def _announce(application: AnyApplication, answers: AnswerService, settings: Settings) -> None:
    documents = len(answers.searcher.documents) if answers.searcher else 0
    say = sentences(settings.language)
    name = application.bot.username
    print(say.cli_running.format(username=name, documents=documents), flush=True)


async def _on_error(update: object, context: Any) -> None:
    """Log what no handler caught; the chat never sees a traceback."""
    error = context.error
    if isinstance(error, Conflict):
        _log.error("polling.conflict another process uses this token")
    elif isinstance(error, NetworkError):
        _log.warning("network.failed error=%s", type(error).__name__)
    else:
        _log.error("update.failed kind=%s", type(update).__name__, exc_info=error)
