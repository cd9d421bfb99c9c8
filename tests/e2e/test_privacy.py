"""What the bot says that it keeps, and deleting it: in private, asked for twice, and truly."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing

import pytest
import pytest_asyncio

from bot.botapi import BotApiServer, Message
from bot.texts import VI as SAY
from bot.texts.privacy import EN, VI
from tests.e2e.conftest import assert_discreet
from tests.e2e.papers import FEE_QUESTION, write_papers
from tests.e2e.processes import PATIENCE_S, BotProcess
from tests.e2e.talking import Person, all_quiet, answer_to, new_person

pytestmark = pytest.mark.asyncio(loop_scope="session")

ODD_QUESTION = "Lệ phí làm thẻ bạn đọc của Lan Ngọc Tía là bao nhiêu?"
WHY = "Vì sao?"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server() -> AsyncIterator[BotApiServer]:
    """A Telegram for this module alone."""
    async with BotApiServer() as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="session", autouse=True)
async def bot(
    server: BotApiServer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[BotProcess]:
    """A bot that keeps the words of questions for a month, the rest for a hundred days."""
    bot = BotProcess(
        server,
        tmp_path_factory.mktemp("privacy"),
        environment={"HOIDAP_KEEP_QUESTIONS": "30", "HOIDAP_RETENTION": "100"},
    )
    write_papers(bot.corpus)
    await bot.start()
    yield bot
    assert await bot.stop() == 0, bot.err
    assert_discreet(server, bot)


@pytest.fixture
def lan(server: BotApiServer) -> Person:
    """Somebody new."""
    return new_person(server)


def on_disk(bot: BotProcess) -> bytes:
    """All that the database is made of."""
    return b"".join(file.read_bytes() for file in bot.data.glob("hoidap.sqlite3*"))


def questions_in(bot: BotProcess, chat_id: int) -> int:
    """How many questions of a chat are in the log."""
    with closing(sqlite3.connect(bot.data / "hoidap.sqlite3")) as raw:
        query = "SELECT COUNT(*) FROM questions WHERE chat_id = ?"
        return int(raw.execute(query, (chat_id,)).fetchone()[0])


async def erased(person: Person, asked: Message, button: str = VI.button_erase) -> str:
    """Press a button of the message `asked`, and return what stands there then."""
    query = person.server.press(person.user, asked, button)
    await person.server.wait_for_edit(asked, timeout=PATIENCE_S)
    await person.server.wait_for_answer(query, PATIENCE_S)
    assert asked.buttons == ()
    return asked.text


async def test_what_is_kept(server: BotApiServer, lan: Person) -> None:
    """/riengtu says what this very bot keeps, and for how long, in a group too."""
    told = await lan.told("/riengtu")
    for words in (VI.words_kept.format(days=30), VI.retention.format(days=100), VI.log):
        assert words in told
    assert VI.who_sees_words in told
    assert VI.words_not_kept not in told
    assert VI.invited not in told
    anne = new_person(server, "Anne", "en")
    group = server.add_group("Group", [anne.user])
    asked = server.say(group, anne.user, "/privacy")
    told = (await server.wait_for_message(group, after=asked, timeout=PATIENCE_S)).text
    assert told.startswith(EN.head)
    assert EN.words_kept.format(days=30) in told


async def test_everything_is_deleted(server: BotApiServer, bot: BotProcess, lan: Person) -> None:
    """After a press nothing of a person is in the database's files, and others' things are."""
    minh = new_person(server, "Minh")
    await minh.answer(FEE_QUESTION)
    group = server.add_group("Nhóm", [lan.user, minh.user])
    await lan.answer(ODD_QUESTION)
    await answer_to(server, server.say(group, lan.user, f"/hoi {ODD_QUESTION}"))
    await answer_to(server, server.say(group, minh.user, f"/hoi {FEE_QUESTION}"))
    await all_quiet(server)
    asked = await lan.hear(lan.say("/xoadulieu"))
    assert asked.text == VI.confirm
    assert (questions_in(bot, lan.user.id), questions_in(bot, group.id)) == (1, 2)
    assert ODD_QUESTION.encode() in on_disk(bot)
    assert await erased(lan, asked) == VI.erased.format(count=2)
    assert (questions_in(bot, lan.user.id), questions_in(bot, group.id)) == (0, 1)
    assert ODD_QUESTION.encode() not in on_disk(bot)
    assert questions_in(bot, minh.user.id) == 1


async def test_what_was_asked_before_is_forgotten(server: BotApiServer, lan: Person) -> None:
    """After that the bot does not remember what it would complete a question with."""
    await lan.answer(FEE_QUESTION)
    assert (await lan.told(WHY)).startswith("Hiểu là")
    asked = await lan.hear(lan.say("/deletemydata"))
    await erased(lan, asked)
    assert not (await lan.told(WHY)).startswith("Hiểu là")


async def test_second_thoughts(server: BotApiServer, bot: BotProcess, lan: Person) -> None:
    """Who does not confirm keeps everything."""
    await lan.answer(FEE_QUESTION)
    await all_quiet(server)
    asked = await lan.hear(lan.say("/xoadulieu"))
    assert await erased(lan, asked, VI.button_spare) == VI.spared
    assert questions_in(bot, lan.user.id) == 1


async def test_an_old_answer_after_that(server: BotApiServer, lan: Person) -> None:
    """The buttons of an answer that was forgotten say so, and do no harm."""
    [*_, last] = await lan.answer(FEE_QUESTION)
    await all_quiet(server)
    await erased(lan, await lan.hear(lan.say("/xoadulieu")))
    following = next(one for row in last.buttons for one in row if one.data == "n:1")
    query = server.press(lan.user, last, following.text)
    await server.wait_for_answer(query, PATIENCE_S)
    assert query.text == SAY.answer_gone


async def test_from_a_group(server: BotApiServer, bot: BotProcess, lan: Person) -> None:
    """In a group /xoadulieu points to the private chat, where it asks; nothing is deleted yet."""
    group = server.add_group("Nhóm", [lan.user])
    await answer_to(server, server.say(group, lan.user, f"/hoi {FEE_QUESTION}"))
    await all_quiet(server)
    command = server.say(group, lan.user, "/xoadulieu")
    told = await server.wait_for_message(group, after=command, timeout=PATIENCE_S)
    [[button]] = told.buttons
    assert (told.text, told.reply_to, button.data) == (VI.privately, command, None)
    assert button.url is not None
    asked = await lan.hear(server.follow(lan.user, button.url))
    assert asked.text == VI.confirm
    assert questions_in(bot, group.id) == 1
    assert await erased(lan, asked) == VI.erased.format(count=1)
    assert questions_in(bot, group.id) == 0


async def test_nothing_to_delete(lan: Person) -> None:
    """Who has asked nothing is told that nothing was there."""
    asked = await lan.hear(lan.say("/xoadulieu"))
    assert await erased(lan, asked) == VI.erased.format(count=0)
