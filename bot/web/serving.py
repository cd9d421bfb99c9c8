"""A small HTTP server for strangers: what is idle, slow or too much does not keep others out.

A connection has to bring a whole head within some seconds of its beginning, or of its last request.
When there are too many, the one that has been idle longest makes room for the new one, so that
whoever opens a thousand and says nothing keeps out nobody who has something to say.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import web

from bot.errors import ConfigError

_IDLE_S = 30.0
"""Also the time that a head may take."""
_SHUTDOWN_S = 5.0
_MOST_CONNECTIONS = 256


class BoundedServer:
    """Serves an application at an address."""

    def __init__(
        self,
        application: web.Application,
        *,
        idle_s: float = _IDLE_S,
        most_connections: int = _MOST_CONNECTIONS,
    ) -> None:
        self._most_connections = most_connections
        self._busy: set[web.RequestHandler] = set()
        self._listening: asyncio.Server | None = None
        self._runner = web.AppRunner(
            application,
            access_log=None,
            keepalive_timeout=idle_s,
            # Of a body that is refused nothing more is read.
            lingering_time=0,
            # Whoever is meant to speak here sends nothing packed.
            auto_decompress=False,
            shutdown_timeout=_SHUTDOWN_S,
        )

    @property
    def listening(self) -> bool:
        """Whether somebody can connect."""
        return self._listening is not None and self._listening.is_serving()

    async def start(self, host: str, port: int, setting: str) -> None:
        """Begin to listen at the address that `setting` names.

        Raises:
            ConfigError: It cannot be listened on.
        """
        await self._runner.setup()
        loop = asyncio.get_running_loop()
        try:
            self._listening = await loop.create_server(self._connection, host, port)
        except OSError as error:
            raise ConfigError([f"{setting}: cannot listen on {host}:{port}: {error}"]) from None

    async def stop(self) -> None:
        """End what is under way and listen no more."""
        if self._listening is not None:
            self._listening.close()
        await self._runner.cleanup()

    @contextmanager
    def busy(self, request: web.Request) -> Iterator[None]:
        """Keep the connection of a request that is welcome, however many others there are."""
        self._busy.add(request.protocol)
        try:
            yield
        finally:
            self._busy.discard(request.protocol)

    def _connection(self) -> asyncio.BaseProtocol:
        server = self._runner.server
        if server is None:
            raise RuntimeError("not set up")
        connections = server.connections
        if len(connections) >= self._most_connections:
            # They are in the order in which they came.
            idle = next((one for one in connections if one not in self._busy), None)
            if idle is not None:
                idle.force_close()
        return server()
