"""A real python-telegram-bot ``Bot`` for the server: what proves that the wire is Telegram's."""

from __future__ import annotations

from telegram import Bot
from telegram.request import HTTPXRequest

from bot.botapi.people import BotApiServer


def bot_for(server: BotApiServer, *, token: str | None = None, read_timeout: float = 5.0) -> Bot:
    """A bot not yet initialised; use ``async with``."""
    return Bot(
        token or server.token,
        base_url=f"{server.base_url}/bot",
        base_file_url=f"{server.base_url}/file/bot",
        request=HTTPXRequest(connection_pool_size=8, read_timeout=read_timeout),
        get_updates_request=HTTPXRequest(read_timeout=read_timeout),
    )
