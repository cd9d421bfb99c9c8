"""So many requests a second and no more: what is beyond is turned away before it costs anything."""

import time
from collections.abc import Callable


class Pace:
    """A bucket that fills at a steady rate; whoever comes takes one out of it."""

    def __init__(
        self, a_second: float, at_once: int, now: Callable[[], float] = time.monotonic
    ) -> None:
        """Let in `a_second` on average, and `at_once` of them together after a pause."""
        self._a_second = a_second
        self._at_once = at_once
        self._now = now
        self._left = float(at_once)
        self._at = now()

    def lets_in(self) -> bool:
        """Return whether there is one left, and take it."""
        now = self._now()
        self._left = min(self._at_once, self._left + (now - self._at) * self._a_second)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
