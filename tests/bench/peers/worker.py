"""One process that builds, or opens and answers once, or serves; `measuring` starts it.

    python -m tests.bench.peers.worker (build|cold|serve) SYSTEM GIVEN_FOLDER INDEX_FOLDER MOST

Prints one line of JSON, the last one. MOST questions at most are asked by one client.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from tests.bench.peers.contract import PASSAGES, QUESTIONS, SYSTEMS, TOP, Passages, System

_CLIENTS = 32
_WARM_UP = 30
_WARM_UP_S = 10.0
_ASKING_S = 20.0
"""A slow system is asked fewer questions."""
_MANY = 2_000


def main() -> None:
    """Do what the command line says."""
    phase, name, given, folder, most = sys.argv[1:]
    system = next(entry for entry in SYSTEMS if entry.name == name).system()
    figures = _PHASES[phase](system, Path(given), Path(folder), int(most))
    print(json.dumps({**figures, "peak_mb": round(_peak_mb())}))


def _build(system: System, given: Path, folder: Path, _: int) -> dict[str, Any]:
    passages = json.loads((given / PASSAGES).read_text(encoding="utf-8"))
    corpus, texts = Path(passages["corpus"]), passages["texts"]
    started = time.perf_counter()
    system.build(Passages(texts, corpus), folder)
    return {"index_s": time.perf_counter() - started}


def _cold(system: System, given: Path, folder: Path, _: int) -> dict[str, Any]:
    question = _questions(given)[0]
    started = time.perf_counter()
    system.open(folder)
    opened = time.perf_counter() - started
    system.ask(question, TOP)
    # When the parent started this process, by the clock that both share.
    return {"open_s": opened, "cold_s": time.time() - float(os.environ["BENCH_STARTED_AT"])}


def _serve(system: System, given: Path, folder: Path, most: int) -> dict[str, Any]:
    questions = _questions(given)
    system.open(folder)
    ends = time.monotonic() + _WARM_UP_S
    for question in questions[-_WARM_UP:]:
        if time.monotonic() < ends:
            system.ask(question, TOP)
    found, seconds = _one_client(system, questions[:most])
    return {
        "p50_ms": 1e3 * median(seconds),
        "p99_ms": 1e3 * quantiles(seconds, n=100)[-1] if len(seconds) > 1 else 1e3 * seconds[0],
        "one_client_qps": len(seconds) / sum(seconds),
        "asked": len(seconds),
        "found": found,
        **_many_clients(system, questions),
    }


def _one_client(system: System, questions: list[str]) -> tuple[list[list[int]], list[float]]:
    found: list[list[int]] = []
    seconds: list[float] = []
    for question in questions:
        started = time.perf_counter()
        found.append(system.ask(question, TOP))
        seconds.append(time.perf_counter() - started)
        if sum(seconds) > _ASKING_S:
            break
    return found, seconds


def _many_clients(system: System, questions: list[str]) -> dict[str, Any]:
    """Ask from threads that each wait for their answer before they ask again."""
    started, turns = time.monotonic(), count()
    ends = started + _ASKING_S

    def client(_: int) -> int:
        answered = 0
        while (turn := next(turns)) < _MANY and time.monotonic() < ends:
            system.ask(questions[-1 - turn % len(questions)], TOP)
            answered += 1
        return answered

    try:
        with ThreadPoolExecutor(_CLIENTS) as clients:
            answered = sum(clients.map(client, range(_CLIENTS)))
    except Exception as error:  # whatever its libraries raise: the row says so
        return {"many_clients_qps": None, "fault": f"many clients: {error!r}"[:120]}
    return {"many_clients_qps": answered / (time.monotonic() - started)}


def _questions(given: Path) -> list[str]:
    questions: list[str] = json.loads((given / QUESTIONS).read_text(encoding="utf-8"))
    return questions


def _peak_mb() -> float:
    # Not getrusage: its peak begins with that of the process that forked this one.
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


_PHASES: dict[str, Callable[[System, Path, Path, int], dict[str, Any]]] = {
    "build": _build,
    "cold": _cold,
    "serve": _serve,
}

if __name__ == "__main__":
    main()
