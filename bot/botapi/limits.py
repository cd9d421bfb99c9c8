"""Telegram's sending limits, off unless a test switches them on.

The numbers are those of the Bots FAQ ("My bot is hitting limits"): about 30 messages a second
overall, one a second in a chat with short bursts allowed, 20 a minute in a group; edits count.
The size of the allowed burst is not published; 3 is an assumption.
"""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

LIMITED_METHODS = frozenset(
    {
        "sendmessage",
        "senddocument",
        "editmessagetext",
        "editmessagereplymarkup",
        "answerguestquery",
    }
)


@dataclass
class Limits:
    """Counts sends and says how long a refused one must wait.

    Attributes:
        enabled: Off by default, so that tests are not slowed by Telegram's patience.
        clock: Seconds; a test may hand in its own.
    """

    enabled: bool = False
    overall_per_second: int = 30
    chat_per_second: float = 1.0
    chat_burst: int = 3
    group_per_minute: int = 20
    clock: Callable[[], float] = time.monotonic
    _all: deque[float] = field(default_factory=deque)
    _groups: dict[str, deque[float]] = field(default_factory=dict)
    _chats: dict[str, tuple[float, float]] = field(default_factory=dict)

    def retry_after(self, chat: str, *, is_group: bool) -> int:
        """0 and the send is counted, or the whole seconds to wait; a refusal costs nothing."""
        if not self.enabled:
            return 0
        now = self.clock()
        group = self._groups.setdefault(chat, deque()) if is_group else deque()
        tokens = self._tokens(chat, now)
        wait = max(
            _window_wait(self._all, now, 1.0, self.overall_per_second),
            _window_wait(group, now, 60.0, self.group_per_minute),
            (1.0 - tokens) / self.chat_per_second if tokens < 1.0 else 0.0,
        )
        if wait > 0:
            return max(1, math.ceil(wait))
        self._all.append(now)
        group.append(now)
        self._chats[chat] = (tokens - 1.0, now)
        return 0

    def _tokens(self, chat: str, now: float) -> float:
        tokens, at = self._chats.get(chat, (float(self.chat_burst), now))
        return min(float(self.chat_burst), tokens + (now - at) * self.chat_per_second)


def _window_wait(times: deque[float], now: float, span: float, most: int) -> float:
    while times and times[0] <= now - span:
        times.popleft()
    return times[0] + span - now if len(times) >= most else 0.0
