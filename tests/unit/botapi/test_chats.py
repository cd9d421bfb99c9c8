"""The Bot API server knows who may speak where, seen through a real PTB bot."""

from __future__ import annotations

import pytest
from telegram import Bot
from telegram.error import BadRequest, ChatMigrated, Forbidden

from bot.botapi import BotApiServer, User
from tests.unit.botapi.conftest import pending

pytestmark = pytest.mark.asyncio


@pytest.fixture
def alice(server: BotApiServer) -> User:
    return server.add_user("Alice", username="alice")


async def test_private_chats(bot: Bot, server: BotApiServer, alice: User) -> None:
    """Strangers are not found, met people must start the bot, and a block is respected."""
    with pytest.raises(BadRequest, match=r"^Chat not found$"):
        await bot.send_message(alice.id, "x")
    server.add_group("Nhóm", [alice])
    with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
        await bot.send_message(alice.id, "x")
    chat = server.private_chat(alice, started=False)
    server.say(chat, alice, "/start")
    assert (await bot.send_message(alice.id, "x")).chat.first_name == "Alice"
    server.block(alice)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(alice.id, "x")
    server.unblock(alice)
    await bot.send_message(alice.id, "x")
    updates = await pending(bot)
    assert updates[0].message is not None
    assert updates[0].message.entities[0].type == "bot_command"
    changes = [u.my_chat_member.difference()["status"] for u in updates if u.my_chat_member]
    assert changes == [("member", "kicked"), ("kicked", "member")]


async def test_kicked_and_gone(bot: Bot, server: BotApiServer, alice: User) -> None:
    """A bot that was kicked or has left gets Telegram's 403, and is told of the kick."""
    group = server.add_group("Nhóm", [alice])
    basic = server.add_group("Nhỏ", [alice], supergroup=False)
    await bot.leave_chat(basic.id)
    with pytest.raises(Forbidden, match="bot is not a member of the group chat"):
        await bot.send_message(basic.id, "x")
    await pending(bot)
    server.kick_bot(group)
    with pytest.raises(Forbidden, match="bot was kicked from the supergroup chat"):
        await bot.send_message(group.id, "x")
    update, left = await pending(bot)
    assert update.my_chat_member is not None
    assert update.my_chat_member.new_chat_member.status == "kicked"
    assert left.message is not None
    assert left.message.left_chat_member == await bot.get_me()


async def test_privacy_mode(bot: Bot, server: BotApiServer, alice: User) -> None:
    """In a group only commands, mentions and replies reach the bot; an administrator sees all."""
    group = server.add_group("Nhóm", [alice])
    own = await bot.send_message(group.id, "chào")
    server.say(group, alice, "không cho bot")
    server.say(group, alice, "/hoi gì đó")
    server.say(group, alice, f"/hoi@{server.bot.username} gì đó")
    server.say(group, alice, "/hoi@other_bot gì đó")
    server.say(group, alice, f"này @{server.bot.username}")
    server.say(group, alice, "trả lời", reply_to=group.messages[own.message_id])
    seen = [u.message.text for u in await pending(bot) if u.message]
    assert seen == [
        "/hoi gì đó",
        "/hoi@hoidap_test_bot gì đó",
        "này @hoidap_test_bot",
        "trả lời",
    ]
    server.set_status(group, server.bot, "administrator")
    server.say(group, alice, "giờ thì thấy")
    assert [u.message.text for u in await pending(bot) if u.message] == ["giờ thì thấy"]


async def test_topics(bot: Bot, server: BotApiServer, alice: User) -> None:
    """A topic's messages carry its id, and answers with ``reply_*`` land in it."""
    group = server.add_group("Diễn đàn", [alice], forum=True)
    topic = server.add_topic(group, "Hỏi đáp")
    await pending(bot)
    server.say(group, alice, "/hoi", topic=topic)
    message = (await pending(bot))[0].message
    assert message is not None
    assert message.is_topic_message
    assert message.message_thread_id == topic.id
    assert message.reply_to_message is not None
    assert message.reply_to_message.forum_topic_created is not None
    await message.reply_text("đây")
    assert [m.text for m in server.messages(group, topic=topic)][-2:] == ["/hoi", "đây"]
    topic.closed = True
    with pytest.raises(BadRequest, match=r"(?i)^TOPIC_CLOSED$"):
        await message.reply_text("muộn")
    for thread_id in (1, 999):
        with pytest.raises(BadRequest, match=r"^Message thread not found$"):
            await bot.send_message(group.id, "x", message_thread_id=thread_id)


async def test_a_reply_thread_is_not_a_topic(bot: Bot, server: BotApiServer, alice: User) -> None:
    """In a plain supergroup a reply has a thread id that must not be sent back."""
    group = server.add_group("Nhóm", [alice])
    own = await bot.send_message(group.id, "gốc")
    server.say(group, alice, "trả lời", reply_to=group.messages[own.message_id])
    message = (await pending(bot))[0].message
    assert message is not None
    assert message.message_thread_id == own.message_id
    assert not message.is_topic_message
    with pytest.raises(BadRequest, match=r"^Message thread not found$"):
        await bot.send_message(group.id, "x", message_thread_id=message.message_thread_id)
    answer = await message.reply_text("đây")
    assert answer.reply_to_message is not None
    assert answer.reply_to_message.text == "trả lời"


async def test_channels(bot: Bot, server: BotApiServer, alice: User) -> None:
    """Posts reach the bot as channel posts; it posts only with the right to."""
    channel = server.add_channel("Kênh", [alice], username="kenh_vn")
    post = server.post(channel, "tin")
    server.edit(post, "tin mới")
    first, second = await pending(bot)
    assert first.channel_post is not None
    assert first.channel_post.from_user is None
    assert second.edited_channel_post is not None
    assert second.edited_channel_post.text == "tin mới"
    assert (await bot.send_message("@kenh_vn", "x")).sender_chat is not None
    server.set_status(channel, server.bot, "administrator", rights=["can_manage_chat"])
    with pytest.raises(BadRequest, match=r"^Need administrator rights in the channel chat$"):
        await bot.send_message(channel.id, "x")


async def test_muted_groups(bot: Bot, server: BotApiServer, alice: User) -> None:
    """Where members may not write, neither may the bot."""
    group = server.add_group("Nhóm", [alice])
    group.muted = True
    with pytest.raises(BadRequest, match=r"^Not enough rights to send text messages to the chat$"):
        await bot.send_message(group.id, "x")


async def test_migration(bot: Bot, server: BotApiServer, alice: User) -> None:
    """After an upgrade the old id tells the new one, and both chats say so."""
    group = server.add_group("Nhóm", [alice], supergroup=False)
    new = server.migrate(group)
    with pytest.raises(ChatMigrated) as caught:
        await bot.send_message(group.id, "x")
    assert caught.value.new_chat_id == new.id
    assert (await bot.send_message(new.id, "x")).chat.type == "supergroup"
    messages = [update.message for update in await pending(bot)]
    assert [m.migrate_to_chat_id or m.migrate_from_chat_id for m in messages if m] == [
        new.id,
        group.id,
    ]


async def test_members(bot: Bot, server: BotApiServer, alice: User) -> None:
    """Members and administrators are told as they are; strangers have left or are unknown."""
    bob, eve = server.add_user("Bob"), server.add_user("Eve")
    group = server.add_group("Nhóm", [alice, bob], bot="administrator")
    statuses = [(await bot.get_chat_member(group.id, u.id)).status for u in (alice, bob, eve)]
    assert statuses == ["creator", "member", "left"]
    admins = await bot.get_chat_administrators(group.id)
    assert [admin.user.id for admin in admins] == [alice.id, server.bot.id]
    assert (await bot.get_chat(group.id)).title == "Nhóm"
    with pytest.raises(BadRequest, match=r"^User not found$"):
        await bot.get_chat_member(group.id, 42)


async def test_edits_and_reactions_of_people(bot: Bot, server: BotApiServer, alice: User) -> None:
    """People's edits come as edited messages, their reactions only when asked for."""
    chat = server.private_chat(alice)
    message = server.say(chat, alice, "câu")
    server.edit(message, "câu hỏi")
    server.react(alice, message, "👍")  # not asked for yet
    await pending(bot)
    server.react(alice, message, "👎")
    update = (await pending(bot))[0]
    assert update.message_reaction is not None
    assert [r.to_dict()["emoji"] for r in update.message_reaction.new_reaction] == ["👎"]
