"""How much memory the bot holds, and whether it grows: the slope of each process's life."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import linear_regression

from tests.e2e.processes import BotProcess

_EVERY_S = 1.0
_LEAST_SAMPLES = 15


@dataclass(slots=True)
class Life:
    """One process of the bot: (seconds of `time.monotonic`, its proportional set in MB)."""

    pid: int
    samples: list[tuple[float, float]] = field(default_factory=list)

    def settled(self, warm_up_s: float) -> Sequence[tuple[float, float]]:
        """Return the samples after what a process needs to find its size; none if too few."""
        if not self.samples:
            return []
        start = self.samples[0][0] + warm_up_s
        kept = [sample for sample in self.samples if sample[0] >= start]
        return kept if len(kept) >= _LEAST_SAMPLES else []


@dataclass(frozen=True, slots=True)
class Slope:
    """How the memory of one life went on after its warm-up."""

    seconds: float
    mb_at_end: float
    mb_an_hour: float
    began: float
    ended: float

    @property
    def grown_mb(self) -> float:
        """What the line has risen by."""
        return self.mb_an_hour * self.seconds / 3600


def slope_of(life: Life, warm_up_s: float) -> Slope | None:
    """Return the least-squares line through what was sampled, if the life was long enough."""
    kept = life.settled(warm_up_s)
    if not kept:
        return None
    times, sizes = zip(*kept, strict=True)
    line = linear_regression(times, sizes)
    seconds = times[-1] - times[0]
    return Slope(seconds, sizes[-1], line.slope * 3600, times[0], times[-1])


async def watch(bot: BotProcess, lives: list[Life]) -> None:
    """Sample the memory of whatever process the bot is, until cancelled."""
    while True:
        if bot.running:
            if not lives or lives[-1].pid != bot.pid:
                lives.append(Life(bot.pid))
            # It may end just now.
            with suppress(OSError, ValueError, IndexError):
                lives[-1].samples.append((time.monotonic(), _mb(bot.pid)))
        await asyncio.sleep(_EVERY_S)


def _mb(pid: int) -> float:
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    return int(rollup.partition("\nPss:")[2].split()[0]) / 1024
