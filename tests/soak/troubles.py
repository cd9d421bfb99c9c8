"""What breaks in a soak: calls, connections, whole minutes of Telegram, and the bot's process."""

import asyncio
import random
import signal
import time
from collections import Counter

from bot import botapi
from bot.botapi import BotApiServer, Fault
from tests.e2e.processes import PATIENCE_S, BotProcess

_METHODS = "sendMessage editMessageText getUpdates answerInlineQuery getFile".split()
_WEIGHTS = (12, 3, 4, 1, 1)
_MALFORMED: tuple[dict[str, object], ...] = (
    {"message": {"text": "Không có gì khác"}},
    {"message": {"message_id": 1, "date": "hôm qua", "chat": {"id": 5, "type": "private"}}},
    {"callback_query": {"id": "1"}},
    {"something_new": {"a": 1}},
    {"message": None, "inline_query": []},
    {"message": "Đề án 06 là gì?"},
)
_APART_S = (1.0, 4.0)
_OUTAGE_S = (3.0, 9.0)


class Troubles:
    """Makes the bot's life hard, and counts how often.

    Attributes:
        counts: By kind.
        down: Whether the process has been told to end and not been started again.
    """

    def __init__(self, server: BotApiServer, bot: BotProcess, chance: random.Random) -> None:
        self.counts: Counter[str] = Counter()
        self.down = False
        self._server = server
        self._bot = bot
        self._chance = chance
        self._away = False

    async def faults(self) -> None:
        """Let a call go wrong, again and again, until cancelled."""
        while True:
            await asyncio.sleep(self._chance.uniform(*_APART_S))
            drawn = self._chance.random()
            if self._away or len(self._server.faults):
                continue
            if drawn < 0.1:
                self._server.put_update(dict(self._chance.choice(_MALFORMED)))
                self.counts["malformed update"] += 1
            elif drawn < 0.2:
                self._server.lose_update_reply()
                self.counts["updates lost on the way"] += 1
            else:
                [method] = self._chance.choices(_METHODS, _WEIGHTS)
                fault = self._fault()
                self._server.faults.add(method, fault)
                self.counts[type(fault).__name__] += 1

    async def outages(self, every_s: float) -> None:
        """Take all of Telegram away for some seconds, again and again, until cancelled."""
        while True:
            await asyncio.sleep(self._chance.uniform(0.5, 1.5) * every_s)
            kinds: list[Fault] = [botapi.ServerError(502), botapi.DropBefore()]
            self._away = True
            self.counts["outage"] += 1
            self._server.faults.clear()
            self._server.faults.add("*", self._chance.choice(kinds), times=100_000)
            try:
                await asyncio.sleep(self._chance.uniform(*_OUTAGE_S))
            finally:
                self._server.faults.clear()
                self._away = False

    async def deaths(self, every_s: float, until: float) -> None:
        """End the bot's process, mostly by force, and start it again, until that time."""
        while True:
            pause_s = self._chance.uniform(0.6, 1.4) * every_s
            if time.monotonic() + pause_s > until:
                return
            await asyncio.sleep(pause_s)
            drawn = self._chance.random()
            if drawn < 0.6:
                await self._as_it_speaks()
            if drawn < 0.8:
                self.counts["kill -9"] += 1
                self.down = True
                await self._bot.stop(signal.SIGKILL)
            else:
                self.counts["SIGTERM"] += 1
                self.down = True
                code = await self._bot.stop()
                assert code == 0, f"ended by SIGTERM with code {code}:\n{self._bot.err[-3_000:]}"
            await asyncio.sleep(self._chance.uniform(0.0, 3.0))
            await self._bot.launch()
            self.down = False

    async def _as_it_speaks(self) -> None:
        """Wait for the moment in which a message has been taken and nobody has said so yet."""
        said = self._server.world.outgoing
        await self._server.wait_until(lambda: self._server.world.outgoing != said, PATIENCE_S)

    def _fault(self) -> Fault:
        match self._chance.randrange(7):
            case 0:
                return botapi.RetryAfter(self._chance.randint(1, 2))
            case 1:
                return botapi.ServerError(self._chance.choice([500, 502, 503]))
            case 2:
                return botapi.DropBefore()
            case 3:
                return botapi.DropAfter()
            case 4:
                return botapi.Garbage()
            # Longer than the bot waits for an answer, sometimes.
            case 5:
                return botapi.LateReply(self._chance.uniform(0.5, 7.0))
            case _:
                return botapi.LateReply(self._chance.uniform(0.1, 1.0))
