"""Long work shared among processes, one a core, where there is enough of it.

What building an index costs is mostly Python, which uses one core a process. Owns the processes'
life: they are started when first needed, end with whoever started them however that ends, and when
one dies, as of too little memory, its work is done by the process that asked for it.
"""

import logging
import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from types import TracebackType
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

_MOST_PROCESSES = 8
_AHEAD = 3
"""Items a process that are handed out before the first is done: none waits, and few are kept."""
_LOOKS_S = 1.0

_log = logging.getLogger(__name__)


class Workers:
    """Processes, as many as there are cores; use as a context manager.

    As Python starts them they import the program's main module: a script that is not made for that
    (`if __name__ == "__main__"`) must not have any.
    """

    def __init__(self, processes: int | None = None) -> None:
        """Make ready to work with so many processes; as many as this one has cores if None."""
        cores = len(os.sched_getaffinity(0))
        self._processes = min(cores, _MOST_PROCESSES) if processes is None else processes
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> "Workers":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)

    def map(self, work: Callable[[T], R], items: Iterable[T], *, much: bool) -> Iterator[R]:
        """Yield `work` of each item, in order; a few are worked on ahead.

        Args:
            work: A function of a module, or a `partial` of one; what it takes and gives is sent
                from process to process.
            items: What it is called with.
            much: Whether it is worth starting processes for.
        """
        if not much or self._processes < 2:
            yield from map(work, items)
            return
        self._pool = self._pool or started_pool(self._processes)
        left = iter(items)
        waiting: deque[tuple[T, Future[R]]] = deque()
        while True:
            for item in islice(left, _AHEAD * self._processes - len(waiting)):
                waiting.append((item, _submitted(self._pool, work, item)))
            if not waiting:
                return
            item, future = waiting.popleft()
            yield _result(future, work, item)


ALONE = Workers(1)
"""No process but this one."""


def _nothing() -> None: ...


def started_pool(processes: int, first: Callable[[], object] = _nothing) -> ProcessPoolExecutor:
    """Return new processes that end with this one, even if it is killed; each calls `first`."""
    # A fork would have the threads' locks, whoever held them.
    context = multiprocessing.get_context("spawn")
    given = (os.getpid(), first)
    return ProcessPoolExecutor(processes, context, initializer=_begin, initargs=given)


def _submitted(pool: ProcessPoolExecutor, work: Callable[[T], R], item: T) -> "Future[R]":
    try:
        return pool.submit(work, item)
    except BrokenProcessPool as error:
        future: Future[R] = Future()
        future.set_exception(error)
        return future


def _result(future: "Future[R]", work: Callable[[T], R], item: T) -> R:
    try:
        return future.result()
    except BrokenProcessPool:
        _log.warning("workers.died")
        return work(item)


def _begin(parent: int, first: Callable[[], object]) -> None:
    """Make a new process ready: it stops with its parent, and only so."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Each core has a process already; threads of tokenizers would only be in the way.
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    first()


def _end_with(parent: int) -> None:
    """End this process when its parent is gone, which may have been killed."""
    while os.getppid() == parent:
        time.sleep(_LOOKS_S)
    os._exit(0)
