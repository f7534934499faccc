"""PHQ-9 item 9 above zero holds a visit up until suicide was asked about; nothing ever reads as no risk."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import Error
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clinical.actions.consultation import DraftWasReviewed, discard_draft
from clinical.actions.screening import answer_flag, run_screening, sign_consultation, unanswered
from clinical.actions.suicide_inquiry import InquiryIncomplete, SuicideInquiryMissing, record_suicide_inquiry
from clinical.inquiry import inquiry_of, inquiry_words
from clinical.models import AuditEvent, FollowUp, SuicideInquiry
from clinical.permissions import AUDITOR, PRACTICE_ADMIN, REFERENCE_EDITOR, RecordClosed
from clinical.reference_inquiry import inquiry_faults
from clinical.screening.inquiry import Mood, reasons_to_ask
from tests import factories
from tests.clinical.typed import fields_in

POSITIVE = (0,) * 8 + (1,)
ZERO = (0,) * 9
WHOLE = {"screen": "asq", "outcome": "thoughts", "done": "Safety plan made.", "contact_on": ""}


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def desk(doctor) -> Client:
    return signed_in(doctor)


@pytest.fixture
def draft(doctor):
    return factories.draft(doctor, record=factories.visit(phq9=POSITIVE))


def url_of(consultation, name: str = "suicide_inquiry") -> str:
    return reverse(f"clinical:{name}", args=[consultation.pk])


def ready(doctor, draft):
    """Everything answered that a signature needs, but the inquiry."""
    run = run_screening(consultation=draft, by=doctor)
    for flag in unanswered(run.result["flags"], {}):
        answer_flag(consultation=draft, by=doctor, rule=flag["rule"], about=flag["about"], answer="counsel")
    return run


# ---- who is asked


REASONS = {
    "nothing": (Mood(phq9=ZERO, phq9_before=ZERO), ()),
    "item 9 at 1": (Mood(phq9=POSITIVE, phq9_before=POSITIVE), ("item-9",)),
    "item 9 at 3 with every other at 0": (Mood(phq9=(0,) * 8 + (3,)), ("item-9",)),
    "all others at 3 with item 9 at 0": (Mood(phq9=(3,) * 8 + (0,)), ()),
    "first visit": (Mood(is_first_visit=True), ("first-visit",)),
    "change agreed": (Mood(changes_kratom=True), ("change",)),
    "rise of 4": (Mood(phq9=(2, 2, *(0,) * 7), phq9_before=ZERO), ()),
    "rise of 5": (Mood(phq9=(2, 3, *(0,) * 7), phq9_before=ZERO), ("rise",)),
    "fall of 5": (Mood(phq9=ZERO, phq9_before=(2, 3, *(0,) * 7)), ()),
    "no score before": (Mood(phq9=(3,) * 8 + (0,), phq9_before=None), ()),
    "no score now": (Mood(phq9_before=(3,) * 9), ()),
    "everything": (
        Mood(phq9=(3,) * 9, phq9_before=ZERO, is_first_visit=True, changes_kratom=True),
        ("item-9", "first-visit", "change", "rise"),
    ),
}


@pytest.mark.parametrize(("mood", "expected"), REASONS.values(), ids=REASONS)
def test_reasons_to_ask(mood, expected):
    assert reasons_to_ask(mood, item_9_positive=1, rise=5) == expected


def test_rise_is_measured_against_the_last_signed_score(doctor):
    patient = factories.patient(doctor)
    factories.signed_visit(doctor, patient, factories.visit(phq9=ZERO))
    factories.signed_visit(doctor, patient, factories.visit())
    now = factories.draft(doctor, patient, factories.visit(phq9=(3, 2, *(0,) * 7)))

    assert inquiry_of(now).reasons == ("rise",)
    assert not inquiry_of(now).is_due


def test_change_agreed_asks_without_holding_up(doctor):
    patient = factories.patient(doctor)
    factories.signed_visit(doctor, patient)
    now = factories.draft(doctor, patient, factories.visit(change_plan="taper"))
    assert (inquiry_of(now).reasons, inquiry_of(now).is_due) == (("change",), False)


# ---- the write


def test_inquiry_is_kept_with_who_when_and_a_task(doctor, draft):
    day = timezone.localdate() + timedelta(days=2)
    stored = record_suicide_inquiry(
        consultation=draft, by=doctor, screen="asq", outcome="thoughts", done=" Safety plan. ", contact_on=day
    )

    assert (stored.by, stored.done, str(stored)) == (doctor, "Safety plan.", "thoughts")
    task = FollowUp.objects.get(consultation=draft)
    assert (task.due_on, task.owner, task.what) == (day, doctor, "Contact after asking about suicide")
    assert AuditEvent.objects.filter(act="asked", record="suicideinquiry", patient=draft.patient).exists()


@pytest.mark.parametrize("change", [{"screen": ""}, {"done": "  "}])
def test_inquiry_without_screen_or_deed_is_refused(doctor, draft, change):
    with pytest.raises(InquiryIncomplete, match="Say what was asked with"):
        factories.asked_about_suicide(draft, doctor, **change)


def test_inquiry_with_an_outcome_of_its_own_is_refused(doctor, draft):
    with pytest.raises(ValueError, match="no-risk"):
        factories.asked_about_suicide(draft, doctor, outcome="no-risk")


def test_inquiry_needs_the_right_to_write(doctor, draft):
    with pytest.raises(PermissionDenied):
        factories.asked_about_suicide(draft, factories.person(AUDITOR, of=doctor.practice))


def test_inquiry_of_a_signed_visit_is_refused(doctor):
    with pytest.raises(RecordClosed):
        factories.asked_about_suicide(factories.signed_visit(doctor), doctor)


def test_inquiry_stands_and_falls_with_its_audit_event(doctor, draft, nothing_kept_without_audit):
    with nothing_kept_without_audit():
        factories.asked_about_suicide(draft, doctor)


def test_inquiry_is_never_changed_and_its_draft_stays(doctor, draft):
    stored = factories.asked_about_suicide(draft, doctor)
    with pytest.raises(DraftWasReviewed):
        discard_draft(consultation=draft, by=doctor)
    with pytest.raises(Error, match="Cannot update"):
        SuicideInquiry.objects.filter(pk=stored.pk).update(outcome="no-thoughts")


# ---- signing


def test_sign_is_refused_until_suicide_was_asked_about(doctor, draft):
    run = ready(doctor, draft)
    with pytest.raises(SuicideInquiryMissing, match="Ask directly about suicide"):
        sign_consultation(consultation=draft, by=doctor, run=run)
    factories.asked_about_suicide(draft, doctor, outcome="declined")
    assert sign_consultation(consultation=draft, by=doctor, run=run).is_signed


def test_sign_with_item_9_at_zero_is_not_held_up(doctor):
    draft = factories.draft(doctor, record=factories.visit(phq9=(3,) * 8 + (0,)))
    assert sign_consultation(consultation=draft, by=doctor, run=ready(doctor, draft)).is_signed


def test_inquiry_of_another_visit_does_not_count(doctor):
    patient = factories.patient(doctor)
    factories.signed_visit(doctor, patient, factories.visit(phq9=POSITIVE))
    now = factories.draft(doctor, patient, factories.visit(phq9=POSITIVE))
    with pytest.raises(SuicideInquiryMissing):
        sign_consultation(consultation=now, by=doctor, run=ready(doctor, now))


def test_refused_signature_keeps_the_answers_and_shows_the_prompt(desk, doctor):
    draft = factories.draft(doctor, record=factories.visit("tramadol 50 mg", phq9=POSITIVE))
    page = fields_in(desk.get(url_of(draft, "consultation_review")))
    answer = desk.post(url_of(draft, "consultation_review"), {**page.values, "flag0-answer": "counsel"})

    words = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>Error:" in words
    assert "Not signed yet: ask directly about suicide first" in words
    assert words.count("data-kc-focus") == 1
    assert draft.answers.filter(answer="counsel").exists()
    assert "Not signed yet</h2>" not in words


# ---- pages


@pytest.mark.parametrize("method", ["get", "post"])
def test_inquiry_signed_out_leads_to_sign_in(client, draft, method):
    assert getattr(client, method)(url_of(draft)).headers["Location"].startswith("/account/login/")


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("role", [REFERENCE_EDITOR, AUDITOR, PRACTICE_ADMIN])
def test_inquiry_is_refused_to_other_roles(doctor, draft, method, role):
    client = signed_in(factories.person(role, of=doctor.practice))
    assert getattr(client, method)(url_of(draft)).status_code == 403


@pytest.mark.parametrize("method", ["get", "post"])
def test_inquiry_of_another_practice_is_not_found(draft, method):
    assert getattr(signed_in(factories.clinician()), method)(url_of(draft)).status_code == 404


def test_inquiry_page_of_a_signed_visit_leads_to_the_visit(desk, doctor):
    page = desk.get(url_of(factories.signed_visit(doctor)), follow=True).content.decode()
    assert "This visit is signed and closed." in page


@pytest.mark.parametrize("button", ["save", "review"])
def test_saving_leads_to_the_prompt_until_it_is_recorded(desk, doctor, draft, button):
    page = fields_in(desk.get(url_of(draft, "consultation")))
    assert desk.post(url_of(draft, "consultation"), {**page.values, "do": button}).headers["Location"] == url_of(draft)
    draft.refresh_from_db()
    assert draft.version == 2

    factories.asked_about_suicide(draft, doctor)
    page = fields_in(desk.get(url_of(draft, "consultation")))
    then = url_of(draft, "consultation_review" if button == "review" else "consultation")
    assert desk.post(url_of(draft, "consultation"), {**page.values, "do": button}).headers["Location"] == then


def test_prompt_says_what_to_do_why_and_whom_to_call(desk, draft, settings):
    page = desk.get(url_of(draft)).content.decode()
    for words in (
        "do not leave the person alone; emergency evaluation now.",
        "contact within 24 to 72 hours.",
        "this does not rule out risk",
        "from 0.4% (not at all) to 4% (nearly every day)",
        "71.6% of suicides",
        "62.9% of medical inpatients",
        "W142",
        "call or text 988 (Spanish: press 2, or text AYUDA)",
        "free text is not screened here",
        "First visit on record",
        "https://www.nimh.nih.gov/labs-at-nimh/asq-toolkit-materials/index.shtml",
        'rel="noopener noreferrer"',
    ):
        assert words in page
    assert AuditEvent.objects.filter(act="opened", patient=draft.patient).exists()
    settings.CRISIS_LINE = "In Utopia: ring 1-2-3."
    page = desk.get(url_of(draft)).content.decode()
    assert "In Utopia: ring 1-2-3." in page
    assert "988" not in page


def test_inquiry_recorded_leads_to_the_review_with_what_to_do_next(desk, draft):
    answer = desk.post(url_of(draft), {**WHOLE, "outcome": "plan-or-intent"}, follow=True)
    page = answer.content.decode()
    assert "Plan, intent, preparation or recent attempt" in page
    assert "Do not leave the person alone." in page
    assert "Safety plan made." in page


REFUSED = {
    "no screen": ({"screen": ""}, "Choose what you asked with."),
    "another screen": ({"screen": "phq9"}, "valid choice"),
    "no outcome": ({"outcome": ""}, "Choose what the person said."),
    "no deed": ({"done": " "}, "Say what was done."),
    "contact yesterday": ({"contact_on": "2020-01-01"}, "This day has passed."),
    "contact in years": ({"contact_on": "2099-01-01"}, "More than a year ahead."),
    "contact on no day": ({"contact_on": "soon"}, "Enter a day such as"),
}


@pytest.mark.parametrize(("change", "message"), REFUSED.values(), ids=REFUSED)
def test_incomplete_inquiry_is_refused_and_kept_on_the_page(desk, draft, change, message):
    answer = desk.post(url_of(draft), WHOLE | change)
    assert answer.status_code == 422
    assert message in answer.content.decode()
    assert not draft.suicide_inquiries.exists()


@pytest.mark.parametrize("outcome", SuicideInquiry.Outcome.values)
def test_no_outcome_reads_as_no_risk(desk, doctor, outcome):
    signed = factories.draft(doctor, record=factories.visit(phq9=POSITIVE))
    factories.asked_about_suicide(signed, doctor, outcome=outcome)
    sign_consultation(consultation=signed, by=doctor, run=ready(doctor, signed))
    page = desk.get(url_of(signed, "consultation")).content.decode()
    label = SuicideInquiry.Outcome(outcome).label
    assert str(label) in page
    assert "Done: Asked; crisis line given." in page
    assert "no risk" not in page.lower()


def test_steps_after_no_thoughts_say_that_risk_is_not_ruled_out(desk, doctor, draft):
    factories.asked_about_suicide(draft, doctor)
    page = desk.get(url_of(draft, "consultation_review")).content.decode()
    assert "This does not rule out risk." in page


def test_visit_without_an_inquiry_says_so(desk, doctor):
    page = desk.get(url_of(factories.signed_visit(doctor), "consultation")).content.decode()
    assert "No direct inquiry is recorded in this visit." in page


def test_review_of_a_first_visit_asks_without_holding_up(desk, doctor):
    page = desk.get(url_of(factories.draft(doctor), "consultation_review")).content.decode()
    assert "Suicide has not been asked about in this visit" in page
    assert "First visit on record" in page
    assert 'id="ask-now"' not in page


def test_draft_page_shows_the_prompt_while_it_is_due(desk, doctor, draft):
    assert 'id="ask-now"' in desk.get(url_of(draft, "consultation")).content.decode()
    factories.asked_about_suicide(draft, doctor)
    assert 'id="ask-now"' not in desk.get(url_of(draft, "consultation")).content.decode()


# ---- the document


@pytest.mark.django_db
def test_document_in_force_has_no_fault():
    assert list(inquiry_faults(inquiry_words())) == []


FAULTS = {
    "no list": (lambda c: c | {"facts": []}, "inquiry.yaml: facts is empty"),
    "an outcome gone": (
        lambda c: c | {"outcomes": c["outcomes"][1:]},
        "inquiry.yaml: outcomes: “plan-or-intent” is missing",
    ),
    "a reason gone": (lambda c: c | {"reasons": c["reasons"][1:]}, "inquiry.yaml: reasons: “item-9” is missing"),
    "no crisis line": (lambda c: c | {"crisis_line": {"text": " "}}, "inquiry.yaml: crisis_line: text is empty"),
    "no threshold": (lambda c: c | {"parameters": []}, "inquiry.yaml: parameters: phq9_rise must be a number above 0"),
    "no steps": (
        lambda c: c | {"outcomes": [c["outcomes"][0] | {"steps": []}, *c["outcomes"][1:]]},
        "inquiry.yaml: outcomes, entry 1: steps is empty",
    ),
    "no words at all": (lambda c: c | {"facts": [{}]}, "inquiry.yaml: KeyError('text') is missing or of another kind"),
    "no document": (lambda c: None, "inquiry.yaml: must hold its lists"),
}


@pytest.mark.django_db
@pytest.mark.parametrize(("change", "fault"), FAULTS.values(), ids=FAULTS)
def test_faulty_document_is_named(change, fault):
    assert list(inquiry_faults(change(inquiry_words()))) == [fault]
