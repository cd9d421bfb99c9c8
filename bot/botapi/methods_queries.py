"""Answers to pressed buttons, to inline queries and to those who summon the bot as a guest."""

from __future__ import annotations

import time
from urllib.parse import urlsplit

from bot.botapi import entities
from bot.botapi.content import JSON
from bot.botapi.errors import bad_request
from bot.botapi.parameters import Params
from bot.botapi.queries import GuestQuery, InlineQuery
from bot.botapi.results import MAX_RESULTS, check_button, check_ids, read_result
from bot.botapi.state import Message
from bot.botapi.world import World

TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
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
    query.cache_time = params.integer("cache_time")
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
    button = params.json("button", "inline query results button")
    for result in results:
        read_result(world, result)
    check_button(button)
    query = world.inline_queries.get(params.text("inline_query_id"))
    if len(results) > MAX_RESULTS:
        # TDLib's own check; Telegram's servers say RESULTS_TOO_MUCH to other clients.
        raise bad_request("Too many inline query results specified")
    if query is None or query.answered or query.expired:
        raise bad_request(TOO_OLD)
    if len(params.text("next_offset").encode()) > 64:
        raise bad_request("NEXT_OFFSET_INVALID")
    check_ids(results)
    answer: JSON = {
        "next_offset": params.text("next_offset"),
        "results": results,
        "button": button,
        "is_personal": params.flag("is_personal"),
        "cache_time": min(max(params.integer("cache_time", 300), 0), MAX_CACHE_SECONDS),
    }
    _cache(world, query, answer)
    query.results, query.answer, query.answered = results, answer, True
    world.signal.notify()
    return True


def answer_guest_query(world: World, params: Params) -> JSON:
    """``answerGuestQuery``: once and in time; the answer can then be edited."""
    raw = params.json("result", "inline query result")
    if raw is None:
        raise bad_request('Parameter "result" is required')
    content = read_result(world, raw)
    query = world.guest_queries.get(params.text("guest_query_id"))
    if query is None or query.answered or query.expired:
        raise bad_request(TOO_OLD)
    check_ids([raw])
    asked = query.message
    reply = world.add_message(asked.chat, world.bot, content, topic=asked.topic, reply_to=asked)
    reply.guest_caller = asked.sender_chat or asked.sender
    query.result, query.reply, query.answered = raw, reply, True
    return {"inline_message_id": world.make_inline(reply)}


def cached_answer(world: World, query: InlineQuery) -> JSON | None:
    """What Telegram would show without asking the bot: the user's own answer or anybody's."""
    for user_id in (query.user.id, 0):
        answer, until = world.inline_cache.get((query.query, query.offset, user_id), ({}, 0.0))
        if time.monotonic() < until:
            return answer
    return None


def guest_query_of(world: World, message: Message) -> GuestQuery | None:
    """The query a message made, if it summoned the bot as a guest."""
    found = (query for query in world.guest_queries.values() if query.message is message)
    return next(found, None)


def _cache(world: World, query: InlineQuery, answer: JSON) -> None:
    user_id = query.user.id if answer["is_personal"] else 0
    until = time.monotonic() + answer["cache_time"]
    world.inline_cache[query.query, query.offset, user_id] = (answer, until)


def _own_link(url: str, username: str) -> bool:
    """Only games and ``t.me/<bot>?start=`` may be opened from an answer."""
    parts = urlsplit(url if "://" in url else f"https://{url}")
    return parts.hostname == "t.me" and parts.path.strip("/").lower() == username.lower()
