"""How the bot is used and how it stands, in numbers and in words. Knows no telegram."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from pathlib import Path

from bot.buttons import shortened
from bot.errors import StoreError
from bot.settings import Language
from bot.store import Missed, Store
from bot.texts.insight import InsightTexts, insight_texts
from retrieval.errors import GenerationError
from retrieval.generation import read_manifest

_SLOWEST = 3
_MISSED_SHOWN = 15
_QUESTION_UNITS = 120
_GROUPS = ("group", "supergroup")


@dataclass(frozen=True, slots=True)
class Usage:
    """What was asked in a time; the names are those of `bot.store.questions`.

    Attributes:
        outcomes: Outcome → how many questions.
        surfaces: Surface → how many questions.
        people: Who asked.
        judgements: How many said yes and how many no to an answer.
        slowest: (seconds, surface) of the slowest questions.
    """

    outcomes: Mapping[str, int]
    surfaces: Mapping[str, int]
    people: int
    judgements: tuple[int, int]
    slowest: Sequence[tuple[float, str]]

    @property
    def questions(self) -> int:
        """How many there were."""
        return sum(self.outcomes.values())


@dataclass(frozen=True, slots=True)
class Standing:
    """How the bot stands.

    Attributes:
        index: Name of the generation that answers, or "".
        documents: In it.
        passages: In it.
        index_bytes: Its size on the disk.
        built: When; None where that is not known.
        database_bytes: The database's size on the disk.
        free_bytes: Left on the disk.
    """

    index: str
    documents: int
    passages: int
    index_bytes: int
    built: datetime | None
    database_bytes: int
    free_bytes: int


async def usage_since(store: Store, since: float) -> Usage:
    """Return what was asked since a time, in seconds since 1970.

    Raises:
        StoreError: The database cannot be read.
    """
    asked = store.questions
    return Usage(
        outcomes=await asked.outcomes(since),
        surfaces=await asked.surfaces(since),
        people=await asked.people(since),
        judgements=await asked.judgements(since),
        slowest=await asked.slowest(since, _SLOWEST),
    )


async def missed_since(store: Store, since: float) -> Sequence[Missed]:
    """Return what was asked and not found since a time, as far as words are kept."""
    return await store.questions.missed(since, _MISSED_SHOWN)


def standing_of(data: Path, generation: Path | None) -> Standing:
    """Return how the bot stands, by looking at the disk; `generation` is the folder that serves."""
    database = sum(path.stat().st_size for path in data.glob("*.sqlite3*"))
    free = shutil.disk_usage(data).free
    if generation is None:
        return Standing("", 0, 0, 0, None, database, free)
    size = sum(path.stat().st_size for path in generation.rglob("*") if path.is_file())
    try:
        manifest = read_manifest(generation)
    except GenerationError:
        return Standing(generation.name, 0, 0, size, None, database, free)
    built = datetime.fromisoformat(manifest.created)
    name, documents, passages = generation.name, manifest.documents, manifest.passages
    return Standing(name, documents, passages, size, built, database, free)


async def report(
    store: Store | None, standing: Standing, now: datetime, *, keeps_words: bool, language: Language
) -> str:
    """Return all that /thongke tells, as one HTML message.

    Args:
        store: None where there is no database.
        standing: How the bot stands.
        now: With a time zone.
        keeps_words: Whether the words of questions are kept.
        language: To say it in.
    """
    say = insight_texts(language)
    try:
        if store is None:
            raise StoreError("there is no database")
        week = (now - timedelta(days=7)).timestamp()
        parts = [
            usage_text(say.last_week, await usage_since(store, week), say),
            usage_text(say.all_time, await usage_since(store, 0.0), say),
            _standing_text(standing, await store.chats.counts(), now, say),
            missed_text(await missed_since(store, week), say, keeps_words=keeps_words),
        ]
    except StoreError:
        parts = [_standing_text(standing, None, now, say), _plain(say.no_database)]
    return "\n\n".join([f"<b>{_plain(say.head)}</b>", *parts])


def usage_text(head: str, usage: Usage, say: InsightTexts) -> str:
    """Return, as HTML, what was asked in a time that `head` names."""
    title = f"<b>{_plain(head)}</b>"
    if not usage.questions:
        return f"{title}: {_plain(say.nobody_asked)}"
    yes, no = usage.judgements
    slowest = [f"{seconds:.1f} s ({_named('surface', of, say)})" for seconds, of in usage.slowest]
    lines = [
        say.asked.format(count=usage.questions, people=usage.people),
        _counted("outcome", usage.outcomes, say),
        _counted("surface", usage.surfaces, say),
        say.judgements.format(yes=yes, no=no),
        say.slowest.format(list=", ".join(slowest)),
    ]
    return "\n".join([title, *map(_plain, lines)])


def missed_text(missed: Sequence[Missed], say: InsightTexts, *, keeps_words: bool) -> str:
    """Return, as HTML, what was asked and not found, or how that could be known."""
    if not keeps_words:
        return f"<i>{_plain(say.words_not_kept)}</i>"
    if not missed:
        return _plain(say.nothing_missed)
    lines = [f"• {shortened(one.question, _QUESTION_UNITS)}{_times(one.times)}" for one in missed]
    return "\n".join([f"<b>{_plain(say.missed)}</b>", *map(_plain, lines)])


def _standing_text(
    standing: Standing, chats: Mapping[str, int] | None, now: datetime, say: InsightTexts
) -> str:
    lines = [say.no_index]
    if standing.index:
        lines = [
            say.index.format(
                name=standing.index,
                documents=standing.documents,
                passages=standing.passages,
                size=_size(standing.index_bytes),
                age="?" if standing.built is None else _age(now - standing.built, say),
            )
        ]
    if chats is not None:
        groups = sum(chats.get(kind, 0) for kind in _GROUPS)
        people, channels = chats.get("private", 0), chats.get("channel", 0)
        lines.append(say.chats.format(groups=groups, channels=channels, people=people))
    database, free = _size(standing.database_bytes), _size(standing.free_bytes)
    lines.append(say.disk.format(database=database, free=free))
    return "\n".join(map(_plain, lines))


def _counted(kind: str, counts: Mapping[str, int], say: InsightTexts) -> str:
    most_first = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return " · ".join(f"{_named(kind, name, say)} {count}" for name, count in most_first)


def _named(kind: str, name: str, say: InsightTexts) -> str:
    return str(getattr(say, f"{kind}_{name}", name))


def _times(times: int) -> str:
    return f" (×{times})" if times > 1 else ""


def _age(age: timedelta, say: InsightTexts) -> str:
    minutes = max(0, int(age.total_seconds() // 60))
    if minutes < 120:
        return say.minutes_ago.format(count=minutes)
    if minutes < 48 * 60:
        return say.hours_ago.format(count=minutes // 60)
    return say.days_ago.format(count=minutes // (24 * 60))


def _size(count: int) -> str:
    for unit, size in (("GB", 1e9), ("MB", 1e6)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count / 1e3:.0f} kB"


def _plain(text: str) -> str:
    return escape(text, quote=False)
