"""Health: which part is said to be well, and what a process tells that is not."""

import asyncio
import math
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import pytest
from telegram import Bot
from telegram.error import NetworkError

from bot import metrics
from bot.errors import DeadlineExceeded, StoreError
from bot.health import Health
from bot.polling import Pulse, poll
from bot.service import AnswerService
from bot.store import Store
from bot.store.database import Database
from bot.web.requests import AiohttpRequest
from bot.web.status import StatusServer
from tests.e2e.figures import fetched

pytestmark = pytest.mark.asyncio(loop_scope="session")


class Reached:
    """A client that last heard of Telegram so many seconds ago."""

    def __init__(self, seconds_ago: float) -> None:
        self.reached_at = time.monotonic() - seconds_ago


class Telegram:
    """Counts who asks; each answer counts as heard by `client`, unless it `fails`."""

    def __init__(self, client: Reached, fails: Exception | None = None) -> None:
        self.asked = 0
        self._client = client
        self._fails = fails

    async def get_me(self) -> None:
        """Answer, or not."""
        self.asked += 1
        if self._fails is not None:
            raise self._fails
        self._client.reached_at = time.monotonic()


@pytest.fixture
async def answers(tmp_path: Path) -> AsyncIterator[AnswerService]:
    """A service without an index."""
    service = AnswerService(tmp_path / "none", None)
    await service.start()
    yield service
    await service.stop()


def health(answers: AnswerService, *clients: Reached, receives: bool = True) -> Health:
    """What is told of a bot with these clients."""
    return Health(answers, cast("list[AiohttpRequest]", clients), lambda: receives)


async def test_each_part_is_told_apart(answers: AnswerService, store: Store) -> None:
    """Without an index and a database, and with Telegram reached lately, just that is told."""
    told = health(answers, Reached(math.inf), Reached(60))
    assert await told.ready() == {"index": False, "database": False, "telegram": True}
    told.store = store
    assert (await told.ready())["database"]
    await store.close()
    assert not (await told.ready())["database"]


async def test_a_bot_that_goes_on_is_live(answers: AnswerService) -> None:
    """A bot lives while it receives and answers, whatever it lacks."""
    assert health(answers, Reached(0)).live() == {"receiving": True, "answering": True}
    assert not health(answers, Reached(0), receives=False).live()["receiving"]
    told = health(answers, Reached(math.inf))
    await answers.stop()
    assert told.live() == {"receiving": True, "answering": False}


async def test_telegram_is_asked_where_nobody_has(answers: AnswerService) -> None:
    """By webhook Telegram is asked when it has not answered lately, and only then."""
    client = Reached(1_000)
    told, telegram = health(answers, client), Telegram(client)
    assert not (await told.ready())["telegram"]
    told.bot = cast(Bot, telegram)
    checks = await asyncio.gather(*(told.ready() for _ in range(5)))
    assert [check["telegram"] for check in checks] == [True] * 5
    assert telegram.asked == 1


async def test_telegram_that_is_away_is_not_asked_at_every_look(answers: AnswerService) -> None:
    """However often somebody looks, Telegram is asked seldom, and nobody waits for long."""
    client = Reached(1_000)
    told, telegram = health(answers, client), Telegram(client, NetworkError("away"))
    told.bot = cast(Bot, telegram)
    checks = await asyncio.gather(*(told.ready() for _ in range(5)))
    assert [check["telegram"] for check in checks] == [False] * 5
    assert telegram.asked == 1


async def test_over_http(answers: AnswerService, unused_tcp_port: int) -> None:
    """What is well is a 200 and what is not a 503, with the parts; figures say the same."""
    server = StatusServer(
        ("127.0.0.1", unused_tcp_port),  # type: ignore[arg-type]
        health(answers, Reached(0), receives=False),
    )
    await server.start()
    try:
        status, parts = await fetched(unused_tcp_port, "/healthz")
        assert (status, parts) == (503, {"ok": False, "receiving": False, "answering": True})
        status, parts = await fetched(unused_tcp_port, "/readyz")
        assert status == 503
        assert parts == {"ok": False, "index": False, "database": False, "telegram": True}
        status, text = await fetched(unused_tcp_port, "/metrics")
        assert status == 200
        for line in (
            'hoidap_live{part="receiving"} 0.0',
            'hoidap_live{part="answering"} 1.0',
            'hoidap_ready{part="index"} 0.0',
            'hoidap_ready{part="telegram"} 1.0',
        ):
            assert line in text.splitlines()
    finally:
        await server.stop()


async def test_a_pulse() -> None:
    """What has not begun counts as going on; after that each step has its time."""
    pulse = Pulse()
    assert pulse.goes_on
    pulse.beat(60.0)
    assert pulse.goes_on
    pulse.beat(-1.0)
    assert not pulse.goes_on


class Away:
    """A Telegram that cannot be reached twice, and then ends the test."""

    def __init__(self, pulse: Pulse) -> None:
        self.asked = 0
        self._pulse = pulse

    async def do_api_request(self, *_: object, **__: object) -> list[Any]:
        """Fail, while the pulse goes on."""
        assert self._pulse.goes_on
        self.asked += 1
        if self.asked > 2:
            raise asyncio.CancelledError
        raise NetworkError("away")


async def test_polling_that_fails_is_alive() -> None:
    """A network that is down is no death: polling goes round, and its pulse with it."""
    pulse = Pulse()
    pulse.beat(-1.0)
    telegram = Away(pulse)

    async def take(_: object) -> None:
        """Nothing comes."""

    with pytest.raises(asyncio.CancelledError):
        await poll(cast(Bot, telegram), take, pulse)
    assert telegram.asked == 3
    assert pulse.goes_on


def sample(name: str, **labels: str) -> float:
    """A figure of this process."""
    return metrics.REGISTRY.get_sample_value(name, labels) or 0.0


async def test_a_database_that_fails_is_counted(tmp_path: Path) -> None:
    """Each time the database cannot be used counts, and what waits to be written is told."""
    database = await Database.open(tmp_path / "a.sqlite3")
    before = sample("hoidap_database_failures_total")
    with pytest.raises(StoreError):
        await database.rows("SELECT nothing FROM nowhere")
    assert sample("hoidap_database_failures_total") == before + 1
    for number in range(3):
        database.write_soon("SELECT ?", [number])
    assert database.unwritten == 3
    await database.rows("SELECT 1")
    assert database.unwritten == 0
    await database.close()


async def test_what_waits_in_the_queue_is_told(tmp_path: Path) -> None:
    """Questions that wait are told as long as they do, and their waiting is timed."""
    service = AnswerService(tmp_path, None, deadline_s=0.01)
    with pytest.raises(DeadlineExceeded):
        await service.ask("Đề án 06 là gì?", 1)
    assert service.waiting == 1
    await service.start()
    async with asyncio.timeout(10):
        while service.waiting:  # noqa: ASYNC110
            await asyncio.sleep(0)
    await service.stop()
