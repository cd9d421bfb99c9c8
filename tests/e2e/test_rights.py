"""Who may do what: the table of `rights.py`, tried cell by cell against a live bot."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass

import pytest
import pytest_asyncio

from bot.botapi import BotApiServer, Chat, Message
from bot.handlers.commands import ASK, WHY
from tests.e2e.conftest import assert_discreet
from tests.e2e.papers import FEE_QUESTION, note, write_papers
from tests.e2e.processes import PATIENCE_S, BotProcess
from tests.e2e.rights import (
    CHAT_ADMIN,
    FILE,
    IN_PRIVATE,
    LINK,
    MEMBER,
    OPERATOR,
    OPERATOR_IN_GROUP,
    PRESSES,
    REFUSALS,
    RIGHTS,
    SILENCE,
    STRANGER,
    WHO,
    Did,
    Pressed,
)
from tests.e2e.room_menus import Menu
from tests.e2e.talking import Person, all_quiet, answer_to, new_person, said_after

pytestmark = pytest.mark.asyncio(loop_scope="session")

CASTS = 8
"""With so many no chat is told more in a minute than Telegram lets it be told."""

CASES = [
    pytest.param(row % CASTS, what, who, told, id=f"{what} by {who}")
    for row, (names, cells) in enumerate(RIGHTS.items())
    for what in names
    for who, told in zip(WHO, cells, strict=True)
]
PRESSED = [
    pytest.param(row % CASTS, data, who, pressed, id=f"{data} by {who}")
    for row, (data, cells) in enumerate(PRESSES.items())
    for who, pressed in zip(WHO, cells, strict=True)
]


@dataclass(frozen=True)
class Cast:
    """Somebody for each of WHO, and the group in which all but the stranger are."""

    people: Mapping[str, Person]
    group: Chat

    def place(self, who: str) -> tuple[Person, Chat]:
        """Who acts, and in which chat."""
        person = self.people[who]
        return person, person.chat if who in IN_PRIVATE else self.group


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server() -> AsyncIterator[BotApiServer]:
    """A Telegram for this module alone."""
    async with BotApiServer() as running:
        yield running


@pytest.fixture(scope="module")
def casts(server: BotApiServer) -> Sequence[Cast]:
    """Several casts; the operator is the same in private and in the group, a member like others."""
    return [_cast(server) for _ in range(CASTS)]


def _cast(server: BotApiServer) -> Cast:
    people = {who: new_person(server, who) for who in WHO[:4]}
    inside = (CHAT_ADMIN, MEMBER, OPERATOR)
    group = server.add_group("Nhóm", [people[who].user for who in inside])
    return Cast(people | {OPERATOR_IN_GROUP: people[OPERATOR]}, group)


@pytest_asyncio.fixture(scope="module", loop_scope="session", autouse=True)
async def bot(
    server: BotApiServer, casts: Sequence[Cast], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[BotProcess]:
    """A bot with operators, open to everybody."""
    operators = [cast.people[OPERATOR].user.id for cast in casts]
    bot = BotProcess(server, tmp_path_factory.mktemp("rights"), admins=operators)
    write_papers(bot.corpus)
    await bot.start()
    yield bot
    assert await bot.stop() == 0, bot.err
    assert_discreet(server, bot)


def do(server: BotApiServer, chat: Chat, person: Person, what: str) -> Message:
    """Send a command, with a question where it takes one, or a file."""
    if what == FILE:
        return server.upload(chat, person.user, "moi.txt", note("sáo diều", "gác xép").encode())
    words = f"/{what} {FEE_QUESTION}" if what in (*ASK, *WHY) else f"/{what}"
    return server.say(chat, person.user, words)


@pytest.mark.parametrize(("cast", "what", "who", "told"), CASES)
async def test_who_may_do_what(
    server: BotApiServer,
    casts: Sequence[Cast],
    cast: int,
    what: str,
    who: str,
    told: str | Did,
) -> None:
    """Everybody is told exactly what they may know, and the rest is refused in one sentence."""
    person, chat = casts[cast].place(who)
    done = do(server, chat, person, what)
    if told == SILENCE or (isinstance(told, Did) and told.may_be_silent):
        await all_quiet(server)
        beginnings = told.beginnings if isinstance(told, Did) else ()
        assert [
            one for one in said_after(server, done) if not one.text.startswith(beginnings)
        ] == []
        return
    heard = await server.wait_for_message(chat, after=done, timeout=PATIENCE_S)
    if isinstance(told, Did):
        assert heard.text.startswith(told.beginnings)
        assert not heard.text.startswith(REFUSALS)
    else:
        assert (heard.text, heard.buttons) == (told, ())


@pytest.mark.parametrize(("cast", "data", "who", "pressed"), PRESSED)
async def test_who_may_press_what(
    server: BotApiServer,
    casts: Sequence[Cast],
    cast: int,
    data: str,
    who: str,
    pressed: Pressed,
) -> None:
    """A button does what it says for those who may, wherever its data is from; else nothing."""
    person, chat = casts[cast].place(who)
    asked = server.say(chat, person.user, f"/hoi {FEE_QUESTION}")
    answer = (await answer_to(server, asked))[-1]
    before, edits = answer.text, len(answer.edits)
    menu = Menu(server, person.user, answer)
    toast = await menu.forge(data.replace(LINK, await link_to_the_answer(person)))
    assert toast in pressed.toasts
    if pressed.shows:
        await server.wait_for_edit(answer, seen=edits, timeout=PATIENCE_S)
        assert answer.text.startswith(pressed.shows)
    else:
        await all_quiet(server)
        assert (answer.text, answer.deleted) == (before, False)


async def link_to_the_answer(person: Person) -> str:
    """Return the link that a button under an answer in private has."""
    answer = (await person.answer(FEE_QUESTION))[-1]
    data = [button.data or "" for row in answer.buttons for button in row]
    return next(one.removeprefix("c:") for one in data if one.startswith("c:"))


async def test_a_file_that_was_refused_is_not_there(
    server: BotApiServer, casts: Sequence[Cast], bot: BotProcess
) -> None:
    """A file from anybody but an operator, and any in a group, is not fetched and not kept."""
    before, fetched = sorted(bot.corpus.rglob("*")), len(server.calls("getFile"))
    for who in (STRANGER, MEMBER, CHAT_ADMIN, OPERATOR_IN_GROUP):
        person, chat = casts[0].place(who)
        do(server, chat, person, FILE)
    await all_quiet(server)
    assert sorted(bot.corpus.rglob("*")) == before
    assert len(server.calls("getFile")) == fetched
