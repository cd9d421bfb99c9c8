"""The methods that make, change and take away messages.

The order of checks is the real server's: the text is parsed and the keyboard read first, then
the chat, the reply and the thread are looked up, and only then are length and buttons judged.
"""

from __future__ import annotations

import time

from bot.botapi import access, entities
from bot.botapi.content import JSON, Content, File
from bot.botapi.errors import bad_request
from bot.botapi.markup import Markup, check_markup, markup_of
from bot.botapi.mirrors import mirror, mirror_edit
from bot.botapi.parameters import Params
from bot.botapi.state import Chat, Message
from bot.botapi.wire import message_json
from bot.botapi.world import World

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_UPLOAD = 50 * 1024 * 1024
_MAX_DELETE_SECONDS = 48 * 3600
_PREVIEW_FIELDS = frozenset(
    ["is_disabled", "url", "prefer_small_media", "prefer_large_media", "show_above_text"]
)


def send_message(world: World, params: Params) -> JSON:
    """``sendMessage``."""
    raw = _read_text(params)
    _check_preview(world, params)
    markup = markup_of(world, params)
    place = access.place_of(world, params)
    access.check_may_send(world, place.chat, "text messages")
    content = _content(raw, params.text("text"), markup, place.chat)
    return message_json(_sent(world, params, place, content))


def send_document(world: World, params: Params) -> JSON:
    """``sendDocument``: an upload or a ``file_id``; links are not fetched here."""
    if not params.text("document") and params.upload("document") is None:
        raise bad_request("There is no document in the request")
    caption = params.text("caption")
    raw = entities.parse(caption, params.text("parse_mode"), params.entities("caption_entities"))
    markup = markup_of(world, params)
    place = access.place_of(world, params)
    access.check_may_send(world, place.chat, "documents")
    shown = entities.fix(raw, allow_empty=True)
    if entities.utf16_length(shown.text) > MAX_CAPTION:
        raise bad_request("Message caption is too long")
    check_markup(markup, place.chat)
    document = _document(world, params)
    return message_json(_sent(world, params, place, _made(shown, caption, markup), document))


def edit_message_text(world: World, params: Params) -> JSON | bool:
    """``editMessageText``; without ``reply_markup`` the keyboard goes away."""
    raw = _read_text(params)
    _check_preview(world, params)
    markup = markup_of(world, params, inline_only=True)
    message = _editable(world, params)
    if message.has_media:
        raise bad_request("There is no text in the message to edit")
    return _edit(world, message, _content(raw, params.text("text"), markup, message.chat))


def edit_message_reply_markup(world: World, params: Params) -> JSON | bool:
    """``editMessageReplyMarkup``."""
    markup = markup_of(world, params, inline_only=True)
    message = _editable(world, params)
    check_markup(markup, message.chat)
    old = message.content
    content = Content(old.text, old.entities, old.html, markup.buttons, at=time.monotonic())
    return _edit(world, message, content)


def delete_message(world: World, params: Params) -> bool:
    """``deleteMessage``: its own and, in private chats or as an administrator, others'.

    Nothing older than two days goes.
    """
    message = access.message_of(world, params, "write", "message to delete")
    chat = message.chat
    own = message.sender is world.bot
    if not own and chat.user is None and not world.bot_member(chat).may("can_delete_messages"):
        raise bad_request("Message can't be deleted")
    if message.date < time.time() - _MAX_DELETE_SECONDS:
        raise bad_request("Message can't be deleted for everyone")
    world.delete_message(message)
    return True


def _read_text(params: Params) -> entities.Formatted:
    text = params.text("text")
    if not text:
        raise bad_request("Message text is empty")
    return entities.parse(text, params.text("parse_mode"), params.entities("entities"))


def _content(raw: entities.Formatted, sent: str, markup: Markup, chat: Chat) -> Content:
    shown = entities.fix(raw)
    if entities.utf16_length(shown.text) > MAX_TEXT:
        raise bad_request("Message is too long")
    check_markup(markup, chat)
    return _made(shown, sent, markup)


def _made(shown: entities.Formatted, sent: str, markup: Markup) -> Content:
    return Content(
        shown.text, shown.entities, sent, markup.buttons, markup.keyboard, time.monotonic()
    )


def _sent(
    world: World,
    params: Params,
    place: access.Place,
    content: Content,
    document: File | None = None,
) -> Message:
    """Puts the message into its place; a channel's post goes on to the discussion group."""
    message = world.add_message(
        place.chat,
        world.bot,
        content,
        topic=place.topic,
        reply_to=place.reply_to,
        quote=place.quote,
        document=document,
    )
    message.silent = params.flag("disable_notification")
    message.protected = params.flag("protect_content") or place.chat.protected
    if place.chat.type == "channel" and place.chat.signed:
        message.signature = world.bot.first_name
    mirror(world, message)
    return message


def _editable(world: World, params: Params) -> Message:
    inline = access.inline_message_of(world, params)
    if inline is not None:
        return inline
    message = access.message_of(world, params, "edit", "message to edit")
    others_post = message.chat.type == "channel" and world.bot_member(message.chat).may(
        "can_edit_messages"
    )
    if message.service or (message.sender is not world.bot and not others_post):
        raise bad_request("Message can't be edited")
    return message


def _edit(world: World, message: Message, content: Content) -> JSON | bool:
    """The edited message, or only that it is done for an inline one."""
    if content.same(message.content):
        raise bad_request(
            "message is not modified: specified new message content and reply markup are "
            "exactly the same as a current content and reply markup of the message"
        )
    world.edit_message(message, content, world.bot)
    mirror_edit(world, message, content)
    return True if message.inline_id is not None else message_json(message)


def _document(world: World, params: Params) -> File:
    upload = params.upload("document")
    if upload is not None:
        if not upload.data:
            raise bad_request("File must be non-empty")
        if len(upload.data) > MAX_UPLOAD:
            raise bad_request("File is too big")
        return world.new_file(upload.name, upload.data, upload.mime)
    file = world.files.get(params.text("document"))
    if file is None:
        raise bad_request("Wrong file identifier/HTTP URL specified")
    return file


def _check_preview(world: World, params: Params) -> None:
    options = params.json("link_preview_options", "link preview options")
    if options is None:
        return
    if not isinstance(options, dict):
        raise bad_request("Object expected as link preview options")
    for name in sorted(set(options) - _PREVIEW_FIELDS):
        world.violation(f"unknown field {name!r} of link_preview_options")
