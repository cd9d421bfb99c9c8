"""Servers on loopback for the bot's HTTP client: one that answers, and ones that misbehave."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

WORDS = "Bảy giờ sáng, “ở nhà ông Bảy” & ☕"
PATIENCE_S = 20.0

Act = Callable[[web.Request], Awaitable[web.StreamResponse]]
Speak = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Telegram:
    """A Bot API that notes what it reads, and does with it what the test says."""

    def __init__(self) -> None:
        self.url = ""
        self.calls: list[dict[str, Any]] = []
        self.connections: set[object] = set()
        self.act: Act = well
        self._came = asyncio.Event()

    async def take(self, request: web.Request) -> web.StreamResponse:
        """Note the whole request, then act."""
        is_json = request.content_type == "application/json"
        values = await (request.json() if is_json else request.post())
        # A file is closed when the request is over.
        self.calls.append({name: read(value) for name, value in values.items()})
        self.connections.add(request.transport)
        self._came.set()
        return await self.act(request)

    async def called(self) -> None:
        """Wait until something has been read."""
        await asyncio.wait_for(self._came.wait(), PATIENCE_S)


def read(value: object) -> object:
    """A file as its name, kind and bytes; anything else as it is."""
    if not isinstance(value, web.FileField):
        return value
    return value.filename, value.content_type, value.file.read()


async def well(_: web.Request) -> web.StreamResponse:
    return web.json_response({"ok": True, "result": {"said": WORDS}})


async def nothing_new(_: web.Request) -> web.StreamResponse:
    return web.json_response({"ok": True, "result": []})


async def drop(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def never(_: web.Request) -> web.StreamResponse:
    await asyncio.Event().wait()
    raise AssertionError("unreachable")


async def cut(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse(headers={"Content-Length": "1000"})
    await answer.prepare(request)
    await answer.write(b'{"ok": true, ')
    return await drop(request)


async def stall(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse(headers={"Content-Length": "1000"})
    await answer.prepare(request)
    await answer.write(b'{"ok": true, ')
    return await never(request)


async def elsewhere(request: web.Request) -> web.StreamResponse:
    return web.Response(status=307, headers={"Location": str(request.url)})


async def mumble(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Speak, but not HTTP."""
    writer.write(b"220 mail.example ESMTP\r\n\r\n")
    await writer.drain()


@asynccontextmanager
async def telegram_on_loopback() -> AsyncIterator[Telegram]:
    """Yield one that answers well until told otherwise."""
    server = Telegram()
    app = web.Application(client_max_size=1 << 24)
    app.router.add_route("*", "/{path:.*}", server.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield server
    finally:
        await runner.cleanup()


@asynccontextmanager
async def speaking(speak: Speak) -> AsyncIterator[str]:
    """A server that speaks what it likes to each connection; yields its URL."""
    held: list[asyncio.StreamWriter] = []

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        held.append(writer)
        await speak(reader, writer)

    async with await asyncio.start_server(take, "127.0.0.1", 0) as server:
        try:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        finally:
            for writer in held:
                writer.transport.abort()


async def free_address() -> str:
    """Return a URL at which nobody listens."""
    async with await asyncio.start_server(lambda *_: None, "127.0.0.1", 0) as server:
        return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
