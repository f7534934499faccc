"""Lines of the patient list, the chart and the worklist as plain words, so that a row costs its page next to nothing.

Decides nothing. What is the same on every line is put into words once.
"""

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clinical.models import Asked, Consultation, FollowUp

# More days than the pages of a busy morning show.
DAYS_KEPT = 4096


class PatientLine(NamedTuple):
    """One patient of the list."""

    key: UUID
    name: str
    born: str
    record_number: str
    home: str
    kratom: str


class VisitLine(NamedTuple):
    """One visit of the chart. `concerns` is None for a visit that is not signed."""

    key: UUID
    day: str
    asked: str
    phq9: int | str
    concerns: int | None
    state: str


class TaskLine(NamedTuple):
    """One follow-up of the worklist."""

    key: int
    patient: UUID
    name: str
    due: str
    what: str
    owner: str
    is_overdue: bool


class OwnVisitLine(NamedTuple):
    """One visit on a worklist, and who began it."""

    key: UUID
    name: str
    day: str
    saved: str
    is_amendment: bool
    who: str


def day_words(day: date) -> str:
    """A calendar day as every page writes it."""
    return _day_words(day, get_language())


def moment_words(moment: datetime) -> str:
    """Day and time, as the practice's clock shows them."""
    there = timezone.localtime(moment)
    return f"{day_words(there.date())} {time_format(there, 'H:i')}"


@lru_cache(maxsize=DAYS_KEPT)
def _day_words(day: date, language: str) -> str:
    return date_format(day, "j M Y")


def patient_lines(rows: Iterable[tuple]) -> list[PatientLine]:
    """From `lists.PATIENT_LINE`."""
    asked = {
        "uses": _("uses"),
        "does_not": _("does not use"),
        "declined": _("declined to say"),
        "not_asked": _("not asked"),
    }
    return [
        PatientLine(
            key,
            name,
            day_words(born_on),
            number,
            f"{city}, {state}" if city and state else city or state,
            f"{asked.get(last_asked, asked['not_asked'])}, {day_words(last_visit_on)}" if last_visit_on else "",
        )
        for key, name, born_on, number, city, state, last_visit_on, last_asked in rows
    ]


def visit_lines(rows: Iterable[tuple]) -> list[VisitLine]:
    """From `lists.visits_of`."""
    words = {value: str(label) for value, label in Asked.choices}
    signed, draft, amendment = _("signed by %(who)s, %(day)s"), _("draft of %(who)s"), _("amendment")
    lines = []
    for key, visit_on, asked, phq9, signed_at, amends, concerns, *people in rows:
        if signed_at:
            state = signed % {"who": person_words(*people[:3]), "day": moment_words(signed_at)}
        else:
            state = draft % {"who": person_words(*people[3:])}
        lines.append(
            VisitLine(
                key,
                day_words(visit_on),
                words.get(asked, asked),
                sum(phq9) if phq9 else "",
                concerns if signed_at else None,
                f"{state} · {amendment}" if amends else state,
            )
        )
    return lines


def person_words(first_name: str, last_name: str, email: str) -> str:
    """A person as `User` names them, from the parts of their name."""
    return f"{first_name} {last_name}".strip() or email


def task_lines(tasks: Iterable[FollowUp], today: date) -> list[TaskLine]:
    """Follow-ups with their patients and owners, which are read already."""
    return [
        TaskLine(
            task.pk,
            task.patient_id,
            task.patient.name,
            day_words(task.due_on),
            task.what,
            str(task.owner),
            task.due_on < today,
        )
        for task in tasks
    ]


def own_visit_lines(visits: Iterable[Consultation]) -> list[OwnVisitLine]:
    """Drafts or signed visits with their patients and authors, which are read already."""
    return [
        OwnVisitLine(
            visit.pk,
            visit.patient.name,
            day_words(visit.visit_on),
            moment_words(visit.saved_at),
            bool(visit.amends_id),
            str(visit.created_by),
        )
        for visit in visits
    ]
