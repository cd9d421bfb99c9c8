"""/reindex, and its button: one message, edited as the work goes, ending with what changed."""

import logging
import time

from telegram import Message, Update
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, filters

from bot.document_pages import REINDEX_NOW
from bot.errors import ReindexFailed, StoreError
from bot.handlers.commands import REINDEX
from bot.handlers.leafing import reply_to_press
from bot.handlers.operating import asks_as_operator, pressed_message
from bot.handlers.speaking import language
from bot.render import plain_messages
from bot.reports import failure_text, progress_text, report_text
from bot.services import Services
from bot.settings import Language
from bot.texts import sentences
from retrieval.build import BuildReport
from retrieval.errors import GenerationError

_log = logging.getLogger(__name__)

JOB = "reindex"
_EDIT_EVERY_S = 3.0
"""Telegram allows a group 20 messages a minute, and edits count."""


class AdminHandlers:
    """The one act of the people whose ids are in HOIDAP_ADMINS that takes long."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def register(self, application: "Application") -> None:  # type: ignore[type-arg]
        """Add the handlers."""
        application.add_handler(CommandHandler(REINDEX, self._asked, filters.UpdateType.MESSAGE))
        application.add_handler(CallbackQueryHandler(self._pressed, pattern=f"^{REINDEX_NOW}$"))

    async def _asked(self, update: Update, _: object) -> None:
        message = update.effective_message
        if message is None or not await asks_as_operator(self._services, update):
            return
        spoken = await language(self._services, update)
        if self._services.reindexer.running:
            busy = plain_messages(sentences(spoken).reindex_busy)
            await self._services.sender.reply(message, busy, quote=False)
            return
        with self._services.reindexer.claim():
            await self._run(message, spoken)

    async def _pressed(self, update: Update, _: object) -> None:
        query = update.callback_query
        if query is None:
            return
        message = await pressed_message(self._services, update, query)
        if message is None:
            return
        spoken = await language(self._services, update)
        if self._services.reindexer.running:
            await reply_to_press(query, sentences(spoken).reindex_busy)
            return
        with self._services.reindexer.claim():
            await reply_to_press(query)
            await self._run(message, spoken)

    async def _run(self, message: Message, spoken: Language) -> None:
        say = sentences(spoken)
        sent = await self._services.sender.reply(
            message, plain_messages(say.reindex_started), quote=False
        )
        job = await self._remember(message.chat_id, sent[0], spoken) if sent else None

        async def show(text: str) -> None:
            if sent:
                await self._services.sender.edit(
                    message.get_bot(), message.chat_id, sent[0], plain_messages(text)[0]
                )

        shown_at = time.monotonic()
        try:
            ending = say.reindex_failed.format(reason="?")
            async for event in self._services.reindexer.run(spoken):
                if isinstance(event, BuildReport):
                    await self._services.answers.reload()
                    ending = report_text(event, say)
                elif time.monotonic() - shown_at >= _EDIT_EVERY_S:
                    shown_at = time.monotonic()
                    await show(progress_text(event, say))
        except (ReindexFailed, GenerationError) as error:
            _log.error("reindex.failed error=%s", error)
            ending = say.reindex_failed.format(reason=failure_text(error, say))
        await show(ending)
        await self._forget(job)

    async def _remember(self, chat_id: int, number: int, spoken: Language) -> int | None:
        if self._services.store is None:
            return None
        try:
            return await self._services.store.jobs.start(JOB, chat_id, number, spoken)
        except StoreError as error:
            _log.warning("store.failed error=%s", error)
            return None

    async def _forget(self, job: int | None) -> None:
        if self._services.store is None or job is None:
            return
        try:
            await self._services.store.jobs.end(job)
        except StoreError as error:
            _log.warning("store.failed error=%s", error)
