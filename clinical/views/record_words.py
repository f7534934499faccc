"""The record of one visit in words, part by part: what is read before signing and ever after. Decides nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clinical.forms.consultation_reference import Words
from clinical.forms.medication_reading import details_in_words
from clinical.forms.since_last_words import since_words
from clinical.inquiry import last_inquiry
from clinical.models import Asked, Consultation, FollowUp, KratomUseRow, MedicationTaken
from clinical.models.consultation import (
    PHASE_LABELS,
    PRODUCT_LABELS,
    UNIT_LABELS,
)
from clinical.records import MedicationRecord, UseRecord, VisitRecord
from clinical.since_last import USE, is_repeat, taken_off
from clinical.snapshots import record_of
from clinical.views.change_words import agreed_words
from clinical.views.history_words import co_use_lines, told_lines, use_lines
from clinical.views.score_words import inquiry_lines, score_lines
from clinical.vocabulary.lookup import condition_labels

NOT_RECORDED = gettext_lazy("not recorded")
NOT_ASKED = gettext_lazy("not asked")


@dataclass(frozen=True, slots=True)
class Part:
    """One heading and its lines."""

    heading: str
    lines: tuple[str, ...]


def record_words(record: VisitRecord, words: Words, shown: Any, version: int) -> list[Part]:
    """Every answer, including what was not asked or not recorded. Conditions as they stood when screened."""
    lines = _with_readings(record.medications, shown)
    repeats = is_repeat(record)
    medicines = [_since(line_words(line, read), line, repeats) for line, read in lines if line.kind == "medicine"]
    others = [_since(line_words(line, read), line, repeats) for line, read in lines if line.kind != "medicine"]
    patient = shown.facts["patient"]
    return [
        Part(
            _("Kratom"),
            (Asked(record.asked).label, *(line for use in record.uses for line in _whole_use(use, repeats))),
        ),
        Part(_("Kratom history"), tuple(told_lines(record, sex=patient["sex"]))),
        Part(_("Medicines"), tuple(medicines) or (_("None recorded."),)),
        Part(_("Other substances"), (*(others or (_("None recorded."),)), *co_use_lines(record))),
        Part(_("Conditions"), tuple(_conditions(patient, version))),
        Part(_("Scores"), tuple(score_lines(record, words, version))),
        Part(
            _("What was decided"),
            (record.plan or _("Nothing written."), agreed_words(record.change_plan, record.change_on)),
        ),
    ]


def visit_words(found: Consultation, words: Words, shown: Any, version: int, *, with_tasks: bool = True) -> list[Part]:
    """The record of a stored visit, with what was asked about suicide in it, before what was decided, and its tasks."""
    record = record_of(found)
    *parts, decided = _with_taken_off(record_words(record, words, shown, version), found, record)
    asked = Part(_("Asked about suicide"), tuple(inquiry_lines(last_inquiry(found))))
    rows = found.follow_ups.select_related("owner") if with_tasks else ()
    tasks = tuple(_task_words(task) for task in rows)
    return [*parts, asked, decided, *([Part(_("Follow-ups"), tasks)] if tasks else [])]


def _with_taken_off(parts: list[Part], found: Consultation, record: VisitRecord) -> list[Part]:
    """The lists followed by what is on them no longer."""
    gone = taken_off_words(found.carried_over, record)
    headings = {USE: _("Kratom"), "medicine": _("Medicines"), "other": _("Other substances")}
    by_heading = {headings[kind]: tuple(lines) for kind, lines in gone.items()}
    return [Part(part.heading, (*part.lines, *by_heading.get(part.heading, ()))) for part in parts]


def taken_off_words(carried: Iterable[str], record: VisitRecord) -> dict[str, list[str]]:
    """Rows of the last visit that are on no list now, by list. That one was stopped is said by nobody."""
    found: dict[str, list[str]] = {}
    for kind, line in taken_off(carried, record):
        what = _product_words(line) if isinstance(line, UseRecord) else line.entered
        found.setdefault(kind, []).append(f"{what} [{_('Taken off the list since last time; not said why')}]")
    return found


def _task_words(task: FollowUp) -> str:
    """A task as it stands now: it may be moved or finished after the visit was signed."""
    done = f", {_('done')}" if task.done_at else ""
    return f"{date_format(task.due_on, 'j M Y')}: {task.what} ({task.owner}){done}"


def _with_readings(lines: Iterable, shown: Any) -> list[tuple[Any, dict | None]]:
    """Each line with how it was read. The same text may stand twice, once confirmed and once not: order decides."""
    readings: dict[str, list[dict]] = {}
    for reading in shown.result["medications"]:
        readings.setdefault(reading["entered"], []).append(reading)
    return [(line, readings[line.entered].pop(0) if readings.get(line.entered) else None) for line in lines]


@dataclass(frozen=True, slots=True)
class LastRecorded:
    """What the chart says is taken, as the newest signed visit recorded it."""

    day: str
    kratom: tuple[str, ...]
    medicines: tuple[str, ...]
    others: tuple[str, ...]


def last_recorded(visit: Consultation) -> LastRecorded:
    """A signed visit's kratom, medicines and other substances in words, read as they were screened that day."""
    rows = _with_readings(visit.medications.all(), visit.signed_run)
    lines = [(row.kind, line_words(row, reading)) for row, reading in rows]
    uses = tuple(use_words(use) for use in visit.kratom_uses.all())
    return LastRecorded(
        day=date_format(visit.visit_on, "j M Y"),
        kratom=uses or (str(Asked(visit.asked).label),),
        medicines=tuple(words for kind, words in lines if kind == "medicine"),
        others=tuple(words for kind, words in lines if kind != "medicine"),
    )


def _whole_use(use: UseRecord, repeats: bool) -> tuple[str, ...]:
    return (_since(use_words(use), use, repeats), *use_lines(use))


def _since(words: str, line: UseRecord | MedicationRecord, repeats: bool) -> str:
    """A line with what became of it since last time; "not confirmed today" is always said."""
    since = since_words(line, is_repeat=repeats)
    return f"{words} [{since}]" if since else words


def use_words(use: UseRecord | KratomUseRow) -> str:
    """One product in a line; what is not known is said."""
    amount = _("amount not recorded")
    if use.amount is not None:
        unit = UNIT_LABELS.get(use.unit, _("(unit not recorded)"))
        each = _("each dose") if use.per == "dose" else _("a day")
        amount = f"{use.amount:g} {unit} {each}"
    parts = [
        _product_words(use),
        amount,
        _counted(use.doses_per_day, _("%(n)s doses a day"), _("doses a day not recorded")),
        _counted(use.days_per_week, _("%(n)s days a week"), _("days a week not recorded")),
        _counted(use.months_of_use, _("for %(n)s months"), _("months of use not recorded")),
        _last_use(use.hours_since_last_use),
    ]
    return ", ".join(str(part) for part in (*parts, _("stopped") if use.stopped else "") if part)


def _product_words(use: UseRecord | KratomUseRow) -> str:
    return f"{PRODUCT_LABELS[use.product]}{f' ({use.brand})' if use.brand else ''}"


def _counted(value: float | None, known: str, unknown: str) -> str:
    return unknown if value is None else known % {"n": f"{value:g}"}


def _last_use(hours: float | None) -> str:
    if hours is None:
        return _("last use not recorded")
    if hours >= 48 and hours % 24 == 0:
        return _("last use %(n)s days ago") % {"n": f"{hours / 24:g}"}
    return _("last use %(n)s hours ago") % {"n": f"{hours:g}"}


def line_words(line: MedicationRecord | MedicationTaken, reading: dict | None) -> str:
    """One medicine as typed, how it was read, and where it stands."""
    read_as = ", ".join(reading["substances"]) if reading else ""
    is_guess = bool(reading) and reading["match"] == "fuzzy"
    parts = [
        line.entered,
        f"({read_as})" if read_as and not is_guess and read_as.casefold() != line.entered.casefold() else "",
        _not_settled(reading, read_as),
        PHASE_LABELS.get(line.phase, "") if line.phase and not (line.phase == "stopped" and line.stopped_on) else "",
        *_details(line, reading or {}),
    ]
    first, second, *rest = (str(part) for part in parts)
    return ", ".join(part for part in (f"{first} {second}".strip(), *rest) if part)


def _details(line: MedicationRecord | MedicationTaken, reading: dict) -> list[str]:
    return details_in_words(
        as_needed=line.as_needed,
        route=line.route or reading.get("route", ""),
        route_from="" if line.route else reading.get("route_from", ""),
        started_on=line.started_on,
        stopped_on=line.stopped_on,
        has_stopped=line.phase == "stopped",
    )


def _not_settled(reading: dict | None, read_as: str) -> str:
    if reading is None or reading["match"] == "none":
        return _("not recognised")
    if reading["match"] == "fuzzy":
        return _("read as %(name)s by its spelling, not confirmed") % {"name": read_as}
    return _("could mean several things") if reading["match"] == "ambiguous" else ""


def _yes_no(value: bool | None, unknown=NOT_ASKED):
    return unknown if value is None else _("yes") if value else _("no")


def _conditions(patient: dict, version: int) -> list[str]:
    labels = condition_labels(version)
    lines = [labels.get(key, key) for key in patient["conditions"]] or [
        _("None recorded. That is not the same as none.")
    ]
    if patient["pregnant"] is not None or patient["sex"] != "male":
        lines.append(_("Pregnant: %(answer)s") % {"answer": _yes_no(patient["pregnant"], _("not known"))})
        lines.append(_("Breastfeeding: %(answer)s") % {"answer": _yes_no(patient["breastfeeding"], _("not known"))})
    return lines


def answered_line(answered: int, of: int) -> str:
    """How many act-now concerns have an answer."""
    return ngettext(
        "%(answered)d of %(of)d concern to act on now is answered.",
        "%(answered)d of %(of)d concerns to act on now are answered.",
        of,
    ) % {"answered": answered, "of": of}
