"""People type, and each letter is a query: what of it is worth a search, and worth a record."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from bot.store import QuestionRecord

T = TypeVar("T")
_SETTLED_S = 0.25
"""Apps wait so long too; whoever types faster than this has not finished."""
_LEFT_S = 30.0
"""Whoever has typed nothing for so long has what they wanted, or has given up."""


async def _settled() -> None:
    await asyncio.sleep(_SETTLED_S)


class NewestOnly:
    """One piece of work at a time for each person: the newest, once nothing newer comes."""

    def __init__(self, settled: Callable[[], Awaitable[None]] = _settled) -> None:
        self._settled = settled
        self._under_way: dict[int, asyncio.Task[object]] = {}

    async def run(self, person: int, work: Callable[[], Awaitable[T]]) -> T | None:
        """Return what `work` gives; None where something newer came while it waited or went on."""
        before = self._under_way.get(person)
        if before is not None:
            before.cancel()

        async def after_a_while() -> T:
            await self._settled()
            return await work()

        task = asyncio.create_task(after_a_while(), name="typed")
        self._under_way[person] = task
        try:
            await asyncio.wait({task})
            return None if task.cancelled() else task.result()
        finally:
            task.cancel()
            if self._under_way.get(person) is task:
                del self._under_way[person]


class Typed:
    """The last question that each person has seen answered, until it is clear what came of it.

    Half a question is no question: of all that somebody types in one go, one is recorded. If it
    was never sent, its words are left out, because nobody has said them.
    """

    def __init__(
        self,
        keep: Callable[[QuestionRecord], None],
        left_s: float = _LEFT_S,
    ) -> None:
        self._keep = keep
        self._left_s = left_s
        self._waiting: dict[int, tuple[str, QuestionRecord, asyncio.TimerHandle]] = {}

    def saw(self, person: int, question: str, record: QuestionRecord) -> None:
        """Note what `person` has seen answered; it takes the place of what they saw before."""
        self._drop(person)
        timer = asyncio.get_running_loop().call_later(self._left_s, self._left, person)
        self._waiting[person] = (question, record, timer)

    def chose(self, person: int, question: str, otherwise: QuestionRecord) -> None:
        """Record what `person` has sent; as `otherwise` where its answer is not known any more."""
        known = self._drop(person)
        self._keep(known[1] if known is not None and known[0] == question else otherwise)

    def _left(self, person: int) -> None:
        known = self._drop(person)
        if known is not None:
            self._keep(replace(known[1], question=None))

    def _drop(self, person: int) -> tuple[str, QuestionRecord] | None:
        known = self._waiting.pop(person, None)
        if known is None:
            return None
        known[2].cancel()
        return known[:2]
