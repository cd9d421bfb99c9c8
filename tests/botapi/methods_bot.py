"""The methods about the bot itself, files, updates and webhooks."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable
from typing import Any
from urllib.parse import urlsplit

from tests.botapi.errors import ApiError, bad_request
from tests.botapi.parameters import Params
from tests.botapi.queries import Webhook
from tests.botapi.state import JSON
from tests.botapi.updates import KINDS
from tests.botapi.wire import file_json, user_json
from tests.botapi.world import World

MAX_DOWNLOAD = 20 * 1024 * 1024
MAX_POLL_SECONDS = 50
_SCOPES = frozenset(
    [
        "default",
        "all_private_chats",
        "all_group_chats",
        "all_chat_administrators",
        "chat",
        "chat_administrators",
        "chat_member",
    ]
)
# The documented lengths of what is set about the bot; the refusals' wording is assumed.
_PROFILE = {"name": 64, "description": 512, "short_description": 120}


def get_me(world: World, params: Params) -> JSON:
    """``getMe``."""
    name = world.profile.get(("name", ""), world.bot.first_name)
    return user_json(world.bot) | {
        "first_name": name,
        "can_join_groups": True,
        "can_read_all_group_messages": world.sees_all_groups,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def get_updates(world: World, params: Params) -> Awaitable[list[JSON]]:
    """``getUpdates``; the wanted kinds are remembered until they are given anew."""
    if world.webhook.url:
        raise ApiError(
            409,
            "Conflict: can't use getUpdates method while webhook is active; "
            "use deleteWebhook to delete the webhook first",
        )
    _allow(world, params)
    limit = min(max(params.integer("limit", 100), 1), 100)
    seconds = min(max(params.integer("timeout"), 0), MAX_POLL_SECONDS)
    return world.updates.poll(params.integer("offset"), limit, seconds)


def set_webhook(world: World, params: Params) -> bool:
    """``setWebhook``: stored only; ``BotApiServer.deliver_webhooks`` posts.

    Plain http is taken, as the self-hosted server takes it.
    """
    url, secret = params.text("url"), params.text("secret_token")
    if url and urlsplit(url).scheme not in ("http", "https"):
        raise bad_request("invalid webhook URL specified")
    if len(secret) > 256:
        raise bad_request("secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise bad_request("secret token contains unallowed characters")
    if params.flag("drop_pending_updates"):
        world.updates.pending.clear()
    _allow(world, params)
    if url:
        world.updates.interrupt("Conflict: terminated by setWebhook request")
    connections = min(max(params.integer("max_connections", 40), 1), 100)
    world.webhook = Webhook(url, secret, connections, params.text("ip_address"))
    return True


def delete_webhook(world: World, params: Params) -> bool:
    """``deleteWebhook``."""
    if params.flag("drop_pending_updates"):
        world.updates.pending.clear()
    world.webhook = Webhook()
    return True


def get_webhook_info(world: World, params: Params) -> JSON:
    """``getWebhookInfo``."""
    info: JSON = {
        "url": world.webhook.url,
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates.pending),
        "allowed_updates": sorted(world.updates.allowed),
    }
    if world.webhook.url:
        info["max_connections"] = world.webhook.max_connections
        info["ip_address"] = world.webhook.ip_address or "<unknown>"
    return info


def set_my_commands(world: World, params: Params) -> bool:
    """``setMyCommands``, kept by scope and language."""
    raw = params.json("commands", "commands") or []
    if not isinstance(raw, list):
        raise bad_request("Expected an Array of BotCommand")
    if len(raw) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    commands = [_command(one) for one in raw]
    world.commands[_scope(params), params.text("language_code")] = commands
    world.signal.notify()
    return True


def get_my_commands(world: World, params: Params) -> list[JSON]:
    """``getMyCommands``: exactly what was set for this scope and language."""
    return world.commands.get((_scope(params), params.text("language_code")), [])


def delete_my_commands(world: World, params: Params) -> bool:
    """``deleteMyCommands``."""
    world.commands.pop((_scope(params), params.text("language_code")), None)
    return True


def set_profile(field: str) -> Any:
    """The handler of ``setMyName``, ``setMyDescription`` or ``setMyShortDescription``."""

    def handler(world: World, params: Params) -> bool:
        value = params.text(field)
        if len(value) > _PROFILE[field]:
            raise bad_request(f"bot {field.replace('_', ' ')} is too long")
        world.profile[field, params.text("language_code")] = value
        world.signal.notify()
        return True

    return handler


def get_profile(field: str) -> Any:
    """The handler of the matching getter: the language's own text, else the common one."""

    def handler(world: World, params: Params) -> JSON:
        fallback = world.bot.first_name if field == "name" else ""
        common = world.profile.get((field, ""), fallback)
        return {field: world.profile.get((field, params.text("language_code"))) or common}

    return handler


def get_file(world: World, params: Params) -> JSON:
    """``getFile``; up to 20 MB."""
    file_id = params.text("file_id")
    if not file_id:
        raise bad_request("file_id not specified")
    file = world.files.get(file_id)
    if file is None:
        raise bad_request("invalid file_id")
    if len(file.data) > MAX_DOWNLOAD:
        raise bad_request("file is too big")
    return file_json(file, with_path=True)


def _allow(world: World, params: Params) -> None:
    if "allowed_updates" not in params.values:
        return
    try:
        kinds = json.loads(params.text("allowed_updates"))
    except ValueError:
        kinds = None
    if not isinstance(kinds, list):
        world.violation("allowed_updates is not a JSON list")
        return
    for kind in kinds:
        if kind not in KINDS:
            world.violation(f"unknown kind of update {kind!r}")
    world.updates.allow([str(kind) for kind in kinds])


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


def _scope(params: Params) -> str:
    scope = params.json("scope", "BotCommandScope") or {"type": "default"}
    if not isinstance(scope, dict) or scope.get("type") not in _SCOPES:
        raise bad_request("Can't parse BotCommandScope: Unsupported type specified")
    return json.dumps(scope, sort_keys=True)
