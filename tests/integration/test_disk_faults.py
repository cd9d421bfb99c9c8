"""Promises of a disk that is full or read-only: what is served stays, and the reason is told."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from retrieval.generation import read_manifest
from tests.integration.disk_faults import Commands, Outcome, fill
from tests.integration.indexed import ANSWERED, NEXT, NOW, QUESTION, Indexed, read_only

FULL = ("File too large", "No space left on device")
"""How a limit on files says so, and how a disk does."""
READ_ONLY = ("Permission denied", "Read-only file system")


def assert_kept(indexed: Indexed, outcome: Outcome, *reasons: str) -> None:
    """The command failed in clear words, and what was served answers as before."""
    assert outcome.code == 2
    (complaint,) = outcome.complaints
    assert complaint.startswith("hoidap: Không ghi được dữ liệu: ")
    assert any(reason in complaint for reason in reasons)
    assert indexed.served() == (NOW, None)
    assert indexed.orphans() == set()


def points(hoidap: Commands, indexed: Indexed) -> list[int]:
    """Return the steps of a build just before each of its files appears."""
    outcome = hoidap.run("index", *indexed.folders, survey=indexed.data)
    found: list[tuple[int, list[str]]] = json.loads(outcome.out)
    appeared = {name for _, names in found for name in names}
    written = read_manifest(indexed.store.current()).files.keys()
    assert appeared >= {*written, "manifest.json", ".current.json.new"}
    return [step - 1 for step, _ in found]


def test_disk_that_fills_up_before_any_file(
    original: Indexed, hoidap: Commands, tmp_path: Path
) -> None:
    """Whichever file has no room, the build says so, the old index answers, the next succeeds."""
    for step in points(hoidap, original.copied(tmp_path / "survey")):
        indexed = original.copied(tmp_path / f"full-at-{step}")
        assert_kept(indexed, hoidap.run("index", *indexed.folders, step=step, act="full"), *FULL)
        indexed.recover()


def test_disk_with_room_for_small_files_only(
    original: Indexed, hoidap: Commands, tmp_path: Path
) -> None:
    """However much of a file fits, a part of it is never published."""
    for size in (1, 10, 100, 300, 700, 1_500, 2_500, 4_000, 5_000):
        indexed = original.copied(tmp_path / f"at-most-{size}")
        assert_kept(indexed, hoidap.run("index", *indexed.folders, file_bytes=size), *FULL)
        indexed.recover()


def test_bot_is_told_that_the_disk_is_full(indexed: Indexed, hoidap: Commands) -> None:
    """The reason reaches the bot that asked for the build, in words for its administrator."""
    outcome = hoidap.run("index", "--events", *indexed.folders, file_bytes=100)
    assert (outcome.code, outcome.complaints) == (2, [])
    told = json.loads(outcome.out.splitlines()[-1])["failure"]
    assert told.startswith("Không ghi được dữ liệu: ")
    assert FULL[0] in told


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, where one may be mounted."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("only root may mount a disk")
    yield folder
    # Lazily: what was mapped of it may not have been let go.
    subprocess.run(["umount", "--lazy", folder], check=True)  # noqa: S607


def test_disk_without_a_name_left_for_a_file(
    original: Indexed, hoidap: Commands, small_disk: Path
) -> None:
    """Whichever file or folder cannot be made, the old index answers, until there is room."""
    indexed = original.copied(small_disk / "data")
    disk = os.statvfs(small_disk)
    failures = 0
    while True:
        names = disk.f_files - disk.f_ffree + failures
        remount(small_disk, f"nr_inodes={names}")
        outcome = hoidap.run("index", *indexed.folders)
        if outcome.code == 0:
            break
        assert_kept(indexed, outcome, *FULL)
        failures += 1
    assert failures > 20
    assert indexed.served() == (NEXT, None)
    indexed.recover()


def remount(disk: Path, options: str) -> None:
    """Let a mounted disk be of another kind."""
    subprocess.run(["mount", "-o", f"remount,{options}", disk], check=True)  # noqa: S607


def test_disk_that_another_program_fills(
    original: Indexed, hoidap: Commands, small_disk: Path, tmp_path: Path
) -> None:
    """When the last room goes while a build writes, it says so, and the old index answers."""
    ballast = small_disk / "ballast"
    for step in points(hoidap, original.copied(tmp_path / "survey"))[::2]:
        indexed = original.copied(small_disk / f"filled-at-{step}")
        filled = hoidap.run("index", *indexed.folders, step=step, act="fill", path=ballast)
        assert_kept(indexed, filled, *FULL)
        ballast.unlink()
        indexed.recover()
        shutil.rmtree(indexed.data)


def test_disk_that_is_nearly_full(original: Indexed, hoidap: Commands, small_disk: Path) -> None:
    """A build that might not fit is not begun, and questions are answered on a full disk."""
    indexed = original.copied(small_disk / "data")
    ballast = small_disk / "ballast"
    fill(ballast, leave_bytes=10_000_000)
    assert_kept(indexed, hoidap.run("index", *indexed.folders), "too little disk space")
    fill(ballast)
    assert_kept(indexed, hoidap.run("index", *indexed.folders), "too little disk space", *FULL)
    assert ANSWERED in hoidap.run("ask", QUESTION, *indexed.folders).out
    ballast.unlink()
    indexed.recover()


def test_document_that_does_not_fit(original: Indexed, hoidap: Commands, tmp_path: Path) -> None:
    """A file is in the corpus whole or not at all, and nothing of it is left."""
    indexed = original.copied(tmp_path / "data", tmp_path / "corpus")
    before = contents(indexed.corpus)
    new = tmp_path / "dai.txt"
    new.write_text("Một văn bản dài. " * 100, encoding="utf-8")
    outcome = hoidap.run("docs", "add", new, *indexed.folders, file_bytes=500)
    assert (outcome.code, outcome.complaints) == (2, [f"hoidap: {indexed.corpus}: File too large"])
    assert contents(indexed.corpus) == before


def contents(folder: Path) -> dict[str, bytes]:
    """Return what every file in a folder holds."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_read_only_index(indexed: Indexed, hoidap: Commands) -> None:
    """An index that nobody may write to answers and is verified; a build says that it cannot."""
    before = contents(indexed.data)
    with read_only(indexed.data, *indexed.data.rglob("*")):
        for arguments in (["index"], ["index", "--force"], ["index", "--undo"]):
            assert_kept(indexed, hoidap.run(*arguments, *indexed.folders), *READ_ONLY)
        for arguments in (["verify"], ["docs", "list"], ["docs", "show", "cho.md"]):
            assert hoidap.run(*arguments, *indexed.folders).code == 0
        answered = hoidap.run("ask", QUESTION, *indexed.folders)
        assert (answered.code, answered.complaints) == (0, [])
        assert ANSWERED in answered.out
    assert contents(indexed.data) == before
    indexed.recover()


def test_disk_that_is_mounted_read_only(
    original: Indexed, hoidap: Commands, small_disk: Path
) -> None:
    """A disk that the kernel has made read-only after an error still serves its index."""
    indexed = original.copied(small_disk / "data")
    remount(small_disk, "ro")
    assert_kept(indexed, hoidap.run("index", *indexed.folders), *READ_ONLY)
    answered = hoidap.run("ask", QUESTION, *indexed.folders)
    assert (answered.code, answered.complaints) == (0, [])
    assert ANSWERED in answered.out
    remount(small_disk, "rw")
    indexed.recover()


@pytest.mark.parametrize("part", [".", "generations", "build.lock"])
def test_data_folder_of_which_a_part_is_read_only(
    indexed: Indexed, hoidap: Commands, part: str
) -> None:
    """Wherever a build may not write, it says so before or after its work, and nothing is lost."""
    with read_only(indexed.data / part):
        assert_kept(indexed, hoidap.run("index", *indexed.folders), *READ_ONLY)
    indexed.recover()


def test_generation_that_cannot_be_removed(indexed: Indexed, hoidap: Commands) -> None:
    """An old generation that may not be removed is one orphan until it may be, and harms nobody."""
    with read_only(indexed.data / "generations" / "000001"):
        assert hoidap.run("index", *indexed.folders).code == 0
        assert indexed.served() == (NEXT, None)
        assert indexed.orphans() == {"000001"}
    indexed.recover()


def test_read_only_corpus(original: Indexed, hoidap: Commands, tmp_path: Path) -> None:
    """Documents that nobody may write to are indexed; what would change them says why not."""
    indexed = original.copied(tmp_path / "data", tmp_path / "corpus")
    before = contents(indexed.corpus)
    new = tmp_path / "moi.txt"
    new.write_text("Một văn bản mới.", encoding="utf-8")
    with read_only(indexed.corpus, *indexed.corpus.rglob("*")):
        assert hoidap.run("index", *indexed.folders).code == 0
        added = hoidap.run("docs", "add", new, *indexed.folders)
        assert (added.code, added.complaints) == (
            2,
            [f"hoidap: {indexed.corpus}: Permission denied"],
        )
        removed = hoidap.run("docs", "remove", "cho.md", *indexed.folders)
        assert (removed.code, removed.complaints) == (
            2,
            [f"hoidap: {indexed.corpus / 'cho.md'}: Permission denied"],
        )
    assert contents(indexed.corpus) == before
    indexed.recover()
