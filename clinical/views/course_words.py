"""PHQ-9 over time in words and rows: what each score meets, time since last use, what changed. Decides nothing."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clinical.over_time import OverTime
from clinical.screening import attempts, course_medicines
from clinical.screening.attempts import Mark
from clinical.screening.course import BEFORE_CHANGE, FALL, Reading, SinceLastUse
from clinical.screening.course_document import Limits
from clinical.screening.course_facts import HOURS_PER_DAY, VisitSeen
from clinical.screening.course_medicines import MedicineChange
from clinical.screening.flags import Range
from clinical.views.lines import day_words
from clinical.views.panel import two_figures
from clinical.views.picture_lanes import TIER_NAMES
from clinical.views.picture_scores import look_of

MARK_WORDS: dict[str, Promise] = {
    attempts.TAPER: gettext_lazy("Taper begins"),
    attempts.QUIT: gettext_lazy("Day agreed for stopping"),
    attempts.STOP: gettext_lazy("Kratom stopped"),
    attempts.USE: gettext_lazy("Use recorded again"),
    attempts.TAPER_END: gettext_lazy("Taper ended"),
}


LIMIT_FIGURES: dict[str, Promise] = {
    "response_percent": gettext_lazy("%(n)s %%"),
    "apart_days": gettext_lazy("%(n)s days"),
}


class CourseRow(NamedTuple):
    """One signed visit of the table, every cell in words."""

    key: str
    day: str
    score: str
    meets: tuple[str, ...]
    apart: str
    since: str
    mitragynine: str
    seven_oh: str
    tier: str
    look: str


class ChangeRow(NamedTuple):
    day: str
    what: str
    detail: str


def limit_rows(limits: Limits | None) -> list[tuple[str, str, tuple[str, ...], bool]]:
    """What the scores are held against: in words, its figure with a unit, its sources, whether it is our judgement."""
    points = gettext_lazy("%(n)s points")
    return [
        (note, LIMIT_FIGURES.get(name, points) % {"n": f"{value:g}"}, sources, judgement)
        for name, value, sources, judgement, note in (limits.basis if limits else ())
    ]


def course_rows(over: OverTime) -> list[CourseRow]:
    """Every signed visit, newest first."""
    readings = {one.visit.key: one for one in over.course.readings} if over.course else {}
    return [_row(visit, readings.get(visit.key), over) for visit in reversed(over.visits)]


def _row(visit: VisitSeen, reading: Reading | None, over: OverTime) -> CourseRow:
    limits = over.measure.limits
    return CourseRow(
        key=visit.key,
        day=day_words(visit.day),
        score=score_words(reading, over.measure.bands) if reading else "",
        meets=tuple(meets_words(reading, limits)) if reading and limits else (),
        apart=apart_words(reading) if reading else "",
        since=since_words(over.since(visit)),
        mitragynine=_before_the_stop(visit, _mitragynine_words(visit)),
        seven_oh=_before_the_stop(visit, _range_words(visit.seven_oh_mg_per_day)),
        tier=_tier_words(visit),
        look=look_of(reading) if reading else "",
    )


def score_words(reading: Reading, bands: tuple[tuple[int, int, str], ...]) -> str:
    """The total with its band."""
    band = next((name for low, high, name in bands if low <= reading.total <= high), "")
    return f"{reading.total}, {band}" if band else str(reading.total)


def meets_words(reading: Reading, limits: Limits) -> Iterable[str]:
    """What the score means beside its baseline and the score before it, each with its limit."""
    baseline = reading.baseline
    if baseline is None:
        yield _("No baseline yet.")
    elif baseline.key == reading.visit.key:
        yield _("Baseline: last score before the change.") if baseline.rule == BEFORE_CHANGE else _first_high(limits)
    else:
        yield _("%(change)s since the baseline of %(total)s (%(day)s).") % {
            "change": change_words(reading.from_baseline or 0),
            "total": baseline.total,
            "day": day_words(baseline.day),
        }
        if reading.is_baseline:
            yield _("Baseline for what follows: last score before a change of kratom use.")
    if reading.is_deterioration:
        yield _("Deterioration: a rise of %(points)g or more%(over)s.") % {
            "points": limits.deterioration_points,
            "over": _over(reading, limits),
        }
    if reading.is_response:
        yield _("Response: at least %(share)g%% lower than the baseline.") % {"share": limits.response_percent}
    if reading.is_remission:
        yield _("Remission: below %(limit)g.") % {"limit": limits.remission_below}
    if reading.reliable == FALL:
        yield _("Reliable change: %(points)g points or more lower.") % {"points": limits.reliable_change_points}


def _first_high(limits: Limits) -> str:
    return _("Baseline: first score of %(limit)g or more.") % {"limit": limits.response_baseline}


def _over(reading: Reading, limits: Limits) -> str:
    """Over what it rose: the baseline, the score before, or both."""
    names = (
        (_("the baseline"), reading.from_baseline),
        (_("the score before"), reading.from_previous),
    )
    over = [name for name, change in names if change is not None and change >= limits.deterioration_points]
    return _(" over %(what)s") % {"what": _(" and ").join(over)}


def change_words(change: int) -> str:
    """How much a score fell or rose."""
    if change == 0:
        return _("No change")
    template = _("Fell by %(n)s") if change < 0 else _("Rose by %(n)s")
    return template % {"n": abs(change)}


def apart_words(reading: Reading) -> str:
    """The items to read by themselves, where they are."""
    if not reading.apart_items:
        return ""
    items = ", ".join(_("item %(item)s: %(answer)s") % {"item": i, "answer": a} for i, a in reading.apart_items)
    return items if reading.is_apart else _("%(items)s (day of stopping not recorded)") % {"items": items}


def since_words(since: SinceLastUse | None) -> str:
    """Time since kratom was last taken, in hours on the first two days."""
    if since is None:
        return _("not recorded")
    if since.days < 2:
        hours = round(since.days * HOURS_PER_DAY, 1)
        words = ngettext("%(n)s hour", "%(n)s hours", int(hours) if hours == 1 else 2) % {"n": f"{hours:g}"}
    else:
        words = _("%(n)s days") % {"n": f"{since.days:.0f}"}
    return words if since.is_exact else _("at most %(time)s") % {"time": words}


def _before_the_stop(visit: VisitSeen, words: str) -> str:
    """An amount that is still counted after stopping says that it was taken before."""
    return _("%(words)s, taken before the stop") % {"words": words} if words and visit.has_stopped else words


def _mitragynine_words(visit: VisitSeen) -> str:
    words = _range_words(visit.mitragynine_mg_per_day)
    if not words and visit.peak_day_mg:
        words = _("%(range)s on a day of use") % {"range": _range_words(visit.peak_day_mg)}
    if visit.unquantified:
        return _("%(words)s; something taken could not be counted") % {"words": words or _("no figure")}
    return words or (_("reports no use") if visit.does_not_use and not visit.uses else "")


def _range_words(values: Range | None) -> str:
    if values is None:
        return ""
    low, mid, high = map(two_figures, values)
    return mid if low == high else _("%(mid)s (%(low)s to %(high)s)") % {"low": low, "mid": mid, "high": high}


def _tier_words(visit: VisitSeen) -> str:
    if visit.tier not in TIER_NAMES:
        return ""
    words = str(TIER_NAMES[visit.tier])
    if visit.could_be in TIER_NAMES and visit.could_be != visit.tier:
        return _("%(tier)s, could be %(other)s") % {"tier": words, "other": TIER_NAMES[visit.could_be]}
    return words


def change_rows(
    marks: Iterable[Mark], medicines: Iterable[MedicineChange], told: Iterable[tuple[Any, int]]
) -> list[ChangeRow]:
    """Every change of kratom use and of antidepressants, newest first."""
    rows = [(mark.day, 0, str(MARK_WORDS[mark.kind]), _mark_detail(mark)) for mark in marks]
    rows += [(day, 1, _("More attempts to stop told"), _("%(n)s in all") % {"n": n}) for day, n in told]
    rows += [(change.day, 2, *_medicine_words(change)) for change in medicines]
    return [ChangeRow(day_words(day), what, detail) for day, _order, what, detail in sorted(rows, reverse=True)]


def _mark_detail(mark: Mark) -> str:
    if not mark.is_dated:
        return _("last use on record; the day of stopping is not recorded")
    return _("planned; after the last signed visit") if mark.is_planned else ""


def _medicine_words(change: MedicineChange) -> tuple[str, str]:
    noticed = "" if change.is_dated else _("noticed in the visit of this day")
    if change.kind == course_medicines.START:
        return _("Started: %(what)s") % {"what": change.after}, noticed
    if change.kind == course_medicines.STOP:
        name = change.before or change.substance
        gone = noticed if change.is_dated else _("no longer taken or listed in the visit of this day")
        return _("Stopped: %(what)s") % {"what": name}, gone
    written = _("“%(before)s”, then “%(after)s”") % {"before": change.before, "after": change.after}
    return _("Written differently: %(what)s") % {"what": change.substance}, written


def latest_lines(over: OverTime) -> list[str]:
    """The newest score in words, for the chart and the top of the page."""
    if over.course is None or not over.course.readings:
        return []
    last, limits = over.course.readings[-1], over.measure.limits
    lines = [
        _("%(score)s, on %(day)s. Last use of kratom before it: %(since)s.")
        % {
            "score": score_words(last, over.measure.bands),
            "day": day_words(last.visit.day),
            "since": since_words(last.since_last_use),
        }
    ]
    lines += meets_words(last, limits)
    if last.apart_items:
        lines += [apart_words(last), limits.apart_text]
    return lines
