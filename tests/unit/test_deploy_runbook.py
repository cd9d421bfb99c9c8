"""The runbook: what it names is there."""

import re

from tests.release.packages import ROOT

TEXT = (ROOT / "deploy" / "RUNBOOK.md").read_text(encoding="utf-8")
HEADINGS = re.findall(r"^## (.+)$", TEXT, re.MULTILINE)


def anchor(heading: str) -> str:
    """The address of a heading, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_every_section_is_in_its_list() -> None:
    """Each section of the runbook is linked to from its top, in order, and no other."""
    assert re.findall(r"\]\(#(.+?)\)", TEXT) == [anchor(heading) for heading in HEADINGS]
    assert len(HEADINGS) > 8


def test_every_file_that_it_names_is_there() -> None:
    """Files of the project that somebody is sent to exist."""
    named = set(re.findall(r"\b(?:deploy|tests)/[\w./-]+\w", TEXT))
    assert "deploy/hoidap.service" in named
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_every_line_of_the_log_that_it_explains_is_written() -> None:
    """Events that the runbook explains are those that the bot writes."""
    section = TEXT.partition("## Đọc nhật ký")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    events = {event for row in rows for event in re.findall(r"`(\w+\.\w+)`", row)}
    source = "\n".join(path.read_text("utf-8") for path in (ROOT / "bot").rglob("*.py"))
    assert len(events) > 10
    assert [event for event in events if f'"{event}' not in source] == []
