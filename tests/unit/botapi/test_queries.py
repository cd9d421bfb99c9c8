"""Buttons and inline queries on the Bot API server, through a PTB bot."""

from __future__ import annotations

import pytest
from telegram import (
    Bot,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
)
from telegram.error import (
    BadRequest,
)

from tests.botapi import BotApiServer, Chat, User

TOO_OLD = "^Query is too old and response timeout expired or query id is invalid$"


def keyboard(*buttons: InlineKeyboardButton) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([list(buttons)])


def article(number: int, text: str = "nội dung") -> InlineQueryResultArticle:
    content = InputTextMessageContent(text, parse_mode="HTML")
    return InlineQueryResultArticle(str(number), f"Mục {number}", content)


@pytest.mark.asyncio
async def test_callback_queries(server: BotApiServer, bot: Bot, chat: Chat, alice: User) -> None:
    """A pressed button comes as a callback query, to be answered once and in time."""
    buttons = keyboard(
        InlineKeyboardButton("Nguồn", callback_data="src:1"),
        InlineKeyboardButton("Chép", copy_text=CopyTextButton("chữ")),
    )
    sent = await bot.send_message(chat.id, "đáp", reply_markup=buttons)
    message = chat.messages[sent.message_id]
    assert [button.text for button in message.buttons[0]] == ["Nguồn", "Chép"]
    query = server.press(alice, message, "Nguồn")
    received = (await bot.get_updates())[0].callback_query
    assert received is not None
    assert (received.data, received.from_user.id) == ("src:1", alice.id)
    await received.answer("đây", show_alert=True)
    assert (query.answered, query.text, query.show_alert) == (True, "đây", True)
    with pytest.raises(BadRequest, match=rf"(?i){TOO_OLD}"):
        await received.answer()
    with pytest.raises(ValueError, match="not a callback button"):
        server.press(alice, message, "Chép")
    await bot.edit_message_reply_markup(chat.id, sent.message_id)
    assert message.buttons == ()


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("button", "refusal"),
    [
        ({"callback_data": "ộ" * 22}, "BUTTON_DATA_INVALID"),
        ({"url": "nowhere"}, "inline keyboard button URL 'nowhere' is invalid: Wrong HTTP URL"),
        ({"url": "ftp://x.vn"}, "inline keyboard button URL 'ftp://x.vn' is invalid: Unsupported"),
        ({"copy_text": {"text": "x" * 257}}, "BUTTON_COPY_TEXT_INVALID"),
        ({}, "can't parse inline keyboard button: Text buttons are unallowed"),
    ],
)
async def test_bad_buttons(bot: Bot, chat: Chat, button: dict[str, object], refusal: str) -> None:
    """Buttons over Telegram's limits keep the message from being sent."""
    markup = {"inline_keyboard": [[{"text": "nút", **button}]]}
    with pytest.raises(BadRequest) as caught:
        await bot.send_message(chat.id, "x", api_kwargs={"reply_markup": markup})
    assert str(caught.value).lower().startswith(refusal.lower())
    assert not chat.messages


@pytest.mark.asyncio
async def test_inline_queries(server: BotApiServer, bot: Bot, alice: User) -> None:
    """An inline query is answered once; the answer serves everybody until it goes stale."""
    query = server.inline_query(alice, "thủ đô")
    received = (await bot.get_updates())[0].inline_query
    assert received is not None
    assert received.query == "thủ đô"
    await received.answer([article(1, "<b>Hà Nội</b>")])
    assert query.answered
    assert [result["title"] for result in query.results] == ["Mục 1"]
    again = server.inline_query(server.add_user("Bob"), "thủ đô")
    assert again.from_cache
    assert again.results == query.results
    with pytest.raises(BadRequest, match=rf"(?i){TOO_OLD}"):
        await received.answer([])


@pytest.mark.asyncio
async def test_personal_inline_answers_are_not_shared(
    server: BotApiServer, bot: Bot, alice: User
) -> None:
    """A personal answer is reused for its own user only."""
    query = server.inline_query(alice, "tôi")
    await bot.answer_inline_query(query.id, [article(1)], is_personal=True)
    assert server.inline_query(alice, "tôi").from_cache
    assert not server.inline_query(server.add_user("Bob"), "tôi").from_cache


@pytest.mark.asyncio
async def test_bad_inline_answers(server: BotApiServer, bot: Bot, alice: User) -> None:
    """Too many results, doubled ids, broken markup and a late answer are refused."""
    query = server.inline_query(alice, "x")
    for results, refusal in [
        ([article(n) for n in range(51)], "too many inline query results specified"),
        ([article(1), article(1)], "RESULT_ID_DUPLICATE"),
        ([article(1, "<b>x")], "can't parse"),
    ]:
        with pytest.raises(BadRequest, match=rf"(?i)^{refusal}"):
            await bot.answer_inline_query(query.id, results)
    query.expired = True
    with pytest.raises(BadRequest, match=rf"(?i){TOO_OLD}"):
        await bot.answer_inline_query(query.id, [article(1)])
