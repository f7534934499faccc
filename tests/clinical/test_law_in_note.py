"""The law leaves with the note only where somebody chose it for that visit; the choice is kept and signed with it."""

import pytest
from django.urls import reverse

from clinical.actions.printing import choose_law_in_note
from clinical.models import AuditEvent
from clinical.paper.sheets import as_plain_text
from clinical.permissions import RecordClosed
from clinical.views.note_sheet import note_sheet
from tests import factories
from tests.clinical.stored import events
from tests.clinical.typed import fields_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(doctor):
    return factories.draft(doctor, record=factories.visit("sertraline"))


@pytest.fixture
def desk(client, doctor):
    client.force_login(doctor)
    return client


def page_of(name: str, consultation) -> str:
    return reverse(f"clinical:{name}", args=[consultation.pk])


def signed_from_review(desk, draft, **changes):
    """Sign by the page, every act-now concern answered; then the visit as stored."""
    review = page_of("consultation_review", draft)
    page = fields_in(desk.get(review))
    act_now = draft.runs.latest("ran_at").flags.filter(severity__in=("contraindicated", "major")).count()
    answers = {f"flag{number}-answer": "counsel" for number in range(act_now)}
    assert desk.post(review, {**page.values, **answers, **changes}).status_code == 302
    draft.refresh_from_db()
    assert draft.is_signed
    return draft


def test_note_is_without_the_law_unless_chosen(desk, draft):
    signed = signed_from_review(desk, draft)
    assert signed.note_includes_law is False
    words = as_plain_text(note_sheet(signed))
    assert "Tennessee" not in words
    assert "\nLAW\n" not in words
    assert events(act="signed") == [("signed", "consultation", [])]


def test_note_has_the_law_where_it_was_chosen(desk, draft):
    signed = signed_from_review(desk, draft, note_includes_law="on")
    assert signed.note_includes_law is True
    words = as_plain_text(note_sheet(signed)).split("\nLAW\n")[1].split("\n\n")[0]
    ruling = signed.signed_run.legal["rulings"][0]
    for said in (
        "Memphis", "on 20 Nov 2026", "Kratom leaf: Not lawful", "Decided by Tennessee", ruling["citation"],
        "checked 22 Nov 2026", f"confidence {ruling['confidence']}", ruling["source_url"], "not legal advice",
    ):  # fmt: skip
        assert said in words


def test_choice_is_audited_by_name_and_with_the_signature(desk, draft):
    signed_from_review(desk, draft, note_includes_law="on")
    found = events(act__in=("changed", "signed"))
    assert found == [
        ("changed", "consultation", ["note_includes_law"]),
        ("signed", "consultation", ["note_includes_law"]),
    ]


def test_choice_made_with_answers_alone_is_kept_and_can_be_unmade(desk, draft):
    page = fields_in(desk.get(page_of("consultation_review", draft)))
    assert "note_includes_law" not in page.values
    desk.post(page_of("answer", draft), {**page.values, "note_includes_law": "on"})
    again = fields_in(desk.get(page_of("consultation_review", draft)))
    assert again.values["note_includes_law"] == "on"
    del again.values["note_includes_law"]
    desk.post(page_of("take_up", draft), again.values)
    draft.refresh_from_db()
    assert draft.note_includes_law is False
    assert AuditEvent.objects.filter(changed__contains=["note_includes_law"]).count() == 2


def test_post_of_a_page_that_did_not_ask_changes_no_choice(desk, doctor, draft):
    choose_law_in_note(consultation=draft, by=doctor, included=True)
    desk.post(page_of("answer", draft), {})
    draft.refresh_from_db()
    assert draft.note_includes_law is True


def test_choice_after_signing_is_refused(desk, doctor, draft):
    signed = signed_from_review(desk, draft)
    with pytest.raises(RecordClosed):
        choose_law_in_note(consultation=signed, by=doctor, included=True)


def test_choice_whose_audit_fails_is_not_kept(draft, doctor, nothing_kept_without_audit):
    with nothing_kept_without_audit():
        choose_law_in_note(consultation=draft, by=doctor, included=True)


def test_note_of_a_place_that_is_not_settled_says_so(doctor):
    nowhere = factories.patient(doctor, zip_code="", city="Springfield", county="", state="")
    found = factories.draft(doctor, nowhere)
    choose_law_in_note(consultation=found, by=doctor, included=True)
    assert "LAW\n- Not assessed: " in as_plain_text(note_sheet(found))


def test_note_of_an_uncertain_answer_gives_the_strictest_known(doctor):
    found = factories.draft(doctor, factories.patient(doctor, zip_code="", city="Topeka", county="", state="KS"))
    choose_law_in_note(consultation=found, by=doctor, included=True)
    words = as_plain_text(note_sheet(found)).split("\nLAW\n")[1]
    assert "Kratom leaf: Uncertain" in words
    assert "No firm answer: advise as if not lawful" in words


def test_note_gives_the_minimum_age(doctor):
    found = factories.draft(doctor, factories.patient(doctor, zip_code="", city="", county="Tulsa", state="OK"))
    choose_law_in_note(consultation=found, by=doctor, included=True)
    assert "Minimum age 18." in as_plain_text(note_sheet(found))


def test_patient_page_never_has_the_law(desk, doctor, draft):
    signed = signed_from_review(desk, draft, note_includes_law="on")
    words = desk.get(page_of("note_text", signed)).context
    assert "Tennessee" in words["note"]
    for said in ("Tennessee", "lawful", "law at"):
        assert said not in words["handout"]
    assert events(act="printed") == [("printed", "consultation", ["law", "note"])]


def test_law_beside_the_record_does_not_print_unless_chosen(desk, doctor, draft):
    review = page_of("consultation_review", draft)
    assert '<section class="kc-part kc-no-print"><h3>Law at home' in desk.get(review).content.decode()
    choose_law_in_note(consultation=draft, by=doctor, included=True)
    assert '<section class="kc-part"><h3>Law at home' in desk.get(review).content.decode()
