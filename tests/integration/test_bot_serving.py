"""The bot's HTTP server: whoever is slow or idle keeps out nobody."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from bot.web.serving import BoundedServer
from tests.integration.callers import PATIENCE_S, answer, line

pytestmark = pytest.mark.asyncio(loop_scope="session")

SHORT_S = 0.3


@asynccontextmanager
async def small_server(port: int, *, idle_s: float, most: int) -> AsyncIterator[asyncio.Event]:
    """Serve pages at /quick, and at /held until the event is set."""
    release = asyncio.Event()
    application = web.Application()

    async def quick(_: web.Request) -> web.Response:
        return web.Response()

    async def held(request: web.Request) -> web.Response:
        with server.busy(request):
            await release.wait()
        return web.Response()

    application.router.add_get("/quick", quick)
    application.router.add_get("/held", held)
    server = BoundedServer(application, idle_s=idle_s, most_connections=most)
    await server.start("127.0.0.1", port, "HOIDAP_LISTEN")
    try:
        yield release
    finally:
        release.set()
        await server.stop()


def get(path: str) -> bytes:
    """Return a request for a page."""
    return f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode()


async def test_a_head_that_dribbles(unused_tcp_port: int) -> None:
    """Whoever says nothing, or half a head, for too long is hung up on, after a request too."""
    async with small_server(unused_tcp_port, idle_s=SHORT_S, most=10):
        async with line(unused_tcp_port) as silent:
            await silent.ends()
        async with line(unused_tcp_port) as slow:
            slow.say(b"GET /quick HTTP/1.1\r\nHost")
            await slow.ends()
        async with line(unused_tcp_port) as asked:
            asked.say(get("/quick"))
            assert await asked.status() == 200
            asked.say(b"GET /quick")
            await asked.ends()


async def test_many_who_say_nothing(unused_tcp_port: int) -> None:
    """Hundreds of idle connections keep out nobody: the oldest make room, what is busy stays."""
    async with small_server(unused_tcp_port, idle_s=PATIENCE_S, most=5) as release:
        async with line(unused_tcp_port) as busy:
            busy.say(get("/held"))
            idle = [await asyncio.open_connection("127.0.0.1", unused_tcp_port) for _ in range(100)]
            assert await answer(unused_tcp_port, get("/quick")) == 200
            async with asyncio.timeout(PATIENCE_S):
                for reader, _ in idle[:90]:
                    assert await reader.read() == b""
            release.set()
            assert await busy.status() == 200
        for _, writer in idle:
            writer.close()
