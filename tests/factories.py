"""Practices, people, patients and visits for tests, brought to their state by the same actions the pages call."""

from datetime import date
from itertools import count
from typing import Any

from clinical.actions.consultation import record_consultation
from clinical.actions.people import add_person, make_practice, register_patient
from clinical.actions.screening import answer_flag, run_screening, sign_consultation, unanswered
from clinical.actions.suicide_inquiry import record_suicide_inquiry
from clinical.inquiry import is_due
from clinical.models import Consultation, Patient, Practice, SuicideInquiry, User
from clinical.permissions import CLINICIAN, ROLES
from clinical.records import MedicationRecord, UseRecord, VisitRecord

PASSWORD = "long enough to sign in"
VISIT_DAY = date(2026, 11, 20)
_number = count(1)


def practice(**values: Any) -> Practice:
    return make_practice(**{"name": f"Practice {next(_number)}", "by": None, **values})


def person(*roles: str, of: Practice | None = None, **values: Any) -> User:
    """Somebody with these roles in a practice of their own unless one is given."""
    return add_person(
        **{
            "practice": of or practice(),
            "email": f"person{next(_number)}@example.org",
            "password": PASSWORD,
            "first_name": "Robin",
            "last_name": f"Reed {next(_number)}",
            "roles": roles,
            "by": None,
            **values,
        }
    )


def clinician(of: Practice | None = None) -> User:
    return person(CLINICIAN, of=of)


def people_by_role(of: Practice) -> dict[str, User]:
    return {role: person(role, of=of) for role in ROLES}


def patient(by: User, conditions: tuple[str, ...] = (), **values: Any) -> Patient:
    """A patient of the person's practice, in Memphis unless the values say otherwise."""
    known = {
        "name": f"Jordan Vale {next(_number)}",
        "born_on": date(1992, 3, 4),
        "sex": "female",
        "zip_code": "38103",
        "city": "Memphis",
        "county": "Shelby",
        "state": "TN",
        "country": "US",
    }
    return register_patient(by=by, values={**known, **values}, conditions=conditions)


def leaf(**values: Any) -> UseRecord:
    """Three grams of leaf powder three times a day for a year."""
    known = {"product": "leaf_powder", "amount": 3.0, "unit": "g", "doses_per_day": 3.0, "days_per_week": 7.0}
    return UseRecord(**{**known, "months_of_use": 12.0, "hours_since_last_use": 8.0, **values})


def visit(*medications: str, **values: Any) -> VisitRecord:
    """What was typed in one visit: leaf powder, and these medicines."""
    known = {
        "visit_on": VISIT_DAY,
        "asked": "uses",
        "uses": (leaf(),),
        "medications": tuple(MedicationRecord(entered=name) for name in medications),
    }
    return VisitRecord(**{**known, **values})


def draft(by: User, of: Patient | None = None, record: VisitRecord | None = None) -> Consultation:
    return record_consultation(patient=of or patient(by), by=by, record=record or visit("tramadol 50 mg"))


def asked_about_suicide(consultation: Consultation, by: User, **values: Any) -> SuicideInquiry:
    known = {"screen": "asq", "outcome": "no-thoughts", "done": "Asked; crisis line given."}
    return record_suicide_inquiry(consultation=consultation, by=by, **{**known, **values})


def signed_visit(by: User, of: Patient | None = None, record: VisitRecord | None = None) -> Consultation:
    """A visit that was screened, answered and signed; suicide was asked about where item 9 asks for it."""
    consultation = draft(by, of, record)
    if is_due(consultation):
        asked_about_suicide(consultation, by)
    run = run_screening(consultation=consultation, by=by)
    for flag in unanswered(run.result["flags"], {}):
        answer_flag(consultation=consultation, by=by, rule=flag["rule"], about=flag["about"], answer="counsel")
    return sign_consultation(consultation=consultation, by=by, run=run)
