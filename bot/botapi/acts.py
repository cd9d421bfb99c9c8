"""What people do in chats: writing, posting, forwarding, editing, reacting, starting the bot.

Plain functions over the world; ``deeds.Deeds`` offers them to tests. A thing a person could not
do in a Telegram app (writing where they are not a member) raises ``ValueError``: it is a mistake
in the test, not in the bot.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from bot.botapi import access, entities
from bot.botapi.content import JSON, Content, File, Quote
from bot.botapi.delivery import announce, announce_reaction
from bot.botapi.media import origin_json
from bot.botapi.membership import set_member
from bot.botapi.mirrors import mirror, mirror_edit
from bot.botapi.state import CHANNEL_BOT, GROUP_ANONYMOUS_BOT, Chat, Member, Message, Topic, User
from bot.botapi.world import World

MAX_TEXT = 4096


@dataclass(frozen=True)
class Writing:
    """What a person sends besides words, and where it goes in the chat."""

    reply_to: Message | None = None
    topic: Topic | None = None
    quote: str | None = None
    file: File | None = None
    media: JSON | None = None
    as_channel: Chat | None = None


def written(text: str) -> Content:
    """A person's text as Telegram stores it: trimmed, with the entities it finds itself."""
    shown = entities.fix(entities.Formatted(text), allow_empty=True)
    if entities.utf16_length(shown.text) > MAX_TEXT:
        raise ValueError("an app would split this text; send at most 4096 UTF-16 units")
    return Content(shown.text, shown.entities, text, at=time.monotonic())


def say(world: World, chat: Chat, user: User, text: str, writing: Writing) -> Message:
    """A person's message; the first one in a private chat starts the bot."""
    message = put(world, chat, user, written(text), writing)
    announce(world, message)
    return message


def put(world: World, chat: Chat, user: User, content: Content, writing: Writing) -> Message:
    """Stores a person's message, in whose name it is; the bot is not told here."""
    check_may_write(world, chat, user)
    if _is_with_bot(chat) and world.bot_member(chat).status == "left":
        chat.members[world.bot.id] = Member(world.bot, "member")
    replied = writing.reply_to
    message = world.add_message(
        chat,
        user,
        content,
        topic=writing.topic or (replied.topic if replied else None),
        reply_to=replied,
        quote=_quote(replied, writing.quote),
        document=writing.file,
    )
    message.media = writing.media or {}
    message.protected = chat.protected
    member = chat.member(user)
    if writing.as_channel is not None:
        message.sender, message.sender_chat = CHANNEL_BOT, writing.as_channel
    elif member.is_admin and member.anonymous:
        message.sender, message.sender_chat = GROUP_ANONYMOUS_BOT, chat
        message.signature = member.custom_title
    return message


def post(
    world: World, channel: Chat, text: str, signed_by: User | None, writing: Writing
) -> Message:
    """A channel post; it goes on to the discussion group."""
    if channel.type != "channel":
        raise ValueError(f"{channel.title} is not a channel")
    message = world.add_message(
        channel, None, written(text), reply_to=writing.reply_to, document=writing.file
    )
    message.media = writing.media or {}
    message.signature = signed_by.first_name if signed_by else None
    announce(world, message)
    mirror(world, message)
    return message


def forward(world: World, chat: Chat, user: User, message: Message, *, hidden: bool) -> Message:
    """A person forwards a message here; nothing of its reply or keyboard comes along."""
    if message.chat.protected or message.protected:
        raise ValueError("this chat's content is protected from forwarding")
    content = Content(message.text, message.entities, message.html, at=time.monotonic())
    writing = Writing(file=message.document, media=message.media)
    copy = put(world, chat, user, content, writing)
    copy.origin = origin_json(message, hidden=hidden)
    announce(world, copy)
    return copy


def edit(world: World, message: Message, text: str) -> None:
    """The author edits a message."""
    if message.sender is world.bot or message.service:
        raise ValueError("people edit their own messages only")
    content = written(text)
    world.edit_message(message, content, message.sender)
    announce(world, message, edited=True)
    mirror_edit(world, message, content)


def react(world: World, user: User, message: Message, emoji: str | None) -> None:
    """Sets or takes back a person's reaction."""
    old = message.reactions.get(user.id, ())
    message.reactions[user.id] = (emoji,) if emoji else ()
    announce_reaction(world, message, user, old)
    world.signal.notify()


def start(world: World, chat: Chat, user: User, payload: str) -> Message:
    """Presses Start in the private chat, having come by ``?start=payload``; ends a block."""
    if world.bot_member(chat).status == "kicked":
        set_member(world, chat, Member(world.bot, "member"), user)
    return say(world, chat, user, f"/start {payload}".rstrip(), Writing())


def start_in_group(world: World, group: Chat, user: User, payload: str) -> Message:
    """Adds the bot by ``?startgroup=payload``, upon which the app writes the command."""
    if not world.bot_member(group).is_in:
        set_member(world, group, Member(world.bot, "member"), user)
    command = f"/start@{world.bot.username} {payload}"
    return say(world, group, user, command.rstrip(), Writing())


def check_may_write(world: World, chat: Chat, user: User) -> None:
    """Whether an app would let the person write here.

    Raises:
        ValueError: It would not.
    """
    if chat.type == "channel":
        raise ValueError("in a channel there are posts: use post()")
    if chat.migrated_to is not None:
        raise ValueError("the group has become a supergroup")
    if _is_with_bot(chat):
        if chat.user is not user:
            raise ValueError(f"this is not {user.first_name}'s private chat")
        if world.bot_member(chat).status == "kicked":
            raise ValueError(f"{user.first_name} has blocked the bot: unblock() first")
    elif not chat.member(user).is_in and chat.linked is None:
        # A linked group takes comments from anybody who reads the channel.
        raise ValueError(f"{user.first_name} is not a member of {chat.title}")


def _is_with_bot(chat: Chat) -> bool:
    return chat.user is not None and not chat.is_dialogue


def _quote(replied: Message | None, part: str | None) -> Quote | None:
    if part is None:
        return None
    if replied is None or part not in replied.text:
        raise ValueError(f"{part!r} is not in the replied message")
    start = entities.utf16_length(replied.text[: replied.text.index(part)])
    end = start + entities.utf16_length(part)
    return Quote(part, access.quoted_styles(replied.entities, start, end), start)
