"""What the last build did is known later, whoever built."""

from pathlib import Path

from bot.last_build import keep, last_build
from retrieval.build import BuildReport
from retrieval.errors import CanaryFailed

REPORT = BuildReport(True, "000002", 3, 9, ["ấ.txt"], [], ["b"], [("d.txt", "lý do")], 1.5)


def test_a_report_comes_back(tmp_path: Path) -> None:
    """What was kept is what is read, the last one alone, and no other file is left."""
    assert last_build(tmp_path) is None
    keep(tmp_path, BuildReport())
    keep(tmp_path, REPORT)
    found = last_build(tmp_path)
    assert found is not None
    assert (found.report, found.refusal) == (REPORT, None)
    assert [path.name for path in tmp_path.iterdir()] == ["last-build.json"]


def test_a_refusal_comes_back(tmp_path: Path) -> None:
    """A build whose canaries failed is told with the questions that it failed."""
    keep(tmp_path, CanaryFailed([("Ai?", "a.txt", "")]))
    found = last_build(tmp_path)
    assert found is not None
    assert found.report is None
    assert found.refusal is not None
    assert found.refusal.failures == (("Ai?", "a.txt", ""),)


def test_what_cannot_be_read_or_written(tmp_path: Path) -> None:
    """A broken file is as good as none, and a folder that is not there stops no build."""
    for text in ("", "[]", "{}", '{"ended": "2026-01-01", "report": {"failed": [1]}}'):
        (tmp_path / "last-build.json").write_text(text)
        assert last_build(tmp_path) is None
    keep(tmp_path / "none", REPORT)
    assert not (tmp_path / "none").exists()
