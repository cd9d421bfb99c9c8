"""Which events reach the bot as updates: membership, privacy mode and kinds of update.

Sources: Bot features, "Privacy mode"; the brief of this project on @mentions, which Telegram
really delivers; ``Client::need_skip_update_message`` for the bot's own messages.
"""

from __future__ import annotations

import time

from tests.botapi.state import JSON, Chat, Member, Message, User
from tests.botapi.wire import chat_json, member_json, message_json, user_json
from tests.botapi.world import World


def announce(world: World, message: Message, *, edited: bool = False) -> None:
    """Queues the update for a new or edited message, if the bot is to see it."""
    if not bot_sees(world, message):
        return
    kind = "channel_post" if message.chat.type == "channel" else "message"
    world.updates.put(f"edited_{kind}" if edited else kind, message_json(message))


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
    """Whether Telegram shows this message to the bot."""
    chat = message.chat
    if message.service:
        left = message.service.get("left_chat_member", {}).get("id") == world.bot.id
        return left or world.bot_member(chat).is_in
    if not world.bot_member(chat).is_in or (message.sender and message.sender.is_bot):
        return False
    if chat.type in ("private", "channel"):
        return True
    if world.sees_all_groups or world.bot_member(chat).is_admin:
        return True
    return _for_bot(world, message)


def _for_bot(world: World, message: Message) -> bool:
    """Privacy mode: commands, replies to the bot and mentions of it."""
    if message.reply_to is not None and message.reply_to.sender is world.bot:
        return True
    own = f"@{world.bot.username}".lower()
    for entity in message.entities:
        text = message.entity_text(entity).lower()
        if entity.type == "mention" and text == own:
            return True
        if entity.type == "text_mention" and entity.user_id == world.bot.id:
            return True
        if entity.type == "bot_command" and entity.offset == 0:
            return "@" not in text or text.endswith(own)
    return False


def _reactions(emoji: tuple[str, ...]) -> list[JSON]:
    return [{"type": "emoji", "emoji": one} for one in emoji]
