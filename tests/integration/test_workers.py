"""Promises of work that processes share: the same results, and nothing is left behind."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from retrieval import chunks, index_writer, sources
from retrieval.build import build_generation
from retrieval.embedding import load_embedder
from retrieval.generation import GenerationStore, read_manifest
from retrieval.workers import Workers
from tests.builders import PAPERS, write_corpus
from tests.embedders import CALIBRATION

_PATIENCE_S = 20.0
_VICTIM = """
import os, time
from retrieval.workers import Workers
from tests.integration.test_workers import sleep_well
if __name__ == "__main__":
    with Workers(2) as workers:
        for pid in workers.map(sleep_well, [0.0, 0.0, 60.0, 60.0, 60.0], much=True):
            print(pid, flush=True)
"""


def sleep_well(seconds: float) -> int:
    """Wait; return who did."""
    time.sleep(seconds)
    return os.getpid()


def squared(number: int) -> tuple[int, int]:
    """Return a square and who made it; the larger the number, the sooner."""
    time.sleep(0.02 * (5 - number % 5))
    return number * number, os.getpid()


def die_elsewhere(home: int, number: int) -> int:
    """Return the number, but only in the process `home`; any other is killed."""
    if os.getpid() != home and number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def test_results_come_in_order_from_other_processes() -> None:
    """However long each item takes, results are in the order of items, and others made them."""
    with Workers(2) as workers:
        found = list(workers.map(squared, range(20), much=True))
    assert [square for square, _ in found] == [number * number for number in range(20)]
    assert os.getpid() not in {pid for _, pid in found}


@pytest.mark.parametrize(("processes", "much"), [(1, True), (2, False)])
def test_little_work_or_one_core_needs_no_process(processes: int, much: bool) -> None:
    """Where nothing is gained, the work is done here."""
    with Workers(processes) as workers:
        found = list(workers.map(squared, range(3), much=much))
    assert found == [(0, os.getpid()), (1, os.getpid()), (4, os.getpid())]


def test_an_error_is_raised_where_its_result_would_come() -> None:
    """What fails for one item is raised for that item, after the results before it."""
    with Workers(2) as workers:
        results = workers.map(partial(divmod, 12), [3, 0, 4], much=True)
        assert next(results) == (4, 0)
        with pytest.raises(ZeroDivisionError):
            next(results)


def test_work_of_a_process_that_dies_is_done_here() -> None:
    """A process that is killed, as when memory is short, loses nothing of the work."""
    with Workers(2) as workers:
        work = partial(die_elsewhere, os.getpid())
        assert list(workers.map(work, range(12), much=True)) == list(range(12))


def test_processes_end_with_whoever_started_them() -> None:
    """A build that is killed leaves no process behind."""
    with subprocess.Popen(
        [sys.executable, "-c", _VICTIM], stdout=subprocess.PIPE, text=True
    ) as victim:
        assert victim.stdout is not None
        pids = {int(victim.stdout.readline()) for _ in range(2)}
        victim.kill()
    deadline = time.monotonic() + _PATIENCE_S
    while any(map(_runs, pids)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not any(map(_runs, pids))


def _runs(pid: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def test_an_index_is_the_same_whoever_makes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A build shared among processes gives, byte by byte, what one process gives."""
    monkeypatch.setattr(index_writer, "_MUCH", 1)
    monkeypatch.setattr(chunks, "_AT_ONCE", 2)
    monkeypatch.setattr(sources, "_MUCH_BYTES", 1)
    monkeypatch.setattr(sources, "_FILES_AT_ONCE", 2)
    lists = {f"danh-sach-{n}.md": f"# Sổ {n}\n\nGồm:\n- mục {n}\n- mục hai\n" for n in range(9)}
    write_corpus(tmp_path / "corpus", {**PAPERS, **lists})
    files = {}
    for name, processes in (("alone", 1), ("shared", 2)):
        with Workers(processes) as workers:
            build_generation(
                tmp_path / "corpus", tmp_path / name, load_embedder(), CALIBRATION, workers=workers
            )
        manifest = read_manifest(GenerationStore(tmp_path / name).current())
        # tantivy calls its files by chance.
        files[name] = {n: d for n, d in manifest.files.items() if not n.startswith("lexical/")}
    assert files["alone"] == files["shared"]
    assert len(files["alone"]) >= 8
