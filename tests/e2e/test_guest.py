"""The live bot called by name in chats where it is no member."""

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from telegram import Update
from telegram.ext import Application

import bot.handlers
from bot.access import Access
from bot.botapi import BotApiServer, Chat, GuestQuery, Message
from bot.botapi.client import bot_for
from bot.conversations import Conversations
from bot.handlers.guest import GuestHandlers
from bot.quotas import Quotas
from bot.reindexing import Reindexer
from bot.sending import Sender
from bot.service import AnswerService
from bot.services import Services
from bot.settings import Settings
from bot.working import Working
from tests.e2e.papers import (
    DOCUMENTS,
    FEE_PLACE,
    FEE_QUESTION,
    FEE_QUOTE,
    FEE_SENTENCE,
    NONSENSE,
)
from tests.e2e.processes import PATIENCE_S, BotProcess
from tests.e2e.talking import Person, all_quiet, new_person, quotes, shown

pytestmark = pytest.mark.asyncio(loop_scope="session")

CALL = "@hoidap_test_bot"
COMMANDS = ("start", "help", "hoi", "reindex", "caidat", "moi", "riengtu", "nonesuch")
USAGE = f"Hãy viết câu hỏi sau tên tôi, ví dụ: {CALL} Đề án 06 là gì?"


@pytest.fixture
def foreign(server: BotApiServer, lan: Person) -> Chat:
    """A group of Lan's that the bot has never seen."""
    return server.add_group("Nhóm lạ", [lan.user], bot="left")


async def guest_query(server: BotApiServer, asked: Message) -> GuestQuery:
    """The query that `asked` made, when it has been answered."""
    query = server.guest_query(asked)
    assert query is not None
    await server.wait_for_answer(query, PATIENCE_S)
    return query


async def answer(server: BotApiServer, asked: Message) -> Message:
    """What the bot said as a guest."""
    query = await guest_query(server, asked)
    assert query.reply is not None
    return query.reply


async def test_the_best_passage(server: BotApiServer, lan: Person, foreign: Chat) -> None:
    """A guest answers with one quote and its place, in one message with links alone."""
    said = await answer(server, server.say(foreign, lan.user, f"{CALL} {FEE_QUESTION}"))
    assert quotes([said]) == [FEE_QUOTE]
    assert shown(said, "bold") == [FEE_SENTENCE, FEE_SENTENCE]
    assert FEE_PLACE in said.text.splitlines()
    assert said.text.splitlines()[-1].startswith("Độ tin cậy")
    privately, source = (button.url for row in said.buttons for button in row)
    assert source == "https://thuvien.example.vn/quy-che?ban=1&trang=2"
    assert privately is not None
    assert FEE_QUOTE in (await lan.hear(server.follow(lan.user, privately))).text


async def test_between_two_people(server: BotApiServer, lan: Person) -> None:
    """In a chat of two people a guest answers as in a group."""
    friends = server.add_dialogue(lan.user, new_person(server, "Minh").user)
    said = await answer(server, server.say(friends, lan.user, f"{FEE_QUESTION} {CALL}"))
    assert quotes([said]) == [FEE_QUOTE]


async def test_pointing_at_a_question(server: BotApiServer, lan: Person, foreign: Chat) -> None:
    """A bare call in reply to somebody's question asks that; to nothing, it is told how to ask."""
    wondering = server.say(foreign, lan.user, FEE_QUESTION)
    said = await answer(server, server.say(foreign, lan.user, CALL, reply_to=wondering))
    assert quotes([said]) == [FEE_QUOTE]
    bare = await answer(server, server.say(foreign, lan.user, CALL))
    assert (bare.text, bare.buttons) == (USAGE, ())


async def test_a_question_about_the_answer(
    server: BotApiServer, lan: Person, foreign: Chat
) -> None:
    """Whoever replies to what a guest said asks about that."""
    first = await answer(server, server.say(foreign, lan.user, f"{CALL} {FEE_QUESTION}"))
    said = await answer(server, server.say(foreign, lan.user, "Vì sao?", reply_to=first))
    assert said.text.startswith("Hiểu là: “Vì sao ")
    assert quotes([said]) == [FEE_QUOTE]


async def test_nothing_found(server: BotApiServer, lan: Person, foreign: Chat) -> None:
    """A guest that finds nothing says so."""
    said = await answer(server, server.say(foreign, lan.user, f"{CALL} {NONSENSE}"))
    assert said.text.startswith(f"Không tìm thấy câu trả lời trong {DOCUMENTS} tài liệu.")


@pytest.mark.parametrize(
    ("question", "told"),
    [("?!", "Bạn chưa hỏi gì."), ("thẻ " * 300, "Câu hỏi dài 1199 ký tự; xin rút gọn")],
    ids=["no letter", "too long"],
)
async def test_what_cannot_be_searched(
    server: BotApiServer, lan: Person, foreign: Chat, question: str, told: str
) -> None:
    """What is no question is told so in the chat."""
    said = await answer(server, server.say(foreign, lan.user, f"{CALL} {question}"))
    assert said.text.startswith(told)


async def test_called_once_answered_once(
    server: BotApiServer, live: BotProcess, lan: Person, foreign: Chat
) -> None:
    """A call is answered once, whatever it looks like, and its edits do not matter."""
    asked = [
        server.say(foreign, lan.user, f"{CALL} /hoi {FEE_QUESTION}"),
        server.say(foreign, lan.user, f"{CALL} /help"),
        server.send(foreign, lan.user, "photo", caption=f"{CALL} {FEE_QUESTION}"),
        server.say(foreign, lan.user, f"/hoi {FEE_QUESTION} {CALL}"),
    ]
    replies = [await answer(server, one) for one in asked]
    for one in asked:
        server.edit(one, f"{CALL} {FEE_QUESTION} hả?")
    await all_quiet(server)
    assert [one for one in server.messages(foreign) if one.sender is server.bot] == replies
    assert live.running


async def test_who_does_not_wait(
    server: BotApiServer, live: BotProcess, lan: Person, foreign: Chat
) -> None:
    """A call that is too old when its answer comes costs a line in the log."""
    asked = server.say(foreign, lan.user, f"{CALL} {FEE_QUESTION}")
    query = server.guest_query(asked)
    assert query is not None
    query.expired = True
    await server.wait_until(lambda: "query.late surface=guest" in live.err, PATIENCE_S)
    assert "Traceback" not in live.err


async def test_no_other_handler_takes_a_call(
    server: BotApiServer, lan: Person, foreign: Chat, tmp_path: Path
) -> None:
    """Of all handlers of the bot, only the guest's takes what is said to a guest."""
    asked = server.say(foreign, lan.user, f"{CALL} {FEE_QUESTION}")
    await answer(server, asked)
    [called] = [one.body for one in server.updates if one.body.get("message_id") == asked.id][-1:]
    async with bot_for(server) as own:
        application = Application.builder().bot(own).build()
        for handlers in all_handlers(services_in(tmp_path)):
            handlers.register(application)
        for body in (called, *(commanding(called, name) for name in COMMANDS)):
            update = Update.de_json({"update_id": 1, "guest_message": body}, own)
            takers = [
                getattr(handler.callback, "__self__", handler)
                for group in application.handlers.values()
                for handler in group
                if handler.check_update(update) not in (None, False)
            ]
            assert [type(taker) for taker in takers] == [GuestHandlers]


def all_handlers(services: Services) -> Iterator[Any]:
    """One of every class in `bot.handlers` that registers handlers."""
    for module in pkgutil.walk_packages(bot.handlers.__path__, "bot.handlers."):
        for name, kind in vars(import_module(module.name)).items():
            if name.endswith("Handlers") and kind.__module__ == module.name:
                yield kind(services)


def services_in(folder: Path) -> Services:
    """The parts of a bot that is not running."""
    settings = Settings(folder, folder, None, frozenset(), "vi", "https://x")
    return Services(
        settings=settings,
        answers=AnswerService(folder, None),
        reindexer=Reindexer(settings),
        store=None,
        conversations=Conversations(),
        access=Access(settings, None),
        quotas=Quotas(None),
        sender=Sender(),
        working=Working(),
    )


def commanding(body: dict[str, Any], name: str) -> dict[str, Any]:
    """The same message, but as a command in a private chat."""
    text = f"/{name}"
    command = {"type": "bot_command", "offset": 0, "length": len(text)}
    return body | {
        "text": text,
        "entities": [command],
        "chat": {"id": body["from"]["id"], "type": "private"},
    }
