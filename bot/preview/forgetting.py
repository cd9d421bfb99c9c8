"""Keeps a Telegram that runs for days from growing without end.

For tests it remembers everything; here what is old and shown nowhere any more is let go.
"""

from collections.abc import MutableMapping
from typing import Any

from bot.botapi import BotApiServer

MOST_MESSAGES = 500
"""In one chat; the page shows no more."""
_MOST_KEPT = 1_000
_MOST_FILES = 50


def forget(server: BotApiServer, most_kept: int = _MOST_KEPT) -> None:
    """Let go of what is older than the newest of each kind."""
    world = server.world
    for records in (server.requests, server.updates, server.violations, server.webhook_posts):
        del records[:-most_kept]
    for chat in world.chats.values():
        del chat.actions[:-most_kept]
        del chat.drafts[:-most_kept]
        _shorten(chat.messages, MOST_MESSAGES)
    for queries in (world.callbacks, world.inline_queries, world.guest_queries):
        _shorten(queries, most_kept)
    _shorten(world.inline_cache, most_kept)
    _shorten(world.inline_messages, most_kept)
    _shorten(world.files, _MOST_FILES)


def _shorten(mapping: MutableMapping[Any, Any], most: int) -> None:
    for key in list(mapping)[: max(0, len(mapping) - most)]:
        del mapping[key]
