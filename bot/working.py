"""The sign that the bot is at work: shown in a chat when somebody has waited a while."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from telegram import Chat, Message
from telegram.constants import ChatAction
from telegram.error import TelegramError

_PATIENCE_S = 0.7
"""So long nobody minds silence."""
_SHOWN_S = 5.0
"""So long Telegram shows a sign."""


class Working:
    """Where the sign is shown; many who ask at once in a chat see the same one."""

    def __init__(self) -> None:
        self._shown: dict[int, float] = {}

    @asynccontextmanager
    async def on(self, message: Message, topic: int) -> AsyncIterator[None]:
        """Show that the bot is at work on `message`, if that takes a while."""
        if message.chat.type == Chat.CHANNEL:
            yield
            return
        loop = asyncio.get_running_loop()
        showing: asyncio.Task[None] | None = None

        def show() -> None:
            nonlocal showing
            showing = loop.create_task(self._show(message, topic))

        # Most are answered before, and a timer is less work than a task that sleeps.
        patience = loop.call_later(_PATIENCE_S, show)
        try:
            yield
        finally:
            patience.cancel()
            if showing is not None:
                showing.cancel()

    async def _show(self, message: Message, topic: int) -> None:
        now = asyncio.get_running_loop().time()
        self._shown = {chat: until for chat, until in self._shown.items() if until > now}
        if message.chat_id in self._shown:
            return
        self._shown[message.chat_id] = now + _SHOWN_S
        with suppress(TelegramError):
            await message.get_bot().send_chat_action(
                message.chat_id, ChatAction.TYPING, message_thread_id=topic or None
            )
