"""Inline mode: `@bot question` in any chat, a passage to choose, and it is said there."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from telegram import (
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    Message,
    Update,
)
from telegram.ext import (
    Application,
    ChosenInlineResultHandler,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from bot import metrics
from bot.errors import DeadlineExceeded, Overloaded
from bot.handlers.keystrokes import NewestOnly, Typed
from bot.handlers.public import PublicQuestion, ask_publicly, in_time, keep, own_language
from bot.inline_results import is_answer, results
from bot.services import Services
from bot.store import QuestionRecord
from bot.texts import sentences
from bot.texts.inline import InlineTexts, inline_texts
from retrieval.errors import GenerationMissing, QueryTooLong
from retrieval.types import Answer

_SURFACE = "inline"
_MOST_RESULTS = 8
_LEAST_LETTERS = 3
_CACHED_S = 30
"""Telegram answers the same person's same question by itself so long."""
_START = "inline"
"""What comes with /start from the button above the results."""


@dataclass(frozen=True, slots=True)
class _Offer:
    """What is shown to whoever types.

    Attributes:
        results: To choose from.
        button: What the button above them says, or "" for none.
        cached_s: How long it stays true.
        record: Of the search, if there was one.
    """

    results: Sequence[InlineQueryResultArticle] = ()
    button: str = ""
    cached_s: int = 0
    record: QuestionRecord | None = None


class _ViaThisBot(filters.MessageFilter):
    """Messages that were chosen from what this bot offered."""

    def filter(self, message: Message) -> bool:
        """Return whether `message` is one."""
        return message.via_bot is not None and message.via_bot.id == message.get_bot().id


class InlineHandlers:
    """Offers passages to people who type, in chats that the bot need not be in."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._newest = NewestOnly()
        self._typed = Typed(partial(keep, services))

    def register(self, application: "Application") -> None:  # type: ignore[type-arg]
        """Add the handlers; before those that take a message for a question."""
        application.add_handler(InlineQueryHandler(self._asked))
        application.add_handler(ChosenInlineResultHandler(self._chosen))
        application.add_handler(MessageHandler(_ViaThisBot(), self._said))

    async def _asked(self, update: Update, _: object) -> None:
        query = update.inline_query
        if query is None:
            return
        offer = await self._newest.run(query.from_user.id, partial(self._offer, query))
        if offer is None:
            return
        button = None
        if offer.button:
            button = InlineQueryResultsButton(offer.button, start_parameter=_START)
        await in_time(
            _SURFACE,
            lambda: query.answer(
                offer.results, cache_time=offer.cached_s, is_personal=True, button=button
            ),
        )
        if offer.record is not None:
            self._typed.saw(query.from_user.id, query.query, offer.record)

    async def _offer(self, query: InlineQuery) -> _Offer:
        user, username = query.from_user, query.get_bot().username
        language = await own_language(self._services, user)
        say, texts = sentences(language), inline_texts(language)
        if not await self._services.access.may_ask(user, None):
            metrics.QUESTIONS.labels(_SURFACE, "turned_away").inc()
            return _Offer(button=texts.closed)
        if sum(map(str.isalnum, query.query)) < _LEAST_LETTERS:
            return _Offer(button=texts.usage.format(username=username), cached_s=_CACHED_S)
        question = PublicQuestion(query.query, _SURFACE, user, _MOST_RESULTS)
        answer = await ask_publicly(self._services, question, say)
        if answer.found is None:
            return _Offer(button=_trouble(answer.error, texts), record=answer.record)
        found = results(answer.found, say, texts, username, self._services.reader)
        return _Offer(found, _remark(answer.found, texts), _CACHED_S, answer.record)

    async def _chosen(self, update: Update, _: object) -> None:
        chosen, settings = update.chosen_inline_result, self._services.settings
        answered = None if chosen is None else is_answer(chosen.result_id)
        if chosen is None or answered is None:
            return
        store, user = self._services.store, chosen.from_user
        record = QuestionRecord(
            chat_id=0,
            message_id=0,
            surface=_SURFACE,
            outcome="answered" if answered else "missed",
            person="" if store is None else store.people.hashed(user.id),
            question=chosen.query if settings.keep_questions_days else None,
        )
        self._typed.chose(user.id, chosen.query, record)

    async def _said(self, _: Update, __: object) -> None:
        """What was chosen comes here too, where the bot is a member; it asks nothing."""


def _remark(found: Answer, texts: InlineTexts) -> str:
    """Return what there is to say of the whole search, to whoever typed and nobody else."""
    if not found.answered:
        return texts.missed.format(documents=found.documents_searched)
    return texts.words_only if found.degraded else ""


def _trouble(error: Exception | None, texts: InlineTexts) -> str:
    match error:
        case QueryTooLong():
            return texts.too_long
        case Overloaded() | DeadlineExceeded():
            return texts.busy
        case GenerationMissing():
            return texts.no_index
        case _:
            return texts.failed
