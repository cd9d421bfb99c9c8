"""hoidap beside its peers: same model, same passages, same questions, one run.

    python -m tests.bench.peers [--data ../shared/data/eval/wiki-xquad-vi]
        [--sizes 1000 10000 100000] [--systems hoidap bm25s …]

Every phase of every system is a process of its own. A question has its encoding in it and asks for
10 passages. "index": from import to saved; "open": imports, model and index, in a fresh process;
"cold": from the start of that process to its first answer (medians of 3; files are in the disk
cache); "1": one client, "32": so many threads; "MB": peak of the serving process; "others": the
share of all processors that other programs took meanwhile. nDCG@10 of made passages takes the one
passage that a question's words are from for right. Prints a table, then one line of JSON.
"""

import argparse
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from tests.bench.peers.contract import SYSTEMS, Entry
from tests.bench.peers.inputs import Given, judged, made
from tests.bench.peers.measuring import measured

_COLUMNS = (
    ("index_s", "index s", 8, 1),
    ("open_s", "open s", 7, 2),
    ("cold_s", "cold s", 7, 2),
    ("p50_ms", "p50 ms", 8, 2),
    ("p99_ms", "p99 ms", 8, 2),
    ("one_client_qps", "q/s 1", 7, 0),
    ("many_clients_qps", "q/s 32", 7, 0),
    ("peak_mb", "MB", 6, 0),
    ("disk_mb", "disk MB", 8, 1),
    ("ndcg", "nDCG@10", 8, 4),
)
"""Key, title, width, decimals."""
_NAME_WIDTH = 21


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="a judged set")
    parser.add_argument("--sizes", type=int, nargs="*", default=[1_000, 10_000, 100_000])
    parser.add_argument("--systems", nargs="*", default=[entry.name for entry in SYSTEMS])
    options = parser.parse_args()
    chosen = [entry for entry in SYSTEMS if entry.name in options.systems]
    figures = {}
    for make in _inputs(options.data, options.sizes):
        with tempfile.TemporaryDirectory(prefix="hoidap-peers-") as name:
            given = make(Path(name) / "given")
            figures[given.name] = _measured(given, chosen, Path(name) / "indexes")
    print(json.dumps({"peers": figures}, ensure_ascii=False))


def _inputs(data: Path | None, sizes: Sequence[int]) -> Iterator[Callable[[Path], Given]]:
    if data is not None:
        yield partial(judged, data)
    for size in sizes:
        yield partial(made, size)


def _measured(given: Given, entries: Sequence[Entry], indexes: Path) -> list[dict[str, Any]]:
    titles = "".join(f"{title:>{width}}" for _, title, width, _ in _COLUMNS)
    print(f"\n{given.name}: {given.passages} passages")
    print(f"{'':{_NAME_WIDTH}}{titles}{'others':>8}", flush=True)
    rows = []
    for entry in entries:
        row = measured(entry, given, indexes)
        cells = "".join(_cell(row.get(key), *shape) for key, _, *shape in _COLUMNS)
        told = row.get("fault") or row["note"]
        print(f"{entry.name:{_NAME_WIDTH}}{cells}{row['others_cpu']:8.0%}  {told}", flush=True)
        rows.append({key: _rounded(value) for key, value in row.items()})
    return rows


def _cell(value: float | None, width: int, decimals: int) -> str:
    return f"{'–' if value is None else format(value, f'.{decimals}f'):>{width}}"


def _rounded(value: Any) -> Any:
    return round(value, 4) if isinstance(value, float) else value


if __name__ == "__main__":
    main()
