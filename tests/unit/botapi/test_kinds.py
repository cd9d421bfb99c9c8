"""What people send besides text, and how they come to the bot."""

from __future__ import annotations

from typing import get_args

import pytest
from telegram import Bot, MessageOriginHiddenUser, MessageOriginUser

from bot.botapi import BotApiServer, Chat, User
from bot.botapi.media import CAPTIONED, Kind
from tests.unit.botapi.conftest import pending

pytestmark = pytest.mark.asyncio


@pytest.mark.parametrize("kind", get_args(Kind))
async def test_media(bot: Bot, server: BotApiServer, chat: Chat, alice: User, kind: Kind) -> None:
    """Every kind is read by PTB, with a caption where an app offers one."""
    caption = "xem <b>này</b>" if kind in CAPTIONED else ""
    server.send(chat, alice, kind, caption=caption, data=b"bytes")
    [update] = await pending(bot)
    message = update.message
    assert message is not None
    assert getattr(message, kind)
    assert (message.text, message.caption or "") == (None, caption)
    assert update.to_dict()["message"][kind]
    if kind not in CAPTIONED:
        with pytest.raises(ValueError, match="no caption"):
            server.send(chat, alice, kind, caption="x")


async def test_a_photo_comes_down(bot: Bot, server: BotApiServer, chat: Chat, alice: User) -> None:
    """A photo has sizes, and the largest is downloaded byte for byte."""
    server.send(chat, alice, "photo", data=b"jpeg")
    message = (await pending(bot))[0].message
    assert message is not None
    assert [size.width for size in message.photo] == [90, 1280]
    file = await message.photo[-1].get_file()
    assert bytes(await file.download_as_bytearray()) == b"jpeg"


async def test_forwards(bot: Bot, server: BotApiServer, chat: Chat, alice: User) -> None:
    """A forwarded message shows where it is from; one from a protected chat is not forwarded."""
    bob = server.add_user("Bob")
    group = server.add_group("Nhóm", [alice, bob])
    said = server.say(group, bob, "lời Bob")
    server.forward(chat, alice, said)
    server.forward(chat, alice, said, hidden=True)
    first, second = [update.message for update in await pending(bot)]
    assert first is not None
    assert second is not None
    assert first.text == "lời Bob"
    assert isinstance(first.forward_origin, MessageOriginUser)
    assert first.forward_origin.sender_user.id == bob.id
    assert isinstance(second.forward_origin, MessageOriginHiddenUser)
    group.protected = True
    with pytest.raises(ValueError, match="protected"):
        server.forward(chat, alice, said)


async def test_a_persons_quote(bot: Bot, server: BotApiServer, chat: Chat, alice: User) -> None:
    """A quote by hand has its place in UTF-16 units and its styles."""
    own = await bot.send_message(chat.id, "😀 thủ <b>đô</b>", parse_mode="HTML")
    answer = chat.messages[own.message_id]
    server.say(chat, alice, "sao?", reply_to=answer, quote="thủ đô")
    quote = (await pending(bot))[0].message
    assert quote is not None
    assert quote.quote is not None
    assert (quote.quote.text, quote.quote.position, quote.quote.is_manual) == ("thủ đô", 3, True)
    shown = quote.quote.entities or ()
    assert [(e.type, e.offset, e.length) for e in shown] == [("bold", 4, 2)]


async def test_starting(bot: Bot, server: BotApiServer, alice: User) -> None:
    """Start with a payload, by a link or after a block, is the command an app would write."""
    server.start(alice)
    server.follow(alice, "https://t.me/hoidap_test_bot?start=cau_7")
    server.block(alice)
    server.start(alice, "lai")
    updates = await pending(bot)
    assert [u.message.text for u in updates if u.message] == [
        "/start",
        "/start cau_7",
        "/start lai",
    ]
    assert [u.my_chat_member is not None for u in updates] == [False, False, True, True, False]
    for wrong in ("có dấu", "x" * 65):
        with pytest.raises(ValueError, match="payload"):
            server.start(alice, wrong)
    with pytest.raises(ValueError, match="does not lead"):
        server.follow(alice, "https://t.me/other?start=x")


async def test_being_added(bot: Bot, server: BotApiServer, alice: User) -> None:
    """A link for groups adds the bot and writes the command; a promotion tells old and new."""
    group = server.add_group("Nhóm", [alice], bot="left")
    server.start_in_group(alice, group, "moi")
    server.set_status(group, server.bot, "administrator", rights=["can_delete_messages"])
    added, joined, command, promoted = await pending(bot)
    assert added.my_chat_member is not None
    assert added.my_chat_member.from_user.id == alice.id
    assert added.my_chat_member.difference()["status"] == ("left", "member")
    assert joined.message is not None
    assert [user.id for user in joined.message.new_chat_members] == [server.bot.id]
    assert command.message is not None
    assert command.message.text == "/start@hoidap_test_bot moi"
    assert promoted.my_chat_member is not None
    assert promoted.my_chat_member.new_chat_member.to_dict()["can_delete_messages"]
    channel = server.add_channel("Kênh", [alice], bot="left")
    server.add_bot(channel)
    [update] = await pending(bot)
    assert update.my_chat_member is not None
    assert update.my_chat_member.difference()["status"] == ("left", "administrator")
