"""The lanes below the scores: changes of use, exposure, withdrawal concern, antidepressants. Decides nothing.

Meaning is carried by shape, line style and words; colour only repeats it.
"""

from collections.abc import Callable, Iterable
from datetime import date

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinical.screening import attempts, course_medicines
from clinical.screening.attempts import Mark
from clinical.screening.course_facts import VisitSeen
from clinical.screening.course_medicines import Taking
from clinical.screening.flags import Range
from clinical.screening.withdrawal import TIERS
from clinical.views.picture import Axis, Drawing, Labels, Lane, after_gaps, joined, marks, round_up, size_for

MOST_MEDICINES = 6
ValueOf = Callable[[VisitSeen], Range | None]
TIER_NAMES = {
    "minimal": gettext_lazy("minimal"),
    "low": gettext_lazy("low"),
    "moderate": gettext_lazy("moderate"),
    "high": gettext_lazy("high"),
}
MARK_NAMES = {
    attempts.TAPER: gettext_lazy("taper"),
    attempts.QUIT: gettext_lazy("quit day"),
    attempts.STOP: gettext_lazy("stopped"),
    attempts.USE: gettext_lazy("use again"),
    attempts.TAPER_END: gettext_lazy("taper ended"),
}
MARK_SHAPES = {
    attempts.TAPER: "diamond",
    attempts.QUIT: "down",
    attempts.STOP: "square",
    attempts.USE: "up",
    attempts.TAPER_END: "cross",
}


def draw_changes(
    drawing: Drawing, lane: Lane, found: tuple[Mark, ...], told: Iterable[tuple[date, int]], top: float, bottom: float
) -> None:
    """Marks of a change of use with their words as far as there is room, and a dashed line through all lanes."""
    axis, middle = lane.axis, (lane.top + lane.bottom) / 2 + 4
    shown = [mark for mark in found if axis.holds(mark.day)]
    lines = [f"M{axis.at(m.day):.1f} {top:.1f}V{bottom:.1f}" for m in shown if m.kind in (attempts.QUIT, attempts.STOP)]
    drawing.line(lines, "kc-pic__stop")
    drawing.line(
        [f"M{axis.at(m.day):.1f} {top:.1f}V{bottom:.1f}" for m in shown if m.kind == attempts.TAPER], "kc-pic__taper"
    )
    stops = {mark.day for mark in shown if mark.kind == attempts.STOP}
    shown = [mark for mark in shown if not (mark.kind == attempts.QUIT and mark.day in stops)]  # one mark for both
    for kind, shape in MARK_SHAPES.items():
        for is_sure in (True, False):
            points = [
                (axis.at(m.day), middle)
                for m in shown
                if m.kind == kind and (m.is_dated and not m.is_planned) is is_sure
            ]
            drawing.line(marks(points, shape, 5), "kc-pic__mark" if is_sure and shape != "cross" else "kc-pic__hollow")
    attempts_told = [(day, number) for day, number in told if axis.holds(day)]
    drawing.line((f"M{axis.at(day):.1f} {middle - 5:.1f}v10m-5 -5h10" for day, _n in attempts_told), "kc-pic__hollow")
    words = [(axis.at(mark.day), str(MARK_NAMES[mark.kind])) for mark in reversed(shown)]
    words += [(axis.at(day), _("%(n)s attempts") % {"n": n}) for day, n in reversed(attempts_told)]
    rows = (Labels(axis.left - 30, axis.right + 30), Labels(axis.left - 30, axis.right + 30))
    for x, text in words:
        for row, height in zip(rows, (middle - 10, middle + 18), strict=True):
            if row.room(x, text):
                drawing.text(x, height, text, "kc-pic__small", "middle")
                break


def draw_range(
    drawing: Drawing,
    lane: Lane,
    visits: tuple[VisitSeen, ...],
    value_of: Callable[[VisitSeen], Range | None],
    look: str,
) -> None:
    """For each visit a bar from the low to the high figure with a mark at the middle one, joined by a line.

    Dotted where all of it was taken before a stop and is only still counted.
    """
    axis, left, right = lane.axis, lane.axis.left, lane.axis.right
    shown = [(visit, value) for visit in visits if (value := value_of(visit)) is not None]
    gaps = after_gaps([place for place, visit in enumerate(visits) if value_of(visit) is not None])
    for value in (0, lane.high / 2, lane.high):
        drawing.text(left - 6, lane.y(value) + 4, f"{value:g}", "kc-pic__small", "end")
    drawing.line((f"M{left:g} {lane.y(value):.1f}H{right:g}" for value in (0, lane.high)), "kc-pic__rule")
    for over, suffix in ((False, ""), (True, " kc-pic__over")):
        bars = (
            f"M{axis.at(v.day):.1f} {lane.y(low):.1f}V{lane.y(high):.1f}"
            for v, (low, _mid, high) in shown
            if v.has_stopped is over
        )
        drawing.line(bars, f"kc-pic__bar {look}{suffix}")
    points = [(axis.at(visit.day), lane.y(value[1])) for visit, value in shown]
    solid, broken = joined(points, [visit.day for visit, _value in shown], gaps)
    drawing.line(solid, look)
    drawing.line(broken, f"{look} kc-pic__broken")
    r = size_for(len(shown), axis) * 0.7
    drawing.line(marks(points, "circle" if look == "kc-pic__leaf" else "square", r), f"kc-pic__dot {look}")


def draw_not_counted(drawing: Drawing, lane: Lane, visits: tuple[VisitSeen, ...]) -> None:
    """A question mark where something taken could not be counted; a hollow ring where no use was reported."""
    labels = Labels(lane.axis.left - 6, lane.axis.right + 12)
    for visit in reversed(visits):
        if visit.unquantified and labels.room(lane.axis.at(visit.day), "?", gap=1):
            drawing.text(lane.axis.at(visit.day), lane.top - 3, "?", "kc-pic__value", "middle")
    none = [(lane.axis.at(visit.day), lane.y(0)) for visit in visits if visit.does_not_use and not visit.uses]
    drawing.line(marks(none, "circle", size_for(len(none), lane.axis)), "kc-pic__hollow")


def top_of(visits: Iterable[VisitSeen], value_of: ValueOf) -> float | None:
    """The top of the scale, or None where there is nothing to draw."""
    highest = [value[2] for visit in visits if (value := value_of(visit)) is not None]
    return (round_up(max(highest)) or 1.0) if highest else None


def draw_tiers(drawing: Drawing, lane: Lane, visits: tuple[VisitSeen, ...]) -> None:
    """The tier of each visit as a step, with an open line up to what it could be while something is not known."""
    axis = lane.axis
    rated = [visit for visit in visits if visit.tier in TIERS]
    for rank, tier in enumerate(TIERS):
        drawing.text(axis.left - 6, lane.y(rank) + 4, TIER_NAMES[tier], "kc-pic__small", "end")
    drawing.line((f"M{axis.left:g} {lane.y(rank):.1f}H{axis.right:g}" for rank in range(len(TIERS))), "kc-pic__rule")
    points = [(axis.at(visit.day), lane.y(TIERS.index(visit.tier))) for visit in rated]
    gaps = after_gaps([place for place, visit in enumerate(visits) if visit.tier in TIERS])
    pairs = enumerate(zip(points, points[1:], strict=False), start=1)
    steps = (f"M{x:.1f} {y:.1f}H{a:.1f}V{b:.1f}" for number, ((x, y), (a, b)) in pairs if number not in gaps)
    drawing.line(steps, "kc-pic__tier")
    could = (
        f"M{x:.1f} {y:.1f}V{lane.y(TIERS.index(visit.could_be)):.1f}m-4 4l4 -4l4 4"
        for (x, y), visit in zip(points, rated, strict=True)
        if visit.could_be in TIERS and visit.could_be != visit.tier
    )
    drawing.line(could, "kc-pic__could")
    drawing.line(marks(points, "square", size_for(len(points), axis) * 0.8), "kc-pic__mark")


def draw_medicines(drawing: Drawing, axis: Axis, top: float, rows: tuple[Taking, ...], height: float) -> None:
    """A bar for each antidepressant while it was listed: a mark where it began, stopped, or was written differently."""
    shapes = {course_medicines.START: "up", course_medicines.STOP: "cross", course_medicines.REWRITTEN: "diamond"}
    for number, row in enumerate(rows[:MOST_MEDICINES]):
        y = top + height * (number + 0.5)
        until = row.stopped_on or row.listed_until
        start, end = axis.at(max(row.since, axis.first)), axis.at(min(max(until, axis.first), axis.last))
        drawing.text(axis.left - 6, y + 4, Truncator(row.substance).chars(18), "kc-pic__small", "end")
        drawing.line((f"M{start:.1f} {y:.1f}H{max(end, start + 6):.1f}",), "kc-pic__medicine")
        for kind, shape in shapes.items():
            points = [(axis.at(one.day), y) for one in row.changes if one.kind == kind and axis.holds(one.day)]
            drawing.line(marks(points, shape, 4.5), "kc-pic__hollow" if shape == "cross" else "kc-pic__mark")
