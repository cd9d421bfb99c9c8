"""Channels with a discussion group, signatures and anonymous administrators."""

from __future__ import annotations

import pytest
from telegram import Bot, MessageOriginChannel
from telegram.error import BadRequest

from bot.botapi import BotApiServer, User
from tests.unit.botapi.conftest import pending

pytestmark = pytest.mark.asyncio


async def test_a_post_goes_to_the_discussion_group(
    bot: Bot, server: BotApiServer, alice: User
) -> None:
    """Telegram forwards each post itself; the bot sees it as an administrator of the group."""
    group = server.add_group("Bàn luận", [alice], bot="administrator")
    channel = server.add_channel("Kênh", [alice], discussion=group)
    post = server.post(channel, "tin")
    copy = post.mirror
    assert copy is not None
    seen, forwarded = await pending(bot)
    assert seen.channel_post is not None
    message = forwarded.message
    assert message is not None
    assert message.is_automatic_forward
    assert message.from_user is not None
    assert (message.from_user.id, message.from_user.is_bot) == (777000, False)
    assert message.sender_chat is not None
    assert message.sender_chat.id == channel.id
    assert isinstance(message.forward_origin, MessageOriginChannel)
    assert message.forward_origin.message_id == post.id
    server.edit(post, "tin mới")
    assert copy.text == "tin mới"
    photo = server.post(channel, "ảnh", kind="photo").mirror
    assert photo is not None
    assert "photo" in photo.media
    own = await bot.send_message(channel.id, "của bot")
    mirror = channel.messages[own.message_id].mirror
    assert mirror is not None
    assert mirror.chat is group
    assert (await bot.get_chat(channel.id)).linked_chat_id == group.id
    assert (await bot.get_chat(group.id)).linked_chat_id == channel.id


async def test_comments(bot: Bot, server: BotApiServer, alice: User) -> None:
    """Readers comment without joining; with privacy on the bot sees only what is for it."""
    bob = server.add_user("Bob")
    group = server.add_group("Bàn luận", [alice])
    channel = server.add_channel("Kênh", [alice], bot="left", discussion=group)
    root = server.post(channel, "tin").mirror
    assert root is not None
    server.say(group, bob, "hay", reply_to=root)
    server.say(group, bob, "/hoi gì?", reply_to=root)
    [update] = await pending(bot)
    message = update.message
    assert message is not None
    assert (message.text, message.message_thread_id) == ("/hoi gì?", root.id)
    assert message.is_topic_message is None
    assert message.reply_to_message is not None
    assert message.reply_to_message.is_automatic_forward
    await message.reply_text("đây")
    mentioned = server.post(channel, "hỏi @hoidap_test_bot").mirror
    assert mentioned is not None
    [update] = await pending(bot)
    assert update.message is not None
    assert update.message.message_id == mentioned.id
    with pytest.raises(ValueError, match="supergroup"):
        server.add_channel("Sai", discussion=server.add_group("Nhỏ", supergroup=False))


async def test_in_whose_name(bot: Bot, server: BotApiServer, alice: User) -> None:
    """Anonymous administrators speak as the group, people as their channel, posts are signed."""
    group = server.add_group("Nhóm", [alice], bot="administrator")
    channel = server.add_channel("Kênh", [alice])
    bob = server.add_user("Bob")
    server.set_status(group, bob, "administrator", anonymous=True, title="trưởng nhóm")
    await pending(bot)
    server.say(group, bob, "ẩn danh")
    server.say(group, alice, "thay kênh", as_channel=channel)
    server.post(channel, "ký", signed_by=alice)
    anonymous, as_channel, signed = await pending(bot)
    assert anonymous.message is not None
    assert anonymous.message.from_user is not None
    assert anonymous.message.sender_chat is not None
    assert anonymous.message.from_user.username == "GroupAnonymousBot"
    assert anonymous.message.sender_chat.id == group.id
    assert anonymous.message.author_signature == "trưởng nhóm"
    assert as_channel.message is not None
    assert as_channel.message.sender_chat is not None
    assert as_channel.message.sender_chat.id == channel.id
    assert signed.channel_post is not None
    assert signed.channel_post.author_signature == "Alice"


async def test_administrators_rights(bot: Bot, server: BotApiServer, alice: User) -> None:
    """An administrator has exactly the rights, the anonymity and the title given."""
    group = server.add_group("Nhóm", [alice])
    bob = server.add_user("Bob")
    rights = ["can_manage_chat", "can_change_info"]
    server.set_status(group, bob, "administrator", rights=rights, anonymous=True, title="phó")
    member = (await bot.get_chat_member(group.id, bob.id)).to_dict()
    assert {name for name, given in member.items() if name.startswith("can_") and given} == {
        *rights
    }
    assert (member["is_anonymous"], member["custom_title"]) == (True, "phó")
    admins = await bot.get_chat_administrators(group.id)
    assert [admin.user.id for admin in admins] == [alice.id, bob.id]
    channel = server.add_channel("Kênh", [alice], bot="member")
    with pytest.raises(BadRequest, match=r"(?i)^member list is inaccessible$"):
        await bot.get_chat_administrators(channel.id)
