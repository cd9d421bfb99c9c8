"""Long polling: asks Telegram for updates and confirms what has been taken.

PTB's own poller reads updates while it polls, so that one that it cannot read ends it; and it
confirms them before they are safe. This one hands over raw updates, and confirms a batch by asking
for the next.
"""

import asyncio
import logging
import math
import time
from collections.abc import Awaitable, Callable
from typing import Any

from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

_log = logging.getLogger(__name__)

_WAIT_S = 25
_SLACK_S = 10.0
_TAKING_S = 60.0
_FIRST_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 5.0
"""People wait no longer than that after Telegram is back."""


class Pulse:
    """Whether what goes round still does; it is taken to until it has begun."""

    def __init__(self) -> None:
        self._until = math.inf

    def beat(self, lasts_s: float) -> None:
        """Note a step, and how long the next one may keep us waiting."""
        self._until = time.monotonic() + lasts_s

    @property
    def goes_on(self) -> bool:
        """Whether no step is overdue."""
        return time.monotonic() < self._until


async def poll(
    bot: Bot,
    take: Callable[[list[dict[str, Any]]], Awaitable[None]],
    pulse: Pulse | None = None,
) -> None:
    """Take updates, as many at a time as come together, until cancelled.

    What has been taken is confirmed at the end. `pulse` beats as long as it goes on.

    Raises:
        InvalidToken: Telegram does not know the bot any more.
    """
    offset = 0
    pause_s = _FIRST_PAUSE_S
    pulse = pulse or Pulse()
    try:
        while True:
            try:
                # A connection, a pool's slot and the answer may each take their time.
                pulse.beat(_WAIT_S + 3 * _SLACK_S)
                bodies = await _updates(bot, offset, _WAIT_S)
                pulse.beat(_TAKING_S)
                await take(bodies)
                offset = _after(bodies, offset)
                pause_s = _FIRST_PAUSE_S
            except InvalidToken:
                raise
            except TelegramError as error:
                pause_s = _next_pause(error, pause_s)
                pulse.beat(pause_s + _SLACK_S)
                await asyncio.sleep(pause_s)
                pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
    finally:
        await _confirm(bot, offset)


async def _updates(bot: Bot, offset: int, wait_s: int) -> list[dict[str, Any]]:
    wanted = {"offset": offset, "timeout": wait_s, "allowed_updates": list(Update.ALL_TYPES)}
    found = await bot.do_api_request("getUpdates", wanted, read_timeout=wait_s + _SLACK_S)
    return [body for body in found if isinstance(body, dict)]


def _after(bodies: list[dict[str, Any]], offset: int) -> int:
    numbers = [body.get("update_id") for body in bodies]
    return max([offset, *(number + 1 for number in numbers if isinstance(number, int))])


def _next_pause(error: TelegramError, pause_s: float) -> float:
    """Return how long to wait before asking again."""
    if isinstance(error, Conflict):
        _log.error("polling.conflict reason=%s", "another process uses this token")
    else:
        _log.warning("polling.failed error=%s", type(error).__name__)
    if isinstance(error, RetryAfter):
        wait = error.retry_after
        return wait if isinstance(wait, int | float) else wait.total_seconds()
    return pause_s


async def _confirm(bot: Bot, offset: int) -> None:
    if not offset:
        return
    try:
        await asyncio.wait_for(_updates(bot, offset, 0), 2.0)
    except (TelegramError, TimeoutError) as error:
        # Telegram sends them again, and they are known.
        _log.info("polling.unconfirmed error=%s", type(error).__name__)
