"""Promises of backups and restores that are killed: nothing is lost, nothing is half.

Run as a program, this file is the victim: for each line of JSON on its standard input it forks a
child that backs up or restores and, as told, dies by SIGKILL at a given step.
"""

import os
import random
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.backup.swapping import interrupted, recover
from tests.integration.backed_up import House, Seen
from tests.integration.victims import StepCounter, Victim, running, serve

_POINTS = int(os.environ.get("HOIDAP_KILL_POINTS", "30"))
"""`HOIDAP_KILL_POINTS=300 pytest tests/integration/test_backup_crash.py` looks closer."""
_STEPS_IN = (
    "/bot/backup/",
    "/bot/store/snapshot.py",
    "/retrieval/copying.py",
    "/pathlib.py",
    "/shutil.py",
    "/tarfile.py",
)


@pytest.fixture(scope="module")
def victim() -> Iterator[Victim]:
    """One process for all; each death is that of a child of it."""
    with running("tests.integration.test_backup_crash") as process:
        yield process


def obeyed(
    victim: Victim, act: str, house: House, file: Path, step: int | None = None
) -> tuple[int, int]:
    """Back up or restore in a child; return (the signal that ended it or 0, its steps)."""
    return victim.obey(act=act, house=str(house.folder), file=str(file), step=step)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A house on its first day."""
    return House.made(tmp_path_factory.mktemp("first") / "house", "ngay-dau")


@pytest.fixture(scope="module")
def second(first: House, tmp_path_factory: pytest.TempPathFactory) -> House:
    """The house a day later."""
    house = first.copied(tmp_path_factory.mktemp("second") / "house")
    house.change("ngay-sau")
    return house


def points(steps: int) -> list[int]:
    """Return the first step, some at random, and the last: there it takes its place."""
    picked = random.Random(7).sample(range(1, steps), min(_POINTS, steps - 1))
    return sorted({1, *picked, *range(max(1, steps - _POINTS), steps)})


def said(file: Path, folder: Path) -> Seen:
    """Return what a backup has."""
    house = House(folder)
    house.restore(file)
    return house.seen()


def test_killed_backup_leaves_the_one_before(
    first: House, second: House, victim: Victim, tmp_path: Path
) -> None:
    """A backup killed at any step leaves a whole file; the next leaves no trace."""
    file = tmp_path / "hoidap.tar.gz"
    before, after = first.seen(), second.seen()
    first.back_up(file)
    old = file.read_bytes()
    _, steps = obeyed(victim, "back_up", second, tmp_path / "trial.tar.gz")
    outcomes = set()
    for step in points(steps):
        file.write_bytes(old)
        ended, _ = obeyed(victim, "back_up", second, file, step)
        assert ended in (signal.SIGKILL, 0)
        is_old = file.read_bytes() == old
        if not is_old:
            assert said(file, tmp_path / f"said-{step}") == after
        outcomes.add(is_old)
    assert outcomes == {True, False}
    second.back_up(file)
    assert said(file, tmp_path / "at-last") == after != before
    assert [path.name for path in tmp_path.glob(".*")] == []
    assert second.seen() == after


def test_killed_restore_changes_nothing_or_everything(
    first: House, second: House, victim: Victim, tmp_path: Path
) -> None:
    """A restore killed at any step is put back by the next command, unless it was done."""
    file = tmp_path / "hoidap.tar.gz"
    first.back_up(file)
    before, after, names = second.seen(), first.seen(), second.names()
    _, steps = obeyed(victim, "restore", second.copied(tmp_path / "trial"), file)
    outcomes = []
    for step in points(steps):
        house = second.copied(tmp_path / f"house-{step}")
        ended, _ = obeyed(victim, "restore", house, file, step)
        assert ended in (signal.SIGKILL, 0)
        was_cut_short = interrupted(house.data)
        assert recover(house.data, house.corpus) is was_cut_short
        seen = house.seen()
        assert seen in (before, after)
        outcomes.append((was_cut_short, seen == after))
        if was_cut_short:
            assert house.names() == names
        house.restore(file)
        assert house.seen() == after
        assert [name for name in house.names() if name.endswith((".new", "restore"))] == []
        assert not (house.data / "restore.json").exists()
    assert {(True, False), (False, False), (False, True)} <= set(outcomes)
    assert (True, True) not in outcomes


def test_killed_while_it_is_put_back(
    first: House, second: House, victim: Victim, tmp_path: Path
) -> None:
    """Putting back may be killed as well, at any step, and is done by the one after."""
    file = tmp_path / "hoidap.tar.gz"
    first.back_up(file)
    before = second.seen()
    _, steps = obeyed(victim, "restore", second.copied(tmp_path / "trial"), file)
    for step in range(steps, 1, -10):
        cut = second.copied(tmp_path / f"cut-{step}")
        obeyed(victim, "restore", cut, file, step)
        if (cut.data / "restore.json").exists():
            break
    _, steps = obeyed(victim, "recover", _moved(cut, tmp_path / "trial-2"), file)
    for step in points(steps):
        house = _moved(cut, tmp_path / f"house-{step}")
        obeyed(victim, "recover", house, file, step)
        recover(house.data, house.corpus)
        assert house.seen() == before
        assert house.names() == second.names()


def _moved(house: House, folder: Path) -> House:
    """Return a copy whose list of moves is about itself."""
    copy = house.copied(folder)
    listed = copy.data / "restore.json"
    listed.write_text(listed.read_text().replace(str(house.folder), str(copy.folder)))
    return copy


# What follows runs in the victim.


def victim_child(order: dict[str, Any]) -> int:
    """Do as ordered, and die as ordered; return the steps made if alive."""
    house, file = House(Path(order["house"])), Path(order["file"])
    counter = StepCounter(order["step"], lambda file: any(part in file for part in _STEPS_IN))
    sys.setprofile(counter)
    if order["act"] == "recover":
        recover(house.data, house.corpus)
    else:
        getattr(house, order["act"])(file)
    sys.setprofile(None)
    return counter.steps


if __name__ == "__main__":
    serve(victim_child)
