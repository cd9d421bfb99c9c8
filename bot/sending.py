"""Sending to Telegram so that a message arrives, once: refusals, faults and fallbacks."""

import asyncio
import html
import logging
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from weakref import WeakValueDictionary

from telegram import Bot, InlineKeyboardMarkup, LinkPreviewOptions, Message
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, TelegramError

from bot.buttons import Button, Rows
from bot.outbox import Outbox
from bot.turns import speaking

_log = logging.getLogger(__name__)

T = TypeVar("T")
PAUSES_S = (0.5, 1.0, 2.0, 4.0, *(16 * (5.0,)))
"""Between two tries of what somebody waits for in a chat: Telegram, or the way to it, is away for
longer than a moment now and then. What has not gone out after a minute and a half is given up."""
_SHORT_PAUSES_S = (0.5, 0.5)
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Part:
    """One message to be sent: HTML, what is under it, and how it comes."""

    text: str
    buttons: Rows = ()
    quote: bool = False
    silent: bool = False
    mode: str | None = ParseMode.HTML

    @property
    def plain(self) -> "Part":
        """The same without tags, for when Telegram refuses them."""
        return replace(self, text=html.unescape(_TAG.sub("", self.text)), mode=None)


class Sender:
    """Says things in chats; a chat that does not want the bot is left in peace."""

    def __init__(self, pauses_s: Sequence[float] = PAUSES_S) -> None:
        self.outbox = Outbox()
        self._pauses_s = pauses_s
        self._ending = asyncio.Event()
        # While one message is in doubt, nothing else is said in that chat.
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    def stop(self) -> None:
        """Wait for nothing from now on: what cannot be said is left to the next process."""
        self._ending.set()

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

        The first reply to an update waits until those that came before it are answered.

        Args:
            message: What it answers.
            texts: Each a message.
            quote: Whether the first is a native reply.
            buttons: Under the last.
            silent: Without a sound.
        """
        sent: list[int] = []
        lock = self._locks.setdefault(message.chat_id, asyncio.Lock())
        try:
            async with speaking(message.chat_id), lock:
                doubtful = self.outbox.doubtful(message)
                for number, text in enumerate(texts, start=1):
                    under = buttons if number == len(texts) else ()
                    part = Part(text, under, quote and number == 1, silent)
                    maybe = doubtful.pop(0) if doubtful else []
                    sent.append(await self._send_once(message, part, maybe))
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
            await insisting(change, self._pauses_s, self._pause)
        except BadRequest as error:
            if "not modified" not in error.message.lower():
                _log.warning("edit.refused chat=%d reason=%s", chat_id, error.message)
                return False
        except TelegramError as error:
            _log.warning("edit.failed chat=%d error=%s", chat_id, type(error).__name__)
            return False
        return True

    async def _send_once(self, message: Message, part: Part, maybe: Sequence[int]) -> int:
        """Send what is not at one of the numbers `maybe` already."""
        try:
            return await self._insist(message, part, maybe)
        except BadRequest as error:
            if "parse entities" not in error.message.lower():
                raise
            _log.error("send.html_refused reason=%s", error.message)
            return await self._insist(message, part.plain, ())

    async def _insist(self, message: Message, part: Part, maybe: Sequence[int]) -> int:
        """Send, and after an ambiguous failure look whether it has arrived before sending again."""
        after, begun = self.outbox.newest(message), False
        for pause_s in (*self._pauses_s, None):
            tried = [*maybe, *(self.outbox.candidates(message, after) if begun else [])]
            try:
                found = await self._arrived(message, part, tried)
                if found is None:
                    begun = True
                    self.outbox.begins(message, after)
                    found = await _send(message, part)
                self.outbox.sent(message, found)
                return found
            except TelegramError as error:
                if pause_s is None or not _may_have_worked(error):
                    raise
                await self._pause(pause_s)
        raise AssertionError("unreachable: the last try returns or raises")

    async def _pause(self, seconds: float) -> None:
        """Wait; where the bot ends meanwhile, what is done here is cut short and not done."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._ending.wait()
            raise asyncio.CancelledError

    async def _arrived(self, message: Message, part: Part, numbers: Sequence[int]) -> int | None:
        """Return at which of `numbers` the message is in the chat already; see `bot.outbox`."""
        for number in numbers:
            try:
                await message.get_bot().edit_message_text(
                    part.text,
                    message.chat_id,
                    number,
                    parse_mode=part.mode,
                    link_preview_options=_NO_PREVIEW,
                    reply_markup=markup(part.buttons),
                )
            except BadRequest as error:
                if "not modified" not in error.message.lower():
                    continue
            _log.info("send.arrived chat=%d", message.chat_id)
            return number
        return None


async def insisting(
    act: Callable[[], Awaitable[T]],
    pauses_s: Sequence[float] = _SHORT_PAUSES_S,
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> T:
    """Do something that may be done twice until it is done.

    Args:
        act: Does it.
        pauses_s: To make between tries, of which there is one more.
        pause: Makes them.

    Raises:
        TelegramError: It is refused, or fails every time.
    """
    for pause_s in (*pauses_s, None):
        try:
            return await act()
        except TelegramError as error:
            if pause_s is None or not _may_have_worked(error):
                raise
            await pause(pause_s)
    raise AssertionError("unreachable: the last try returns or raises")


def _may_have_worked(error: TelegramError) -> bool:
    """Return whether nobody can tell what came of a request, so that it is worth another try."""
    # BadRequest is a NetworkError too; the bare class is PTB's for an answer that is no JSON.
    broken = isinstance(error, NetworkError) and not isinstance(error, BadRequest)
    return broken or type(error) is TelegramError


def markup(rows: Rows) -> InlineKeyboardMarkup | None:
    """Return buttons as PTB has them, or None for none."""
    return InlineKeyboardMarkup.de_json(_keyboard(rows), None) if rows else None


def _keyboard(rows: Rows) -> dict[str, Any]:
    return {"inline_keyboard": [[_button(button) for button in row] for row in rows]}


def _button(button: Button) -> dict[str, Any]:
    if button.url:
        return {"text": button.label, "url": button.url}
    if button.copies:
        return {"text": button.label, "copy_text": {"text": button.copies}}
    if button.asks_here is not None:
        return {"text": button.label, "switch_inline_query_current_chat": button.asks_here}
    return {"text": button.label, "callback_data": button.data}


async def _send(message: Message, part: Part) -> int:
    """Send to where `message` is, and return the number of what was sent."""
    bot, direct = message.get_bot(), message.direct_messages_topic
    place: dict[str, object] = {
        "chat_id": message.chat_id,
        # Of a thread of replies it is the number of the first message, not of a topic.
        "message_thread_id": message.message_thread_id if message.is_topic_message else None,
        "direct_messages_topic_id": direct.topic_id if direct is not None else None,
        "business_connection_id": message.business_connection_id,
    }
    if part.quote:
        # Without the permission a deleted question would get no answer.
        answered = {"message_id": message.message_id, "allow_sending_without_reply": True}
        place["reply_parameters"] = answered
    try:
        return await _post(bot, place, part)
    except ChatMigrated as error:
        # The group became a supergroup meanwhile; the question has another number there.
        return await _post(bot, {"chat_id": error.new_chat_id}, part)


async def _post(bot: Bot, place: Mapping[str, object], part: Part) -> int:
    said = {
        **place,
        "text": part.text,
        "parse_mode": part.mode,
        "link_preview_options": {"is_disabled": True},
        "reply_markup": _keyboard(part.buttons) if part.buttons else None,
        "disable_notification": part.silent,
    }
    # Not `send_message`: it makes objects of all that is sent and of all that comes back, which is
    # a fifth of the loop's work for a question, and of what comes back only the number is wanted.
    sent = await bot.do_api_request("sendMessage", said)
    return int(sent["message_id"])
