"""How the bot asks again when it could not ask."""

import asyncio
from typing import Any, cast

import pytest
from telegram import Bot
from telegram.error import InvalidToken, NetworkError, RetryAfter, TelegramError

from bot import polling

pytestmark = pytest.mark.asyncio(loop_scope="session")


class Failing:
    """A way to Telegram on which each call fails, in this order, the last for good."""

    def __init__(self, *errors: TelegramError) -> None:
        self._errors = list(errors)

    async def do_api_request(self, *_: Any, **__: Any) -> Any:
        """Fail."""
        raise self._errors.pop(0) if self._errors else InvalidToken


async def pauses(monkeypatch: pytest.MonkeyPatch, *errors: TelegramError) -> list[float]:
    """How long the bot waits after each of the errors."""
    waited: list[float] = []

    async def wait(seconds: float) -> None:
        waited.append(seconds)

    async def take(_: list[dict[str, Any]]) -> None:
        raise AssertionError("nothing came")

    monkeypatch.setattr(asyncio, "sleep", wait)
    with pytest.raises(InvalidToken):
        await polling.poll(cast("Bot", Failing(*errors)), take)
    return waited


async def test_telegram_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pauses grow, and however long it lasts the next try comes within five seconds."""
    away = [NetworkError("broken") for _ in range(8)]
    assert await pauses(monkeypatch, *away) == [0.5, 1.0, 2.0, 4.0, 5.0, 5.0, 5.0, 5.0]


@pytest.mark.filterwarnings("ignore:.*retry_after:DeprecationWarning")
async def test_telegram_says_when(monkeypatch: pytest.MonkeyPatch) -> None:
    """Told how long to wait, the bot waits so long."""
    assert await pauses(monkeypatch, RetryAfter(7)) == [7.0]
