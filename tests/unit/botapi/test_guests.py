"""The bot summoned as a guest where it is no member, seen through a PTB bot."""

from __future__ import annotations

import pytest
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    Message,
)
from telegram.error import BadRequest, Forbidden

from bot.botapi import BotApiServer, GuestQuery, User
from bot.botapi import Message as Said
from tests.unit.botapi.conftest import pending

pytestmark = pytest.mark.asyncio

CALL = "@hoidap_test_bot thủ đô?"


def article(text: str, *buttons: InlineKeyboardButton) -> InlineQueryResultArticle:
    content = InputTextMessageContent(text, parse_mode="HTML")
    keyboard = InlineKeyboardMarkup([list(buttons)]) if buttons else None
    return InlineQueryResultArticle("1", "Đáp", content, reply_markup=keyboard)


async def summons(bot: Bot) -> Message:
    """The one guest message that waits."""
    [update] = await pending(bot)
    assert update.guest_message is not None
    return update.guest_message


def query_of(server: BotApiServer, asked: Said) -> GuestQuery:
    query = server.guest_query(asked)
    assert query is not None
    return query


async def test_a_guest_answers_in_the_chat(bot: Bot, server: BotApiServer, alice: User) -> None:
    """A mention where the bot is no member is answered once, by a reply it can edit."""
    assert (await bot.get_me()).supports_guest_queries
    group = server.add_group("Lạ", [alice], bot="left")
    asked = server.say(group, alice, CALL)
    message = await summons(bot)
    assert (message.chat.id, message.from_user and message.from_user.id) == (group.id, alice.id)
    sent = await message.answer_guest_query(article("<b>Hà Nội</b>"))
    reply = await server.wait_for_message(group)
    assert reply is query_of(server, asked).reply
    assert (reply.text, reply.reply_to, reply.guest_caller) == ("Hà Nội", asked, alice)
    assert await bot.edit_message_text("Huế", inline_message_id=sent.inline_message_id)
    assert reply.text == "Huế"
    with pytest.raises(BadRequest, match=r"(?i)^message is not modified: specified new"):
        await bot.edit_message_text("Huế", inline_message_id=sent.inline_message_id)
    with pytest.raises(BadRequest, match=r"(?i)^query is too old"):
        await message.answer_guest_query(article("lại"))
    with pytest.raises(BadRequest, match=r"(?i)^chat not found"):
        await bot.send_message(group.id, "x")


async def test_stale_and_wrong_guest_answers(bot: Bot, server: BotApiServer, alice: User) -> None:
    """A late answer, an unknown id and markup that cannot be parsed are refused."""
    group = server.add_group("Lạ", [alice], bot="left")
    asked = server.say(group, alice, CALL)
    query = query_of(server, asked)
    with pytest.raises(BadRequest, match=r"(?i)^can't parse entities"):
        await bot.answer_guest_query(query.id, article("<b>"))
    query.expired = True
    for query_id in (query.id, "77"):
        with pytest.raises(BadRequest, match=r"(?i)^query is too old and response timeout"):
            await bot.answer_guest_query(query_id, article("muộn"))
    assert server.messages(group) == [asked]


async def test_where_a_guest_is_summoned(bot: Bot, server: BotApiServer, alice: User) -> None:
    """Two people's chat, a banned bot's group and a reply to a guest count; others do not."""
    bob = server.add_user("Bob")
    dialogue = server.add_dialogue(alice, bob)
    server.say(dialogue, alice, CALL)
    message = await summons(bot)
    assert (message.chat.id, message.chat.type) == (bob.id, "private")
    await message.answer_guest_query(article("đây"))
    reply = await server.wait_for_message(dialogue)
    server.say(dialogue, bob, "vì sao?", reply_to=reply)
    again = await summons(bot)
    assert again.reply_to_message is not None
    assert again.reply_to_message.guest_bot_caller_user is not None
    assert again.reply_to_message.guest_bot_caller_user.id == alice.id

    group = server.add_group("Nhóm", [alice])
    server.kick_bot(group)
    await pending(bot)
    server.say(group, alice, CALL)
    assert (await summons(bot)).guest_query_id
    server.say(group, alice, "không nhắc ai")
    group.protected = True
    server.say(group, alice, CALL)
    server.guest_mode = False
    group.protected = False
    server.say(group, alice, CALL)
    assert await pending(bot) == []
    with pytest.raises(Forbidden, match="bot was kicked"):
        await bot.send_message(group.id, "x")


async def test_an_anonymous_caller(bot: Bot, server: BotApiServer, alice: User) -> None:
    """Who calls as the group is answered as the group; a member bot gets plain messages."""
    group = server.add_group("Lạ", [alice], bot="left")
    server.set_status(group, alice, "creator", anonymous=True)
    server.say(group, alice, CALL)
    message = await summons(bot)
    assert message.sender_chat is not None
    await message.answer_guest_query(article("đây"))
    assert (await server.wait_for_message(group)).guest_caller is group
    server.add_bot(group)
    await pending(bot)
    server.say(group, alice, CALL)
    [update] = await pending(bot)
    assert update.message is not None
    assert update.message.from_user is not None
    assert update.message.from_user.id == 1087968824


async def test_buttons_under_a_guests_answer(bot: Bot, server: BotApiServer, alice: User) -> None:
    """A pressed button names the inline message only, and its keyboard can be taken away."""
    group = server.add_group("Lạ", [alice], bot="left")
    server.say(group, alice, CALL)
    button = InlineKeyboardButton("Nguồn", callback_data="s")
    await (await summons(bot)).answer_guest_query(article("đây", button))
    reply = await server.wait_for_message(group)
    query = server.press(alice, reply, "Nguồn")
    [update] = await pending(bot)
    assert update.callback_query is not None
    assert update.callback_query.message is None
    assert update.callback_query.inline_message_id == reply.inline_id
    assert server.unanswered_callbacks == [query]
    await update.callback_query.answer()
    await update.callback_query.edit_message_reply_markup()
    assert (reply.buttons, server.unanswered_callbacks) == ((), [])
