"""What the Bot API server refuses around messages, and what it keeps of them."""

from __future__ import annotations

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, ReactionTypeEmoji, WebAppInfo
from telegram.error import BadRequest, RetryAfter

from bot.botapi import BotApiServer, Chat, User

pytestmark = pytest.mark.asyncio


def keyboard(text: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(text, callback_data="x")]])


async def test_message_ids(bot: Bot, server: BotApiServer, chat: Chat, alice: User) -> None:
    """Private chats and basic groups share one counter; a supergroup or channel has its own."""
    basic = server.add_group("Nhỏ", [alice], supergroup=False)
    group = server.add_group("Nhóm", [alice])
    channel = server.add_channel("Kênh", [alice])
    shared = [(await bot.send_message(place.id, "x")).message_id for place in (chat, basic, chat)]
    own = [(await bot.send_message(place.id, "x")).message_id for place in (group, channel)]
    assert shared == [1, 2, 3]
    assert own == [2, 2]
    with pytest.raises(BadRequest, match=r"(?i)^message to edit not found$"):
        await bot.edit_message_text("y", chat.id, 2)  # that one is in the basic group


async def test_an_edit_must_change_something(bot: Bot, chat: Chat) -> None:
    """Text, entities and keyboard count; the same of all three is not modified."""
    sent = await bot.send_message(chat.id, "một", reply_markup=keyboard("a"))
    with pytest.raises(BadRequest, match=r"(?i)^message is not modified: specified new message"):
        await bot.edit_message_text("một", chat.id, sent.message_id, reply_markup=keyboard("a"))
    with pytest.raises(BadRequest, match=r"(?i)^message is not modified: specified new message"):
        await bot.edit_message_reply_markup(chat.id, sent.message_id, reply_markup=keyboard("a"))
    await bot.edit_message_text("một", chat.id, sent.message_id, reply_markup=keyboard("b"))
    await bot.edit_message_text(
        "<b>một</b>", chat.id, sent.message_id, parse_mode="HTML", reply_markup=keyboard("b")
    )
    await bot.edit_message_reply_markup(chat.id, sent.message_id)
    assert len(chat.messages[sent.message_id].edits) == 3


async def test_deletion(bot: Bot, server: BotApiServer, chat: Chat, alice: User) -> None:
    """Others' messages need a right in groups, and nothing older than two days goes."""
    group = server.add_group("Nhóm", [alice])
    said = server.say(group, alice, "x")
    with pytest.raises(BadRequest, match=r"(?i)^message can't be deleted$"):
        await bot.delete_message(group.id, said.id)
    server.set_status(group, server.bot, "administrator", rights=["can_delete_messages"])
    assert await bot.delete_message(group.id, said.id)
    old = server.say(chat, alice, "cũ")
    old.age(days=2.1)
    with pytest.raises(BadRequest, match=r"(?i)^message can't be deleted for everyone$"):
        await bot.delete_message(chat.id, old.id)
    with pytest.raises(BadRequest, match=r"(?i)^message to delete not found$"):
        await bot.delete_message(chat.id, 999)


async def test_reactions(bot: Bot, server: BotApiServer, alice: User) -> None:
    """A bot sets one of the chat's reactions, on a message that there is."""
    group = server.add_group("Nhóm", [alice])
    group.reactions = frozenset({"👍", "🔥"})
    said = server.say(group, alice, "x")
    await bot.set_message_reaction(group.id, said.id, "🔥")
    assert said.reactions[server.bot.id] == ("🔥",)
    with pytest.raises(BadRequest, match=r"(?i)^REACTION_INVALID$"):
        await bot.set_message_reaction(group.id, said.id, "👎")
    with pytest.raises(BadRequest, match=r"(?i)^REACTIONS_TOO_MANY$"):
        await bot.set_message_reaction(group.id, said.id, ["👍", "🔥"])
    with pytest.raises(BadRequest, match=r"(?i)^message to react not found$"):
        await bot.set_message_reaction(group.id, 999, "👍")
    full = await bot.get_chat(group.id)
    assert full.available_reactions is not None
    assert ReactionTypeEmoji("👍") in full.available_reactions


async def test_actions_and_drafts_by_topic(
    bot: Bot, server: BotApiServer, chat: Chat, alice: User
) -> None:
    """Typing is seen in the topic it was shown in; what is no topic is refused."""
    forum = server.add_group("Diễn đàn", [alice], forum=True)
    topic = server.add_topic(forum, "Một")
    await bot.send_chat_action(forum.id, "typing", message_thread_id=topic.id)
    await bot.send_chat_action(forum.id, "upload_document", message_thread_id=1)
    assert [action.action for action in server.actions(forum, topic)] == ["typing"]
    assert [action.action for action in server.actions(forum)] == ["upload_document"]
    await bot.send_message_draft(chat.id, 7)
    await bot.send_message_draft(chat.id, 7, "đang")
    assert [(draft.id, draft.text) for draft in server.drafts(chat)] == [(7, ""), (7, "đang")]
    for call in (
        bot.send_chat_action(chat.id, "typing", message_thread_id=9),
        bot.send_message_draft(chat.id, 7, "x", message_thread_id=9),
        bot.send_message(chat.id, "x", message_thread_id=9),
    ):
        with pytest.raises(BadRequest, match=r"(?i)^message thread not found$"):
            await call


async def test_silent_and_protected(bot: Bot, chat: Chat) -> None:
    """Whether a message made a sound and may be forwarded is kept."""
    loud = await bot.send_message(chat.id, "x")
    quiet = await bot.send_message(chat.id, "x", disable_notification=True, protect_content=True)
    assert quiet.has_protected_content
    kept = [chat.messages[sent.message_id] for sent in (loud, quiet)]
    assert [(message.silent, message.protected) for message in kept] == [
        (False, False),
        (True, True),
    ]


async def test_keyboards(bot: Bot, server: BotApiServer, chat: Chat, alice: User) -> None:
    """Web apps stay in private chats, empty rows vanish, and buttons stand in channels."""
    group = server.add_group("Nhóm", [alice])
    channel = server.add_channel("Kênh", [alice])
    app = [[InlineKeyboardButton("app", web_app=WebAppInfo("https://x.vn"))]]
    await bot.send_message(chat.id, "x", reply_markup=InlineKeyboardMarkup(app))
    with pytest.raises(BadRequest, match=r"(?i)^BUTTON_TYPE_INVALID$"):
        await bot.send_message(group.id, "x", reply_markup=InlineKeyboardMarkup(app))
    buttons = [
        InlineKeyboardButton("hỏi", switch_inline_query_current_chat=""),
        InlineKeyboardButton("người", url=f"tg://user?id={alice.id}"),
    ]
    sent = await bot.send_message(channel.id, "x", reply_markup=InlineKeyboardMarkup([[], buttons]))
    assert [len(row) for row in channel.messages[sent.message_id].buttons] == [2]
    with pytest.raises(BadRequest, match=r'(?i)^field "keyboard" of the ReplyKeyboardMarkup must'):
        await bot.send_message(chat.id, "x", api_kwargs={"reply_markup": {"keyboard": ["a"]}})
    two = {"inline_keyboard": [[{"text": "x", "url": "https://x.vn", "callback_data": "x"}]]}
    await bot.send_message(chat.id, "x", api_kwargs={"reply_markup": two})
    assert len(server.violations) == 1
    server.violations.clear()


async def test_limits_know_a_chat_by_either_name(
    bot: Bot, server: BotApiServer, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A channel's ``@name`` and id count as one chat."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    channel = server.add_channel("Kênh", [alice], username="kenh_vn")
    server.limits.enabled = True
    server.limits.clock = lambda: 1000.0
    for place in ("@kenh_vn", channel.id, "@kenh_vn"):
        await bot.send_message(place, "x")
    with pytest.raises(RetryAfter):
        await bot.send_message(channel.id, "x")
