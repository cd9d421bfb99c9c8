"""The weekly digest: on Mondays, once, and only where there is something to tell."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from bot.access import Access
from bot.conversations import Conversations
from bot.digest import digest_text, last_due
from bot.errors import StoreError
from bot.operators import Saying
from bot.quotas import Quotas
from bot.reindexing import Reindexer
from bot.sending import Sender
from bot.service import AnswerService
from bot.services import Services
from bot.settings import Settings
from bot.statistics import Standing, Usage, report
from bot.store import Missed, QuestionRecord, Store
from bot.weekly import Weekly
from bot.working import Working

pytestmark = pytest.mark.asyncio(loop_scope="session")

HANOI = timezone(timedelta(hours=7))
MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=HANOI)
DAY = timedelta(days=1)
USAGE = Usage(
    {"answered": 7, "missed": 3}, {"private": 6, "group": 4}, 5, (2, 1), [(1.25, "group")]
)
STANDING = Standing("000007", 3, 40, 2_500_000, MONDAY - 3 * DAY, 80_000, 12_300_000_000)


class Operators:
    """Hear what they are told, one in each language."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    async def __call__(self, saying: Saying) -> None:
        """Hear it."""
        self.heard += [*saying("vi"), *saying("en")]


class Clock:
    """A time that the test sets."""

    def __init__(self, time: datetime) -> None:
        self.time = time

    def __call__(self) -> datetime:
        """The time."""
        return self.time


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The words of questions are kept."""
    return Settings(
        corpus=tmp_path / "corpus",
        data=tmp_path,
        model=None,
        admins=frozenset([7]),
        language="vi",
        api_base="https://x",
        keep_questions_days=30,
    )


def weekly(settings: Settings, store: Store | None, clock: Clock, operators: Operators) -> Weekly:
    """The sender of digests, by a clock of the test's."""
    services = Services(
        settings=settings,
        answers=AnswerService(settings.data, None),
        reindexer=Reindexer(settings),
        store=store,
        conversations=Conversations(),
        access=Access(settings, store),
        quotas=Quotas(store),
        sender=Sender(),
        working=Working(),
    )
    return Weekly(services, operators, now=clock)


async def asked(store: Store, path: Path, at: datetime, question: str, outcome: str) -> None:
    """Put a question into the log that was asked at a time."""
    store.questions.record(
        QuestionRecord(5, 6, "private", outcome, 0.5, 0.2, person="p", question=question)
    )
    await store.questions.outcomes()  # reading writes it to the file first
    with closing(sqlite3.connect(path / "hoidap.sqlite3")) as raw, raw:
        raw.execute(
            "UPDATE questions SET asked_at = ? WHERE question = ?", (at.timestamp(), question)
        )


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (MONDAY, MONDAY),
        (MONDAY - timedelta(seconds=1), MONDAY - 7 * DAY),
        (MONDAY + 6 * DAY, MONDAY),
        (datetime(2026, 3, 8, 23, 59, tzinfo=HANOI), MONDAY),
        (MONDAY.astimezone(UTC), datetime(2026, 2, 23, 8, 0, tzinfo=UTC)),
    ],
)
async def test_when_it_is_due(now: datetime, due: datetime) -> None:
    """It is due on Mondays at eight by the local clock, and overdue until the next."""
    assert last_due(now) == due


async def test_it_is_sent_once(settings: Settings, store: Store, tmp_path: Path) -> None:
    """The digest of a week is sent once, on time or late, whatever restarts, then the next."""
    await asked(store, tmp_path, MONDAY - 2 * DAY, "Cái mõ ở đâu?", "missed")
    operators, clock = Operators(), Clock(MONDAY + timedelta(minutes=90))
    for _ in range(2):
        await weekly(settings, store, clock, operators).look()
    vietnamese, english = operators.heard
    assert vietnamese.startswith("<b>Tuần qua (từ 23/2 đến 2/3)</b>\n1 câu hỏi của 1 người\n")
    assert vietnamese.endswith("• Cái mõ ở đâu?")
    assert english.startswith("<b>Last week (23/2 to 2/3)</b>")
    await asked(store, tmp_path, MONDAY + 3 * DAY, "Cái tù và ở đâu?", "answered")
    clock.time = MONDAY + 6 * DAY
    await weekly(settings, store, clock, operators).look()
    assert len(operators.heard) == 2
    clock.time = MONDAY + 7 * DAY
    await weekly(settings, store, clock, operators).look()
    assert len(operators.heard) == 4
    assert operators.heard[2].endswith("Không có câu nào hỏi mà không thấy.")


async def test_nothing_asked(settings: Settings, store: Store, tmp_path: Path) -> None:
    """Nothing is sent of a week in which nothing was asked, not even when somebody asks later."""
    operators, clock = Operators(), Clock(MONDAY)
    sender = weekly(settings, store, clock, operators)
    await sender.look()
    await asked(store, tmp_path, MONDAY + DAY, "Cái mõ ở đâu?", "missed")
    clock.time = MONDAY + 2 * DAY
    await sender.look()
    assert operators.heard == []


async def test_a_broken_database(settings: Settings, store: Store) -> None:
    """What cannot be remembered as sent is not sent; without a database there is nothing."""
    operators, clock = Operators(), Clock(MONDAY)
    await store.close()
    with pytest.raises(StoreError):
        await weekly(settings, store, clock, operators).look()
    await weekly(settings, None, clock, operators).look()
    assert operators.heard == []


async def test_the_words_of_a_digest() -> None:
    """A digest counts, judges and lists as plain text; without words it says how to keep them."""
    missed = [Missed("Ai là <b>chủ</b>?", 3), Missed("?" * 500, 1)]
    told = digest_text(USAGE, missed, MONDAY, keeps_words=True, language="en")
    assert told.splitlines()[:6] == [
        "<b>Last week (23/2 to 2/3)</b>",
        "10 questions by 5 people",
        "answered 7 · not found 3",
        "private 6 · groups 4",
        "feedback: 👍 2 · 👎 1",
        "slowest: 1.2 s (groups)",
    ]
    assert "• Ai là &lt;b&gt;chủ&lt;/b&gt;? (×3)\n• ????" in told
    without = digest_text(USAGE, missed, MONDAY, keeps_words=False, language="vi")
    assert "HOIDAP_KEEP_QUESTIONS=30" in without
    assert "chủ" not in without


@pytest.mark.parametrize("works", [True, False])
async def test_statistics_without_a_database(store: Store, works: bool) -> None:
    """Statistics say how the bot stands even where the database does not work."""
    if not works:
        await store.close()
    told = await report(store, STANDING, MONDAY, keeps_words=False, language="en")
    index = "Index 000007: 3 documents, 40 passages, 2.5 MB, made 3 days ago"
    assert index in told
    assert "Database 80 kB; 12.3 GB free on the disk" in told
    assert ("nobody has asked" in told) == works
    assert ("The database cannot be used" in told) != works
