"""The test side: a Telegram with people in it, and the bot's API served over real HTTP.

People's deeds are plain calls that take effect at once; waiting for the bot is awaited and woken
by events, never by polling. Everything must be called on the server's own event loop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Self, TypeVar

from tests.botapi import acts, membership, watching
from tests.botapi.faults import Faults
from tests.botapi.limits import Limits
from tests.botapi.queries import CallbackQuery, InlineQuery
from tests.botapi.server import Call, HttpServer
from tests.botapi.state import ADMIN_RIGHTS, Chat, Member, Message, Status, Topic, User
from tests.botapi.world import World

T = TypeVar("T")
TOKEN = "7000000001:AAtest-hoidap_0123456789abcdefghijk"
BOT_USERNAME = "hoidap_test_bot"


class BotApiServer:
    """A strict Bot API for one bot, with the people and chats a test puts into it.

    Args:
        token: The only token accepted.
        username: The bot's, without ``@``.
        sees_all_groups: Privacy mode off.

    Attributes:
        base_url: Set on entering; the bot calls ``<base_url>/bot<token>/<method>``.
    """

    def __init__(
        self,
        token: str = TOKEN,
        username: str = BOT_USERNAME,
        *,
        sees_all_groups: bool = False,
    ) -> None:
        self.token = token
        self.world = World(username, sees_all_groups=sees_all_groups)
        self._http = HttpServer(self.world, token)

    async def __aenter__(self) -> Self:
        await self._http.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._http.stop()

    @property
    def base_url(self) -> str:
        """``http://127.0.0.1:<port>``, without a slash at the end."""
        return self._http.base_url

    @property
    def bot(self) -> User:
        """The bot's own account."""
        return self.world.bot

    @property
    def faults(self) -> Faults:
        """Faults to come: ``server.faults.add("sendMessage", RetryAfter(3))``."""
        return self._http.faults

    @property
    def limits(self) -> Limits:
        """Telegram's sending limits; ``server.limits.enabled = True`` switches them on."""
        return self.world.limits

    @property
    def requests(self) -> list[Call]:
        """Every call the bot made, in order of arrival."""
        return self._http.calls

    @property
    def violations(self) -> list[str]:
        """What Telegram would silently ignore; tests assert that it is empty."""
        return self.world.violations

    def calls(self, method: str) -> list[Call]:
        """The calls of one method, its name in any case."""
        return [call for call in self.requests if call.method.lower() == method.lower()]

    # People and places

    def add_user(
        self, name: str, *, username: str | None = None, language_code: str | None = "vi"
    ) -> User:
        """A person who has not yet met the bot."""
        return self.world.new_user(name, username, language_code)

    def private_chat(self, user: User, *, started: bool = True) -> Chat:
        """The user's chat with the bot; ``started``: the Start button was pressed long ago."""
        chat = self.world.chats[user.id]
        if started and self.world.bot_member(chat).status == "left":
            chat.members[self.bot.id] = Member(self.bot, "member")
        return chat

    def add_group(
        self,
        title: str,
        members: Iterable[User] = (),
        *,
        supergroup: bool = True,
        forum: bool = False,
        username: str | None = None,
        bot: Status = "member",
    ) -> Chat:
        """A group the first member created, the bot in it since long ago (no update is sent)."""
        chat = self.world.new_chat(
            "supergroup" if supergroup or forum else "group", title, username
        )
        chat.is_forum = forum
        membership.fill(self.world, chat, members, bot)
        return chat

    def add_channel(
        self,
        title: str,
        admins: Iterable[User] = (),
        *,
        username: str | None = None,
        bot: Status = "administrator",
    ) -> Chat:
        """A channel; the bot is an administrator with all rights unless told otherwise."""
        chat = self.world.new_chat("channel", title, username)
        membership.fill(self.world, chat, admins, bot)
        return chat

    def add_topic(self, chat: Chat, name: str, by: User | None = None) -> Topic:
        """A forum topic, opened by ``by`` or the group's first member."""
        if not chat.is_forum:
            raise ValueError(f"{chat.title} is not a forum")
        return membership.open_topic(
            self.world, chat, name, by or membership.owner(self.world, chat)
        )

    def set_status(
        self,
        chat: Chat,
        user: User,
        status: Status,
        *,
        by: User | None = None,
        rights: Iterable[str] = ADMIN_RIGHTS,
    ) -> None:
        """Adds, promotes, demotes, removes or bans a member (or the bot); told to the bot."""
        given = frozenset(rights) if status == "administrator" else frozenset()
        membership.set_status(
            self.world, chat, user, status, by or membership.owner(self.world, chat), given
        )

    def kick_bot(self, chat: Chat, by: User | None = None) -> None:
        """Bans the bot from a group or channel."""
        self.set_status(chat, self.bot, "kicked", by=by)

    def block(self, user: User) -> None:
        """The user blocks the bot."""
        chat = self.private_chat(user)
        membership.set_status(self.world, chat, self.bot, "kicked", user)

    def unblock(self, user: User) -> None:
        """The user unblocks the bot."""
        membership.set_status(self.world, self.private_chat(user), self.bot, "member", user)

    def migrate(self, group: Chat, by: User | None = None) -> Chat:
        """Makes a basic group a supergroup, which has another chat id."""
        if group.type != "group":
            raise ValueError("only a basic group can be upgraded: add_group(supergroup=False)")
        return membership.migrate(self.world, group, by or membership.owner(self.world, group))

    # What people do

    def say(
        self,
        chat: Chat,
        user: User,
        text: str,
        *,
        reply_to: Message | None = None,
        topic: Topic | None = None,
        quote: str | None = None,
    ) -> Message:
        """A person writes; a reply goes to the topic of the message it answers."""
        return acts.say(self.world, chat, user, text, reply_to=reply_to, topic=topic, quote=quote)

    def upload(
        self,
        chat: Chat,
        user: User,
        name: str,
        data: bytes,
        *,
        caption: str = "",
        reply_to: Message | None = None,
        topic: Topic | None = None,
    ) -> Message:
        """A person sends a document."""
        file = self.world.new_file(name, data)
        return acts.say(
            self.world, chat, user, caption, reply_to=reply_to, topic=topic, quote=None, file=file
        )

    def post(self, channel: Chat, text: str) -> Message:
        """Somebody posts in a channel."""
        return acts.post(self.world, channel, text)

    def edit(self, message: Message, text: str) -> None:
        """The author edits a message."""
        acts.edit(self.world, message, text)

    def delete(self, message: Message) -> None:
        """Somebody deletes a message, which bots are not told about."""
        self.world.delete_message(message)

    def react(self, user: User, message: Message, emoji: str | None) -> None:
        """A person reacts, or takes the reaction back with ``None``."""
        acts.react(self.world, user, message, emoji)

    def press(self, user: User, message: Message, button: str) -> CallbackQuery:
        """A person presses the callback button with this text (or else this data)."""
        return acts.press(self.world, user, message, button)

    def inline_query(self, user: User, text: str, *, offset: str = "") -> InlineQuery:
        """A person types an inline query; see ``InlineQuery.from_cache``."""
        return acts.inline_query(self.world, user, text, offset)

    # What the test sees and waits for

    def messages(self, chat: Chat, *, topic: Topic | None = None) -> list[Message]:
        """All messages standing in a chat (or one topic of it), service ones too."""
        return [m for m in chat.messages.values() if topic is None or m.topic is topic]

    async def wait_for_message(
        self,
        chat: Chat,
        *,
        after: Message | None = None,
        timeout: float = 10.0,  # noqa: ASYNC109 - the wait is woken by events
        where: watching.Where = lambda _: True,
    ) -> Message:
        """The bot's first message in the chat later than ``after`` for which ``where`` holds."""
        return await watching.message(self.world, self.requests, chat, after, timeout, where)

    async def wait_for_edit(
        self,
        message: Message,
        *,
        seen: int = 0,
        timeout: float = 10.0,  # noqa: ASYNC109
        where: watching.Where = lambda _: True,
    ) -> Message:
        """``message`` once it has more than ``seen`` edits and ``where`` holds for it."""
        return await watching.edit(self.world, self.requests, message, seen, timeout, where)

    async def wait_until(
        self,
        predicate: Callable[[], T],
        timeout: float = 10.0,  # noqa: ASYNC109
    ) -> T:
        """The first true value of ``predicate``, looked at after every event."""
        value = await self.world.signal.wait(predicate, timeout)
        assert value, f"not within {timeout} s; last calls: {self.requests[-5:]}"
        return value

    async def quiet(self, seconds: float) -> None:
        """Asserts that the bot sends and edits nothing for so long."""
        await watching.quiet(self.world, self.requests, seconds)

    async def deliver_webhooks(self) -> int:
        """Posts pending updates to the webhook; how many it took with a 2xx."""
        return await watching.deliver_webhooks(self.world)
