"""Makes one practice of plainly invented people at a desk, through the same actions the pages call.

Never on a real server. Reads nothing but the clock; who the patients are stands in `demo_patients`.
"""

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.utils import timezone

from clinical.actions.consultation import amend_consultation, record_consultation, save_consultation
from clinical.actions.people import add_person, make_practice, register_patient
from clinical.actions.screening import answer_flag, run_screening, sign_consultation, unanswered
from clinical.actions.suicide_inquiry import record_suicide_inquiry
from clinical.demo_patients import DAYS_IN_YEAR, PATIENTS, Amendment, DemoPatient, DemoVisit, settled
from clinical.models import Consultation, Patient, Practice, User
from clinical.permissions import AUDITOR, CLINICIAN, PRACTICE_ADMIN, REFERENCE_EDITOR, REFERENCE_REVIEWER

PRACTICE = "Demo practice (invented)"
TIME_ZONE = "America/Chicago"
# Anybody may know it: it opens invented charts at one desk.
PASSWORD = "not-for-real-patients"
# Role, first name, address.
PEOPLE = (
    (CLINICIAN, "Casey", "clinician@example.org"),
    (REFERENCE_EDITOR, "Ellis", "editor@example.org"),
    (REFERENCE_REVIEWER, "Rowan", "reviewer@example.org"),
    (PRACTICE_ADMIN, "Avery", "admin@example.org"),
    (AUDITOR, "Aubrey", "auditor@example.org"),
)


def make_demo_practice() -> list[tuple[str, str, str]]:
    """Make the practice with its people and patients, unless it is there. Answers (role, e-mail, password).

    All or nothing. Refused outside development, where known passwords would open a real server.
    """
    if not settings.DEV:
        raise ImproperlyConfigured("The demo practice has known passwords; it is made in development only.")
    if not Practice.objects.filter(name=PRACTICE).exists():
        _make()
    return [(role, email, PASSWORD) for role, _name, email in PEOPLE]


@transaction.atomic
def _make() -> None:
    practice = make_practice(name=PRACTICE, time_zone=TIME_ZONE, by=None)
    people = {
        role: add_person(
            practice=practice,
            email=email,
            password=PASSWORD,
            first_name=name,
            last_name="Demo",
            roles=(role,),
            by=None,
        )
        for role, name, email in PEOPLE
    }
    today = timezone.localdate(timezone=ZoneInfo(TIME_ZONE))
    for number, patient in enumerate(PATIENTS, start=1):
        _make_patient(patient, number, today, people[CLINICIAN])


def _make_patient(entry: DemoPatient, number: int, today: date, by: User) -> None:
    born_on = today - timedelta(days=entry.years * DAYS_IN_YEAR + 100 + number)
    patient = register_patient(by=by, values=entry.values(number, born_on), conditions=entry.conditions, invented=True)
    for visit in entry.visits:
        _make_visit(visit, entry, patient, today, by)


def _make_visit(visit: DemoVisit, entry: DemoPatient, patient: Patient, today: date, by: User) -> None:
    record = visit.record(entry.conditions, today - timedelta(days=visit.days_ago))
    consultation = record_consultation(patient=patient, by=by, record=record)
    if visit.is_draft:
        return
    signed = _answer_and_sign(visit, consultation, today, by)
    if visit.amendment:
        _amend(visit.amendment, visit, signed, entry, today, by)


def _answer_and_sign(visit: DemoVisit, consultation: Consultation, today: date, by: User) -> Consultation:
    """Every concern that needs an answer gets one; the first is the one to be monitored, if any is."""
    if visit.asked_about_suicide:
        record_suicide_inquiry(consultation=consultation, by=by, **visit.asked_about_suicide)
    run = run_screening(consultation=consultation, by=by)
    plan = visit.follow_up
    for flag in unanswered(run.result["flags"], {}):
        about = {"rule": flag["rule"], "about": flag["about"]}
        if plan:
            day = today + timedelta(days=plan.in_days)
            monitored = {"answer": "will-monitor", "note_text": plan.what, "follow_up_on": day}
            answer_flag(consultation=consultation, by=by, **about, **monitored)
            plan = None
        else:
            answer_flag(consultation=consultation, by=by, **about, answer=visit.answer)
    return sign_consultation(consultation=consultation, by=by, run=run)


def _amend(
    amendment: Amendment, visit: DemoVisit, signed: Consultation, entry: DemoPatient, today: date, by: User
) -> None:
    draft = amend_consultation(consultation=signed, by=by, reason=amendment.reason)
    left_out = tuple(settled(name) for name in amendment.medications)
    record = visit.record(entry.conditions, signed.visit_on)
    record = replace(record, medications=(*record.medications, *left_out))
    saved = save_consultation(consultation=draft, by=by, record=record, seen_version=draft.version)
    _answer_and_sign(visit, saved, today, by)
