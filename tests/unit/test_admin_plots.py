"""Plots: what is drawn is what was counted, to scale, and the table says the same."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.preview.admin.plots import (
    binned,
    curve_plot,
    histogram,
    stacked,
    threshold_curve,
    zero_of,
)

SHARES = st.floats(0, 1)
VALUES = st.integers(-50_000, 50_000).map(lambda thousandths: thousandths / 1_000)


@given(st.lists(SHARES))
def test_every_value_is_in_one_bin(values: list[float]) -> None:
    """However values are spread, each is counted once; 1 is in the last bin."""
    assert sum(binned(values)) == len(values)
    assert binned([0.0, 0.049, 0.05, 1.0]) == [2, 1, *[0] * 16, 0, 1]


def test_a_histogram_is_stacked() -> None:
    """Series stand on each other, the highest column fills the plot, the table has the counts."""
    plot = histogram({"right": [0.51, 0.52], "wrong": [0.53], "missed": [0.1]}, mark=0.5)
    by_kind = {box.kind: box for box in plot.boxes}
    assert {kind: box.value for kind, box in by_kind.items()} == {
        "right": 2,
        "wrong": 1,
        "missed": 1,
    }
    right, wrong = by_kind["right"], by_kind["wrong"]
    assert right.x == wrong.x
    assert wrong.y + wrong.height == pytest.approx(right.y)
    assert right.y + right.height == pytest.approx(plot.bottom)
    assert right.height == pytest.approx(2 * wrong.height, abs=0.05)
    assert wrong.y == pytest.approx(plot.up[-1].at)
    assert plot.up[-1].label == "3"
    assert plot.rows == [["10 %–15 %", "0", "0", "1"], ["50 %–55 %", "2", "1", "0"]]
    assert plot.mark == pytest.approx((plot.across[0].at + plot.across[-1].at) / 2)


def test_a_histogram_of_nothing() -> None:
    """Nothing asked is an empty plot, not a fault."""
    plot = histogram({"right": []})
    assert (plot.boxes, plot.rows, plot.mark) == ([], [], None)


def test_the_threshold_curve() -> None:
    """At each threshold precision and the answered share are those of the questions above it."""
    points = [(0.9, True), (0.8, True), (0.6, False), (0.2, False)]
    curve = {round(one.threshold, 2): one for one in threshold_curve(points)}
    assert (curve[0.0].precision, curve[0.0].answered) == (0.5, 1.0)
    assert curve[0.5].precision == pytest.approx(2 / 3)
    assert curve[0.5].answered == 0.75
    assert (curve[0.7].precision, curve[0.7].answered) == (1.0, 0.5)
    assert (curve[1.0].precision, curve[1.0].answered) == (None, 0.0)
    plot = curve_plot(list(curve.values()), 0.7)
    assert [line.kind for line in plot.lines] == ["precision", "share"]
    assert len(plot.lines[0].points.split()) == 46  # none where nothing would be answered
    assert plot.rows[-1] == ["100 %", "–", "0 %"]


@given(st.lists(st.tuples(SHARES, st.booleans()), min_size=1))
def test_fewer_are_answered_as_the_threshold_rises(points: list[tuple[float, bool]]) -> None:
    """The answered share never rises with the threshold, and shares stay between 0 and 1."""
    curve = threshold_curve(points)
    shares = [one.answered for one in curve]
    assert shares == sorted(shares, reverse=True)
    assert all(0 <= one.precision <= 1 for one in curve if one.precision is not None)


@given(st.lists(st.dictionaries(st.sampled_from("abcd"), VALUES, min_size=1), min_size=1))
def test_bars_are_to_one_scale(rows: list[dict[str, float]]) -> None:
    """Boxes of a bar never overlap nor leave the drawing, and equal values are equally wide."""
    bars = stacked(rows)
    scales = set()
    for boxes in bars:
        edges = sorted((box.x, box.x + box.width) for box in boxes)
        assert all(edge >= -1e-6 and end <= 240 + 1e-6 for edge, end in edges)
        assert all(end <= start + 1e-6 for (_, end), (start, _) in pairwise(edges))
        scales |= {round(box.width / abs(box.value), 6) for box in boxes if abs(box.value) > 1e-3}
    assert not scales or max(scales) - min(scales) <= 1e-4 * max(scales)


def test_what_is_taken_away_goes_left() -> None:
    """What adds begins where what is taken away ends, at the same place in every bar."""
    bars = stacked([{"words": 3.0, "lapsed": -1.0}, {"words": -0.5, "said": 1.0}])
    assert zero_of(bars) == pytest.approx(60)
    assert [(box.kind, box.x, box.width) for box in bars[0]] == [
        ("words", 60, 180),
        ("lapsed", 0, 60),
    ]
    assert [(box.kind, box.x, box.width) for box in bars[1]] == [
        ("words", 30, 30),
        ("said", 60, 60),
    ]
