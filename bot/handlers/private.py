"""Private chats: every text is a question."""

from telegram import Update
from telegram.ext import Application, CommandHandler, MessageHandler, filters

from bot.handlers.answering import answer
from bot.handlers.commands import ASK, arguments
from bot.render import plain_messages
from bot.sending import reply
from bot.services import Services
from bot.texts import language_of, sentences

_PASSAGES = 3
_NEW_PRIVATE = filters.UpdateType.MESSAGE & filters.ChatType.PRIVATE


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
        application.add_handler(
            MessageHandler(_NEW_PRIVATE & (filters.TEXT | filters.CAPTION), self._asked)
        )
        application.add_handler(
            MessageHandler(_NEW_PRIVATE & ~filters.StatusUpdate.ALL, self._no_text)
        )

    async def _asked(self, update: Update, _: object) -> None:
        message, user = update.effective_message, update.effective_user
        if message is None:
            return
        await answer(
            self._services,
            message,
            arguments(message),
            surface="private",
            language=language_of(user.language_code if user else None),
            k=_PASSAGES,
            quote=False,
        )

    async def _unknown_command(self, update: Update, context: object) -> None:
        message, user = update.effective_message, update.effective_user
        if message is None:
            return
        say = sentences(language_of(user.language_code if user else None))
        hints = say.help.format(username=message.get_bot().username)
        await reply(message, plain_messages(f"{say.unknown_command}\n{hints}"), quote=False)

    async def _no_text(self, update: Update, _: object) -> None:
        message, user = update.effective_message, update.effective_user
        if message is not None:
            say = sentences(language_of(user.language_code if user else None))
            await reply(message, plain_messages(say.only_text), quote=False)
