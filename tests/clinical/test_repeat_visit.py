"""A visit that repeats the last one: rows carried over are marked until confirmed, on the page and ever after."""

import html
from dataclasses import replace

import pytest
from django.urls import reverse

from clinical.actions.consultation import amend_consultation, record_consultation
from clinical.forms.consultation_reference import words_in_force
from clinical.forms.consultation_start import rows_begun_with, starting_record
from clinical.models import Consultation
from clinical.paper.sheets import as_plain_text
from clinical.records import MedicationRecord
from clinical.snapshots import current_version, record_of
from clinical.views.note_sheet import note_sheet
from clinical.views.record_words import visit_words
from clinical.what_matters import what_matters_in
from tests import factories
from tests.clinical.typed import fields_in

pytestmark = pytest.mark.django_db

NOT_CONFIRMED = "As last time, not confirmed today"


@pytest.fixture
def desk(client, doctor):
    client.force_login(doctor)
    return client


@pytest.fixture
def last(doctor):
    return factories.signed_visit(doctor, record=factories.visit("lisinopril 10 mg daily", "warfarin 5 mg"))


@pytest.fixture
def new(last) -> str:
    return reverse("clinical:consultation_new", args=[last.patient_id])


def draft_of(last) -> Consultation:
    return last.patient.consultations.get(signed_at=None)


def address(name: str, consultation) -> str:
    return reverse(f"clinical:{name}", args=[consultation.pk])


def saved(desk, new, do="save", **changes) -> Consultation:
    """The new visit as its page starts, with these changes, sent."""
    values = fields_in(desk.get(new)).values
    answer = desk.post(new, {**values, "do": do, **changes})
    assert answer.status_code == 302, answer.content.decode()
    return Consultation.objects.get(signed_at=None)


def words_of(answer) -> str:
    return " ".join(html.unescape(answer.content.decode()).split())


def test_every_row_starts_as_last_time_and_not_confirmed(desk, new, last):
    record, _last = starting_record(last.patient, factories.VISIT_DAY)
    assert all(line.last_time and not line.as_last_time for line in (*record.uses, *record.medications))
    page = desk.get(new)
    assert words_of(page).count("</span> As last time, not confirmed today") == 3
    assert "No change since last time" in words_of(page)
    assert "3 rows stand as last time, not confirmed today" in words_of(page)


def test_a_first_visit_has_nothing_to_repeat(desk, doctor):
    page = words_of(desk.get(reverse("clinical:consultation_new", args=[factories.patient(doctor).pk])))
    assert "kc-repeat" not in page
    assert "data-kc-ways" not in page


def test_no_change_confirms_all_rows_and_goes_to_the_review(desk, new, last):
    values = fields_in(desk.get(new)).values
    answer = desk.post(new, {**values, "do": "unchanged"})
    draft = draft_of(last)
    assert (answer.status_code, answer.headers["Location"]) == (302, address("consultation_review", draft))
    record = record_of(draft)
    assert (record.asked, {line.as_last_time for line in (*record.uses, *record.medications)}) == ("uses", {True})
    assert (record.phq9, record.uses[0].hours_since_last_use) == (None, None)
    assert "not confirmed today" not in words_of(desk.get(answer.headers["Location"]))


def test_no_change_of_somebody_who_does_not_use_keeps_that_answer(desk, doctor):
    last = factories.signed_visit(doctor, record=factories.visit(asked="does_not", uses=()))
    draft = saved(desk, reverse("clinical:consultation_new", args=[last.patient_id]), do="unchanged")
    assert draft.asked == "does_not"


def test_no_change_from_a_stored_draft_knows_what_is_used(desk, new):
    draft = saved(desk, new)
    values = fields_in(desk.get(address("consultation", draft))).values
    assert (values["asked"], values.get("last_asked")) == ("not_asked", None)
    assert desk.post(address("consultation", draft), {**values, "do": "unchanged"}).status_code == 302
    draft.refresh_from_db()
    assert draft.asked == "uses"


def test_no_change_leaves_an_answer_given_and_a_row_corrected(desk, new):
    draft = saved(desk, new, do="unchanged", asked="declined", **{"medicine-0-entered": "lisinopril 20 mg daily"})
    first, second = draft.medications.all()
    assert (draft.asked, first.as_last_time, second.as_last_time) == ("declined", False, True)


def test_one_row_is_confirmed_by_its_box(desk, new):
    draft = saved(desk, new, **{"medicine-1-as_last_time": "on", "asked": "uses"})
    assert [row.as_last_time for row in draft.medications.all()] == [False, True]
    page = words_of(desk.get(address("consultation", draft)))
    assert page.count("As last time, confirmed today") == 1
    assert fields_in(desk.get(address("consultation", draft))).values["medicine-1-as_last_time"] == "on"


def test_marks_survive_a_page_that_saves_itself_and_cannot_be_read_whole(desk, new, last, doctor):
    values = fields_in(desk.get(new)).values
    typed = {**values, "medicine-0-as_last_time": "on", "kratom-0-amount": "three"}
    save = reverse("clinical:autosave_new", args=[last.patient_id])
    kept = desk.post(save, typed, headers={"X-Typed-By": str(doctor.pk)}).json()
    assert kept["state"] == "kept"
    draft = draft_of(last)
    assert [row.as_last_time for row in draft.medications.all()] == [True, False]
    again = fields_in(desk.get(address("consultation", draft))).values
    assert (again["kratom-0-amount"], again["medicine-0-as_last_time"]) == ("three", "on")
    assert again["medicine-0-last_time"] == values["medicine-0-last_time"]


def test_live_list_renews_the_marks(desk, new, last):
    values = fields_in(desk.get(new)).values
    changes = {
        "medicine-0-entered": "lisinopril 20 mg daily",
        "kratom-0-stopped": "on",
        "medicine-2-entered": "aspirin",
    }
    answer = words_of(desk.post(reverse("clinical:what_matters", args=[last.patient_id]), {**values, **changes}))
    assert "Changed: \u2068lisinopril 10 mg daily\u2069 → \u2068lisinopril 20 mg daily\u2069" in answer
    assert '<div id="kratom-0-since" hx-swap-oob="true"><span class="kc-since kc-since--stopped"' in answer
    assert "New since last time" in answer
    assert "1 row stands as last time, not confirmed today" in answer


def test_rows_nobody_confirmed_are_screened_and_said_in_the_note_and_signed_so(desk, new, last):
    draft = saved(desk, new, asked="uses", **{"medicine-1-phase": "stopped"})
    page = desk.get(address("consultation_review", draft))
    assert "2 rows stand as last time, not confirmed today" in words_of(page)
    assert f'href="{address("consultation", draft)}#kratom-rows"' in page.content.decode()
    flags = draft.runs.latest("ran_at").flags.filter(severity__in=("contraindicated", "major")).count()
    answers = {f"flag{number}-answer": "counsel" for number in range(flags)}
    assert desk.post(address("consultation_review", draft), {**fields_in(page).values, **answers}).status_code == 302
    draft.refresh_from_db()
    assert draft.is_signed
    note = " ".join(as_plain_text(note_sheet(draft)).split())
    assert note.count(NOT_CONFIRMED) == 2
    assert "warfarin 5 mg (warfarin), stopped [Stopped since last time]" in note
    assert words_of(desk.get(address("consultation", draft))).count(NOT_CONFIRMED) == 2


def test_amendment_starts_with_the_marks_of_the_visit_it_corrects(desk, new, doctor, last):
    record, _last = starting_record(last.patient, factories.VISIT_DAY)
    signed = factories.signed_visit(doctor, last.patient, record)
    draft = amend_consultation(consultation=signed, by=doctor, reason="Dose was wrong")
    assert record_of(draft) == record_of(signed)
    assert "data-kc-unchanged" not in desk.get(address("consultation", draft)).content.decode()


def test_two_visits_that_say_the_same_differ_in_no_line_for_their_marks(desk, doctor, last):
    record, _last = starting_record(last.patient, factories.VISIT_DAY)
    same = {"asked": "uses", "uses": factories.visit().uses}
    second = factories.signed_visit(doctor, last.patient, replace(record, **same))
    answer = words_of(desk.get(reverse("clinical:since", args=[second.pk, last.pk])))
    assert "The two records say the same" in answer


def test_third_visit_compares_with_the_second(desk, new, doctor, last):
    draft = saved(desk, new, asked="uses", **{"medicine-0-entered": "lisinopril 20 mg daily"})
    record, _last = starting_record(draft.patient, factories.VISIT_DAY)
    assert "20 mg" in record.medications[0].last_time
    assert not any(line.as_last_time for line in record.medications)


GONE = "[Taken off the list since last time; not said why]"


def without(values: dict, place: str) -> dict:
    """What is sent when the page's script has taken a row away."""
    return {name: value for name, value in values.items() if not name.startswith(f"{place}-")}


def test_row_that_is_gone_is_said_on_the_page_in_the_review_the_note_and_the_signed_visit(desk, new, doctor, last):
    values = fields_in(desk.get(new)).values
    assert desk.post(new, {**without(values, "medicine-1"), "asked": "uses", "do": "save"}).status_code == 302
    draft = draft_of(last)
    assert f"warfarin 5 mg {GONE}" in words_of(desk.get(address("consultation", draft)))
    page = desk.get(address("consultation_review", draft))
    assert f"warfarin 5 mg {GONE}" in words_of(page)
    again = fields_in(desk.get(address("consultation", draft))).values
    assert desk.post(address("consultation", draft), {**again, "do": "save"}).status_code == 302
    page = desk.get(address("consultation_review", draft))
    flags = draft.runs.latest("ran_at").flags.filter(severity__in=("contraindicated", "major")).count()
    answers = {f"flag{number}-answer": "counsel" for number in range(flags)}
    assert desk.post(address("consultation_review", draft), {**fields_in(page).values, **answers}).status_code == 302
    draft.refresh_from_db()
    assert draft.is_signed
    for text in (words_of(desk.get(address("consultation", draft))), as_plain_text(note_sheet(draft))):
        assert " ".join(text.split()).count(f"warfarin 5 mg {GONE}") == 1
        assert "lisinopril 10 mg daily [Taken" not in text
    correction = amend_consultation(consultation=draft, by=doctor, reason="Dose was wrong")
    assert f"warfarin 5 mg {GONE}" in words_of(desk.get(address("consultation", correction)))


def test_row_emptied_or_named_again(desk, new, last):
    draft = saved(desk, new, asked="uses", **{"medicine-0-entered": "", "medicine-1-entered": ""})
    page = words_of(desk.get(address("consultation", draft)))
    assert page.count(GONE) == 2
    values = fields_in(desk.get(address("consultation", draft))).values
    desk.post(address("consultation", draft), {**values, "medicine-0-entered": "Warfarin 5 mg", "do": "save"})
    page = words_of(desk.get(address("consultation", draft)))
    assert page.count(GONE) == 1
    assert f"lisinopril 10 mg daily {GONE}" in page


def test_draft_that_saved_itself_knows_what_it_began_with(desk, new, last, doctor):
    values = without(fields_in(desk.get(new)).values, "medicine-1")
    save = reverse("clinical:autosave_new", args=[last.patient_id])
    assert desk.post(save, values, headers={"X-Typed-By": str(doctor.pk)}).status_code == 200
    assert f"warfarin 5 mg {GONE}" in words_of(desk.get(address("consultation", draft_of(last))))


def test_product_and_other_substance_that_are_gone_stand_at_their_own_list(desk, doctor):
    other = MedicationRecord(entered="kava drink", kind="other")
    last = factories.signed_visit(
        doctor,
        record=replace(
            factories.visit("warfarin 5 mg"), medications=(MedicationRecord(entered="warfarin 5 mg"), other)
        ),
    )
    record, _last = starting_record(last.patient, factories.VISIT_DAY)
    kept = replace(record, asked="does_not", uses=(), medications=record.medications[:1])
    begun = rows_begun_with(last.patient, kept, factories.VISIT_DAY)
    draft = record_consultation(patient=last.patient, by=doctor, record=kept, carried_over=begun)
    parts = {
        part.heading: part.lines
        for part in visit_words(draft, words_in_force(), what_matters_in(draft), current_version())
    }
    assert [line for line in parts["Kratom"] if GONE in line] == [f"Leaf powder {GONE}"]
    assert f"kava drink {GONE}" in parts["Other substances"]
    assert not any(GONE in line for line in parts["Medicines"])


def test_first_visit_begins_with_nothing_and_takes_nothing_off(doctor):
    patient = factories.patient(doctor)
    assert rows_begun_with(patient, factories.visit("warfarin 5 mg"), factories.VISIT_DAY) == ()


def test_text_of_last_time_that_somebody_made_up_is_kept_out(desk, new):
    draft = saved(desk, new, asked="uses", **{"medicine-0-last_time": '{"entered":3}', "medicine-0-as_last_time": "on"})
    assert not draft.medications.first().as_last_time
    assert "New since last time" in words_of(desk.get(address("consultation", draft)))


@pytest.mark.parametrize("medicines", [5, 40])
def test_repeat_page_takes_as_many_queries_for_forty_medicines(desk, doctor, medicines, django_assert_max_num_queries):
    names = [f"lisinopril {number} mg" for number in range(1, medicines + 1)]
    last = factories.signed_visit(doctor, record=factories.visit(*names))
    new = reverse("clinical:consultation_new", args=[last.patient_id])
    desk.get(new)
    with django_assert_max_num_queries(20):
        page = desk.get(new)
    assert page.content.decode().count('data-kc-way="changed"') == medicines + 1
