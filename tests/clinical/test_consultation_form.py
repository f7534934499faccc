"""The consultation form without pages: what is refused where, what becomes of rows, and that nothing typed is lost."""

from dataclasses import replace
from datetime import date

import pytest
from django.http import QueryDict

from clinical.forms.consultation import ConsultationForm
from clinical.records import HealthSeen, MedicationRecord, UseRecord
from tests import factories
from tests.clinical.typed import typed

TODAY = date(2026, 11, 22)
BORN_ON = date(1992, 3, 4)


@pytest.fixture
def patient(doctor):
    return factories.patient(doctor, born_on=BORN_ON)


def bound(patient, *, placing: bool = True, **fields) -> ConsultationForm:
    return ConsultationForm(patient, today=TODAY, data=typed(**fields), placing=placing)


REFUSED = {
    "visit in the future": ({"visit_on": "2026-11-23"}, "id_visit_on", "cannot be in the future"),
    "visit before birth": ({"visit_on": "1992-03-03"}, "id_visit_on", "before the patient was born"),
    "visit day missing": ({"visit_on": ""}, "id_visit_on", "required"),
    "negative amount": ({"kratom-0-amount": "-3"}, "id_kratom-0-amount", "cannot be negative"),
    "absurd grams": ({"kratom-0-amount": "1001"}, "id_kratom-0-amount", "More than 1,000 grams is not plausible"),
    "absurd capsules": (
        {"kratom-0-amount": "501", "kratom-0-unit": "capsule"},
        "id_kratom-0-amount",
        "More than 500 capsules is not plausible",
    ),
    "amount in words": ({"kratom-0-amount": "3 g"}, "id_kratom-0-amount", "Enter a number only"),
    "too many doses": ({"kratom-0-doses_per_day": "49"}, "id_kratom-0-doses_per_day", "not plausible"),
    "eight days a week": ({"kratom-0-days_per_week": "8"}, "id_kratom-0-days_per_week", "A week has 7 days"),
    "minus one day a week": ({"kratom-0-days_per_week": "-1"}, "id_kratom-0-days_per_week", "Enter 0 to 7"),
    "last use in the future": ({"kratom-0-last_use": "-2"}, "id_kratom-0-last_use", "cannot be in the future"),
    "last use decades ago": (
        {"kratom-0-last_use": "1000", "kratom-0-last_use_unit": "weeks"},
        "id_kratom-0-last_use",
        "more than ten years ago",
    ),
    "unknown product": ({"kratom-0-product": "tobacco"}, "id_kratom-0-product", "valid choice"),
    "uses nothing but lists a product": ({"asked": "does_not"}, "id_asked", "A kratom product is listed below"),
    "half an attempt": ({"failed_quits": "1.5"}, "id_failed_quits", "whole number"),
    "COWS above its scale": ({"cows": "49"}, "id_cows", "0 to 48"),
    "COWS below its scale": ({"cows": "-1"}, "id_cows", "0 to 48"),
    "PHQ-9 partly filled": ({"phq9_1": "2", "phq9_3": "0"}, "id_phq9_2", "items 2, 4, 5, 6, 7, 8, 9 are not answered"),
    "stopped before started": (
        {"medicine-0-started_on": "2026-05-02", "medicine-0-stopped_on": "2026-05-01"},
        "id_medicine-0-stopped_on",
        "Stopped before it was started",
    ),
    "stop in the future called stopped": (
        {"medicine-0-stopped_on": "2026-12-01", "medicine-0-phase": "stopped"},
        "id_medicine-0-stopped_on",
        "lies after the visit",
    ),
    "start in the future called taking": (
        {"medicine-0-started_on": "2026-12-01", "medicine-0-phase": "settled"},
        "id_medicine-0-started_on",
        "choose “planned”",
    ),
    "row without a name": (
        {"medicine-0-entered": "", "medicine-0-phase": "new"},
        "id_medicine-0-entered",
        "Enter the name",
    ),
    "name of 201 characters": ({"medicine-0-entered": "x" * 201}, "id_medicine-0-entered", "Longer than 200"),
    "unknown condition": ({"conditions_add": "wandering spleen fever"}, "id_conditions_add", "wandering spleen fever"),
}


@pytest.mark.parametrize(("fields", "field_id", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_form_refuses_at_the_field(patient, fields, field_id, message):
    form = bound(patient, **fields)

    assert not form.is_valid()
    assert [(problem.field_id, message in problem.message) for problem in form.problems] == [(field_id, True)]


@pytest.mark.parametrize("fields", [case[0] for case in REFUSED.values()], ids=REFUSED.keys())
def test_form_keeps_what_was_typed_when_refused(patient, fields):
    form = bound(patient, **fields)
    form.is_valid()

    shown = {field.html_name: field.value() for part in form.single_parts for field in part}
    shown |= {field.html_name: field.value() for rows in form.lists for row in rows for field in row}
    shown["conditions_add"] = shown["conditions"][1]
    assert {name: shown[name] for name in fields} == fields


def test_form_reads_everything(patient):
    form = bound(
        patient,
        **{
            "past_withdrawal": "mild",
            "failed_quits": "1",
            "dose_at_night": "yes",
            "dose_on_waking": "no",
            "conditions_add": "long QT syndrome",
            "pregnant": "yes",
            "medicine-0-phase": "new",
            "medicine-0-route": "oral",
            "other-0-entered": "alcohol",
            "cows": "5",
            "plan": "Taper slowly.",
            **{f"phq9_{number}": "1" for number in range(1, 10)},
        },
    )

    assert form.is_valid()
    record = form.record
    assert record.uses == (
        UseRecord(
            product="leaf_powder",
            amount=3.0,
            unit="g",
            doses_per_day=3.0,
            days_per_week=7.0,
            months_of_use=12.0,
            hours_since_last_use=8.0,
        ),
    )
    assert record.medications == (
        MedicationRecord(entered="Ultram 50 mg prn", phase="new", route="oral", as_needed=True),
        MedicationRecord(entered="alcohol", kind="other"),
    )
    assert (record.past_withdrawal, record.failed_quits, record.dose_at_night, record.dose_on_waking) == (
        "mild",
        1,
        True,
        False,
    )
    assert record.doses_to_avoid_symptoms is None
    assert (record.conditions, record.pregnant, record.breastfeeding) == (("long_qt_syndrome",), True, None)
    assert (record.phq9, record.cows, record.plan) == ((1,) * 9, 5, "Taper slowly.")


def test_form_of_a_stored_record_reads_back_the_same(patient):
    record = bound(patient, **{"kratom-0-last_use": "2", "kratom-0-last_use_unit": "weeks", "phq9_1": ""}).record
    page = ConsultationForm(patient, today=TODAY, record=record)
    fields = {
        field.html_name: field.value() for part in page.single_parts for field in part if field.name != "conditions"
    }
    fields |= {field.html_name: field.value() for rows in page.lists for row in rows for field in row}
    data = QueryDict(mutable=True)
    data.update({name: value for name, value in fields.items() if value not in (None, False)})

    again = ConsultationForm(patient, today=TODAY, data=data).record
    assert replace(again, health_seen=None) == replace(record, health_seen=None)
    assert again.health_seen == HealthSeen()
    assert fields["kratom-0-last_use"] == "2"
    assert fields["kratom-0-last_use_unit"] == "weeks"


def test_uses_without_a_product_is_an_unknown_product(patient):
    empty = {name: "" for name in typed() if name.startswith("kratom-0")}

    assert bound(patient, **empty).record.uses == (UseRecord(product="unknown"),)


def test_a_row_with_a_wrong_number_still_counts_without_it(patient):
    (use,) = bound(patient, **{"kratom-0-amount": "a handful"}).record.uses

    assert (use.product, use.amount, use.doses_per_day) == ("leaf_powder", None, 3.0)


def test_a_name_that_is_too_long_is_still_screened(patient):
    form = bound(patient, **{"medicine-0-entered": "tramadol " + "x" * 200})

    assert form.record.medications[0].entered.startswith("tramadol")


def test_ticked_conditions_count_while_a_new_one_is_not_understood(patient):
    form = bound(patient, conditions="long_qt_syndrome", conditions_add="wandering spleen fever")

    assert form.record.conditions == ("long_qt_syndrome",)


def test_forty_medicines_and_long_names(patient):
    names = {f"medicine-{number}-entered": f"{'m' * 190} {number}" for number in range(40)}
    form = bound(patient, **names)

    assert form.is_valid()
    assert [line.entered for line in form.record.medications] == list(names.values())
    assert len(form.medicines.forms) == 41


def test_too_many_rows_are_refused_and_all_kept(patient):
    form = bound(patient, **{f"medicine-{number}-entered": f"name {number}" for number in range(130)})

    assert not form.is_valid()
    assert ["More than 120 rows" in problem.message for problem in form.problems] == [True]
    assert len(form.record.medications) == 130


def test_adding_a_row_keeps_every_other(patient):
    form = bound(patient, add="medicine", **{"medicine-1-entered": "", "medicine-2-entered": "warfarin"})

    assert [row["entered"].value() for row in form.medicines] == ["Ultram 50 mg prn", "", "warfarin", None]
    assert "data-kc-focus" in str(form.medicines.forms[-1]["entered"])
    assert "data-kc-focus" not in str(form.medicines.forms[0]["entered"])


def test_removing_a_row_keeps_every_other(patient):
    form = bound(patient, remove="medicine-0", **{"medicine-1-entered": "warfarin", "medicine-1-phase": "new"})

    rows = [(row["entered"].value(), row["phase"].value()) for row in form.medicines]
    assert rows == [("warfarin", "new"), (None, None)]


@pytest.mark.parametrize("wrong", ["medicine-9", "medicine-", "medicine", "kratom-x", "-0", "0"])
def test_removing_a_row_that_is_not_there_removes_nothing(patient, wrong):
    form = bound(patient, remove=wrong)

    assert [line.entered for line in form.record.medications] == ["Ultram 50 mg prn"]
    assert len(form.record.uses) == 1


def test_a_pasted_list_becomes_rows_after_those_typed(patient):
    form = bound(patient, pasted="quetiapine 100 mg\n\n  warfarin  \n")

    assert [line.entered for line in form.record.medications] == ["Ultram 50 mg prn", "quetiapine 100 mg", "warfarin"]
    assert form.medicines.forms[-1]["entered"].value() in (None, "")


def test_choice_between_meanings_is_kept_while_the_name_offers_it(patient):
    form = bound(patient, **{"medicine-0-entered": "vitamin", "medicine-0-chosen": "vitamin e"})
    assert form.record.medications[0].chosen == "vitamin e"

    form = bound(patient, **{"medicine-0-entered": "warfarin", "medicine-0-chosen": "vitamin e"})
    assert form.record.medications[0].chosen is None


def test_pregnancy_of_a_man_is_not_asked_and_what_is_recorded_stays(doctor):
    man = factories.patient(doctor, sex="male", pregnant=None, breastfeeding=None)
    form = bound(man, pregnant="yes")

    assert "pregnant" not in form.health.fields
    assert form.record.pregnant is None


def test_version_to_replace_goes_before_the_one_the_page_was_made_from(patient):
    form = bound(patient, version="3")
    assert form.is_valid()
    assert form.seen_version == 3

    form = bound(patient, version="3", over="5")
    assert form.is_valid()
    assert form.seen_version == 5
