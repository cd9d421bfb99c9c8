"""Who may do what, and see which documents, where.

Whatever cannot be found out, because the database or Telegram does not answer, is refused: nobody
sees a restricted document by a fault.
"""

import logging
import time
from collections import OrderedDict
from collections.abc import Callable

from telegram import Chat, Message, User
from telegram.constants import ChatMemberStatus
from telegram.error import TelegramError

from bot.errors import StoreError
from bot.rooms import DEFAULTS, Room, RoomSettings
from bot.settings import Settings
from bot.store import Store
from retrieval.types import Scope

_log = logging.getLogger(__name__)

_RIGHTS_KEPT_S = 60.0
_MOST_RIGHTS = 5_000
_IN_CHARGE = {ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR}


class Access:
    """Rights of people and of rooms."""

    def __init__(
        self,
        settings: Settings,
        store: Store | None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._store = store
        self._now = now
        self._rights: OrderedDict[tuple[int, int], tuple[float, bool]] = OrderedDict()

    def is_operator(self, user: User | None) -> bool:
        """Return whether `user` is one of HOIDAP_ADMINS."""
        return user is not None and user.id in self._settings.admins

    async def may_ask(self, user: User | None, chat: Chat | None) -> bool:
        """Return whether somebody may ask, or be answered in a chat."""
        return await self._is_let_in(user, chat) is True

    async def is_stranger(self, user: User | None, chat: Chat | None) -> bool:
        """Return whether it is certain that neither somebody nor a chat has been let in."""
        return await self._is_let_in(user, chat) is False

    async def admit(self, chat: Chat) -> None:
        """Let everybody in a chat ask there, if the database can be used."""
        try:
            if self._store is not None:
                await self._store.people.admit(chat.id)
        except StoreError as error:
            _log.warning("store.failed error=%s", error)

    async def use_invitation(self, word: str, chat: Chat) -> bool:
        """Let in a chat, or whoever's private chat it is, if `word` invites; return whether.

        Raises:
            StoreError: It cannot be found out.
        """
        if self._store is None:
            raise StoreError("there is no database")
        return await self._store.people.use_invitation(word, chat.id)

    async def _is_let_in(self, user: User | None, chat: Chat | None) -> bool | None:
        """Return whether somebody or a chat may use the bot; None where that is not known."""
        if not self._settings.closed or self.is_operator(user):
            return True
        if self._store is None:
            return None
        try:
            for one in (user, chat):
                if one is not None and await self._store.people.is_admitted(one.id):
                    return True
        except StoreError as error:
            _log.warning("store.failed error=%s", error)
            return None
        return False

    async def room_settings(self, room: Room) -> RoomSettings:
        """Return how to behave in a room; as everywhere, where that cannot be found out."""
        if self._store is None:
            return DEFAULTS
        try:
            return await self._store.chats.settings(room)
        except StoreError as error:
            _log.warning("store.failed error=%s", error)
            return DEFAULTS

    def scope(self, settings: RoomSettings, user: User | None, chat: Chat | None) -> Scope:
        """Return which documents a question may see.

        Args:
            settings: Of the room where the answer will be read.
            user: Who asks.
            chat: Where; None where the answer may be shown to anybody (inline, guest).
        """
        if chat is None:
            return Scope(hidden=self._settings.restricted)
        if chat.type == Chat.PRIVATE and self.is_operator(user):
            return Scope(only=settings.shows)
        return Scope(only=settings.shows, hidden=self._settings.restricted - settings.opened)

    async def runs_chat(self, message: Message) -> bool:
        """Return whether whoever wrote `message` runs its chat, or is alone there."""
        chat = message.chat
        if chat.type == Chat.PRIVATE:
            return True
        if message.sender_chat is not None:
            # Whoever posts as the group itself is one of its administrators.
            return message.sender_chat.id == chat.id
        return message.from_user is not None and await self.is_chat_admin(chat, message.from_user)

    async def is_chat_admin(self, chat: Chat, user: User) -> bool:
        """Return whether Telegram says that `user` administers `chat`; asked once a minute."""
        known = self._rights.get((chat.id, user.id))
        if known is not None and self._now() - known[0] < _RIGHTS_KEPT_S:
            return known[1]
        try:
            member = await chat.get_member(user.id)
        except TelegramError as error:
            _log.info("rights.unknown chat=%d error=%s", chat.id, type(error).__name__)
            return False
        in_charge = member.status in _IN_CHARGE
        self._rights[chat.id, user.id] = (self._now(), in_charge)
        if len(self._rights) > _MOST_RIGHTS:
            self._rights.popitem(last=False)
        return in_charge
