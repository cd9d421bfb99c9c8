"""/start, /help and /nguon: what the bot is and what it has read."""

from telegram import Update
from telegram.ext import Application, CommandHandler, filters

from bot.handlers.commands import HELP, SOURCES
from bot.render import plain_messages, sources_messages
from bot.sending import reply
from bot.services import Services
from bot.texts import Sentences, language_of, sentences


class InfoHandlers:
    """Answers that need no search."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def register(self, application: "Application") -> None:  # type: ignore[type-arg]
        """Add the handlers."""
        new = filters.UpdateType.MESSAGE
        application.add_handler(CommandHandler("start", self._start, new))
        application.add_handler(CommandHandler(HELP, self._help, new))
        application.add_handler(CommandHandler(SOURCES, self._sources, new))

    async def _start(self, update: Update, _: object) -> None:
        searcher = self._services.answers.searcher
        say = _language(update)
        documents = len(searcher.documents) if searcher else 0
        await _tell(update, f"{say.start.format(documents=documents)}\n\n{_usage(update, say)}")

    async def _help(self, update: Update, _: object) -> None:
        await _tell(update, _usage(update, _language(update)))

    async def _sources(self, update: Update, _: object) -> None:
        searcher = self._services.answers.searcher
        say = _language(update)
        if searcher is None:
            await _tell(update, say.no_index)
        elif update.effective_message is not None:
            texts = sources_messages([row.ref for row in searcher.documents], say)
            await reply(update.effective_message, texts, quote=False)


def _language(update: Update) -> Sentences:
    user = update.effective_user
    return sentences(language_of(user.language_code if user else None))


def _usage(update: Update, say: Sentences) -> str:
    message = update.effective_message
    return say.help.format(username=message.get_bot().username if message else "")


async def _tell(update: Update, text: str) -> None:
    if update.effective_message is not None:
        await reply(update.effective_message, plain_messages(text), quote=False)
