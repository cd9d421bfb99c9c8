"""What people do: writing, editing, pressing, typing an inline query, reacting.

Plain functions over the world; ``people.BotApiServer`` offers them to tests. A thing a person
could not do in a Telegram app (writing where they are not a member, pressing a button that is not
there) raises ``ValueError``: it is a mistake in the test, not in the bot.
"""

from __future__ import annotations

import time

from tests.botapi import entities
from tests.botapi.delivery import announce, announce_reaction
from tests.botapi.methods_queries import cached_answer
from tests.botapi.queries import CallbackQuery, InlineQuery
from tests.botapi.state import Button, Chat, Content, File, Member, Message, Quote, Topic, User
from tests.botapi.wire import callback_json, inline_json
from tests.botapi.world import World

MAX_TEXT = 4096
MAX_INLINE_QUERY = 256


def written(text: str) -> Content:
    """A person's text as Telegram stores it: trimmed, with the entities it finds itself."""
    shown = entities.fix(entities.Formatted(text), allow_empty=True)
    if entities.utf16_length(shown.text) > MAX_TEXT:
        raise ValueError("an app would split this text; send at most 4096 UTF-16 units")
    return Content(shown.text, shown.entities, text, at=time.monotonic())


def say(
    world: World,
    chat: Chat,
    user: User,
    text: str,
    *,
    reply_to: Message | None,
    topic: Topic | None,
    quote: str | None,
    file: File | None = None,
) -> Message:
    """A person's message; the first one in a private chat starts the bot."""
    _check_may_write(world, chat, user)
    if chat.user is not None and world.bot_member(chat).status == "left":
        chat.members[world.bot.id] = Member(world.bot, "member")
    if topic is None and reply_to is not None:
        topic = reply_to.topic
    message = world.add_message(
        chat,
        user,
        written(text),
        topic=topic,
        reply_to=reply_to,
        quote=_quote(reply_to, quote),
        document=file,
    )
    announce(world, message)
    return message


def post(world: World, channel: Chat, text: str) -> Message:
    """A channel post, signed by nobody."""
    if channel.type != "channel":
        raise ValueError(f"{channel.title} is not a channel")
    message = world.add_message(channel, None, written(text))
    announce(world, message)
    return message


def edit(world: World, message: Message, text: str) -> None:
    """The author edits a message."""
    if message.sender is world.bot or message.service:
        raise ValueError("people edit their own messages only")
    world.edit_message(message, written(text), message.sender)
    announce(world, message, edited=True)


def press(world: World, user: User, message: Message, wanted: str) -> CallbackQuery:
    """Presses the callback button with this text, else with this data."""
    button = _button(message, wanted)
    if button.data is None:
        raise ValueError(f"{button.text!r} is not a callback button: {button.raw}")
    query = CallbackQuery(f"{world.number()}7", user, message, button.data)
    world.callbacks[query.id] = query
    world.updates.put("callback_query", callback_json(query))
    return query


def inline_query(world: World, user: User, text: str, offset: str) -> InlineQuery:
    """Types ``@bot text`` anywhere; answered at once if Telegram has a fresh answer."""
    if len(text) > MAX_INLINE_QUERY:
        raise ValueError("apps cut inline queries at 256 characters")
    query = InlineQuery(f"{world.number()}3", user, text, offset)
    world.inline_queries[query.id] = query
    cached = cached_answer(world, query)
    if cached is not None:
        query.answer, query.results = cached, cached["results"]
        query.answered = query.from_cache = True
    else:
        world.updates.put("inline_query", inline_json(query))
    return query


def react(world: World, user: User, message: Message, emoji: str | None) -> None:
    """Sets or takes back a person's reaction."""
    old = message.reactions.get(user.id, ())
    message.reactions[user.id] = (emoji,) if emoji else ()
    announce_reaction(world, message, user, old)
    world.signal.notify()


def _check_may_write(world: World, chat: Chat, user: User) -> None:
    if chat.type == "channel":
        raise ValueError("in a channel there are posts: use post()")
    if chat.migrated_to is not None:
        raise ValueError("the group has become a supergroup")
    if chat.user is not None:
        if chat.user is not user:
            raise ValueError(f"this is not {user.first_name}'s private chat")
        if world.bot_member(chat).status == "kicked":
            raise ValueError(f"{user.first_name} has blocked the bot: unblock() first")
    elif not chat.member(user).is_in:
        raise ValueError(f"{user.first_name} is not a member of {chat.title}")


def _quote(replied: Message | None, part: str | None) -> Quote | None:
    if part is None:
        return None
    if replied is None or part not in replied.text:
        raise ValueError(f"{part!r} is not in the replied message")
    before = replied.text[: replied.text.index(part)]
    return Quote(part, (), entities.utf16_length(before))


def _button(message: Message, wanted: str) -> Button:
    buttons = [button for row in message.buttons for button in row]
    for button in buttons:
        if button.text == wanted:
            return button
    for button in buttons:
        if button.data == wanted:
            return button
    raise ValueError(f"no button {wanted!r} among {[button.text for button in buttons]}")
