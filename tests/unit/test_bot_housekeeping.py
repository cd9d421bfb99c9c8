"""Housekeeping: what is too old is forgotten, again and again, whatever the database says."""

import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from bot import housekeeping
from bot.housekeeping import EVERY_S, Housekeeper
from bot.removing import KEPT_DAYS
from bot.settings import Settings
from bot.store import QuestionRecord, Store

pytestmark = pytest.mark.asyncio(loop_scope="session")

DAY_S = 24 * 3600.0


class EnoughError(Exception):
    """Ends a task that would go on for ever."""


class Clock:
    """Time that passes only when somebody waits; after so many waits it has been enough."""

    def __init__(self, waits: int = 0) -> None:
        self.time = time.time()
        self.waited: list[float] = []
        self._waits = waits

    def now(self) -> float:
        """The time."""
        return self.time

    async def pause(self, seconds: float) -> None:
        """Let `seconds` pass at once."""
        if len(self.waited) == self._waits:
            raise EnoughError
        self.waited.append(seconds)
        self.time += seconds


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Words are kept for two days, the rest for ten."""
    return Settings(
        corpus=tmp_path / "corpus",
        data=tmp_path,
        model=None,
        admins=frozenset(),
        language="vi",
        api_base="https://x",
        keep_questions_days=2,
        retention_days=10,
    )


@pytest_asyncio.fixture(loop_scope="session")
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """A database with one question, asked just now."""
    opened = await Store.open(tmp_path / "hoidap.sqlite3")
    opened.questions.record(QuestionRecord(5, 6, "private", "missed", question="Ai?"))
    yield opened
    await opened.close()


async def kept(store: Store) -> tuple[int, int]:
    """How many questions there are, and of how many the words."""
    outcomes = await store.questions.outcomes()
    return sum(outcomes.values()), len(await store.questions.missed(0.0, 10))


@pytest.mark.parametrize(
    ("days", "left"), [(0.0, (1, 1)), (1.9, (1, 1)), (2.1, (1, 0)), (9.9, (1, 0)), (10.1, (0, 0))]
)
async def test_how_long_things_are_kept(
    store: Store, settings: Settings, days: float, left: tuple[int, int]
) -> None:
    """Words and questions are kept for as many days as the settings say, and no longer."""
    clock = Clock()
    clock.time += days * DAY_S
    await Housekeeper(settings, store, now=clock.now).tidy()
    assert await kept(store) == left


async def test_words_that_are_no_longer_to_be_kept(store: Store, settings: Settings) -> None:
    """When an operator stops keeping words, those from before go at once."""
    clock = Clock()
    clock.time += 1.0
    await Housekeeper(replace(settings, keep_questions_days=0), store, now=clock.now).tidy()
    assert await kept(store) == (1, 0)


async def test_it_goes_on(store: Store, settings: Settings) -> None:
    """It tidies at the start and every few hours, for as long as the bot runs."""
    waits = round(11 * DAY_S / EVERY_S)
    clock = Clock(waits)
    with pytest.raises(EnoughError):
        await Housekeeper(settings, store, now=clock.now, pause=clock.pause).run()
    assert clock.waited == [EVERY_S] * waits
    assert await kept(store) == (0, 0)


async def test_a_database_that_cannot_be_used(settings: Settings, tmp_path: Path) -> None:
    """A database that fails does not end it: the next time may be better."""
    broken = await Store.open(tmp_path / "broken.sqlite3")
    await broken.close()
    clock = Clock(3)
    with pytest.raises(EnoughError):
        await Housekeeper(settings, broken, now=clock.now, pause=clock.pause).run()
    assert len(clock.waited) == 3


async def test_used_invitations_go(store: Store, settings: Settings) -> None:
    """Invitations that hold no longer are swept away, those that do are not."""
    await store.people.invite(-1.0, 1)
    good = await store.people.invite(60.0, 1)
    await Housekeeper(settings, store).tidy()
    assert await store.people.use_invitation(good, 1)


async def test_removals_go(store: Store, settings: Settings) -> None:
    """A document that was taken out is kept for its days, also where the database fails."""
    removed = settings.data / "removed"
    (removed / f"{datetime.now(UTC):%Y%m%d-%H%M%S}-a.txt").mkdir(parents=True)
    await store.close()
    clock = Clock()
    await Housekeeper(settings, store, now=clock.now).tidy()
    assert len(list(removed.iterdir())) == 1
    clock.time += KEPT_DAYS * DAY_S + 60.0
    await Housekeeper(settings, store, now=clock.now).tidy()
    assert list(removed.iterdir()) == []


async def test_removals_that_cannot_be_deleted(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that refuses keeps nothing else from being forgotten."""

    def refuse(*_: object) -> int:
        raise PermissionError

    monkeypatch.setattr(housekeeping, "prune", refuse)
    clock = Clock()
    clock.time += 11 * DAY_S
    await Housekeeper(settings, store, now=clock.now).tidy()
    assert await kept(store) == (0, 0)
