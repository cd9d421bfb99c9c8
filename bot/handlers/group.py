"""Groups: speak only when spoken to, in the same topic, as a reply."""

from telegram import Message, Update
from telegram.ext import Application, CommandHandler, MessageHandler, filters

from bot.handlers.answering import answer
from bot.handlers.commands import ASK, arguments, mentions, without_mention
from bot.render import plain_messages
from bot.sending import reply
from bot.services import Services
from bot.texts import language_of, sentences

_PASSAGES = 1
_NEW_IN_GROUP = filters.UpdateType.MESSAGE & filters.ChatType.GROUPS


class GroupHandlers:
    """Answers in groups and their topics when mentioned, replied to, or commanded."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def register(self, application: "Application") -> None:  # type: ignore[type-arg]
        """Add the handlers."""
        application.add_handler(CommandHandler(ASK, self._commanded, _NEW_IN_GROUP))
        application.add_handler(
            MessageHandler(
                _NEW_IN_GROUP & (filters.TEXT | filters.CAPTION) & ~filters.COMMAND, self._heard
            )
        )

    async def _commanded(self, update: Update, _: object) -> None:
        if update.effective_message is not None:
            question = arguments(update.effective_message)
            await self._answer(update, update.effective_message, question)

    async def _heard(self, update: Update, _: object) -> None:
        message = update.effective_message
        if message is None:
            return
        bot = message.get_bot()
        original = message.reply_to_message
        replied_to = original.from_user if original is not None else None
        if mentions(message, bot.username):
            question = without_mention(message, bot.username)
            if not question and original is not None and replied_to != bot.bot:
                question = original.text or original.caption or ""
            await self._answer(update, message, question)
        elif replied_to is not None and replied_to.id == bot.id:
            await self._answer(update, message, message.text or message.caption or "")

    async def _answer(self, update: Update, message: Message, question: str) -> None:
        user = update.effective_user
        language = language_of(user.language_code if user else None)
        if not question.strip():
            say = sentences(language)
            await reply(message, plain_messages(say.group_usage), quote=True)
            return
        await answer(
            self._services,
            message,
            question,
            surface="group",
            language=language,
            k=_PASSAGES,
            quote=True,
        )
