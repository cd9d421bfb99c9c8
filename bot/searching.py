"""A process that searches while questions pile up, so that the bot is not kept from listening.

Only for the bundled model, of which a second copy is small. The process opens the generation that
it is told, and ends when the bot does, however that ends. Whoever asks answers without it until it
is ready.
"""

import asyncio
import logging
import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import lru_cache, partial
from pathlib import Path

from bot.logging import configure_logging
from bot.settings import LogStyle
from retrieval.embedding import Embedder, bundled_identity, load_embedder
from retrieval.index import Index
from retrieval.reranking import Reranker
from retrieval.search import Searcher
from retrieval.types import Answer, Place, Query
from retrieval.workers import started_pool

_log = logging.getLogger(__name__)

_CORES_FOR_TWO = 2
_PILE = 8
"""So many questions that waited together are a pile; one person does not type as quickly."""
_PILES_IN_A_ROW = 3
"""Then it is no burst that the next moment settles, but more than the thread answers."""
_QUIET_S = 600.0
"""So long without a pile, and the process ends."""
_OPENS_S = 60.0
"""So long it may take to be ready; then it hangs."""


class SearchProcess:
    """At most one process, while there is a use for it; a new one takes the place of a dead one."""

    def __init__(
        self, log: LogStyle = "text", restarted: Callable[[], object] = lambda: None
    ) -> None:
        """Take note of how it is to log, and of whom to tell that one died or was killed."""
        self._log_style: LogStyle = log
        self._restarted = restarted
        self._pid = 0
        self._pool: ProcessPoolExecutor | None = None
        self._ready: Path | None = None
        self._opens: Path | None = None
        self._opening: asyncio.Task[None] | None = None
        self._piles = 0
        self._ending: asyncio.TimerHandle | None = None

    def is_ready(self, folder: Path) -> bool:
        """Return whether there is a process that has opened the generation in `folder`."""
        return self._ready == folder

    def notice(self, waiting: int, folder: Path) -> None:
        """Take note of how many questions waited together for the generation in `folder`.

        Where they pile up, a process is started that opens it.
        """
        self._piles = self._piles + 1 if waiting >= _PILE else 0
        if self._piles and self.is_ready(folder):
            self._stay()
        elif self._piles >= _PILES_IN_A_ROW:
            self._start(folder)

    @property
    def pid(self) -> int:
        """Of the process, while it lives; else 0."""
        # The kernel gives the number of one that is gone to another program.
        lives = any(child.pid == self._pid for child in multiprocessing.active_children())
        return self._pid if lives else 0

    def open(self, folder: Path) -> None:
        """Let the process, if there is one, open a generation that questions will be asked of."""
        if self._pool is not None:
            self._start(folder)

    async def ask(self, folder: Path, queries: Sequence[Query], k: int) -> list[Answer]:
        """Return what `Searcher.ask_many` does, of the generation in `folder`.

        Raises:
            BrokenProcessPool: The process died, and another one is started; or it has ended.
            RetrievalError: As the search itself.
        """
        pool = self._pool
        if pool is None:
            raise BrokenProcessPool("the process has ended")
        try:
            return await _asked(pool, folder, queries, k)
        except BrokenProcessPool:
            _log.exception("search.process_died")
            if self._pool is pool:
                self._lose()
                self._start(folder)
            raise

    def give_up(self, folder: Path) -> None:
        """Kill the process, which does not answer; another one is started and opens `folder`."""
        self._kill()
        self._start(folder)

    async def stop(self) -> None:
        """End the process when it has finished what it does."""
        pool = self._forget()
        if pool is not None:
            await asyncio.to_thread(pool.shutdown, cancel_futures=True)
        if self._opening is not None:
            await asyncio.gather(self._opening, return_exceptions=True)

    def _start(self, folder: Path) -> None:
        """Have `folder` opened by the process, and by a new one if there is none."""
        if folder not in (self._ready, self._opens):
            self._opens = folder
            self._pool = self._pool or self._new_pool()
            self._opening = asyncio.create_task(self._prepare(self._pool, folder))

    async def _prepare(self, pool: ProcessPoolExecutor, folder: Path) -> None:
        try:
            async with asyncio.timeout(_OPENS_S):
                pid = await asyncio.get_running_loop().run_in_executor(pool, os.getpid)
                if self._pool is pool:
                    self._pid = pid
                await _asked(pool, folder, [], 1)
            if self._pool is pool:
                self._ready = folder
                _log.info("search.process_ready name=%s", folder.name)
        except TimeoutError:
            _log.error("search.process_hangs")
            if self._pool is pool:
                self._kill()
        except Exception as error:  # the thread goes on answering; the next piles try it again
            _log.warning("search.unprepared error=%s", type(error).__name__)
            if self._pool is pool and isinstance(error, BrokenProcessPool):
                self._lose()
        finally:
            if self._pool is pool:
                self._opens = None if self._opens == folder else self._opens
                if self._ending is None:
                    self._stay()

    def _new_pool(self) -> ProcessPoolExecutor:
        return started_pool(1, partial(configure_logging, logging.WARNING, style=self._log_style))

    def _lose(self) -> ProcessPoolExecutor | None:
        """Have no process any more, since it died or has to; return what had it."""
        self._restarted()
        return self._forget()

    def _kill(self) -> None:
        pool = self._lose()
        if pool is not None:
            for child in multiprocessing.active_children():
                child.kill()
            pool.shutdown(wait=False, cancel_futures=True)

    def _stay(self) -> None:
        """Put off the end of the process."""
        if self._ending is not None:
            self._ending.cancel()
        self._ending = asyncio.get_running_loop().call_later(_QUIET_S, self._rest)

    def _rest(self) -> None:
        """End the process, which finishes what it does."""
        pool = self._forget()
        if pool is not None:
            pool.shutdown(wait=False)
            _log.info("search.process_ended")

    def _forget(self) -> ProcessPoolExecutor | None:
        """Have no process any more; return what had it."""
        if self._ending is not None:
            self._ending.cancel()
        pool, self._pool, self._ready, self._opens = self._pool, None, None, None
        self._ending, self._piles, self._pid = None, 0, 0
        return pool


async def _asked(
    pool: ProcessPoolExecutor, folder: Path, queries: Sequence[Query], k: int
) -> list[Answer]:
    work = partial(_answers, folder, list(queries), k)
    return await asyncio.get_running_loop().run_in_executor(pool, work)


def _answers(folder: Path, queries: list[Query], k: int) -> list[Answer]:
    searcher = _searcher(folder)
    return searcher.ask_many(queries, k) if queries else []


@lru_cache(maxsize=1)
def _searcher(folder: Path) -> Searcher:
    # The bot has just checked every byte of it.
    return Searcher(Index.open(folder), load_embedder(), folder)


def searches_apart(place: Place, embedder: Embedder | None, reranker: Reranker | None) -> bool:
    """Return whether a process may search: where there is a core for it, and the model is small.

    Where the legs are on a server, half of what a question takes is waiting for it.
    """
    if place.kind != "local":
        return False
    if (os.cpu_count() or 1) < _CORES_FOR_TWO or reranker is not None:
        return False
    return embedder is not None and embedder.identity == bundled_identity()
