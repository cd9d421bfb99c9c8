"""What the machine can do at most, to hold figures against: memory read, and numbers multiplied."""

import time
from collections.abc import Callable
from statistics import median

import numpy as np

_BYTES = 400_000_000
"""Far more than any cache holds."""
_SIDE = 1_024
_RUNS = 5


def gigabytes_per_second() -> float:
    """Return how fast one core reads memory from end to end."""
    numbers = np.ones(_BYTES // 4, dtype=np.float32)
    return _BYTES / 1e9 / _seconds(numbers.max)


def gigaflops() -> float:
    """Return how many billion float32 multiplications and additions a second numpy makes."""
    square = np.ones((_SIDE, _SIDE), dtype=np.float32)
    return 2 * _SIDE**3 / 1e9 / _seconds(lambda: square @ square)


def _seconds(act: Callable[[], object]) -> float:
    act()
    times = []
    for _ in range(_RUNS):
        started = time.perf_counter()
        act()
        times.append(time.perf_counter() - started)
    return median(times)
