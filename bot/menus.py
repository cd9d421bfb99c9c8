"""What Telegram shows of the bot by itself: its commands, by place and language, and what it is."""

import logging
from collections.abc import Awaitable, Callable, Sequence

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeDefault,
)
from telegram.error import TelegramError

from bot.handlers.commands import (
    ASK,
    DOCUMENTS,
    FORGET,
    HELP,
    INVITE,
    PRIVACY,
    REINDEX,
    SETTINGS,
    SOURCES,
    STATISTICS,
    WHY,
)
from bot.settings import Language, Settings
from bot.texts.menus import MenuTexts, menus_texts

_log = logging.getLogger(__name__)

Names = tuple[str, str]
_CODES: dict[Language, str] = {"vi": "vi", "en": ""}
"""What Telegram calls a language; "" is for all others."""
_NAMED: dict[Names, str] = {
    ASK: "ask",
    SOURCES: "sources",
    SETTINGS: "settings",
    PRIVACY: "privacy",
    FORGET: "forget",
    HELP: "help",
    DOCUMENTS: "documents",
    REINDEX: "reindex",
    STATISTICS: "statistics",
    WHY: "why",
    INVITE: "invite",
}
"""Command → the field of `MenuTexts` that describes it."""
_IN_PRIVATE = (ASK, SOURCES, SETTINGS, PRIVACY, FORGET, HELP)
_IN_GROUPS = (ASK, SOURCES, HELP)
_FOR_ADMINISTRATORS = (ASK, SOURCES, SETTINGS, HELP)
_OF_OPERATORS = (DOCUMENTS, REINDEX, STATISTICS, WHY)


async def set_menus(bot: Bot, settings: Settings) -> None:
    """Tell Telegram the commands and what the bot is; what it refuses is logged."""
    for scope, commands in _menus(settings):
        for language, code in _CODES.items():
            menu = _menu(commands, language)
            await _try("commands", bot.set_my_commands, menu, scope=scope, language_code=code)
    for language, code in _CODES.items():
        say = menus_texts(language)
        await _try("description", bot.set_my_description, say.description, code)
        await _try("short", bot.set_my_short_description, say.short_description, code)


def _menus(settings: Settings) -> list[tuple[BotCommandScope, Sequence[Names]]]:
    of_operators = (*_OF_OPERATORS, INVITE) if settings.closed else _OF_OPERATORS
    own = [
        # One who has never started the bot has no chat with it, which Telegram refuses.
        (BotCommandScopeChat(operator), (*_IN_PRIVATE, *of_operators))
        for operator in sorted(settings.admins)
    ]
    return [
        (BotCommandScopeDefault(), _IN_PRIVATE),
        (BotCommandScopeAllPrivateChats(), _IN_PRIVATE),
        (BotCommandScopeAllGroupChats(), _IN_GROUPS),
        (BotCommandScopeAllChatAdministrators(), _FOR_ADMINISTRATORS),
        *own,
    ]


def _menu(commands: Sequence[Names], language: Language) -> list[BotCommand]:
    say: MenuTexts = menus_texts(language)
    return [
        BotCommand(vietnamese if language == "vi" else english, getattr(say, _NAMED[names]))
        for names in commands
        for vietnamese, english in [names]
    ]


async def _try(
    what: str, act: Callable[..., Awaitable[bool]], *values: object, **named: object
) -> None:
    try:
        await act(*values, **named)
    except TelegramError as error:
        _log.warning("menu.refused what=%s error=%s", what, type(error).__name__)
