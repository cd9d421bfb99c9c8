"""The weekly digest: when it is due, and what it says. Knows no telegram and no clock."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.settings import Language
from bot.statistics import Usage, missed_text, usage_text
from bot.store import Missed
from bot.texts.insight import insight_texts

_HOUR = 8
WEEK = timedelta(days=7)


def last_due(now: datetime) -> datetime:
    """Return the last Monday, 8 o'clock, that is not after `now`, in its time zone."""
    monday = now - timedelta(days=now.weekday())
    due = monday.replace(hour=_HOUR, minute=0, second=0, microsecond=0)
    return due if due <= now else due - WEEK


def digest_text(
    usage: Usage, missed: Sequence[Missed], due: datetime, *, keeps_words: bool, language: Language
) -> str:
    """Return the digest as one HTML message, or "" where nothing was asked.

    Args:
        usage: What was asked in the week before `due`.
        missed: What of it was not found.
        due: When the digest was to come.
        keeps_words: Whether the words of questions are kept.
        language: To say it in.
    """
    if not usage.questions:
        return ""
    say = insight_texts(language)
    first, last = (f"{day.day}/{day.month}" for day in (due - WEEK, due))
    head = say.digest_head.format(first=first, last=last)
    body = missed_text(missed, say, keeps_words=keeps_words)
    return "\n\n".join([usage_text(head, usage, say), body])
