"""Looking at the corpus from time to time, and indexing it again when it has changed.

What goes wrong is told to the operators once, not at every look: it stays wrong until somebody
mends it.
"""

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Sequence

from bot.errors import ReindexFailed, StoreError
from bot.operators import Tell
from bot.render import plain_messages
from bot.reports import failure_text, report_text
from bot.services import Services
from bot.settings import Language
from bot.texts import sentences
from bot.texts.operators import operators_texts
from retrieval.build import BuildReport, corpus_state
from retrieval.errors import CorpusMissing, GenerationError

_log = logging.getLogger(__name__)

_SETTLE_S = 2.0
"""A file that is being copied there is not read half."""
_MOST_LOOKS = 30
_TOLD = "watch-told"


class Watcher:
    """Keeps the index up to date with its documents."""

    def __init__(
        self,
        services: Services,
        tell: Tell,
        *,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Watch the corpus of the settings.

        Args:
            services: The running bot's.
            tell: Tells the operators.
            pause: Waits for some seconds.
        """
        self._services = services
        self._tell = tell
        self._pause = pause
        self._indexed = ""
        self._told: str | None = None

    async def run(self) -> None:
        """Look now, as documents may have changed while nobody looked, and then at intervals."""
        while True:
            await self.look()
            await self._pause(60 * self._services.settings.watch_minutes)

    async def look(self) -> None:
        """Index the documents if they have changed since they were last indexed here."""
        state = await self._settled()
        # Whoever reindexes now may have begun before the change: the next look will tell.
        if state in {None, self._indexed} or self._services.reindexer.running:
            return
        with self._services.reindexer.claim():
            await self._index(str(state))

    async def _settled(self) -> str | None:
        """Return the state of the corpus, once it stays the same; None where it does not."""
        seen = await self._state()
        if seen == self._indexed:
            return seen
        for _ in range(_MOST_LOOKS):
            await self._pause(_SETTLE_S)
            now = await self._state()
            if now == seen:
                return now
            seen = now
        return None

    async def _state(self) -> str:
        def read() -> str:
            try:
                return corpus_state(self._services.settings.corpus, times=True)
            except CorpusMissing:
                return "missing"

        return await asyncio.to_thread(read)

    async def _index(self, state: str) -> None:
        spoken = self._services.settings.language
        report: BuildReport | None = None
        try:
            async for event in self._services.reindexer.run(spoken):
                if isinstance(event, BuildReport):
                    report = event
                    await self._services.answers.reload()
        except (ReindexFailed, GenerationError, OSError) as error:
            # It is tried again at the next look: a full disk or a canary question is mended
            # without any change of the documents.
            _log.error("watch.failed error=%s", type(error).__name__)
            reason = failure_text(error, sentences(spoken))
            await self._tell_once(f"{state} {reason}", _failed(reason, spoken))
            return
        self._indexed = state
        if report is None or not report.failed:
            await self._remember("")
            return
        await self._tell_once(str(sorted(report.failed)), _unreadable(report, spoken))

    async def _tell_once(self, what: str, texts: Sequence[str]) -> None:
        digest = hashlib.sha256(what.encode("utf-8", "surrogatepass")).hexdigest()
        if await self._remembered() != digest:
            await self._remember(digest)
            await self._tell(lambda _: texts)

    async def _remembered(self) -> str:
        """Return the digest of what was told last, by this process or one before."""
        if self._told is None and self._services.store is not None:
            try:
                self._told = await self._services.store.jobs.marked(_TOLD)
            except StoreError as error:
                _log.warning("store.failed error=%s", error)
        return self._told or ""

    async def _remember(self, digest: str) -> None:
        if await self._remembered() == digest:
            return
        self._told = digest
        if self._services.store is not None:
            try:
                await self._services.store.jobs.mark(_TOLD, digest)
            except StoreError as error:
                _log.warning("store.failed error=%s", error)


def _failed(reason: str, spoken: Language) -> list[str]:
    return plain_messages(operators_texts(spoken).watch_failed.format(reason=reason))


def _unreadable(report: BuildReport, spoken: Language) -> list[str]:
    head = operators_texts(spoken).watch_unreadable
    return plain_messages(f"{head}\n{report_text(report, sentences(spoken))}")
