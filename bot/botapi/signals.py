"""A wake-up for everyone waiting on a state that changes in plain, synchronous code.

``asyncio.Condition`` would need its lock taken by every change; here a change is an ordinary
method call on the event loop's own thread, so waking the sleepers is one too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Signal:
    """Waiters sleep on a predicate; ``notify`` makes each look again. One event loop only."""

    def __init__(self) -> None:
        self._waiters: set[asyncio.Future[None]] = set()

    def notify(self) -> None:
        """Wakes every waiter; cheap when there are none."""
        waiters, self._waiters = self._waiters, set()
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)

    async def wait(self, predicate: Callable[[], T], seconds: float) -> T:
        """The first true value of ``predicate``, or its last false one after ``seconds``."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while not (value := predicate()):
            waiter: asyncio.Future[None] = loop.create_future()
            self._waiters.add(waiter)
            try:
                async with asyncio.timeout_at(deadline):
                    await waiter
            except TimeoutError:
                return predicate()
            finally:
                self._waiters.discard(waiter)
        return value
