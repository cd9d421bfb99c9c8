"""The Bot API server treats text as Telegram does, seen through a real PTB bot."""

from __future__ import annotations

import pytest
from telegram import Bot, LinkPreviewOptions, MessageEntity, ReplyParameters
from telegram.error import BadRequest

from bot.botapi import BotApiServer, Chat, Entity, User, entities
from bot.botapi.errors import ApiError

pytestmark = pytest.mark.asyncio


async def test_html_is_parsed_and_plain_entities_are_found(bot: Bot, chat: Chat) -> None:
    """Markup becomes entities, and mentions and links beside it are found, in UTF-16 units."""
    text = "😀 <b>đậm</b> <blockquote expandable>trích</blockquote> @hoidap vnexpress.net &amp;"
    message = await bot.send_message(chat.id, text, parse_mode="HTML")
    assert message.text == "😀 đậm trích @hoidap vnexpress.net &"
    assert [(e.type, e.offset, e.length) for e in message.entities] == [
        ("bold", 3, 3),
        ("expandable_blockquote", 7, 5),
        ("mention", 13, 7),
        ("url", 21, 13),
    ]
    kept = chat.messages[message.message_id]
    assert kept.html == text
    assert [kept.entity_text(e) for e in kept.entities][:2] == ["đậm", "trích"]


@pytest.mark.parametrize(
    ("text", "mode", "refusal"),
    [
        ("<b>x", "HTML", 'can\'t find end tag corresponding to start tag "b"'),
        ("a < b", "HTML", 'unsupported start tag "" at byte offset 2'),
        ("<hr>", "HTML", 'unsupported start tag "hr" at byte offset 0'),
        ("a.b", "MarkdownV2", "character '.' is reserved and must be escaped with the preceding"),
        ("*x", "Markdown", "can't find end of the entity starting at byte offset 0"),
    ],
)
async def test_bad_markup_is_refused_in_tdlibs_words(
    bot: Bot, chat: Chat, text: str, mode: str, refusal: str
) -> None:
    """A text Telegram's parser rejects is not sent, and the refusal is the parser's own."""
    with pytest.raises(BadRequest) as caught:
        await bot.send_message(chat.id, text, parse_mode=mode)
    assert str(caught.value).lower().startswith(f"can't parse entities: {refusal}")
    assert not chat.messages


async def test_text_is_trimmed_but_not_inside_a_leading_entity(bot: Bot, chat: Chat) -> None:
    """White space goes at both ends, blank styles vanish, others start at a visible sign."""
    message = await bot.send_message(chat.id, " \n x <i> </i><b> y </b>\n ", parse_mode="HTML")
    assert message.text == "x   y"
    assert [(e.type, e.offset, e.length) for e in message.entities] == [("bold", 4, 1)]


async def test_empty_and_too_long_texts_are_refused(bot: Bot, chat: Chat) -> None:
    """Nothing, blank, over 4,096 UTF-16 units after parsing and over 32 KiB have their words."""
    for text, refusal in [
        ("", "Message text is empty"),
        (" \n", "Message must be non-empty"),
        ("<b> </b>", "Message must be non-empty"),
        ("😀" * 2049, "Message is too long"),
        ("ộ" * 11_000, "Text is too long"),
    ]:
        with pytest.raises(BadRequest, match=f"^{refusal}$"):
            await bot.send_message(chat.id, text, parse_mode="HTML")
    sent = await bot.send_message(chat.id, f"<b>{'😀' * 2048}</b>", parse_mode="HTML")
    assert sent.text == "😀" * 2048


async def test_explicit_entities_are_kept_and_judged(bot: Bot, chat: Chat) -> None:
    """Entities given by hand are kept; one outside the text or across a pair is refused."""
    bold = MessageEntity("bold", 0, 2)
    message = await bot.send_message(chat.id, "😀x", entities=[bold])
    assert message.parse_entities() == {message.entities[0]: "😀"}
    for offset, length in [(0, 9), (7, 1), (1, 2)]:
        with pytest.raises(BadRequest, match=r"^Entity begin"):
            await bot.send_message(chat.id, "😀x", entities=[MessageEntity("bold", offset, length)])


async def test_at_most_a_hundred_entities_are_kept(bot: Bot, chat: Chat) -> None:
    """The hundred-and-first entity is dropped without a word."""
    message = await bot.send_message(chat.id, "<b>x</b> " * 120, parse_mode="HTML")
    assert len(message.entities) == 100


async def test_found_entities_give_way_to_code_and_links() -> None:
    """A mention inside code or a link stays plain text; one inside bold is found."""
    shown = entities.fix(
        entities.parse(
            '<code>@abcde</code> <a href="https://x.vn">@abcde</a> <b>@abcde</b>', "html"
        )
    )
    assert [e.type for e in shown.entities] == ["code", "text_link", "bold", "mention"]


async def test_control_characters_are_cleaned_and_offsets_follow() -> None:
    """A carriage return goes, a tab becomes a space, and entities move with their text."""
    raw = entities.Formatted("a\r\nb\tc", (Entity("bold", 3, 3),))
    assert entities.fix(raw) == entities.Formatted("a\nb c", (Entity("bold", 2, 3),))


async def test_unknown_parse_mode_is_refused() -> None:
    """A parse mode Telegram does not know is an error, not plain text."""
    with pytest.raises(ApiError, match="Bad Request: unsupported parse_mode"):
        entities.parse("x", "htm")


async def test_editing(bot: Bot, server: BotApiServer, chat: Chat, alice: User) -> None:
    """An edit changes the text and is kept; the same text again is "not modified"."""
    message = await bot.send_message(chat.id, "một")
    await bot.edit_message_text("<b>hai</b>", chat.id, message.message_id, parse_mode="HTML")
    kept = chat.messages[message.message_id]
    assert (kept.sent.text, kept.text, kept.html) == ("một", "hai", "<b>hai</b>")
    assert len(kept.edits) == 1
    with pytest.raises(BadRequest, match=r"^Message is not modified: specified new message cont"):
        await bot.edit_message_text(" <b>hai</b> ", chat.id, message.message_id, parse_mode="HTML")
    theirs = server.say(chat, alice, "câu hỏi")
    with pytest.raises(BadRequest, match=r"^Message can't be edited$"):
        await bot.edit_message_text("x", chat.id, theirs.id)
    with pytest.raises(BadRequest, match=r"^Message to edit not found$"):
        await bot.edit_message_text("x", chat.id, 999)


async def test_replies_and_quotes(bot: Bot, server: BotApiServer, chat: Chat, alice: User) -> None:
    """A quote must stand in the replied message exactly, styles included."""
    asked = server.say(chat, alice, "😀 Thủ đô ở đâu? Thủ đô")
    reply = ReplyParameters(asked.id, quote="Thủ đô", quote_position=17)
    message = await bot.send_message(chat.id, "Hà Nội", reply_parameters=reply)
    assert message.reply_to_message is not None
    assert message.reply_to_message.message_id == asked.id
    assert message.quote is not None
    assert (message.quote.text, message.quote.position) == ("Thủ đô", 17)
    for quote in ["thủ đô", "<b>Thủ đô</b>"]:
        bad = ReplyParameters(asked.id, quote=quote, quote_parse_mode="HTML")
        with pytest.raises(BadRequest, match=r"^QUOTE_TEXT_INVALID$|^Quote_text_invalid$"):
            await bot.send_message(chat.id, "x", reply_parameters=bad)


async def test_reply_to_a_deleted_message(
    bot: Bot, server: BotApiServer, chat: Chat, alice: User
) -> None:
    """A reply to nothing is refused, unless sending without it is allowed."""
    asked = server.say(chat, alice, "?")
    server.delete(asked)
    with pytest.raises(BadRequest, match=r"^Message to be replied not found$"):
        await bot.send_message(chat.id, "x", reply_to_message_id=asked.id)
    message = await bot.send_message(
        chat.id, "x", reply_to_message_id=asked.id, allow_sending_without_reply=True
    )
    assert message.reply_to_message is None


async def test_link_previews_actions_reactions_drafts_and_deletion(
    bot: Bot, server: BotApiServer, chat: Chat, alice: User
) -> None:
    """The small methods a bot uses around an answer leave their traces in the chat."""
    asked = server.say(chat, alice, "?")
    await bot.send_chat_action(chat.id, "typing")
    await bot.set_message_reaction(chat.id, asked.id, "❤")
    await bot.send_message_draft(chat.id, 1, "<i>đang tìm</i>", parse_mode="HTML")
    preview = LinkPreviewOptions(is_disabled=True)
    message = await bot.send_message(chat.id, "x.vn", link_preview_options=preview)
    assert await bot.delete_message(chat.id, message.message_id)
    assert [action.action for action in chat.actions] == ["typing"]
    assert asked.reactions == {server.bot.id: ("❤",)}
    assert [draft.text for draft in chat.drafts] == ["đang tìm"]
    assert server.messages(chat) == [asked]
    for emoji in ("🐈", "❤\ufe0f"):  # PTB takes what is not in its list for a custom emoji
        with pytest.raises(BadRequest, match=r"(?i)^REACTION_INVALID$"):
            await bot.set_message_reaction(chat.id, asked.id, emoji)
    with pytest.raises(BadRequest, match=r"^Message to delete not found$"):
        await bot.delete_message(chat.id, message.message_id)
