"""The log of questions, and what people said of the answers.

The words of a question are kept only where the operator wants them, and not for long.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.store.database import Database, each_of

_COLUMNS = (
    "asked_at, chat_id, message_id, surface, outcome, confidence, seconds, generation, topic, "
    "person, question"
)

_MOST_ROWS = 5_000
# What people said of the answer to a question, which they say of the message that has its buttons.
_JUDGED = (
    "WITH judged AS (SELECT a.chat_id, a.asked_in, SUM(f.value) AS value FROM feedback f "
    "JOIN answers a ON a.chat_id = f.chat_id AND a.message_id = f.message_id "
    "GROUP BY a.chat_id, a.asked_in)"
)


@dataclass(frozen=True, slots=True)
class QuestionRecord:
    """One question as it is kept.

    Attributes:
        surface: private, group, channel, inline, guest.
        outcome: answered, missed, refused, overloaded, deadline, quota, failed.
        confidence: 0 to 1; 0 where there was no answer.
        seconds: From the update's arrival until the answer was ready to be sent.
        generation: Name of the generation that answered, or "".
        topic: Of the chat, or 0.
        person: The asker as `People.hashed` has it, or "".
        question: The words, or None where they are not kept.
    """

    chat_id: int
    message_id: int
    surface: str
    outcome: str
    confidence: float = 0.0
    seconds: float = 0.0
    generation: str = ""
    topic: int = 0
    person: str = ""
    question: str | None = None


@dataclass(frozen=True, slots=True)
class Missed:
    """What was asked and not found: the words, and by how many askings."""

    question: str
    times: int


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question that found nothing, or whose answer people said was no help.

    Attributes:
        question: As it was worded last.
        times: How often it was asked so.
        missed: How many of these found nothing.
        last: When it was asked last, in seconds since 1970.
        confidence: In what was found then, 0 to 1.
    """

    question: str
    times: int
    missed: int
    last: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Believed:
    """How sure a question was answered, or was not.

    Attributes:
        confidence: 0 to 1.
        answered: Whether it was.
        judged: Above 0 where people said that the answer helped, below where not; 0 for neither.
    """

    confidence: float
    answered: bool
    judged: int


class Questions:
    """Rows of `questions` and `feedback`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, question: QuestionRecord) -> None:
        """Add a question to the log; on the disk in a moment."""
        self._database.write_soon(
            f"INSERT INTO questions ({_COLUMNS}) SELECT {each_of(11)} FROM json_each(?)",  # noqa: S608
            (
                time.time(),
                question.chat_id,
                question.message_id,
                question.surface,
                question.outcome,
                question.confidence,
                question.seconds,
                question.generation,
                question.topic,
                question.person,
                question.question,
            ),
        )

    async def outcomes(self, since: float = 0.0) -> dict[str, int]:
        """Return outcome → how many questions ended so, of those asked since then."""
        query = "SELECT outcome, COUNT(*) FROM questions WHERE asked_at >= ? GROUP BY outcome"
        return {str(name): int(count) for name, count in await self._database.rows(query, (since,))}

    async def surfaces(self, since: float = 0.0) -> dict[str, int]:
        """Return surface → how many questions came from there since then."""
        query = "SELECT surface, COUNT(*) FROM questions WHERE asked_at >= ? GROUP BY surface"
        return {str(name): int(count) for name, count in await self._database.rows(query, (since,))}

    async def people(self, since: float = 0.0) -> int:
        """Return how many people have asked since then."""
        query = "SELECT COUNT(DISTINCT person) FROM questions WHERE asked_at >= ? AND person <> ''"
        return await self._database.number(query, (since,))

    async def asked_by(self, person: str, chat_id: int, since: float) -> int:
        """Return how many questions a person has asked in a chat since then, and had searched."""
        return await self._database.number(
            "SELECT COUNT(*) FROM questions WHERE person = ? AND chat_id = ? AND asked_at >= ? "
            "AND outcome IN ('answered', 'missed')",
            (person, chat_id, since),
        )

    async def slowest(self, since: float, count: int) -> list[tuple[float, str]]:
        """Return (seconds, surface) of the slowest questions since then."""
        query = (
            "SELECT seconds, surface FROM questions WHERE asked_at >= ? "
            "ORDER BY seconds DESC LIMIT ?"
        )
        rows = await self._database.rows(query, (since, count))
        return [(float(seconds), str(surface)) for seconds, surface in rows]

    async def missed(self, since: float, count: int) -> list[Missed]:
        """Return what was asked and not found since then, the commonest first.

        Only what was asked while words were kept.
        """
        query = (
            "SELECT question, COUNT(*) AS times FROM questions "
            "WHERE asked_at >= ? AND outcome = 'missed' AND question IS NOT NULL "
            "GROUP BY LOWER(question) ORDER BY times DESC, MAX(asked_at) DESC LIMIT ?"
        )
        rows = await self._database.rows(query, (since, count))
        return [Missed(str(question), int(times)) for question, times in rows]

    async def unanswered(self) -> list[Unanswered]:
        """Return what found nothing, or did not help, each wording once, the newest first.

        Only what was asked while words were kept, of that the newest few thousand.
        """
        query = (
            f"{_JUDGED} SELECT q.question, q.asked_at, q.outcome = 'missed', q.confidence "  # noqa: S608
            "FROM questions q LEFT JOIN judged j "
            "ON j.chat_id = q.chat_id AND j.asked_in = q.message_id "
            "WHERE q.question IS NOT NULL AND (q.outcome = 'missed' OR j.value < 0) "
            "ORDER BY q.asked_at DESC LIMIT ?"
        )
        found: dict[str, Unanswered] = {}
        for question, at, missed, confidence in await self._database.rows(query, (_MOST_ROWS,)):
            # SQLite's own LOWER knows no letters but ASCII's.
            wording = " ".join(str(question).split()).casefold()
            one = found.get(wording) or Unanswered(str(question), 0, 0, at, float(confidence))
            found[wording] = replace(one, times=one.times + 1, missed=one.missed + int(missed))
        return list(found.values())

    async def believed(self) -> list[Believed]:
        """Return how sure the newest few thousand questions were that were searched."""
        query = (
            f"{_JUDGED} SELECT q.confidence, q.outcome = 'answered', COALESCE(j.value, 0) "  # noqa: S608
            "FROM questions q LEFT JOIN judged j "
            "ON j.chat_id = q.chat_id AND j.asked_in = q.message_id "
            "WHERE q.outcome IN ('answered', 'missed') ORDER BY q.asked_at DESC LIMIT ?"
        )
        rows = await self._database.rows(query, (_MOST_ROWS,))
        return [Believed(float(of), bool(answered), int(value)) for of, answered, value in rows]

    async def judge(self, chat_id: int, message_id: int, person: str, value: int) -> None:
        """Keep what a person thinks of an answer: 1, -1, or 0 to take it back."""
        if not value:
            await self._database.write(
                "DELETE FROM feedback WHERE chat_id = ? AND message_id = ? AND person = ?",
                (chat_id, message_id, person),
            )
            return
        await self._database.write(
            "INSERT INTO feedback VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (chat_id, message_id, person) DO UPDATE "
            "SET value = excluded.value, given_at = excluded.given_at",
            (chat_id, message_id, person, value, time.time()),
        )

    async def judgement(self, chat_id: int, message_id: int, person: str) -> int:
        """Return what a person has said of an answer: 1, -1, or 0 for nothing."""
        query = "SELECT value FROM feedback WHERE chat_id = ? AND message_id = ? AND person = ?"
        rows = await self._database.rows(query, (chat_id, message_id, person))
        return int(rows[0][0]) if rows else 0

    async def judgements(self, since: float = 0.0) -> tuple[int, int]:
        """Return how many have said yes and how many no to an answer since then."""
        query = "SELECT value, COUNT(*) FROM feedback WHERE given_at >= ? GROUP BY value"
        counts = {int(value): int(n) for value, n in await self._database.rows(query, (since,))}
        return counts.get(1, 0), counts.get(-1, 0)

    async def prune(self, before: float, texts_before: float) -> None:
        """Forget what is older than `before`, and the words of questions before `texts_before`."""
        await self._database.write_all(_forgetting(before, texts_before))
        await self._database.scrub()

    async def forget(self, person: str, private_chat: int) -> int:
        """Delete all rows of a person and of their private chat; return how many questions."""
        theirs, values = "person = ? OR chat_id = ?", (person, private_chat)
        count = await self._database.number(
            f"SELECT COUNT(*) FROM questions WHERE {theirs}",  # noqa: S608
            values,
        )
        await self._database.write_all(
            (f"DELETE FROM {table} WHERE {theirs}", values)  # noqa: S608
            for table in ("questions", "feedback", "answers")
        )
        await self._database.scrub()
        return count


def _forgetting(before: float, texts_before: float) -> Sequence[tuple[str, Sequence[object]]]:
    return (
        ("DELETE FROM questions WHERE asked_at < ?", (before,)),
        ("DELETE FROM feedback WHERE given_at < ?", (before,)),
        ("DELETE FROM answers WHERE given_at < ?", (before,)),
        ("UPDATE questions SET question = NULL WHERE asked_at < ?", (texts_before,)),
    )
