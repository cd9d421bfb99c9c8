"""Who may do what at a closed bot: every command and button by somebody who was not invited."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.botapi import BotApiServer
from bot.handlers.commands import ASK, WHY
from tests.e2e.conftest import assert_discreet
from tests.e2e.papers import FEE_QUESTION, note, write_papers
from tests.e2e.processes import PATIENCE_S, BotProcess
from tests.e2e.rights import (
    CLOSED,
    FILE,
    PRESSED_BY_STRANGERS,
    PRESSES,
    STRANGERS_AT_A_CLOSED_BOT,
    Did,
    Pressed,
)
from tests.e2e.room_menus import Menu
from tests.e2e.talking import Person, new_person

pytestmark = pytest.mark.asyncio(loop_scope="session")

TOLD = [
    pytest.param(what, told, id=what)
    for names, told in STRANGERS_AT_A_CLOSED_BOT.items()
    for what in names
]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server() -> AsyncIterator[BotApiServer]:
    """A Telegram for this module alone."""
    async with BotApiServer() as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="session", autouse=True)
async def bot(
    server: BotApiServer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[BotProcess]:
    """A bot that nobody has been invited to."""
    closed = {"HOIDAP_ACCESS": "closed"}
    bot = BotProcess(server, tmp_path_factory.mktemp("rights"), admins=[1], environment=closed)
    write_papers(bot.corpus)
    await bot.start()
    yield bot
    assert await bot.stop() == 0, bot.err
    assert_discreet(server, bot)


@pytest.fixture
def stranger(server: BotApiServer) -> Person:
    """Somebody new."""
    return new_person(server, "Người lạ")


@pytest.mark.parametrize(("what", "told"), TOLD)
async def test_what_a_stranger_may_do(
    server: BotApiServer, stranger: Person, what: str, told: str | Did
) -> None:
    """Who was not invited learns nothing of the documents, but may ask what is kept of them."""
    if what == FILE:
        done = server.upload(stranger.chat, stranger.user, "a.txt", note("a", "b").encode())
    else:
        done = stranger.say(f"/{what} {FEE_QUESTION}" if what in (*ASK, *WHY) else f"/{what}")
    heard = await stranger.hear(done)
    if isinstance(told, Did):
        assert heard.text.startswith(told.beginnings)
    else:
        assert heard.text == told
    assert "6 tài liệu" not in heard.text


@pytest.mark.parametrize("data", PRESSES)
async def test_what_a_stranger_may_press(server: BotApiServer, stranger: Person, data: str) -> None:
    """Who was let out again can press no button from before, but for what deletes their data."""
    pressed = PRESSED_BY_STRANGERS.get(data, Pressed((CLOSED,)))
    standing = await stranger.hear(stranger.say("/trogiup"))
    before, edits = standing.text, len(standing.edits)
    assert await Menu(server, stranger.user, standing).forge(data) in pressed.toasts
    if pressed.shows:
        await server.wait_for_edit(standing, seen=edits, timeout=PATIENCE_S)
        assert standing.text.startswith(pressed.shows)
    else:
        assert await new_person(server, "Người canh").told("/hoi gì?") == CLOSED
        assert (standing.text, standing.deleted) == (before, False)
