"""The webhook: Telegram posts updates here, and proves by a secret word that it is Telegram.

Nothing of what a stranger sends is read before the secret is seen to be right, and what comes then
is bounded in kind, size, time and number. Telegram sends again what is refused.
"""

import asyncio
import hmac
import json
import logging
import time
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from bot import metrics
from bot.settings import Webhook
from bot.web.public import PublicPages
from bot.web.serving import BoundedServer

_log = logging.getLogger(__name__)

_HEADER = "X-Telegram-Bot-Api-Secret-Token"
MAX_UPDATE_BYTES = 1_000_000
"""Of one update, as it is posted."""
_BODY_S = 10.0
_MOST_AT_ONCE = 128
"""Telegram opens 40 connections, and 100 if it is asked to."""
_SAYS_AGAIN_S = 60.0


class WebhookServer:
    """Listens for updates; whoever does not know the secret learns nothing."""

    def __init__(
        self,
        webhook: Webhook,
        take: Callable[[dict[str, Any]], Awaitable[None]],
        *,
        body_s: float = _BODY_S,
        most_at_once: int = _MOST_AT_ONCE,
        pages: PublicPages | None = None,
    ) -> None:
        """Take note of where to listen.

        Args:
            webhook: Where, and the secret.
            take: Is given each update; what it has returned from is safe.
            body_s: Seconds that the body of a request may take.
            most_at_once: Requests that are read at the same time; more are to come again.
            pages: What else is served here, to everybody.
        """
        self._webhook = webhook
        self._take = take
        self._body_s = body_s
        self._most_at_once = most_at_once
        self._at_once = 0
        self._refused = 0
        self._said_at = -_SAYS_AGAIN_S
        application = web.Application(client_max_size=MAX_UPDATE_BYTES)
        application.router.add_post(urlsplit(webhook.url).path or "/", self._posted)
        if pages is not None:
            pages.add_to(application)
        self._server = BoundedServer(application)

    @property
    def listening(self) -> bool:
        """Whether updates can come."""
        return self._server.listening

    async def start(self) -> None:
        """Begin to listen.

        Raises:
            ConfigError: The address cannot be listened on.
        """
        host, port = self._webhook.host, self._webhook.port
        await self._server.start(host, port, "HOIDAP_LISTEN")

    async def stop(self) -> None:
        """End what is under way and listen no more."""
        await self._server.stop()

    async def _posted(self, request: web.Request) -> web.Response:
        if not self._is_from_telegram(request):
            self._refuse(request)
            return _end(HTTPStatus.FORBIDDEN, "wrong_secret")
        if request.content_type != "application/json" or "Content-Encoding" in request.headers:
            return _end(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "wrong_type")
        if (request.content_length or 0) > MAX_UPDATE_BYTES:
            return _end(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large")
        if self._at_once >= self._most_at_once:
            return _end(HTTPStatus.SERVICE_UNAVAILABLE, "too_many")
        self._at_once += 1
        try:
            with self._server.busy(request):
                return await self._read(request)
        finally:
            self._at_once -= 1

    def _is_from_telegram(self, request: web.Request) -> bool:
        # Bytes that are no UTF-8 come as half surrogates.
        said = request.headers.get(_HEADER, "").encode("utf-8", "surrogateescape")
        return hmac.compare_digest(said, self._webhook.secret.encode())

    async def _read(self, request: web.Request) -> web.Response:
        try:
            async with asyncio.timeout(self._body_s):
                raw = await request.read()
        except TimeoutError:
            return _end(HTTPStatus.REQUEST_TIMEOUT, "too_slow")
        except web.HTTPRequestEntityTooLarge:
            # It had not said how much would come.
            return _end(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large")
        except web.RequestPayloadError:
            return _end(HTTPStatus.BAD_REQUEST, "malformed")
        try:
            body = json.loads(raw)
        except (ValueError, RecursionError):
            body = None
        if not isinstance(body, dict):
            # Telegram would send it again for a day if it were refused.
            _log.error("update.malformed reason=%s", "no object")
            return _end(HTTPStatus.OK, "malformed")
        try:
            await self._take(body)
        except Exception:
            _log.exception("webhook.failed")
            return _end(HTTPStatus.INTERNAL_SERVER_ERROR, "failed")
        return _end(HTTPStatus.OK, "taken")

    def _refuse(self, request: web.Request) -> None:
        """Say who tries it, but not as often as they do."""
        self._refused += 1
        now = time.monotonic()
        if now - self._said_at >= _SAYS_AGAIN_S:
            _log.warning("webhook.refused from=%s times=%d", request.remote, self._refused)
            self._said_at, self._refused = now, 0


def _end(status: HTTPStatus, outcome: str) -> web.Response:
    metrics.WEBHOOK_REQUESTS.labels(outcome).inc()
    response = web.Response(status=status)
    if status is not HTTPStatus.OK:
        response.force_close()
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = "1"
    return response
