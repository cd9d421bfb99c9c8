"""The test side, part two: what people do."""

from __future__ import annotations

from bot.botapi import acts, pressing
from bot.botapi.acts import Writing
from bot.botapi.media import CAPTIONED, Kind, media_json
from bot.botapi.queries import CallbackQuery, InlineQuery
from bot.botapi.state import Chat, Message, Topic, User
from bot.botapi.world import World


class Deeds:
    """Plain calls that take effect at once; see ``BotApiServer``.

    What no app would let a person do raises ``ValueError``. An anonymous administrator writes as
    the group. A message that mentions the bot where it is no member summons it as a guest.
    """

    world: World

    def say(
        self,
        chat: Chat,
        user: User,
        text: str,
        *,
        reply_to: Message | None = None,
        topic: Topic | None = None,
        quote: str | None = None,
        as_channel: Chat | None = None,
    ) -> Message:
        """A person writes; a reply goes to the topic of the message it answers.

        ``quote`` is a part of ``reply_to`` quoted by hand; ``as_channel`` is the channel in whose
        name a person writes in a group.
        """
        writing = Writing(reply_to, topic, quote, as_channel=as_channel)
        return acts.say(self.world, chat, user, text, writing)

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
        writing = Writing(reply_to, topic, file=self.world.new_file(name, data))
        return acts.say(self.world, chat, user, caption, writing)

    def send(
        self,
        chat: Chat,
        user: User,
        kind: Kind,
        *,
        caption: str = "",
        data: bytes = b"\0",
        reply_to: Message | None = None,
        topic: Topic | None = None,
    ) -> Message:
        """A person sends a photo, voice, sticker, contact, location, poll..."""
        if caption and kind not in CAPTIONED:
            raise ValueError(f"a {kind} has no caption")
        writing = Writing(reply_to, topic, media=media_json(self.world, kind, data, user))
        return acts.say(self.world, chat, user, caption, writing)

    def forward(self, chat: Chat, user: User, message: Message, *, hidden: bool = False) -> Message:
        """A person forwards a message into a chat; ``hidden``: its author shows only a name."""
        return acts.forward(self.world, chat, user, message, hidden=hidden)

    def post(
        self,
        channel: Chat,
        text: str,
        *,
        kind: Kind | None = None,
        signed_by: User | None = None,
        reply_to: Message | None = None,
    ) -> Message:
        """Somebody posts a text, or a photo and the like captioned with it, in a channel.

        ``Message.mirror`` is its copy in the discussion group.
        """
        media = media_json(self.world, kind, b"\0", self.world.bot) if kind else None
        return acts.post(self.world, channel, text, signed_by, Writing(reply_to, media=media))

    def edit(self, message: Message, text: str) -> None:
        """The author edits a message (or caption)."""
        acts.edit(self.world, message, text)

    def delete(self, message: Message) -> None:
        """Somebody deletes a message, which bots are not told about."""
        self.world.delete_message(message)

    def react(self, user: User, message: Message, emoji: str | None) -> None:
        """A person reacts, or takes the reaction back with ``None``."""
        acts.react(self.world, user, message, emoji)

    def start(self, user: User, payload: str = "") -> Message:
        """A person presses Start, having come by ``t.me/bot?start=payload``; ends a block."""
        chat = self.world.chats[user.id]
        return acts.start(self.world, chat, user, pressing.checked_payload(payload))

    def start_in_group(self, user: User, group: Chat, payload: str = "") -> Message:
        """A person adds the bot by ``?startgroup=payload``; the app writes the command there."""
        payload = pressing.checked_payload(payload)
        return acts.start_in_group(self.world, group, user, payload)

    def follow(self, user: User, url: str) -> Message:
        """A person opens a link ``t.me/bot?start=...``, as in a button, and presses Start."""
        return self.start(user, pressing.start_payload(self.world, url))

    def press(self, user: User, message: Message, button: str) -> CallbackQuery:
        """A person presses the callback button with this text (or else this data)."""
        return pressing.press(self.world, user, message, button)

    def inline_query(
        self, user: User, text: str, *, offset: str = "", chat: Chat | None = None
    ) -> InlineQuery:
        """A person types an inline query in ``chat``; see ``InlineQuery.from_cache``."""
        return pressing.inline_query(self.world, user, text, offset, chat)

    def choose(
        self,
        query: InlineQuery,
        result_id: str,
        chat: Chat,
        *,
        reply_to: Message | None = None,
        topic: Topic | None = None,
    ) -> Message:
        """The person sends a result to any chat; ``Message.inline_id`` is set if it has buttons.

        The bot is told only with ``server.inline_feedback = True``, or if it is in the chat.
        """
        return pressing.choose(self.world, query, result_id, chat, Writing(reply_to, topic))
