"""Watching the corpus, with the clock, the child process and the operators in the test's hands."""

import asyncio
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path

import pytest
import pytest_asyncio

from bot.access import Access
from bot.conversations import Conversations
from bot.errors import ReindexFailed, StoreError
from bot.operators import Saying
from bot.quotas import Quotas
from bot.reindexing import Reindexer
from bot.sending import Sender
from bot.service import AnswerService
from bot.services import Services
from bot.settings import Language, Settings
from bot.store import Store
from bot.watching import Watcher
from bot.working import Working
from retrieval.build import BuildReport, Progress
from tests.builders import write_corpus

pytestmark = pytest.mark.asyncio(loop_scope="session")


class ScriptedReindexer(Reindexer):
    """Ends every reindex as the test says, and counts them."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.runs = 0
        self.failed: list[tuple[str, str]] = []
        self.reason = ""

    async def run(
        self, language: Language = "vi", *, force: bool = False, dry_run: bool = False
    ) -> AsyncIterator[Progress | BuildReport]:
        """Fail with the reason, or report what could not be read."""
        assert self.running
        self.runs += 1
        yield Progress("read", 1, 1)
        if self.reason:
            raise ReindexFailed(self.reason, 2)
        yield BuildReport(published=True, documents=1, passages=1, failed=self.failed)


class CountingAnswers(AnswerService):
    """Only counts how often it is to open a new index."""

    reloads = 0

    async def reload(self) -> str:
        """Open nothing."""
        self.reloads += 1
        return "000001"


class Pauses:
    """Waits for nothing; during a wait, what the test has planned happens."""

    def __init__(self) -> None:
        self.waited: list[float] = []
        self.during: list[Callable[[], object]] = []

    async def __call__(self, seconds: float) -> None:
        """Take note of the wait."""
        self.waited.append(seconds)
        if self.during:
            self.during.pop(0)()
        await asyncio.sleep(0)


class Operators:
    """Hear what they are told, in Vietnamese."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    async def __call__(self, saying: Saying) -> None:
        """Hear it."""
        self.heard += saying("vi")


class Watch:
    """A watcher with all that it touches."""

    def __init__(self, settings: Settings, store: Store | None) -> None:
        self.corpus = settings.corpus
        self.reindexer = ScriptedReindexer(settings)
        self.answers = CountingAnswers(settings.data, None)
        self.pauses, self.operators = Pauses(), Operators()
        services = Services(
            settings=settings,
            answers=self.answers,
            reindexer=self.reindexer,
            store=store,
            conversations=Conversations(),
            access=Access(settings, store),
            quotas=Quotas(store),
            sender=Sender(),
            working=Working(),
        )
        self.watcher = Watcher(services, self.operators, pause=self.pauses)

    def write(self, name: str, text: str) -> None:
        """Write a document."""
        (self.corpus / name).write_text(text, encoding="utf-8")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A corpus of one document, looked at every quarter of an hour."""
    write_corpus(tmp_path / "corpus", {"a.txt": "Một"})
    return Settings(
        corpus=tmp_path / "corpus",
        data=tmp_path / "data",
        model=None,
        admins=frozenset([7]),
        language="vi",
        api_base="https://x",
        watch_minutes=15,
    )


@pytest_asyncio.fixture(loop_scope="session")
async def store(settings: Settings) -> AsyncIterator[Store]:
    """An open, new database."""
    opened = await Store.open(settings.data / "hoidap.sqlite3")
    yield opened
    await opened.close()


@pytest.fixture
def watch(settings: Settings, store: Store) -> Watch:
    """A watch that has not looked yet."""
    return Watch(settings, store)


async def test_only_changes_are_indexed(watch: Watch) -> None:
    """The first look indexes, as nobody knows what has changed; later ones only after a change."""
    for _ in range(3):
        await watch.watcher.look()
    assert (watch.reindexer.runs, watch.answers.reloads) == (1, 1)
    watch.write("b.txt", "Hai")
    for _ in range(3):
        await watch.watcher.look()
    assert (watch.reindexer.runs, watch.answers.reloads) == (2, 2)
    assert watch.operators.heard == []


async def test_it_looks_at_intervals(watch: Watch) -> None:
    """Between two looks the interval of the settings passes."""
    ended = asyncio.Event()
    watch.pauses.during = [lambda: None, lambda: None, ended.set]
    running = asyncio.create_task(watch.watcher.run())
    await ended.wait()
    running.cancel()
    settling, *intervals = watch.pauses.waited[:3]
    assert settling < 60
    assert intervals == [15 * 60, 15 * 60]


async def test_a_file_that_is_being_written(watch: Watch) -> None:
    """While documents change nothing is read; it is once they have stayed the same for a moment."""
    changes = [partial(watch.write, "b.txt", "x" * count) for count in range(1, 4)]
    seen: list[int] = []
    watch.pauses.during = [*changes, lambda: seen.append(watch.reindexer.runs)]
    await watch.watcher.look()
    assert seen == [0]
    assert watch.reindexer.runs == 1


async def test_a_folder_that_never_rests(watch: Watch) -> None:
    """Documents that change without end are left for the next look."""
    watch.pauses.during = [partial(watch.write, "b.txt", "x" * n) for n in range(1, 100)]
    await watch.watcher.look()
    assert watch.reindexer.runs == 0


async def test_a_failure_is_told_once(settings: Settings, store: Store) -> None:
    """What fails is tried at every look and told once, though the bot restarts meanwhile."""
    first, second = Watch(settings, store), Watch(settings, store)
    for watch in (first, second):
        watch.reindexer.reason = "hết đĩa"
        await watch.watcher.look()
        await watch.watcher.look()
        assert watch.reindexer.runs == 2
    [told] = first.operators.heard
    assert told.endswith("Lý do: hết đĩa")
    assert second.operators.heard == []
    second.write("b.txt", "Hai")
    await second.watcher.look()
    assert second.operators.heard == [told]


async def test_the_same_failure_after_a_success(watch: Watch) -> None:
    """Something that was mended and fails again is told again."""
    for reason in ("hết đĩa", "", "hết đĩa"):
        watch.reindexer.reason = reason
        watch.write("b.txt", f"x{reason}{len(watch.operators.heard)}")
        await watch.watcher.look()
    assert len(watch.operators.heard) == 2


async def test_documents_that_cannot_be_read(watch: Watch) -> None:
    """What could not be read is named once, and again when it is something else."""
    watch.reindexer.failed = [("hỏng.txt", "lý do")]
    for text in ("Hai", "Hai hai", "Hai hai hai"):
        watch.write("b.txt", text)
        await watch.watcher.look()
    [told] = watch.operators.heard
    assert "• hỏng.txt: lý do" in told
    watch.reindexer.failed = [("khác.txt", "lý do")]
    watch.write("b.txt", "Ba")
    await watch.watcher.look()
    assert len(watch.operators.heard) == 2


async def test_a_corpus_that_is_away(watch: Watch) -> None:
    """A corpus that has gone is told like any failure, and nothing ends."""
    await watch.watcher.look()
    watch.corpus.rename(watch.corpus.with_name("elsewhere"))
    watch.reindexer.reason = "không có thư mục này"
    await watch.watcher.look()
    await watch.watcher.look()
    assert len(watch.operators.heard) == 1


async def test_a_reindex_by_hand_goes_first(watch: Watch) -> None:
    """While somebody reindexes by hand the watch does nothing, and makes up for it later."""
    with watch.reindexer.claim():
        await watch.watcher.look()
    assert watch.reindexer.runs == 0
    await watch.watcher.look()
    assert watch.reindexer.runs == 1


async def test_a_broken_database(settings: Settings, store: Store) -> None:
    """Without a database that works, a failure is told once by each process."""
    await store.close()
    with pytest.raises(StoreError):
        await store.jobs.marked("x")
    for one in (store, None):
        watch = Watch(settings, one)
        watch.reindexer.reason = "hết đĩa"
        for _ in range(3):
            await watch.watcher.look()
        assert len(watch.operators.heard) == 1
