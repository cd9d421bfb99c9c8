"""Channels: a post that begins with /hoi is answered in the channel."""

from telegram import Update
from telegram.ext import Application, MessageHandler, filters

from bot.handlers.answering import answer
from bot.handlers.commands import arguments, asks
from bot.render import plain_messages
from bot.sending import reply
from bot.services import Services
from bot.texts import sentences

_PASSAGES = 1


class ChannelHandlers:
    """Answers posts; nobody in particular asks, so the operator's language is used."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def register(self, application: "Application") -> None:  # type: ignore[type-arg]
        """Add the handler; CommandHandler ignores channel posts, so this reads the text."""
        new_post = filters.UpdateType.CHANNEL_POST & (filters.TEXT | filters.CAPTION)
        application.add_handler(MessageHandler(new_post, self._posted))

    async def _posted(self, update: Update, _: object) -> None:
        message = update.effective_message
        if message is None:
            return
        text = message.text or message.caption or ""
        if not asks(text, message.get_bot().username):
            return
        language = self._services.settings.language
        question = arguments(message)
        if not question:
            await reply(message, plain_messages(sentences(language).group_usage), quote=True)
            return
        await answer(
            self._services,
            message,
            question,
            surface="channel",
            language=language,
            k=_PASSAGES,
            quote=True,
        )
