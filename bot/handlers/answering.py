"""One question, from any surface, to its answer in the same place."""

import logging
import time
from dataclasses import replace

from telegram import Message

from bot.errors import BotError, DeadlineExceeded, Overloaded, StoreError
from bot.render import answer_messages, plain_messages
from bot.sending import reply
from bot.services import Services
from bot.settings import Language
from bot.store import QuestionRecord
from bot.texts import Sentences, sentences
from retrieval.errors import GenerationMissing, QueryEmpty, QueryTooLong, RetrievalError

_log = logging.getLogger(__name__)


async def answer(
    services: Services,
    message: Message,
    question: str,
    *,
    surface: str,
    language: Language,
    k: int,
    quote: bool,
) -> None:
    """Answer `question`, asked in `message`, with up to `k` passages.

    Args:
        services: The running bot.
        message: Where to answer, and what to reply to.
        question: As typed, without command or mention.
        surface: private, group or channel; for the log.
        language: Of the bot's own words.
        k: Passages to show.
        quote: Whether to answer as a native reply.
    """
    started = time.monotonic()
    say = sentences(language)
    meant = question
    record = QuestionRecord(message.chat_id, message.message_id, surface, outcome="failed")
    try:
        found, generation = await services.answers.ask(
            question, k, services.conversations.before(message)
        )
        meant = found.understood or question
        texts = answer_messages(found, say)
        record = replace(
            record,
            outcome="answered" if found.answered else "missed",
            confidence=found.confidence,
            generation=generation,
        )
    except (RetrievalError, BotError) as error:
        outcome, text = explain(error, say)
        record, texts = replace(record, outcome=outcome), plain_messages(text)
        if outcome == "failed":
            _log.exception("question.failed surface=%s", surface)
    sent = await reply(message, texts, quote=quote)
    services.conversations.remember(message, sent, meant)
    record = replace(record, seconds=time.monotonic() - started)
    _log.info(
        "question.%s surface=%s confidence=%.3f seconds=%.3f generation=%s",
        record.outcome,
        surface,
        record.confidence,
        record.seconds,
        record.generation,
    )
    await _remember(services, message, record)


def explain(error: Exception, say: Sentences) -> tuple[str, str]:
    """Return (outcome for the log, what to tell the person) for an error."""
    match error:
        case QueryEmpty():
            return "refused", say.query_empty
        case QueryTooLong():
            return "refused", say.query_too_long.format(length=error.length, limit=error.limit)
        case Overloaded():
            return "overloaded", say.overloaded
        case DeadlineExceeded():
            return "deadline", say.deadline
        case GenerationMissing():
            return "failed", say.no_index
        case _:
            return "failed", say.failed


async def _remember(services: Services, message: Message, record: QuestionRecord) -> None:
    if services.store is None:
        return
    try:
        await services.store.saw_chat(message.chat_id, str(message.chat.type))
        await services.store.record(record)
    except StoreError as error:
        _log.warning("store.failed error=%s", error)
