"""One Telegram and one live bot for most modules; a module that breaks things has its own."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from bot.botapi import BotApiServer
from tests.e2e.papers import write_papers
from tests.e2e.processes import BotProcess
from tests.e2e.talking import Person, new_person


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def server() -> AsyncIterator[BotApiServer]:
    """The Telegram that the shared bot is connected to."""
    async with BotApiServer() as running:
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def live(
    server: BotApiServer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[BotProcess]:
    """The shared bot; when all is done it has stopped cleanly and told no secrets."""
    bot = BotProcess(server, tmp_path_factory.mktemp("live"))
    write_papers(bot.corpus)
    await bot.start()
    yield bot
    assert await bot.stop() == 0, bot.err
    assert_discreet(server, bot)


def assert_discreet(server: BotApiServer, bot: BotProcess) -> None:
    """Nothing that the process printed has the token or what people wrote in it."""
    printed = bot.err + bot.out
    assert server.token not in printed
    assert server.token.split(":")[1] not in printed
    for chat in server.world.chats.values():
        for message in chat.messages.values():
            # A single word may be a name that the bot prints of itself.
            if message.sender is not server.bot and " " in message.text:
                assert message.text not in printed


@pytest.fixture(scope="module", autouse=True)
def no_violations(server: BotApiServer) -> Iterator[None]:
    """At the end of every module Telegram has had nothing to overlook."""
    yield
    assert server.violations == []


@pytest.fixture
def lan(live: BotProcess, server: BotApiServer) -> Person:
    """Somebody new, whose Telegram is in Vietnamese."""
    assert live.running, live.err
    return new_person(server)
