"""The bot's HTTP client against servers on loopback that answer, and ones that do not."""

import asyncio
import gc
import io
import logging
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from telegram import Bot, InputFile
from telegram.error import BadRequest, NetworkError, TelegramError, TimedOut

from bot.web.requests import AiohttpRequest
from tests.integration.http_servers import (
    PATIENCE_S,
    WORDS,
    Act,
    Telegram,
    cut,
    drop,
    elsewhere,
    free_address,
    mumble,
    never,
    nothing_new,
    speaking,
    stall,
    telegram_on_loopback,
    well,
)

TOKEN = "123456:ABCdefGHIjkl_mno-pqr"
SHORT_S = 0.05


@pytest_asyncio.fixture(loop_scope="session")
async def telegram() -> AsyncIterator[Telegram]:
    """One that answers well until told otherwise."""
    async with telegram_on_loopback() as server:
        yield server


@asynccontextmanager
async def connected(url: str, request: AiohttpRequest | None = None) -> AsyncIterator[Bot]:
    """A bot of the library that sends by this client."""
    async with request or AiohttpRequest() as sends, AiohttpRequest(1) as polls:
        yield Bot(TOKEN, f"{url}/bot", f"{url}/file/bot", sends, polls)


async def say(bot: Bot, **timeouts: float | None) -> Any:
    """Say some words, by a method of no name that the library would warn about."""
    return await bot.do_api_request("say", {"chat_id": 7, "text": WORDS}, None, **timeouts)


async def test_an_answer(telegram: Telegram) -> None:
    """Parameters arrive as they were, and so does the answer."""
    async with connected(telegram.url) as bot:
        assert await say(bot) == {"said": WORDS}
        assert await bot.do_api_request("listen") == {"said": WORDS}
    assert telegram.calls == [{"chat_id": "7", "text": WORDS}, {}]


async def test_a_connection_is_kept(telegram: Telegram) -> None:
    """Calls after each other share a connection."""
    async with connected(telegram.url) as bot:
        for _ in range(3):
            await say(bot)
    assert len(telegram.connections) == 1


async def test_a_refusal(telegram: Telegram) -> None:
    """A refusal is raised with Telegram's reason."""

    async def refuse(_: web.Request) -> web.StreamResponse:
        return web.json_response(
            {"ok": False, "error_code": 400, "description": "Bad Request: chat not found"},
            status=400,
        )

    telegram.act = refuse
    async with connected(telegram.url) as bot:
        with pytest.raises(BadRequest, match="Chat not found"):
            await say(bot)


async def test_a_gateway_page(telegram: Telegram) -> None:
    """A page of a gateway is a broken network, which may pass."""

    async def page(_: web.Request) -> web.StreamResponse:
        return web.Response(status=502, text="<html>", content_type="text/html")

    telegram.act = page
    async with connected(telegram.url) as bot:
        with pytest.raises(NetworkError) as failed:
            await say(bot)
    assert type(failed.value) is NetworkError


async def test_an_answer_that_is_no_json(telegram: Telegram) -> None:
    """Half an answer that came whole is the library's bare error, which says so."""

    async def half(_: web.Request) -> web.StreamResponse:
        return web.Response(text='{"ok": tr', content_type="application/json")

    telegram.act = half
    async with connected(telegram.url) as bot:
        with pytest.raises(TelegramError) as failed:
            await say(bot)
    assert type(failed.value) is TelegramError


@pytest.mark.parametrize("act", [drop, cut, elsewhere], ids=lambda act: act.__name__)
async def test_a_call_is_sent_once(telegram: Telegram, act: Act) -> None:
    """A call that was read is not sent again, even if the connection was kept from before."""
    async with connected(telegram.url) as bot:
        await say(bot)
        telegram.act = act
        with pytest.raises(NetworkError) as failed:
            await say(bot)
        assert not isinstance(failed.value, TimedOut)
        assert len(telegram.calls) == 2
        telegram.act = well
        assert await say(bot) == {"said": WORDS}


async def test_a_connection_closed_before_the_call_is_read() -> None:
    """A server that hangs up at once is a broken network, asked once."""
    came = 0

    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal came
        came += 1
        writer.transport.abort()

    async with speaking(hang_up) as url, connected(url) as bot:
        with pytest.raises(NetworkError):
            await say(bot)
    assert came == 1


async def test_a_kept_connection_that_was_closed_meanwhile() -> None:
    """The call after a kept connection was closed goes by a new one."""
    gone: asyncio.Queue[bytes] = asyncio.Queue()

    async def answer_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(line for line in head.lower().splitlines() if b"content-length" in line)
        await reader.readexactly(int(length.split(b":")[1]))
        body = b'{"ok": true, "result": true}'
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
        writer.write_eof()
        # The end of the stream: the client has closed its side too.
        gone.put_nowait(await reader.read())

    async with speaking(answer_once) as url, connected(url) as bot:
        for _ in range(2):
            assert await say(bot) is True
            assert await asyncio.wait_for(gone.get(), PATIENCE_S) == b""


async def test_what_is_no_http() -> None:
    """A server that does not speak HTTP is a broken network."""
    async with speaking(mumble) as url, connected(url) as bot:
        with pytest.raises(NetworkError):
            await say(bot)


async def test_nobody_listens() -> None:
    """A refused connection is a broken network."""
    async with connected(await free_address()) as bot:
        with pytest.raises(NetworkError):
            await say(bot)


@pytest.mark.parametrize("act", [never, stall], ids=lambda act: act.__name__)
async def test_an_answer_that_does_not_come(telegram: Telegram, act: Act) -> None:
    """An answer, or the rest of one, that takes longer than the read timeout is given up."""
    telegram.act = act
    async with connected(telegram.url, AiohttpRequest(read_timeout=SHORT_S)) as bot:
        with pytest.raises(TimedOut):
            await say(bot)


async def test_timeouts_of_a_call(telegram: Telegram) -> None:
    """What a call says goes before what is usual, and None waits for ever."""
    let_go = asyncio.Event()

    async def wait(request: web.Request) -> web.StreamResponse:
        await let_go.wait()
        return await well(request)

    telegram.act = wait
    request = AiohttpRequest(read_timeout=SHORT_S)
    assert request.read_timeout == SHORT_S
    async with connected(telegram.url, request) as bot:
        patient = asyncio.create_task(say(bot, read_timeout=None))
        await telegram.called()
        with pytest.raises(TimedOut):
            await say(bot)
        let_go.set()
        assert await patient == {"said": WORDS}


async def test_no_connection_is_free(telegram: Telegram) -> None:
    """A call that waits too long is not sent, one given up makes way, and polling is apart."""
    telegram.act = never
    async with connected(telegram.url, AiohttpRequest(1, pool_timeout=SHORT_S)) as bot:
        first = asyncio.create_task(say(bot))
        await telegram.called()
        with pytest.raises(TimedOut, match=r"\*not\* sent"):
            await say(bot)
        assert len(telegram.calls) == 1
        telegram.act = nothing_new
        assert await bot.get_updates() == ()
        telegram.act = well
        first.cancel()
        await asyncio.wait([first])
        assert await say(bot) == {"said": WORDS}


@pytest.mark.parametrize("as_handle", [False, True])
async def test_an_upload(telegram: Telegram, as_handle: bool) -> None:
    """A file arrives whole with its name and kind, beside the parameters."""
    data = bytes(range(256)) * 1_200
    source = io.BytesIO(data) if as_handle else data
    document = InputFile(source, 'Báo cáo "Bảy".pdf', read_file_handle=not as_handle)
    async with connected(telegram.url) as bot:
        await bot.do_api_request("give", {"caption": WORDS, "document": document})
    # Quotation marks as browsers write them.
    name = "Báo cáo %22Bảy%22.pdf"
    assert telegram.calls == [
        {"caption": WORDS, "document": (name, "application/pdf", data)},
    ]


async def test_an_upload_that_is_not_taken() -> None:
    """A server that stops reading is given up: uploads after the time for uploads, unless said."""

    async def ignore(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")

    document = InputFile(bytes(1 << 24), "large.bin")
    request = AiohttpRequest(write_timeout=None, media_write_timeout=SHORT_S, read_timeout=None)
    async with speaking(ignore) as url, connected(url, request) as bot:
        with pytest.raises(TimedOut):
            await bot.do_api_request("give", {"document": document})
        large = {"text": "x" * (1 << 24)}
        with pytest.raises(TimedOut):
            await bot.do_api_request("say", large, write_timeout=SHORT_S)


async def test_a_file_is_fetched(telegram: Telegram) -> None:
    """A file comes as its bytes."""

    async def give(_: web.Request) -> web.StreamResponse:
        return web.Response(body=bytes(range(256)))

    telegram.act = give
    async with connected(telegram.url) as bot:
        fetched = await bot.request.retrieve(f"{telegram.url}/file/bot{TOKEN}/documents/file_0.pdf")
    assert fetched == bytes(range(256))


async def test_beginning_and_ending_twice(telegram: Telegram) -> None:
    """Made ready or closed twice is once; closed it refuses to send, and it may begin again."""
    request = AiohttpRequest()
    for _ in range(2):
        await request.initialize()
        await request.initialize()
        assert await request.post(f"{telegram.url}/bot{TOKEN}/getMe") == {"said": WORDS}
        await request.shutdown()
        await request.shutdown()
        with pytest.raises(NetworkError, match="not initialized"):
            await request.post(f"{telegram.url}/bot{TOKEN}/getMe")


async def test_a_proxy_of_the_environment(
    telegram: Telegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Calls go by the environment's proxy, with its password, but not where it says not to."""
    asked: list[tuple[str, str]] = []

    async def pass_on(request: web.Request) -> web.StreamResponse:
        asked.append((request.raw_path, request.headers.get("Proxy-Authorization", "")))
        return await well(request)

    telegram.act = pass_on
    for name in ("no_proxy", "http_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("HTTP_PROXY", telegram.url.replace("//", "//lan:secret@"))
    async with connected("http://telegram.invalid") as bot:
        await say(bot)
        monkeypatch.setenv("NO_PROXY", "telegram.invalid")
        with pytest.raises(NetworkError):
            await say(bot)
    basic = "Basic bGFuOnNlY3JldA=="
    assert asked == [(f"http://telegram.invalid/bot{TOKEN}/say", basic)]


def test_a_proxy_that_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy that does not speak HTTP is refused at once, without its password."""
    monkeypatch.setenv("ALL_PROXY", "socks5://lan:secret@127.0.0.1:1080")
    with pytest.raises(ValueError, match="no socks5") as refused:
        AiohttpRequest()
    assert "secret" not in str(refused.value)


async def assert_discreet(url: str, caplog: pytest.LogCaptureFixture) -> None:
    """A call fails, and neither its error, nor what led to it, nor any log has the token."""
    for name in ("", "aiohttp.client", "aiohttp.internal"):
        caplog.set_level(logging.DEBUG, name)
    async with connected(url, AiohttpRequest(read_timeout=SHORT_S)) as bot:
        # PTB's own debug log tells the URL when a bot is made.
        caplog.clear()
        with pytest.raises(NetworkError) as failed:
            await say(bot)
    gc.collect()
    error = failed.value
    assert error.__cause__ is None
    assert error.__context__ is None
    told = "".join(traceback.format_exception(error)) + repr(error) + caplog.text
    assert TOKEN.split(":")[1] not in told


@pytest.mark.parametrize("act", [drop, cut, never, stall], ids=lambda act: act.__name__)
async def test_no_token_in_the_error_of_a_lost_answer(
    telegram: Telegram, caplog: pytest.LogCaptureFixture, act: Act
) -> None:
    """However an answer is lost, nothing that is raised or logged has the token."""
    telegram.act = act
    await assert_discreet(telegram.url, caplog)


async def test_no_token_in_the_error_of_a_wrong_address(caplog: pytest.LogCaptureFixture) -> None:
    """Where no Telegram is, nothing that is raised or logged has the token."""
    for url in (await free_address(), "ftp://telegram.invalid", "http://[::1"):
        await assert_discreet(url, caplog)
    async with speaking(mumble) as url:
        await assert_discreet(url, caplog)
