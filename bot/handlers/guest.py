"""Guest mode: the bot is called by name in a chat where it is no member, and answers once there."""

from telegram import InlineQueryResultArticle, Message, Update, User
from telegram.ext import Application, MessageHandler, filters

from bot import metrics
from bot.handlers.commands import arguments, mentions, without_mention
from bot.handlers.public import (
    PublicAnswer,
    PublicQuestion,
    ask_publicly,
    in_time,
    keep,
    own_language,
)
from bot.inline_results import article, headline
from bot.keyboards import channel_buttons, link_of
from bot.reader_links import ReaderLinks
from bot.render import brief_message, plain_messages
from bot.services import Services
from bot.texts import Sentences, sentences
from bot.texts.inline import inline_texts

_SURFACE = "guest"


class GuestHandlers:
    """Answers with the best passage that anybody may see."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def register(self, application: "Application") -> None:  # type: ignore[type-arg]
        """Add the handler."""
        application.add_handler(MessageHandler(filters.UpdateType.GUEST_MESSAGE, self._called))

    async def _called(self, update: Update, _: object) -> None:
        message = update.guest_message
        if message is None:
            return
        user = None if message.sender_chat is not None else message.from_user
        language = await own_language(self._services, user)
        say, question = sentences(language), _question(message)
        if not await self._services.access.may_ask(user, None):
            metrics.QUESTIONS.labels(_SURFACE, "turned_away").inc()
            await _say(message, _remark(say.closed))
        elif not question.strip():
            usage = inline_texts(language).guest_usage
            await _say(message, _remark(usage.format(username=message.get_bot().username)))
        else:
            await self._answer(message, user, question, say)

    async def _answer(
        self, message: Message, user: User | None, question: str, say: Sentences
    ) -> None:
        previous = self._services.conversations.before(message)
        asked = PublicQuestion(question, _SURFACE, user, 1, previous)
        answer = await ask_publicly(self._services, asked, say)
        result = _result(answer, say, message.get_bot().username, self._services.reader)
        await _say(message, result)
        if answer.found is not None:
            meant = answer.found.understood or question
            self._services.conversations.remember(message, (), meant)
        keep(self._services, answer.record)


def _question(message: Message) -> str:
    """Return what a message asks: its words, or those of the message that it points at."""
    bot, original = message.get_bot(), message.reply_to_message
    called = mentions(message, bot.username)
    question = without_mention(message, bot.username) if called else arguments(message)
    if not question and original is not None and original.from_user != bot.bot:
        return original.text or original.caption or ""
    return question


def _result(
    answer: PublicAnswer, say: Sentences, username: str, reader: ReaderLinks
) -> InlineQueryResultArticle:
    if answer.found is None:
        return _remark(answer.told)
    text = brief_message(answer.found, say)
    if not answer.found.citations:
        miss = say.miss.format(documents=answer.found.documents_searched)
        return article("miss", miss, "", text)
    best = answer.found.citations[0]
    buttons = channel_buttons(best, say, username, reader.to(best, to_anybody=True))
    return article(str(link_of(best)), headline(best), best.quote, text, buttons)


def _remark(text: str) -> InlineQueryResultArticle:
    return article("remark", text, "", plain_messages(text)[0])


async def _say(message: Message, result: InlineQueryResultArticle) -> None:
    await in_time(_SURFACE, lambda: message.answer_guest_query(result))
