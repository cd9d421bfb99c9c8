"""Which events reach the bot as updates: membership, privacy mode, guests and kinds of update.

Sources: Bot features, "Privacy mode"; the brief of this project on @mentions, which Telegram
really delivers; ``Client::need_skip_update_message`` for the bot's own messages;
core.telegram.org/api/bots/guest-mode for where a guest may be summoned.
"""

from __future__ import annotations

import time

from bot.botapi.content import JSON
from bot.botapi.queries import GuestQuery
from bot.botapi.state import MOUTHPIECES, Chat, Member, Message, User
from bot.botapi.wire import chat_json, member_json, message_json, user_json
from bot.botapi.world import World


def announce(world: World, message: Message, *, edited: bool = False) -> None:
    """Queues the update for a new or edited message, if the bot is to see it."""
    if bot_sees(world, message):
        kind = "channel_post" if message.chat.type == "channel" else "message"
        world.updates.put(f"edited_{kind}" if edited else kind, message_json(message))
    elif not edited and _summons_guest(world, message):
        query = GuestQuery(id=f"{world.number()}5", message=message)
        world.guest_queries[query.id] = query
        body = message_json(message) | {"guest_query_id": query.id}
        world.updates.put("guest_message", body)


def announce_member(world: World, chat: Chat, by: User, old: Member, new: Member) -> None:
    """Queues ``my_chat_member``."""
    body: JSON = {
        "chat": chat_json(chat),
        "from": user_json(by),
        "date": int(time.time()),
        "old_chat_member": member_json(old, chat),
        "new_chat_member": member_json(new, chat),
    }
    world.updates.put("my_chat_member", body)


def announce_reaction(world: World, message: Message, user: User, old: tuple[str, ...]) -> None:
    """Queues ``message_reaction``; in groups and channels the bot must be an administrator."""
    chat = message.chat
    if chat.type != "private" and not world.bot_member(chat).is_admin:
        return
    body: JSON = {
        "chat": chat_json(chat),
        "message_id": message.id,
        "user": user_json(user),
        "date": int(time.time()),
        "old_reaction": _reactions(old),
        "new_reaction": _reactions(message.reactions.get(user.id, ())),
    }
    world.updates.put("message_reaction", body)


def bot_sees(world: World, message: Message) -> bool:
    """Whether Telegram shows this message to the bot as a member of the chat."""
    chat = message.chat
    if message.service:
        left = message.service.get("left_chat_member", {}).get("id") == world.bot.id
        return left or world.bot_member(chat).is_in
    if not world.bot_member(chat).is_in or _by_bot(message):
        return False
    if chat.type in ("private", "channel"):
        return True
    if world.sees_all_groups or world.bot_member(chat).is_admin:
        return True
    return _for_bot(world, message)


def mentions_bot(world: World, message: Message) -> bool:
    """Whether the text or caption names the bot, by ``@username`` or by a link to it."""
    own = f"@{world.bot.username}".lower()
    return any(
        (entity.type == "mention" and message.entity_text(entity).lower() == own)
        or (entity.type == "text_mention" and entity.user_id == world.bot.id)
        for entity in message.entities
    )


def _by_bot(message: Message) -> bool:
    return message.sender is not None and message.sender.is_bot and not _mouthpiece(message)


def _mouthpiece(message: Message) -> bool:
    return message.sender in MOUTHPIECES


def _for_bot(world: World, message: Message) -> bool:
    """Privacy mode: commands, mentions, what was sent via the bot, and replies to it."""
    if message.via_bot is world.bot or mentions_bot(world, message):
        return True
    replied = message.reply_to
    if replied is not None and world.bot in (replied.sender, replied.via_bot):
        return True
    own = f"@{world.bot.username}".lower()
    for entity in message.entities:
        text = message.entity_text(entity).lower()
        if entity.type == "bot_command" and entity.offset == 0:
            return "@" not in text or text.endswith(own)
    return False


def _summons_guest(world: World, message: Message) -> bool:
    """A mention, or a reply to what a guest said, in any chat of people without protection."""
    chat = message.chat
    if not world.guest_mode or message.service or chat.type == "channel" or chat.protected:
        return False
    if world.bot_member(chat).is_in or (chat.user is not None and not chat.is_dialogue):
        return False
    if _by_bot(message) or message.automatic:
        return False
    replied = message.reply_to
    again = replied is not None and replied.guest_caller is not None
    return again or mentions_bot(world, message)


def _reactions(emoji: tuple[str, ...]) -> list[JSON]:
    return [{"type": "emoji", "emoji": one} for one in emoji]
