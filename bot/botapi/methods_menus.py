"""The bot's menus of commands: set by scope and language, and what a person sees of them.

Sources: documentation of BotCommandScope, "Determining list of commands"; refusals from TDLib's
BotCommandScope.cpp and ``BotCommand``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from bot.botapi import access
from bot.botapi.content import JSON
from bot.botapi.errors import bad_request
from bot.botapi.parameters import Params
from bot.botapi.state import Chat, User
from bot.botapi.world import Scope, World

_GENERAL = frozenset(["default", "all_private_chats", "all_group_chats", "all_chat_administrators"])
_OF_A_CHAT = frozenset(["chat", "chat_administrators", "chat_member"])
_MAX_COMMANDS = 100


def set_my_commands(world: World, params: Params) -> bool:
    """``setMyCommands``, kept by scope and language."""
    raw = params.json("commands", "commands") or []
    if not isinstance(raw, list):
        raise bad_request("Expected an Array of BotCommand")
    commands = [_command(one) for one in raw]
    key = _key(world, params)
    if len(raw) > _MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    world.commands[key] = commands
    world.signal.notify()
    return True


def get_my_commands(world: World, params: Params) -> list[JSON]:
    """``getMyCommands``: exactly what was set for this scope and language."""
    return world.commands.get(_key(world, params), [])


def delete_my_commands(world: World, params: Params) -> bool:
    """``deleteMyCommands``."""
    world.commands.pop(_key(world, params), None)
    world.signal.notify()
    return True


def menu_of(world: World, user: User, chat: Chat) -> dict[str, str]:
    """The commands, with their descriptions, that a user's app shows in a chat."""
    language = (user.language_code or "").partition("-")[0]
    for scope in _scopes_seen(user, chat):
        for code in dict.fromkeys((language, "")):
            commands = world.commands.get((scope, code))
            if commands:
                return {one["command"]: one["description"] for one in commands}
    return {}


def _scopes_seen(user: User, chat: Chat) -> Iterator[Scope]:
    """The scopes that reach a user, the closest first."""
    if chat.user is not None:
        yield "chat", chat.id, 0
        yield "all_private_chats", 0, 0
    else:
        admin = chat.member(user).is_admin
        yield "chat_member", chat.id, user.id
        if admin:
            yield "chat_administrators", chat.id, 0
        yield "chat", chat.id, 0
        if admin:
            yield "all_chat_administrators", 0, 0
        yield "all_group_chats", 0, 0
    yield "default", 0, 0


def _command(raw: Any) -> JSON:
    prefix = "Can't parse BotCommand: "
    if not isinstance(raw, dict):
        raise bad_request(f"{prefix}expected an Object")
    for name in ("command", "description"):
        if name not in raw:
            raise bad_request(f'{prefix}Can\'t find field "{name}"')
    if not re.fullmatch(r"/?[a-z0-9_]{1,32}", str(raw["command"])):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(str(raw["description"])) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    command = str(raw["command"]).removeprefix("/")
    return {"command": command, "description": raw["description"]}


def _key(world: World, params: Params) -> tuple[Scope, str]:
    language = params.text("language_code")
    scope = _scope(world, params)
    if not re.fullmatch(r"([a-z]{2})?", language):
        raise bad_request("Invalid language code specified")
    return scope, language


def _scope(world: World, params: Params) -> Scope:
    prefix = "Can't parse BotCommandScope: "
    raw = params.json("scope", "BotCommandScope") or {"type": "default"}
    if not isinstance(raw, dict):
        raise bad_request(f"{prefix}BotCommandScope must be an Object")
    kind = raw.get("type")
    if kind in _GENERAL:
        return str(kind), 0, 0
    if kind not in _OF_A_CHAT:
        raise bad_request(f"{prefix}Unsupported type specified")
    chat = _chat(world, raw, str(kind))
    if kind != "chat_member":
        return str(kind), chat.id, 0
    user_id = int(raw.get("user_id") or 0)
    if user_id <= 0:
        raise bad_request("Invalid user_id specified")
    if user_id not in world.users:
        raise bad_request("user not found")
    return kind, chat.id, user_id


def _chat(world: World, raw: JSON, kind: str) -> Chat:
    named = Params({"chat_id": str(raw.get("chat_id") or "")})
    chat = access.chat_of(world, named, "read")
    if chat.user is not None and kind != "chat":
        raise bad_request("Can't use specified scope in private chats")
    if chat.type == "channel":
        raise bad_request("Can't change commands in channel chats")
    return chat
