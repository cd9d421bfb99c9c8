"""What is beyond a share: nobody deals with it, and whoever waits for an answer is told so."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest
from telegram import Bot, Chat, InlineQuery, Message, Update, User
from telegram.ext import ApplicationHandlerStop

from bot.handlers.surplus import TOLD_EVERY_S, OfSurplus, SurplusHandlers
from bot.rooms import DEFAULTS
from bot.services import Services
from bot.shares import Shares
from bot.texts import EN, VI

pytestmark = pytest.mark.asyncio(loop_scope="session")

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LAN = User(5, "Lan", is_bot=False, language_code="vi")
TOM = User(6, "Tom", is_bot=False, language_code="en")
GROUP = Chat(-100, Chat.GROUP)


class Desk:
    """Where everything is surplus; keeps what is said."""

    def __init__(self, *, is_open: bool = True) -> None:
        self.said: list[str] = []
        self.time = 1_000.0
        self._is_open = is_open
        services = SimpleNamespace(
            access=self, sender=self, settings=SimpleNamespace(language="vi")
        )
        self._handlers = SurplusHandlers(cast(Services, services), lambda: self.time)
        self._shares = Shares(most_of_one_person=0)

    async def comes(self, update: Update) -> None:
        """Deal with `update`, which no other handler gets."""
        with self._shares.taken(update), pytest.raises(ApplicationHandlerStop):
            await self._handlers._seen(update, None)

    async def takes(self, update: Update, _: object) -> None:
        """Take what a handler gives."""
        await self.comes(update)

    async def room_settings(self, _: object) -> object:
        """No room has settings."""
        return DEFAULTS

    async def is_stranger(self, *_: object) -> bool:
        """Everybody is one where the bot is not open."""
        return not self._is_open

    async def reply(self, _: Message, texts: list[str], **how: Any) -> list[int]:
        """Take note of what is said."""
        assert how["quote"]
        self.said += texts
        return [1]


def message(sender: User, text: str, chat: Chat | None = None) -> Update:
    """Somebody has said something, in private if nowhere else."""
    said = Message(1, NOW, chat or Chat(sender.id, Chat.PRIVATE), from_user=sender, text=text)
    bot = Bot("1:token")
    bot._bot_user = User(1, "Bot", is_bot=True, username="hoidap_bot")
    said.set_bot(bot)
    return Update(1, message=said)


async def test_each_is_told_once_in_a_while() -> None:
    """Whoever floods hears of it once a minute, in their language, and nobody else does."""
    desk = Desk()
    for sender in (LAN, LAN, TOM, LAN):
        await desk.comes(message(sender, "Ai?"))
    assert desk.said == [VI.too_much_at_once, EN.too_much_at_once]
    desk.time += TOLD_EVERY_S
    await desk.comes(message(LAN, "Ai?"))
    assert desk.said == [VI.too_much_at_once, EN.too_much_at_once, VI.too_much_at_once]


async def test_what_nobody_said_to_the_bot() -> None:
    """A group hears of it only when the bot was called there, and half-typed words are let be."""
    desk = Desk()
    await desk.comes(message(LAN, "Ai?", GROUP))
    await desk.comes(Update(1, inline_query=InlineQuery("1", LAN, "Ai", "")))
    assert desk.said == []
    await desk.comes(message(LAN, "/hoi Ai?", GROUP))
    assert desk.said == [VI.too_much_at_once]


async def test_a_stranger_is_told_nothing() -> None:
    """Whom the bot does not answer is not told why not."""
    desk = Desk(is_open=False)
    await desk.comes(message(LAN, "Ai?"))
    assert desk.said == []


async def test_what_is_within_a_share_goes_on() -> None:
    """What is no surplus is left to the other handlers."""
    handler, update = OfSurplus(Update, Desk().takes), message(LAN, "Ai?")
    with Shares(most_of_one_person=1).taken(update):
        assert not handler.check_update(update)
    with Shares(most_of_one_person=0).taken(update):
        assert handler.check_update(update)
