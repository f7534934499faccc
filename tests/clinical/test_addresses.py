"""Patients move: the address of the visit's day decides which law is shown, and a typing error is no move."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from clinical.actions.addresses import MovedTooEarly, NoMoveToTakeBack, close_address, take_back_move
from clinical.actions.consultation import amend_consultation
from clinical.actions.people import update_patient
from clinical.addresses import address_of, address_on, is_move
from clinical.models import AddressPeriod, Patient
from clinical.what_matters import law_on, what_matters_in
from tests import factories
from tests.clinical.stored import events, everything

pytestmark = pytest.mark.django_db

MOVED_ON = date(2026, 11, 10)
TULSA = {"zip_code": "74103", "city": "Tulsa", "county": "Tulsa", "state": "OK", "country": "US"}


@pytest.fixture
def patient(doctor) -> Patient:
    return factories.patient(doctor, zip_code="38103")


def moved(patient, doctor, on: date = MOVED_ON, **values) -> Patient:
    update_patient(patient=patient, by=doctor, values={**TULSA, **values}, conditions=(), moved_on=on)
    return Patient.objects.get(pk=patient.pk)


BEFORE = {"street": "1 Main St", "zip_code": "38103", "city": "Memphis", "county": "", "state": "TN", "country": "US"}


@pytest.mark.parametrize(
    ("before", "after", "move"),
    [
        (BEFORE, {"city": "Nashville"}, True),
        (BEFORE, {"street": "2 Main St"}, True),
        (BEFORE, {"street": ""}, True),
        (BEFORE, {"county": "Shelby"}, False),
        (BEFORE | {"county": "Shelby"}, {"county": "Shelby County"}, False),
        (BEFORE, {"county": "Shelby", "city": "Bartlett"}, True),
        (BEFORE, {"city": " memphis "}, False),
        (BEFORE, {}, False),
        (BEFORE, {"country": "DE"}, True),
        (dict.fromkeys(BEFORE, "") | {"country": "US"}, {"city": "Lisbon", "country": "PT"}, False),
    ],
)
def test_move_is_told_from_filling_in(before, after, move):
    assert is_move(before, before | after) is move


@pytest.mark.parametrize(
    ("day", "city", "place", "status"),
    [
        (MOVED_ON - timedelta(days=1), "Memphis", "Tennessee", "prohibited"),
        (MOVED_ON, "Tulsa", "Oklahoma", "regulated"),
        (date(2030, 1, 1), "Tulsa", "Oklahoma", "regulated"),
        (date(1990, 1, 1), "Memphis", "Tennessee", None),
    ],
)
def test_law_is_that_of_the_address_on_the_day(patient, doctor, day, city, place, status):
    here = moved(patient, doctor)
    law = law_on(here, day, ("leaf_powder",))
    assert address_on(here, day).city == city
    assert place in law["place"]
    assert bool(law["address_note"]) is (city == "Memphis")
    if status:
        assert law["rulings"][0]["status"] == status


def test_each_of_several_addresses_keeps_its_days(patient, doctor):
    here = moved(patient, doctor)
    there = moved(here, doctor, date(2026, 11, 20), city="Boise", county="Ada", state="ID", zip_code="83702")
    days = [date(2026, 11, day) for day in (9, 10, 19, 20)]
    assert [address_on(there, day).city for day in days] == ["Memphis", "Tulsa", "Tulsa", "Boise"]
    assert [former.city for former in there.former_addresses.all()] == ["Tulsa", "Memphis"]


def test_move_is_audited_with_names_only(patient, doctor):
    moved(patient, doctor)
    former = AddressPeriod.objects.get()
    assert (former.city, former.lived_from, former.lived_until, former.noted_by) == ("Memphis", None, MOVED_ON, doctor)
    last = events(patient=patient)[-2:]
    assert last == [
        ("created", "addressperiod", []),
        ("changed", "patient", ["city", "county", "lives_here_since", "state", "zip_code"]),
    ]


def test_correction_closes_nothing(patient, doctor):
    update_patient(patient=patient, by=doctor, values=TULSA, conditions=())
    assert not AddressPeriod.objects.exists()
    assert law_on(patient, date(2026, 11, 1), ())["address_note"] == ""


@pytest.mark.parametrize("day", [MOVED_ON, MOVED_ON - timedelta(days=1)])
def test_move_on_or_before_the_last_is_refused_whole(patient, doctor, day):
    here = moved(patient, doctor)
    before = everything()
    with pytest.raises(MovedTooEarly, match="10 Nov 2026"):
        moved(here, doctor, day, city="Boise")
    assert everything() == before


def test_database_refuses_two_addresses_on_one_day(patient, doctor):
    moved(patient, doctor)
    with pytest.raises(IntegrityError, match="address_period_no_overlap"), transaction.atomic():
        AddressPeriod.objects.create(
            patient=patient, lived_until=MOVED_ON + timedelta(days=3), noted_by=doctor, country="US"
        )


def test_move_taken_back_gives_its_days_to_the_present_address(patient, doctor):
    here = moved(patient, doctor)
    take_back_move(patient=here, by=doctor)
    here.refresh_from_db()
    assert here.lives_here_since is None
    assert address_on(here, date(2026, 11, 1)).city == "Tulsa"
    assert events(patient=patient)[-1] == ("withdrawn", "addressperiod", [])
    again = moved(here, doctor, MOVED_ON, city="Boise")
    assert address_on(again, date(2026, 11, 1)).city == "Tulsa"
    with pytest.raises(NoMoveToTakeBack):
        take_back_move(patient=factories.patient(doctor), by=doctor)


@pytest.mark.parametrize("write", [close_address, take_back_move])
def test_write_whose_audit_fails_leaves_nothing(write, patient, doctor, nothing_kept_without_audit):
    here = moved(patient, doctor)
    more = {"moved_on": date(2026, 11, 22)} if write is close_address else {}
    with nothing_kept_without_audit():
        write(patient=here, by=doctor, **more)


def test_visit_of_a_day_before_the_move_and_its_amendment_show_the_former_place(patient, doctor):
    moved(patient, doctor)
    signed = factories.signed_visit(doctor, patient, factories.visit(visit_on=date(2026, 11, 1)))
    assert "Memphis" in signed.signed_run.legal["place"]
    amended = amend_consultation(consultation=signed, by=doctor, reason="Dose was wrong")
    assert amended.visit_on == signed.visit_on
    assert "Memphis" in what_matters_in(amended).legal["place"]


def test_signed_visit_keeps_the_place_it_was_signed_with(patient, doctor):
    signed = factories.signed_visit(doctor, patient, factories.visit(visit_on=date(2026, 11, 20)))
    moved(patient, doctor)
    signed.refresh_from_db()
    assert "Memphis" in signed.signed_run.legal["place"]


def test_law_asks_one_question_more_only_for_days_before_a_move(patient, doctor, django_assert_num_queries):
    here = moved(patient, doctor)
    law_on(here, MOVED_ON, ())  # the law itself is read once in a process
    with django_assert_num_queries(1):
        law_on(here, MOVED_ON, ())
    with django_assert_num_queries(2):
        law_on(here, MOVED_ON - timedelta(days=1), ())


@pytest.fixture
def edit(client, doctor, patient):
    """Send the edit form with the address of Tulsa and more, and get (answer, the patient as stored)."""
    client.force_login(doctor)

    def send(**typed):
        values = {name: getattr(patient, name) or "" for name in ("name", "record_number", "sex")}
        sent = {**values, "born_on": patient.born_on.isoformat(), "street": "", **TULSA, **typed}
        answer = client.post(reverse("clinical:patient_edit", args=[patient.pk]), sent)
        return answer, Patient.objects.get(pk=patient.pk)

    return send


def test_form_offers_today_as_the_day_of_the_move(client, doctor, patient):
    client.force_login(doctor)
    words = client.get(reverse("clinical:patient_edit", args=[patient.pk])).content.decode()
    assert f'name="moved_on" value="{timezone.localdate():%Y-%m-%d}"' in words
    assert "moved_on" not in client.get(reverse("clinical:patient_register")).content.decode()


def test_form_with_a_day_is_a_move(edit):
    answer, here = edit(moved_on="2026-11-10")
    assert answer.status_code == 302
    assert (here.city, here.lives_here_since) == ("Tulsa", MOVED_ON)
    assert address_on(here, date(2026, 11, 9)).city == "Memphis"


def test_form_that_only_corrects_is_none(edit):
    answer, here = edit(moved_on="2026-11-10", corrects_address="on")
    assert answer.status_code == 302
    assert (here.city, here.lives_here_since) == ("Tulsa", None)


def test_form_with_the_same_address_does_not_read_the_day(edit):
    answer, here = edit(moved_on="2099-01-01", **{k: v for k, v in address_of_memphis().items()})
    assert answer.status_code == 302
    assert here.lives_here_since is None


def address_of_memphis() -> dict[str, str]:
    return {"zip_code": "38103", "city": "Memphis", "county": "Shelby", "state": "TN", "country": "US"}


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Say since when"),
        ("2099-01-01", "This day lies ahead"),
        ("1970-01-01", "before the birth"),
        ("soon", "Enter a valid date"),
    ],
)
def test_form_refuses_a_move_without_a_day_that_can_be(edit, typed, words):
    answer, here = edit(moved_on=typed)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert here.city == "Memphis"


def test_form_refuses_a_move_before_the_last(edit, doctor, patient):
    moved(patient, doctor, city="Boise", county="Ada", state="ID", zip_code="83702")
    answer, here = edit(moved_on="2026-11-01")
    assert answer.status_code == 422
    assert "a move lies after it" in answer.content.decode()
    assert here.city == "Boise"


def test_chart_folds_former_addresses_and_takes_one_back(client, doctor, patient):
    client.force_login(doctor)
    chart = reverse("clinical:patient", args=[patient.pk])
    assert "former address" not in client.get(chart).content.decode()
    moved(patient, doctor)
    words = client.get(chart).content.decode()
    assert "Lives here since 10 Nov 2026" in words
    assert "Memphis, Shelby, TN 38103, US" in words
    for said in ("Taken back", "no move to take back"):
        answer = client.post(reverse("clinical:address_take_back", args=[patient.pk]), follow=True)
        assert said in answer.content.decode()
    assert address_of(Patient.objects.get(pk=patient.pk))["city"] == "Tulsa"


def test_taking_back_is_for_those_who_write_in_the_own_practice(client, patient):
    address = reverse("clinical:address_take_back", args=[patient.pk])
    client.force_login(factories.clinician())
    assert client.post(address).status_code == 404
    client.force_login(factories.person("Auditor", of=patient.practice))
    assert client.post(address).status_code == 403
