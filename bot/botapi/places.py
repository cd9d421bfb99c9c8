"""The test side, part one: the people, the chats, and who is in them."""

from __future__ import annotations

from collections.abc import Iterable

from bot.botapi import membership
from bot.botapi.state import ADMIN_RIGHTS, Chat, Member, Status, Topic, User
from bot.botapi.world import World


class Places:
    """Making people and chats, and changing who is in a chat; see ``BotApiServer``."""

    world: World

    def add_user(
        self, name: str, *, username: str | None = None, language_code: str | None = "vi"
    ) -> User:
        """A person who has not yet met the bot."""
        return self.world.new_user(name, username, language_code)

    def private_chat(self, user: User, *, started: bool = True) -> Chat:
        """The user's chat with the bot; ``started``: the Start button was pressed long ago."""
        chat = self.world.chats[user.id]
        if started and self.world.bot_member(chat).status == "left":
            chat.members[self.world.bot.id] = Member(self.world.bot, "member")
        return chat

    def add_dialogue(self, one: User, other: User) -> Chat:
        """A private chat of two people; its id is ``other``'s, and the bot cannot send there."""
        return self.world.new_dialogue(one, other)

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
        """A group the first member created, the bot in it since long ago (no update is sent).

        ``bot="left"`` makes a group that the bot has never seen.
        """
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
        discussion: Chat | None = None,
    ) -> Chat:
        """A channel; the bot is an administrator with all rights unless told otherwise.

        Every post, the bot's too, is forwarded by Telegram into ``discussion``, a supergroup.
        """
        chat = self.world.new_chat("channel", title, username)
        membership.fill(self.world, chat, admins, bot)
        if discussion is not None:
            if discussion.type != "supergroup":
                raise ValueError("only a supergroup can be a discussion group")
            chat.linked, discussion.linked = discussion, chat
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
        anonymous: bool = False,
        title: str | None = None,
    ) -> None:
        """Adds, promotes, demotes, removes or bans a member (or the bot); told to the bot.

        An administrator has all ``rights`` unless they are given; an ``anonymous`` one (or owner)
        writes as the group, signed with the custom ``title`` if there is one.
        """
        admin = status == "administrator"
        new = Member(user, status, frozenset(rights) if admin else frozenset(), anonymous, title)
        by = by or membership.owner(self.world, chat)
        membership.set_member(self.world, chat, new, by)

    def add_bot(self, chat: Chat, by: User | None = None) -> None:
        """Adds the bot to a group as a member, to a channel as an administrator."""
        status: Status = "administrator" if chat.type == "channel" else "member"
        self.set_status(chat, self.world.bot, status, by=by)

    def kick_bot(self, chat: Chat, by: User | None = None) -> None:
        """Bans the bot from a group or channel."""
        self.set_status(chat, self.world.bot, "kicked", by=by)

    def block(self, user: User) -> None:
        """The user blocks the bot."""
        self.set_status(self.private_chat(user), self.world.bot, "kicked", by=user)

    def unblock(self, user: User) -> None:
        """The user unblocks the bot."""
        self.set_status(self.private_chat(user), self.world.bot, "member", by=user)

    def migrate(self, group: Chat, by: User | None = None) -> Chat:
        """Makes a basic group a supergroup, which has another chat id."""
        if group.type != "group":
            raise ValueError("only a basic group can be upgraded: add_group(supergroup=False)")
        return membership.migrate(self.world, group, by or membership.owner(self.world, group))
