"""Stopped medicines and known routes through the whole house: typed, screened live, stored, and asked by `screen`."""

from dataclasses import replace
from datetime import timedelta

import pytest

from clinical.actions.screening import run_screening
from clinical.cases import answer_cases
from clinical.records import MedicationRecord
from clinical.what_matters import what_matters
from tests import factories

pytestmark = pytest.mark.django_db

STOPPED_LONG_AGO = "stopped_medicine_over"


def visit_with(**line):
    record = factories.visit()
    medication = MedicationRecord(**{"entered": "Vivitrol 380 mg"} | line)
    return replace(record, medications=(medication,))


def flags_and_rows(result):
    flags = {flag["rule"]: flag["why"] for flag in result["flags"]}
    return flags, {row["code"]: row["why"] for row in result["not_assessed"]}


def test_a_stop_date_counts_live_and_in_the_stored_run(doctor):
    record = visit_with()
    record = visit_with(stopped_on=record.visit_on - timedelta(days=9))
    patient = factories.patient(doctor)
    live = what_matters(patient, record).result
    kept = run_screening(consultation=factories.draft(doctor, of=patient, record=record), by=doctor).result
    for result in (live, kept):
        flags, _ = flags_and_rows(result)
        assert flags["naltrexone"][0] == "Stopped 9 days ago: Vivitrol 380 mg (naltrexone)."
        assert "goes on acting for about 28 days" in flags["naltrexone"][1]
        (line,) = result["medications"]
        assert (line["route"], line["route_from"], line["as_needed"]) == ("injected", "name", False)


def test_a_stop_read_from_the_text_counts_to_the_day_of_the_visit(doctor):
    patient = factories.patient(doctor)
    record = visit_with(entered="fluoxetine 20 mg, stopped 3/2026")
    near = replace(record, visit_on=record.visit_on.replace(year=2026, month=4, day=20))
    far = replace(record, visit_on=record.visit_on.replace(year=2026, month=6, day=20))
    assert "Stopped 20 days ago" in flags_and_rows(what_matters(patient, near).result)[0]["ssris"][0]
    flags, rows = flags_and_rows(what_matters(patient, far).result)
    assert "ssris" not in flags
    assert "about 35 days, is over" in rows[STOPPED_LONG_AGO]


def test_as_needed_and_a_route_set_by_the_clinician_are_shown(doctor):
    record = visit_with(entered="Restasis", route="oral", as_needed=True)
    result = what_matters(factories.patient(doctor), record).result
    (line,) = result["medications"]
    assert (line["route"], line["route_from"], line["as_needed"]) == ("oral", "typed", True)
    assert "tacrolimus-cyclosporine-mtor" in flags_and_rows(result)[0]


def test_the_same_case_through_screen(doctor):
    leaf = {"product": "leaf_powder", "amount": 3, "unit": "g", "doses_per_day": 3}
    case = {
        "on": "2026-11-22",
        "kratom": [leaf],
        "medications": ["Restasis", "Prozac 20 mg stopped 11/1/2026"],
        "stopped_medications": [{"text": "Vivitrol", "stopped_days_ago": 40}, "safinamide"],
    }
    (shown,) = answer_cases([case])
    flags, rows = flags_and_rows(shown)
    assert flags["ssris"][0] == "Stopped 21 days ago: Prozac 20 mg stopped 11/1/2026 (fluoxetine)."
    assert rows["route"].startswith("Restasis is used in the eye: rules for the whole body were not applied.")
    assert "about 28 days, is over" in rows[STOPPED_LONG_AGO]
    assert "not known how long it goes on acting; not screened" in rows["stopped_medicine"]
    assert shown["medications"][0]["route_from"] == "name"
