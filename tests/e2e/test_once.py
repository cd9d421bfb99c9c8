"""Every question is answered once: whatever breaks, comes twice, or cannot be understood."""

import asyncio
import signal
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from bot import botapi
from bot.botapi import BotApiServer, Fault
from tests.e2e.papers import FEE_QUESTION, FEE_QUOTE, FEE_SENTENCE, write_papers
from tests.e2e.processes import PATIENCE_S, BotProcess
from tests.e2e.talking import all_quiet, answer_to, new_person, quotes, said_after

pytestmark = pytest.mark.asyncio(loop_scope="session")

OTHER_QUESTION = "Thư viện mở cửa từ mấy giờ?"
OTHER_SENTENCE = "Thư viện mở cửa từ 7 giờ 30 đến 17 giờ các ngày trong tuần."
SECRET = "s3cret-word-for-the-webhook"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server() -> AsyncIterator[BotApiServer]:
    """A Telegram for this module alone."""
    async with BotApiServer() as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def bot(
    server: BotApiServer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[BotProcess]:
    """A bot that tests may kill and start again."""
    process = BotProcess(server, tmp_path_factory.mktemp("once"))
    write_papers(process.corpus)
    await process.start()
    yield process
    await process.stop()


@pytest.mark.parametrize(
    "fault",
    [botapi.DropAfter(), botapi.DropBefore(), botapi.Garbage(), botapi.ServerError(502)],
    ids=lambda fault: type(fault).__name__,
)
@pytest.mark.parametrize("place", ["private", "group"])
async def test_a_connection_that_breaks(
    server: BotApiServer, bot: BotProcess, fault: Fault, place: str
) -> None:
    """Whether the answer had arrived or not when the connection broke, it is there once."""
    lan = new_person(server)
    chat = lan.chat if place == "private" else server.add_group("Nhóm", [lan.user])
    server.faults.add("sendMessage", fault)
    asked = server.say(chat, lan.user, f"/hoi {FEE_QUESTION}")
    await answer_to(server, asked)
    await all_quiet(server)
    assert [quotes([one])[0] for one in said_after(server, asked)] == [FEE_QUOTE]
    assert len(server.faults) == 0


async def test_killed_before_it_answers(server: BotApiServer, bot: BotProcess) -> None:
    """A question that the bot took and did not live to answer is answered after a restart."""
    lan = new_person(server)
    server.faults.add("sendMessage", botapi.Delay(PATIENCE_S))
    asked = lan.say(FEE_QUESTION)
    await server.wait_until(lambda: len(server.faults) == 0, PATIENCE_S)
    await bot.stop(signal.SIGKILL)
    server.faults.clear()
    await bot.start()
    await answer_to(server, asked)
    await all_quiet(server)
    assert len(said_after(server, asked)) == 1


async def test_killed_after_it_answered(server: BotApiServer, bot: BotProcess) -> None:
    """A question whose answer arrived while the bot died is not answered again."""
    lan = new_person(server)
    server.faults.add("sendMessage", botapi.DropAfter())
    server.faults.add("editMessageText", botapi.Delay(PATIENCE_S))
    asked = lan.say(FEE_QUESTION)
    await answer_to(server, asked)
    await server.wait_until(lambda: len(server.faults) == 0, PATIENCE_S)
    await bot.stop(signal.SIGKILL)
    server.faults.clear()
    await bot.start()
    await all_quiet(server)
    assert len(said_after(server, asked)) == 1


async def test_killed_between_two_answers(server: BotApiServer, bot: BotProcess) -> None:
    """A question that was left takes its own place after a restart, not that of another answer."""
    lan = new_person(server)
    server.faults.add("sendMessage", botapi.Delay(0.0))
    server.faults.add("sendMessage", botapi.Delay(PATIENCE_S))
    first, _ = lan.say(FEE_QUESTION), lan.say(OTHER_QUESTION)
    await server.wait_until(lambda: len(server.faults) == 0, PATIENCE_S)
    await waiting_in_inbox(bot, 1)
    await bot.stop(signal.SIGKILL)
    await bot.start()
    await waiting_in_inbox(bot, 0)
    assert [one.text.partition("\n")[0] for one in said_after(server, first)] == [
        FEE_SENTENCE,
        OTHER_SENTENCE,
    ]
    assert [one.edits for one in said_after(server, first)] == [[], []]


async def test_killed_after_one_answer_of_many(server: BotApiServer, bot: BotProcess) -> None:
    """However many messages came in between, an answer that had arrived is not given again."""
    people = [new_person(server, f"Người {number}") for number in range(12)]
    server.faults.add("sendMessage", botapi.DropAfter())
    server.faults.add("editMessageText", botapi.Delay(PATIENCE_S))
    asked = [person.say(FEE_QUESTION) for person in people]
    await server.wait_until(lambda: len(server.faults) == 0, PATIENCE_S)
    await waiting_in_inbox(bot, 1)
    await bot.stop(signal.SIGKILL)
    await bot.start()
    await waiting_in_inbox(bot, 0)
    assert [len(said_after(server, one)) for one in asked] == [1] * len(people)


async def waiting_in_inbox(bot: BotProcess, count: int) -> None:
    """Wait until the bot has dealt with all but so many updates, and written that down."""
    query = "SELECT COUNT(*) FROM inbox WHERE body IS NOT NULL"
    async with asyncio.timeout(PATIENCE_S):
        while True:
            with closing(sqlite3.connect(bot.data / "hoidap.sqlite3")) as database:
                if database.execute(query).fetchone() == (count,):
                    return
            await asyncio.sleep(0.01)


async def test_stopped_while_telegram_is_away(server: BotApiServer, bot: BotProcess) -> None:
    """A bot told to end does not wait for Telegram; the next process answers what is left."""
    lan = new_person(server)
    server.faults.add("sendMessage", botapi.ServerError(502), times=1_000)
    asked = lan.say(FEE_QUESTION)
    tries = len(server.calls("sendMessage"))
    await server.wait_until(lambda: len(server.calls("sendMessage")) > tries + 1, PATIENCE_S)
    assert await bot.stop() == 0, bot.err
    assert said_after(server, asked) == []
    server.faults.clear()
    await bot.start()
    await answer_to(server, asked)
    await all_quiet(server)
    assert len(said_after(server, asked)) == 1


@pytest.mark.parametrize(
    "raw",
    [
        {"message": {"text": "Không có gì khác"}},
        {"message": {"message_id": 1, "date": "hôm qua", "chat": {"id": 5, "type": "private"}}},
        {"callback_query": {"id": "1"}},
        {"something_new": {"a": 1}},
        {"message": None, "inline_query": []},
        {"message": "Đề án 06 là gì?"},
    ],
    ids=str,
)
async def test_updates_that_make_no_sense(
    server: BotApiServer, bot: BotProcess, raw: dict[str, object]
) -> None:
    """An update that cannot be understood is passed over, and the next question is answered."""
    server.put_update(raw)
    answer = await new_person(server).answer(FEE_QUESTION)
    assert quotes(answer)[0] == FEE_QUOTE
    assert bot.running
    assert "Traceback" not in bot.err


async def test_an_update_that_comes_twice(server: BotApiServer, bot: BotProcess) -> None:
    """Updates whose delivery Telegram was not sure of are answered once."""
    lan = new_person(server)
    server.lose_update_reply()
    asked = lan.say(FEE_QUESTION)
    await answer_to(server, asked)
    await all_quiet(server)
    assert len(said_after(server, asked)) == 1


async def test_by_webhook(server: BotApiServer, tmp_path: Path, unused_tcp_port: int) -> None:
    """By webhook a question is answered once, though it is posted again or lost on the way."""
    bot = BotProcess(
        server,
        tmp_path,
        environment={
            "HOIDAP_WEBHOOK_URL": f"http://127.0.0.1:{unused_tcp_port}/telegram",
            "HOIDAP_WEBHOOK_SECRET": SECRET,
            "HOIDAP_LISTEN": f"127.0.0.1:{unused_tcp_port}",
        },
    )
    write_papers(bot.corpus)
    await bot.launch()
    await server.wait_until(lambda: bool(server.calls("setWebhook")), PATIENCE_S)
    lan = new_person(server)
    server.lose_update_reply(2)
    asked = lan.say(FEE_QUESTION)
    await answer_to(server, asked)
    await all_quiet(server)
    assert len(said_after(server, asked)) == 1
    assert await _status(unused_tcp_port, "wrong") == 403
    assert await _status(unused_tcp_port, SECRET) == 200
    assert await bot.stop() == 0, bot.err
    assert SECRET not in bot.err + bot.out


async def _status(port: int, secret: str) -> int:
    """Post an update as somebody who may not be Telegram; return the status of the answer."""
    headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
    url = f"http://127.0.0.1:{port}/telegram"
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, json={"update_id": 1}, headers=headers) as response,
    ):
        return response.status
