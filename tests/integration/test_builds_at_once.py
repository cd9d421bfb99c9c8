"""Promises of several processes at one index: one builds, others are told so, all may read."""

import subprocess
import sys

import pytest

from tests.integration.disk_faults import Commands, environment
from tests.integration.indexed import ANSWERED, NEXT, NOW, QUESTION, Indexed

BUSY = ["hoidap: Một tiến trình khác đang lập chỉ mục; xin chờ nó xong."]
STAGES = (
    "000002/manifest.json",
    "bo-cau.txt",
    "000003/documents.json",
    "000003/fusion.json",
    ".current.json.new",
)
"""What a build opens on its way: the index before, the new document, what it writes."""


@pytest.mark.parametrize("stage", STAGES)
def test_second_build_while_one_is_under_way(
    indexed: Indexed, hoidap: Commands, stage: str
) -> None:
    """However far a build is, a second is told to wait, readers are served, and the first ends."""
    first = hoidap.stopped("index", *indexed.folders, opens=stage)
    for arguments in (["index"], ["index", "--force"], ["index", "--undo"]):
        second = hoidap.run(*arguments, *indexed.folders)
        assert (second.code, second.complaints) == (2, BUSY)
    assert ANSWERED in hoidap.run("ask", QUESTION, *indexed.folders).out
    assert indexed.served() == (NOW, None)
    done = hoidap.resumed(first)
    assert (done.code, done.complaints) == (0, [])
    assert indexed.served() == (NEXT, None)
    indexed.recover()


def test_builds_that_begin_together(indexed: Indexed) -> None:
    """Of three builds at one moment each publishes, finds nothing to do, or is told to wait."""
    command = [sys.executable, "-m", "bot.cli", "index", *map(str, indexed.folders)]
    builds = [
        subprocess.Popen(command, env=environment(), stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    while any(build.poll() is None for build in builds):
        assert indexed.served() in [(NOW, None), (NEXT, None)]
    told = [build.communicate()[1] for build in builds]
    codes = sorted(build.returncode for build in builds)
    assert codes in ([0, 0, 0], [0, 0, 2], [0, 2, 2])
    assert sum(BUSY[0] in one for one in told) == codes.count(2)
    assert sum("Thêm 1 · sửa 0 · bỏ 0 · lỗi 0" in one for one in told) == 1
    assert not any("Traceback" in one for one in told)
    assert indexed.served() == (NEXT, None)
    indexed.recover()


@pytest.mark.parametrize("opens", ["manifest.json", "texts.bin", "documents.json", "fusion.json"])
def test_reader_that_is_overtaken(indexed: Indexed, hoidap: Commands, opens: str) -> None:
    """A reader whose generation is replaced twice while it opens it answers from the new one."""
    reader = hoidap.stopped("ask", QUESTION, *indexed.folders, opens=opens)
    for _ in range(2):
        assert hoidap.run("index", "--force", *indexed.folders).code == 0
    answered = hoidap.resumed(reader)
    assert (answered.code, answered.complaints) == (0, [])
    assert ANSWERED in answered.out
    assert "hỏng" not in answered.err
