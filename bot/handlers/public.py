"""What inline and guest mode share: questions whose answers anybody may come to see."""

import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from telegram import User
from telegram.error import BadRequest, TelegramError

from bot import metrics
from bot.errors import BotError
from bot.handlers.speaking import language_in
from bot.refusals import explain
from bot.rooms import DEFAULTS, Room
from bot.sending import insisting
from bot.services import Services
from bot.settings import Language
from bot.store import QuestionRecord
from bot.texts import Sentences
from retrieval.errors import RetrievalError
from retrieval.types import Answer

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PublicQuestion:
    """A question asked where the bot is no member.

    Attributes:
        text: As typed, without the bot's name.
        surface: inline or guest.
        user: Who asks; None for a channel or for a group speaking as itself.
        passages: How many to find at most.
        previous: What it may lean on, or "".
    """

    text: str
    surface: str
    user: User | None
    passages: int
    previous: str = ""


@dataclass(frozen=True, slots=True)
class PublicAnswer:
    """What came of it: either `found`, or `error` and what to tell whoever asked."""

    record: QuestionRecord
    found: Answer | None = None
    error: Exception | None = None
    told: str = ""


async def ask_publicly(
    services: Services, question: PublicQuestion, say: Sentences
) -> PublicAnswer:
    """Search what nobody is kept from, whoever asks; never raise."""
    started = time.monotonic()
    # Operators too: those who will read the answer are not known.
    scope = services.access.scope(DEFAULTS, question.user, None)
    record = _record(services, question)
    try:
        found, generation = await services.answers.ask(
            question.text, question.passages, question.previous, scope
        )
    except (RetrievalError, BotError) as error:
        outcome, told = explain(error, say)
        if outcome == "failed":
            _log.exception("question.failed surface=%s", question.surface)
        answer = PublicAnswer(replace(record, outcome=outcome), error=error, told=told)
    else:
        outcome = "answered" if found.answered else "missed"
        record = replace(
            record, outcome=outcome, confidence=found.confidence, generation=generation
        )
        answer = PublicAnswer(record, found)
    seconds = time.monotonic() - started
    metrics.asked(question.surface, outcome, seconds)
    _log.info(
        "question.ended outcome=%s surface=%s confidence=%.3f seconds=%.3f generation=%s",
        outcome,
        question.surface,
        answer.record.confidence,
        seconds,
        answer.record.generation,
    )
    return replace(answer, record=replace(answer.record, seconds=seconds))


async def own_language(services: Services, user: User | None) -> Language:
    """Return the language of whoever asks: as set in their private chat, else their Telegram's."""
    room = DEFAULTS if user is None else await services.access.room_settings(Room(user.id))
    return language_in(room, user, services.settings.language)


def _record(services: Services, question: PublicQuestion) -> QuestionRecord:
    """Return the record of a question; of its chat, which may be two other people's, nothing."""
    keeps, store, user = services.settings.keep_questions_days, services.store, question.user
    return QuestionRecord(
        chat_id=0,
        message_id=0,
        surface=question.surface,
        outcome="failed",
        person="" if store is None or user is None else store.people.hashed(user.id),
        question=question.text if keeps else None,
    )


def keep(services: Services, record: QuestionRecord) -> None:
    """Add a question to the log, if there is one."""
    if services.store is not None:
        services.store.questions.record(record)


async def in_time(surface: str, act: Callable[[], Awaitable[object]]) -> None:
    """Answer a query, which can be done once and not for long; whoever left waits no more."""
    try:
        with metrics.SENDING.time():
            await insisting(act)
    except BadRequest as error:
        if "query is too old" in error.message.lower():
            _log.info("query.late surface=%s", surface)
        else:
            _log.error("query.refused surface=%s reason=%s", surface, error.message)
    except TelegramError as error:
        _log.warning("query.failed surface=%s error=%s", surface, type(error).__name__)
