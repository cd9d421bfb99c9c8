"""Sending to Telegram so that a message arrives: refusals, faults and fallbacks in one place."""

import asyncio
import html
import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from telegram import LinkPreviewOptions, Message
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, NetworkError, TelegramError

_log = logging.getLogger(__name__)

T = TypeVar("T")
_TRIES = 3
_PAUSE_S = 0.5
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_TAG = re.compile(r"<[^>]*>")


async def reply(message: Message, texts: Sequence[str], *, quote: bool) -> list[Message]:
    """Send HTML `texts`, in order, to where `message` is; return what was sent.

    With `quote`, the first is a native reply to it. A chat that does not want the bot gets
    nothing more, and that is not an error.
    """
    sent: list[Message] = []
    try:
        for text in texts:
            sent.append(await _reply_one(message, text, quote=quote and not sent))
    except Forbidden as error:
        _log.info("send.forbidden chat=%d reason=%s", message.chat_id, error.message)
    except TelegramError as error:
        _log.error("send.failed chat=%d error=%s", message.chat_id, type(error).__name__)
    return sent


async def edit(message: Message, text: str) -> None:
    """Replace the text of the bot's own `message`; what cannot be edited is left as it is."""
    try:
        await _insisting(
            lambda: message.edit_text(
                text, parse_mode=ParseMode.HTML, link_preview_options=_NO_PREVIEW
            )
        )
    except BadRequest as error:
        if "not modified" not in error.message.lower():
            _log.warning("edit.refused chat=%d reason=%s", message.chat_id, error.message)
    except TelegramError as error:
        _log.warning("edit.failed chat=%d error=%s", message.chat_id, type(error).__name__)


async def _reply_one(message: Message, text: str, *, quote: bool) -> Message:
    try:
        return await _insisting(lambda: _send(message, text, quote=quote))
    except BadRequest as error:
        if "parse entities" not in error.message.lower():
            raise
        _log.error("send.html_refused reason=%s", error.message)
        return await _send(message, html.unescape(_TAG.sub("", text)), quote=quote, mode=None)


async def _insisting(send: Callable[[], Awaitable[T]]) -> T:
    for remaining in reversed(range(_TRIES)):
        try:
            return await send()
        except BadRequest:  # is a NetworkError too, but trying again cannot help
            raise
        except NetworkError:
            # The message may have arrived all the same. Silence is worse than saying it twice.
            if not remaining:
                raise
            await asyncio.sleep(_PAUSE_S)
    raise AssertionError("unreachable: the last try returns or raises")


async def _send(
    message: Message, text: str, *, quote: bool, mode: str | None = ParseMode.HTML
) -> Message:
    return await message.reply_text(
        text,
        parse_mode=mode,
        link_preview_options=_NO_PREVIEW,
        do_quote=quote,
        # build_reply_arguments drops it (PTB 22.8), and a deleted question would get no answer.
        allow_sending_without_reply=True,
    )
