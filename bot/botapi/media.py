"""What people send besides text and documents, as the Bot API shows it."""

from __future__ import annotations

import time
from typing import Literal

from bot.botapi.content import JSON, File
from bot.botapi.state import Message, User
from bot.botapi.wire import chat_json, file_json, user_json
from bot.botapi.world import World

Kind = Literal[
    "photo",
    "voice",
    "audio",
    "video",
    "video_note",
    "animation",
    "sticker",
    "contact",
    "location",
    "venue",
    "poll",
    "dice",
]
CAPTIONED = frozenset({"photo", "voice", "audio", "video", "animation"})
_NAMES = {
    "photo": "anh.jpg",
    "voice": "giong.oga",
    "audio": "bai.mp3",
    "video": "phim.mp4",
    "video_note": "tron.mp4",
    "animation": "dong.mp4",
    "sticker": "nhan.webp",
}
_PLACE = {"latitude": 21.028, "longitude": 105.854}


def media_json(world: World, kind: Kind, data: bytes, user: User) -> JSON:
    """The message fields of one medium; its bytes can be downloaded by ``file_id``."""
    if kind not in _NAMES:
        return {kind: _bodiless(world, kind, user)}
    file = world.new_file(_NAMES[kind], data, folder=f"{kind}s")
    if kind == "photo":
        small = world.new_file(_NAMES[kind], data, folder="photos")
        return {"photo": [_photo(small, 90), _photo(file, 1280)]}
    body = {**file_json(file), **_shape(kind)}
    # For backward compatibility an animation is shown as a document, too.
    return {"animation": body, "document": body} if kind == "animation" else {kind: body}


def origin_json(message: Message, *, hidden: bool) -> JSON:
    """``MessageOrigin`` of a forwarded message; ``hidden``: the author shows only a name."""
    if message.origin is not None:
        return message.origin
    chat = message.chat if message.chat.type == "channel" else message.sender_chat
    signed: JSON = {"author_signature": message.signature} if message.signature else {}
    if chat is not None and chat.type == "channel":
        body: JSON = {"type": "channel", "chat": chat_json(chat), "message_id": message.id}
    elif chat is not None:
        body = {"type": "chat", "sender_chat": chat_json(chat)}
    elif message.sender is None or hidden:
        name = message.sender.first_name if message.sender else "?"
        body = {"type": "hidden_user", "sender_user_name": name}
    else:
        body = {"type": "user", "sender_user": user_json(message.sender)}
    return body | {"date": message.date} | signed


def _photo(file: File, width: int) -> JSON:
    return {**file_json(file), "width": width, "height": width * 3 // 4}


def _shape(kind: Kind) -> JSON:
    match kind:
        case "voice":
            return {"duration": 3, "mime_type": "audio/ogg"}
        case "audio":
            return {"duration": 180, "title": "Bài hát", "mime_type": "audio/mpeg"}
        case "video_note":
            return {"duration": 5, "length": 240}
        case "sticker":
            kinds: JSON = {"type": "regular", "is_animated": False, "is_video": False}
            return {**kinds, "width": 512, "height": 512, "emoji": "🙂"}
        case _:
            return {"duration": 10, "width": 640, "height": 480, "mime_type": "video/mp4"}


def _bodiless(world: World, kind: Kind, user: User) -> JSON:
    match kind:
        case "contact":
            return {"phone_number": "+84900000000", "first_name": "An", "user_id": user.id}
        case "location":
            return dict(_PLACE)
        case "venue":
            return {"location": dict(_PLACE), "title": "Văn Miếu", "address": "Hà Nội"}
        case "dice":
            return {"emoji": "🎲", "value": 1 + int(time.time()) % 6}
        case _:
            return _poll(world)


def _poll(world: World) -> JSON:
    options = [
        {"text": text, "voter_count": 0, "persistent_id": str(index)}
        for index, text in enumerate(["Có", "Không"])
    ]
    return {
        "id": str(world.number()),
        "question": "Họp hôm nay?",
        "options": options,
        "total_voter_count": 0,
        "is_closed": False,
        "is_anonymous": True,
        "type": "regular",
        "allows_multiple_answers": False,
        "allows_revoting": True,
        "members_only": False,
    }
