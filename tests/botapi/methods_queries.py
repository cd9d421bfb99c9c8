"""Answers to pressed buttons and to inline queries."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlsplit

from tests.botapi import entities
from tests.botapi.errors import bad_request
from tests.botapi.markup import check_markup, read_markup
from tests.botapi.methods_messages import MAX_TEXT
from tests.botapi.parameters import Params
from tests.botapi.queries import InlineQuery
from tests.botapi.state import JSON
from tests.botapi.world import World

TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
MAX_RESULTS = 50
MAX_CACHE_SECONDS = 86_400
_MAX_TOAST = 200


def answer_callback_query(world: World, params: Params) -> bool:
    """``answerCallbackQuery``: once, in time, and with a link to the bot itself at most."""
    query = world.callbacks.get(params.text("callback_query_id"))
    if query is None or query.answered or query.expired:
        raise bad_request(TOO_OLD)
    text, url = params.text("text"), params.text("url")
    if entities.utf16_length(text) > _MAX_TOAST:
        raise bad_request("MESSAGE_TOO_LONG")
    if url and not _own_link(url, world.bot.username or ""):
        raise bad_request("URL_INVALID")
    query.text, query.show_alert, query.url = text, params.flag("show_alert"), url
    query.answered = True
    world.signal.notify()
    return True


def answer_inline_query(world: World, params: Params) -> bool:
    """``answerInlineQuery``: at most 50 results; article results are read in full.

    Telegram caches the answer, for everybody unless ``is_personal``.
    """
    results = params.json("results", "inline query results") or []
    if not isinstance(results, list):
        raise bad_request("Expected an Array of inline query results")
    for result in results:
        _check_result(world, result)
    query = world.inline_queries.get(params.text("inline_query_id"))
    if len(results) > MAX_RESULTS:
        # TDLib's own check; Telegram's servers say RESULTS_TOO_MUCH to other clients.
        raise bad_request("Too many inline query results specified")
    if query is None or query.answered or query.expired:
        raise bad_request(TOO_OLD)
    if len(params.text("next_offset").encode()) > 64:
        raise bad_request("NEXT_OFFSET_INVALID")
    _check_ids(results)
    answer: JSON = {"next_offset": params.text("next_offset"), "results": results}
    answer |= {"button": params.json("button", "inline query results button")}
    answer |= {"is_personal": params.flag("is_personal")}
    _cache(world, query, answer, params.integer("cache_time", 300))
    query.results, query.answer, query.answered = results, answer, True
    world.signal.notify()
    return True


def cached_answer(world: World, query: InlineQuery) -> JSON | None:
    """What Telegram would show without asking the bot: the user's own answer or anybody's."""
    for user_id in (query.user.id, 0):
        answer, until = world.inline_cache.get((query.query, query.offset, user_id), ({}, 0.0))
        if time.monotonic() < until:
            return answer
    return None


def _cache(world: World, query: InlineQuery, answer: JSON, seconds: int) -> None:
    user_id = query.user.id if answer["is_personal"] else 0
    until = time.monotonic() + min(max(seconds, 0), MAX_CACHE_SECONDS)
    world.inline_cache[query.query, query.offset, user_id] = (answer, until)


def _check_ids(results: list[JSON]) -> None:
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


def _check_result(world: World, raw: Any) -> None:
    prefix = "Can't parse InlineQueryResult: "
    if not isinstance(raw, dict):
        raise bad_request(f"{prefix}Object expected as inline query result")
    for name in ("type", "id"):
        if name not in raw:
            raise bad_request(f'{prefix}Can\'t find field "{name}"')
    check_markup(read_markup(world, raw.get("reply_markup")))
    if raw["type"] != "article":
        world.violation(f"inline result of type {raw['type']!r} is not checked by this server")
        return
    if not raw.get("title"):
        raise bad_request("ARTICLE_TITLE_EMPTY")
    content = raw.get("input_message_content")
    if not isinstance(content, dict):
        raise bad_request(f'{prefix}Can\'t find field "input_message_content"')
    _check_text(content, prefix)


def _check_text(content: JSON, prefix: str) -> None:
    text = content.get("message_text")
    if not isinstance(text, str) or not text:
        raise bad_request(f"{prefix}Message text is empty")
    mode = str(content.get("parse_mode") or "")
    shown = entities.fix(entities.parse(text, mode, content.get("entities")))
    if entities.utf16_length(shown.text) > MAX_TEXT:
        raise bad_request("MESSAGE_TOO_LONG")


def _own_link(url: str, username: str) -> bool:
    """Only games and ``t.me/<bot>?start=`` may be opened from an answer."""
    parts = urlsplit(url if "://" in url else f"https://{url}")
    return parts.hostname == "t.me" and parts.path.strip("/").lower() == username.lower()
