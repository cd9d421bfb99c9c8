"""The webhook: Telegram posts updates here, and proves by a secret word that it is Telegram."""

import hmac
import json
import logging
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from bot.settings import Webhook

_log = logging.getLogger(__name__)

_HEADER = "X-Telegram-Bot-Api-Secret-Token"
MAX_UPDATE_BYTES = 1_000_000
"""Of one update, as it is posted."""


class WebhookServer:
    """Listens for updates; whoever does not know the secret learns nothing."""

    def __init__(self, webhook: Webhook, take: Callable[[dict[str, Any]], Awaitable[None]]) -> None:
        self._webhook = webhook
        self._take = take
        application = web.Application(client_max_size=MAX_UPDATE_BYTES)
        application.router.add_post(urlsplit(webhook.url).path or "/", self._posted)
        self._runner = web.AppRunner(application, access_log=None)

    async def start(self) -> None:
        """Begin to listen.

        Raises:
            OSError: The address cannot be listened on.
        """
        await self._runner.setup()
        await web.TCPSite(self._runner, self._webhook.host, self._webhook.port).start()

    async def stop(self) -> None:
        """End what is under way and listen no more."""
        await self._runner.cleanup()

    async def _posted(self, request: web.Request) -> web.Response:
        said = request.headers.get(_HEADER, "")
        if not hmac.compare_digest(said.encode(), self._webhook.secret.encode()):
            _log.warning("webhook.refused from=%s", request.remote)
            return web.Response(status=HTTPStatus.FORBIDDEN)
        try:
            body = json.loads(await request.read())
        except ValueError:
            body = None
        if isinstance(body, dict):
            await self._take(body)
        else:
            # Telegram would send it again for a day if it were refused.
            _log.error("update.malformed reason=no object")
        return web.Response()
