"""/caidat: the settings of a chat, in one message with buttons that is edited in place.

Whoever presses is asked for their rights again: anybody in a group can press what another opened.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from weakref import WeakValueDictionary

from telegram import CallbackQuery, Chat, Message, Update, User
from telegram.constants import ChatType
from telegram.error import TelegramError
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, filters

from bot.errors import StoreError
from bot.handlers.commands import SETTINGS
from bot.handlers.leafing import reply_to_press
from bot.handlers.room_surroundings import Surroundings
from bot.handlers.speaking import language, language_in, room_of, tell, wording
from bot.render import plain_messages
from bot.room_menu import (
    INHERIT,
    NO_LABELS,
    PREFIX,
    Change,
    KnownLabels,
    MenuPage,
    Press,
    RoomKind,
    RoomView,
    changes,
    known_labels,
    menu_page,
)
from bot.room_menu.presses import CLOSE, LOCKED, MAIN
from bot.rooms import Room
from bot.services import Services
from bot.store import Store
from bot.texts.room_menu import RoomMenuTexts, room_menu_texts

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Looking:
    """Somebody at a menu: a message of the room, or the menu itself, and who it is."""

    message: Message
    user: User | None

    @property
    def chat(self) -> Chat:
        return self.message.chat

    @property
    def room(self) -> Room:
        room = room_of(self.message)
        # In private all is one person's: topics there need no settings of their own.
        return room.group if self.chat.type == ChatType.PRIVATE else room


class RoomMenuHandlers:
    """Shows the menu to those who run a chat, and does what they press."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._surroundings = Surroundings(services)
        # Two presses at once: each changes what the other has left.
        self._turns: WeakValueDictionary[object, asyncio.Lock] = WeakValueDictionary()
        self._numbers = count()
        self._newest: dict[tuple[int, int], int] = {}

    def register(self, application: "Application") -> None:  # type: ignore[type-arg]
        """Add the handlers; before those that take any message for a question."""
        # What Telegram forwards from a channel by itself is no command to anybody.
        new = filters.UpdateType.MESSAGE & ~filters.IS_AUTOMATIC_FORWARD
        application.add_handler(CommandHandler(SETTINGS, self._asked_for, new))
        application.add_handler(CallbackQueryHandler(self._pressed, pattern=f"^{PREFIX}"))

    async def _asked_for(self, update: Update, _: object) -> None:
        message = update.effective_message
        if message is None:
            return
        services, texts = self._services, room_menu_texts(await language(self._services, update))
        if not await services.access.may_ask(update.effective_user, message.chat):
            await tell(services, update, (await wording(services, update)).closed)
        elif not await services.access.runs_chat(message):
            as_channel = message.sender_chat is not None
            told = texts.admins_as_themselves if as_channel else texts.admins_only
            await tell(services, update, told, quote=True)
        else:
            await self._open(update, _Looking(message, update.effective_user), texts)

    async def _open(self, update: Update, looking: _Looking, texts: RoomMenuTexts) -> None:
        press = Press(MAIN)
        try:
            page = menu_page(await self._view(looking, press), press, texts)
        except StoreError as error:
            _log.warning("store.failed error=%s", error)
            await tell(self._services, update, texts.store_failed, quote=True)
            return
        in_group = looking.chat.type != ChatType.PRIVATE
        await self._services.sender.reply(
            looking.message, [page.text], quote=in_group, buttons=page.buttons
        )

    async def _pressed(self, update: Update, _: object) -> None:
        query = update.callback_query
        if query is None or query.data is None:
            return
        texts = room_menu_texts(await language(self._services, update))
        press, menu = Press.read(query.data), query.message
        if press is None or not isinstance(menu, Message) or await self._is_left_behind(menu):
            await reply_to_press(query, texts.menu_old)
            return
        looking = _Looking(menu, query.from_user)
        if not await self._services.access.may_ask(query.from_user, looking.chat):
            await reply_to_press(query, (await wording(self._services, update)).closed)
        elif not await self._runs(looking.chat, query.from_user):
            await reply_to_press(query, texts.admins_only)
        elif press.page == CLOSE:
            await reply_to_press(query)
            await self._close(looking.message, texts)
        else:
            await self._act(query, looking, press, texts)

    async def _is_left_behind(self, menu: Message) -> bool:
        """Return whether a menu was deleted, so that its topic is unknown, or its group moved."""
        return not menu.is_accessible or await self._surroundings.has_moved(menu.chat)

    async def _runs(self, chat: Chat, user: User) -> bool:
        if chat.type == ChatType.PRIVATE:
            return True
        return await self._services.access.is_chat_admin(chat, user)

    async def _act(
        self, query: CallbackQuery, looking: _Looking, press: Press, texts: RoomMenuTexts
    ) -> None:
        """Do what a press says, and show how things are then."""
        message = looking.message
        place = (message.chat_id, message.message_id)
        try:
            async with self._turns.setdefault(looking.room, asyncio.Lock()):
                view = await self._view(looking, press)
                wanted = changes(view, press)
                if wanted:
                    await self._change(looking.room, wanted)
                    view = await self._view(looking, press)
                number = self._newest[place] = next(self._numbers)
        except StoreError as error:
            _log.warning("store.failed error=%s", error)
            await reply_to_press(query, texts.store_failed)
            return
        spoken = language_in(view.settings, looking.user, self._services.settings.language)
        texts = room_menu_texts(spoken)
        await reply_to_press(query, _told(wanted, view, press, texts))
        await self._show(message, menu_page(view, press, texts), number)

    async def _show(self, message: Message, page: MenuPage, number: int) -> None:
        """Show a page, unless a later press has one to show by the time that it can be."""
        place = (message.chat_id, message.message_id)
        async with self._turns.setdefault(place, asyncio.Lock()):
            if self._newest.get(place) != number:
                return
            del self._newest[place]
            await self._services.sender.edit(message.get_bot(), *place, page.text, page.buttons)

    async def _close(self, message: Message, texts: RoomMenuTexts) -> None:
        try:
            await message.delete()
        except TelegramError:  # older than two days
            await self._services.sender.edit(
                message.get_bot(),
                message.chat_id,
                message.message_id,
                plain_messages(texts.closed)[0],
            )

    async def _change(self, room: Room, wanted: Sequence[Change]) -> None:
        values = {name: value for name, value in wanted if value is not INHERIT}
        inherited = [name for name, value in wanted if value is INHERIT]
        await self._store().chats.set_many(room, values, unset=inherited)
        names = ",".join(sorted(name for name, _ in wanted))
        _log.info("room.set chat=%d topic=%d names=%s", room.chat_id, room.topic, names)

    async def _view(self, looking: _Looking, press: Press) -> RoomView:
        """Return the room as whoever looks may see it.

        Raises:
            StoreError: It cannot be found out how the room is set.
        """
        chat, room, store = looking.chat, looking.room, self._store()
        settings = await store.chats.settings(room)
        known = await self._known_labels()
        operator = self._services.access.is_operator(looking.user)
        restricted = self._services.settings.restricted
        # From an operator in private nothing is hidden, so there is nothing to open.
        public = restricted if operator and chat.type == ChatType.PRIVATE else frozenset()
        scope = self._services.access.scope(settings, looking.user, chat)
        return RoomView(
            kind=_kind(chat, room),
            settings=settings,
            own=await store.chats.own_settings(room),
            labels=known.ordinary(settings.shows, scope.hidden, restricted - public),
            locked=known.named(sorted(restricted - public)) if operator else (),
            documents=known.count(scope.only, scope.hidden),
            operator=operator,
            forum=bool(chat.is_forum),
            has_channel=not room.topic and await self._surroundings.has_channel(chat),
            hears_all=press.page != "speaks" or await self._surroundings.hears_all(chat),
            clock=datetime.now().astimezone().strftime("%H:%M"),
        )

    async def _known_labels(self) -> KnownLabels:
        searcher = self._services.answers.searcher
        if searcher is None:
            return NO_LABELS
        return await asyncio.to_thread(known_labels, searcher.index.passages)

    def _store(self) -> Store:
        if self._services.store is None:
            raise StoreError("there is no database")
        return self._services.store


def _told(
    wanted: Sequence[Change] | None, view: RoomView, press: Press, texts: RoomMenuTexts
) -> str:
    """Return what to say, in passing, to whoever pressed."""
    if wanted is not None:
        return texts.changed if wanted else ""
    if press.page == LOCKED and not view.operator:
        return texts.operators_only
    return texts.label_gone if press.page in (LOCKED, "shows") else texts.menu_old


def _kind(chat: Chat, room: Room) -> RoomKind:
    if chat.type == ChatType.PRIVATE:
        return RoomKind.PRIVATE
    return RoomKind.TOPIC if room.topic else RoomKind.GROUP
