"""Reply markup: read as ``Client::get_reply_markup`` does, checked as TDLib and Telegram do.

Sources of the refusals: "can't parse inline keyboard button: ..." from Client.cpp; the button
URL wording from real logs of current servers; ``BUTTON_DATA_INVALID`` and
``BUTTON_COPY_TEXT_INVALID`` are Telegram's own; more than 100 buttons is
``REPLY_MARKUP_TOO_LONG``, worded by Client.cpp.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from bot.botapi.content import JSON, Button, Buttons
from bot.botapi.entities import utf16_length
from bot.botapi.errors import bad_request
from bot.botapi.parameters import Params
from bot.botapi.state import Chat
from bot.botapi.world import World

_ACTIONS = (
    "url",
    "callback_data",
    "callback_game",
    "pay",
    "switch_inline_query",
    "switch_inline_query_chosen_chat",
    "switch_inline_query_current_chat",
    "login_url",
    "web_app",
    "copy_text",
)
_FIELDS = frozenset({"text", "style", "icon_custom_emoji_id", *_ACTIONS})
_STYLES = frozenset({"danger", "success", "primary"})
_MAX_BUTTONS = 100


@dataclass(frozen=True)
class Markup:
    """An inline keyboard, or another kind of keyboard as it was sent, or neither."""

    buttons: Buttons = ()
    keyboard: JSON | None = None


def read_markup(world: World, raw: Any) -> Markup:
    """The decoded ``reply_markup``, its form checked.

    Raises:
        ApiError: 400 in the server's words.
    """
    if raw is None:
        return Markup()
    if not isinstance(raw, dict):
        raise bad_request("Object expected as reply markup")
    rows = raw.get("inline_keyboard")
    if rows is None:
        _check_keyboard(raw)
        return Markup(keyboard=raw or None)
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request(
            'Field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'
        )
    return Markup(tuple(tuple(_button(world, one) for one in row) for row in rows if row))


def markup_of(world: World, params: Params, *, inline_only: bool = False) -> Markup:
    """The call's ``reply_markup``; an edit takes inline keyboards only."""
    markup = read_markup(world, params.json("reply_markup", "reply keyboard markup"))
    if inline_only and markup.keyboard is not None:
        raise bad_request("inline keyboard expected")
    return markup


def check_markup(markup: Markup, chat: Chat | None = None) -> None:
    """The checks done when the message is really sent, to ``chat`` or by an inline result.

    Raises:
        ApiError: 400 for a button Telegram does not take.
    """
    buttons = [button for row in markup.buttons for button in row]
    if len(buttons) > _MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    for button in buttons:
        _check(button)
        if "web_app" in button.raw and (chat is None or chat.user is None):
            raise bad_request("BUTTON_TYPE_INVALID")


def _button(world: World, raw: Any) -> Button:
    prefix = "Can't parse inline keyboard button: "
    if not isinstance(raw, dict):
        raise bad_request(f"{prefix}InlineKeyboardButton must be an Object")
    if not isinstance(raw.get("text"), str):
        raise bad_request(f'{prefix}Can\'t find field "text"')
    # A link and data must say something; for the rest presence counts (an empty inline query).
    if not raw.get("url") and not raw.get("callback_data") and not set(raw) & set(_ACTIONS[2:]):
        raise bad_request(f"{prefix}Text buttons are unallowed in the inline keyboard")
    for name in sorted(set(raw) - _FIELDS):
        world.violation(f"unknown field {name!r} of an inline button")
    if raw.get("style", "danger") not in _STYLES:
        world.violation(f"unknown style of an inline button: {raw}")
    if sum(action in raw for action in _ACTIONS) > 1:
        world.violation(f"an inline button with several actions: {raw}")
    return Button(raw["text"], raw)


def _check_keyboard(raw: JSON) -> None:
    rows = raw.get("keyboard")
    if rows is None:
        return
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('Field "keyboard" of the ReplyKeyboardMarkup must be an Array of Arrays')
    for button in (button for row in rows for button in row):
        text = button.get("text") if isinstance(button, dict) else button
        if not isinstance(text, str):
            raise bad_request(
                "Can't parse keyboard button: KeyboardButton must be a String or an Object"
            )


def _check(button: Button) -> None:
    if not button.text.strip():
        raise bad_request("Inline keyboard button text must be non-empty")
    if button.url:
        problem = url_problem(button.url)
        if problem:
            raise bad_request(f"inline keyboard button URL '{button.url}' is invalid: {problem}")
    elif button.data is not None and not 1 <= len(button.data.encode()) <= 64:
        raise bad_request("BUTTON_DATA_INVALID")
    elif "copy_text" in button.raw and not 1 <= utf16_length(button.copy_text or "") <= 256:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")


def url_problem(url: str) -> str:
    """TDLib's objection to a link, or nothing; a link without a protocol is taken as http."""
    if any(sign.isspace() for sign in url):
        return "Wrong HTTP URL"
    parts = urlsplit(url if "://" in url else f"http://{url}")
    if parts.scheme in ("tg", "ton"):
        return ""
    if parts.scheme not in ("http", "https"):
        return "Unsupported URL protocol"
    host = parts.hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return "" if "." in host.strip(".") else "Wrong HTTP URL"
    return ""
