"""Menus of commands: how they are set and who sees which."""

from __future__ import annotations

import pytest
from telegram import (
    Bot,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeChatAdministrators,
    BotCommandScopeChatMember,
    BotCommandScopeDefault,
)
from telegram.error import BadRequest

from bot.botapi import BotApiServer, Chat, User

pytestmark = pytest.mark.asyncio


async def test_who_sees_which_menu(bot: Bot, server: BotApiServer, chat: Chat, alice: User) -> None:
    """The closest scope wins, and within it the person's language before the common one."""
    bob = server.add_user("Bob", language_code="en-GB")
    group = server.add_group("Nhóm", [alice, bob])
    ladder: list[tuple[BotCommandScope, Chat, User]] = [
        (BotCommandScopeDefault(), group, bob),
        (BotCommandScopeAllGroupChats(), group, bob),
        (BotCommandScopeAllChatAdministrators(), group, alice),
        (BotCommandScopeChat(group.id), group, bob),
        (BotCommandScopeChatAdministrators(group.id), group, alice),
        (BotCommandScopeChatMember(group.id, bob.id), group, bob),
        (BotCommandScopeAllPrivateChats(), chat, alice),
        (BotCommandScopeChat(chat.id), chat, alice),
    ]
    assert server.menu(bob, group) == {}
    for step, (scope, place, user) in enumerate(ladder):
        await bot.set_my_commands([(f"c{step}", "chung")], scope=scope)
        assert server.menu(user, place) == {f"c{step}": "chung"}
        code = (user.language_code or "")[:2]
        await bot.set_my_commands([(f"l{step}", "riêng")], scope=scope, language_code=code)
        assert server.menu(user, place) == {f"l{step}": "riêng"}
    await bot.delete_my_commands(scope=BotCommandScopeChat(chat.id), language_code="vi")
    assert server.menu(alice, chat) == {"c7": "chung"}
    [command] = await bot.get_my_commands(scope=BotCommandScopeChat(str(group.id)))
    assert command.command == "c3"


@pytest.mark.parametrize(
    ("commands", "refusal"),
    [
        ([("Hỏi", "hỏi")], "BOT_COMMAND_INVALID"),
        ([("x" * 33, "hỏi")], "BOT_COMMAND_INVALID"),
        ([("hoi", "x" * 257)], "BOT_COMMAND_DESCRIPTION_INVALID"),
        ([(f"c{n}", "x") for n in range(101)], "BOT_COMMANDS_TOO_MUCH"),
    ],
)
async def test_bad_commands(bot: Bot, commands: list[tuple[str, str]], refusal: str) -> None:
    """Names, descriptions and numbers over Telegram's limits are refused."""
    with pytest.raises(BadRequest, match=f"(?i)^{refusal}$"):
        await bot.set_my_commands(commands)


async def test_bad_scopes(bot: Bot, server: BotApiServer, chat: Chat, alice: User) -> None:
    """A scope must name a chat and person that there are, in the right kind of chat."""
    group = server.add_group("Nhóm", [alice])
    channel = server.add_channel("Kênh", [alice])
    scopes: list[tuple[BotCommandScope, str]] = [
        (BotCommandScopeChat(-100), "chat not found"),
        (BotCommandScopeChatAdministrators(chat.id), "can't use specified scope in private chats"),
        (BotCommandScopeChat(channel.id), "can't change commands in channel chats"),
        (BotCommandScopeChatMember(group.id, 42), "user not found"),
    ]
    for scope, refusal in scopes:
        with pytest.raises(BadRequest, match=f"(?i)^{refusal}$"):
            await bot.set_my_commands([("hoi", "hỏi")], scope=scope)
    with pytest.raises(BadRequest, match=r"(?i)^invalid language code specified$"):
        await bot.set_my_commands([("hoi", "hỏi")], language_code="vie")
