"""The live bot asked inline: `@bot question` typed in any chat, and a passage chosen."""

import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest

from bot.botapi import BotApiServer, InlineQuery, Message
from bot.rooms import Room
from bot.store import Store
from tests.e2e.papers import (
    DOCUMENTS,
    FEE_PLACE,
    FEE_QUESTION,
    FEE_QUOTE,
    FEE_SENTENCE,
    HOSTILE_QUESTIONS,
    LIBRARY_TITLE,
)
from tests.e2e.processes import PATIENCE_S, BotProcess
from tests.e2e.talking import Person, all_quiet, new_person, quotes, said_after, shown

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def typed(server: BotApiServer, person: Person, text: str) -> InlineQuery:
    """Type `@bot text` somewhere, and wait for what is offered."""
    query = server.inline_query(person.user, text)
    await server.wait_for_answer(query, PATIENCE_S)
    return query


def button_of(query: InlineQuery) -> tuple[str, str]:
    """The text and the start parameter of the button above the results."""
    assert query.button is not None
    return query.button["text"], query.button["start_parameter"]


def rows(bot: BotProcess, query: str) -> list[Any]:
    """What the bot's database has."""
    with sqlite3.connect(bot.data / "hoidap.sqlite3") as database:
        return database.execute(query).fetchall()


@pytest.fixture
def feedback(server: BotApiServer) -> Iterator[None]:
    """Telegram tells the bot what was chosen."""
    server.inline_feedback = True
    yield
    server.inline_feedback = False


async def test_a_passage_is_offered_and_sent(server: BotApiServer, lan: Person) -> None:
    """A question offers the passage by title and sentence; chosen, it is said with its source."""
    query = await typed(server, lan, FEE_QUESTION)
    first = query.results[0]
    assert (first["title"], first["description"]) == (LIBRARY_TITLE, FEE_SENTENCE)
    assert query.answer["is_personal"]
    assert query.answer["cache_time"] <= 60
    assert len(query.results) <= 8
    assert query.button is None
    friends = server.add_dialogue(lan.user, new_person(server, "Minh").user)
    said = server.choose(query, first["id"], friends)
    assert quotes([said]) == [FEE_QUOTE]
    assert shown(said, "bold") == [FEE_SENTENCE, FEE_SENTENCE]
    assert FEE_PLACE in said.text.splitlines()


async def test_the_buttons_of_what_was_sent(server: BotApiServer, lan: Person) -> None:
    """What was sent has links alone: to the source, and to the passage in private, for anybody."""
    query = await typed(server, lan, FEE_QUESTION)
    minh = new_person(server, "Minh")
    said = server.choose(query, query.results[0]["id"], server.add_dialogue(lan.user, minh.user))
    privately, source = (button.url for row in said.buttons for button in row)
    assert source == "https://thuvien.example.vn/quy-che?ban=1&trang=2"
    assert privately is not None
    followed = server.follow(minh.user, privately)
    assert FEE_QUOTE in (await minh.hear(followed)).text


async def test_the_language_of_whoever_types(server: BotApiServer, live: BotProcess) -> None:
    """Places and buttons are in the language of whoever types."""
    ann = new_person(server, "Ann", "en")
    query = await typed(server, ann, FEE_QUESTION)
    said = server.choose(query, query.results[0]["id"], ann.chat)
    assert ", paragraph 2, " in said.text
    assert [button.text for row in said.buttons for button in row] == ["Privately", "Open source"]
    assert button_of(await typed(server, ann, ""))[0].startswith("Type a question after @")
    assert live.running


async def test_the_language_somebody_has_set(
    server: BotApiServer, live: BotProcess, lan: Person
) -> None:
    """Whoever has set a language in their private chat has it here too."""
    store = await Store.open(live.data / "hoidap.sqlite3")
    await store.chats.set(Room(lan.user.id), "language", "en")
    await store.close()
    assert button_of(await typed(server, lan, ""))[0].startswith("Type a question after @")


@pytest.mark.parametrize("text", ["", " ", "th", "?!...", "🙂🙂🙂"])
async def test_hardly_anything_typed(server: BotApiServer, lan: Person, text: str) -> None:
    """Before there is a question nothing is offered but a button that leads to the bot."""
    query = await typed(server, lan, text)
    assert query.results == []
    label, start = button_of(query)
    assert label == "Gõ câu hỏi sau @hoidap_test_bot, hoặc bấm để hỏi riêng"
    assert (await lan.hear(server.start(lan.user, start))).text.startswith("Chào bạn!")


async def test_nothing_found(server: BotApiServer, lan: Person) -> None:
    """A question without an answer says so on the button; the nearest passage is marked as such."""
    query = await typed(server, lan, "Ai là thị trưởng của Paris năm 1990?")
    assert button_of(query)[0] == f"Không thấy câu trả lời trong {DOCUMENTS} tài liệu"
    assert len(query.results) <= 1
    for result in query.results:
        assert result["description"].startswith("Gần nhất, có thể không đúng ý: ")
        said = server.choose(query, result["id"], lan.chat)
        assert said.text.startswith("Đoạn gần nhất, có thể không trả lời đúng câu hỏi:")
        assert shown(said, "bold") == []


@pytest.mark.parametrize("name", HOSTILE_QUESTIONS)
async def test_hostile_documents(server: BotApiServer, lan: Person, name: str) -> None:
    """Whatever a document holds, it is offered and sent in one message."""
    query = await typed(server, lan, HOSTILE_QUESTIONS[name])
    for result in query.results:
        assert quotes([server.choose(query, result["id"], lan.chat)])
    assert name in str(query.results[0])


async def test_the_newest_of_what_is_typed(server: BotApiServer, lan: Person) -> None:
    """However fast somebody types, what they have typed in the end is answered."""
    queries = [
        server.inline_query(lan.user, FEE_QUESTION[:length])
        for length in range(1, len(FEE_QUESTION) + 1)
    ]
    await server.wait_for_answer(queries[-1], PATIENCE_S)
    assert queries[-1].results[0]["description"] == FEE_SENTENCE


async def test_whoever_does_not_wait(server: BotApiServer, live: BotProcess, lan: Person) -> None:
    """A query that is too old when its answer comes costs a line in the log, without its words."""
    words = "Lệ phí làm thẻ bạn đọc của người vội là bao nhiêu?"
    query = server.inline_query(lan.user, words)
    query.expired = True
    await server.wait_until(
        lambda: any(query.id in str(one) for one in server.calls("answerInlineQuery")), PATIENCE_S
    )
    await live.printed("query.late surface=inline")
    assert words not in live.err
    assert FEE_QUESTION not in live.err
    assert "Traceback" not in live.err


async def test_what_was_chosen_asks_nothing(server: BotApiServer, lan: Person) -> None:
    """A passage sent where the bot is, even in reply to it, is not taken for a question."""
    query = await typed(server, lan, FEE_QUESTION)
    group = server.add_group("Nhóm", [lan.user])
    asked = server.say(group, lan.user, f"/hoi {FEE_QUESTION}")
    answer = await server.wait_for_message(group, after=asked, timeout=PATIENCE_S)
    chosen = query.results[0]["id"]
    said: list[Message] = [
        server.choose(query, chosen, lan.chat),
        server.choose(query, chosen, group, reply_to=answer),
    ]
    await all_quiet(server)
    assert [said_after(server, one) for one in said] == [[], []]


async def test_what_was_chosen_is_recorded(
    server: BotApiServer, live: BotProcess, lan: Person, feedback: None
) -> None:
    """A chosen result is a line in the log of questions that says nothing of where it was sent."""
    counted = "SELECT COUNT(*) FROM questions WHERE surface = 'inline'"
    [(before,)] = rows(live, counted)
    query = await typed(server, lan, FEE_QUESTION)
    server.choose(query, query.results[0]["id"], lan.chat)
    await all_quiet(server)
    await server.wait_until(lambda: rows(live, counted) == [(before + 1,)], PATIENCE_S)
    [row] = rows(
        live,
        "SELECT chat_id, message_id, outcome, confidence > 0.5, person <> '', question "
        "FROM questions WHERE surface = 'inline' ORDER BY id DESC LIMIT 1",
    )
    assert row == (0, 0, "answered", 1, 1, None)
