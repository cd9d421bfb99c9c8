"""The bot's process begins and ends: cleanly, by force, and when it cannot begin at all."""

import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.botapi import BotApiServer, ServerError
from tests.e2e.papers import note, where_is
from tests.e2e.processes import PATIENCE_S, BotProcess, clean_environment, command, gone
from tests.e2e.talking import new_person, said_after

pytestmark = pytest.mark.asyncio(loop_scope="session")

_CROWD = 500
"""Questions at once, of as many people."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server() -> AsyncIterator[BotApiServer]:
    """A Telegram for this module alone."""
    async with BotApiServer() as running:
        yield running
        running.faults.clear()


def corpus_in(folder: Path) -> Path:
    """Return a corpus of one document in `folder`."""
    corpus = folder / "corpus"
    corpus.mkdir()
    (corpus / "ken.txt").write_text(note("kèn đồng", "gác chuông"), encoding="utf-8")
    return corpus


async def test_killed_while_it_reindexes(server: BotApiServer, tmp_path: Path) -> None:
    """After kill -9 a reindex is taken up again in the same message; SIGTERM ends one too."""
    corpus = corpus_in(tmp_path)
    admin = new_person(server, "Quản trị")
    bot = BotProcess(server, tmp_path, admins=[admin.user.id])
    await bot.start()
    (corpus / "dan.txt").write_text(note("đàn tranh", "nhà bà Sáu"), encoding="utf-8")
    asked = admin.say("/reindex")
    started = await admin.hear(asked)
    orphan = await bot.child("index")
    assert await bot.stop(signal.SIGKILL) == -signal.SIGKILL
    await bot.start()
    await server.wait_until(lambda: "xong chỉ mục: 2" in started.text, PATIENCE_S)
    assert said_after(server, asked) == [started]
    assert "nhà bà Sáu" in (await admin.answer(where_is("đàn tranh")))[0].text
    await gone(orphan)
    started = await admin.hear(admin.say("/reindex"))
    child = await bot.child("index")
    assert await bot.stop() == 0, bot.err
    await gone(child)
    assert started.text.startswith("Không lập được chỉ mục")


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="one core searches in the bot itself")
async def test_killed_while_it_searches(server: BotApiServer, tmp_path: Path) -> None:
    """Piled-up questions get a process that searches, and it ends with the bot, also if killed."""
    corpus_in(tmp_path)
    lan = new_person(server)
    bot = BotProcess(server, tmp_path)
    await bot.start()
    for _ in range(3):
        assert "gác chuông" in (await lan.answer(where_is("kèn đồng")))[0].text
    assert bot.children("spawn_main") == []
    for number in range(_CROWD):
        new_person(server, f"Người {number}").say(where_is("kèn đồng"))
    searching = await bot.child("spawn_main")
    await bot.printed("search.process_ready")
    assert await bot.stop(signal.SIGKILL) == -signal.SIGKILL
    await gone(searching)


async def test_without_its_database(server: BotApiServer, tmp_path: Path) -> None:
    """With a broken database the bot answers all the same; SIGTERM ends it with exit code 0."""
    corpus_in(tmp_path)
    bot = BotProcess(server, tmp_path)
    bot.data.mkdir()
    (bot.data / "hoidap.sqlite3").write_bytes(b"not a database, " * 1_000)
    await bot.start()
    assert "gác chuông" in (await new_person(server).answer(where_is("kèn đồng")))[0].text
    assert "store.unavailable" in bot.err
    assert f"@{server.bot.username} đang chạy với 1 tài liệu" in bot.out
    assert await bot.stop(signal.SIGTERM) == 0, bot.err
    assert "Traceback" not in bot.err


async def test_stopped_before_it_is_connected(server: BotApiServer, tmp_path: Path) -> None:
    """SIGTERM ends a bot that cannot reach Telegram yet."""
    corpus_in(tmp_path)
    server.faults.add("deleteWebhook", ServerError(502), times=1_000)
    bot = BotProcess(server, tmp_path)
    tries = len(server.calls("deleteWebhook"))
    await bot.launch()
    await server.wait_until(lambda: len(server.calls("deleteWebhook")) > tries, PATIENCE_S)
    assert await bot.stop(signal.SIGTERM) == 0, bot.err
    server.faults.clear()


async def test_a_token_that_telegram_refuses(server: BotApiServer, tmp_path: Path) -> None:
    """A token that Telegram does not know ends the bot with exit code 2 and what to do."""
    corpus = corpus_in(tmp_path)
    token = server.token[:-5] + "wrong"
    environment = clean_environment(
        TELEGRAM_BOT_TOKEN=token, TELEGRAM_API_BASE=server.base_url, HOIDAP_CORPUS=str(corpus)
    )
    outcome = await command("run", folder=tmp_path, environment=environment)
    assert outcome.code == 2
    assert "hoidap: Telegram không nhận token" in outcome.err
    assert "Traceback" not in outcome.err
    assert token not in outcome.err + outcome.out


async def test_no_token(tmp_path: Path) -> None:
    """Without a token the bot ends with exit code 2 and says where to get one."""
    environment = clean_environment(HOIDAP_CORPUS=str(corpus_in(tmp_path)))
    outcome = await command("run", folder=tmp_path, environment=environment)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("hoidap: TELEGRAM_BOT_TOKEN is not set: ask @BotFather for one")
    assert "Traceback" not in outcome.err
    assert not (tmp_path / "data").exists()
