"""The two pictures of a patient over time: the whole one on its page, and the scores alone on the chart."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinical.over_time import OverTime
from clinical.screening.attempts import Mark, marks_of
from clinical.screening.course_facts import VisitSeen
from clinical.screening.course_medicines import Taking
from clinical.screening.flags import Range
from clinical.views import picture_lanes as lanes
from clinical.views import picture_scores as scores
from clinical.views.lines import day_words
from clinical.views.picture import Axis, Drawing, Labels, Lane, axis_over, ticks

LEFT, RIGHT, WIDTH = 146.0, 884.0, 900.0
SMALL_WIDTH = 420.0
# How far before the first and after the last visit a change is still drawn; further ones stand in the table alone.
BEYOND = timedelta(days=90)
ROW = 20.0


def whole_picture(over: OverTime, rows: tuple[Taking, ...]) -> Drawing | None:
    """PHQ-9, changes of use, exposure, withdrawal concern and antidepressants on one axis. None without a visit."""
    if not over.visits or over.course is None:
        return None
    found = marks_of(over.visits, over.tapers)
    axis = _axis(over.visits, found, LEFT, RIGHT)
    drawing = Drawing(WIDTH)
    tall = _Stack(drawing, axis)
    top = tall.y + 18
    tall.begin(_("PHQ-9 total, 0 to 27"), 220)
    lane = tall.lane(scores.HIGHEST_PHQ9)
    scores.draw_bands(drawing, lane, over.measure.bands)
    limits = over.measure.limits
    scores.draw_limits(drawing, lane, over.course.readings, limits.response_percent)
    score_lane = lane
    tall.begin(_("Changes of kratom use"), 44)
    change_lane = tall.lane(1)
    _exposure(tall, over.visits, _("Mitragynine, mg a day (low, middle, high)"), _mitragynine, "kc-pic__leaf")
    _exposure(tall, over.visits, _("7-OH, mg a day: counted apart, never added"), _seven_oh, "kc-pic__seven")
    if any(visit.tier for visit in over.visits):
        tall.begin(_("Withdrawal concern if kratom is stopped"), 66)
        lanes.draw_tiers(drawing, tall.lane(3), over.visits)
    if rows:
        tall.begin(_("Antidepressants listed"), ROW * min(len(rows), lanes.MOST_MEDICINES))
        lanes.draw_medicines(drawing, axis, tall.top, rows, ROW)
    lanes.draw_changes(drawing, change_lane, found, attempts_told(over.visits), top, tall.y)
    scores.draw_scores(drawing, score_lane, over.course.readings)
    _days(drawing, axis, top, tall.y, most=9)
    drawing.height = tall.y + 26
    drawing.title = _("PHQ-9, kratom, withdrawal concern and antidepressants over time")
    drawing.description = summary_words(over)
    return drawing


def small_picture(over: OverTime) -> Drawing | None:
    """The scores alone, for the chart. None without a score."""
    if over.course is None or not over.course.readings:
        return None
    readings = over.course.readings
    axis = axis_over([one.visit.day for one in readings], 30.0, SMALL_WIDTH - 14)
    drawing = Drawing(SMALL_WIDTH, 158)
    lane = Lane(axis, 6, 132, scores.HIGHEST_PHQ9)
    scores.draw_bands(drawing, lane, over.measure.bands, named=False)
    scores.draw_scores(drawing, lane, readings, most_labels=8)
    _days(drawing, axis, 6, 132, most=4)
    drawing.title = _("PHQ-9 over time")
    drawing.description = summary_words(over)
    return drawing


class _Stack:
    """Lanes from top to bottom, each under its title."""

    def __init__(self, drawing: Drawing, axis: Axis) -> None:
        self.drawing, self.axis = drawing, axis
        self.y = self.top = 0.0

    def begin(self, title: str, height: float) -> None:
        self.drawing.text(4, self.y + 14, title, "kc-pic__title")
        self.top = self.y + 24
        self.bottom = self.top + height
        self.y = self.bottom + 12

    def lane(self, high: float) -> Lane:
        return Lane(self.axis, self.top, self.bottom, high)


def _exposure(
    tall: _Stack,
    visits: tuple[VisitSeen, ...],
    title: str,
    value_of: Callable[[VisitSeen], Range | None],
    look: str,
) -> None:
    high = lanes.top_of(visits, value_of)
    if high is None:
        if look == "kc-pic__leaf":
            tall.begin(_("Mitragynine: no visit has a figure"), 0)
        return
    tall.begin(title, 84)
    lane = tall.lane(high)
    lanes.draw_range(tall.drawing, lane, visits, value_of, look)
    if look == "kc-pic__leaf":
        lanes.draw_not_counted(tall.drawing, lane, visits)


def _mitragynine(visit: VisitSeen) -> Range | None:
    return visit.mitragynine_mg_per_day


def _seven_oh(visit: VisitSeen) -> Range | None:
    return visit.seven_oh_mg_per_day


def _axis(visits: tuple[VisitSeen, ...], found: tuple[Mark, ...], left: float, right: float) -> Axis:
    first, last = visits[0].day, visits[-1].day
    near = [mark.day for mark in found if first - BEYOND <= mark.day <= last + BEYOND]
    return axis_over([first, last, *near], left, right)


def _days(drawing: Drawing, axis: Axis, top: float, bottom: float, most: int) -> None:
    """Labelled days under the picture, each with a thin line beneath every lane."""
    shown = Labels(0, drawing.width)
    found = [(axis.at(day), words) for day, words in ticks(axis, most)]
    drawing.line_beneath((f"M{x:.1f} {top:.1f}V{bottom:.1f}" for x, _words in found), "kc-pic__day")
    for x, words in found:
        if shown.room(x, words):
            drawing.text(x, bottom + 18, words, "kc-pic__small", "middle")


def attempts_told(visits: Iterable[VisitSeen]) -> list[tuple[date, int]]:
    """Visits in which more attempts to stop were told than before."""
    found, most = [], 0
    for visit in visits:
        if visit.quit_attempts is not None and visit.quit_attempts > most:
            most = visit.quit_attempts
            found.append((visit.day, most))
    return found


def summary_words(over: OverTime) -> str:
    """The picture in a few sentences, for who does not see it. The table holds every figure."""
    readings = over.course.readings if over.course else ()
    if not readings:
        return _("No PHQ-9 is on record in a signed visit. The table below holds what is.")
    first, last = readings[0], readings[-1]
    count = ngettext("%(n)s PHQ-9 score", "%(n)s PHQ-9 scores", len(readings)) % {"n": len(readings)}
    parts = [
        _("%(count)s from %(first)s to %(last)s.")
        % {"count": count, "first": day_words(first.visit.day), "last": day_words(last.visit.day)},
        _("First %(first)s, last %(last)s, lowest %(low)s, highest %(high)s.")
        % {
            "first": first.total,
            "last": last.total,
            "low": min(one.total for one in readings),
            "high": max(one.total for one in readings),
        },
        _("The table below holds every figure."),
    ]
    return " ".join(parts)
