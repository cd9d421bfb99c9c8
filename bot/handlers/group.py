"""Groups: speak only when spoken to, unless the group wants more, in the same topic, as a reply."""

import time
from datetime import datetime

from telegram import Message, Update
from telegram.ext import Application, CommandHandler, MessageHandler, filters

from bot.handlers.answering import Asking, answer
from bot.handlers.commands import ASK, arguments, asks, mentions, without_mention
from bot.handlers.quoting import about_what
from bot.handlers.speaking import room_of, tell, wording
from bot.rooms import Speaks
from bot.services import Services
from retrieval.text.questions import clearly_asks

_GROUPS = filters.ChatType.GROUPS
_NEW_IN_GROUP = filters.UpdateType.MESSAGE & _GROUPS
_WORDS = filters.TEXT | filters.CAPTION
_FRESH_S = 15 * 60
"""An older message that is edited so that it calls the bot is none that anybody waits on."""


class GroupHandlers:
    """Answers in groups and their topics when mentioned, replied to, or commanded."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def register(self, application: "Application") -> None:  # type: ignore[type-arg]
        """Add the handlers."""
        application.add_handler(CommandHandler(ASK, self._commanded, _NEW_IN_GROUP))
        application.add_handler(
            MessageHandler(_NEW_IN_GROUP & filters.IS_AUTOMATIC_FORWARD & _WORDS, self._posted)
        )
        application.add_handler(
            MessageHandler(_NEW_IN_GROUP & _WORDS & ~filters.COMMAND, self._heard)
        )
        application.add_handler(
            MessageHandler(filters.UpdateType.EDITED_MESSAGE & _GROUPS & _WORDS, self._edited)
        )

    async def _commanded(self, update: Update, _: object) -> None:
        if update.effective_message is not None:
            message = update.effective_message
            await self._answer(update, message, arguments(message))

    async def _heard(self, update: Update, _: object) -> None:
        message = update.effective_message
        if message is None:
            return
        question = called(message)
        if question is not None:
            await self._answer(update, message, question)
        elif await self._may_speak_up(message):
            text = message.text or message.caption or ""
            await answer(self._services, Asking(message, text, "group", uncalled=True))

    async def _posted(self, update: Update, _: object) -> None:
        """A post of the linked channel, which Telegram forwards here by itself."""
        message = update.effective_message
        if message is None:
            return
        settings = await self._services.access.room_settings(room_of(message))
        text = message.text or message.caption or ""
        # /hoi in a post is answered in the channel.
        if settings.comments and clearly_asks(text):
            await answer(self._services, Asking(message, text, "group", uncalled=True))

    async def _edited(self, update: Update, _: object) -> None:
        message = update.effective_message
        if message is None:
            return
        text = message.text or message.caption or ""
        is_command = asks(text, message.get_bot().username)
        question = arguments(message) if is_command else called(message)
        if question and time.time() - message.date.timestamp() < _FRESH_S:
            await self._answer(update, message, question, edited=True)

    async def _may_speak_up(self, message: Message) -> bool:
        settings = await self._services.access.room_settings(room_of(message))
        if settings.speaks is not Speaks.ON_QUESTIONS:
            return False
        # What answers somebody, or comes from a bot or a channel, is no question to the group.
        from_person = message.from_user is not None and not message.from_user.is_bot
        if not from_person or message.reply_to_message is not None or message.via_bot is not None:
            return False
        quiet = settings.quiet_at(datetime.now().astimezone().hour)
        return not quiet and clearly_asks(message.text or message.caption or "")

    async def _answer(
        self, update: Update, message: Message, question: str, *, edited: bool = False
    ) -> None:
        if not question.strip():
            say = await wording(self._services, update)
            await tell(self._services, update, say.group_usage, quote=True)
            return
        about, within = await about_what(self._services, message)
        asking = Asking(message, question, "group", about=about, within=within, edited=edited)
        await answer(self._services, asking)


def called(message: Message) -> str | None:
    """Return what a message asks the bot, or None where it does not speak to it."""
    bot, original = message.get_bot(), message.reply_to_message
    replied_to = original.from_user if original is not None else None
    if mentions(message, bot.username):
        question = without_mention(message, bot.username)
        if not question and original is not None and replied_to != bot.bot:
            question = original.text or original.caption or ""
        return question
    if replied_to is not None and replied_to.id == bot.id:
        return message.text or message.caption or ""
    return None
