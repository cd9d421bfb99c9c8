"""Where the bot is: greeting a group once, moving along with it, leaving where it is not invited.

A closed bot goes into a group or channel with an operator or somebody who was invited, or by an
invitation. An app that adds it by one adds it first and gives the word after, so the bot waits a
moment before it leaves a place that it does not know.
"""

import asyncio
import logging
import time
from weakref import WeakValueDictionary

from telegram import Bot, Chat, ChatMember, ChatMemberUpdated, Update, User
from telegram.constants import ChatMemberStatus
from telegram.error import TelegramError
from telegram.ext import (
    Application,
    ApplicationHandlerStop,
    ChatMemberHandler,
    CommandHandler,
    MessageHandler,
    filters,
)

from bot.errors import StoreError
from bot.handlers.inviting import invited_word
from bot.handlers.speaking import language, tell, wording
from bot.sending import insisting
from bot.services import Services
from bot.settings import Language
from bot.texts.inviting import inviting_texts
from bot.texts.membership import membership_texts

_log = logging.getLogger(__name__)

_GRACE_S = 3.0
_GREETED_S = 60.0
_BEFORE_ALL = -1
_IN = {ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.MEMBER}
_NEW_IN_GROUP = filters.UpdateType.MESSAGE & filters.ChatType.GROUPS
_CAME = filters.StatusUpdate.NEW_CHAT_MEMBERS | filters.StatusUpdate.CHAT_CREATED
_SAID = (_NEW_IN_GROUP | filters.UpdateType.CHANNEL_POST) & ~filters.StatusUpdate.ALL


class MembershipHandlers:
    """Follows the bot's own coming and going."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._greeted: dict[int, float] = {}
        self._arriving: set[int] = set()
        self._leaving: set[int] = set()
        # One thing after the other in each chat: who puts the bot out and brings it back at once
        # must not find it let in still.
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    def register(self, application: "Application") -> None:  # type: ignore[type-arg]
        """Add the handlers; before that of any other /start."""
        application.add_handler(ChatMemberHandler(self._moved, ChatMemberHandler.MY_CHAT_MEMBER))
        application.add_handler(MessageHandler(_NEW_IN_GROUP & _CAME, self._came))
        application.add_handler(CommandHandler("start", self._started, _NEW_IN_GROUP))
        application.add_handler(
            MessageHandler(_NEW_IN_GROUP & filters.StatusUpdate.MIGRATE, self._migrated)
        )
        if self._services.settings.closed:
            application.add_handler(MessageHandler(_SAID, self._overheard), group=_BEFORE_ALL)

    async def _moved(self, update: Update, _: object) -> None:
        """The bot was added, removed, promoted or demoted; or blocked or unblocked by somebody."""
        change = update.my_chat_member
        if change is None:
            return
        chat = change.chat
        if not _is_in(change.new_chat_member):
            await self._forget(chat)
        elif _is_in(change.old_chat_member) or await self._may_stay(update, change):
            await self._remember(chat)

    async def _may_stay(self, update: Update, change: ChatMemberUpdated) -> bool:
        """Return whether the bot may be where it has just come to; leave if it may not."""
        chat, user = change.chat, change.from_user
        if chat.type == Chat.PRIVATE:
            return True
        # Before anything is awaited: what is said there meanwhile is no reason to leave.
        self._arriving.add(chat.id)
        try:
            if await self._is_welcome(chat, user):
                return True
            await asyncio.sleep(_GRACE_S)
            if chat.id not in self._arriving:
                return False
            if not await self._services.access.is_stranger(None, chat):
                return True
        finally:
            self._arriving.discard(chat.id)
        await self._turn_away(update, chat, user)
        return False

    async def _came(self, update: Update, _: object) -> None:
        """Telegram says so in the group, once, and not when only rights change."""
        message = update.effective_message
        if message is None:
            return
        own_id = message.get_bot().id
        is_new = not message.new_chat_members or own_id in {
            one.id for one in message.new_chat_members
        }
        if is_new and await self._is_welcome(message.chat, update.effective_user):
            await self._greet(update, message.chat)

    async def _started(self, update: Update, _: object) -> None:
        """/start in a group, as apps write it there when the bot is added by a link."""
        message = update.effective_message
        if message is None:
            return
        word, chat = invited_word(message), message.chat
        if await self._is_welcome(chat, update.effective_user):
            await self._greet(update, chat)
        elif word:
            await self._let_in_by(word, update, chat)

    async def _let_in_by(self, word: str, update: Update, chat: Chat) -> None:
        try:
            let_in = await self._services.access.use_invitation(word, chat)
        except StoreError as error:
            _log.warning("store.failed error=%s", error)
            await tell(self._services, update, (await wording(self._services, update)).failed)
            return
        if let_in:
            await self._greet(update, chat)
            return
        self._arriving.discard(chat.id)
        await tell(self._services, update, inviting_texts(await self._spoken(update)).refused)
        await self._leave(update.get_bot(), chat)

    async def _migrated(self, update: Update, _: object) -> None:
        """A group became a supergroup, which has another id; Telegram says so in both."""
        message, store = update.effective_message, self._services.store
        if message is None or store is None:
            return
        old = message.migrate_from_chat_id or message.chat_id
        new = message.migrate_to_chat_id or message.chat_id
        try:
            await store.chats.migrated(old, new)
        except StoreError as error:
            _log.warning("store.failed error=%s", error)

    async def _overheard(self, update: Update, _: object) -> None:
        """Something said where a closed bot is; it leaves where nobody has invited it."""
        message = update.effective_message
        if message is None or message.chat_id in self._arriving or invited_word(message):
            return
        user = update.effective_user
        if await self._services.access.is_stranger(user, message.chat):
            await self._turn_away(update, message.chat, user)
            raise ApplicationHandlerStop

    async def _is_welcome(self, chat: Chat, user: User | None) -> bool:
        """Return whether the bot may be in a chat; somebody who was let in lets a chat in."""
        access = self._services.access
        async with self._turn(chat):
            if await access.may_ask(None, chat):
                return True
            if await access.may_ask(user, None):
                await access.admit(chat)
            return await access.may_ask(None, chat)

    async def _greet(self, update: Update, chat: Chat) -> None:
        """Say hello, unless that was just done: an added bot hears of it in two ways."""
        now = time.monotonic()
        self._greeted = {one: at for one, at in self._greeted.items() if now - at < _GREETED_S}
        if chat.id in self._greeted:
            return
        self._greeted[chat.id] = now
        say, username = membership_texts(await self._spoken(update)), update.get_bot().username
        await tell(self._services, update, say.hello.format(username=username))

    async def _turn_away(self, update: Update, chat: Chat, user: User | None) -> None:
        """Say why in one sentence, and leave."""
        if chat.id in self._leaving:
            return
        self._leaving.add(chat.id)
        say, bot = membership_texts(await self._spoken(update)), update.get_bot()
        try:
            if chat.type != Chat.CHANNEL:
                await _try_to_say(bot, chat.id, say.farewell)
            elif user is not None:
                # Its readers have not asked for the bot, whoever added it has.
                text = say.farewell_channel.format(title=chat.title or "")
                await _try_to_say(bot, user.id, text)
            await self._leave(bot, chat)
        finally:
            self._leaving.discard(chat.id)

    async def _leave(self, bot: Bot, chat: Chat) -> None:
        try:
            await insisting(lambda: bot.leave_chat(chat.id))
            _log.info("chat.left_uninvited chat=%d", chat.id)
        except TelegramError as error:
            _log.warning("chat.not_left chat=%d error=%s", chat.id, type(error).__name__)

    async def _spoken(self, update: Update) -> Language:
        return await language(self._services, update)

    async def _remember(self, chat: Chat) -> None:
        if self._services.store is None:
            return
        try:
            await self._services.store.chats.saw(chat.id, str(chat.type), chat.title or "")
        except StoreError as error:
            _log.warning("store.failed error=%s", error)

    async def _forget(self, chat: Chat) -> None:
        """Take note that the bot is out; a group that comes again needs an invitation again."""
        self._greeted.pop(chat.id, None)
        store = self._services.store
        if store is None:
            return
        try:
            async with self._turn(chat):
                if chat.type != Chat.PRIVATE:
                    await store.people.dismiss(chat.id)
                await store.chats.left(chat.id)
        except StoreError as error:
            _log.warning("store.failed error=%s", error)

    def _turn(self, chat: Chat) -> asyncio.Lock:
        return self._turns.setdefault(chat.id, asyncio.Lock())


async def _try_to_say(bot: Bot, chat_id: int, text: str) -> None:
    """Say something where the bot may not be heard; there is nothing it answers."""
    try:
        await bot.send_message(chat_id, text)
    except TelegramError as error:
        _log.info("send.failed chat=%d error=%s", chat_id, type(error).__name__)


def _is_in(member: ChatMember) -> bool:
    if member.status == ChatMemberStatus.RESTRICTED:
        return bool(getattr(member, "is_member", False))
    return member.status in _IN
