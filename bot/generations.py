"""Which generation serves: opened off the event loop, swapped in whole, looked for again and again.

Knows nothing of questions; whoever answers one takes the searcher that serves just then.
"""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from math import inf
from pathlib import Path

from bot import metrics
from retrieval.embedding import Embedder
from retrieval.errors import GenerationError, IndexRefused, IndexUnreachable
from retrieval.generation import GenerationStore, read_manifest
from retrieval.reranking import Reranker
from retrieval.search import Searcher, open_serving
from retrieval.types import LOCAL, Place

_log = logging.getLogger(__name__)

_AGAIN_S = 60.0
"""Between tries to open a generation whose server does not answer: each reads all its files."""


class ServingGeneration:
    """Opens the current generation of a data folder, and whatever is published later."""

    def __init__(
        self,
        data: Path,
        embedder: Embedder | None,
        reranker: Reranker | None = None,
        place: Place = LOCAL,
        opened: Callable[[Path], object] = lambda _: None,
    ) -> None:
        """Take note of how to open it; `opened` is told the folder of each that begins to serve."""
        self._data = data
        self._embedder = embedder
        self._reranker = reranker
        self._place = place
        self._opened = opened
        self._opener = ThreadPoolExecutor(max_workers=1, thread_name_prefix="open")
        self._tried: Path | None = None
        self._again_at = inf
        self.searcher: Searcher | None = None

    async def reload(self) -> str:
        """Open the current generation and swap it in; return its name.

        Raises:
            GenerationError: It cannot be opened; the one before keeps serving.
        """
        loop = asyncio.get_running_loop()
        searcher, problem = await loop.run_in_executor(
            self._opener, open_serving, self._data, self._embedder, self._reranker, self._place
        )
        if problem is not None and self.searcher is not None:
            raise problem
        self.searcher = searcher
        self._opened(searcher.folder)
        await loop.run_in_executor(self._opener, _tell_of, searcher)
        _log.info(
            "generation.serving name=%s passages=%d", searcher.name, len(searcher.index.passages)
        )
        return searcher.name

    async def watch(self, every_s: float) -> None:
        """Swap in what another process publishes (`hoidap index`, cron), until cancelled."""
        while True:
            await asyncio.sleep(every_s)
            try:
                current = GenerationStore(self._data).current()
            except GenerationError:
                continue
            serving = self.searcher.name if self.searcher else None
            now = asyncio.get_running_loop().time()
            if current.name == serving or (current == self._tried and now < self._again_at):
                continue
            try:
                await self.reload()
                self._tried = None
            except GenerationError as error:
                # Once is enough to say so, but a server comes back, and takes a token again.
                self._tried = current
                may_pass = isinstance(error, IndexUnreachable | IndexRefused)
                self._again_at = now + _AGAIN_S if may_pass else inf
                metrics.GENERATIONS_REFUSED.inc()
                _log.error("generation.refused name=%s error=%s", current.name, error)

    async def stop(self) -> None:
        """Wait for an opening under way; the event loop does not."""
        await asyncio.to_thread(self._opener.shutdown)


def _tell_of(searcher: Searcher) -> None:
    documents, passages = len(searcher.documents), len(searcher.index.passages)
    # Replaced twice since it was opened, it is gone from the disk; it serves until the next look.
    with suppress(GenerationError):
        created = datetime.fromisoformat(read_manifest(searcher.folder).created).timestamp()
        metrics.serving(searcher.name, documents, passages, created)
