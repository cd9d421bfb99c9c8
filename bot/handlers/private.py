"""Private chats: every text is a question."""

from telegram import Message, Update
from telegram.ext import Application, CommandHandler, MessageHandler, filters

from bot.courtesies import Courtesy, courtesy_in
from bot.handlers.answering import Asking, answer
from bot.handlers.commands import ASK, arguments
from bot.handlers.quoting import about_what
from bot.handlers.speaking import tell, wording
from bot.services import Services

_PRIVATE = filters.ChatType.PRIVATE
_NEW_PRIVATE = filters.UpdateType.MESSAGE & _PRIVATE
_WORDS = filters.TEXT | filters.CAPTION
_SPOKEN = filters.VOICE | filters.AUDIO | filters.VIDEO_NOTE


class PrivateHandlers:
    """Answers in private chats."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def register(self, application: "Application") -> None:  # type: ignore[type-arg]
        """Add the handlers; after those of known commands."""
        application.add_handler(CommandHandler(ASK, self._asked, _NEW_PRIVATE))
        application.add_handler(
            MessageHandler(_NEW_PRIVATE & filters.COMMAND, self._unknown_command)
        )
        application.add_handler(MessageHandler(_NEW_PRIVATE & _WORDS, self._asked))
        application.add_handler(MessageHandler(_NEW_PRIVATE & _SPOKEN, self._spoken))
        application.add_handler(
            MessageHandler(_NEW_PRIVATE & ~filters.StatusUpdate.ALL, self._no_text)
        )
        application.add_handler(
            MessageHandler(
                filters.UpdateType.EDITED_MESSAGE & _PRIVATE & _WORDS, self._asked_otherwise
            )
        )

    async def _asked(self, update: Update, _: object) -> None:
        message = update.effective_message
        if message is None:
            return
        courtesy = courtesy_in(message.text or "")
        # Whoever may not ask is told so instead, whatever they say.
        if courtesy is None or not await self._services.access.may_ask(
            update.effective_user, message.chat
        ):
            await self._answer(message)
            return
        say = await wording(self._services, update)
        is_greeting = courtesy is Courtesy.GREETING
        await tell(self._services, update, say.greeting if is_greeting else say.welcome)

    async def _asked_otherwise(self, update: Update, _: object) -> None:
        message = update.effective_message
        if message is not None and not (message.text or "").startswith("/start"):
            await self._answer(message, edited=True)

    async def _answer(self, message: Message, *, edited: bool = False) -> None:
        about, within = await about_what(self._services, message)
        asking = Asking(
            message, arguments(message), "private", about=about, within=within, edited=edited
        )
        await answer(self._services, asking)

    async def _unknown_command(self, update: Update, _: object) -> None:
        message = update.effective_message
        if message is not None:
            say = await wording(self._services, update)
            hints = say.help.format(username=message.get_bot().username)
            await tell(self._services, update, f"{say.unknown_command}\n{hints}")

    async def _spoken(self, update: Update, _: object) -> None:
        say = await wording(self._services, update)
        await tell(self._services, update, say.only_text_no_voice)

    async def _no_text(self, update: Update, _: object) -> None:
        say = await wording(self._services, update)
        await tell(self._services, update, say.only_text)
