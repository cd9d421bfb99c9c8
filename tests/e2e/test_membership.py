"""An open bot that is added, promoted, put out, blocked, and moved along with a group."""

import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest

from bot.botapi import BotApiServer, Chat
from bot.texts.membership import EN, VI
from tests.e2e.papers import FEE_QUESTION, FEE_QUOTE
from tests.e2e.processes import PATIENCE_S, BotProcess
from tests.e2e.talking import Person, all_quiet, answer_to, new_person, quotes

pytestmark = pytest.mark.asyncio(loop_scope="session")

HELLO = VI.hello.format(username="hoidap_test_bot")
HELLO_EN = EN.hello.format(username="hoidap_test_bot")


def all_said(server: BotApiServer, chat: Chat) -> list[str]:
    """What the bot has said in a chat so far."""
    return [one.text for one in server.messages(chat) if one.sender is server.bot and one.text]


def rows(bot: BotProcess, query: str, *values: object) -> list[tuple[object, ...]]:
    """Return rows of the database of a live bot."""
    with closing(sqlite3.connect(bot.data / "hoidap.sqlite3")) as raw:
        return raw.execute(query, values).fetchall()


def chat_row(bot: BotProcess, chat: Chat) -> list[tuple[object, ...]]:
    """What the bot remembers of a chat: its kind, its title, and whether the bot is in it."""
    return rows(bot, "SELECT kind, title, is_in FROM chats WHERE chat_id = ?", chat.id)


@pytest.fixture
def group_of(server: BotApiServer, lan: Person) -> Callable[..., Chat]:
    """Makes a group of Lan's that the bot has never been in."""

    def make(*, supergroup: bool = True, forum: bool = False) -> Chat:
        return server.add_group(
            "Nhóm mới", [lan.user], supergroup=supergroup, forum=forum, bot="left"
        )

    return make


@pytest.mark.parametrize(
    "kind", [{"supergroup": False}, {}, {"forum": True}], ids=["basic", "supergroup", "forum"]
)
async def test_one_hello(
    server: BotApiServer,
    live: BotProcess,
    lan: Person,
    group_of: Callable[..., Chat],
    kind: dict[str, bool],
) -> None:
    """An added bot says hello and how to ask, once, and not again when only its rights change."""
    group = group_of(**kind)
    server.add_bot(group, by=lan.user)
    hello = await server.wait_for_message(group, timeout=PATIENCE_S)
    assert (hello.text, hello.topic) == (HELLO, None)
    server.set_status(group, server.bot, "administrator")
    server.set_status(group, server.bot, "member")
    minh = new_person(server, "Minh").user
    server.set_status(group, minh, "member")
    await all_quiet(server)
    assert all_said(server, group) == [HELLO]
    kept = "group" if kind == {"supergroup": False} else "supergroup"
    assert chat_row(live, group) == [(kept, "Nhóm mới", 1)]


async def test_added_by_a_link(
    server: BotApiServer, lan: Person, group_of: Callable[..., Chat]
) -> None:
    """An app that adds the bot by a link also sends /start; there is one hello all the same."""
    for payload in ("", "true", "kAAAAAAAAAAAAAAAA"):
        group = group_of()
        server.start_in_group(lan.user, group, payload)
        await server.wait_for_message(group, timeout=PATIENCE_S)
        await all_quiet(server)
        assert all_said(server, group) == [HELLO]


async def test_the_language_of_whoever_adds_it(server: BotApiServer) -> None:
    """Hello is said in the language of whoever added the bot."""
    anne = new_person(server, "Anne", "en")
    group = server.add_group("Group", [anne.user], bot="left")
    server.add_bot(group, by=anne.user)
    assert (await server.wait_for_message(group, timeout=PATIENCE_S)).text == HELLO_EN


async def test_start_in_a_group(server: BotApiServer, lan: Person) -> None:
    """/start in a group that the bot is in is answered with how to ask."""
    group = server.add_group("Nhóm", [lan.user])
    asked = server.say(group, lan.user, "/start")
    assert (await server.wait_for_message(group, after=asked, timeout=PATIENCE_S)).text == HELLO


async def test_put_out_and_brought_back(
    server: BotApiServer, live: BotProcess, lan: Person, group_of: Callable[..., Chat]
) -> None:
    """A group that puts the bot out is remembered so, and greeted again when it comes back."""
    group = group_of()
    server.add_bot(group, by=lan.user)
    hello = await server.wait_for_message(group, timeout=PATIENCE_S)
    server.kick_bot(group)
    await all_quiet(server)
    assert chat_row(live, group) == [("supergroup", "Nhóm mới", 0)]
    server.add_bot(group, by=lan.user)
    again = await server.wait_for_message(group, after=hello, timeout=PATIENCE_S)
    assert again.text == HELLO
    await all_quiet(server)
    assert chat_row(live, group) == [("supergroup", "Nhóm mới", 1)]


async def test_blocked_and_unblocked(server: BotApiServer, live: BotProcess, lan: Person) -> None:
    """Somebody who blocks the bot is not counted until they come back, and costs it nothing."""
    await lan.answer(FEE_QUESTION)
    server.block(lan.user)
    await all_quiet(server)
    assert chat_row(live, lan.chat) == [("private", "", 0)]
    server.unblock(lan.user)
    await all_quiet(server)
    assert chat_row(live, lan.chat) == [("private", "", 1)]
    assert quotes(await lan.answer(FEE_QUESTION))[0] == FEE_QUOTE


async def test_a_channel_is_not_greeted(
    server: BotApiServer, live: BotProcess, lan: Person
) -> None:
    """A channel that the bot is added to is remembered, and nothing is posted there."""
    channel = server.add_channel("Kênh mới", [lan.user], bot="left")
    server.add_bot(channel, by=lan.user)
    await all_quiet(server)
    assert server.messages(channel) == []
    assert chat_row(live, channel) == [("channel", "Kênh mới", 1)]


async def test_a_group_that_becomes_a_supergroup(
    server: BotApiServer, live: BotProcess, lan: Person
) -> None:
    """Settings, answers and the log of a group go along to its new id, and there is no hello."""
    group = server.add_group("Nhóm cũ", [lan.user], supergroup=False)
    [*_, answer] = await answer_to(server, server.say(group, lan.user, f"/hoi {FEE_QUESTION}"))
    await all_quiet(server)
    with closing(sqlite3.connect(live.data / "hoidap.sqlite3", isolation_level=None)) as raw:
        raw.execute("INSERT INTO room_settings VALUES (?, 0, 'language', '\"en\"')", (group.id,))
    moved = server.migrate(group, by=lan.user)
    await all_quiet(server)
    assert all_said(server, moved) == []
    for table in ("chats", "questions", "answers", "room_settings"):
        where = f"SELECT COUNT(*) FROM {table} WHERE chat_id = ?"  # noqa: S608
        assert [rows(live, where, one.id)[0][0] for one in (group, moved)] == [0, 1]
    assert rows(live, "SELECT message_id FROM answers WHERE chat_id = ?", moved.id) == [
        (answer.id,)
    ]
    assert chat_row(live, moved) == [("supergroup", "Nhóm cũ", 1)]
    asked = server.say(moved, lan.user, "/hoi")
    told = await server.wait_for_message(moved, after=asked, timeout=PATIENCE_S)
    assert told.text.startswith("Write the question after the command")
