"""More updates left by a process that died than the next one takes at once."""

from pathlib import Path

import pytest

from bot.botapi import BotApiServer
from bot.receiving import MOST_AT_ONCE, MOST_QUEUED
from bot.store import Store
from tests.e2e.papers import FEE_QUESTION, FEE_SENTENCE, write_papers
from tests.e2e.processes import BotProcess
from tests.e2e.talking import new_person

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_more_than_the_queue_holds(tmp_path: Path) -> None:
    """A bot with more left to do than its queue holds begins to listen all the same."""
    async with BotApiServer() as telegram:
        bot = BotProcess(telegram, tmp_path)
        write_papers(bot.corpus)
        store = await Store.open(bot.data / "hoidap.sqlite3")
        left = range(1, MOST_AT_ONCE + MOST_QUEUED + 100)
        await store.inbox.take({n: {"update_id": n} for n in left})
        await store.close()
        await bot.start()
        assert FEE_SENTENCE in (await new_person(telegram).answer(FEE_QUESTION))[0].text
        assert await bot.stop() == 0, bot.err
