"""/tailieu: the documents for operators, in one message: listed, searched, shown, removed."""

import asyncio
import logging
from datetime import UTC, datetime

from telegram import Update
from telegram.ext import Application, CallbackContext, CallbackQueryHandler, CommandHandler, filters

from bot.buttons import Rows
from bot.document_pages import (
    ASK_TO_REMOVE,
    LIST,
    REMOVE,
    SHOW,
    UNDO,
    DocumentPages,
    Listing,
    confirming,
    removed,
    restored,
    said,
)
from bot.handlers.commands import DOCUMENTS
from bot.handlers.leafing import reply_to_press
from bot.handlers.operating import asks_as_operator, pressed_message
from bot.handlers.speaking import language, tell
from bot.links import document_key, documents_by_key
from bot.removing import (
    Located,
    corpus_ids,
    is_there,
    locate,
    removals,
    remove,
    removed_name,
    restore,
)
from bot.services import Services
from bot.settings import Language
from bot.texts import sentences
from bot.texts.documents import documents_texts
from retrieval.errors import CorpusMissing

_log = logging.getLogger(__name__)

_KEY_CHARS = len(document_key(""))


class DocumentHandlers:
    """What operators see and do of the corpus in private."""

    def __init__(self, services: Services) -> None:
        self._services = services
        # Whoever presses twice must not meet what they did half done.
        self._acting = asyncio.Lock()

    def register(self, application: "Application") -> None:  # type: ignore[type-arg]
        """Add the handlers."""
        application.add_handler(CommandHandler(DOCUMENTS, self._listed, filters.UpdateType.MESSAGE))
        for prefix in (LIST, SHOW, ASK_TO_REMOVE, REMOVE, UNDO):
            application.add_handler(CallbackQueryHandler(self._pressed, pattern=f"^{prefix}"))

    async def _listed(self, update: Update, context: "CallbackContext") -> None:  # type: ignore[type-arg]
        message = update.effective_message
        if message is None or not await asks_as_operator(self._services, update):
            return
        spoken = await language(self._services, update)
        pages = self._pages(spoken)
        if pages is None:
            await tell(self._services, update, sentences(spoken).no_index)
            return
        listing = Listing.searching(" ".join(context.args or []))
        text, buttons = await asyncio.to_thread(pages.listed, listing)
        await self._services.sender.reply(message, [text], quote=False, buttons=buttons)

    async def _pressed(self, update: Update, _: object) -> None:
        query = update.callback_query
        if query is None or query.data is None:
            return
        message = await pressed_message(self._services, update, query)
        if message is None:
            return
        spoken = await language(self._services, update)
        pages = self._pages(spoken)
        if pages is None:
            await reply_to_press(query, sentences(spoken).no_index)
            return
        username = message.get_bot().username
        async with self._acting:
            text, buttons = await asyncio.to_thread(self._page, pages, query.data, username)
        await self._services.sender.edit(
            message.get_bot(), message.chat_id, message.message_id, text, buttons
        )
        await reply_to_press(query)

    def _page(self, pages: DocumentPages, data: str, username: str) -> tuple[str, Rows]:
        """Do what a button says, and return what its message is to say then."""
        prefix, rest = data[: len(LIST)], data[len(LIST) :]
        if prefix == LIST:
            return pages.listed(Listing.read(rest))
        key, listing = rest[:_KEY_CHARS], Listing.read(rest[_KEY_CHARS + 1 :])
        if prefix == SHOW:
            return self._shown(pages, key, listing, username)
        if prefix == ASK_TO_REMOVE:
            return self._confirming(pages, key, listing)
        if prefix == REMOVE:
            return self._removed(pages, key)
        return self._undone(key, pages.language)

    def _shown(
        self, pages: DocumentPages, key: str, listing: Listing, username: str
    ) -> tuple[str, Rows]:
        index = documents_by_key(pages.table).get(key)
        if index is None:
            return said(sentences(pages.language).passage_gone, pages.language)
        name = pages.table.documents[index].ref.id
        located = self._located(name)
        archive = located.id if located is not None and located.id != name else ""
        return pages.document(key, listing, archive, username)

    def _confirming(self, pages: DocumentPages, key: str, listing: Listing) -> tuple[str, Rows]:
        name = self._name(pages, key)
        if name is None:
            return said(sentences(pages.language).passage_gone, pages.language)
        return confirming(key, name, listing, pages.language)

    def _removed(self, pages: DocumentPages, key: str) -> tuple[str, Rows]:
        """Remove the document that has this key, if it is alone in its file."""
        say, settings = documents_texts(pages.language), self._services.settings
        name = self._name(pages, key)
        if name is None:
            return said(sentences(pages.language).passage_gone, pages.language)
        located = self._located(name)
        if located is None:
            return self._gone(name, pages.language)
        if located.id != name:
            return said(say.inside.format(archive=located.id), pages.language)
        try:
            kept = remove(settings.corpus, settings.data, located, datetime.now(UTC))
        except OSError as error:
            _log.error("document.not_removed error=%s", type(error).__name__)
            return said(say.disk_failed, pages.language)
        _log.info("document.removed kept=%s", kept.name)
        return removed(name, kept, pages.language)

    def _gone(self, name: str, spoken: Language) -> tuple[str, Rows]:
        """Return the page for a file that is not there: most often it was just removed."""
        known = [one for one in removals(self._services.settings.data) if removed_name(one) == name]
        if known:
            return removed(name, max(known), spoken)
        return said(documents_texts(spoken).gone.format(id=name), spoken)

    def _undone(self, key: str, spoken: Language) -> tuple[str, Rows]:
        """Put back the removal whose folder has this key."""
        say, settings = documents_texts(spoken), self._services.settings
        kept = next((one for one in removals(settings.data) if document_key(one.name) == key), None)
        if kept is None:
            return said(say.nothing_to_undo, spoken)
        name = removed_name(kept)
        try:
            restore(settings.corpus, kept)
        except FileExistsError:
            return said(say.taken.format(id=name), spoken)
        except OSError as error:
            _log.error("document.not_restored error=%s", type(error).__name__)
            return said(say.disk_failed, spoken)
        _log.info("document.restored kept=%s", kept.name)
        return restored(name, spoken)

    def _pages(self, spoken: Language) -> DocumentPages | None:
        searcher, corpus = self._services.answers.searcher, self._services.settings.corpus
        if searcher is None:
            return None
        return DocumentPages(searcher.index.passages, spoken, lambda name: is_there(corpus, name))

    def _name(self, pages: DocumentPages, key: str) -> str | None:
        """Return the id of the document with this key, in the index or only in the corpus."""
        index = documents_by_key(pages.table).get(key)
        if index is not None:
            return pages.table.documents[index].ref.id
        try:
            names = corpus_ids(self._services.settings.corpus)
        except CorpusMissing:
            return None
        return next((name for name in names if document_key(name) == key), None)

    def _located(self, name: str) -> Located | None:
        try:
            return locate(self._services.settings.corpus, name)
        except CorpusMissing:
            return None
