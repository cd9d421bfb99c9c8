"""Channels: a post that begins with /hoi is answered in the channel."""

from telegram import Update
from telegram.ext import Application, MessageHandler, filters

from bot.handlers.answering import Asking, answer, earlier_answer
from bot.handlers.commands import arguments, asks
from bot.handlers.speaking import tell, wording
from bot.services import Services


class ChannelHandlers:
    """Answers posts; nobody in particular asks, so the operator's language is used."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def register(self, application: "Application") -> None:  # type: ignore[type-arg]
        """Add the handler; CommandHandler ignores channel posts, so this reads the text."""
        words = filters.TEXT | filters.CAPTION
        application.add_handler(
            MessageHandler(filters.UpdateType.CHANNEL_POST & words, self._posted)
        )
        application.add_handler(
            MessageHandler(filters.UpdateType.EDITED_CHANNEL_POST & words, self._edited)
        )

    async def _posted(self, update: Update, _: object) -> None:
        await self._answer(update)

    async def _edited(self, update: Update, _: object) -> None:
        """A post that was answered; one that becomes a question later is left alone."""
        message = update.effective_message
        if message is not None and await earlier_answer(self._services, message):
            await self._answer(update, edited=True)

    async def _answer(self, update: Update, *, edited: bool = False) -> None:
        message = update.effective_message
        if message is None:
            return
        text = message.text or message.caption or ""
        if not asks(text, message.get_bot().username):
            return
        question = arguments(message)
        if question:
            await answer(self._services, Asking(message, question, "channel", edited=edited))
        else:
            say = await wording(self._services, update)
            await tell(self._services, update, say.group_usage, quote=True)
