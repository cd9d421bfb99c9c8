"""What supervisors and Prometheus ask over HTTP: /healthz, /readyz, /metrics.

At an address of its own, which nobody beyond the machine reaches unless the operator says so; the
webhook's, which is made public, has none of it.
"""

import json
import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Protocol

from aiohttp import web
from aiohttp.typedefs import Handler

from bot import metrics
from bot.addresses import Address
from bot.web.serving import BoundedServer

_log = logging.getLogger(__name__)


class Checks(Protocol):
    """Part → whether it is well."""

    def live(self) -> Mapping[str, bool]:
        """Of this process."""

    async def ready(self) -> Mapping[str, bool]:
        """Of what an answer needs."""


class StatusServer:
    """Tells how the bot is; it takes nothing in."""

    def __init__(self, address: Address, checks: Checks) -> None:
        self._address = address
        self._checks = checks
        application = web.Application(client_max_size=1, middlewares=[_failures])
        application.router.add_get("/healthz", self._live)
        application.router.add_get("/readyz", self._ready)
        application.router.add_get("/metrics", self._metrics)
        self._server = BoundedServer(application)

    async def start(self) -> None:
        """Begin to listen.

        Raises:
            ConfigError: The address cannot be listened on.
        """
        host, port = self._address
        await self._server.start(host, port, "HOIDAP_METRICS")
        _log.info("status.listening host=%s port=%d", host, port)

    async def stop(self) -> None:
        """Listen no more."""
        await self._server.stop()

    async def _live(self, _: web.Request) -> web.Response:
        return _told(self._checks.live())

    async def _ready(self, _: web.Request) -> web.Response:
        return _told(await self._checks.ready())

    async def _metrics(self, _: web.Request) -> web.Response:
        body = metrics.show(self._checks.live(), await self._checks.ready())
        return web.Response(body=body, headers={"Content-Type": metrics.CONTENT_TYPE})


@web.middleware
async def _failures(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Say in the log what goes wrong; aiohttp's own word is not heard (`bot.logging`)."""
    try:
        return await handler(request)
    except web.HTTPException:
        raise
    except Exception:
        _log.exception("status.failed")
        return web.Response(status=HTTPStatus.INTERNAL_SERVER_ERROR)


def _told(parts: Mapping[str, bool]) -> web.Response:
    well = all(parts.values())
    status = HTTPStatus.OK if well else HTTPStatus.SERVICE_UNAVAILABLE
    return web.Response(
        status=status, text=json.dumps({"ok": well, **parts}), content_type="application/json"
    )
