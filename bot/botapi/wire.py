"""Records as the Bot API's JSON objects, field by field as ``Client.cpp`` stores them."""

from __future__ import annotations

from bot.botapi.content import JSON, Entity, File, Quote
from bot.botapi.queries import CallbackQuery, InlineQuery
from bot.botapi.state import ADMIN_RIGHTS, Chat, Member, Message, User

_ONLY_CHANNEL = frozenset({"can_post_messages", "can_edit_messages", "can_manage_direct_messages"})
_ONLY_GROUP = frozenset({"can_pin_messages", "can_manage_topics", "can_manage_tags"})


def user_json(user: User) -> JSON:
    """``User``."""
    return _present(
        id=user.id,
        is_bot=user.is_bot,
        first_name=user.first_name,
        username=user.username,
        language_code=user.language_code,
    )


def chat_json(chat: Chat) -> JSON:
    """``Chat``; a private chat shows the person, the others their title."""
    return _present(
        id=chat.id,
        type=chat.type,
        title=chat.title or None,
        first_name=chat.user.first_name if chat.user else None,
        username=chat.user.username if chat.user else chat.username,
        is_forum=True if chat.is_forum else None,
    )


def entity_json(entity: Entity) -> JSON:
    """``MessageEntity``; a text mention's user is reduced to what is known of it."""
    user = entity.user_id and {"id": entity.user_id, "is_bot": False, "first_name": "?"}
    return _present(
        type=entity.type,
        offset=entity.offset,
        length=entity.length,
        url=entity.url,
        language=entity.language,
        user=user or None,
        custom_emoji_id=entity.custom_emoji_id,
    )


def file_json(file: File, *, with_path: bool = False) -> JSON:
    """``File``; the path only comes from ``getFile``."""
    return _present(
        file_id=file.id,
        file_unique_id=file.unique_id,
        file_size=len(file.data),
        file_path=file.path if with_path else None,
    )


def document_json(file: File) -> JSON:
    """``Document``."""
    return {**file_json(file), "file_name": file.name, "mime_type": file.mime}


def quote_json(quote: Quote) -> JSON:
    """``TextQuote``; every quote here was chosen by hand."""
    entities = [entity_json(entity) for entity in quote.entities]
    return _present(
        text=quote.text, entities=entities or None, position=quote.position, is_manual=True
    )


def message_json(message: Message, *, nested: bool = False) -> JSON:
    """``Message``; the replied message is shown one level deep.

    In a forum topic a message that replies to nothing still shows the topic's opening service
    message as ``reply_to_message`` (``get_same_chat_reply_to_message_id`` falls back to the
    thread): a bot that takes any reply for a question to itself must look closer.
    """
    body = _present(
        message_id=message.id,
        date=message.date,
        chat=chat_json(message.chat),
        edit_date=message.edit_date,
        message_thread_id=message.thread_id,
        is_topic_message=True if message.topic else None,
        is_automatic_forward=message.automatic or None,
        forward_origin=message.origin,
        has_protected_content=message.protected or None,
        via_bot=user_json(message.via_bot) if message.via_bot else None,
        **_sender(message),
        **_shown(message),
    )
    replied = message.reply_to or (message.topic.opening if message.topic else None)
    if replied is not None and replied is not message and not nested and not replied.deleted:
        body["reply_to_message"] = message_json(replied, nested=True)
    if message.quote is not None:
        body["quote"] = quote_json(message.quote)
    return body | message.service


def _sender(message: Message) -> JSON:
    chat = message.chat if message.chat.type == "channel" else message.sender_chat
    author = message.sender if message.chat.type != "channel" else None
    caller = message.guest_caller
    return _present(
        **{"from": user_json(author) if author else None},
        sender_chat=chat_json(chat) if chat else None,
        author_signature=message.signature,
        guest_bot_caller_user=user_json(caller) if isinstance(caller, User) else None,
        guest_bot_caller_chat=chat_json(caller) if isinstance(caller, Chat) else None,
    )


def _shown(message: Message) -> JSON:
    words, marks = "text", "entities"
    body: JSON = dict(message.media)
    if message.has_media:
        words, marks = "caption", "caption_entities"
    if message.document is not None:
        body["document"] = document_json(message.document)
    if message.text:
        body[words] = message.text
    if message.entities:
        body[marks] = [entity_json(entity) for entity in message.entities]
    if message.buttons:
        rows = [[button.raw for button in row] for row in message.buttons]
        body["reply_markup"] = {"inline_keyboard": rows}
    return body


def member_json(member: Member, chat: Chat) -> JSON:
    """``ChatMember`` of the member's status."""
    body: JSON = {"user": user_json(member.user), "status": member.status}
    if member.status == "creator":
        body |= _present(is_anonymous=member.anonymous, custom_title=member.custom_title)
    elif member.status == "kicked":
        body["until_date"] = 0
    elif member.status == "administrator":
        hidden = _ONLY_GROUP if chat.type == "channel" else _ONLY_CHANNEL
        body |= {right: right in member.rights for right in ADMIN_RIGHTS - hidden}
        body |= {"can_be_edited": False, "is_anonymous": member.anonymous}
        body |= _present(custom_title=member.custom_title)
    return body


def callback_json(query: CallbackQuery) -> JSON:
    """``CallbackQuery``; an inline message is only named, a deleted one is inaccessible."""
    message = query.message
    if message.inline_id is not None:
        place: JSON = {"inline_message_id": message.inline_id}
    elif message.deleted:
        chat = chat_json(message.chat)
        place = {"message": {"chat": chat, "message_id": message.id, "date": 0}}
    else:
        place = {"message": message_json(message)}
    return {
        "id": query.id,
        "from": user_json(query.user),
        **place,
        "chat_instance": str(message.chat.id * 7919),
        "data": query.data,
    }


def inline_json(query: InlineQuery) -> JSON:
    """``InlineQuery``; ``sender`` is the private chat with the bot."""
    chat = query.chat
    return {
        "id": query.id,
        "from": user_json(query.user),
        "chat_type": "sender" if chat is None or _is_own(chat) else chat.type,
        "query": query.query,
        "offset": query.offset,
    }


def _is_own(chat: Chat) -> bool:
    return chat.user is not None and not chat.is_dialogue


def _present(**fields: object) -> JSON:
    return {name: value for name, value in fields.items() if value is not None}
