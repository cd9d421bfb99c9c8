"""What Telegram knows of a chat that its settings depend on; asked rarely: it counts as talk."""

import time
from collections import OrderedDict

from telegram import Chat
from telegram.constants import ChatType
from telegram.error import ChatMigrated, TelegramError

from bot.services import Services

_KEPT_S = 300.0
_MOST = 1_000


class Surroundings:
    """Answers of Telegram, kept for a while."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._linked: OrderedDict[int, tuple[float, bool]] = OrderedDict()

    async def has_channel(self, chat: Chat) -> bool:
        """Return whether a channel is linked to a group; no where that cannot be found out."""
        if chat.type != ChatType.SUPERGROUP:
            return False
        asked_at, linked = self._linked.get(chat.id, (0.0, None))
        if linked is not None and time.monotonic() - asked_at < _KEPT_S:
            return linked
        try:
            linked = (await chat.get_bot().get_chat(chat.id)).linked_chat_id is not None
        except TelegramError:
            return False
        self._linked[chat.id] = (time.monotonic(), linked)
        if len(self._linked) > _MOST:
            self._linked.popitem(last=False)
        return linked

    async def hears_all(self, chat: Chat) -> bool:
        """Return whether the bot sees what is said in a group to others."""
        bot = chat.get_bot().bot
        if bot.can_read_all_group_messages or chat.type == ChatType.PRIVATE:
            return True
        return await self._services.access.is_chat_admin(chat, bot)

    async def has_moved(self, chat: Chat) -> bool:
        """Return whether a group has become a supergroup, where it has another id."""
        if chat.type != ChatType.GROUP:
            return False
        try:
            # getChat goes on answering for a group that has moved; this does not.
            await chat.get_member(chat.get_bot().id)
        except ChatMigrated:
            return True
        except TelegramError:
            pass
        return False
