"""The patient list, registering and changing a patient, the chart, and the address filled from a ZIP."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from clinical.actions.people import update_patient
from clinical.models import AuditEvent, Condition, Patient
from clinical.permissions import ROLES
from tests import factories

pytestmark = pytest.mark.django_db

# A ZIP of two cities, each with kratom law of its own.
TWO_CITIES = "80012"

LIST = reverse("clinical:patient_list")
REGISTER = reverse("clinical:patient_register")
ZIP_FILL = reverse("clinical:zip_fill")
TYPED = {
    "name": "Jordan Vale",
    "record_number": "R-77",
    "born_on": "1992-03-04",
    "sex": "female",
    "pregnant": "",
    "breastfeeding": "no",
    "street": "1 Main St",
    "zip_code": "38103",
    "city": "",
    "county": "",
    "state": "",
    "country": "US",
    "conditions": ["major_depression"],
    "conditions_add": "",
}
# Queries that come with every page: the session and the user.
SESSION_AND_USER = 2


@pytest.fixture
def signed_in(client, doctor):
    client.force_login(doctor)
    return client


@pytest.fixture
def known(doctor):
    return factories.patient(doctor, ("major_depression",), record_number="R-1", name="Casey Quill")


def chart_of(patient) -> str:
    return reverse("clinical:patient", args=[patient.pk])


def edit_of(patient) -> str:
    return reverse("clinical:patient_edit", args=[patient.pk])


def queries_of(client, address) -> int:
    client.get(address)  # what is compiled or kept in the process is there afterwards
    with CaptureQueriesContext(connection) as taken:
        assert client.get(address).status_code == 200
    return len(taken) - SESSION_AND_USER


PAGES = {
    "list": lambda p: LIST,
    "register": lambda p: REGISTER,
    "chart": chart_of,
    "edit": edit_of,
    "zip": lambda p: ZIP_FILL,
}
READERS = {"Clinician", "Practice admin", "Auditor"}
WRITERS = {"Clinician"}
MAY_OPEN = {"list": READERS, "register": WRITERS, "chart": READERS, "edit": WRITERS, "zip": WRITERS}


@pytest.mark.parametrize("page", PAGES)
def test_page_signed_out_asks_to_sign_in(page, client, known):
    address = PAGES[page](known)
    answer = client.get(address)
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_login"))


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("page", PAGES)
def test_page_opens_for_the_roles_it_is_for(page, role, client, known):
    client.force_login(factories.person(role, of=known.practice))
    assert client.get(PAGES[page](known)).status_code == (200 if role in MAY_OPEN[page] else 403)


@pytest.mark.parametrize("page", ["chart", "edit"])
def test_patient_of_another_practice_does_not_exist(page, client, known):
    client.force_login(factories.clinician())
    assert client.get(PAGES[page](known)).status_code == 404
    assert not AuditEvent.objects.filter(act="opened").exists()


@pytest.mark.parametrize("page", PAGES)
def test_person_without_a_practice_is_refused(page, signed_in, doctor, known):
    doctor.practice = None
    doctor.save()
    assert signed_in.get(PAGES[page](known)).status_code == 403


def test_list_shows_only_patients_of_the_practice(signed_in, known):
    factories.patient(factories.clinician(), name="Elsewhere Else")
    words = signed_in.get(LIST).content.decode()
    assert "Casey Quill" in words
    assert "Elsewhere Else" not in words
    assert chart_of(known) in words


def test_list_says_what_the_last_visit_found(signed_in, doctor, known):
    factories.draft(doctor, known, factories.visit(visit_on=date(2026, 1, 5), asked="uses"))
    factories.draft(doctor, known, factories.visit(visit_on=date(2026, 3, 5), asked="does_not", uses=()))
    assert "does not use, 5 Mar 2026" in signed_in.get(LIST).content.decode()


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("quill", True),
        ("casey QUILL", True),
        ("quill 1992", True),
        ("R-1", True),
        ("r-1", True),
        ("1992-03-04", True),
        ("1992", True),
        ("quill 1993", False),
        ("R-12", False),
        ("1992-03-05", False),
        ("nobody", False),
        ("19", False),
        ("%", False),
    ],
)
def test_search_matches_every_word_in_name_number_or_birth(wanted, found, signed_in, known):
    words = signed_in.get(LIST, {"q": wanted}).content.decode()
    assert ("Casey Quill" in words) is found
    assert ("Nobody here matches" in words) is not found


def test_empty_list_says_how_to_begin(signed_in):
    assert "No patients yet." in signed_in.get(LIST).content.decode()


def test_pages_of_a_search_keep_the_search(signed_in, doctor):
    for number in range(26):
        factories.patient(doctor, name=f"Ash {number:02}")
    words = signed_in.get(LIST, {"q": "ash"}).content.decode()
    assert "Page 1 of 2" in words
    assert "?q=ash&amp;page=2" in words
    assert "Ash 25" in signed_in.get(LIST, {"q": "ash", "page": "2"}).content.decode()


@pytest.mark.parametrize("number", ["0", "99", "x", "-1"])
def test_page_number_out_of_range_shows_a_page(number, signed_in, known):
    assert "Casey Quill" in signed_in.get(LIST, {"page": number}).content.decode()


def test_list_takes_as_many_queries_for_fifty_patients_as_for_five(signed_in, doctor):
    for _ in range(5):
        factories.draft(doctor)
    few = queries_of(signed_in, LIST)
    for _ in range(45):
        factories.draft(doctor)
    assert queries_of(signed_in, LIST) == few <= 5


def test_register_stores_the_patient_and_fills_the_address(signed_in, doctor):
    answer = signed_in.post(REGISTER, TYPED)
    patient = Patient.objects.get()
    assert answer.status_code == 302
    assert answer.url == chart_of(patient)
    assert (patient.city, patient.county, patient.state) == ("Memphis", "Shelby County", "TN")
    assert (patient.practice, patient.created_by) == (doctor.practice, doctor)
    assert (patient.pregnant, patient.breastfeeding) == (None, False)
    assert [row.condition_id for row in patient.has_conditions.all()] == ["major_depression"]
    assert AuditEvent.objects.filter(act="created", patient=patient, by=doctor).exists()


@pytest.mark.parametrize("typed", ["Epilepsy", "epilepsy, major depression", "G40.909"])
def test_register_resolves_typed_conditions(typed, signed_in):
    signed_in.post(REGISTER, {**TYPED, "conditions": [], "conditions_add": typed})
    assert Patient.objects.get().has_conditions.count() == typed.count(",") + 1


def test_register_takes_conditions_that_the_script_ticked_by_label(signed_in):
    label = Condition.objects.get(key="seizure_disorder").label
    signed_in.post(REGISTER, {**TYPED, "conditions": [], "conditions_label": [label]})
    assert Patient.objects.get().has_conditions.get().condition_id == "seizure_disorder"


TOMORROW = (timezone.localdate() + timedelta(days=2)).isoformat()
# The field that is wrong, what is typed, and what the page says at that field.
REFUSED = {
    "no name": ("name", {"name": " "}, "This field is required"),
    "no date of birth": ("born_on", {"born_on": ""}, "This field is required"),
    "nonsense date": ("born_on", {"born_on": "4 of March"}, "Enter a valid date"),
    "born after today": ("born_on", {"born_on": TOMORROW}, "after today"),
    "born in 1199": ("born_on", {"born_on": "1199-03-04"}, "before 1900"),
    "male and pregnant": ("pregnant", {"sex": "male", "pregnant": "yes"}, "male and pregnant"),
    "unknown ZIP": ("zip_code", {"zip_code": "00000"}, "not in the table"),
    "unknown condition": ("conditions", {"conditions_add": "zzzz disorder"}, "“zzzz disorder”"),
    "bad country": ("country", {"country": "U1"}, "two-letter country code"),
    "record number taken": ("record_number", {"record_number": "R-1"}, "has this record number"),
    "name too long": ("name", {"name": "x" * 121}, "at most 120"),
}


@pytest.mark.parametrize(("field", "typed", "says"), REFUSED.values(), ids=REFUSED)
def test_register_refuses_at_the_field_and_keeps_what_was_typed(field, typed, says, signed_in, known):
    answer = signed_in.post(REGISTER, {**TYPED, **typed})
    assert answer.status_code == 422
    assert Patient.objects.count() == 1
    form = answer.context["form"]
    assert list(form.errors) == [field]
    assert says in form.errors[field][0]
    words = answer.content.decode()
    assert "<title>Error:" in words
    assert says in words
    for value in {**TYPED, "conditions": "major_depression", **typed}.values():
        assert not value or f'value="{value}"' in words


def test_conditions_refused_are_marked_at_their_field(signed_in):
    words = signed_in.post(REGISTER, {**TYPED, "conditions_add": "zzzz disorder"}).content.decode()
    assert 'class="form-control is-invalid" name="conditions_add"' in words


def test_zip_over_several_places_asks_for_what_it_leaves_open(signed_in):
    answer = signed_in.post(REGISTER, {**TYPED, "zip_code": TWO_CITIES})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["city"]
    assert "Aurora; Denver" in answer.content.decode()
    signed_in.post(REGISTER, {**TYPED, "zip_code": TWO_CITIES, "city": "Denver"})
    patient = Patient.objects.get()
    assert (patient.city, patient.county, patient.state) == ("Denver", "Arapahoe County", "CO")


def test_address_that_was_typed_wins_over_the_zip(signed_in):
    signed_in.post(REGISTER, {**TYPED, "city": "Bartlett"})
    assert Patient.objects.get().city == "Bartlett"


def test_postal_code_of_another_country_is_not_looked_up(signed_in):
    signed_in.post(REGISTER, {**TYPED, "zip_code": "1050-044", "city": "Lisbon", "country": "pt"})
    patient = Patient.objects.get()
    assert (patient.city, patient.country, patient.state) == ("Lisbon", "PT", "")


def test_edit_shows_what_is_stored_and_saves_what_changed(signed_in, known):
    words = signed_in.get(edit_of(known)).content.decode()
    assert 'value="1992-03-04"' in words
    assert 'value="major_depression" checked' in words
    answer = signed_in.post(edit_of(known), {**TYPED, "record_number": "R-1", "conditions": []})
    assert answer.url == chart_of(known)
    known.refresh_from_db()
    assert known.name == "Jordan Vale"
    assert not known.has_conditions.filter(ended_at=None).exists()
    assert "name" in AuditEvent.objects.filter(act="changed").get().changed


def test_edit_refused_stores_nothing(signed_in, known):
    answer = signed_in.post(edit_of(known), {**TYPED, "born_on": TOMORROW})
    assert answer.status_code == 422
    known.refresh_from_db()
    assert known.name == "Casey Quill"


def test_chart_shows_who_law_conditions_and_visits(signed_in, doctor, known):
    signed = factories.signed_visit(doctor, known)
    words = signed_in.get(chart_of(known)).content.decode()
    for expected in ("Casey Quill", "34 years", "R-1", "Tennessee", "signed by", "20 Nov 2026"):
        assert expected in words
    assert reverse("clinical:consultation", args=[signed.pk]) in words


def test_opening_the_chart_is_audited_each_time(signed_in, doctor, known):
    for _ in range(2):
        signed_in.get(chart_of(known))
    events = AuditEvent.objects.filter(act="opened", patient=known, by=doctor)
    assert events.count() == 2


def test_chart_without_conditions_says_that_is_not_none(signed_in, doctor):
    assert "not the same as none" in signed_in.get(chart_of(factories.patient(doctor))).content.decode()


def test_chart_without_an_address_says_the_law_is_not_assessed(signed_in, doctor):
    nowhere = factories.patient(doctor, zip_code="", city="", county="", state="", country="US")
    words = signed_in.get(chart_of(nowhere)).content.decode()
    assert "Not assessed" in words or "Uncertain" in words


def test_chart_offers_writing_to_clinicians_only(client, known):
    client.force_login(factories.person("Auditor", of=known.practice))
    words = client.get(chart_of(known)).content.decode()
    assert "Start a consultation" not in words
    assert edit_of(known) not in words


def test_chart_takes_as_many_queries_for_twenty_visits_as_for_one(signed_in, doctor, known):
    factories.signed_visit(doctor, known)
    few = queries_of(signed_in, chart_of(known))
    for _ in range(19):
        factories.signed_visit(doctor, known)
    update_patient(patient=known, by=doctor, values={}, conditions=("seizure_disorder", "major_depression"))
    assert queries_of(signed_in, chart_of(known)) == few <= 10


def test_zip_fills_the_address_fields(signed_in):
    answer = signed_in.get(ZIP_FILL, {"zip_code": "38103"})
    words = answer.content.decode()
    assert 'value="Memphis"' in words
    assert 'value="TN"' in words
    assert "<html" not in words
    assert words.strip().startswith('<div id="address"')


@pytest.mark.parametrize("zip_code", ["", "00000", "abc", "9" * 300])
def test_zip_that_is_not_known_changes_nothing(zip_code, signed_in):
    words = signed_in.get(ZIP_FILL, {"zip_code": zip_code, "city": "Lisbon"}).content.decode()
    assert 'value="Lisbon"' in words


def test_zip_over_several_places_names_them_and_fills_what_is_settled(signed_in):
    words = signed_in.get(ZIP_FILL, {"zip_code": TWO_CITIES}).content.decode()
    assert "covers several places" in words
    assert 'value="Arapahoe County"' in words
    assert 'value="Aurora"' not in words
