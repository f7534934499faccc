"""The consultation page: who may open it, saving, and that nothing typed is ever lost."""

from uuid import uuid4

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from clinical.actions.consultation import save_consultation
from clinical.models import AuditEvent, Consultation
from clinical.permissions import AUDITOR, PRACTICE_ADMIN, REFERENCE_EDITOR
from clinical.snapshots import record_of
from tests import factories
from tests.clinical.typed import fields_in, typed

DISCARD, AMEND = "clinical:consultation_discard", "clinical:consultation_amend"


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def desk(doctor) -> Client:
    return signed_in(doctor)


@pytest.fixture
def patient(doctor):
    return factories.patient(doctor, name="Ada Example")


@pytest.fixture
def draft(doctor, patient) -> Consultation:
    return factories.draft(doctor, of=patient)


def new_url(patient) -> str:
    return reverse("clinical:consultation_new", args=[patient.pk])


def url_of(consultation, name: str = "clinical:consultation") -> str:
    return reverse(name, args=[consultation.pk])


ADDRESSES = {
    "new": lambda patient, draft: (new_url(patient), "get"),
    "draft": lambda patient, draft: (url_of(draft), "get"),
    "save": lambda patient, draft: (url_of(draft), "post"),
    "amend": lambda patient, draft: (url_of(draft, AMEND), "post"),
    "discard": lambda patient, draft: (url_of(draft, DISCARD), "post"),
    "live list": lambda patient, draft: (reverse("clinical:what_matters", args=[patient.pk]), "post"),
    "suggest": lambda patient, draft: (reverse("clinical:suggest"), "get"),
}


@pytest.mark.parametrize("address", ADDRESSES.values(), ids=ADDRESSES.keys())
def test_page_signed_out_leads_to_sign_in(client, patient, draft, address):
    url, method = address(patient, draft)

    response = getattr(client, method)(url)

    assert response.status_code == 302
    assert response.headers["Location"].startswith("/account/login/")


@pytest.mark.parametrize("address", ADDRESSES.values(), ids=ADDRESSES.keys())
def test_page_is_refused_to_a_reference_editor(doctor, patient, draft, address):
    url, method = address(patient, draft)

    assert getattr(signed_in(factories.person(REFERENCE_EDITOR, of=doctor.practice)), method)(url).status_code == 403


@pytest.mark.parametrize("name", ["new", "save", "amend", "discard", "live list"])
@pytest.mark.parametrize("role", [AUDITOR, PRACTICE_ADMIN])
def test_writing_is_refused_to_those_who_only_read(doctor, patient, draft, role, name):
    url, method = ADDRESSES[name](patient, draft)

    assert getattr(signed_in(factories.person(role, of=doctor.practice)), method)(url).status_code == 403


@pytest.mark.parametrize("name", [name for name in ADDRESSES if name != "suggest"])
def test_another_practices_record_is_not_found(patient, draft, name):
    url, method = ADDRESSES[name](patient, draft)

    assert getattr(signed_in(factories.clinician()), method)(url).status_code == 404


def test_user_without_practice_is_refused(patient, doctor):
    doctor.practice = None
    doctor.save()

    assert signed_in(doctor).get(new_url(patient)).status_code == 403


def test_new_visit_shows_an_empty_form_and_is_recorded_as_opened(desk, patient):
    response = desk.get(new_url(patient))

    assert response.status_code == 200
    assert "medicine-0-entered" in response.content.decode()
    assert AuditEvent.objects.filter(act="opened", patient=patient).count() == 1
    assert not patient.consultations.exists()


def test_new_visit_starts_from_the_last_one_without_scores_and_last_use(desk, doctor, patient):
    record = factories.visit("tramadol 50 mg", cows=7, plan="Taper.", conditions=("long_qt_syndrome",))
    factories.draft(doctor, of=patient, record=record)

    response = desk.get(new_url(patient))

    assert "Carried over from the visit of 20 Nov 2026" in response.content.decode()
    assert "Taper." not in response.content.decode()
    carried = fields_in(response).values
    assert (carried["medicine-0-entered"], carried["conditions"]) == ("tramadol 50 mg", "long_qt_syndrome")
    assert (carried["kratom-0-amount"], carried["kratom-0-last_use"], carried["cows"]) == ("3", "", "")


def test_save_makes_one_draft_however_often_the_page_is_sent(desk, patient):
    data = typed(do="save", new_id=str(uuid4()))

    first = desk.post(new_url(patient), data)
    second = desk.post(new_url(patient), data)

    draft = patient.consultations.get()
    assert (first.status_code, first.headers["Location"]) == (302, url_of(draft))
    assert (second.status_code, second.headers["Location"]) == (302, url_of(draft))
    assert draft.kratom_uses.count() == draft.medications.count() == 1


def test_page_sent_twice_at_once_makes_one_visit(desk, patient, monkeypatch):
    def other_was_first(**values):
        raise IntegrityError

    monkeypatch.setattr("clinical.views.consultations.record_consultation", other_was_first)
    new_id = str(uuid4())

    response = desk.post(new_url(patient), typed(do="save", new_id=new_id))

    assert response.headers["Location"] == reverse("clinical:consultation", args=[new_id])


def test_new_page_sent_again_with_other_words_keeps_them_on_the_page(desk, patient):
    data = typed(do="save", new_id=str(uuid4()))
    desk.post(new_url(patient), data)
    data["plan"] = "Typed after going back"

    response = desk.post(new_url(patient), data)

    assert response.status_code == 409
    assert "Typed after going back" in response.content.decode()
    assert patient.consultations.get().plan == ""


def test_review_saves_and_goes_on(desk, patient):
    response = desk.post(new_url(patient), typed(do="review"))

    assert response.headers["Location"] == url_of(patient.consultations.get(), "clinical:consultation_review")


@pytest.mark.parametrize("button", [{"do": "check"}, {"add": "medicine"}, {"remove": "medicine-7"}, {}])
def test_other_buttons_store_nothing_and_keep_everything(desk, patient, button):
    response = desk.post(new_url(patient), typed(plan="Talk about sleep", **button))

    assert response.status_code == 200
    page = response.content.decode()
    assert "Talk about sleep" in page
    assert 'value="Ultram 50 mg prn"' in page
    assert "Tramadol: slowed breathing" in page
    assert not patient.consultations.exists()


def test_save_with_errors_says_where_and_loses_nothing(desk, draft):
    data = typed(
        do="save", plan="Long careful words", **{"kratom-0-amount": "-3", "medicine-0-entered": "moodlift plus"}
    )

    response = desk.post(url_of(draft), data)

    assert response.status_code == 422
    page = response.content.decode()
    assert "<title>Error: " in page
    assert '<a href="#id_kratom-0-amount">' in page
    assert 'aria-invalid="true"' in page
    for kept in ("Long careful words", 'value="-3"', 'value="moodlift plus"'):
        assert kept in page
    draft.refresh_from_db()
    assert draft.plan == ""


def test_save_draft_stores_and_counts_up(desk, draft):
    response = desk.post(url_of(draft), typed(do="save", version="1", plan="Taper"), follow=True)

    assert "Draft saved." in response.content.decode()
    draft.refresh_from_db()
    assert (draft.version, draft.plan, record_of(draft).uses[0].amount) == (2, "Taper", 3.0)


def test_draft_saved_by_another_is_not_overwritten_and_says_who(desk, doctor, draft):
    colleague = factories.clinician(of=doctor.practice)
    save_consultation(consultation=draft, by=colleague, record=factories.visit(plan="Theirs"), seen_version=1)

    response = desk.post(url_of(draft), typed(do="save", version="1", plan="Mine"))

    assert response.status_code == 409
    page = response.content.decode()
    assert str(colleague) in page
    assert "Mine" in page
    assert 'name="over" value="2"' in page
    draft.refresh_from_db()
    assert draft.plan == "Theirs"


def test_draft_is_replaced_after_having_been_told(desk, doctor, draft):
    save_consultation(consultation=draft, by=doctor, record=factories.visit(plan="Theirs"), seen_version=1)

    response = desk.post(url_of(draft), typed(over="2", version="1", plan="Mine"))

    assert response.status_code == 302
    draft.refresh_from_db()
    assert draft.plan == "Mine"


def test_save_of_a_visit_signed_meanwhile_keeps_what_was_typed(desk, doctor):
    signed = factories.signed_visit(doctor)

    response = desk.post(url_of(signed), typed(do="save", version="1", plan="Typed too late"))

    assert response.status_code == 409
    assert "Typed too late" in response.content.decode()
    assert "signed meanwhile" in response.content.decode()


def test_ambiguous_name_offers_its_meanings_on_its_row(desk, patient):
    response = desk.post(new_url(patient), typed(do="check", **{"medicine-0-entered": "vitamin"}))

    assert "vitamin e" in fields_in(response).choices["medicine-0-chosen"]


def test_draft_is_read_only_for_an_auditor(doctor, draft):
    page = signed_in(factories.person(AUDITOR, of=doctor.practice)).get(url_of(draft)).content.decode()

    assert "Draft, not signed." in page
    assert "medicine-0-entered" not in page


def test_discard_removes_a_draft(desk, draft, patient):
    response = desk.post(url_of(draft, DISCARD))

    assert response.headers["Location"] == reverse("clinical:patient", args=[patient.pk])
    assert not patient.consultations.exists()


def test_discard_of_a_reviewed_draft_is_refused_in_words(desk, draft, patient):
    desk.get(url_of(draft, "clinical:consultation_review"))

    response = desk.post(url_of(draft, DISCARD), follow=True)

    assert "This draft was reviewed already" in response.content.decode()
    assert patient.consultations.exists()


@pytest.mark.parametrize("name", [DISCARD, AMEND])
def test_acts_are_posted_only(desk, draft, name):
    assert desk.get(url_of(draft, name)).status_code == 405


@pytest.mark.parametrize(("few", "many"), [(5, 40)])
def test_page_asks_the_database_as_often_for_many_medicines_as_for_few(
    desk, doctor, django_assert_max_num_queries, few, many
):
    counts = []
    for number in (few, many):
        names = [f"medicine number {index}" for index in range(number)]
        draft = factories.draft(doctor, record=factories.visit(*names))
        desk.get(url_of(draft))
        with django_assert_max_num_queries(20) as asked:
            assert desk.get(url_of(draft)).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
