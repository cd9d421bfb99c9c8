"""Inline query results as the bot sends them: read, judged, and turned into a message's content.

Only articles are read in full; another type is recorded as a violation. The wording is that of
``Client::get_inline_query_result`` and TDLib's ``InlineQueriesManager``; the upper-case refusals
are those of Telegram's servers.
"""

from __future__ import annotations

import re
import time

from bot.botapi import entities
from bot.botapi.content import JSON, Content
from bot.botapi.errors import bad_request
from bot.botapi.markup import Markup, check_markup, read_markup
from bot.botapi.world import World

MAX_RESULTS = 50
_MAX_TEXT = 4096
_ARTICLE = frozenset(
    "type id title input_message_content reply_markup url description thumbnail_url "
    "thumbnail_width thumbnail_height".split()
)
_TEXT = frozenset("message_text parse_mode entities link_preview_options".split())
_PREFIX = "Can't parse InlineQueryResult: "


def read_result(world: World, raw: object) -> Content:
    """The message that choosing this result sends.

    Raises:
        ApiError: 400 in the server's words.
    """
    if not isinstance(raw, dict):
        raise bad_request(f"{_PREFIX}Object expected as inline query result")
    for name in ("type", "id"):
        if name not in raw:
            raise bad_request(f'{_PREFIX}Can\'t find field "{name}"')
    markup = read_markup(world, raw.get("reply_markup"))
    check_markup(markup)
    if raw["type"] != "article":
        world.violation(f"inline result of type {raw['type']!r} is not checked by this server")
        return Content("", at=time.monotonic())
    _unknown(world, raw, _ARTICLE, "inline article")
    if not raw.get("title"):
        raise bad_request("ARTICLE_TITLE_EMPTY")
    content = raw.get("input_message_content")
    if not isinstance(content, dict):
        raise bad_request(f'{_PREFIX}Can\'t find field "input_message_content"')
    return _text(world, content, markup)


def check_ids(results: list[JSON]) -> None:
    """Ids are 1-64 bytes and differ."""
    seen: set[str] = set()
    for result in results:
        result_id = str(result["id"])
        if not result_id:
            raise bad_request("RESULT_ID_EMPTY")
        if len(result_id.encode()) > 64:
            raise bad_request("RESULT_ID_INVALID")
        if result_id in seen:
            raise bad_request("RESULT_ID_DUPLICATE")
        seen.add(result_id)


def check_button(raw: object) -> None:
    """The button above the results: a text, and either a start parameter or a web app."""
    prefix = "Can't parse inline query results button: "
    if raw is None:
        return
    if not isinstance(raw, dict):
        raise bad_request(f"{prefix}InlineQueryResultsButton must be an Object")
    if not isinstance(raw.get("text"), str):
        raise bad_request(f'{prefix}Can\'t find field "text"')
    if "web_app" in raw:
        return
    if "start_parameter" not in raw:
        raise bad_request(f"{prefix}InlineQueryResultsButton must have exactly one optional field")
    start = str(raw["start_parameter"])
    if not start:
        raise bad_request("Can't use empty start_parameter")
    if len(start) > 64:
        raise bad_request("Too long start_parameter specified")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", start):
        raise bad_request("Unallowed characters in start_parameter are used")


def _text(world: World, content: JSON, markup: Markup) -> Content:
    _unknown(world, content, _TEXT, "inline text")
    text = content.get("message_text")
    if not isinstance(text, str) or not text:
        raise bad_request(f"{_PREFIX}Message text is empty")
    mode = str(content.get("parse_mode") or "")
    shown = entities.fix(entities.parse(text, mode, content.get("entities")))
    if entities.utf16_length(shown.text) > _MAX_TEXT:
        raise bad_request("MESSAGE_TOO_LONG")
    return Content(shown.text, shown.entities, text, markup.buttons, at=time.monotonic())


def _unknown(world: World, raw: JSON, known: frozenset[str], what: str) -> None:
    for name in sorted(set(raw) - known):
        world.violation(f"unknown field {name!r} of an {what}")
