"""Who may do what where: chats, messages, threads and replies named by a call.

Follows ``Client::check_chat_access``, ``check_message`` and ``check_reply_parameters`` of
tdlib/telegram-bot-api, order of checks and wording included. What Telegram's own servers refuse
after that (a person who never started the bot, a block, a closed topic) comes last.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from bot.botapi import entities
from bot.botapi.content import Entity, Quote
from bot.botapi.errors import ApiError, bad_request, forbidden
from bot.botapi.parameters import Params
from bot.botapi.state import Chat, Message, Topic
from bot.botapi.world import World

Right = Literal["read", "members", "edit", "write"]

_REPLY_FIELDS = frozenset(
    {
        "message_id",
        "chat_id",
        "allow_sending_without_reply",
        "quote",
        "quote_parse_mode",
        "quote_entities",
        "quote_position",
        "checklist_task_id",
        "poll_option_id",
    }
)
# What a quote must repeat exactly besides its text (documentation of ReplyParameters).
_QUOTED_STYLES = frozenset(
    ["bold", "italic", "underline", "strikethrough", "spoiler", "custom_emoji"]
)
_MAX_QUOTE = 1024


@dataclass(frozen=True)
class Place:
    """Where a message goes."""

    chat: Chat
    topic: Topic | None
    reply_to: Message | None
    quote: Quote | None


def chat_of(world: World, params: Params, right: Right, name: str = "chat_id") -> Chat:
    """The chat a call names, if the bot has ``right`` there.

    Raises:
        ApiError: 400 chat not found or upgraded; 403 kicked, gone, blocked or never started.
    """
    raw = params.text(name)
    if params.text("business_connection_id"):
        raise bad_request("business connection not found")
    if not raw:
        raise bad_request("chat_id is empty")
    chat = (
        world.find_username(raw) if raw.startswith("@") else world.chats.get(params.integer(name))
    )
    if chat is None:
        raise bad_request("Chat not found")
    _check(world, chat, right)
    return chat


def message_of(world: World, params: Params, right: Right, what: str) -> Message:
    """The message a call names by ``chat_id`` and ``message_id``.

    Raises:
        ApiError: 400 "<what> not found", besides those of ``chat_of``.
    """
    if not params.text("chat_id") and not params.text("message_id"):
        raise bad_request("Message identifier is not specified")
    chat = chat_of(world, params, right)
    message = chat.messages.get(params.integer("message_id"))
    if message is None:
        raise bad_request(f"{what} not found")
    return message


def inline_message_of(world: World, params: Params) -> Message | None:
    """The message a call names by ``inline_message_id``, nothing if it names one otherwise.

    Raises:
        ApiError: 400 for an id that is none.
    """
    inline_id = params.text("inline_message_id")
    if not inline_id or params.text("chat_id"):
        return None
    message = world.inline_messages.get(inline_id)
    if message is None or message.deleted:
        raise bad_request("MESSAGE_ID_INVALID")
    return message


def place_of(world: World, params: Params) -> Place:
    """Where a sent message goes: its chat, topic, replied message and quote.

    A reply without a thread lands in the topic of the message it replies to.

    Raises:
        ApiError: what ``chat_of`` raises, or 400 for the reply, the quote or the thread.
    """
    reply = _reply_parameters(world, params)
    chat = chat_of(world, params, "write")
    replied = _replied(chat, reply)
    topic = _topic(chat, params.integer("message_thread_id"))
    if topic is None and replied is not None:
        topic = replied.topic
    if topic is not None and topic.closed and not world.bot_member(chat).is_admin:
        raise bad_request("TOPIC_CLOSED")
    return Place(chat, topic, replied, _quote(replied, reply))


def check_may_send(world: World, chat: Chat, kind: str) -> None:
    """Whether the bot may send ``kind`` ("text messages", "documents") here.

    Raises:
        ApiError: 400 in TDLib's words (``can_send_message`` and ``can_send_message_content``).
    """
    bot = world.bot_member(chat)
    if chat.type == "channel" and not bot.may("can_post_messages"):
        raise bad_request("Need administrator rights in the channel chat")
    if chat.type in ("group", "supergroup") and chat.muted and not bot.is_admin:
        raise bad_request(f"Not enough rights to send {kind} to the chat")


def _check(world: World, chat: Chat, right: Right) -> None:
    bot = world.bot_member(chat)
    edits = right in ("edit", "write") or (right == "members" and chat.type == "group")
    if chat.user is not None:
        _check_private(world, chat, edits=edits)
        return
    if chat.migrated_to is not None:
        if right in ("write", "members"):
            raise ApiError(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=chat.migrated_to.id,
            )
        return
    if bot.status == "kicked" and (edits or chat.type != "group"):
        raise forbidden(f"bot was kicked from the {chat.type} chat")
    needs_membership = edits or (chat.type != "group" and chat.username is None)
    if not bot.is_in and needs_membership:
        if world.bot.id not in chat.members and chat.username is None:
            raise bad_request("Chat not found")
        raise forbidden(f"bot is not a member of the {chat.type} chat")


def _check_private(world: World, chat: Chat, *, edits: bool) -> None:
    status = world.bot_member(chat).status
    if chat.user is None or not world.knows(chat.user):
        raise bad_request("Chat not found")
    if edits and status == "left":
        raise forbidden("bot can't initiate conversation with a user")
    if edits and status == "kicked":
        raise forbidden("bot was blocked by the user")


def _reply_parameters(world: World, params: Params) -> dict[str, Any]:
    if "reply_parameters" not in params.values:
        # The form before Bot API 7.0: still honoured, already noted as an unknown parameter.
        return {
            "message_id": params.integer("reply_to_message_id"),
            "allow_sending_without_reply": params.flag("allow_sending_without_reply"),
        }
    reply = params.json("reply_parameters", "reply parameters") or {}
    if not isinstance(reply, dict):
        raise bad_request("Object expected as reply parameters")
    for name in sorted(set(reply) - _REPLY_FIELDS):
        world.violation(f"unknown field {name!r} of reply_parameters")
    if reply and "message_id" not in reply:
        raise bad_request('Can\'t find field "message_id"')
    return reply


def _replied(chat: Chat, reply: dict[str, Any]) -> Message | None:
    message_id = int(reply.get("message_id") or 0)
    if message_id <= 0:
        return None
    elsewhere = str(reply.get("chat_id") or chat.id) != str(chat.id)
    message = None if elsewhere else chat.messages.get(message_id)
    if message is None and not reply.get("allow_sending_without_reply"):
        raise bad_request("message to be replied not found")
    return message


def _topic(chat: Chat, thread_id: int) -> Topic | None:
    """The topic of a ``message_thread_id``.

    The General topic has no id to send to, not even 1; a reply thread's id in an ordinary
    supergroup is no topic either.
    """
    if thread_id <= 0:
        return None
    topic = chat.topics.get(thread_id)
    if topic is None:
        raise bad_request("Message thread not found")
    return topic


def _quote(replied: Message | None, reply: dict[str, Any]) -> Quote | None:
    raw = str(reply.get("quote") or "")
    if replied is None or not raw:
        return None
    parsed = entities.parse(
        raw, str(reply.get("quote_parse_mode") or ""), reply.get("quote_entities")
    )
    quote = entities.fix(parsed, allow_empty=True, trim=False)
    places = list(_occurrences(replied, quote))
    if not places or entities.utf16_length(quote.text) > _MAX_QUOTE:
        raise bad_request("QUOTE_TEXT_INVALID")
    wanted = int(reply.get("quote_position") or 0)
    nearest = min(places, key=lambda place: abs(place - wanted))
    length = entities.utf16_length(quote.text)
    return Quote(quote.text, quoted_styles(quote.entities, 0, length), nearest)


def _occurrences(replied: Message, quote: entities.Formatted) -> list[int]:
    """UTF-16 positions at which the quote stands with the same styles."""
    units = replied.text.encode("utf-16-le")
    part = quote.text.encode("utf-16-le")
    length = len(part) // 2
    found = []
    start = units.find(part)
    while start >= 0 and part:
        if start % 2 == 0:
            styles = quoted_styles(replied.entities, start // 2, start // 2 + length)
            if set(styles) == set(quoted_styles(quote.entities, 0, length)):
                found.append(start // 2)
        start = units.find(part, start + 1)
    return found


def quoted_styles(shown: tuple[Entity, ...], begin: int, end: int) -> tuple[Entity, ...]:
    """The quotable styles inside a range, moved to start at it."""
    kept = []
    for entity in shown:
        low, high = max(entity.offset, begin), min(entity.end, end)
        if entity.type in _QUOTED_STYLES and low < high:
            kept.append(
                Entity(entity.type, low - begin, high - low, custom_emoji_id=entity.custom_emoji_id)
            )
    return tuple(kept)
