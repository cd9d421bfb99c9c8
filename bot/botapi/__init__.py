"""A strict Telegram Bot API over real HTTP, on loopback: for the tests, and for the preview.

Knows nothing of the bot, as Telegram does not. ``BotApiServer`` is the whole of it for
asynchronous code; ``BotApiThread`` runs it beside synchronous code. It refuses what Telegram
refuses, in Telegram's words, and records in ``server.violations`` what Telegram would silently
ignore. ``entities`` is the only module that knows TDLib, ``server`` the only one that serves HTTP,
``posting`` the only one that calls the bot.

The side of people: ``people`` (the server, its settings and its tricks), ``places`` (people, chats,
members), ``deeds`` (what people do), ``sights`` (looking and waiting).
"""

from bot.botapi.content import Button, Content, Entity
from bot.botapi.faults import (
    BadRequest,
    Delay,
    DropAfter,
    DropBefore,
    Fault,
    Forbidden,
    Garbage,
    LateReply,
    RetryAfter,
    ServerError,
)
from bot.botapi.people import BOT_USERNAME, TOKEN, BotApiServer
from bot.botapi.queries import CallbackQuery, GuestQuery, InlineQuery, WebhookPost
from bot.botapi.server import Call
from bot.botapi.state import Action, Chat, Draft, Message, Topic, User
from bot.botapi.threads import BotApiThread
from bot.botapi.updates import Update

__all__ = [
    "BOT_USERNAME",
    "TOKEN",
    "Action",
    "BadRequest",
    "BotApiServer",
    "BotApiThread",
    "Button",
    "Call",
    "CallbackQuery",
    "Chat",
    "Content",
    "Delay",
    "Draft",
    "DropAfter",
    "DropBefore",
    "Entity",
    "Fault",
    "Forbidden",
    "Garbage",
    "GuestQuery",
    "InlineQuery",
    "LateReply",
    "Message",
    "RetryAfter",
    "ServerError",
    "Topic",
    "Update",
    "User",
    "WebhookPost",
]
