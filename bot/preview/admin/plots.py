"""Where the shapes of a plot lie: histograms, curves and stacked bars, in units of an SVG.

Draws nothing and says nothing: `admin_plots.html` makes SVG of these, with words beside it.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

WIDTH, HEIGHT = 640, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 66, 30, 14, 32
_BINS = 20
_GAP = 1.5
_BAR_WIDTH = 240.0


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle; `kind` says what it stands for, `value` how much of it."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    value: float = 0.0


@dataclass(frozen=True, slots=True)
class Line:
    """A line through `points`, "x,y x,y …"; `kind` says what it stands for."""

    points: str
    kind: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A label at a place on an axis."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot.

    Attributes:
        boxes: In drawing order.
        lines: Above them.
        across: Labels of the horizontal axis, 0 to 1.
        up: Labels of the vertical axis.
        mark: Where the marked value is on the horizontal axis; None for none.
        head: Heads of the table that says the same.
        rows: Its rows.
    """

    boxes: Sequence[Box] = ()
    lines: Sequence[Line] = ()
    across: Sequence[Tick] = ()
    up: Sequence[Tick] = ()
    mark: float | None = None
    head: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = field(default_factory=list)
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    bottom: int = HEIGHT - _BOTTOM


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """What would follow from a threshold.

    Attributes:
        threshold: 0 to 1.
        precision: Share of what would be answered that is right; None where nothing would be.
        answered: Share that would be answered.
    """

    threshold: float
    precision: float | None
    answered: float


def histogram(series: Mapping[str, Sequence[float]], mark: float | None = None) -> Plot:
    """Return how values from 0 to 1 are spread, the series stacked on each other.

    Args:
        series: What each stands for → its values.
        mark: A value to be marked.
    """
    counts = {kind: binned(values) for kind, values in series.items()}
    most = max((sum(column) for column in zip(*counts.values(), strict=True)), default=0) or 1
    boxes = []
    for place in range(_BINS):
        below = 0
        for kind, column in counts.items():
            if column[place]:
                top, bottom = _y((below + column[place]) / most), _y(below / most)
                left, right = _x(place / _BINS) + _GAP, _x((place + 1) / _BINS)
                box = Box(left, top, right - left, bottom - top, kind, column[place])
                boxes.append(box)
                below += column[place]
    rows = [
        [f"{_percent(place / _BINS)}–{_percent((place + 1) / _BINS)}"]
        + [str(column[place]) for column in counts.values()]
        for place in range(_BINS)
        if any(column[place] for column in counts.values())
    ]
    up = [Tick(_y(0), "0"), Tick(_y(1), str(most))]
    return Plot(boxes, (), _across(), up, _marked(mark), list(series), rows)


def binned(values: Sequence[float]) -> list[int]:
    """Return how many of `values`, 0 to 1, are in each of the bins; 1 is in the last."""
    counts = [0] * _BINS
    for value in values:
        counts[min(_BINS - 1, max(0, int(value * _BINS)))] += 1
    return counts


def threshold_curve(points: Sequence[tuple[float, bool]], steps: int = 50) -> list[CurvePoint]:
    """Return what would follow from each of `steps` + 1 thresholds from 0 to 1.

    Args:
        points: (confidence, whether what it was in is right) of each question.
        steps: Between 0 and 1.
    """
    surest = sorted(points, reverse=True)
    doubts = [-confidence for confidence, _ in surest]
    right = [0, *accumulate(right for _, right in surest)]
    curve = []
    for step in range(steps + 1):
        threshold = step / steps
        given = bisect_right(doubts, -threshold)
        precision = right[given] / given if given else None
        curve.append(CurvePoint(threshold, precision, given / len(points) if points else 0.0))
    return curve


def curve_plot(curve: Sequence[CurvePoint], mark: float | None = None) -> Plot:
    """Return the curve as two lines, precision and the share answered, over the threshold."""
    precise = [(one.threshold, one.precision) for one in curve if one.precision is not None]
    lines = [
        Line(_points(precise), "precision"),
        Line(_points([(one.threshold, one.answered) for one in curve]), "share"),
    ]
    rows = [
        [
            _percent(one.threshold),
            "–" if one.precision is None else _percent(one.precision),
            _percent(one.answered),
        ]
        for one in curve[::5]
    ]
    up = [Tick(_y(value), _percent(value)) for value in (0.0, 0.25, 0.5, 0.75, 1.0)]
    return Plot((), lines, _across(), up, _marked(mark), ["precision", "share"], rows)


def stacked(rows: Sequence[Mapping[str, float]]) -> list[list[Box]]:
    """Return a bar of boxes per row, all to one scale: what adds goes right of 0, the rest left."""
    added = max((sum(v for v in row.values() if v > 0) for row in rows), default=0.0)
    taken = max((-sum(v for v in row.values() if v < 0) for row in rows), default=0.0)
    scale = _BAR_WIDTH / ((added + taken) or 1.0)
    bars = []
    for row in rows:
        right = left = taken * scale
        boxes = []
        for kind, value in row.items():
            width = abs(value) * scale
            if value > 0:
                boxes.append(Box(right, 0, width, 16, kind, value))
                right += width
            elif value < 0:
                left -= width
                boxes.append(Box(left, 0, width, 16, kind, value))
        bars.append(boxes)
    return bars


def zero_of(bars: Sequence[Sequence[Box]]) -> float:
    """Return where 0 is in bars that `stacked` made: where what adds begins."""
    begins = [box.x for bar in bars for box in bar if box.value > 0]
    ends = [box.x + box.width for bar in bars for box in bar if box.value < 0]
    return min(begins) if begins else max(ends, default=0.0)


def _across() -> list[Tick]:
    return [Tick(_x(value), _percent(value)) for value in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)]


def _marked(value: float | None) -> float | None:
    return None if value is None else _x(min(1.0, max(0.0, value)))


def _points(places: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{_x(across):.1f},{_y(up):.1f}" for across, up in places)


def _x(share: float) -> float:
    return round(_LEFT + share * (WIDTH - _LEFT - _RIGHT), 2)


def _y(share: float) -> float:
    return round(HEIGHT - _BOTTOM - share * (HEIGHT - _TOP - _BOTTOM), 2)


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
