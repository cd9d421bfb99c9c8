"""The command and the live bot with an index in Milvus, whose server comes and goes."""

import asyncio
from pathlib import Path

import pytest

from bot.botapi import BotApiServer
from tests import milvus_servers
from tests.e2e.conftest import assert_discreet
from tests.e2e.papers import note, where_is
from tests.e2e.processes import PATIENCE_S, BotProcess, Outcome, clean_environment, command
from tests.e2e.talking import new_person

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.skipif(
        not milvus_servers.lite_version(), reason="milvus-lite has no build for this system"
    ),
]

GONE = "Lúc này chưa tìm được trong tài liệu"
PLACES = {"kèn đồng": "gác chuông", "đàn bầu": "nhà ông Tư"}


def write_papers(corpus: Path, places: dict[str, str]) -> None:
    """Write a document for each thing, which says where it is."""
    corpus.mkdir(exist_ok=True)
    for subject, place in places.items():
        (corpus / f"{subject.split()[0]}.txt").write_text(note(subject, place), encoding="utf-8")


async def test_the_command_moves_an_index(tmp_path: Path) -> None:
    """An index is moved there and back by command; where the settings say otherwise, it says so."""
    write_papers(tmp_path / "corpus", PLACES)
    question = where_is("kèn đồng")
    uri = {"MILVUS_URI": str(tmp_path / "lite.db"), "MILVUS_TOKEN": milvus_servers.TOKEN}

    async def run(*arguments: str, **settings: str) -> Outcome:
        environment = clean_environment(**settings)
        done = await command(*arguments, folder=tmp_path, environment=environment)
        assert "Traceback" not in done.err, done.err
        assert milvus_servers.TOKEN not in done.err
        return done

    assert (await run("index")).code == 0
    assert "MILVUS_URI" in (await run("index", "--to", "milvus")).err
    moved = await run("index", "--to", "milvus", **uri)
    assert (moved.code, "HOIDAP_INDEX=milvus" in moved.err) == (0, True), moved.err
    assert "Đặt HOIDAP_INDEX=milvus" in (await run("ask", question)).err
    in_milvus = await run("ask", question, HOIDAP_INDEX="milvus", **uri)
    assert (in_milvus.code, "gác chuông" in in_milvus.out) == (0, True), in_milvus.err
    assert (await run("index", "--to", "local", **uri)).code == 0
    told = await run("ask", question, HOIDAP_INDEX="milvus", HOIDAP_LANGUAGE="en", **uri)
    assert "hoidap index --to milvus" in told.err


async def test_the_bot_while_milvus_comes_and_goes(tmp_path: Path) -> None:
    """A bot on Milvus answers, reindexes, says when the server is gone, and goes on after it."""
    async with BotApiServer() as server:
        admin = new_person(server, "Quản trị")
        with milvus_servers.serving(tmp_path / "milvus") as (place, milvus):
            assert place.milvus is not None
            bot = BotProcess(
                server,
                tmp_path,
                admins=[admin.user.id],
                environment={
                    "HOIDAP_INDEX": "milvus",
                    "MILVUS_URI": place.milvus.uri,
                    "MILVUS_TOKEN": place.milvus.token,
                },
            )
            write_papers(bot.corpus, PLACES)
            await bot.start()
            assert "gác chuông" in await admin.told(where_is("kèn đồng"))
            write_papers(bot.corpus, {"sáo trúc": "lớp nhạc"})
            started = await admin.hear(admin.say("/reindex"))
            await server.wait_for_edit(
                started, timeout=PATIENCE_S, where=lambda edited: "Thêm " in edited.text
            )
            assert "lớp nhạc" in await admin.told(where_is("sáo trúc"))
            milvus.kill()
            milvus.wait()
            told = await admin.told(where_is("đàn bầu"))
            assert told.startswith(GONE)
        port = int(place.milvus.uri.rpartition(":")[2])
        with milvus_servers.serving(tmp_path / "milvus", port):
            for _ in range(100):
                told = await admin.told(where_is("đàn bầu"))
                if not told.startswith(GONE):
                    break
                await asyncio.sleep(0.1)
            assert "nhà ông Tư" in told
            assert await bot.stop() == 0, bot.err
        assert_discreet(server, bot)
        assert milvus_servers.TOKEN not in bot.err + bot.out
        assert server.violations == []
