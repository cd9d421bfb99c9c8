"""Who may do what: every command that is not for everybody, by everybody, wherever they are.

A new command of operators or administrators is one more row of RIGHTS.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

import pytest
import pytest_asyncio

from bot.handlers.commands import DOCUMENTS, INVITE, REINDEX, SETTINGS, STATISTICS, WHY
from tests.botapi import BotApiServer, Chat, Message
from tests.e2e.conftest import assert_discreet
from tests.e2e.papers import FEE_QUESTION, note, write_papers
from tests.e2e.processes import PATIENCE_S, BotProcess
from tests.e2e.talking import Person, all_quiet, new_person, said_after

pytestmark = pytest.mark.asyncio(loop_scope="session")

STRANGER, MEMBER, CHAT_ADMIN = "stranger in private", "group member", "chat admin"
OPERATOR, OPERATOR_IN_GROUP = "operator in private", "operator in group"
WHO = (STRANGER, MEMBER, CHAT_ADMIN, OPERATOR, OPERATOR_IN_GROUP)

OPERATORS_ONLY = "Chỉ quản trị viên của bot mới dùng được lệnh này."
FILES_BY_OPERATORS_ONLY = "Chỉ quản trị viên của bot mới gửi thêm tài liệu được."
CHAT_ADMINS_ONLY = "Chỉ quản trị viên của nhóm đổi được cài đặt ở đây."
PRIVATELY = "Lệnh này tôi chỉ trả lời riêng. Mời bạn nhắn riêng cho tôi."
REFUSALS = (OPERATORS_ONLY, FILES_BY_OPERATORS_ONLY, CHAT_ADMINS_ONLY, PRIVATELY)
SILENCE = ""

FILE = "a file"


@dataclass(frozen=True)
class Did:
    """The bot did it: what it says begins with one of these."""

    beginnings: tuple[str, ...]


Row = tuple[str | Did, str | Did, str | Did, str | Did, str | Did]


def operators_alone(*beginnings: str) -> Row:
    """What only operators may do, and only where nobody reads along."""
    return (OPERATORS_ONLY, OPERATORS_ONLY, OPERATORS_ONLY, Did(beginnings), PRIVATELY)


OWN_SETTINGS, GROUP_SETTINGS = Did(("Cài đặt của riêng bạn",)), Did(("Cài đặt của nhóm",))

# Told to each of WHO, in that order: one of REFUSALS word for word, what was done, or nothing.
RIGHTS: Mapping[tuple[str, ...], Row] = {
    REINDEX: operators_alone("Bắt đầu lập lại chỉ mục", "Đang lập chỉ mục rồi"),
    DOCUMENTS: operators_alone("6 tài liệu · trang 1/1"),
    STATISTICS: operators_alone("Thống kê"),
    WHY: operators_alone("Vì sao"),
    INVITE: operators_alone("Ai cũng dùng được tôi"),
    SETTINGS: (OWN_SETTINGS, CHAT_ADMINS_ONLY, GROUP_SETTINGS, OWN_SETTINGS, CHAT_ADMINS_ONLY),
    (FILE,): (FILES_BY_OPERATORS_ONLY, SILENCE, SILENCE, Did(("Đã nhận",)), SILENCE),
}
CASES = [
    pytest.param(what, who, told, id=f"{what} by {who}")
    for names, row in RIGHTS.items()
    for what in names
    for who, told in zip(WHO, row, strict=True)
]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server() -> AsyncIterator[BotApiServer]:
    """A Telegram for this module alone."""
    async with BotApiServer() as running:
        yield running


@pytest.fixture(scope="module")
def people(server: BotApiServer) -> Mapping[str, Person]:
    """Somebody for each of WHO; the operator is the same in private and in the group."""
    people = {who: new_person(server, who) for who in WHO[:4]}
    return people | {OPERATOR_IN_GROUP: people[OPERATOR]}


@pytest.fixture(scope="module")
def group(server: BotApiServer, people: Mapping[str, Person]) -> Chat:
    """A group with all but the stranger in it, where the operator is a member like others."""
    inside = (CHAT_ADMIN, MEMBER, OPERATOR)
    return server.add_group("Nhóm", [people[who].user for who in inside])


@pytest_asyncio.fixture(scope="module", loop_scope="session", autouse=True)
async def bot(
    server: BotApiServer, people: Mapping[str, Person], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[BotProcess]:
    """A bot with one operator, open to everybody."""
    operator = people[OPERATOR].user.id
    bot = BotProcess(server, tmp_path_factory.mktemp("rights"), admins=[operator])
    write_papers(bot.corpus)
    await bot.start()
    yield bot
    assert await bot.stop() == 0, bot.err
    assert_discreet(server, bot)


def do(server: BotApiServer, chat: Chat, person: Person, what: str) -> Message:
    """Send a command, with a question where it takes one, or a file."""
    if what == FILE:
        return server.upload(chat, person.user, "moi.txt", note("sáo diều", "gác xép").encode())
    words = f"/{what} {FEE_QUESTION}" if what in WHY else f"/{what}"
    return server.say(chat, person.user, words)


@pytest.mark.parametrize(("what", "who", "told"), CASES)
async def test_who_may_do_what(
    server: BotApiServer,
    people: Mapping[str, Person],
    group: Chat,
    what: str,
    who: str,
    told: str | Did,
) -> None:
    """Everybody is told exactly what they may know, and the rest is refused in one sentence."""
    person = people[who]
    chat = person.chat if who in (STRANGER, OPERATOR) else group
    done = do(server, chat, person, what)
    if told == SILENCE:
        await all_quiet(server)
        assert said_after(server, done) == []
        return
    heard = await server.wait_for_message(chat, after=done, timeout=PATIENCE_S)
    if isinstance(told, Did):
        assert heard.text.startswith(told.beginnings)
        assert not heard.text.startswith(REFUSALS)
    else:
        assert (heard.text, heard.buttons) == (told, ())


async def test_a_file_that_was_refused_is_not_there(
    server: BotApiServer, people: Mapping[str, Person], group: Chat, bot: BotProcess
) -> None:
    """A file from anybody but an operator, and any in a group, is not fetched and not kept."""
    before, fetched = sorted(bot.corpus.rglob("*")), len(server.calls("getFile"))
    for who in (STRANGER, MEMBER, CHAT_ADMIN, OPERATOR_IN_GROUP):
        do(server, people[who].chat if who == STRANGER else group, people[who], FILE)
    await all_quiet(server)
    assert sorted(bot.corpus.rglob("*")) == before
    assert len(server.calls("getFile")) == fetched
