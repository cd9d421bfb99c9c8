"""Faults, limits and waiting on the Bot API server, through a PTB bot."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from telegram import (
    Bot,
)
from telegram.error import (
    BadRequest,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot import botapi
from bot.botapi import BotApiServer, Chat, User
from bot.botapi.client import bot_for


@pytest.fixture(autouse=True)
def modern_retry_after(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it PTB's RetryAfter warns of its own deprecation each time it is made."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


@pytest.fixture
def fake_clock(server: BotApiServer) -> Callable[[float], None]:
    """Moves the limits' clock by so many seconds."""
    now = [1000.0]
    server.limits.clock = lambda: now[0]

    def tick(seconds: float) -> None:
        now[0] += seconds

    return tick


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("fault", "error", "message", "done"),
    [
        (botapi.RetryAfter(7), RetryAfter, "Retry in 0:00:07", False),
        (botapi.ServerError(502), NetworkError, r"Bad Gateway \(502\)", False),
        (botapi.DropBefore(), NetworkError, "Server disconnected", False),
        (botapi.DropAfter(), NetworkError, "Server disconnected", True),
        (botapi.Garbage(), TelegramError, "Invalid server response", True),
        (botapi.BadRequest("chat not found"), BadRequest, "^Chat not found$", False),
    ],
)
async def test_faults(
    server: BotApiServer,
    bot: Bot,
    chat: Chat,
    fault: botapi.Fault,
    error: type[TelegramError],
    message: str,
    done: bool,
) -> None:
    """Each fault strikes once, with PTB's error for it, the message sent or not as promised."""
    server.faults.add("sendMessage", fault)
    with pytest.raises(error, match=message):
        await bot.send_message(chat.id, "x")
    assert len(server.messages(chat)) == done
    await bot.send_message(chat.id, "y")
    assert server.messages(chat)[-1].text == "y"


@pytest.mark.asyncio
async def test_a_delayed_call_is_done_though_the_bot_gave_up(
    server: BotApiServer, alice: User, chat: Chat
) -> None:
    """A call slower than the read timeout times out for the bot, yet happens."""
    server.faults.add("sendMessage", botapi.Delay(0.2))
    async with bot_for(server, read_timeout=0.1) as bot:
        with pytest.raises(TimedOut):
            await bot.send_message(chat.id, "muộn")
        assert (await server.wait_for_message(chat)).text == "muộn"


@pytest.mark.asyncio
async def test_a_late_reply_comes_after_the_act(
    server: BotApiServer, alice: User, chat: Chat
) -> None:
    """A reply that comes too late for the bot is to a call that was done at once."""
    server.faults.add("sendMessage", botapi.LateReply(0.3))
    async with bot_for(server, read_timeout=0.1) as bot:
        with pytest.raises(TimedOut):
            await bot.send_message(chat.id, "nhanh")
        assert [message.text for message in server.messages(chat)] == ["nhanh"]


@pytest.mark.asyncio
async def test_limits(
    server: BotApiServer, bot: Bot, chat: Chat, fake_clock: Callable[[float], None]
) -> None:
    """Past the burst a chat takes one message a second, a group twenty a minute; edits count."""
    server.limits.enabled = True
    sent = [await bot.send_message(chat.id, "x") for _ in range(2)]
    await bot.edit_message_text("y", chat.id, sent[0].message_id)
    with pytest.raises(RetryAfter, match="Retry in 0:00:01"):
        await bot.send_message(chat.id, "x")
    fake_clock(1.0)
    await bot.send_message(chat.id, "x")
    group = server.add_group("Nhóm", [server.add_user("Bob")])
    for _ in range(20):
        fake_clock(1.5)
        await bot.send_message(group.id, "x")
    fake_clock(1.5)
    with pytest.raises(RetryAfter, match="Retry in 0:00:30"):
        await bot.send_message(group.id, "x")


@pytest.mark.asyncio
async def test_waiting(server: BotApiServer, bot: Bot, chat: Chat) -> None:
    """Waits end at the first fitting message or edit, and a failed one tells the story."""
    waiting = asyncio.create_task(
        server.wait_for_message(chat, where=lambda m: "hai" in m.text, timeout=5)
    )
    await bot.send_message(chat.id, "một")
    sent = await bot.send_message(chat.id, "hai")
    message = await waiting
    assert message.id == sent.message_id
    edited = asyncio.create_task(server.wait_for_edit(message, timeout=5))
    await bot.edit_message_text("ba", chat.id, message.id)
    assert (await edited).text == "ba"
    await server.quiet(0.01)
    with pytest.raises(AssertionError, match="một"):
        await server.wait_for_message(chat, after=message, timeout=0.01)
    loud = asyncio.create_task(server.quiet(5))
    await asyncio.sleep(0)
    await bot.send_message(chat.id, "bốn")
    with pytest.raises(AssertionError, match="the bot spoke"):
        await loud
