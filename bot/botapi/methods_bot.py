"""The methods about the bot itself, its files and polling for updates."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

from bot.botapi.content import JSON
from bot.botapi.errors import ApiError, bad_request
from bot.botapi.methods_webhook import allow_kinds
from bot.botapi.parameters import Params
from bot.botapi.wire import file_json, user_json
from bot.botapi.world import World

MAX_DOWNLOAD = 20 * 1024 * 1024
MAX_POLL_SECONDS = 50
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
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
        "can_manage_bots": False,
        "supports_guest_queries": world.guest_mode,
    }


def get_updates(world: World, params: Params) -> Awaitable[list[JSON]]:
    """``getUpdates``; the wanted kinds are remembered until they are given anew."""
    if world.webhook.url:
        raise ApiError(
            409,
            "Conflict: can't use getUpdates method while webhook is active; "
            "use deleteWebhook to delete the webhook first",
        )
    allow_kinds(world, params)
    limit = min(max(params.integer("limit", 100), 1), 100)
    seconds = min(max(params.integer("timeout"), 0), MAX_POLL_SECONDS)
    return world.updates.poll(params.integer("offset"), limit, seconds)


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
