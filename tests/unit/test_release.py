"""One version, in pyproject.toml, which the command and the change log both go by."""

import re
import tomllib
from datetime import date
from pathlib import Path

from bot import __version__

ROOT = Path(__file__).parents[2]
_RELEASE = re.compile(r"^## \[(\d+)\.(\d+)\.(\d+)\] - (\d{4}-\d\d-\d\d)$")

Version = tuple[int, int, int]


def parsed(version: str) -> Version:
    """A version as numbers."""
    major, minor, patch = map(int, version.split("."))
    return major, minor, patch


def releases(changes: str) -> list[tuple[Version, date]]:
    """The versions that a change log says were released, the newest first, with their days."""
    found = [match for line in changes.splitlines() if (match := _RELEASE.match(line))]
    return [
        (parsed(".".join(match.group(1, 2, 3))), date.fromisoformat(match[4])) for match in found
    ]


def faults(changes: str, version: str) -> list[str]:
    """What is wrong between a change log and the version that a build of today has."""
    heads = [line for line in changes.splitlines() if line.startswith("## ")]
    released = releases(changes)
    found = []
    if heads[0] != "## [Unreleased]":
        found.append("the first heading is not [Unreleased]")
    if len(released) != len(heads) - 1:
        found.append("a heading is neither [Unreleased] nor `[1.2.3] - 2026-12-31`")
    if released != sorted(released, reverse=True) or len(set(released)) != len(released):
        found.append("releases are not in order, the newest first")
    unreleased = re.split(r"^## ", changes, flags=re.MULTILINE)[1].partition("\n")[2].strip()
    newest = released[0][0] if released else (0, 0, 0)
    if unreleased and parsed(version) <= newest:
        found.append("there are unreleased changes, but the version is not raised")
    if not unreleased and parsed(version) != newest:
        found.append("the version is not that of the newest release")
    return found


def test_the_command_says_the_version_of_the_project() -> None:
    """`hoidap --version` is pyproject.toml's; where it is not, the checkout is to be installed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == __version__


def test_the_change_log_goes_with_the_version() -> None:
    """Releases have a version and a day, in order, and what is built now is the next or newest."""
    assert faults((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), __version__) == []


def test_a_change_log_that_does_not_go_with_it() -> None:
    """Each way to forget the version, or the heading, is found."""
    unreleased, release = "## [Unreleased]\n### Added\n- x\n", "## [0.2.0] - 2026-12-01\n- y\n"
    older = "## [0.1.0] - 2026-11-01\n- z\n"
    assert faults(unreleased + release + older, "0.3.0") == []
    assert faults("## [Unreleased]\n" + release + older, "0.2.0") == []
    assert len(faults(unreleased + release + older, "0.2.0")) == 1
    assert len(faults("## [Unreleased]\n" + release, "0.3.0")) == 1
    assert len(faults(unreleased + older + release, "0.3.0")) == 1
    assert len(faults(release + older, "0.2.0")) >= 1
    assert len(faults(unreleased + "## 0.2\n" + older, "0.3.0")) == 1
