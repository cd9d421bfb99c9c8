"""/start, /help and /nguon: what the bot is and what it has read; and passages by deep link."""

from telegram import Chat, Update
from telegram.ext import Application, CallbackContext, CommandHandler, filters

from bot.handlers.commands import HELP, SOURCES
from bot.handlers.leafing import visible_passage
from bot.handlers.speaking import room_of, tell, wording
from bot.keyboards import context_buttons
from bot.links import PassageLink
from bot.pages import cited, context_page
from bot.render import sources_messages
from bot.services import Services
from bot.texts import Sentences
from retrieval.labels import is_visible
from retrieval.types import DocumentRef


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

    async def _start(self, update: Update, context: "CallbackContext") -> None:  # type: ignore[type-arg]
        say, message = await wording(self._services, update), update.effective_message
        if message is None:
            return
        if not await self._services.access.may_ask(update.effective_user, message.chat):
            await tell(self._services, update, say.closed)
            return
        link = PassageLink.read(context.args[0]) if context.args else None
        if link is not None and message.chat.type == Chat.PRIVATE:
            await self._show(update, link, say)
            return
        documents = len(await self._visible(update))
        await tell(
            self._services,
            update,
            f"{say.start.format(documents=documents)}\n\n{_usage(update, say)}",
        )

    async def _show(self, update: Update, link: PassageLink, say: Sentences) -> None:
        """Show the passage that a link from somewhere else leads to."""
        found, message = (
            await visible_passage(self._services, link, update),
            update.effective_message,
        )
        if found is None or message is None:
            await tell(self._services, update, say.passage_gone)
            return
        citation = cited(found)
        reader = self._services.reader.to(citation)
        buttons = context_buttons(citation, say, back=False, reader=reader)
        await self._services.sender.reply(
            message, [context_page(found, say)], quote=False, buttons=buttons
        )

    async def _help(self, update: Update, _: object) -> None:
        await tell(self._services, update, _usage(update, await wording(self._services, update)))

    async def _sources(self, update: Update, _: object) -> None:
        say, message = await wording(self._services, update), update.effective_message
        if message is None:
            return
        if not await self._services.access.may_ask(update.effective_user, message.chat):
            # Where the bot is no guest, nobody called for it to say so.
            if message.chat.type == Chat.PRIVATE:
                await tell(self._services, update, say.closed)
        elif self._services.answers.searcher is None:
            await tell(self._services, update, say.no_index)
        else:
            texts = sources_messages(await self._visible(update), say)
            await self._services.sender.reply(message, texts, quote=False)

    async def _visible(self, update: Update) -> list[DocumentRef]:
        """Return the documents that may be seen where `update` is."""
        searcher, message = self._services.answers.searcher, update.effective_message
        if searcher is None or message is None:
            return []
        settings = await self._services.access.room_settings(room_of(message))
        scope = self._services.access.scope(settings, update.effective_user, message.chat)
        return [row.ref for row in searcher.documents if is_visible(row.ref, scope)]


def _usage(update: Update, say: Sentences) -> str:
    message = update.effective_message
    return say.help.format(username=message.get_bot().username if message else "")
