"""What a bot tells of itself when it polls, when Telegram is away, and where it cannot tell it."""

import os
import signal
import socket
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from bot.botapi import BotApiServer
from tests.e2e.figures import fetched, figures
from tests.e2e.papers import FEE_QUESTION, write_papers
from tests.e2e.processes import BotProcess
from tests.e2e.talking import new_person

pytestmark = pytest.mark.asyncio(loop_scope="session")

_CROWD = 400
HOURS_QUESTION = "Thư viện mở cửa từ mấy giờ đến mấy giờ?"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server() -> AsyncIterator[BotApiServer]:
    """A Telegram for this module alone."""
    async with BotApiServer() as running:
        yield running


async def test_an_address_that_is_taken(
    server: BotApiServer, tmp_path: Path, unused_tcp_port: int
) -> None:
    """A bot whose address for figures is taken says so and ends, before it talks to Telegram."""
    before = len(server.calls("getMe"))
    other = BotProcess(
        server,
        tmp_path,
        environment={"HOIDAP_METRICS": f"127.0.0.1:{unused_tcp_port}"},
    )
    write_papers(other.corpus)
    with socket.create_server(("127.0.0.1", unused_tcp_port)):
        process = await other.launch()
        assert await process.wait() == 2
    assert "HOIDAP_METRICS: cannot listen on 127.0.0.1:" in other.err
    assert "Traceback" not in other.err
    assert len(server.calls("getMe")) == before


async def test_before_telegram_is_reached(
    server: BotApiServer, tmp_path: Path, unused_tcp_port_factory: Callable[[], int]
) -> None:
    """A bot that waits for its network lives and is not ready; it does not go for that."""
    nowhere, status = unused_tcp_port_factory(), unused_tcp_port_factory()
    other = BotProcess(
        server,
        tmp_path,
        environment={"HOIDAP_METRICS": f"127.0.0.1:{status}", "HOIDAP_LOG": "json"},
    )
    other.reach(f"http://127.0.0.1:{nowhere}")
    write_papers(other.corpus)
    await other.launch()
    await other.printed("connect.failed")
    assert (await fetched(status, "/healthz"))[0] == 200
    code, parts = await fetched(status, "/readyz")
    assert code == 503
    assert not parts["telegram"]
    assert (await figures(status)).of("hoidap_telegram_requests_total", outcome="network") >= 1
    assert other.running
    assert await other.stop() == 0, other.err


async def test_by_polling(
    server: BotApiServer, tmp_path: Path, unused_tcp_port_factory: Callable[[], int]
) -> None:
    """A bot that polls is live, ready and counts, and so is a search process while it is needed."""
    status = unused_tcp_port_factory()
    bot = BotProcess(server, tmp_path, environment={"HOIDAP_METRICS": f"127.0.0.1:{status}"})
    write_papers(bot.corpus)
    await bot.start()
    await new_person(server).answer(FEE_QUESTION)
    await new_person(server).answer(HOURS_QUESTION)
    assert (await fetched(status, "/healthz"))[0] == 200
    assert (await fetched(status, "/readyz"))[0] == 200
    now = await figures(status)
    assert now.of("hoidap_questions_total", surface="private", outcome="answered") == 2
    assert now.of("hoidap_updates_received_total") == 2
    assert now.of("hoidap_search_process_up") == 0
    crowd(server)
    searching = await bot.child("spawn_main")
    await bot.printed("search.process_ready")
    now = await figures(status)
    assert now.of("hoidap_search_process_up") == 1
    assert now.of("hoidap_search_process_cpu_seconds_total") > 0
    assert now.of("hoidap_search_process_resident_memory_bytes") > 10e6
    os.kill(searching, signal.SIGKILL)
    crowd(server)
    await bot.printed("search.process_died")
    assert (await figures(status)).of("hoidap_search_process_restarts_total") == 1
    assert await bot.stop() == 0, bot.err


def crowd(server: BotApiServer) -> None:
    """So many ask at once that a process is needed."""
    for number in range(_CROWD):
        new_person(server, f"Người {number}").say(FEE_QUESTION)
