"""Review and sign: what is stored, what is refused and how that is said; and the signed page that never changes."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clinical.actions.consultation import save_consultation
from clinical.actions.screening import ScreeningOutOfDate, sign_consultation
from clinical.models import AuditEvent, FlagAnswer, FollowUp, InteractionRule
from clinical.permissions import AUDITOR, PRACTICE_ADMIN, REFERENCE_EDITOR
from tests import factories
from tests.clinical.typed import fields_in

REVIEW, ANSWER, AMEND = "clinical:consultation_review", "clinical:answer", "clinical:consultation_amend"
SOON = (timezone.localdate() + timedelta(days=9)).isoformat()


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def desk(doctor) -> Client:
    return signed_in(doctor)


@pytest.fixture
def draft(doctor):
    return factories.draft(doctor, record=factories.visit("tramadol 50 mg", "sertraline"))


def url_of(consultation, name: str = "clinical:consultation") -> str:
    return reverse(name, args=[consultation.pk])


def answers(desk, draft, **fields) -> dict[str, str]:
    """What the review page would post: every act-now flag answered with "counsel", then these changes."""
    page = fields_in(desk.get(url_of(draft, REVIEW)))
    act_now = draft.runs.latest("ran_at").flags.filter(severity__in=("contraindicated", "major")).count()
    return {**page.values, **{f"flag{number}-answer": "counsel" for number in range(act_now)}, **fields}


@pytest.mark.parametrize(("name", "method"), [(REVIEW, "get"), (REVIEW, "post"), (ANSWER, "post")])
def test_review_signed_out_leads_to_sign_in(client, draft, name, method):
    assert getattr(client, method)(url_of(draft, name)).headers["Location"].startswith("/account/login/")


@pytest.mark.parametrize(("name", "method"), [(REVIEW, "get"), (REVIEW, "post"), (ANSWER, "post")])
@pytest.mark.parametrize("role", [REFERENCE_EDITOR, AUDITOR, PRACTICE_ADMIN])
def test_review_is_refused_to_other_roles(doctor, draft, name, method, role):
    client = signed_in(factories.person(role, of=doctor.practice))

    assert getattr(client, method)(url_of(draft, name)).status_code == 403


@pytest.mark.parametrize(("name", "method"), [(REVIEW, "get"), (REVIEW, "post"), (ANSWER, "post")])
def test_review_of_another_practice_is_not_found(draft, name, method):
    assert getattr(signed_in(factories.clinician()), method)(url_of(draft, name)).status_code == 404


def test_answer_is_posted_only(desk, draft):
    assert desk.get(url_of(draft, ANSWER)).status_code == 405


def test_review_shows_list_record_and_law_and_stores_one_run(desk, draft):
    page = desk.get(url_of(draft, REVIEW)).content.decode()
    desk.get(url_of(draft, REVIEW))

    assert draft.runs.count() == 1
    for part in (
        "Tramadol: slowed breathing",
        "Needs an answer before signing.",
        "Leaf powder, 3 grams each dose, 3 doses a day",
        "Not asked.",
        "PHQ-9 not recorded",
        "Law at home on 20 Nov 2026",
    ):
        assert part in page


def test_sign_closes_the_visit(desk, doctor, draft):
    response = desk.post(url_of(draft, REVIEW), answers(desk, draft))

    assert (response.status_code, response.headers["Location"]) == (302, url_of(draft))
    draft.refresh_from_db()
    assert (draft.signed_by, draft.signed_run) == (doctor, draft.runs.get())
    assert set(draft.answers.values_list("answer", flat=True)) == {"counsel"}


def test_sign_with_an_unanswered_flag_is_refused_and_focus_goes_there(desk, draft):
    data = answers(desk, draft, **{"flag0-answer": ""})

    response = desk.post(url_of(draft, REVIEW), data)

    assert response.status_code == 422
    page = response.content.decode()
    assert "Answer every act-now concern before signing." in page
    assert len(re.findall(r'<li class="kc-flag[^>]*data-kc-focus', page)) == 1
    draft.refresh_from_db()
    assert not draft.is_signed


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"flag0-answer": "will-monitor", "flag0-follow_up_on": SOON}, "Say what you will monitor."),
        ({"flag0-answer": "will-monitor", "flag0-note": "sedation"}, "Say until when."),
        ({"flag0-answer": "refer", "flag0-follow_up_on": "2020-01-01"}, "This day has passed."),
        ({"flag0-answer": "refer", "flag0-follow_up_on": "2099-01-01"}, "More than two years ahead."),
        ({"flag0-answer": "", "flag0-note": "sedation"}, "Choose an answer for what you wrote."),
        ({"flag0-answer": "ignore"}, "Select a valid choice"),
        ({"flag0-answer": "refer", "flag0-note": "x" * 201}, "at most 200 characters"),
    ],
)
def test_incomplete_answer_is_refused_and_nothing_typed_is_lost(desk, draft, fields, message):
    data = answers(desk, draft, **fields, **{"flag1-note": "said twice"})

    response = desk.post(url_of(draft, REVIEW), data)

    assert response.status_code == 422
    assert message in response.content.decode()
    kept = fields_in(response).values
    assert kept["flag1-note"] == "said twice"
    assert kept["flag0-note"] == fields.get("flag0-note", "")
    assert not draft.answers.exists()


def test_monitoring_becomes_a_follow_up(desk, doctor, draft):
    data = answers(
        desk, draft, **{"flag0-answer": "will-monitor", "flag0-note": "sedation", "flag0-follow_up_on": SOON}
    )

    desk.post(url_of(draft, REVIEW), data)

    task = FollowUp.objects.get(consultation=draft)
    assert (task.what, task.due_on.isoformat(), task.owner) == ("sedation", SOON, doctor)


def test_answers_saved_alone_are_kept_and_not_doubled(desk, draft):
    data = answers(desk, draft, **{"flag0-note": "talked about it"})

    response = desk.post(url_of(draft, ANSWER), data, follow=True)
    desk.post(url_of(draft, ANSWER), data)

    assert "Answers saved." in response.content.decode()
    assert "talked about it" in response.content.decode()
    rules = list(draft.answers.values_list("rule", "about"))
    assert len(rules) == len(set(rules)) > 0
    draft.refresh_from_db()
    assert not draft.is_signed


def test_answer_by_htmx_gives_the_page_back_at_once(desk, draft):
    response = desk.post(url_of(draft, ANSWER), answers(desk, draft), headers={"HX-Request": "true"})

    assert response.status_code == 200
    assert "Counsel the patient" in response.content.decode()


def test_incomplete_answer_alone_is_refused(desk, draft):
    response = desk.post(url_of(draft, ANSWER), answers(desk, draft, **{"flag0-answer": "will-monitor"}))

    assert response.status_code == 422
    assert not draft.answers.exists()


def test_a_changed_answer_counts_and_the_first_stays(desk, draft):
    desk.post(url_of(draft, ANSWER), answers(desk, draft))
    desk.post(url_of(draft, ANSWER), answers(desk, draft, **{"flag0-answer": "refer"}))

    flag = draft.runs.get().flags.first()
    given = FlagAnswer.objects.filter(consultation=draft, rule=flag.rule, about=flag.about)
    assert list(given.values_list("answer", flat=True)) == ["counsel", "refer"]


def test_sign_after_the_record_changed_shows_the_new_list(desk, doctor, draft):
    data = answers(desk, draft)
    record = factories.visit("tramadol 50 mg", "methadone")
    save_consultation(consultation=draft, by=doctor, record=record, seen_version=draft.version)

    response = desk.post(url_of(draft, REVIEW), data)

    assert response.status_code == 409
    page = response.content.decode()
    assert "Not signed: something changed" in page
    assert "methadone" in page
    draft.refresh_from_db()
    assert not draft.is_signed


def test_sign_of_a_screening_that_was_never_read_is_refused(desk, draft):
    data = answers(desk, draft) | {"run": "not-a-run"}

    assert desk.post(url_of(draft, REVIEW), data).status_code == 409


def test_signing_twice_doubles_nothing_and_says_so(desk, draft):
    data = answers(desk, draft)
    desk.post(url_of(draft, REVIEW), data)

    for again in (
        desk.post(url_of(draft, REVIEW), data, follow=True),
        desk.post(url_of(draft, ANSWER), data, follow=True),
    ):
        assert "Nothing was signed twice." in again.content.decode()
    assert AuditEvent.objects.filter(act="signed").count() == 1
    assert draft.runs.count() == 1


def test_review_of_a_signed_visit_leads_to_it(desk, doctor):
    signed = factories.signed_visit(doctor)

    assert desk.get(url_of(signed, REVIEW)).headers["Location"] == url_of(signed)


def test_sign_lost_to_a_colleague_is_told(desk, doctor, draft, monkeypatch):
    data = answers(desk, draft)

    def colleague_first(**values):
        sign_consultation(**values)
        sign_consultation(**values)

    monkeypatch.setattr("clinical.views.review.sign_consultation", colleague_first)
    response = desk.post(url_of(draft, REVIEW), data, follow=True)

    assert "Already signed by" in response.content.decode()


def test_sign_while_the_record_changes_is_told(desk, draft, monkeypatch):
    data = answers(desk, draft)

    def changed_meanwhile(**values):
        raise ScreeningOutOfDate

    monkeypatch.setattr("clinical.views.review.sign_consultation", changed_meanwhile)
    response = desk.post(url_of(draft, REVIEW), data)

    assert response.status_code == 409
    assert "Not signed: something changed" in response.content.decode()


def test_signed_page_shows_what_was_shown_even_after_the_rule_is_closed(desk, doctor):
    signed = factories.signed_visit(doctor)
    before = desk.get(url_of(signed)).content.decode()
    InteractionRule.objects.filter(code="tramadol", closed_at=None).update(closed_at=timezone.now())

    after = desk.get(url_of(signed)).content.decode()

    assert not InteractionRule.objects.filter(code="tramadol", closed_at=None).exists()
    assert "Tramadol: slowed breathing" in after
    assert f"Signed by {doctor}" in after
    assert "with reference version" in after
    assert before.count("kc-flag__action") == after.count("kc-flag__action")


def test_signed_page_shows_each_answer_with_who_and_when(desk, doctor):
    signed = factories.signed_visit(doctor)

    page = desk.get(url_of(signed)).content.decode()

    assert page.count("<strong>Answer:</strong>") == signed.answers.count() > 0
    assert "flag0-answer" not in page


def test_signed_page_keeps_conditions_and_pregnancy_of_the_day(desk, doctor):
    signed = factories.signed_visit(doctor, record=factories.visit(conditions=("long_qt_syndrome",), pregnant=True))
    patient = signed.patient
    patient.has_conditions.update(ended_at=timezone.now())
    patient.pregnant = False
    patient.save()

    page = desk.get(url_of(signed)).content.decode()

    assert "Long QT syndrome" in page
    assert "Pregnant: yes" in page


def test_signed_page_is_readable_for_an_auditor_without_amending(doctor):
    signed = factories.signed_visit(doctor)
    page = signed_in(factories.person(AUDITOR, of=doctor.practice)).get(url_of(signed)).content.decode()

    assert "Signed by" in page
    assert "Amend this visit" not in page


def test_amendment_opens_a_draft_and_both_name_each_other(desk, doctor):
    signed = factories.signed_visit(doctor)

    response = desk.post(url_of(signed, AMEND), {"reason": "Dose was wrong"}, follow=True)

    page = response.content.decode()
    draft = signed.patient.consultations.get(amends=signed)
    assert "Amendment of the visit of 20 Nov 2026: Dose was wrong" in page
    assert fields_in(response).values["medicine-0-entered"] == "tramadol 50 mg"
    assert url_of(draft) in desk.get(url_of(signed)).content.decode()


def test_amendment_without_a_reason_is_refused_at_the_field(desk, doctor):
    response = desk.post(url_of(factories.signed_visit(doctor), AMEND), {"reason": "  "})

    assert response.status_code == 422
    assert "This field is required." in response.content.decode()


def test_amending_twice_or_amending_a_draft_is_refused_in_words(desk, doctor, draft):
    signed = factories.signed_visit(doctor)
    desk.post(url_of(signed, AMEND), {"reason": "First"})

    for found in (signed, draft):
        page = desk.post(url_of(found, AMEND), {"reason": "Second"}, follow=True).content.decode()
        assert "Only the latest signed version of a consultation can be amended." in page
