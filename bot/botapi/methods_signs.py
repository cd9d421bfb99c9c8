"""What the bot shows without saying anything: actions, growing drafts and reactions."""

from __future__ import annotations

import time
from typing import Any

from bot.botapi import access, entities
from bot.botapi.content import Content
from bot.botapi.errors import bad_request
from bot.botapi.parameters import Params
from bot.botapi.reactions import REACTIONS
from bot.botapi.state import Action, Chat, Draft
from bot.botapi.world import World

MAX_TEXT = 4096
_ACTIONS = frozenset(
    [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ]
)


def send_message_draft(world: World, params: Params) -> bool:
    """``sendMessageDraft``: shown while an answer is written; private chats only."""
    if params.integer("draft_id") == 0:
        raise bad_request("DRAFT_ID_INVALID")
    text = params.text("text")
    raw = entities.parse(text, params.text("parse_mode"), params.entities("entities"))
    chat = access.chat_of(world, params, "write")
    if chat.user is None:
        raise bad_request("TEXTDRAFT_PEER_INVALID")
    thread_id = _thread(chat, params)
    shown = entities.fix(raw, allow_empty=True)
    if entities.utf16_length(shown.text) > MAX_TEXT:
        raise bad_request("Message is too long")
    content = Content(shown.text, shown.entities, text, at=time.monotonic())
    chat.drafts.append(Draft(params.integer("draft_id"), thread_id, content))
    world.signal.notify()
    return True


def send_chat_action(world: World, params: Params) -> bool:
    """``sendChatAction``; unlike a message it may name the General topic, 1."""
    action = params.text("action").lower()
    if action not in _ACTIONS:
        raise bad_request("Wrong parameter action in request")
    chat = access.chat_of(world, params, "write")
    chat.actions.append(Action(action, _thread(chat, params), time.monotonic()))
    world.signal.notify()
    return True


def set_message_reaction(world: World, params: Params) -> bool:
    """``setMessageReaction``: at most one, from Telegram's list; none takes it back."""
    emoji = tuple(_reaction(one) for one in params.json("reaction", "reaction types") or [])
    message = access.message_of(world, params, "read", "message to react")
    if len(emoji) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    # A copied post takes the reactions of its channel (documentation of setMessageReaction).
    chat = message.sender_chat if message.automatic and message.sender_chat else message.chat
    allowed = REACTIONS if chat.reactions is None else chat.reactions & REACTIONS
    if any(one not in allowed for one in emoji):
        raise bad_request("REACTION_INVALID")
    message.reactions[world.bot.id] = emoji
    world.signal.notify()
    return True


def _thread(chat: Chat, params: Params) -> int:
    """The ``message_thread_id``, 0 for none; 1 is the General topic of a forum.

    Raises:
        ApiError: 400 for what is no topic.
    """
    thread_id = params.integer("message_thread_id")
    general = thread_id == 1 and chat.is_forum
    if thread_id > 0 and not general and thread_id not in chat.topics:
        raise bad_request("Message thread not found")
    return thread_id


def _reaction(raw: Any) -> str:
    prefix = "Can't parse ReactionType: "
    if not isinstance(raw, dict):
        raise bad_request(f"{prefix}expected an Object")
    if raw.get("type") == "custom_emoji":
        return ""  # read by the server, taken by no ordinary chat: REACTION_INVALID
    if raw.get("type") != "emoji":
        raise bad_request(f"{prefix}invalid reaction type specified")
    return str(raw.get("emoji", "")).replace("\ufe0f", "")
