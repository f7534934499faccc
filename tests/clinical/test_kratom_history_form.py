"""The kratom history on the form: every answer, declined and not asked, what is asked again, and the way back."""

from dataclasses import replace
from datetime import date

import pytest
from django.http import QueryDict

from clinical.actions.consultation import amend_consultation, save_consultation
from clinical.forms.consultation import ConsultationForm
from clinical.forms.consultation_start import starting_record
from clinical.forms.dose_times import in_words, times_in
from clinical.forms.kratom_use import FILLED, KratomUseForm
from clinical.forms.told import DECLINED
from clinical.models import AuditEvent
from clinical.models.history import CO_USE, HARM_LABELS, REASON_LABELS
from clinical.records import UseRecord
from clinical.snapshots import record_of
from tests import factories
from tests.clinical.typed import typed

TODAY = date(2026, 11, 22)


@pytest.fixture
def patient(doctor):
    return factories.patient(doctor)


def bound(patient, **fields) -> ConsultationForm:
    return ConsultationForm(patient, today=TODAY, data=typed(**fields), placing=True)


def mark_of_row(form: ConsultationForm, number: int) -> str:
    """What the page offers to tick beside a row that is asked again."""
    assert not form.is_valid()
    mark = form.kratom.forms[number].mark
    assert mark
    return mark


def messages(form: ConsultationForm) -> dict[str, str]:
    return {problem.field_id: problem.message for problem in form.problems}


WHOLE = {
    "kratom-0-dose_times": "on waking, 12:30, at night",
    "kratom-0-reasons": "pain,sleep",
    "kratom-0-last_amount": "4",
    "kratom-0-highest_amount": "12",
    "kratom-0-recent_change": "raised",
    "kratom-0-brand": "Green",
    "kratom-0-bought_from": "a petrol station",
    "kratom-0-switches_brand": "yes",
    "past_withdrawal": "mild",
    "quit_attempts": "3",
    "failed_quits": "2",
    "past_treatment": "buprenorphine in 2024",
    "doses_to_avoid_symptoms": "no",
    "opioid_use_disorder": "past",
    "harms": "liver",
    "pregnancy_plans": "unsure",
    "wants_from_kratom": "less pain",
    "wants_from_care": "no lecture",
    "co_use_alcohol": "does_not",
    "co_use_phenibut": "uses",
    "co_use_cannabis": "declined",
}


def test_every_answer_of_the_history_is_read(patient):
    form = bound(patient, **WHOLE)
    assert form.is_valid(), form.problems

    (use,) = form.record.uses
    assert (use.dose_times, use.reasons) == (("wake", "12:30", "night"), ("pain", "sleep"))
    assert (use.last_amount, use.highest_amount, use.recent_change) == (4.0, 12.0, "raised")
    assert (use.brand, use.bought_from, use.switches_brand) == ("Green", "a petrol station", True)
    record = form.record
    assert (record.past_withdrawal, record.quit_attempts, record.failed_quits) == ("mild", 3, 2)
    assert (record.past_treatment, record.harms, record.pregnancy_plans) == (
        "buprenorphine in 2024",
        ("liver",),
        "unsure",
    )
    assert (record.wants_from_kratom, record.wants_from_care) == ("less pain", "no lecture")
    assert (record.doses_to_avoid_symptoms, record.opioid_use_disorder) == (False, "past")
    assert (record.co_use_denied, record.declined) == (("alcohol",), ("co_use_cannabis",))
    assert [line.entered for line in record.medications] == ["Ultram 50 mg prn", "phenibut"]


def test_the_minute_path_needs_product_how_often_and_last_use_only(patient):
    data = QueryDict(mutable=True)
    data.update({"version": "0", "visit_on": "2026-11-20", "asked": "uses", "kratom-0-product": "shot"})
    data.update({"kratom-0-doses_per_day": "2", "kratom-0-last_use": "8"})
    form = ConsultationForm(patient, today=TODAY, data=data, placing=True)

    assert form.is_valid()
    assert form.record.uses == (UseRecord(product="shot", doses_per_day=2.0, hours_since_last_use=8.0),)
    assert form.history.words == "not asked yet"
    assert form.record.declined == form.record.uses[0].declined == ()


@pytest.mark.parametrize("name", ["quit_attempts", "failed_quits", "past_treatment", "harms", "wants_from_care"])
def test_a_typed_question_declined_is_kept_apart_from_not_asked(patient, name):
    record = bound(patient, declined=name).record

    assert record.declined == (name,)
    assert not getattr(record, name)


@pytest.mark.parametrize(
    "name", ["past_withdrawal", "dose_on_waking", "opioid_use_disorder", "pregnancy_plans", "co_use_opioids"]
)
def test_a_listed_question_declined_is_kept_apart_from_not_asked(patient, name):
    record = bound(patient, **{name: DECLINED}).record

    assert record.declined == (name,)
    assert not getattr(record, name, None)


@pytest.mark.parametrize("name", ["last_use", "dose_times", "reasons", "highest_amount", "bought_from"])
def test_a_question_about_a_product_declined_stays_with_the_product(patient, name):
    empty = {f"kratom-0-{name}": "", "kratom-0-declined": name}

    assert bound(patient, **empty).record.uses[0].declined == (name,)


def test_several_products_each_keep_their_own_answers(patient):
    second = {"kratom-1-product": "7oh", "kratom-1-declined": "amount", "kratom-1-reasons": "mood"}
    form = bound(patient, **{"kratom-0-reasons": "pain"}, **second)

    assert form.is_valid(), form.problems
    assert [(use.product, use.reasons, use.declined) for use in form.record.uses] == [
        ("leaf_powder", ("pain",), ()),
        ("7oh", ("mood",), ("amount",)),
    ]


def test_ticked_boxes_of_one_name_all_count(patient):
    data = typed()
    data.setlist("kratom-0-reasons", ["sleep", "pain"])
    data.setlist("harms", ["mood", "liver"])
    record = ConsultationForm(patient, today=TODAY, data=data, placing=True).record

    assert (record.uses[0].reasons, record.harms) == (("pain", "sleep"), ("liver", "mood"))


def test_stored_history_reads_back_the_same(doctor, patient):
    record = bound(patient, **WHOLE).record
    stored = record_of(factories.draft(doctor, of=patient, record=record))
    assert replace(stored, health_seen=None) == replace(record, health_seen=None)

    page = ConsultationForm(patient, today=TODAY, record=stored)
    data = QueryDict(mutable=True)
    for field in (
        *(f for part in page.single_parts for f in part),
        *(f for rows in page.lists for r in rows for f in r),
    ):
        if field.name != "conditions" and field.value() not in (None, False):
            data[field.html_name] = field.value()
    again = ConsultationForm(patient, today=TODAY, data=data).record
    assert replace(again, health_seen=None) == replace(stored, health_seen=None)


def test_amendment_carries_every_answer(doctor, patient):
    record = bound(patient, **WHOLE).record
    signed = factories.signed_visit(doctor, of=patient, record=record)
    draft = amend_consultation(consultation=signed, by=doctor, reason="Amount was wrong.")

    assert replace(record_of(draft), visit_on=record.visit_on) == replace(record_of(signed), visit_on=record.visit_on)


def test_audit_names_the_questions_and_not_the_answers(doctor, patient):
    draft = factories.draft(doctor, of=patient)
    record = replace(record_of(draft), harms=("seizure",), wants_from_care="no lecture", declined=("quit_attempts",))
    save_consultation(consultation=draft, by=doctor, record=record, seen_version=draft.version)

    event = AuditEvent.objects.filter(act="changed").latest("id")
    assert event.changed == ["declined", "harms", "wants_from_care"]


def test_repeat_visit_keeps_what_stays_true_and_asks_the_rest_again(doctor, patient):
    record = bound(patient, **WHOLE, **{"kratom-0-declined": "months_of_use", "kratom-0-months_of_use": ""}).record
    factories.signed_visit(doctor, of=patient, record=record)
    start, _last = starting_record(patient, TODAY)

    (use,) = start.uses
    assert (use.dose_times, use.reasons, use.highest_amount, use.bought_from) == (
        ("wake", "12:30", "night"),
        ("pain", "sleep"),
        12.0,
        "a petrol station",
    )
    assert (use.hours_since_last_use, use.last_amount, use.recent_change, use.declined) == (None, None, "", ())
    assert (start.harms, start.quit_attempts, start.past_treatment) == (("liver",), 3, "buprenorphine in 2024")
    assert (start.declined, start.co_use_denied, start.pregnancy_plans) == ((), (), "")


def test_clock_times_say_nothing_about_waking_or_the_night(patient):
    record = bound(patient, **{"kratom-0-dose_times": "06:00, 12:00, 03:00"}).record

    assert (record.dose_on_waking, record.dose_at_night) == (None, None)


def test_doses_said_to_be_on_waking_and_at_night_answer_those_questions(patient):
    fields = {"kratom-0-dose_times": "when waking, 12:00, overnight", "kratom-0-reasons": "avoid_withdrawal"}
    record = bound(patient, **fields).record

    assert (record.dose_on_waking, record.dose_at_night, record.doses_to_avoid_symptoms) == (True, True, True)


def test_a_man_is_not_asked_for_pregnancy_plans(doctor):
    man = factories.patient(doctor, sex="male")
    form = bound(man, pregnancy_plans="planning")

    assert "pregnancy_plans" not in form.history.fields
    assert form.record.pregnancy_plans == ""


def test_a_group_that_is_used_waits_for_its_name_among_the_substances(patient):
    lines = bound(patient, co_use_opioids="uses", co_use_alcohol="uses").record.medications

    assert [(line.entered, line.kind) for line in lines[1:]] == [
        ("opioid, not named yet", "other"),
        ("alcohol", "other"),
    ]


def test_a_substance_in_the_list_is_not_asked_again_nor_added_twice(patient):
    form = bound(patient, **{"other-0-entered": "Alcohol", "co_use_alcohol": "uses"})

    assert form.is_valid()
    assert [line.entered for line in form.record.medications] == ["Ultram 50 mg prn", "Alcohol"]
    assert [field.name for field, is_listed in form.history.co_use if is_listed] == ["co_use_alcohol"]


REFUSED = {
    "200 doses a day": ({"kratom-0-doses_per_day": "200"}, "id_kratom-0-doses_per_day", "not plausible"),
    "5,000 g a dose": ({"kratom-0-amount": "5000"}, "id_kratom-0-amount", "More than 1,000 grams"),
    "hour without a half of the day": (
        {"kratom-0-dose_times": "7, 12:00, 18:00"},
        "id_kratom-0-dose_times",
        "“7” is no clock time",
    ),
    "time twice": ({"kratom-0-dose_times": "07:00, 7 am"}, "id_kratom-0-dose_times", "07:00 stands there twice"),
    "time that is none": ({"kratom-0-dose_times": "25:00"}, "id_kratom-0-dose_times", "no clock time"),
    "reason that is none": ({"kratom-0-reasons": "boredom"}, "id_kratom-0-reasons_0", "none of the answers"),
    "harm and none": ({"harms": "liver,none"}, "id_harms_0", "both ticked"),
    "answered and declined": (
        {"quit_attempts": "2", "declined": "quit_attempts"},
        "id_quit_attempts",
        "ticked as declined",
    ),
    "amount and declined": ({"kratom-0-declined": "amount"}, "id_kratom-0-amount", "ticked as declined"),
    "more given up than made": ({"quit_attempts": "1", "failed_quits": "2"}, "id_failed_quits", "More were given up"),
    "waking twice": (
        {"dose_on_waking": "no", "kratom-0-dose_times": "on waking, 12:00, 20:00"},
        "id_dose_on_waking",
        "names such a dose",
    ),
    "listed and not used": (
        {"other-0-entered": "alcohol", "co_use_alcohol": "does_not"},
        "id_co_use_alcohol",
        "stands in a list below",
    ),
    "a wish of 301 letters": ({"wants_from_care": "x" * 301}, "id_wants_from_care", "300"),
}


@pytest.mark.parametrize(("fields", "field_id", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_history_refuses_at_the_field_and_keeps_what_was_typed(patient, fields, field_id, words):
    form = bound(patient, **fields)

    assert not form.is_valid()
    assert [(where, words in said) for where, said in messages(form).items()] == [(field_id, True)]
    shown = {field.html_name: field.value() for part in form.single_parts for field in part}
    shown |= {field.html_name: field.value() for rows in form.lists for row in rows for field in row}
    assert {name: shown[name] for name in fields} == fields


SECOND_LEAF = {"kratom-1-product": "leaf_powder", "kratom-1-amount": "2", "kratom-1-unit": "g"}
QUESTIONED = {
    "30 doses a day": (
        {"kratom-0-doses_per_day": "30", "kratom-0-amount": ""},
        "doses_per_day",
        "more than one an hour",
    ),
    "900 g a day": ({"kratom-0-amount": "300"}, "amount", "900 g on one day, more than 200 g"),
    "grams for milligrams": ({"kratom-0-amount": "500"}, "amount", "Were milligrams meant?"),
    "900 g of an extract": ({"kratom-0-product": "extract", "kratom-0-amount": "300"}, "amount", "900 g on one day"),
    "3,000 mg of labelled mitragynine": (
        {"kratom-0-product": "shot", "kratom-0-unit": "mg_mitragynine", "kratom-0-amount": "1000"},
        "amount",
        "more than 2600 mg mitragynine",
    ),
    "900 mg of labelled 7-OH": (
        {"kratom-0-product": "7oh", "kratom-0-unit": "mg_7oh", "kratom-0-amount": "300"},
        "amount",
        "more than 600 mg 7-OH",
    ),
    "two times and three doses": ({"kratom-0-dose_times": "07:00, 12:00"}, "dose_times", "2 times are named"),
    "highest below today": ({"kratom-0-highest_amount": "5"}, "highest_amount", "less than the 9 of today"),
}


@pytest.mark.parametrize(("fields", "name", "words"), QUESTIONED.values(), ids=QUESTIONED.keys())
def test_the_unlikely_is_asked_again_and_kept_once_confirmed(patient, fields, name, words):
    asked = bound(patient, **fields)
    assert not asked.is_valid()
    assert [(where, words in said) for where, said in messages(asked).items()] == [(f"id_kratom-0-{name}", True)]

    mark = mark_of_row(asked, 0)
    confirmed = bound(patient, **fields, **{"kratom-0-confirmed": mark})
    assert confirmed.is_valid(), confirmed.problems
    (use,) = confirmed.record.uses
    assert use.confirmed
    assert use.amount == (float(typed(**fields)["kratom-0-amount"]) if typed(**fields)["kratom-0-amount"] else None)
    assert use.doses_per_day == float(typed(**fields)["kratom-0-doses_per_day"])


def test_what_is_asked_again_is_not_stored_by_a_draft_that_saves_itself(patient):
    (use,) = bound(patient, **{"kratom-0-amount": "300"}).record.uses
    assert (use.product, use.amount, use.doses_per_day) == ("leaf_powder", None, 3.0)

    (use,) = bound(patient, **{"kratom-0-doses_per_day": "40", "kratom-0-amount": "1"}).record.uses
    assert (use.amount, use.doses_per_day) == (1.0, None)


def test_a_question_outlives_the_correction_of_another_field(patient):
    fields = {"kratom-0-amount": "300", "kratom-0-dose_times": "7"}
    mark = mark_of_row(bound(patient, **fields), 0)

    assert bound(patient, **{**fields, "kratom-0-dose_times": "", "kratom-0-confirmed": mark}).is_valid()


def test_confirming_one_figure_does_not_confirm_another(patient):
    mark = mark_of_row(bound(patient, **{"kratom-0-amount": "300"}), 0)

    assert not bound(patient, **{"kratom-0-amount": "400", "kratom-0-confirmed": mark}).is_valid()


def test_what_was_confirmed_stays_so_when_the_draft_is_opened_again(doctor, patient):
    mark = mark_of_row(bound(patient, **{"kratom-0-amount": "300"}), 0)
    record = bound(patient, **{"kratom-0-amount": "300", "kratom-0-confirmed": mark}).record
    draft = factories.draft(doctor, of=patient, record=record)
    page = ConsultationForm.of(draft, today=TODAY)

    assert page.kratom.forms[0].is_confirmed
    assert page.kratom.forms[0]["confirmed"].value() == mark


def test_one_product_in_two_rows_is_asked_again(patient):
    form = bound(patient, **SECOND_LEAF)
    assert "would count twice" in messages(form)["id_kratom-1-product"]

    assert bound(patient, **SECOND_LEAF, **{"kratom-1-brand": "Red"}).is_valid()
    mark = mark_of_row(form, 1)
    assert bound(patient, **SECOND_LEAF, **{"kratom-1-confirmed": mark}).is_valid()


@pytest.mark.parametrize(
    ("weeks", "months", "is_asked"), [("20", "3", False), ("4", "3", True), ("", "3", False), ("4", "", False)]
)
def test_a_use_that_ended_after_the_next_began_is_asked_again(patient, weeks, months, is_asked):
    ended = {"kratom-0-stopped": "on", "kratom-0-last_use": weeks, "kratom-0-last_use_unit": "weeks"}
    form = bound(patient, **ended, **SECOND_LEAF, **{"kratom-1-months_of_use": months})

    assert form.is_valid() is not is_asked
    assert any("after its use in another row began" in said for said in messages(form).values()) is is_asked


TIMES = {
    "": (),
    "07:30": ("07:30",),
    "7:30 pm, 7:30": ("07:30", "19:30"),
    "12 am; 12 pm": ("00:00", "12:00"),
    "noon and midnight": ("00:00", "12:00"),
    "at night, 8am, on waking": ("wake", "08:00", "night"),
    "08:00 12:00 20:00": ("08:00", "12:00", "20:00"),
    "7.30 p.m.": ("19:30",),
}


@pytest.mark.parametrize(("text", "times"), TIMES.items(), ids=TIMES.keys())
def test_times_of_a_day_are_read(text, times):
    assert times_in(text) == times
    assert times_in(in_words(times)) == times


def test_the_folded_part_of_a_product_says_what_is_in_it():
    form = KratomUseForm({"brand": "Green", "reasons": "pain", "product": "tea"})

    assert form.more == ["Brand or remarks", "Reasons for taking it"]


@pytest.mark.parametrize("name", FILLED)
def test_every_fact_about_a_use_keeps_its_row(name):
    form = KratomUseForm({name: {"recent_change": "same", "switches_brand": "no", "stopped": "on"}.get(name, "?")})
    form.is_valid()

    assert form.record() is not None


def test_the_lists_of_the_evidence_are_all_asked():
    assert set(REASON_LABELS) >= {
        "pain",
        "mood",
        "anxiety",
        "energy",
        "opioid_substitution",
        "sleep",
        "avoid_withdrawal",
    }
    assert set(HARM_LABELS) >= {"liver", "seizure", "fainting", "mood", "driving"}
    assert len(CO_USE) == 10
