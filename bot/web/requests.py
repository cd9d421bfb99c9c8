"""Calls of the Bot API by aiohttp: a fraction of the work of PTB's own client, the same promises.

A call is sent once. aiohttp sends a request again by itself where a kept connection turns out to be
closed, but only of an idempotent method (`retry_persistent_connection` in `ClientSession._request`,
aiohttp 3.14), and POST is none: a connection that is lost before or after the request was read is
an error here, as `bot.sending` needs it. A GET, which fetches a file, may be sent twice. Redirects,
which would send a call again too, are not followed.

The token is part of every URL, and aiohttp's errors and their causes quote the URL. So what is
raised here has neither their words nor them as its cause.
"""

import asyncio
import math
import os
import ssl
import time
from functools import cache
from typing import IO
from urllib.request import getproxies, proxy_bypass
from uuid import uuid4

import aiohttp
import certifi
from aiohttp.abc import AbstractStreamWriter
from aiohttp.hdrs import CONTENT_TYPE, DATE, USER_AGENT

# PTB has no public names for the two, and its own signatures have them.
from telegram._utils.defaultvalue import DefaultValue
from telegram._utils.types import ODVInput
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData
from yarl import URL

from bot import metrics

_JSON = "application/json"
_SERVER_ERROR = 500
_OUTCOMES = {200: "ok", 403: "forbidden", 409: "conflict", 429: "rate_limited"}
_PIECE = 1 << 15
"""Less than what a transport takes without waiting."""
_NO_SLOT = "Pool timeout: all connections are occupied. The request was *not* sent to Telegram."
# As browsers write them; a name in other letters stands as it is, which Telegram reads.
_IN_QUOTES = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})


class AiohttpRequest(BaseRequest):
    """What `telegram.request.HTTPXRequest` is, by aiohttp.

    Args:
        connection_pool_size: Requests at once, at most.
        read_timeout: Seconds to wait for each part of an answer; None for ever, here and below.
        write_timeout: For the network to take each part of a request.
        connect_timeout: For a connection to be there.
        pool_timeout: For one of the requests at once to end.
        media_write_timeout: Instead of `write_timeout` where files are sent.

    Raises:
        ValueError: The environment names a proxy that does not speak HTTP.
    """

    def __init__(
        self,
        connection_pool_size: int = 256,
        *,
        read_timeout: float | None = 5.0,
        write_timeout: float | None = 5.0,
        connect_timeout: float | None = 5.0,
        pool_timeout: float | None = 1.0,
        media_write_timeout: float | None = 20.0,
    ) -> None:
        self._read_timeout = read_timeout
        self._write_timeout = write_timeout
        self._connect_timeout = connect_timeout
        self._pool_timeout = pool_timeout
        self._media_write_timeout = media_write_timeout
        self._slots = asyncio.Semaphore(connection_pool_size)
        self._proxies = _proxies()
        self._session: aiohttp.ClientSession | None = None
        self.date = ""
        """When the last answer was given, as its Date header says; "" if it does not."""
        self.reached_at = -math.inf
        """When the Bot API last answered, whatever it said, as `time.monotonic` has it."""

    @property
    def read_timeout(self) -> float | None:
        """Seconds to wait for each part of an answer where a call does not say."""
        return self._read_timeout

    async def initialize(self) -> None:
        """Make ready to send; nothing if that is done."""
        if self._session is not None:
            return
        self._session = aiohttp.ClientSession(
            # The slots are the limit: whoever waits for one has surely sent nothing yet.
            connector=aiohttp.TCPConnector(limit=0, ssl=_certificates()),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={USER_AGENT: self.USER_AGENT},
            # Bodies have theirs said; a call without parameters has none.
            skip_auto_headers=[CONTENT_TYPE],
            # It would look for proxies and passwords in a thread, twice for every request.
            trust_env=False,
        )

    async def shutdown(self) -> None:
        """Close all connections; nothing if that is done. May be made ready again."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Return the status and body of the answer.

        Raises:
            TimedOut: Something took too long; only while waiting for a slot is nothing sent.
            NetworkError: No answer can be had, or it is no HTTP.
            RuntimeError: Not made ready.
        """
        session = self._session
        if session is None:
            raise RuntimeError("This AiohttpRequest is not initialized!")
        has_files = request_data is not None and request_data.contains_files
        usual_write = self._media_write_timeout if has_files else self._write_timeout
        body = _body(request_data, _seconds(write_timeout, usual_write))
        timeout = aiohttp.ClientTimeout(
            connect=_seconds(connect_timeout, self._connect_timeout),
            sock_read=_seconds(read_timeout, self._read_timeout),
        )
        await self._take_slot(_seconds(pool_timeout, self._pool_timeout))
        failure: NetworkError
        try:
            where = URL(url)
            async with session.request(
                method,
                where,
                data=body,
                headers=body.headers if body else None,
                timeout=timeout,
                proxy=self._proxy_to(where),
                allow_redirects=False,
            ) as answer:
                self.date = answer.headers.get(DATE, "")
                body_of_answer = await answer.read()
                self._answered(answer.status)
                return answer.status, body_of_answer
        except TimeoutError:
            metrics.TELEGRAM_REQUESTS.labels("timeout").inc()
            failure = TimedOut()
        except Exception as error:
            # Of any kind: what is not caught here PTB quotes in an error of its own.
            metrics.TELEGRAM_REQUESTS.labels("network").inc()
            failure = NetworkError(type(error).__name__)
        finally:
            self._slots.release()
        # Not above, where it would take the error along as its context.
        raise failure

    def _answered(self, status: int) -> None:
        if status < _SERVER_ERROR:
            self.reached_at = time.monotonic()
        usual = "server_error" if status >= _SERVER_ERROR else "refused"
        metrics.TELEGRAM_REQUESTS.labels(_OUTCOMES.get(status, usual)).inc()

    async def _take_slot(self, seconds: float | None) -> None:
        if not self._slots.locked():
            await self._slots.acquire()
            return
        try:
            async with asyncio.timeout(seconds):
                await self._slots.acquire()
        except TimeoutError:
            raise TimedOut(_NO_SLOT) from None

    def _proxy_to(self, url: URL) -> URL | None:
        proxy = self._proxies.get(url.scheme) or self._proxies.get("all")
        if proxy is None or (url.host and proxy_bypass(url.host)):
            return None
        return proxy


class _Body(aiohttp.Payload):
    """Bytes to send; the network has a number of seconds to take each piece of them.

    aiohttp has no such limit of its own: `sock_read` starts when all is written.
    """

    def __init__(self, value: bytes, content_type: str, seconds: float | None) -> None:
        super().__init__(value, content_type=content_type)
        self._bytes = value
        self._size = len(value)
        self._seconds = seconds

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        return self._bytes.decode(encoding, errors)

    async def write(self, writer: AbstractStreamWriter) -> None:
        if len(self._bytes) < _PIECE:
            # Nothing to wait for; should it stay in the buffer, no answer comes in time.
            await writer.write(self._bytes)
            return
        view = memoryview(self._bytes)
        for start in range(0, len(view), _PIECE):
            async with asyncio.timeout(self._seconds):
                # Waits while the transport's buffer is full.
                await writer.write(view[start : start + _PIECE])


def _body(data: RequestData | None, seconds: float | None) -> _Body | None:
    """Return what to send; percent-encoding Vietnamese would be seven times the work of JSON."""
    if data is None:
        return None
    if data.contains_files:
        boundary = uuid4().hex
        content_type = f"multipart/form-data; boundary={boundary}"
        return _Body(_multipart(data, boundary.encode()), content_type, seconds)
    return _Body(data.json_payload, _JSON, seconds) if data.parameters else None


def _multipart(data: RequestData, boundary: bytes) -> bytes:
    """Return parameters and files as one body; aiohttp's own percent-encodes names of files."""
    parts: list[bytes] = []

    def add(names: dict[str, str], content: bytes | IO[bytes], content_type: str = "") -> None:
        head = "".join(f'; {key}="{name.translate(_IN_QUOTES)}"' for key, name in names.items())
        kind = f"\r\nContent-Type: {content_type}" if content_type else ""
        parts.append(b"--" + boundary + b"\r\n")
        parts.append(f"Content-Disposition: form-data{head}{kind}\r\n\r\n".encode())
        parts.append(content if isinstance(content, bytes) else content.read())
        parts.append(b"\r\n")

    for name, value in data.json_parameters.items():
        add({"name": name}, value.encode())
    for name, (filename, content, content_type) in data.multipart_data.items():
        add({"name": name, "filename": filename}, content, content_type)
    return b"".join([*parts, b"--", boundary, b"--\r\n"])


def _seconds(said: ODVInput[float], usual: float | None) -> float | None:
    return usual if isinstance(said, DefaultValue) else said


def _proxies() -> dict[str, URL]:
    """Return the environment's proxies by the scheme of what is asked for, or "all"."""
    found = {}
    for scheme, address in getproxies().items():
        if scheme in {"http", "https", "all"} and address:
            proxy = URL(address if "://" in address else f"http://{address}")
            if proxy.scheme not in {"http", "https"}:
                raise ValueError(f"{scheme}_proxy: only HTTP proxies are known, no {proxy.scheme}")
            found[scheme] = proxy
    return found


@cache
def _certificates() -> ssl.SSLContext:
    """Return who is trusted: whom the environment names, or else the bundle that PTB comes with."""
    if os.environ.get("SSL_CERT_FILE") or os.environ.get("SSL_CERT_DIR"):
        # OpenSSL reads the two itself.
        return ssl.create_default_context()
    return ssl.create_default_context(cafile=certifi.where())
