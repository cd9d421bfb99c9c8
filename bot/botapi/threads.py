"""The server in a thread of its own, for synchronous tests and for a bot in another process."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any, Self, TypeVar

from bot.botapi.people import BotApiServer

T = TypeVar("T")


class BotApiThread:
    """``with BotApiThread() as api: api.do(lambda: api.server.say(...))``.

    Everything on ``server`` must go through ``do`` or ``wait``: it lives on the thread's loop.
    """

    def __init__(self, server: BotApiServer | None = None) -> None:
        self.server = server or BotApiServer()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="botapi", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self.wait(self.server.__aenter__())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.wait(self.server.__aexit__(kind, error, trace))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def do(self, act: Callable[[], T]) -> T:
        """Runs a plain call on the server's loop and returns its result."""

        async def on_loop() -> T:
            return act()

        return self.wait(on_loop())

    def wait(self, awaited: Coroutine[Any, Any, T]) -> T:
        """Awaits one of the server's coroutines from this thread."""
        return asyncio.run_coroutine_threadsafe(awaited, self._loop).result()
