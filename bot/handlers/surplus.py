"""What one person, or one chat, sends beyond a share: turned away, and once in a while told so."""

import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from telegram import Message, Update
from telegram.error import TelegramError
from telegram.ext import Application, ApplicationHandlerStop, TypeHandler

from bot import metrics
from bot.handlers.commands import asks
from bot.handlers.group import called
from bot.handlers.speaking import tell, wording
from bot.services import Services
from bot.shares import is_surplus

_log = logging.getLogger(__name__)

TOLD_EVERY_S = 60.0
_MOST_TOLD = 1_000
_BEFORE_ALL = -2
"""Of the handlers in a group one alone is asked, and -1 is the door of a closed bot."""


class OfSurplus(TypeHandler[Update, Any, None]):
    """Takes what is surplus, and nothing else."""

    def check_update(self, update: object) -> bool:
        """Return whether it is."""
        return is_surplus() and super().check_update(update)


class SurplusHandlers:
    """Comes before all others, so that what is turned away costs nothing."""

    def __init__(self, services: Services, now: Callable[[], float] = time.monotonic) -> None:
        self._services = services
        self._now = now
        # Sender → when they were told.
        self._told: OrderedDict[int, float] = OrderedDict()

    def register(self, application: "Application") -> None:  # type: ignore[type-arg]
        """Add the handler, in a group before that of all others."""
        application.add_handler(OfSurplus(Update, self._seen), group=_BEFORE_ALL)

    async def _seen(self, update: Update, _: object) -> None:
        metrics.UPDATES_DROPPED.labels("surplus").inc()
        if _waits_for_words(update) and self._is_time_to_tell(update):
            await self._tell(update)
        raise ApplicationHandlerStop

    def _is_time_to_tell(self, update: Update) -> bool:
        sender = update.effective_sender
        if sender is None or self._now() - self._told.get(sender.id, -TOLD_EVERY_S) < TOLD_EVERY_S:
            return False
        self._told[sender.id] = self._now()
        self._told.move_to_end(sender.id)
        if len(self._told) > _MOST_TOLD:
            self._told.popitem(last=False)
        return True

    async def _tell(self, update: Update) -> None:
        _log.warning("update.surplus")
        # Whom the bot does not answer is not told why not.
        if await self._services.access.is_stranger(update.effective_user, update.effective_chat):
            return
        say = await wording(self._services, update)
        if update.callback_query is None:
            await tell(self._services, update, say.too_much_at_once, quote=True)
            return
        with suppress(TelegramError):
            await update.callback_query.answer(say.too_much_at_once)


def _waits_for_words(update: Update) -> bool:
    """Return whether somebody spoke to the bot, and not by half-typed words."""
    if update.callback_query is not None:
        return True
    message = update.effective_message
    if message is None or update.guest_message is not None:
        return False
    return message.chat.type == message.chat.PRIVATE or _speaks_to_bot(message)


def _speaks_to_bot(message: Message) -> bool:
    words = message.text or message.caption or ""
    return asks(words, message.get_bot().username) or called(message) is not None
