"""A Bot API server, a real PTB bot on it, and a person, for each test."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from telegram import Bot, Update

from bot.botapi import BotApiServer, Chat, User
from bot.botapi.client import bot_for


@pytest_asyncio.fixture
async def server() -> AsyncIterator[BotApiServer]:
    async with BotApiServer() as running:
        yield running
        assert running.violations == []


@pytest_asyncio.fixture
async def bot(server: BotApiServer) -> AsyncIterator[Bot]:
    async with bot_for(server) as running:
        yield running


@pytest.fixture
def alice(server: BotApiServer) -> User:
    return server.add_user("Alice")


@pytest.fixture
def chat(server: BotApiServer, alice: User) -> Chat:
    return server.private_chat(alice)


async def pending(bot: Bot) -> list[Update]:
    """What is waiting, confirmed at once."""
    updates = await bot.get_updates(allowed_updates=Update.ALL_TYPES)
    if updates:
        await bot.get_updates(offset=updates[-1].update_id + 1)
    return list(updates)
