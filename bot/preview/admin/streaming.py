"""Work that goes on behind a page: begun by it, watched by Server-Sent Events, ended with it."""

import asyncio
import json
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from typing import Any, TypeVar

from aiohttp import web

from bot.changing import Changing

_State = TypeVar("_State")
_PING_S = 15.0
_HEADERS = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}


class Background:
    """Tasks that outlive the requests that began them, but not the application."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def add_to(self, application: web.Application) -> None:
        """End them when the application ends."""
        application.on_shutdown.append(self._end)

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Do `work`, which deals with its own faults."""
        self._keep(asyncio.create_task(work))

    async def stream(
        self,
        request: web.Request,
        state: Changing[_State],
        tell: Callable[[_State], Mapping[str, object]],
    ) -> web.StreamResponse:
        """Send what `tell` makes of each state, as JSON, until one is not `running`.

        Of states that change faster than they can be sent only the last is sent.
        """
        response = web.StreamResponse(headers=_HEADERS)
        await response.prepare(request)
        current = asyncio.current_task()
        if current is not None:
            self._keep(current)
        seen = state.value
        try:
            while True:
                told = tell(seen)
                name = "message" if told["running"] else "end"
                await response.write(_event(name, told))
                if not told["running"]:
                    break
                while True:
                    try:
                        seen = await asyncio.wait_for(state.other_than(seen), _PING_S)
                        break
                    except TimeoutError:
                        # So that it is noticed when nobody listens any more.
                        await response.write(b": still there\n\n")
            await response.write_eof()
        except ConnectionResetError:
            pass  # whoever looked has gone
        except asyncio.CancelledError:
            # The server ends, and says so rather than break off.
            with suppress(ConnectionResetError):
                await response.write_eof()
            raise
        return response

    def _keep(self, task: "asyncio.Task[Any]") -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _end(self, _: web.Application) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _event(name: str, told: Mapping[str, object]) -> bytes:
    # JSON has no line break, so it is one line of an event.
    return f"event: {name}\ndata: {json.dumps(told, ensure_ascii=False)}\n\n".encode()
