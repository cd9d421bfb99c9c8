"""A soak's outcome as a table, and as what a machine reads."""

from operator import itemgetter
from statistics import median
from typing import Any

from tests.soak.running import Outcome

_LONG_S = 10.0


def table(outcome: Outcome) -> str:
    """Return the figures, one a line."""
    rows = [(name, str(value)) for name, value in _counted(outcome).items()]
    rows += [(f"trouble: {name}", str(count)) for name, count in sorted(outcome.troubles.items())]
    rows += [
        (
            f"memory of life {number}",
            f"{slope.mb_at_end:.0f} MB, {slope.mb_an_hour:+.0f} MB an hour over "
            f"{slope.seconds:.0f} s ({slope.grown_mb:+.1f} MB)",
        )
        for number, slope in enumerate(outcome.slopes, start=1)
    ]
    rows.append(("faults", str(len(outcome.faults))))
    return "\n".join(f"{name:32} {value}" for name, value in rows)


def figures(outcome: Outcome) -> dict[str, Any]:
    """Return the same for a line of JSON."""
    slopes = [
        {"seconds": round(one.seconds), "mb": round(one.mb_at_end), "mb_an_hour": one.mb_an_hour}
        for one in outcome.slopes
    ]
    return {
        **_counted(outcome),
        "troubles": dict(outcome.troubles),
        "memory": slopes,
        "faults": len(outcome.faults),
    }


def _counted(outcome: Outcome) -> dict[str, Any]:
    verdict, counts = outcome.verdict, outcome.counts
    waits = [wait for wait, _ in verdict.waits] or [0.0]
    slowest = max(verdict.waits, key=itemgetter(0), default=(0.0, None))[1]
    where = "" if slowest is None else slowest.message.chat.type
    return {
        "questions": verdict.counts["questions"],
        "answered": verdict.counts["answered"],
        "refused politely": verdict.counts["refused"],
        **{name: counts[name] for name in sorted(counts)},
        "median wait s": round(median(waits), 2),
        "worst wait s": round(max(waits), 1),
        "worst wait in": where,
        "waits over 10 s": sum(wait > _LONG_S for wait in waits),
    }
