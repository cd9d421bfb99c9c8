"""Sending to Telegram so that a message arrives, once: refusals, faults and fallbacks."""

import asyncio
import html
import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar
from weakref import WeakValueDictionary

from telegram import (
    Bot,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, TelegramError

from bot.buttons import Button, Rows
from bot.outbox import Outbox

_log = logging.getLogger(__name__)

T = TypeVar("T")
_TRIES = 3
_PAUSE_S = 0.5
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Part:
    """One message to be sent: HTML, what is under it, and how it comes."""

    text: str
    markup: InlineKeyboardMarkup | None = None
    quote: bool = False
    silent: bool = False
    mode: str | None = ParseMode.HTML

    @property
    def plain(self) -> "Part":
        """The same without tags, for when Telegram refuses them."""
        text = html.unescape(_TAG.sub("", self.text))
        return Part(text, self.markup, self.quote, self.silent, mode=None)


class Sender:
    """Says things in chats; a chat that does not want the bot is left in peace."""

    def __init__(self) -> None:
        self.outbox = Outbox()
        # While one message is in doubt, nothing else is said in that chat.
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def reply(
        self,
        message: Message,
        texts: Sequence[str],
        *,
        quote: bool,
        buttons: Rows = (),
        silent: bool = False,
    ) -> list[int]:
        """Send HTML `texts`, in order, to where `message` is; return the numbers of what was sent.

        Args:
            message: What it answers.
            texts: Each a message.
            quote: Whether the first is a native reply.
            buttons: Under the last.
            silent: Without a sound.
        """
        sent: list[int] = []
        doubted = self.outbox.doubted(message)
        turn = self._turns.setdefault(message.chat_id, asyncio.Lock())
        try:
            async with turn:
                for number, text in enumerate(texts, start=1):
                    last = number == len(texts)
                    part = Part(
                        text, markup(buttons) if last else None, quote and number == 1, silent
                    )
                    sent.append(await self._send_once(message, part, doubted=doubted))
        except Forbidden as error:
            _log.info("send.forbidden chat=%d reason=%s", message.chat_id, error.message)
        except TelegramError as error:
            _log.error("send.failed chat=%d error=%s", message.chat_id, type(error).__name__)
        return sent

    async def edit(
        self, bot: Bot, chat_id: int, message_id: int, text: str, buttons: Rows = ()
    ) -> bool:
        """Replace one of the bot's own messages; return whether it is there and says this now."""

        async def change() -> None:
            await bot.edit_message_text(
                text,
                chat_id,
                message_id,
                parse_mode=ParseMode.HTML,
                link_preview_options=_NO_PREVIEW,
                reply_markup=markup(buttons),
            )

        try:
            await insisting(change)
        except BadRequest as error:
            if "not modified" not in error.message.lower():
                _log.warning("edit.refused chat=%d reason=%s", chat_id, error.message)
                return False
        except TelegramError as error:
            _log.warning("edit.failed chat=%d error=%s", chat_id, type(error).__name__)
            return False
        return True

    async def _send_once(self, message: Message, part: Part, *, doubted: bool) -> int:
        try:
            return await self._insist(message, part, doubted=doubted)
        except BadRequest as error:
            if "parse entities" not in error.message.lower():
                raise
            _log.error("send.html_refused reason=%s", error.message)
            return await self._insist(message, part.plain, doubted=False)

    async def _insist(self, message: Message, part: Part, *, doubted: bool) -> int:
        """Send, and after an ambiguous failure look whether it has arrived before sending again."""
        after = message.message_id if doubted else self.outbox.newest(message)
        for remaining in reversed(range(_TRIES)):
            try:
                found = await self._arrived(message, part, after) if doubted else None
                if found is None:
                    sent = await _send(message, part)
                    found = sent.message_id
                self.outbox.knows_of(message, found)
                return found
            except TelegramError as error:
                if not remaining or not _may_have_worked(error):
                    raise
                doubted = True
                await asyncio.sleep(_PAUSE_S)
        raise AssertionError("unreachable: the last try returns or raises")

    async def _arrived(self, message: Message, part: Part, after: int) -> int | None:
        """Return the number of the message if it is in the chat already; see `bot.outbox`."""
        for number in self.outbox.candidates(message, after):
            try:
                await message.get_bot().edit_message_text(
                    part.text,
                    message.chat_id,
                    number,
                    parse_mode=part.mode,
                    link_preview_options=_NO_PREVIEW,
                    reply_markup=part.markup,
                )
            except BadRequest as error:
                if "not modified" not in error.message.lower():
                    continue
            _log.info("send.arrived chat=%d", message.chat_id)
            return number
        return None


async def insisting(act: Callable[[], Awaitable[T]]) -> T:
    """Do something that may be done twice until it is done.

    Raises:
        TelegramError: It is refused, or fails every time.
    """
    for remaining in reversed(range(_TRIES)):
        try:
            return await act()
        except TelegramError as error:
            if not remaining or not _may_have_worked(error):
                raise
            await asyncio.sleep(_PAUSE_S)
    raise AssertionError("unreachable: the last try returns or raises")


def _may_have_worked(error: TelegramError) -> bool:
    """Return whether nobody can tell what came of a request, so that it is worth another try."""
    # BadRequest is a NetworkError too; the bare class is PTB's for an answer that is no JSON.
    broken = isinstance(error, NetworkError) and not isinstance(error, BadRequest)
    return broken or type(error) is TelegramError


def markup(rows: Rows) -> InlineKeyboardMarkup | None:
    """Return buttons as Telegram has them, or None for none."""
    if not rows:
        return None
    return InlineKeyboardMarkup([[_button(button) for button in row] for row in rows])


def _button(button: Button) -> InlineKeyboardButton:
    if button.url:
        return InlineKeyboardButton(button.label, url=button.url)
    if button.copies:
        return InlineKeyboardButton(button.label, copy_text=CopyTextButton(button.copies))
    if button.asks_here is not None:
        return InlineKeyboardButton(button.label, switch_inline_query_current_chat=button.asks_here)
    return InlineKeyboardButton(button.label, callback_data=button.data)


async def _send(message: Message, part: Part) -> Message:
    try:
        return await message.reply_text(
            part.text,
            parse_mode=part.mode,
            link_preview_options=_NO_PREVIEW,
            reply_markup=part.markup,
            do_quote=part.quote,
            disable_notification=part.silent,
            # build_reply_arguments drops it (PTB 22.8); a deleted question would get no answer.
            allow_sending_without_reply=True,
        )
    except ChatMigrated as error:
        # The group became a supergroup meanwhile; the question has another number there.
        return await message.get_bot().send_message(
            error.new_chat_id,
            part.text,
            parse_mode=part.mode,
            link_preview_options=_NO_PREVIEW,
            reply_markup=part.markup,
            disable_notification=part.silent,
        )
