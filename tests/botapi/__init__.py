"""A strict Telegram Bot API for tests, over real HTTP.

``BotApiServer`` is the whole of it for an asynchronous test; ``BotApiThread`` runs it beside a
synchronous one. It refuses what Telegram refuses, in Telegram's words, and records in
``server.violations`` what Telegram would silently ignore. ``entities`` is the only module that
knows TDLib, ``server`` the only one that serves HTTP, ``posting`` the only one that calls the bot.

The test side: ``people`` (the server, its settings and its tricks), ``places`` (people, chats,
members), ``deeds`` (what people do), ``sights`` (looking and waiting).
"""

from tests.botapi.content import Button, Content, Entity
from tests.botapi.faults import (
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
from tests.botapi.people import BOT_USERNAME, TOKEN, BotApiServer
from tests.botapi.queries import CallbackQuery, GuestQuery, InlineQuery, WebhookPost
from tests.botapi.server import Call
from tests.botapi.state import Action, Chat, Draft, Message, Topic, User
from tests.botapi.threads import BotApiThread
from tests.botapi.updates import Update

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
