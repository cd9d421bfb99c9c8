"""/reindex: one message, edited as the work goes, ending with what changed."""

import logging
import time

from telegram import Message, Update
from telegram.ext import Application, CommandHandler, filters

from bot.errors import ReindexFailed, StoreError
from bot.render import plain_messages
from bot.reports import failure_text, progress_text, report_text
from bot.sending import edit, reply
from bot.services import Services
from bot.settings import Language
from bot.texts import Sentences, language_of, sentences
from retrieval.build import BuildReport
from retrieval.errors import GenerationError

_log = logging.getLogger(__name__)

JOB = "reindex"
_EDIT_EVERY_S = 3.0
"""Telegram allows a group 20 messages a minute, and edits count."""


class AdminHandlers:
    """Commands of the people whose ids are in HOIDAP_ADMINS."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def register(self, application: "Application") -> None:  # type: ignore[type-arg]
        """Add the handlers."""
        application.add_handler(
            CommandHandler("reindex", self._reindex, filters.UpdateType.MESSAGE)
        )

    async def _reindex(self, update: Update, _: object) -> None:
        message, user = update.effective_message, update.effective_user
        if message is None:
            return
        language = language_of(user.language_code if user else None)
        say = sentences(language)
        if user is None or user.id not in self._services.settings.admins:
            await reply(message, plain_messages(say.admins_only), quote=False)
        elif self._services.reindexer.running:
            await reply(message, plain_messages(say.reindex_busy), quote=False)
        else:
            with self._services.reindexer.claim():
                await self._run(message, language, say)

    async def _run(self, message: Message, language: Language, say: Sentences) -> None:
        sent = await reply(message, plain_messages(say.reindex_started), quote=False)
        job = await self._remember(sent[0], language) if sent else None
        shown_at = time.monotonic()
        try:
            ending = say.reindex_failed.format(reason="?")
            async for event in self._services.reindexer.run(language):
                if isinstance(event, BuildReport):
                    await self._services.answers.reload()
                    ending = report_text(event, say)
                elif sent and time.monotonic() - shown_at >= _EDIT_EVERY_S:
                    shown_at = time.monotonic()
                    await edit(sent[0], plain_messages(progress_text(event, say))[0])
        except (ReindexFailed, GenerationError) as error:
            _log.error("reindex.failed error=%s", error)
            ending = say.reindex_failed.format(reason=failure_text(error, say))
        if sent:
            await edit(sent[0], plain_messages(ending)[0])
        await self._forget(job)

    async def _remember(self, message: Message, language: Language) -> int | None:
        if self._services.store is None:
            return None
        try:
            return await self._services.store.start_job(
                JOB, message.chat_id, message.message_id, language
            )
        except StoreError as error:
            _log.warning("store.failed error=%s", error)
            return None

    async def _forget(self, job: int | None) -> None:
        if self._services.store is None or job is None:
            return
        try:
            await self._services.store.end_job(job)
        except StoreError as error:
            _log.warning("store.failed error=%s", error)
