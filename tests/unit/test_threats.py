"""DESIGN.md says who may try what; each of its threats names the tests that really try it."""

import ast
import re
from functools import cache

import pytest

from tests.release.packages import ROOT

HEADING = "## 6. Threats, and the tests that try them"
COLUMNS = ["who", "tries", "what stops it", "tried by"]
FEWEST = 20
FOES = (
    "a stranger",
    "a group member",
    "a document's author",
    "whoever finds the webhook",
    "whoever finds a backup",
)
GOOD = f"""\
{HEADING}

| {" | ".join(COLUMNS)} |
|---|---|---|---|
| a stranger | this | that | `test_a_table_without_faults` |

## 7. More
"""


def rows(design: str) -> list[list[str]]:
    """The cells of each line of the table of threats, its head first and its rule left out."""
    section = design.partition(f"{HEADING}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    parted = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [cells for cells in parted if set("".join(cells)) != {"-"}]


def faults(design: str, tests: set[str]) -> list[str]:
    """What is wrong with the table: another shape, a row without a test, a test that is none."""
    head, *threats = rows(design) or [[]]
    found = [] if head == COLUMNS else [f"the columns are {head}"]
    for cells in threats:
        names = re.findall(r"`(\w+)`", cells[-1]) if len(cells) == len(COLUMNS) else []
        found += [] if names else [f"no test tries: {cells}"]
        found += [f"no such test: {name}" for name in names if name not in tests]
    return found


@cache
def defined() -> set[str]:
    """Every function of a file under tests/ that pytest would take for a test."""
    return {
        node.name
        for path in (ROOT / "tests").rglob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
    }


def test_every_threat_is_tried() -> None:
    """Each row of the table names at least one test, and every one that it names is there."""
    assert faults((ROOT / "DESIGN.md").read_text(encoding="utf-8"), defined()) == []


def test_every_foe_has_a_row() -> None:
    """The table is about all from whom hoidap has to be kept safe."""
    threats = rows((ROOT / "DESIGN.md").read_text(encoding="utf-8"))[1:]
    assert len(threats) >= FEWEST
    assert set(FOES) - {who for who, *_ in threats} == set()


def test_a_table_without_faults() -> None:
    """A row that names a test which is there is no fault."""
    assert faults(GOOD, defined()) == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("`test_a_table_without_faults`", ""),
        ("`test_a_table_without_faults`", "by hand"),
        ("test_a_table_without_faults", "test_that_nobody_wrote"),
        (" | `test_a_table_without_faults`", ""),
        ("| tried by", ""),
        (HEADING, "## 6. Threats"),
    ],
)
def test_a_table_with_a_fault(right: str, wrong: str) -> None:
    """A row without a test, one that is not there, and a table that is not there are found."""
    assert right in GOOD
    assert faults(GOOD.replace(right, wrong), defined()) != []
