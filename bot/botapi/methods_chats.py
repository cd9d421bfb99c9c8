"""The methods about chats and their members."""

from __future__ import annotations

from bot.botapi import access
from bot.botapi.content import JSON
from bot.botapi.errors import bad_request
from bot.botapi.membership import set_member
from bot.botapi.parameters import Params
from bot.botapi.state import Chat, Member
from bot.botapi.wire import chat_json, member_json
from bot.botapi.world import World


def get_chat(world: World, params: Params) -> JSON:
    """``getChat``: ``ChatFullInfo`` with the fields that are always there."""
    chat = access.chat_of(world, params, "read")
    gifts = "unlimited_gifts limited_gifts unique_gifts premium_subscription gifts_from_channels"
    full: JSON = chat_json(chat) | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts.split(), False),
    }
    if chat.linked is not None:
        full["linked_chat_id"] = chat.linked.id
    if chat.protected:
        full["has_protected_content"] = True
    if chat.reactions is not None:
        full["available_reactions"] = [
            {"type": "emoji", "emoji": emoji} for emoji in sorted(chat.reactions)
        ]
    return full


def get_chat_member(world: World, params: Params) -> JSON:
    """``getChatMember``: a known stranger has left, an unknown one is not found."""
    user_id = params.integer("user_id")
    if user_id <= 0:
        raise bad_request("Invalid user_id specified")
    chat = access.chat_of(world, params, "members")
    _check_list(world, chat)
    user = world.users.get(user_id)
    if user is None:
        raise bad_request("user not found")
    if chat.user is user:
        return {"user": member_json(chat.member(user), chat)["user"], "status": "member"}
    return member_json(chat.member(user), chat)


def get_chat_administrators(world: World, params: Params) -> list[JSON]:
    """``getChatAdministrators``: without other bots, unless ``return_bots``."""
    chat = access.chat_of(world, params, "members")
    if chat.user is not None:
        raise bad_request("There are no administrators in the private chat")
    _check_list(world, chat)
    return [
        member_json(member, chat)
        for member in chat.members.values()
        if member.is_admin
        and (member.user is world.bot or not member.user.is_bot or params.flag("return_bots"))
    ]


def leave_chat(world: World, params: Params) -> bool:
    """``leaveChat``."""
    chat = access.chat_of(world, params, "read")
    if chat.user is not None:
        raise bad_request("Chat member status can't be changed in private chats")
    set_member(world, chat, Member(world.bot, "left"), world.bot)
    return True


def _check_list(world: World, chat: Chat) -> None:
    if chat.type == "channel" and not world.bot_member(chat).is_admin:
        raise bad_request("Member list is inaccessible")
