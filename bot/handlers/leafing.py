"""The buttons under answers: the next passage, its neighbours, and whether it helped."""

import asyncio
import logging

from telegram import CallbackQuery, Message, Update
from telegram.constants import ChatType
from telegram.error import TelegramError
from telegram.ext import Application, CallbackQueryHandler

from bot.buttons import Rows
from bot.errors import StoreError
from bot.handlers.speaking import room_of, wording
from bot.keyboards import (
    BACK,
    CONTEXT,
    NO,
    PAGE,
    YES,
    channel_buttons,
    context_buttons,
    group_buttons,
    private_buttons,
)
from bot.links import Found, KeptPassage, PassageLink, follow
from bot.pages import cited, context_page, passage_page
from bot.services import Services
from bot.store import GivenAnswer
from bot.texts import Sentences
from retrieval.labels import is_visible
from retrieval.types import Citation

_log = logging.getLogger(__name__)

_KEPT_S = 0.5


class LeafingHandlers:
    """Turns pages; anybody who sees an answer may."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def register(self, application: "Application") -> None:  # type: ignore[type-arg]
        """Add the handlers."""
        for prefix, act in (
            (PAGE, self._turned),
            (CONTEXT, self._in_context),
            (BACK, self._back),
            (YES, self._judged),
            (NO, self._judged),
        ):
            application.add_handler(CallbackQueryHandler(act, pattern=f"^{prefix}"))

    async def _turned(self, update: Update, _: object) -> None:
        query = update.callback_query
        if query is not None and query.data is not None:
            page = query.data.removeprefix(PAGE)
            await self._show_page(update, query, int(page) if page.isdecimal() else 0)

    async def _back(self, update: Update, _: object) -> None:
        query = update.callback_query
        if query is not None:
            await self._show_page(update, query, 0)

    async def _show_page(self, update: Update, query: CallbackQuery, page: int) -> None:
        say = await wording(self._services, update)
        message = shown_message(query)
        given = None if message is None else await self._given(message)
        if message is None or given is None or page >= len(given.passages):
            await reply_to_press(query, say.answer_gone)
            return
        kept = KeptPassage.read(given.passages[page])
        found = None if kept is None else await visible_passage(self._services, kept.link, update)
        if found is None:
            await reply_to_press(query, say.passage_gone)
            return
        citation, count = cited(found, kept), len(given.passages)
        text = passage_page(citation, page, count, say)
        buttons = self._buttons(message, citation, page, count, say)
        await self._put(query, message, text, buttons)

    async def _in_context(self, update: Update, _: object) -> None:
        query = update.callback_query
        if query is None or query.data is None:
            return
        say = await wording(self._services, update)
        message = shown_message(query)
        if message is None:
            await reply_to_press(query, say.answer_gone)
            return
        link = PassageLink.read(query.data.removeprefix(CONTEXT))
        found = None if link is None else await visible_passage(self._services, link, update)
        if found is None:
            await reply_to_press(query, say.passage_gone)
            return
        known = await self._given(message) is not None
        citation = cited(found)
        reader = self._services.reader.to(citation)
        buttons = context_buttons(citation, say, back=known, reader=reader)
        await self._put(query, message, context_page(found, say), buttons)

    async def _put(self, query: CallbackQuery, message: Message, text: str, buttons: Rows) -> None:
        await self._services.sender.edit(
            message.get_bot(), message.chat_id, message.message_id, text, buttons
        )
        await reply_to_press(query)

    def _buttons(
        self, message: Message, citation: Citation, page: int, count: int, say: Sentences
    ) -> Rows:
        username, reader = message.get_bot().username, self._services.reader.to(citation)
        match message.chat.type:
            case ChatType.PRIVATE:
                return private_buttons(citation, page, count, say, reader)
            case ChatType.CHANNEL:
                return channel_buttons(citation, say, username, reader)
            case _:
                return group_buttons(citation, page, count, say, username, reader)

    async def _judged(self, update: Update, _: object) -> None:
        query, store = update.callback_query, self._services.store
        if query is None or query.message is None:
            return
        say = await wording(self._services, update)
        value = 1 if query.data == YES else -1
        place = (query.message.chat.id, query.message.message_id)
        try:
            if store is None:
                raise StoreError("there is no database")
            person = store.people.hashed(query.from_user.id)
            # The same again takes it back.
            if await store.questions.judgement(*place, person) == value:
                value = 0
            await store.questions.judge(*place, person, value)
        except StoreError as error:
            _log.warning("store.failed error=%s", error)
            await reply_to_press(query, say.failed)
            return
        await reply_to_press(query, say.thanks if value else say.taken_back)

    async def _given(self, message: Message) -> GivenAnswer | None:
        if self._services.store is None:
            return None
        try:
            place = (message.chat_id, message.message_id)
            given = await self._services.store.answers.of_message(*place)
            if given is None:
                # An answer is kept right after it was sent: a quick finger comes before that.
                await asyncio.sleep(_KEPT_S)
                given = await self._services.store.answers.of_message(*place)
            return given
        except StoreError as error:
            _log.warning("store.failed error=%s", error)
            return None


async def visible_passage(services: Services, link: PassageLink, update: Update) -> Found | None:
    """Return what a link leads to, if it is there and may be seen where `update` is."""
    searcher, message = services.answers.searcher, update.effective_message
    if searcher is None or message is None:
        return None
    found = follow(link, searcher.index.passages)
    settings = await services.access.room_settings(room_of(message))
    scope = services.access.scope(settings, update.effective_user, message.chat)
    return found if found is not None and is_visible(found.document, scope) else None


def shown_message(query: CallbackQuery) -> Message | None:
    """Return the message under which a button was pressed.

    None for one that is too old or deleted: Telegram says of it only in which chat it was, and
    without its topic nobody can tell what may be seen there.
    """
    message = query.message
    return message if isinstance(message, Message) and message.is_accessible else None


async def reply_to_press(query: CallbackQuery, text: str = "") -> None:
    """End the waiting of whoever pressed a button, with a short text or nothing."""
    try:
        await query.answer(text or None)
    except TelegramError as error:  # too late, mostly
        _log.info("press.unanswered error=%s", type(error).__name__)
