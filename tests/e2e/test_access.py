"""A closed bot: invitations, strangers, and the groups and channels that it stays in or leaves."""

import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing

import pytest
import pytest_asyncio

from bot.botapi import BotApiServer, Chat, Message, User
from bot.texts import VI
from bot.texts.inviting import VI as INVITING
from bot.texts.membership import VI as MEMBERSHIP
from tests.e2e.conftest import assert_discreet
from tests.e2e.papers import note, where_is
from tests.e2e.processes import PATIENCE_S, BotProcess
from tests.e2e.talking import Person, answer_to, new_person, posted_after, quotes, said_after

pytestmark = pytest.mark.asyncio(loop_scope="session")

QUESTION, PLACE = where_is("kèn đồng"), "gác chuông"
HELLO = MEMBERSHIP.hello.format(username="hoidap_test_bot")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server() -> AsyncIterator[BotApiServer]:
    """A Telegram for this module alone."""
    async with BotApiServer() as running:
        yield running


@pytest.fixture(scope="module")
def operator(server: BotApiServer) -> Person:
    """The one who may invite."""
    return new_person(server, "Quản trị")


@pytest_asyncio.fixture(scope="module", loop_scope="session", autouse=True)
async def bot(
    server: BotApiServer, operator: Person, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[BotProcess]:
    """A bot with one document that answers only those who were let in."""
    bot = BotProcess(
        server,
        tmp_path_factory.mktemp("closed"),
        admins=[operator.user.id],
        environment={"HOIDAP_ACCESS": "closed"},
    )
    bot.corpus.mkdir()
    (bot.corpus / "kèn.txt").write_text(note("kèn đồng", PLACE), encoding="utf-8")
    await bot.start()
    yield bot
    assert await bot.stop() == 0, bot.err
    assert_discreet(server, bot)


@pytest.fixture
def lan(server: BotApiServer) -> Person:
    """A stranger."""
    return new_person(server)


async def links(operator: Person, command: str = "/moi") -> tuple[str, str]:
    """Return the payloads of the links that the operator gets: for people, and for a group."""
    text = await operator.told(command)
    [person] = re.findall(r"https://t\.me/hoidap_test_bot\?start=(\S+)", text)
    [group] = re.findall(r"https://t\.me/hoidap_test_bot\?startgroup=(\S+)", text)
    return person, group


async def came(person: Person, payload: str) -> str:
    """Start the bot by a link and return what it says."""
    return (await person.hear(person.server.start(person.user, payload))).text


async def invited(server: BotApiServer, operator: Person, name: str = "Hoa") -> Person:
    """Return somebody who was let in."""
    person = new_person(server, name)
    payload, _ = await links(operator)
    assert await came(person, payload) == INVITING.welcome
    return person


async def left(server: BotApiServer, chat: Chat) -> None:
    """Wait until the bot has left a chat."""
    member = server.world.bot_member
    await server.wait_until(lambda: not member(chat).is_in, PATIENCE_S)


def strangers_group(server: BotApiServer, user: User, title: str = "Nhóm lạ") -> Chat:
    """A group that the bot has never been in."""
    return server.add_group(title, [user], bot="left")


def all_said(server: BotApiServer, chat: Chat) -> list[str]:
    """What the bot has said in a chat so far."""
    return [one.text for one in server.messages(chat) if one.sender is server.bot and one.text]


async def assert_answered(server: BotApiServer, asked: Message) -> None:
    """The bot answers, in the place of the question."""
    assert PLACE in quotes(await answer_to(server, asked))[0]


async def test_a_stranger_is_told_once_politely(server: BotApiServer, lan: Person) -> None:
    """A stranger gets one sentence that says how to come in, and neither passages nor names."""
    for said in (QUESTION, "/start", f"/hoi {QUESTION}"):
        asked = lan.say(said)
        assert (await lan.hear(asked)).text == VI.closed
        assert len(said_after(server, asked)) == 1


async def test_a_link_lets_in(server: BotApiServer, operator: Person, lan: Person) -> None:
    """Who comes by a link is welcomed and answered; coming again needs none."""
    payload, _ = await links(operator)
    assert await came(lan, payload) == INVITING.welcome
    assert PLACE in quotes(await lan.answer(QUESTION))[0]
    assert await came(lan, payload) == INVITING.already_in
    assert await came(lan, "kAAAAAAAAAAAAAAAA") == INVITING.already_in


async def test_a_link_that_does_not(
    server: BotApiServer, bot: BotProcess, operator: Person
) -> None:
    """A link that is used up, expired or wrong is refused in the same words, and lets nobody in."""
    used, _ = await links(operator)
    await came(new_person(server), used)
    expired, _ = await links(operator)
    with closing(sqlite3.connect(bot.data / "hoidap.sqlite3", isolation_level=None)) as raw:
        raw.execute("UPDATE invitations SET until = 0 WHERE uses_left = 1")
    for payload in (used, expired, "kAAAAAAAAAAAAAAAA", f"{used}x", "k"):
        stranger = new_person(server)
        told = await came(stranger, payload)
        assert told == (VI.closed if payload == "k" else INVITING.refused)
        assert await stranger.told(QUESTION) == VI.closed


async def test_a_link_for_several(server: BotApiServer, operator: Person) -> None:
    """/moi 2 lets in two people, each once, and not a third."""
    payload, _ = await links(operator, "/moi 2")
    first, second, third = (new_person(server) for _ in range(3))
    assert await came(first, payload) == INVITING.welcome
    assert await came(first, payload) == INVITING.already_in
    assert await came(second, payload) == INVITING.welcome
    assert await came(third, payload) == INVITING.refused


@pytest.mark.parametrize(
    "words", ["0", "-3", "101", "1000000000000", "mười", "2 3", "thu-hoi", "²"]
)
async def test_a_number_that_is_none(operator: Person, words: str) -> None:
    """A number of people that makes no sense is answered with how to say it."""
    assert await operator.told(f"/moi {words}") == INVITING.usage.format(most=100)


async def test_being_let_out(server: BotApiServer, operator: Person) -> None:
    """An operator takes back what a link gave; the person is a stranger again at once."""
    hoa = await invited(server, operator)
    [*_, last] = await hoa.answer(QUESTION)
    told = await operator.told(f"/moi thu-hoi {hoa.user.id}")
    assert told == INVITING.taken_back.format(id=hoa.user.id)
    assert await hoa.told(QUESTION) == VI.closed
    label = next(one.text for row in last.buttons for one in row if one.data is not None)
    press = server.press(hoa.user, last, label)
    await server.wait_for_answer(press, PATIENCE_S)
    assert press.text == VI.closed
    told = await operator.told(f"/invite revoke {hoa.user.id}")
    assert told == INVITING.nobody_to_take_back.format(id=hoa.user.id)


@pytest.mark.parametrize("supergroup", [True, False], ids=["supergroup", "basic group"])
async def test_a_group_with_somebody_let_in(
    server: BotApiServer, operator: Person, lan: Person, supergroup: bool
) -> None:
    """A group that an operator or an invited person adds the bot to is greeted and answered."""
    hoa = await invited(server, operator)
    for adder in (operator, hoa):
        group = server.add_group("Nhóm", [adder.user, lan.user], bot="left", supergroup=supergroup)
        server.add_bot(group, by=adder.user)
        hello = await server.wait_for_message(group, timeout=PATIENCE_S)
        assert hello.text == HELLO
        await assert_answered(server, server.say(group, lan.user, f"/hoi {QUESTION}"))
        assert await lan.told(QUESTION) == VI.closed


async def test_a_group_of_strangers_is_left(server: BotApiServer, lan: Person) -> None:
    """A group that nobody let in is told why in one sentence, and left, whatever is said there."""
    group = strangers_group(server, lan.user)
    server.add_bot(group, by=lan.user)
    server.say(group, lan.user, f"/hoi {QUESTION}")
    server.say(group, lan.user, "/help")
    await left(server, group)
    assert all_said(server, group)[-1] == MEMBERSHIP.farewell
    assert all_said(server, group).count(MEMBERSHIP.farewell) == 1
    assert HELLO not in all_said(server, group)
    assert not [text for text in all_said(server, group) if PLACE in text]


async def test_a_link_for_a_group(server: BotApiServer, operator: Person, lan: Person) -> None:
    """A stranger with the group's link brings the bot in; it says hello once, and stays."""
    _, payload = await links(operator)
    group = strangers_group(server, lan.user, "Nhóm được mời")
    server.start_in_group(lan.user, group, payload)
    other = strangers_group(server, lan.user)
    # Added later, so that when this one is left the other would have been too.
    server.add_bot(other, by=lan.user)
    await left(server, other)
    assert all_said(server, group) == [HELLO]
    await assert_answered(server, server.say(group, lan.user, f"/hoi {QUESTION}"))


async def test_a_groups_link_is_for_one(
    server: BotApiServer, operator: Person, lan: Person
) -> None:
    """The group's link, which everybody there can read, brings in no second group and nobody."""
    _, payload = await links(operator, "/moi 10")
    server.start_in_group(lan.user, strangers_group(server, lan.user, "Nhóm một"), payload)
    second = strangers_group(server, lan.user, "Nhóm hai")
    server.start_in_group(lan.user, second, payload)
    await left(server, second)
    assert all_said(server, second) == [INVITING.refused]
    assert await came(lan, payload) == INVITING.refused


async def test_a_group_from_before(server: BotApiServer, operator: Person, lan: Person) -> None:
    """A closed bot leaves a group from when it was open, once somebody there speaks to it."""
    group = server.add_group("Nhóm cũ", [lan.user, operator.user])
    await assert_answered(server, server.say(group, operator.user, f"/hoi {QUESTION}"))
    server.say(group, lan.user, f"/hoi {QUESTION}")
    await left(server, group)
    assert all_said(server, group)[-1] == MEMBERSHIP.farewell


async def test_a_group_that_is_put_out(server: BotApiServer, operator: Person, lan: Person) -> None:
    """A group that removes the bot is no longer let in: a stranger cannot bring it back."""
    group = server.add_group("Nhóm", [operator.user, lan.user], bot="left")
    server.add_bot(group, by=operator.user)
    await server.wait_for_message(group, timeout=PATIENCE_S)
    server.set_status(group, server.bot, "left", by=operator.user)
    # Updates are dealt with side by side; by the time of this answer that one is done.
    await operator.answer(QUESTION)
    server.add_bot(group, by=lan.user)
    await left(server, group)
    assert all_said(server, group) == [HELLO, MEMBERSHIP.farewell]


async def test_a_group_that_becomes_a_supergroup(
    server: BotApiServer, operator: Person, lan: Person
) -> None:
    """A group that was let in still is after it gets another id."""
    group = server.add_group("Nhóm", [operator.user, lan.user], bot="left", supergroup=False)
    server.add_bot(group, by=operator.user)
    await server.wait_for_message(group, timeout=PATIENCE_S)
    moved = server.migrate(group, by=lan.user)
    other = strangers_group(server, lan.user)
    server.add_bot(other, by=lan.user)
    await left(server, other)
    assert all_said(server, moved) == []
    await assert_answered(server, server.say(moved, lan.user, f"/hoi {QUESTION}"))


async def test_channels(server: BotApiServer, operator: Person, lan: Person) -> None:
    """A channel of an operator's is answered; a stranger's is left, and only they are told."""
    own = server.add_channel("Kênh nhà", [operator.user], bot="left")
    server.add_bot(own, by=operator.user)
    strange = server.add_channel("Kênh lạ", [lan.user], bot="left")
    server.add_bot(strange, by=lan.user)
    await left(server, strange)
    assert all_said(server, strange) == []
    told = await server.wait_for_message(lan.chat, timeout=PATIENCE_S)
    assert told.text == MEMBERSHIP.farewell_channel.format(title="Kênh lạ")
    post = server.post(own, f"/hoi {QUESTION}")
    await server.wait_for_message(own, after=post, timeout=PATIENCE_S)
    assert PLACE in quotes(posted_after(server, post))[0]


async def test_a_channel_from_before(server: BotApiServer, lan: Person) -> None:
    """A channel that a closed bot does not know is left at its next post, without a word."""
    channel = server.add_channel("Kênh cũ", [lan.user])
    post = server.post(channel, f"/hoi {QUESTION}")
    await left(server, channel)
    assert posted_after(server, post) == []
