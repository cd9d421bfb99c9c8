"""A strict Telegram Bot API for tests, over real HTTP.

``BotApiServer`` is the whole of it for an asynchronous test; ``BotApiThread`` runs it beside a
synchronous one. It refuses what Telegram refuses, in Telegram's words, and records in
``server.violations`` what Telegram would silently ignore. ``entities`` is the only module that
knows TDLib, ``server`` the only one that serves HTTP.
"""

from tests.botapi.faults import (
    BadRequest,
    Delay,
    DropAfter,
    DropBefore,
    Fault,
    Forbidden,
    Garbage,
    RetryAfter,
    ServerError,
)
from tests.botapi.people import BOT_USERNAME, TOKEN, BotApiServer
from tests.botapi.queries import CallbackQuery, InlineQuery
from tests.botapi.server import Call
from tests.botapi.state import Button, Chat, Content, Entity, Message, Topic, User
from tests.botapi.threads import BotApiThread

__all__ = [
    "BOT_USERNAME",
    "TOKEN",
    "BadRequest",
    "BotApiServer",
    "BotApiThread",
    "Button",
    "Call",
    "CallbackQuery",
    "Chat",
    "Content",
    "Delay",
    "DropAfter",
    "DropBefore",
    "Entity",
    "Fault",
    "Forbidden",
    "Garbage",
    "InlineQuery",
    "Message",
    "RetryAfter",
    "ServerError",
    "Topic",
    "User",
]
