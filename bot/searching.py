"""A process that searches, so that what a question costs does not keep the bot from listening.

Only for the bundled model, of which a second copy is small. The process opens the generation that
it is told, and ends when the bot does, however that ends.
"""

import asyncio
import logging
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import lru_cache, partial
from pathlib import Path

from bot.logging import configure_logging
from bot.settings import LogStyle
from retrieval.embedding import load_embedder
from retrieval.ranking import Index
from retrieval.search import Searcher
from retrieval.types import Answer, Query

_log = logging.getLogger(__name__)

_LOOKS_S = 1.0


class SearchProcess:
    """One process at a time; a new one takes the place of one that died."""

    def __init__(
        self, log: LogStyle = "text", restarted: Callable[[], object] = lambda: None
    ) -> None:
        """Take note of how it is to log, and of whom to tell that it was begun again."""
        self._log_style: LogStyle = log
        self._restarted = restarted
        self._begun = 0
        self._pid = 0
        self._pool: ProcessPoolExecutor | None = None
        self._opening: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int:
        """Of the process, while it lives; else 0."""
        try:
            os.kill(self._pid, 0)
        except OSError:
            return 0
        return self._pid

    def open(self, folder: Path) -> None:
        """Let the process open a generation that questions will be asked of."""
        self._opening = asyncio.create_task(self._prepare(folder))

    async def ask(self, folder: Path, queries: Sequence[Query], k: int) -> list[Answer]:
        """Return what `Searcher.ask_many` does, of the generation in `folder`.

        Raises:
            BrokenProcessPool: The process died; the next question has another one.
            RetrievalError: As the search itself.
        """
        pool = self._pool = self._pool or self._new_pool()
        work = partial(_answers, folder, list(queries), k)
        try:
            return await asyncio.get_running_loop().run_in_executor(pool, work)
        except BrokenProcessPool:
            if self._pool is pool:
                self._pool = None
            _log.exception("search.process_died")
            raise

    def give_up(self) -> None:
        """Kill the process, which does not answer; the next question has another one."""
        pool, self._pool = self._pool, None
        if pool is not None:
            for child in multiprocessing.active_children():
                child.kill()
            pool.shutdown(wait=False, cancel_futures=True)

    async def stop(self) -> None:
        """End the process when it has finished what it does."""
        pool, self._pool = self._pool, None
        if pool is not None:
            await asyncio.to_thread(pool.shutdown, cancel_futures=True)

    def _new_pool(self) -> ProcessPoolExecutor:
        if self._begun:
            self._restarted()
        self._begun += 1
        # A fork would have the threads' locks, whoever held them.
        context = multiprocessing.get_context("spawn")
        begin = (os.getpid(), self._log_style)
        pool = ProcessPoolExecutor(1, context, initializer=_begin, initargs=begin)
        pool.submit(os.getpid).add_done_callback(self._has_begun)
        return pool

    def _has_begun(self, begun: "Future[int]") -> None:
        if begun.exception() is None:
            self._pid = begun.result()

    async def _prepare(self, folder: Path) -> None:
        try:
            await self.ask(folder, [], 1)
        except Exception as error:  # whoever asks a question will see it
            _log.warning("search.unprepared error=%s", type(error).__name__)


def _begin(parent: int, log: LogStyle) -> None:
    """Make a new process ready: it stops with its parent, and only so."""
    configure_logging(logging.WARNING, style=log)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    """End this process when its parent is gone, which may have been killed."""
    while os.getppid() == parent:
        time.sleep(_LOOKS_S)
    os._exit(0)


def _answers(folder: Path, queries: list[Query], k: int) -> list[Answer]:
    searcher = _searcher(folder)
    return searcher.ask_many(queries, k) if queries else []


@lru_cache(maxsize=1)
def _searcher(folder: Path) -> Searcher:
    # The bot has just checked every byte of it.
    return Searcher(Index.open(folder), load_embedder(), folder)
