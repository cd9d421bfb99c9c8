"""The bounded bridge from asyncio to `retrieval`: queue, worker thread, deadline.

Questions that wait together are answered together: the model encodes a batch in little more
time than one. A question keeps the generation it started with; a swap affects later ones.
"""

import asyncio
import logging
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from bot import metrics
from bot.errors import DeadlineExceeded, Overloaded
from bot.examining import Examination, examine
from bot.generations import ServingGeneration
from bot.searching import SearchProcess
from retrieval.embedding import Embedder
from retrieval.errors import GenerationError, GenerationMissing
from retrieval.reranking import Reranker
from retrieval.search import Searcher, parse_query
from retrieval.types import EVERYTHING, LOCAL, Answer, Place, Query, Scope

_log = logging.getLogger(__name__)

MAX_WAITING = 1_024
DEADLINE_S = 10.0
_MAX_BATCH = 32
_CLOSELY = 10
"""Passages that are looked at closely."""
_WATCH_S = 2.0


@dataclass(slots=True)
class _Waiting:
    query: Query
    k: int
    future: "asyncio.Future[tuple[Answer, str]]"
    since: float = field(default_factory=time.perf_counter)


class AnswerService:
    """Answers questions without ever blocking the event loop."""

    def __init__(
        self,
        data: Path,
        embedder: Embedder | None,
        *,
        reranker: Reranker | None = None,
        max_waiting: int = MAX_WAITING,
        deadline_s: float = DEADLINE_S,
        watch_s: float = _WATCH_S,
        place: Place = LOCAL,
        process: SearchProcess | None = None,
    ) -> None:
        """Take note of how to answer.

        Args:
            data: Holds the generations.
            embedder: None to answer from words alone.
            reranker: The second stage, if any.
            max_waiting: Questions; more are refused.
            deadline_s: After which a question is given up.
            watch_s: Between looks for another generation.
            place: Where the legs of the generations are.
            process: Searches instead of a thread while questions pile up.
        """
        opened = (lambda _: None) if process is None else process.open
        self._generation = ServingGeneration(data, embedder, reranker, place, opened)
        self._deadline_s = deadline_s
        self._watch_s = watch_s
        self._queue: asyncio.Queue[_Waiting] = asyncio.Queue(max_waiting)
        self._threads = ThreadPoolExecutor(max_workers=1, thread_name_prefix="search")
        self._tasks: list[asyncio.Task[None]] = []
        self._process = process
        self._piling_up = asyncio.Event()

    @property
    def searcher(self) -> Searcher | None:
        """The generation that new questions get; None before the first one is published."""
        return self._generation.searcher

    @property
    def waiting(self) -> int:
        """How many questions wait to be searched."""
        return self._queue.qsize()

    @property
    def alive(self) -> bool:
        """Whether questions are still taken from the queue."""
        return not any(task.done() for task in self._tasks)

    async def start(self) -> None:
        """Open the current generation, if there is one, and begin to answer."""
        with suppress(GenerationError):
            await self.reload()
        self._tasks = [
            asyncio.create_task(self._work(), name="answer-worker"),
            asyncio.create_task(self._help(), name="answer-helper"),
            asyncio.create_task(self._generation.watch(self._watch_s), name="generation-watch"),
        ]

    async def stop(self) -> None:
        """Finish the batch under way, refuse what still waits, and end."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        while not self._queue.empty():
            waiting = self._queue.get_nowait()
            if not waiting.future.done():
                waiting.future.set_exception(Overloaded("shutting down"))
        # They wait for the batch under way; the event loop must not.
        await asyncio.to_thread(self._threads.shutdown)
        await self._generation.stop()
        if self._process is not None:
            await self._process.stop()

    async def reload(self) -> str:
        """Open the current generation and swap it in; return its name.

        Raises:
            GenerationError: It cannot be opened; the one before keeps serving.
        """
        return await self._generation.reload()

    async def ask(
        self, question: str, k: int, previous: str = "", scope: Scope = EVERYTHING
    ) -> tuple[Answer, str]:
        """Return the answer to `question` and the name of the generation that gave it.

        `previous` is what the same person asked before; a follow-up leans on it. `scope` says which
        documents it may be answered from.

        Raises:
            QueryError: The question cannot be searched.
            GenerationMissing: Nothing has been indexed yet.
            Overloaded: Too many questions wait already.
            DeadlineExceeded: It took too long.
        """
        query = replace(parse_query(question, previous), scope=scope)
        waiting = _Waiting(query, k, asyncio.get_running_loop().create_future())
        try:
            self._queue.put_nowait(waiting)
        except asyncio.QueueFull:
            raise Overloaded(f"{self._queue.maxsize} questions are waiting") from None
        if self._queue.qsize() > _MAX_BATCH:
            self._piling_up.set()
        try:
            return await asyncio.wait_for(waiting.future, self._deadline_s)
        except TimeoutError:
            raise DeadlineExceeded(f"no answer in {self._deadline_s} s") from None

    async def examine(
        self, question: str, scope: Scope = EVERYTHING, previous: str = "", *, closely: bool = False
    ) -> Examination:
        """Return why the passages for `question` rank as they do; it waits for its turn to search.

        `previous` is what was asked before; to look `closely` is to look at more passages, term by
        term.

        Raises:
            QueryError: The question cannot be searched.
            GenerationMissing: Nothing has been indexed yet.
            DeadlineExceeded: It took too long.
        """
        query, searcher = replace(parse_query(question, previous), scope=scope), self.searcher
        if searcher is None:
            raise GenerationMissing("nothing has been indexed yet")
        loop = asyncio.get_running_loop()
        act = partial(examine, k=_CLOSELY, closely=True) if closely else examine
        examining = loop.run_in_executor(self._threads, act, searcher, query)
        try:
            return await asyncio.wait_for(examining, self._deadline_s)
        except TimeoutError:
            raise DeadlineExceeded(f"no examination in {self._deadline_s} s") from None

    async def _work(self) -> None:
        while True:
            batch = self._gathered(await self._queue.get())
            began = time.perf_counter()
            if batch and not await self._answer_apart(batch):
                await self._answer_here(batch)
            _count(batch, began)

    def _is_apart(self) -> bool:
        """Return whether the other process answers by now."""
        process, searcher = self._process, self.searcher
        return process is not None and searcher is not None and process.is_ready(searcher.folder)

    async def _help(self) -> None:
        """Search here as well while more waits than the other process takes at once."""
        while True:
            await self._piling_up.wait()
            if self._is_apart() and self._queue.qsize() > _MAX_BATCH:
                batch, began = self._gathered(self._queue.get_nowait()), time.perf_counter()
                await self._answer_here(batch)
                _count(batch, began)
            else:
                self._piling_up.clear()

    def _gathered(self, first: _Waiting) -> list[_Waiting]:
        batch = [first]
        while len(batch) < _MAX_BATCH and not self._queue.empty():
            batch.append(self._queue.get_nowait())
        # Whoever gave up waiting is not worth the work.
        return [waiting for waiting in batch if not waiting.future.done()]

    async def _answer_here(self, batch: Sequence[_Waiting]) -> None:
        if batch:
            loop, searcher = asyncio.get_running_loop(), self.searcher
            await loop.run_in_executor(self._threads, _answer_batch, searcher, loop, batch)

    async def _answer_apart(self, batch: Sequence[_Waiting]) -> bool:
        """Answer `batch` in the other process; return whether that was possible."""
        searcher = self.searcher
        if self._process is None or searcher is None:
            return False
        self._process.notice(len(batch), searcher.folder)
        if not self._process.is_ready(searcher.folder):
            return False
        if self._queue.qsize() > _MAX_BATCH:
            self._piling_up.set()
        queries, k = [w.query for w in batch], max(w.k for w in batch)
        try:
            asking = self._process.ask(searcher.folder, queries, k)
            answers = await asyncio.wait_for(asking, self._deadline_s)
        except TimeoutError:
            _log.error("search.process_hangs")
            self._process.give_up(searcher.folder)
            return False
        except Exception as error:  # of one question, or of the process: the thread finds out
            _log.warning("search.apart_failed error=%s", type(error).__name__)
            return False
        for waiting, answer in zip(batch, answers, strict=True):
            _give(waiting.future, (_trimmed(answer, waiting.k), searcher.name))
        return True


def _count(batch: Sequence[_Waiting], began: float) -> None:
    """Count what each question of a batch that was searched since `began` has waited for."""
    took = time.perf_counter() - began
    for waiting in batch:
        metrics.WAITING.observe(began - waiting.since)
        metrics.SEARCHING.observe(took)


def _answer_batch(
    searcher: Searcher | None, loop: asyncio.AbstractEventLoop, batch: Sequence[_Waiting]
) -> None:
    """Answer `batch` in a worker thread; one question's failure is not the others'."""
    try:
        if searcher is None:
            raise GenerationMissing("nothing has been indexed yet")
        answers = searcher.ask_many([w.query for w in batch], max(w.k for w in batch))
    except Exception as error:
        if len(batch) > 1:
            for waiting in batch:
                _answer_batch(searcher, loop, [waiting])
        else:
            loop.call_soon_threadsafe(_fail, batch[0].future, error)
        return
    for waiting, answer in zip(batch, answers, strict=True):
        given = (_trimmed(answer, waiting.k), searcher.name)
        loop.call_soon_threadsafe(_give, waiting.future, given)


def _trimmed(answer: Answer, k: int) -> Answer:
    if len(answer.citations) <= k:
        return answer
    return replace(answer, citations=tuple(answer.citations)[:k])


def _give(future: "asyncio.Future[tuple[Answer, str]]", result: tuple[Answer, str]) -> None:
    if not future.done():
        future.set_result(result)


def _fail(future: "asyncio.Future[tuple[Answer, str]]", error: Exception) -> None:
    if not future.done():
        future.set_exception(error)
