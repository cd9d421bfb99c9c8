"""The webhook as strangers try it: by other ways, without the secret, too much, too slow."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot import metrics
from bot.errors import ConfigError
from bot.settings import Webhook
from bot.web.webhook import WebhookServer
from tests.integration.callers import PATIENCE_S, Line, answer, line

pytestmark = pytest.mark.asyncio(loop_scope="session")

SECRET = "s3cret-word"
MOST_BYTES = 1_000_000
SHORT_S = 0.3
UPDATE = {"update_id": 7, "message": {"text": "Đề án 06 là gì?"}}


class Inbox:
    """Takes updates; while it is not open, whoever brings one waits."""

    def __init__(self) -> None:
        self.updates: list[dict[str, Any]] = []
        self.waiting = asyncio.Semaphore(0)
        self.open = asyncio.Event()
        self.open.set()

    async def take(self, update: dict[str, Any]) -> None:
        """Take one, when the inbox is open."""
        self.waiting.release()
        await self.open.wait()
        if update.get("broken"):
            raise ValueError(str(update))
        self.updates.append(update)


@pytest.fixture
def inbox() -> Inbox:
    """What the webhook hands updates to."""
    return Inbox()


@pytest.fixture
async def port(inbox: Inbox, unused_tcp_port: int) -> AsyncIterator[int]:
    """Where a webhook listens that is quick to lose patience."""
    webhook = Webhook("https://bot.example.vn/telegram", "127.0.0.1", unused_tcp_port, SECRET)
    server = WebhookServer(webhook, inbox.take, body_s=SHORT_S, most_at_once=3)
    await server.start()
    assert server.listening
    yield unused_tcp_port
    inbox.open.set()
    await server.stop()
    assert not server.listening


def request(
    body: bytes = b"",
    *,
    method: str = "POST",
    path: str = "/telegram",
    secret: bytes | None = SECRET.encode(),
    kind: str = "application/json",
    length: int | None = None,
    more: str = "",
) -> bytes:
    """Return a request as bytes; `length` is what it says of its body instead of the truth."""
    head = f"{method} {path} HTTP/1.1\r\nHost: bot.example.vn\r\nContent-Type: {kind}\r\n"
    if "Transfer-Encoding" not in more:
        head += f"Content-Length: {len(body) if length is None else length}\r\n"
    said = b"" if secret is None else b"X-Telegram-Bot-Api-Secret-Token: " + secret + b"\r\n"
    return head.encode() + more.encode() + said + b"\r\n" + body


GOOD = request(json.dumps(UPDATE).encode())


def counted(outcome: str) -> float:
    """How often a request has ended so."""
    value = metrics.REGISTRY.get_sample_value("hoidap_webhook_requests_total", {"outcome": outcome})
    assert value is not None
    return value


async def test_telegram_is_heard(port: int, inbox: Inbox) -> None:
    """Updates with the secret are taken, many on one connection."""
    before = counted("taken")
    async with line(port) as own:
        for _ in range(3):
            own.say(GOOD)
            assert await own.status() == 200
    assert inbox.updates == [UPDATE] * 3
    assert counted("taken") == before + 3


@pytest.mark.parametrize(
    "secret",
    [
        None,
        b"",
        b"wrong",
        SECRET[:-1].encode(),
        f"{SECRET}x".encode(),
        b"\xff\xfe",
        "bí-mật".encode(),
    ],
)
async def test_a_wrong_secret(port: int, inbox: Inbox, secret: bytes | None) -> None:
    """Without the secret, whatever is sent in its place, nothing is taken and it is counted."""
    before = counted("wrong_secret")
    assert await answer(port, request(json.dumps(UPDATE).encode(), secret=secret)) == 403
    assert counted("wrong_secret") == before + 1
    assert inbox.updates == []


async def test_a_body_without_the_secret_is_not_read(port: int, inbox: Inbox) -> None:
    """Whoever lacks the secret is refused before a body comes, and hung up on."""
    async with line(port) as own:
        own.say(request(b"{", secret=None, length=900_000))
        assert await own.status() == 403
        await own.ends()
    assert inbox.updates == []


async def test_refusals_do_not_fill_the_log(port: int, caplog: pytest.LogCaptureFixture) -> None:
    """However often somebody tries, the log says so once a minute."""
    with caplog.at_level(logging.WARNING):
        for _ in range(20):
            assert await answer(port, request(secret=b"wrong")) == 403
    assert [record.message for record in caplog.records] == [
        "webhook.refused from=127.0.0.1 times=1"
    ]


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (request(method="GET"), 405),
        (request(method="PUT"), 405),
        (request(method="DELETE"), 405),
        (request(path="/"), 404),
        (request(path="/telegram/"), 404),
        (request(path="/Telegram"), 404),
        (request(path="/telegram/../telegram"), 404),
        (request(path="/metrics", method="GET"), 404),
        (request(path="/" + "x" * 9_000), 400),
        (request(more="X-Long: " + "x" * 9_000 + "\r\n"), 400),
        (request(more="".join(f"X-{n}: y\r\n" for n in range(200))), 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
        (b"nonsense\r\n\r\n", 400),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_other_ways_in(port: int, inbox: Inbox, raw: bytes, status: int) -> None:
    """Only a POST to the path of the webhook is looked at; heads are bounded."""
    assert await answer(port, raw) == status
    assert inbox.updates == []
    assert await answer(port, GOOD) == 200


@pytest.mark.parametrize(
    "raw",
    [
        request(json.dumps(UPDATE).encode(), kind="text/plain"),
        request(json.dumps(UPDATE).encode(), kind="application/x-www-form-urlencoded"),
        request(json.dumps(UPDATE).encode(), kind="multipart/form-data; boundary=x"),
        request(json.dumps(UPDATE).encode(), more="Content-Encoding: gzip\r\n"),
    ],
)
async def test_other_kinds_of_body(port: int, inbox: Inbox, raw: bytes) -> None:
    """A body that is not plain JSON, packed ones too, is refused unread."""
    before = counted("wrong_type")
    assert await answer(port, raw) == 415
    assert counted("wrong_type") == before + 1
    assert inbox.updates == []


async def test_a_large_body(port: int, inbox: Inbox) -> None:
    """A body beyond a megabyte is refused: unread where it says so, else where it gets there."""
    before = counted("too_large")
    assert await answer(port, request(b"{", length=MOST_BYTES + 1)) == 413
    chunks = b"".join(b"%x\r\n%s\r\n" % (60_000, b" " * 60_000) for _ in range(20)) + b"0\r\n\r\n"
    assert await answer(port, request(chunks, more="Transfer-Encoding: chunked\r\n")) == 413
    assert counted("too_large") == before + 2
    fits = json.dumps(UPDATE).encode()
    assert await answer(port, request(fits + b" " * (MOST_BYTES - len(fits)))) == 200
    assert inbox.updates == [UPDATE]


@pytest.mark.parametrize(
    "body", [b"", b"null", b"[]", b"7", b"{", b"\xff", b"[" * 200_000, b"9" * 10_000]
)
async def test_what_is_no_update(port: int, inbox: Inbox, body: bytes) -> None:
    """What is no object is passed over and not asked for again."""
    before = counted("malformed")
    assert await answer(port, request(body)) == 200
    assert counted("malformed") == before + 1
    assert inbox.updates == []


async def test_a_body_that_is_no_http(port: int, inbox: Inbox) -> None:
    """A body cut wrongly, or that ends in the middle, is refused and takes nobody's place."""
    for _ in range(5):
        raw = request(b"zz\r\nnonsense\r\n", more="Transfer-Encoding: chunked\r\n")
        assert await answer(port, raw) == 400
        async with line(port) as own:
            own.say(request(b"{", length=1_000))
    assert await answer(port, GOOD) == 200
    assert inbox.updates == [UPDATE]


async def test_a_body_that_dribbles(port: int, inbox: Inbox) -> None:
    """A body that is not there in time is given up, and others do not wait for it."""
    before = counted("too_slow")
    async with line(port) as own:
        own.say(request(b"{", length=1_000))
        assert await answer(port, GOOD) == 200
        assert await own.status() == 408
        await own.ends()
    assert counted("too_slow") == before + 1
    assert inbox.updates == [UPDATE]


async def test_more_than_can_be_read_at_once(port: int, inbox: Inbox) -> None:
    """Beyond the bound a request is to come again later, and those under way go on."""
    before, lines = counted("too_many"), []
    inbox.open.clear()
    for _ in range(3):
        own = Line(*await asyncio.open_connection("127.0.0.1", port))
        own.say(GOOD)
        lines.append(own)
    async with asyncio.timeout(PATIENCE_S):
        for _ in range(3):
            await inbox.waiting.acquire()
    assert await answer(port, GOOD) == 503
    inbox.open.set()
    assert [await own.status() for own in lines] == [200] * 3
    assert await answer(port, GOOD) == 200
    assert counted("too_many") == before + 1
    for own in lines:
        own.hang_up()


async def test_what_cannot_be_kept(
    port: int, inbox: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    """Where an update cannot be taken, Telegram is told to bring it again."""
    before = counted("failed")
    assert await answer(port, request(json.dumps({"broken": 1}).encode())) == 500
    assert counted("failed") == before + 1
    assert [record.message for record in caplog.records] == ["webhook.failed"]
    assert await answer(port, GOOD) == 200
    assert inbox.updates == [UPDATE]


async def test_an_address_that_is_taken(port: int, inbox: Inbox) -> None:
    """A webhook that cannot listen says which setting is to be changed."""
    other = Webhook("https://bot.example.vn/telegram", "127.0.0.1", port, SECRET)
    server = WebhookServer(other, inbox.take)
    with pytest.raises(ConfigError, match=f"HOIDAP_LISTEN: cannot listen on 127.0.0.1:{port}"):
        await server.start()
    await server.stop()
