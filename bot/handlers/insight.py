"""/thongke and /kiemtra: how the bot is used, and why it answers a question as it does."""

import asyncio
import logging
from datetime import datetime

from telegram import Message, Update
from telegram.ext import Application, CommandHandler, filters

from bot.errors import BotError
from bot.examining import examination_text
from bot.handlers.commands import STATISTICS, WHY
from bot.handlers.operating import asks_as_operator
from bot.handlers.speaking import language, room_of, tell
from bot.refusals import explain
from bot.services import Services
from bot.settings import Language
from bot.statistics import report, standing_of
from bot.texts import sentences
from bot.texts.insight import insight_texts
from retrieval.errors import RetrievalError

_log = logging.getLogger(__name__)


class InsightHandlers:
    """What operators can know of the bot, in private."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def register(self, application: "Application") -> None:  # type: ignore[type-arg]
        """Add the handlers."""
        new = filters.UpdateType.MESSAGE
        application.add_handler(CommandHandler(STATISTICS, self._statistics, new))
        application.add_handler(CommandHandler(WHY, self._why, new))

    async def _statistics(self, update: Update, _: object) -> None:
        message = update.effective_message
        if message is None or not await asks_as_operator(self._services, update):
            return
        settings, searcher = self._services.settings, self._services.answers.searcher
        folder = None if searcher is None else searcher.folder
        text = await report(
            self._services.store,
            await asyncio.to_thread(standing_of, settings.data, folder),
            datetime.now().astimezone(),
            keeps_words=settings.keep_questions_days > 0,
            language=await language(self._services, update),
        )
        await self._services.sender.reply(message, [text], quote=False)

    async def _why(self, update: Update, _: object) -> None:
        message = update.effective_message
        if message is None or not await asks_as_operator(self._services, update):
            return
        spoken, question = await language(self._services, update), _question(message)
        if not question:
            await tell(self._services, update, insight_texts(spoken).why_usage)
            return
        settings = await self._services.access.room_settings(room_of(message))
        scope = self._services.access.scope(settings, update.effective_user, message.chat)
        try:
            found = await self._services.answers.examine(question, scope)
        except (RetrievalError, BotError) as error:
            await self._could_not(update, error, spoken)
            return
        text = examination_text(found, spoken)
        await self._services.sender.reply(message, [text], quote=False)

    async def _could_not(self, update: Update, error: Exception, spoken: Language) -> None:
        outcome, text = explain(error, sentences(spoken))
        _log.warning("examination.failed outcome=%s error=%s", outcome, type(error).__name__)
        await tell(self._services, update, text)


def _question(message: Message) -> str:
    """Return what follows the command, or else what the message replied to says."""
    _, _, question = (message.text or "").partition(" ")
    original = message.reply_to_message
    if not question.strip() and original is not None:
        question = original.text or original.caption or ""
    return question.strip()
