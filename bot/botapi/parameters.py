"""A call's parameters: decoded from any of Telegram's four encodings, read as Telegram reads them.

"We support URL query string, application/x-www-form-urlencoded, application/json and
multipart/form-data" (Bot API, "Making requests"). Reading is as lenient as ``Client.cpp``: a bad
integer is 0, a bad boolean false; parameters no method knows are ignored there and recorded as
violations here.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.botapi.errors import bad_request

_SEND = (
    "business_connection_id chat_id message_thread_id direct_messages_topic_id parse_mode "
    "disable_notification protect_content allow_paid_broadcast message_effect_id "
    "suggested_post_parameters reply_parameters reply_markup"
)
_EDIT = "business_connection_id chat_id message_id inline_message_id reply_markup"
_LANG = "language_code"

# The parameters of each method as the Bot API (10.0) documents them, by lower-case name.
KNOWN: dict[str, frozenset[str]] = {
    name.lower(): frozenset(names.split())
    for name, names in {
        "getMe": "",
        "getUpdates": "offset limit timeout allowed_updates",
        "sendMessage": f"{_SEND} text entities link_preview_options",
        "sendMessageDraft": "chat_id message_thread_id draft_id text parse_mode entities",
        "sendDocument": (
            f"{_SEND} document thumbnail caption caption_entities disable_content_type_detection"
        ),
        "editMessageText": f"{_EDIT} text parse_mode entities link_preview_options",
        "editMessageReplyMarkup": _EDIT,
        "deleteMessage": "chat_id message_id",
        "sendChatAction": "business_connection_id chat_id message_thread_id action",
        "setMessageReaction": "chat_id message_id reaction is_big",
        "answerCallbackQuery": "callback_query_id text show_alert url cache_time",
        "answerInlineQuery": "inline_query_id results cache_time is_personal next_offset button",
        "answerGuestQuery": "guest_query_id result",
        "getChat": "chat_id",
        "getChatMember": "chat_id user_id",
        "getChatAdministrators": "chat_id return_bots",
        "leaveChat": "chat_id",
        "setMyCommands": f"commands scope {_LANG}",
        "getMyCommands": f"scope {_LANG}",
        "deleteMyCommands": f"scope {_LANG}",
        "setMyName": f"name {_LANG}",
        "getMyName": _LANG,
        "setMyDescription": f"description {_LANG}",
        "getMyDescription": _LANG,
        "setMyShortDescription": f"short_description {_LANG}",
        "getMyShortDescription": _LANG,
        "getFile": "file_id",
        "setWebhook": (
            "url certificate ip_address max_connections allowed_updates drop_pending_updates "
            "secret_token"
        ),
        "deleteWebhook": "drop_pending_updates",
        "getWebhookInfo": "",
    }.items()
}


@dataclass(frozen=True)
class Upload:
    """A file part of a multipart body."""

    name: str
    mime: str
    data: bytes


@dataclass(frozen=True)
class Params:
    """The parameters of one call; values are strings, as Telegram sees them."""

    values: dict[str, str]
    files: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The value, empty if absent."""
        return self.values.get(name, "")

    def integer(self, name: str, default: int = 0) -> int:
        """The leading integer of the value; ``default`` if absent, 0 if there is none."""
        value = self.text(name)
        if not value:
            return default
        found = re.match(r"-?\d+", value)
        return int(found.group()) if found else 0

    def flag(self, name: str) -> bool:
        """True for ``true``, ``yes`` and ``1`` only."""
        return self.text(name).strip().lower() in ("true", "yes", "1")

    def json(self, name: str, what: str) -> Any:
        """The decoded value, nothing if absent.

        Raises:
            ApiError: 400 "can't parse <what> JSON object".
        """
        value = self.text(name)
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"Can't parse {what} JSON object") from None

    def entities(self, name: str) -> object:
        """The decoded entities; the real server ignores what is not JSON."""
        try:
            return json.loads(self.text(name) or "null")
        except ValueError:
            return None

    def upload(self, name: str) -> Upload | None:
        """The uploaded file of a parameter, direct or by ``attach://``."""
        return self.files.get(self.text(name).removeprefix("attach://") or name)

    def unknown(self, method: str) -> list[str]:
        """Names the method does not know; file parts that are attached to something are known."""
        attached = {
            part for part in self.files if f"attach://{part}" in " ".join(self.values.values())
        }
        return sorted((set(self.values) | set(self.files)) - KNOWN[method] - attached)


async def decode(request: web.Request) -> Params:
    """Reads query string and body together; the body wins.

    Raises:
        ApiError: 400 for a JSON body that is not a JSON object.
    """
    values = dict(request.query)
    files: dict[str, Upload] = {}
    if request.content_type == "application/json":
        return Params(values | _json_values(await request.text()))
    for name, part in (await request.post()).items():
        if isinstance(part, web.FileField):
            files[name] = Upload(part.filename, part.content_type, part.file.read())
        else:
            values[name] = part if isinstance(part, str) else bytes(part).decode()
    return Params(values, files)


def _json_values(body: str) -> dict[str, str]:
    try:
        fields = json.loads(body or "{}")
    except ValueError:
        fields = None
    if not isinstance(fields, dict):
        raise bad_request("Can't parse request JSON object")
    return {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in fields.items()
        if value is not None
    }
