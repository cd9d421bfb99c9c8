"""Buttons and inline queries on the Bot API server, through a PTB bot."""

from __future__ import annotations

import pytest
from telegram import (
    Bot,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
)
from telegram.error import (
    BadRequest,
)

from bot.botapi import BotApiServer, Chat, User

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


@pytest.mark.asyncio
async def test_choosing_a_result(server: BotApiServer, bot: Bot, alice: User) -> None:
    """A chosen result appears in any chat via the bot, and is editable if it has buttons."""
    far = server.add_group("Lạ", [alice], bot="left")
    group = server.add_group("Nhóm", [alice])
    query = server.inline_query(alice, "thủ đô", chat=far)
    received = (await bot.get_updates())[0].inline_query
    assert received is not None
    assert received.chat_type == "supergroup"
    content = InputTextMessageContent("<b>Hà Nội</b>", parse_mode="HTML")
    more = keyboard(InlineKeyboardButton("thêm", callback_data="m"))
    rich = InlineQueryResultArticle("2", "Mục 2", content, reply_markup=more)
    await received.answer([article(1), rich], cache_time=5, is_personal=True)
    assert (query.answer["cache_time"], query.answer["is_personal"]) == (5, True)
    plain = server.choose(query, "1", far)
    assert (plain.sender, plain.via_bot, plain.inline_id) == (alice, server.bot, None)
    server.inline_feedback = True
    chosen = server.choose(query, "2", far)
    server.choose(query, "1", group)
    told, seen, told_again = (await bot.get_updates())[1:]
    assert told.chosen_inline_result is not None
    assert told.chosen_inline_result.inline_message_id == chosen.inline_id
    assert seen.message is not None  # privacy mode lets through what was sent via the bot
    assert seen.message.via_bot == await bot.get_me()
    assert told_again.chosen_inline_result is not None
    assert told_again.chosen_inline_result.inline_message_id is None
    assert await bot.edit_message_text("Huế", inline_message_id=chosen.inline_id)
    assert (chosen.text, chosen.buttons) == ("Huế", ())
    with pytest.raises(BadRequest, match=r"(?i)^MESSAGE_ID_INVALID$"):
        await bot.edit_message_text("x", inline_message_id="BAAA")
    with pytest.raises(ValueError, match="no result"):
        server.choose(query, "9", far)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("button", "refusal"),
    [
        ({"text": "mở"}, "can't parse inline query results button: InlineQueryResultsButton must"),
        ({"start_parameter": "x"}, "can't parse inline query results button: Can't find field"),
        ({"text": "mở", "start_parameter": ""}, "can't use empty start_parameter"),
        ({"text": "mở", "start_parameter": "x" * 65}, "too long start_parameter specified"),
        ({"text": "mở", "start_parameter": "có"}, "unallowed characters in start_parameter"),
    ],
)
async def test_bad_results_buttons(
    server: BotApiServer, bot: Bot, alice: User, button: dict[str, str], refusal: str
) -> None:
    """The button above the results needs a text and a parameter that a deep link can carry."""
    query = server.inline_query(alice, "x")
    with pytest.raises(BadRequest, match=f"(?i)^{refusal}"):
        await bot.answer_inline_query(query.id, [], api_kwargs={"button": button})
    good = InlineQueryResultsButton("mở", start_parameter="cau_7")
    await bot.answer_inline_query(query.id, [], button=good)
    assert query.button == {"text": "mở", "start_parameter": "cau_7"}


@pytest.mark.asyncio
async def test_what_a_callback_answer_shows(
    server: BotApiServer, bot: Bot, chat: Chat, alice: User
) -> None:
    """A toast has at most 200 signs and a link leads to the bot; until then it is unanswered."""
    buttons = keyboard(InlineKeyboardButton("nút", callback_data="x"))
    sent = await bot.send_message(chat.id, "x", reply_markup=buttons)
    query = server.press(alice, chat.messages[sent.message_id], "x")
    with pytest.raises(BadRequest, match=r"(?i)^MESSAGE_TOO_LONG$"):
        await bot.answer_callback_query(query.id, "x" * 201)
    with pytest.raises(BadRequest, match=r"(?i)^URL_INVALID$"):
        await bot.answer_callback_query(query.id, url="https://vnexpress.net")
    assert server.unanswered_callbacks == [query]
    link = f"https://t.me/{server.bot.username}?start=cau_7"
    await bot.answer_callback_query(query.id, url=link, cache_time=9)
    await server.wait_for_answer(query)
    assert (query.url, query.cache_time, server.unanswered_callbacks) == (link, 9, [])
    query = server.press(alice, chat.messages[sent.message_id], "x")
    query.expired = True
    with pytest.raises(BadRequest, match=rf"(?i){TOO_OLD}"):
        await bot.answer_callback_query(query.id)
