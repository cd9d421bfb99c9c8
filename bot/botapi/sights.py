"""The test side, part three: what can be seen of the bot, and waiting for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from bot.botapi import watching
from bot.botapi.methods_menus import menu_of
from bot.botapi.methods_queries import guest_query_of
from bot.botapi.queries import CallbackQuery, GuestQuery, Query, WebhookPost
from bot.botapi.server import Call
from bot.botapi.state import Action, Chat, Draft, Message, Topic, User
from bot.botapi.updates import Update
from bot.botapi.world import World

T = TypeVar("T")


class Sights:
    """Looking and waiting; waits are woken by events. See ``BotApiServer``."""

    world: World

    @property
    def requests(self) -> list[Call]:
        """Every call the bot made, in order of arrival."""
        raise NotImplementedError

    def calls(self, method: str) -> list[Call]:
        """The calls of one method, its name in any case."""
        return [call for call in self.requests if call.method.lower() == method.lower()]

    def messages(self, chat: Chat, *, topic: Topic | None = None) -> list[Message]:
        """All messages standing in a chat (or one topic of it), service ones too."""
        return [m for m in chat.messages.values() if topic is None or m.topic is topic]

    def actions(self, chat: Chat, topic: Topic | None = None) -> list[Action]:
        """The chat actions (typing...) shown in a topic, or outside of any."""
        wanted = (topic.id,) if topic is not None else (0, 1)
        return [action for action in chat.actions if action.thread_id in wanted]

    def drafts(self, chat: Chat) -> list[Draft]:
        """The drafts shown in a private chat, oldest first."""
        return chat.drafts

    def menu(self, user: User, chat: Chat) -> dict[str, str]:
        """The commands and descriptions a user sees there, by scope, rights and language."""
        return menu_of(self.world, user, chat)

    def guest_query(self, message: Message) -> GuestQuery | None:
        """The query of a message that summoned the bot as a guest; ``reply`` is its answer."""
        return guest_query_of(self.world, message)

    @property
    def unanswered_callbacks(self) -> list[CallbackQuery]:
        """Pressed buttons the bot has not answered: each leaves a spinning clock on its button."""
        return [query for query in self.world.callbacks.values() if not query.answered]

    @property
    def updates(self) -> list[Update]:
        """Every update ever queued for the bot, oldest first (``id``, ``kind``, ``body``)."""
        return self.world.updates.sent

    @property
    def webhook_posts(self) -> list[WebhookPost]:
        """Every attempt to post an update, with the status the bot answered."""
        return self.world.webhook_posts

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

    async def wait_for_answer(
        self,
        query: Query,
        timeout: float = 10.0,  # noqa: ASYNC109
    ) -> None:
        """Returns when the bot has answered a callback, inline or guest query."""
        await self.wait_until(lambda: query.answered, timeout)

    async def wait_until(
        self,
        predicate: Callable[[], T],
        timeout: float = 10.0,  # noqa: ASYNC109
    ) -> T:
        """The first true value of ``predicate``, looked at after every event."""
        value = await self.world.signal.wait(predicate, timeout)
        if not value:
            raise AssertionError(f"not within {timeout} s; last calls: {self.requests[-5:]}")
        return value

    async def quiet(self, seconds: float) -> None:
        """Asserts that the bot sends and edits nothing for so long."""
        await watching.quiet(self.world, self.requests, seconds)
