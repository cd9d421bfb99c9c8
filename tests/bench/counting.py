"""What being watched costs a question: counting it, logging it, and telling all figures.

    python -m tests.bench.counting

Does what the bot does for one question in a private chat, apart from answering it, many times over;
prints a table, then a line of JSON. The best of five rounds each: what else runs only adds.
"""

import io
import json
import logging
import time
from collections.abc import Callable

from bot import metrics
from bot.logging import configure_logging

_ROUNDS = 5
_TIMES = 20_000
_SCRAPES = 50


def main() -> None:
    """Measure and print."""
    figures = {
        "counting a question": _best(_count, _TIMES),
        "logging it as text": _logging("text"),
        "logging it as JSON": _logging("json"),
        "telling all figures": _best(lambda: metrics.show({"a": True}, {"b": True}), _SCRAPES),
    }
    print(f"{'':>22} {'µs':>8}")
    for name, microseconds in figures.items():
        print(f"{name:>22} {microseconds:>8.1f}")
    size = len(metrics.show({}, {}))
    print(json.dumps({**{name: round(value, 1) for name, value in figures.items()}, "bytes": size}))


def _count() -> None:
    """Count what a question in a private chat counts."""
    metrics.UPDATES_RECEIVED.inc()
    metrics.TELEGRAM_REQUESTS.labels("ok").inc()
    metrics.WAITING.observe(0.002)
    metrics.SEARCHING.observe(0.004)
    with metrics.SENDING.time():
        # The answer, and the poll by which the question came.
        metrics.TELEGRAM_REQUESTS.labels("ok").inc()
    metrics.asked("private", "answered", 0.01)


def _logging(style: str) -> float:
    configure_logging(logging.INFO, ("123:secret", "word"), "json" if style == "json" else "text")
    [handler] = logging.getLogger().handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(io.StringIO())
    log = logging.getLogger("bot.handlers.answering")

    def say() -> None:
        log.info(
            "question.ended outcome=%s surface=%s confidence=%.3f seconds=%.3f generation=%s",
            *("answered", "private", 0.98765, 0.0123, "000007"),
        )

    return _best(say, _TIMES)


def _best(act: Callable[[], object], times: int) -> float:
    """Return the microseconds that `act` takes, on average of the best round."""
    rounds = []
    for _ in range(_ROUNDS):
        began = time.perf_counter()
        for _ in range(times):
            act()
        rounds.append(time.perf_counter() - began)
    return min(rounds) / times * 1e6


if __name__ == "__main__":
    main()
