"""`hoidap backup` and `restore` beside a running bot, and what the bot does afterwards."""

import json
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.botapi import BotApiServer
from bot.texts.upkeep import VI
from tests.e2e.papers import note, where_is
from tests.e2e.processes import BotProcess, Outcome, clean_environment, command
from tests.e2e.talking import new_person

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server() -> AsyncIterator[BotApiServer]:
    """A Telegram for this module alone."""
    async with BotApiServer() as running:
        yield running


async def hoidap(bot: BotProcess, *arguments: str) -> Outcome:
    """Run a command of hoidap on the bot's folders."""
    environment = clean_environment(HOIDAP_CORPUS=str(bot.corpus), HOIDAP_DATA=str(bot.data))
    outcome = await command(*arguments, folder=bot.folder, environment=environment)
    assert "Traceback" not in outcome.err
    return outcome


async def test_a_bot_that_is_backed_up_and_brought_back(
    server: BotApiServer, tmp_path: Path
) -> None:
    """Backed up as it runs, a bot answers as it did then once it is restored, and not before."""
    bot = BotProcess(server, tmp_path)
    bot.corpus.mkdir()
    horn = bot.corpus / "ken.txt"
    horn.write_text(note("kèn đồng", "gác chuông"), encoding="utf-8")
    lan = new_person(server)
    await bot.start()
    assert "gác chuông" in (await lan.answer(where_is("kèn đồng")))[0].text
    file = tmp_path / "hoidap.tar.gz"
    made = await hoidap(bot, "backup", str(file))
    assert (made.code, made.out) == (0, ""), made.err
    assert VI.sensitive in made.err
    assert server.token.encode() not in file.read_bytes()

    horn.write_text(note("kèn đồng", "nhà bà Sáu"), encoding="utf-8")
    assert (await hoidap(bot, "index")).code == 0
    name = json.loads((bot.data / "current.json").read_text())["current"]
    await bot.printed(f"generation.serving name={name}")
    assert "nhà bà Sáu" in (await lan.answer(where_is("kèn đồng")))[0].text
    refused = await hoidap(bot, "restore", str(file))
    assert refused.code == 2
    assert VI.fault_in_use.format(detail=bot.data) in refused.err
    assert "nhà bà Sáu" in (await lan.answer(where_is("kèn đồng")))[0].text

    assert await bot.stop(signal.SIGKILL) == -signal.SIGKILL
    restored = await hoidap(bot, "restore", str(file))
    assert restored.code == 0, restored.err
    assert "trước đó được cất ở" in restored.err
    await bot.start()
    assert "gác chuông" in (await lan.answer(where_is("kèn đồng")))[0].text
    assert await bot.stop() == 0, bot.err
    assert server.token not in made.err + restored.err


async def test_a_restore_that_cannot_be(server: BotApiServer, tmp_path: Path) -> None:
    """A file that is no backup ends a restore with exit code 2 and changes nothing."""
    bot = BotProcess(server, tmp_path)
    bot.corpus.mkdir()
    (bot.corpus / "ken.txt").write_text(note("kèn đồng", "gác chuông"), encoding="utf-8")
    (tmp_path / "x.tar.gz").write_bytes(b"no archive")
    outcome = await hoidap(bot, "restore", "x.tar.gz")
    assert outcome.code == 2
    assert outcome.err.splitlines()[-1].startswith("hoidap: Bản sao lưu bị hỏng")
    among = await hoidap(bot, "backup", str(bot.corpus / "x.tar.gz"))
    assert among.code == 2
    assert sorted(path.name for path in bot.corpus.iterdir()) == ["ken.txt"]
