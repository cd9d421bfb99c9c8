"""Whose turn it is to speak in a chat: answers come in the order of what they answer.

Updates are worked on at once, and a short piece of work may be ready before a longer one that came
earlier. So each update has a turn in its chat, taken as it comes in, and what is said for it first
waits until those before it have spoken or have nothing to say.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from contextvars import ContextVar

_log = logging.getLogger(__name__)

PATIENCE_S = 25.0
"""A question has an answer or is given up in 20 s (it may be searched twice, each time for 10 s);
only a file takes longer to read, and must not keep its chat waiting."""


class Turns:
    """The turns that are not over yet; nothing is kept for a chat in which all are."""

    def __init__(self, patience_s: float = PATIENCE_S) -> None:
        self._patience_s = patience_s
        self._last: dict[int, _Turn] = {}

    def __len__(self) -> int:
        return len(self._last)

    @contextmanager
    def taken(self, chat_id: int) -> Iterator[None]:
        """Take the next turn in a chat for what is done inside; at the end it is over."""
        turn = _Turn(self._last, chat_id, self._patience_s)
        token = _own.set(turn)
        try:
            yield
        finally:
            _own.reset(token)
            turn.end()


@asynccontextmanager
async def speaking(chat_id: int) -> AsyncIterator[None]:
    """Speak in a chat when the turn has come, which is over then; what has none does not wait."""
    turn = _own.get()
    if turn is None or turn.chat_id != chat_id:
        yield
        return
    try:
        await turn.comes()
        yield
    finally:
        turn.end()


class _Turn:
    """A link in the chain of one chat, out of which it takes itself when it is over."""

    def __init__(self, last: "dict[int, _Turn]", chat_id: int, patience_s: float) -> None:
        self.chat_id = chat_id
        self._last = last
        self._before = last.get(chat_id)
        self._after: _Turn | None = None
        self._is_ready = False
        self._over = asyncio.Event()
        self._until = asyncio.get_running_loop().time() + patience_s
        if self._before is not None:
            self._before._after = self
        last[chat_id] = self

    async def comes(self) -> None:
        """Wait until all turns before this one are over."""
        self._is_ready = True
        while self._before is not None:
            await self._before.passes()

    async def passes(self) -> None:
        """Wait until it is over, or lost because there was nothing to say for so long."""
        with suppress(TimeoutError):
            async with asyncio.timeout_at(self._until):
                await self._over.wait()
        if self._is_ready:
            # It speaks or is about to: that ends, and its order is kept however long it takes.
            await self._over.wait()
        elif not self._over.is_set():
            _log.info("turn.lost chat=%d", self.chat_id)
            self.end()

    def end(self) -> None:
        """Let the next one have its turn; once is enough."""
        if self._over.is_set():
            return
        self._over.set()
        before, after = self._before, self._after
        self._before = self._after = None
        if before is not None:
            before._after = after
        if after is not None:
            after._before = before
        elif before is not None:
            self._last[self.chat_id] = before
        else:
            del self._last[self.chat_id]


_own: ContextVar[_Turn | None] = ContextVar("turn", default=None)
"""That of the update which is dealt with."""
