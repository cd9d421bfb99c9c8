"""deploy/alerts.yml and the dashboard ask for what the bot tells, and alerts are explained."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot import metrics

DEPLOY = Path(__file__).parents[2] / "deploy"
_SEARCH = "hoidap_search_"
"""Where a process of its own searches, it has the same figures as the bot's under this prefix."""
_ELSEWHERE = {"up", "node_filesystem_avail_bytes", "node_filesystem_size_bytes"}
_NAME = re.compile(r"\b(up|(?:hoidap|process|python|node)_[a-z0-9_]+)\b(\{[^}]*\})?")
_MATCHER = re.compile(r'([a-z_]+)\s*(=~|!~|!=|=)\s*"([^"]*)"')
_GIVEN_BY_SCRAPING = {"job", "instance"}


def alerts() -> list[dict[str, Any]]:
    """All alerts."""
    [group] = yaml.safe_load((DEPLOY / "alerts.yml").read_text(encoding="utf-8"))["groups"]
    return list(group["rules"])


def panels() -> list[dict[str, Any]]:
    """All panels of the dashboard."""
    return list(json.loads((DEPLOY / "grafana-dashboard.json").read_text("utf-8"))["panels"])


def expressions() -> Iterator[str]:
    """Every expression of both files."""
    yield from (alert["expr"] for alert in alerts())
    for panel in panels():
        yield from (target["expr"] for target in panel["targets"])


def exposed() -> dict[str, dict[str, set[str]]]:
    """Name of each sample that the bot tells → its labels → their values."""
    samples: dict[str, dict[str, set[str]]] = {}
    metrics.show({"receiving": True, "answering": True}, {"index": True})
    for family in metrics.REGISTRY.collect():
        for sample in family.samples:
            own = samples.setdefault(sample.name, {})
            for name, value in sample.labels.items():
                own.setdefault(name, set()).add(value)
    return samples


def test_every_figure_is_told() -> None:
    """No alert and no panel asks for a figure, a label or a value that the bot does not have."""
    told, asked = exposed(), set()
    for expression in expressions():
        for name, matchers in _NAME.findall(expression):
            asked.add(name)
            if name in _ELSEWHERE:
                continue
            own = told[name if name in told else name.removeprefix(_SEARCH)]
            for label, _, value in _MATCHER.findall(matchers):
                if label not in _GIVEN_BY_SCRAPING:
                    assert set(value.split("|")) <= own[label], expression
    assert len(asked) > 25


def test_every_figure_is_shown() -> None:
    """Each figure of the bot's own stands in the dashboard or an alert."""
    asked = {name for expression in expressions() for name, _ in _NAME.findall(expression)}
    families = {
        family.name for family in metrics.REGISTRY.collect() if family.name.startswith("hoidap_")
    }
    for family in families:
        assert any(name.startswith(family) for name in asked), family


def test_groupings_are_labels() -> None:
    """What is summed by is a label of what is summed."""
    told = exposed()
    labels = {label for own in told.values() for label in own} | _GIVEN_BY_SCRAPING
    for expression in expressions():
        for group in re.findall(r"\bby \(([^)]*)\)", expression):
            assert {label.strip() for label in group.split(",")} <= labels, expression
    for panel in panels():
        for target in panel["targets"]:
            assert set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"])) <= labels


def test_every_alert_is_explained() -> None:
    """Each alert says in both languages what is wrong, and leads to a heading with what to do."""
    anchors = set(_anchors(DEPLOY / "RUNBOOK.md"))
    names = [alert["alert"] for alert in alerts()]
    assert len(set(names)) == len(names) > 10
    for alert in alerts():
        notes = alert["annotations"]
        assert set(notes) == {"summary", "summary_vi", "runbook"}, alert["alert"]
        assert notes["runbook"] == f"RUNBOOK.md#{alert['alert'].lower()}"
        assert notes["runbook"].partition("#")[2] in anchors
        assert not notes["summary_vi"].isascii()
        assert notes["summary"].isascii()
        assert alert["labels"]["severity"] in {"critical", "warning", "info"}


def test_every_explanation_is_of_an_alert() -> None:
    """No heading explains an alert that is no more."""
    names = {alert["alert"].lower() for alert in alerts()}
    explained = set(_anchors(DEPLOY / "RUNBOOK.md"))
    assert {
        anchor for anchor in explained if anchor.startswith("hoidap") and "-" not in anchor
    } == names


def _anchors(path: Path) -> list[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    heads = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return [re.sub(r"[^\w\- ]", "", head.strip().lower()).replace(" ", "-") for head in heads]


@pytest.mark.parametrize("panel", panels(), ids=lambda panel: str(panel["title"]))
def test_panels_stand_beside_each_other(panel: dict[str, Any]) -> None:
    """Each panel has a title in both languages, asks something, and covers no other."""
    place = panel["gridPos"]
    assert panel["targets"]
    assert " · " in panel["title"]
    assert place["x"] + place["w"] <= 24
    for other in panels():
        if other["id"] != panel["id"]:
            theirs = other["gridPos"]
            apart_x = (
                place["x"] + place["w"] <= theirs["x"] or theirs["x"] + theirs["w"] <= place["x"]
            )
            apart_y = (
                place["y"] + place["h"] <= theirs["y"] or theirs["y"] + theirs["h"] <= place["y"]
            )
            assert apart_x or apart_y
