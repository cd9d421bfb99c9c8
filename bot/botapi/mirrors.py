"""A channel's posts in its discussion group: Telegram forwards each one there by itself.

The copy comes from the account "Telegram" in the name of the channel; comments are replies to it.
Sources: documentation of ``Message.is_automatic_forward`` and ``sender_chat``; core.telegram.org,
"Discussion groups".
"""

from __future__ import annotations

from bot.botapi.content import JSON, Content
from bot.botapi.delivery import announce
from bot.botapi.state import TELEGRAM, Message
from bot.botapi.wire import chat_json
from bot.botapi.world import World


def mirror(world: World, post: Message) -> Message | None:
    """Forwards a new post to the linked group, if there is one; shown to the bot as any message."""
    group = post.chat.linked
    if post.chat.type != "channel" or group is None or post.service:
        return None
    copy = world.add_message(group, TELEGRAM, post.content, document=post.document)
    copy.media = post.media
    copy.sender_chat, copy.automatic = post.chat, True
    copy.signature, copy.origin = post.signature, _origin(post)
    post.mirror = copy
    announce(world, copy)
    return copy


def mirror_edit(world: World, post: Message, content: Content) -> None:
    """Edits the copy along with its post."""
    if post.mirror is not None and not post.mirror.deleted:
        world.edit_message(post.mirror, content, TELEGRAM)
        announce(world, post.mirror, edited=True)


def _origin(post: Message) -> JSON:
    origin: JSON = {
        "type": "channel",
        "date": post.date,
        "chat": chat_json(post.chat),
        "message_id": post.id,
    }
    return origin | ({"author_signature": post.signature} if post.signature else {})
