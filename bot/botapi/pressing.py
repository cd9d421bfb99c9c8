"""What people do with the bot's buttons and inline results, wherever they are.

As in ``acts``, what no app would let a person do raises ``ValueError``.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from bot.botapi import acts
from bot.botapi.content import JSON, Button
from bot.botapi.delivery import announce
from bot.botapi.methods_queries import cached_answer
from bot.botapi.queries import CallbackQuery, InlineQuery
from bot.botapi.results import read_result
from bot.botapi.state import Chat, Message, User
from bot.botapi.wire import callback_json, inline_json, user_json
from bot.botapi.world import World

MAX_INLINE_QUERY = 256


def press(world: World, user: User, message: Message, wanted: str) -> CallbackQuery:
    """Presses the callback button with this text, else with this data."""
    button = _button(message, wanted)
    if button.data is None:
        raise ValueError(f"{button.text!r} is not a callback button: {button.raw}")
    query = CallbackQuery(id=f"{world.number()}7", user=user, message=message, data=button.data)
    world.callbacks[query.id] = query
    world.updates.put("callback_query", callback_json(query))
    return query


def inline_query(
    world: World, user: User, text: str, offset: str, chat: Chat | None
) -> InlineQuery:
    """Types ``@bot text`` anywhere; answered at once if Telegram has a fresh answer."""
    if len(text) > MAX_INLINE_QUERY:
        raise ValueError("apps cut inline queries at 256 characters")
    query = InlineQuery(id=f"{world.number()}3", user=user, query=text, offset=offset, chat=chat)
    world.inline_queries[query.id] = query
    cached = cached_answer(world, query)
    if cached is not None:
        query.answer, query.results = cached, cached["results"]
        query.answered = query.from_cache = True
    else:
        world.updates.put("inline_query", inline_json(query))
    return query


def choose(
    world: World, query: InlineQuery, result_id: str, chat: Chat, writing: acts.Writing
) -> Message:
    """Sends one of the results to a chat, in which the bot need not be."""
    found = [result for result in query.results if str(result["id"]) == result_id]
    if not found:
        raise ValueError(f"no result {result_id!r} among {[one['id'] for one in query.results]}")
    content = read_result(world, found[0])
    if chat.type == "channel":
        message = world.add_message(chat, None, content)
    else:
        message = acts.put(world, chat, query.user, content, writing)
    message.via_bot = world.bot
    if content.buttons:
        world.make_inline(message)
    announce(world, message)
    if world.inline_feedback:
        _tell_chosen(world, query, result_id, message)
    return message


def start_payload(world: World, url: str) -> str:
    """The payload of a link to the bot's private chat.

    Raises:
        ValueError: Another link, or a payload that no app would pass on.
    """
    parts = urlsplit(url if "://" in url else f"https://{url}")
    own = (world.bot.username or "").lower()
    if parts.hostname != "t.me" or parts.path.strip("/").lower() != own:
        raise ValueError(f"{url} does not lead to the bot")
    return checked_payload(parse_qs(parts.query).get("start", [""])[0])


def checked_payload(payload: str) -> str:
    """The payload, if Telegram passes it on.

    Raises:
        ValueError: It would not.
    """
    if not re.fullmatch(r"[A-Za-z0-9_-]{0,64}", payload):
        raise ValueError(f"not a deep link's payload: {payload!r}")
    return payload


def _tell_chosen(world: World, query: InlineQuery, result_id: str, message: Message) -> None:
    body: JSON = {"result_id": result_id, "from": user_json(query.user), "query": query.query}
    if message.inline_id is not None:
        body["inline_message_id"] = message.inline_id
    world.updates.put("chosen_inline_result", body)


def _button(message: Message, wanted: str) -> Button:
    buttons = [button for row in message.buttons for button in row]
    for button in buttons:
        if button.text == wanted:
            return button
    for button in buttons:
        if button.data == wanted:
            return button
    raise ValueError(f"no button {wanted!r} among {[button.text for button in buttons]}")
