"""One question, from any surface with messages, to its answer in the same place."""

import logging
import time
from contextlib import nullcontext, suppress
from dataclasses import dataclass, replace

from telegram import Message, User
from telegram.error import TelegramError

from bot import metrics
from bot.buttons import Rows
from bot.errors import BotError, StoreError
from bot.handlers.speaking import language_in, room_of
from bot.keyboards import channel_buttons, group_buttons, private_buttons
from bot.links import KeptPassage
from bot.refusals import explain
from bot.render import answer_messages, plain_messages
from bot.rooms import Room, RoomSettings, Strictness
from bot.services import Services
from bot.store import GivenAnswer, QuestionRecord
from bot.texts import Sentences, sentences
from bot.turns import speaking
from retrieval.errors import RetrievalError
from retrieval.types import Answer, Scope

_log = logging.getLogger(__name__)

MOST_FOUND = 5
"""Passages found for a question; what is not shown at once can be leafed through."""
_SURE = 0.9
"""Confidence from which the bot speaks without being called."""
_STRICT = 0.8
_PASSAGES = {"private": 3}


@dataclass(frozen=True, slots=True)
class Asking:
    """A question and how it came.

    Attributes:
        message: Where to answer, and what to reply to.
        question: As typed, without command or mention.
        surface: private, group or channel.
        uncalled: Whether nobody told the bot to answer: it does so only when it is sure.
        about: The part of an answer that the question is about, as its asker marked it, or "".
        within: Id of the document to look in first, or "".
        edited: Whether this is a new wording of a question that may have been answered.
    """

    message: Message
    question: str
    surface: str
    uncalled: bool = False
    about: str = ""
    within: str = ""
    edited: bool = False

    @property
    def user(self) -> User | None:
        """Who asks; None for a channel or for a group speaking as itself."""
        return None if self.message.sender_chat is not None else self.message.from_user

    @property
    def room(self) -> Room:
        """Where it is asked."""
        return room_of(self.message)


async def answer(services: Services, asking: Asking) -> None:
    """Answer a question where it was asked, keep a record of it, and never raise."""
    started = time.monotonic()
    message = asking.message
    settings = await services.access.room_settings(asking.room)
    say = sentences(language_in(settings, asking.user, services.settings.language))
    if not await _may_go_on(services, asking, settings, say):
        metrics.QUESTIONS.labels(_surface(asking), "turned_away").inc()
        return
    record = _record(services, asking)
    # Whom nobody has called is not seen to be working.
    working = services.working.on(message, asking.room.topic)
    async with nullcontext() if asking.uncalled else working:
        found, record, meant, text = await _found(services, asking, settings, record, say)
    buttons: Rows = ()
    if found is None:
        texts = plain_messages(text)
    elif asking.uncalled and not found.answered:
        _count(asking, record.outcome, started)
        return
    else:
        texts, buttons = _rendered(services, asking, settings, found, say)
    record = replace(record, seconds=time.monotonic() - started)
    # Before it is answered: whoever asks again at once has used up their quota.
    await _log_question(services, asking, record)
    with metrics.SENDING.time():
        sent = await _given(services, asking, settings, texts, buttons)
    _count(asking, record.outcome, started)
    services.conversations.remember(message, sent, meant)
    _log.info(
        "question.ended outcome=%s surface=%s confidence=%.3f seconds=%.3f generation=%s",
        record.outcome,
        asking.surface,
        record.confidence,
        record.seconds,
        record.generation,
    )
    if sent:
        _remember(services, record, sent, found)


def _count(asking: Asking, outcome: str, started: float) -> None:
    metrics.asked(_surface(asking), outcome, time.monotonic() - started)


def _surface(asking: Asking) -> str:
    return "uncalled" if asking.uncalled else asking.surface


async def _may_go_on(
    services: Services, asking: Asking, settings: RoomSettings, say: Sentences
) -> bool:
    """Return whether to search; say why not, where somebody waits for an answer."""
    if not await services.access.may_ask(asking.user, asking.message.chat):
        if asking.surface == "private":
            await services.sender.reply(asking.message, plain_messages(say.closed), quote=False)
        return False
    if not await services.quotas.is_used_up(asking.room, asking.user, settings.quota):
        return True
    if not asking.uncalled and services.quotas.tells(asking.room, asking.user):
        text = say.quota_reached.format(quota=settings.quota)
        await services.sender.reply(asking.message, plain_messages(text), quote=True)
    return False


async def _found(
    services: Services,
    asking: Asking,
    settings: RoomSettings,
    record: QuestionRecord,
    say: Sentences,
) -> tuple[Answer | None, QuestionRecord, str, str]:
    """Return the answer, the record, what was meant; or None and what to say instead."""
    previous = asking.about or services.conversations.before(asking.message)
    if asking.uncalled:
        previous = ""
    scope = services.access.scope(settings, asking.user, asking.message.chat)
    try:
        found, generation = await _asked(services, asking, previous, scope)
    except (RetrievalError, BotError) as error:
        outcome, text = explain(error, say)
        if outcome == "failed":
            _log.exception("question.failed surface=%s", asking.surface)
        return None, replace(record, outcome=outcome), asking.question, text
    found = _as_sure_as(settings, found, uncalled=asking.uncalled)
    outcome = "answered" if found.answered else "missed"
    record = replace(record, outcome=outcome, confidence=found.confidence, generation=generation)
    return found, record, found.understood or asking.question, ""


async def _asked(
    services: Services, asking: Asking, previous: str, scope: Scope
) -> tuple[Answer, str]:
    if asking.within:
        own = replace(scope, document=asking.within)
        found, generation = await services.answers.ask(asking.question, MOST_FOUND, previous, own)
        if found.answered:
            return found, generation
    return await services.answers.ask(asking.question, MOST_FOUND, previous, scope)


def _as_sure_as(settings: RoomSettings, found: Answer, *, uncalled: bool) -> Answer:
    """Return `found`, as a miss where it is less sure than this room wants."""
    least = _STRICT if settings.strictness is Strictness.STRICT else 0.0
    if not found.answered or found.confidence >= max(least, _SURE if uncalled else 0.0):
        return found
    nearest = [replace(citation, sentence=None) for citation in found.citations[:1]]
    return replace(found, answered=False, citations=nearest)


def _rendered(
    services: Services, asking: Asking, settings: RoomSettings, found: Answer, say: Sentences
) -> tuple[list[str], Rows]:
    shown = settings.passages or _PASSAGES.get(asking.surface, 1)
    brief = asking.surface != "private"
    texts = answer_messages(replace(found, citations=found.citations[:shown]), say, brief=brief)
    if not found.citations:
        return texts, ()
    first, username = found.citations[0], asking.message.get_bot().username
    reader = services.reader.to(first)
    # Without the database nothing remembers what else was found.
    count = len(found.citations) if services.store is not None and found.answered else 0
    match asking.surface:
        case "private":
            return texts, private_buttons(first, 0, count, say, reader)
        case "channel":
            return texts, channel_buttons(first, say, username, reader)
    return texts, group_buttons(first, 0, count, say, username, reader)


async def _given(
    services: Services, asking: Asking, settings: RoomSettings, texts: list[str], buttons: Rows
) -> list[int]:
    """Say `texts`: in the place of the last answer to an edited question, else anew."""
    message = asking.message
    if asking.edited:
        # What was asked first is answered first, so that there is an answer to change.
        async with speaking(message.chat_id):
            given = await earlier_answer(services, message)
            if given and await _changed(services, message, given, texts[0], buttons):
                return given[:1]
    silent = settings.quiet_at(time.localtime().tm_hour)
    quote = asking.surface != "private"
    return await services.sender.reply(message, texts, quote=quote, buttons=buttons, silent=silent)


async def _changed(
    services: Services, message: Message, given: list[int], text: str, buttons: Rows
) -> bool:
    """Put `text` in the place of an answer; return whether that was possible."""
    bot, [first, *others] = message.get_bot(), given
    if not await services.sender.edit(bot, message.chat_id, first, text, buttons):
        return False
    for other in others:
        with suppress(TelegramError):
            await bot.delete_message(message.chat_id, other)
    return True


async def earlier_answer(services: Services, message: Message) -> list[int]:
    """Return the messages of the answer that `message` has had, if it is still known."""
    just_now = services.conversations.answers_to(message)
    if just_now or services.store is None:
        return just_now
    try:
        given = await services.store.answers.to_question(message.chat_id, message.message_id)
    except StoreError as error:
        _log.warning("store.failed error=%s", error)
        return []
    return [] if given is None else list(given.messages)


def _record(services: Services, asking: Asking) -> QuestionRecord:
    keeps, store, user = services.settings.keep_questions_days, services.store, asking.user
    return QuestionRecord(
        chat_id=asking.message.chat_id,
        message_id=asking.message.message_id,
        surface=asking.surface,
        outcome="failed",
        topic=asking.room.topic,
        person="" if store is None or user is None else store.people.hashed(user.id),
        question=asking.question if keeps else None,
    )


async def _log_question(services: Services, asking: Asking, record: QuestionRecord) -> None:
    if services.store is None:
        return
    chat = asking.message.chat
    try:
        await services.store.chats.saw(chat.id, str(chat.type), chat.title or "")
        services.store.questions.record(record)
    except StoreError as error:
        _log.warning("store.failed error=%s", error)


def _remember(
    services: Services, record: QuestionRecord, sent: list[int], found: Answer | None
) -> None:
    """Keep what was answered, so that its buttons and an edited question find it."""
    if services.store is None:
        return
    citations = [] if found is None else found.citations
    passages = [str(KeptPassage.of(citation)) for citation in citations]
    place = (record.chat_id, sent[-1], record.message_id)
    services.store.answers.keep(GivenAnswer(*place, record.person, sent, passages))
