"""One system on one input: a process for each phase, one at a time."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.peers.contract import Entry
from tests.bench.peers.inputs import Given

_PATIENCE_S = 600.0
"""For a process; what takes longer is given up."""
_COLD_RUNS = 3
_COLD_S = 30.0
"""A start that takes longer is measured once."""
_MOST_MADE = 500
_OFFLINE = {"HF_HUB_OFFLINE": "1"}


def measured(entry: Entry, given: Given, indexes: Path) -> dict[str, Any]:
    """Return the figures of a system; where a phase fails, those before it and why."""
    row: dict[str, Any] = {"system": entry.name, "note": entry.note}
    folder = indexes / (entry.index_of or entry.name)
    before = _Busy()
    try:
        if not entry.index_of:
            folder.mkdir(parents=True)
            built = _run("build", entry, given, folder)
            row |= {"index_s": built["index_s"], "index_mb": built["peak_mb"]}
        row["disk_mb"] = sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()) / 1e6
        _run("cold", entry, given, folder)  # warms the disk cache
        row |= _cold(entry, given, folder)
        served = _run("serve", entry, given, folder)
        found = served.pop("found")
        row |= served
        if len(found) == _most(given):
            row["ndcg"] = given.ndcg(found)
        else:
            # Means over different questions would look comparable, and are not.
            row["fault"] = row.get("fault") or f"asked only {len(found)} questions in the time"
    except subprocess.TimeoutExpired:
        row["fault"] = f"gave up after {_PATIENCE_S:.0f} s"
    except subprocess.CalledProcessError as error:
        lines = str(error.stderr).strip().splitlines() or [f"exit status {error.returncode}"]
        row["fault"] = lines[-1][:160]
    row["others_cpu"] = _Busy().others_since(before)
    return row


def _cold(entry: Entry, given: Given, folder: Path) -> dict[str, float]:
    runs: list[dict[str, Any]] = []
    started = time.monotonic()
    while len(runs) < _COLD_RUNS and (not runs or time.monotonic() - started < _COLD_S):
        runs.append(_run("cold", entry, given, folder))
    return {key: median(run[key] for run in runs) for key in ("open_s", "cold_s")}


def _most(given: Given) -> int:
    """Return how many questions one client asks, unless the system is slow."""
    return len(given.right) if given.judged else _MOST_MADE


def _run(phase: str, entry: Entry, given: Given, folder: Path) -> dict[str, Any]:
    command = [
        *(sys.executable, "-m", "tests.bench.peers.worker"),
        *(phase, entry.name, str(given.folder), str(folder), str(_most(given))),
    ]
    environment = {**os.environ, **_OFFLINE, "BENCH_STARTED_AT": repr(time.time())}
    # An installed program has its modules compiled; a checkout may be told not to.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(
        command, capture_output=True, check=True, text=True, env=environment, timeout=_PATIENCE_S
    )
    figures: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return figures


class _Busy:
    """How long the machine's processors and this program's have worked until now."""

    def __init__(self) -> None:
        ticks = list(map(int, Path("/proc/stat").read_text().splitlines()[0].split()[1:9]))
        second = os.sysconf("SC_CLK_TCK")
        idle = ticks[3] + ticks[4]
        times = os.times()
        self._all = sum(ticks) / second
        self._busy = (sum(ticks) - idle) / second
        self._own = times.user + times.system + times.children_user + times.children_system

    def others_since(self, before: "_Busy") -> float:
        """Return the share, 0 to 1, of the processors that others' work took since `before`."""
        busy, own = self._busy - before._busy, self._own - before._own
        return max(0.0, busy - own) / max(self._all - before._all, 1e-9)
