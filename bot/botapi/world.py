"""All of Telegram's state as one object, and the few changes everything else is built from.

Owns ids, storage and the wake-up signal. Knows no HTTP and no rules on who may do what.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import count
from mimetypes import guess_type

from bot.botapi.content import JSON, Content, File, Quote
from bot.botapi.limits import Limits
from bot.botapi.queries import CallbackQuery, GuestQuery, InlineQuery, Webhook, WebhookPost
from bot.botapi.signals import Signal
from bot.botapi.state import Chat, ChatType, Member, Message, Topic, User
from bot.botapi.updates import UpdateQueue

CACHE_KEY = tuple[str, str, int]
Scope = tuple[str, int, int]
"""Type, chat and user of a ``BotCommandScope``; 0 where it has none."""


class World:
    """Users, chats, files, queries and what the bot has set about itself.

    Attributes:
        sees_all_groups: ``can_read_all_group_messages``: privacy mode is off.
        outgoing: How many messages and edits the bot has made, for "nothing was sent".
        guest_mode: ``supports_guest_queries``: the bot may be summoned where it is no member.
        inline_feedback: It is told which inline result was chosen (``/setinlinefeedback``).
        inline_messages: What the bot may edit by ``inline_message_id``.
        inline_cache: Answers Telegram may reuse, by query, offset and user (0 is everybody),
            each with the monotonic time it goes stale.
        violations: What the bot did that Telegram silently ignores, in words.
    """

    def __init__(
        self, bot_username: str, *, sees_all_groups: bool = False, first_number: int = 1
    ) -> None:
        self.bot = User(7_000_000_001, "Hỏi Đáp", bot_username, is_bot=True)
        self.sees_all_groups = sees_all_groups
        self.guest_mode = True
        self.inline_feedback = False
        self.signal = Signal()
        self.updates = UpdateQueue(self.signal.notify, first_number)
        self.limits = Limits()
        self.users: dict[int, User] = {self.bot.id: self.bot}
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, File] = {}
        self.callbacks: dict[str, CallbackQuery] = {}
        self.inline_queries: dict[str, InlineQuery] = {}
        self.inline_cache: dict[CACHE_KEY, tuple[JSON, float]] = {}
        self.guest_queries: dict[str, GuestQuery] = {}
        self.inline_messages: dict[str, Message] = {}
        self.commands: dict[tuple[Scope, str], list[JSON]] = {}
        self.profile: dict[tuple[str, str], str] = {}
        self.webhook = Webhook()
        self.webhook_posts: list[WebhookPost] = []
        self.violations: list[str] = []
        self.outgoing = 0
        self._first_number = first_number
        self._numbers = count(first_number)
        self._message_ids: dict[int, Iterator[int]] = {}

    def violation(self, text: str) -> None:
        """Records something Telegram would let pass but the bot should not do."""
        self.violations.append(text)

    def number(self) -> int:
        """A number not used before, for ids of every kind."""
        return next(self._numbers)

    def new_user(self, name: str, username: str | None, language_code: str | None) -> User:
        """An account with its private chat, in which the bot was never started."""
        user = User(5_000_000_000 + self.number(), name, username, language_code)
        self.users[user.id] = user
        self.chats[user.id] = Chat(user.id, "private", user=user)
        return user

    def new_chat(self, kind: ChatType, title: str, username: str | None = None) -> Chat:
        """An empty group, supergroup or channel."""
        number = self.number()
        chat_id = -4_000_000_000 - number if kind == "group" else -1_002_000_000_000 - number
        chat = Chat(chat_id, kind, title, username)
        self.chats[chat_id] = chat
        return chat

    def new_dialogue(self, one: User, other: User) -> Chat:
        """A chat of two people, which the bot can never name: its id is one of theirs."""
        chat = Chat(other.id, "private", user=other, is_dialogue=True)
        chat.members = {user.id: Member(user, "member") for user in (one, other)}
        return chat

    def new_file(
        self, name: str, data: bytes, mime: str | None = None, folder: str = "documents"
    ) -> File:
        """A stored file under a path of its own."""
        number = self.number()
        kind = mime or guess_type(name)[0] or "application/octet-stream"
        suffix = name[name.rfind(".") :] if "." in name else ""
        path = f"{folder}/file_{number}{suffix}"
        file = File(f"BQACAgUAAxkBAAI{number}", f"AgAD{number}", path, name, kind, data)
        self.files[file.id] = file
        return file

    def bot_member(self, chat: Chat) -> Member:
        """The bot's own place in a chat."""
        return chat.member(self.bot)

    def make_inline(self, message: Message) -> str:
        """Gives a message an ``inline_message_id``, by which the bot may edit it."""
        message.inline_id = f"BAAAAA{self.number():x}_AgAAAJ{message.id:x}"
        self.inline_messages[message.inline_id] = message
        return message.inline_id

    def knows(self, user: User) -> bool:
        """Whether the bot has ever met the user: started, blocked, or in a chat with it."""
        return any(
            self.bot.id in chat.members and (chat.user is user or user.id in chat.members)
            for chat in self.chats.values()
        )

    def add_message(
        self,
        chat: Chat,
        sender: User | None,
        content: Content,
        *,
        topic: Topic | None = None,
        reply_to: Message | None = None,
        quote: Quote | None = None,
        document: File | None = None,
        service: JSON | None = None,
    ) -> Message:
        """Stores a message and wakes the waiters; announcing it to the bot is not done here."""
        message = Message(
            id=self._message_id(chat),
            chat=chat,
            date=int(time.time()),
            sender=sender,
            sent=content,
            topic=topic,
            thread_id=_thread(chat, topic, reply_to),
            reply_to=reply_to,
            quote=quote,
            document=document,
            service=service or {},
        )
        chat.messages[message.id] = message
        self._changed(sender)
        return message

    def edit_message(self, message: Message, content: Content, editor: User | None) -> None:
        """Gives a message new content and wakes the waiters."""
        message.edits.append(content)
        message.edit_date = int(time.time())
        self._changed(editor)

    def delete_message(self, message: Message) -> None:
        """Takes a message out of its chat; the record stays with whoever holds it."""
        message.deleted = True
        del message.chat.messages[message.id]
        self.signal.notify()

    def find_username(self, name: str) -> Chat | None:
        """A public group or channel by ``@name`` (bots cannot look people up)."""
        wanted = name.removeprefix("@").lower()
        for chat in self.chats.values():
            if chat.username is not None and chat.username.lower() == wanted:
                return chat
        return None

    def by_bot(self, chat: Chat) -> Iterator[Message]:
        """The bot's own messages in a chat that still stand, oldest first."""
        for message in chat.messages.values():
            if message.sender is self.bot and not message.service:
                yield message

    def _message_id(self, chat: Chat) -> int:
        """The next id: one counter for all private chats and basic groups, one per other chat.

        The first message of a supergroup or channel tells of its creation, long before the test.
        """
        shared = chat.type in ("private", "group") and not chat.is_dialogue
        box = 0 if shared else chat.id
        return next(self._message_ids.setdefault(box, count(self._first_number if shared else 2)))

    def _changed(self, author: User | None) -> None:
        if author is self.bot:
            self.outgoing += 1
        self.signal.notify()


def _thread(chat: Chat, topic: Topic | None, reply_to: Message | None) -> int | None:
    """``message_thread_id``: the topic, or in supergroups the root of a reply thread."""
    if topic is not None:
        return topic.id
    if chat.type == "supergroup" and reply_to is not None:
        return reply_to.thread_id or reply_to.id
    return None
