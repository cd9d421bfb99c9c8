"""Telling all operators something that none of them asked for, each in private."""

import logging
from collections.abc import Awaitable, Callable, Sequence

from telegram import Bot, LinkPreviewOptions, Message
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.rooms import Room
from bot.sending import insisting
from bot.services import Services
from bot.settings import Language

_log = logging.getLogger(__name__)

Saying = Callable[[Language], Sequence[str]]
"""What to tell, as HTML messages, in a language."""
Tell = Callable[[Saying], Awaitable[None]]
"""Tells all operators."""


async def tell_operators(services: Services, bot: Bot, saying: Saying) -> None:
    """Tell every operator, in the language of their private chat or that of the settings.

    One who has never started the bot, or has blocked it, cannot be told; the others are.
    """
    for operator in sorted(services.settings.admins):
        settings = await services.access.room_settings(Room(operator))
        try:
            for text in saying(settings.language or services.settings.language):
                sent = await _sent(bot, operator, text)
                services.sender.outbox.knows(sent)
        except TelegramError as error:
            _log.warning("operator.untold error=%s", type(error).__name__)


async def _sent(bot: Bot, operator: int, text: str) -> Message:
    async def send() -> Message:
        return await bot.send_message(
            operator,
            text,
            parse_mode=ParseMode.HTML,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        )

    # Better told twice than not at all.
    return await insisting(send)
