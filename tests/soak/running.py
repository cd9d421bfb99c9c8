"""A soak from its beginning to its end."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.botapi import BotApiServer
from tests.e2e.processes import BotProcess
from tests.e2e.talking import new_person
from tests.soak.crowd import Crowd
from tests.soak.judging import Expected, Verdict, judge
from tests.soak.library import Library
from tests.soak.memory import Life, Slope, slope_of, watch
from tests.soak.operator import Operator
from tests.soak.troubles import Troubles

_NOTES = 40
_CACHED_S = 30.0
"""Telegram gives the same person an inline answer again so long."""
_SILENCE_S = 45.0
"""Whoever has said nothing for so long at the end has nothing more to say."""
_SECRET = "s3cret-word-for-the-webhook"


@dataclass(frozen=True, slots=True)
class Plan:
    """How a soak is to be.

    Attributes:
        seed: What is done follows from it.
        seconds: How long people ask.
        rate: Things done a second.
        webhook: A port to take updates at; 0 for long polling.
    """

    seed: int
    seconds: float
    rate: float = 8.0
    webhook: int = 0

    @property
    def deaths_s(self) -> float:
        """Between two ends of the process, on average."""
        return min(150.0, max(18.0, self.seconds / 7))

    @property
    def last_life_s(self) -> float:
        """What the last process is left alone for, so that its memory can be judged."""
        return 0.45 * self.seconds

    @property
    def warm_up_s(self) -> float:
        """Until a process has found its size."""
        return min(60.0, 0.15 * self.seconds)


@dataclass(slots=True)
class Outcome:
    """What came of it; `slopes` has one for each life that was long enough."""

    verdict: Verdict
    counts: Counter[str]
    troubles: Counter[str]
    slopes: Sequence[Slope]
    rate: float
    faults: list[str] = field(default_factory=list)


async def soak(plan: Plan, folder: Path) -> Outcome:
    """Run the bot in `folder` as planned, and judge it."""
    chance = random.Random(plan.seed)
    async with BotApiServer() as server:
        admin = new_person(server, "Quản trị")
        bot = BotProcess(server, folder, admins=[admin.user.id], environment=_how(plan))
        # Each its own: whoever is slower must not draw what was meant for another.
        library, *others = [random.Random(chance.random()) for _ in range(4)]
        corpus = Library(bot.corpus, library)
        corpus.fill(_NOTES, time.monotonic())
        crowd = Crowd(server, corpus, others[0])
        troubles = Troubles(server, bot, others[1])
        operator = Operator(server, admin, corpus, crowd, others[2])
        lives: list[Life] = []
        await bot.launch()
        quiet_from = time.monotonic() + plan.seconds - plan.last_life_s
        try:
            await _for(
                plan.seconds,
                crowd.live(plan.rate),
                troubles.faults(),
                troubles.outages(max(40.0, plan.deaths_s)),
                troubles.deaths(plan.deaths_s, quiet_from),
                operator.work(min(20.0, plan.seconds / 8)),
                watch(bot, lives),
                _alive(bot, troubles),
            )
            server.faults.clear()
            crowd.finish()
            await _all_answered(server, crowd.expected)
            last = new_person(server)
            note = corpus.askable[0]
            crowd.expected.append(
                Expected(
                    last.say(note.question),
                    lambda text, at: note.says_in(text, corpus.oldest_known(at), at),
                    time.monotonic(),
                    note,
                )
            )
            with suppress(AssertionError):
                await last.hear(crowd.expected[-1].message)
            code = await bot.stop()
        finally:
            if bot.running:
                await bot.stop()
        pressed = {press.message for press in server.world.callbacks.values()}
        verdict = judge(
            corpus, crowd.expected, lambda chat: list(server.world.by_bot(chat)), pressed
        )
        counts = crowd.counts + operator.counts
        faults = [*verdict.faults, *_inline(corpus, crowd, counts)]
        faults += [f"exit code {code}"] if code else []
        faults += [f"violation: {one}" for one in server.violations]
        faults += ["updates left unconfirmed"] if server.world.updates.pending else []
        faults += _logged(bot)
        counts["presses without an answer"] = len(server.unanswered_callbacks)
        slopes = [one for one in (slope_of(life, plan.warm_up_s) for life in lives) if one]
        return Outcome(verdict, counts, troubles.counts, slopes, plan.rate, faults)


def _how(plan: Plan) -> dict[str, str]:
    how = {"HOIDAP_SEND_RATE": "1000"}
    if plan.webhook:
        how["HOIDAP_WEBHOOK_URL"] = f"http://127.0.0.1:{plan.webhook}/telegram"
        how["HOIDAP_LISTEN"] = f"127.0.0.1:{plan.webhook}"
        how["HOIDAP_WEBHOOK_SECRET"] = _SECRET
    return how


async def _for(seconds: float, *doings: Coroutine[Any, Any, None]) -> None:
    """Do all of it for so long; the first that fails ends all."""
    tasks = [asyncio.create_task(doing) for doing in doings]
    try:
        done, _ = await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_EXCEPTION)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()


async def _alive(bot: BotProcess, troubles: Troubles) -> None:
    """See that the process ends only when it is told to."""
    while True:
        await asyncio.sleep(0.2)
        assert bot.running or troubles.down, f"the bot ended by itself:\n{bot.err[-3_000:]}"


async def _all_answered(server: BotApiServer, expected: Sequence[Expected]) -> None:
    """Wait until as much has been said as was asked, or long enough."""
    chats = {one.message.chat for one in expected}
    seen, ends = -1, time.monotonic() + _SILENCE_S
    while time.monotonic() < ends:
        said = sum(len(list(server.world.by_bot(chat))) for chat in chats)
        if said >= len(expected):
            return
        if said > seen:
            seen, ends = said, time.monotonic() + _SILENCE_S
        await asyncio.sleep(0.3)


def _inline(corpus: Library, crowd: Crowd, counts: Counter[str]) -> list[str]:
    """Judge what was offered to those who typed; nobody is owed an offer."""
    faults = []
    for query, note, at in crowd.typed:
        counts["inline queries"] += 1
        if not query.results:
            counts["inline queries without results"] += 1
            continue
        since = corpus.oldest_known(at - _CACHED_S)
        if not note.says_in(query.results[0]["description"] + " ", since, time.monotonic()):
            faults.append(f"wrong: {query.query!r} was offered {query.results[0]['description']!r}")
    return faults


def _logged(bot: BotProcess) -> list[str]:
    return [f"log: {line}" for line in bot.err.splitlines() if "Traceback" in line]
