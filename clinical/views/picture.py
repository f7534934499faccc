"""A drawing as plain shapes: lines, marks and texts with a class each, and a day-to-place scale. Knows no patient.

Shapes of one kind share one path, so that five years of visits cost the page no more than one.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from django.utils.formats import date_format

# Scores are due every three months at the latest by the suggested rhythm; a line over two missed ones is broken.
LONGEST_LINE = timedelta(days=183)
# Judgement of drawing: a label needs this much room for each of its letters, in units of the picture.
LETTER = 6.6


class Text(NamedTuple):
    """Places are text already, with a point whatever the language writes."""

    x: str
    y: str
    words: str
    anchor: str
    look: str


class Line(NamedTuple):
    d: str
    look: str


class Box(NamedTuple):
    x: str
    y: str
    width: str
    height: str
    look: str


@dataclass(slots=True)
class Drawing:
    """One picture: boxes lie under lines, lines under texts. `title` and `description` are for who cannot see it."""

    width: float
    height: float = 0.0
    title: str = ""
    description: str = ""
    boxes: list[Box] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)

    @property
    def view_box(self) -> str:
        return f"0 0 {self.width:g} {self.height:g}"

    def box(self, x: float, y: float, width: float, height: float, look: str) -> None:
        self.boxes.append(Box(*(f"{value:.1f}" for value in (x, y, width, height)), look))

    def line(self, parts: Iterable[str], look: str) -> None:
        """One path of several parts; nothing where there are none."""
        if d := "".join(parts):
            self.lines.append(Line(d, look))

    def line_beneath(self, parts: Iterable[str], look: str) -> None:
        """A path under every line so far: a scale never cuts what is measured on it."""
        if d := "".join(parts):
            self.lines.insert(0, Line(d, look))

    def text(self, x: float, y: float, words: object, look: str = "", anchor: str = "start") -> None:
        self.texts.append(Text(f"{x:.1f}", f"{y:.1f}", str(words), anchor, look))


@dataclass(frozen=True, slots=True)
class Axis:
    """Days to places from left to right. A span of a few days is widened, so that one visit stands in the middle."""

    first: date
    last: date
    left: float
    right: float

    def at(self, day: date) -> float:
        share = (day - self.first).days / max((self.last - self.first).days, 1)
        return self.left + share * (self.right - self.left)

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last


def axis_over(days: Iterable[date], left: float, right: float, least_days: int = 28) -> Axis:
    """An axis that holds every day, with a little room on both sides."""
    found = sorted(days)
    first, last = found[0], found[-1]
    room = max((last - first).days // 40, 2, (least_days - (last - first).days) // 2)
    return Axis(first - timedelta(days=room), last + timedelta(days=room), left, right)


def ticks(axis: Axis, most: int) -> list[tuple[date, str]]:
    """Days to label: years, quarters, months or weeks, the finest that needs no more labels than `most`."""
    for months in (1, 3, 6, 12, 24, 60):
        found = _months(axis, months)
        if len(found) <= most:
            break
    if len(found) >= 2:
        shape = "Y" if months >= 12 else "M Y"
        return [(day, date_format(day, shape)) for day in found]
    days = (axis.last - axis.first).days
    step = next(step for step in (7, 14, 28, 56) if days / step <= most)
    start = axis.first + timedelta(days=(days % step) // 2)
    return [(start + timedelta(days=n), date_format(start + timedelta(days=n), "j M Y")) for n in range(0, days, step)]


def _months(axis: Axis, step: int) -> list[date]:
    first = axis.first.year * 12 + axis.first.month - 1
    last = axis.last.year * 12 + axis.last.month
    days = (date(number // 12, number % 12 + 1, 1) for number in range(first, last) if number % step == 0)
    return [day for day in days if axis.holds(day)]


def marks(points: Iterable[tuple[float, float]], shape: str, r: float) -> list[str]:
    """One closed outline for each point: circle, square, diamond, up, down or cross."""
    draw = SHAPES[shape]
    return [draw(x, y, r) for x, y in points]


def _circle(x: float, y: float, r: float) -> str:
    return f"M{x - r:.1f} {y:.1f}a{r:.1f} {r:.1f} 0 1 0 {2 * r:.1f} 0a{r:.1f} {r:.1f} 0 1 0 {-2 * r:.1f} 0z"


def _square(x: float, y: float, r: float) -> str:
    return f"M{x - r:.1f} {y - r:.1f}h{2 * r:.1f}v{2 * r:.1f}h{-2 * r:.1f}z"


def _diamond(x: float, y: float, r: float) -> str:
    s = r * 1.3
    return f"M{x:.1f} {y - s:.1f}l{s:.1f} {s:.1f}l{-s:.1f} {s:.1f}l{-s:.1f} {-s:.1f}z"


def _up(x: float, y: float, r: float) -> str:
    return f"M{x:.1f} {y - r * 1.3:.1f}l{r * 1.3:.1f} {r * 2.3:.1f}h{-r * 2.6:.1f}z"


def _down(x: float, y: float, r: float) -> str:
    return f"M{x:.1f} {y + r * 1.3:.1f}l{r * 1.3:.1f} {-r * 2.3:.1f}h{-r * 2.6:.1f}z"


def _cross(x: float, y: float, r: float) -> str:
    s = 2 * r
    return f"M{x - r:.1f} {y - r:.1f}l{s:.1f} {s:.1f}m0 {-s:.1f}l{-s:.1f} {s:.1f}"


SHAPES = {"circle": _circle, "square": _square, "diamond": _diamond, "up": _up, "down": _down, "cross": _cross}


@dataclass(slots=True)
class Labels:
    """Labels that must not run into each other on one height: who comes first is written, the rest is left out."""

    left: float
    right: float
    taken: list[tuple[float, float]] = field(default_factory=list)

    def room(self, x: float, words: str, gap: float = 4) -> bool:
        """Whether the label, centred, fits; then its room is taken."""
        half = len(words) * LETTER / 2 + gap
        low, high = x - half, x + half
        if low < self.left or high > self.right or any(low < b and a < high for a, b in self.taken):
            return False
        self.taken.append((low, high))
        return True


def round_up(value: float) -> float:
    """The next figure of 1, 2, 3, 4, 5, 6, 8 or 10 times a power of ten: the top of a scale."""
    power = 1.0
    while power * 10 < value:
        power *= 10
    while power > value > 0:
        power /= 10
    return next((step * power for step in (1, 2, 3, 4, 5, 6, 8, 10) if step * power >= value), 10 * power)


@dataclass(frozen=True, slots=True)
class Lane:
    """Where one lane stands: values from `low` at the bottom to `high` at the top."""

    axis: Axis
    top: float
    bottom: float
    high: float
    low: float = 0.0

    def y(self, value: float) -> float:
        return self.bottom - (value - self.low) / (self.high - self.low) * (self.bottom - self.top)


def size_for(number: int, axis: Axis) -> float:
    """Half the width of a mark: smaller where many stand side by side."""
    room = (axis.right - axis.left) / max(number, 1)
    return min(5.0, max(2.0, room * 0.45))


def joined(
    points: list[tuple[float, float]], days: list[date], gaps: frozenset[int] = frozenset()
) -> tuple[list[str], list[str]]:
    """Lines from each point to the next: whole ones, and those over a time too long to say what lay between.

    None is drawn to a point whose number is among the gaps: something else is known to have lain between.
    """
    solid, broken = [], []
    for number in range(1, len(points)):
        if number in gaps:
            continue
        (x, y), (a, b) = points[number - 1], points[number]
        target = broken if days[number] - days[number - 1] > LONGEST_LINE else solid
        target.append(f"M{x:.1f} {y:.1f}L{a:.1f} {b:.1f}")
    return solid, broken


def after_gaps(places: list[int]) -> frozenset[int]:
    """Which of the shown visits, given by their places among all, come after one that is not shown."""
    return frozenset(number for number in range(1, len(places)) if places[number] - places[number - 1] > 1)
