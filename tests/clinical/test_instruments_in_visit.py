"""Instruments in a visit: complete or not stored, with the revision of their words; a page for each further scale."""

from datetime import date

import pytest
from django.db import Error
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from clinical.actions.consultation import amend_consultation, save_consultation
from clinical.actions.instruments import InstrumentIncomplete, UnknownInstrument, remove_instrument, take_instrument
from clinical.forms.consultation import ConsultationForm
from clinical.forms.consultation_start import starting_record
from clinical.instruments import instruments_in_force
from clinical.models import AuditEvent, Consultation, InstrumentTaken
from clinical.permissions import AUDITOR, PRACTICE_ADMIN, REFERENCE_EDITOR, RecordClosed
from clinical.records import InstrumentRecord
from clinical.snapshots import record_of
from tests import factories
from tests.clinical.typed import fields_in, typed

TODAY = date(2026, 11, 22)
COWS = (1, 2, 1, 2, 0, 2, 1, 0, 1, 0, 0)
PHQ9 = (1, 1, 2, 0, 0, 1, 0, 0, 0)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def desk(doctor) -> Client:
    return signed_in(doctor)


@pytest.fixture
def draft(doctor) -> Consultation:
    return factories.draft(doctor, record=factories.visit(uses=(factories.leaf(hours_since_last_use=12.0),)))


def url_of(consultation, code: str = "gad7") -> str:
    return reverse("clinical:scale", args=[consultation.pk, code])


def visit_url(consultation) -> str:
    return reverse("clinical:consultation", args=[consultation.pk])


def items(code: str, answers) -> dict[str, str]:
    return {f"{code}_{number}": str(answer) for number, answer in enumerate(answers, start=1)}


def bound(patient, **fields) -> ConsultationForm:
    return ConsultationForm(patient, today=TODAY, data=typed(**fields), placing=True)


# ---- in the form of the visit


def test_cows_by_items_gives_its_total_and_an_instrument(doctor):
    record = bound(factories.patient(doctor), **items("cows", COWS), **items("phq9", PHQ9)).record

    assert (record.cows, record.phq9) == (10, PHQ9)
    revision = instruments_in_force()["cows"].revision
    assert InstrumentRecord("cows", COWS, revision, 10, "mild") in record.instruments
    assert [one.instrument for one in record.instruments] == ["phq9", "cows"]


def test_cows_total_from_elsewhere_is_kept_without_items(doctor):
    record = bound(factories.patient(doctor), cows="14").record
    assert (record.cows, record.instruments) == (14, ())


REFUSED = {
    "COWS half filled": (items("cows", COWS[:9]), "id_cows_10", "items 10, 11 are not answered"),
    "COWS value that does not exist": (items("cows", (3, *COWS[1:])), "id_cows_1", "valid choice"),
    "another total beside the items": ({**items("cows", COWS), "cows": "12"}, "id_cows", "add up to 10"),
    "PHQ-9 one open": (items("phq9", PHQ9[:8]), "id_phq9_9", "item 9 is not answered"),
    "PHQ-9 out of range": (items("phq9", (*PHQ9[:8], 4)), "id_phq9_9", "valid choice"),
}


@pytest.mark.parametrize(("fields", "field_id", "message"), REFUSED.values(), ids=REFUSED)
def test_half_filled_or_impossible_is_told_at_its_item(doctor, fields, field_id, message):
    form = bound(factories.patient(doctor), **fields)
    assert not form.is_valid()
    problems = {problem.field_id: problem.message for problem in form.problems}
    assert message in problems[field_id]
    code = field_id.removeprefix("id_").partition("_")[0]
    assert field_id == "id_cows" or code not in [one.instrument for one in form.record.instruments]


def test_nothing_typed_is_lost_when_a_scale_is_half_filled(desk, draft):
    page = fields_in(desk.get(visit_url(draft)))
    answer = desk.post(visit_url(draft), {**page.values, **items("phq9", PHQ9[:5]), "do": "save"})

    assert answer.status_code == 422
    shown = fields_in(answer)
    assert [shown.values[f"phq9_{number}"] for number in range(1, 6)] == [str(value) for value in PHQ9[:5]]
    assert not draft.instruments.exists()


def test_same_total_typed_beside_the_items_is_no_fault(doctor):
    assert bound(factories.patient(doctor), **items("cows", COWS), cows="10").is_valid()


# ---- stored


def test_scores_are_stored_with_revision_total_band_and_last_use(doctor):
    draft = factories.draft(
        doctor, record=factories.visit(phq9=PHQ9, uses=(factories.leaf(hours_since_last_use=36.0),))
    )
    row = draft.instruments.get()

    assert (row.instrument, row.answers, row.total, row.band) == ("phq9", list(PHQ9), 5, "mild")
    assert row.version == instruments_in_force()["phq9"].revision
    assert row.days_since_last_use == 1.5
    assert str(row) == "phq9: 5"


def test_last_use_not_known_of_one_product_is_not_known(doctor):
    uses = (factories.leaf(), factories.leaf(hours_since_last_use=None))
    draft = factories.draft(doctor, record=factories.visit(phq9=PHQ9, uses=uses))
    assert draft.instruments.get().days_since_last_use is None


def test_saving_the_visit_replaces_its_own_scales_and_leaves_the_others(doctor, draft):
    take_instrument(consultation=draft, by=doctor, code="gad7", answers=(1,) * 7)
    record = factories.visit(phq9=PHQ9)
    save_consultation(consultation=draft, by=doctor, record=record, seen_version=1)
    save_consultation(consultation=draft, by=doctor, record=factories.visit(), seen_version=2)

    assert [row.instrument for row in draft.instruments.all()] == ["gad7"]


def test_sending_the_same_page_twice_is_no_conflict_beside_another_scale(desk, doctor, draft):
    page = fields_in(desk.get(visit_url(draft)))
    take_instrument(consultation=draft, by=doctor, code="gad7", answers=(1,) * 7)
    for _ in range(2):
        assert desk.post(visit_url(draft), {**page.values, "do": "save"}).status_code == 302


def test_signing_notes_the_tier_and_closes_the_scores(doctor):
    signed = factories.signed_visit(doctor, record=factories.visit(phq9=PHQ9))
    row = signed.instruments.get()

    assert row.tier == signed.signed_run.result["withdrawal"]["tier"] != ""
    with pytest.raises(Error, match="Cannot change rows of a signed consultation"):
        InstrumentTaken.objects.filter(pk=row.pk).update(total=0)


def test_amendment_starts_with_every_score_and_a_new_visit_with_none(doctor, draft):
    take_instrument(consultation=draft, by=doctor, code="dast10", answers=(0, 0, 1) + (0,) * 7)
    save_consultation(consultation=draft, by=doctor, record=factories.visit(phq9=PHQ9), seen_version=1)
    draft.refresh_from_db()
    signed = _signed(doctor, draft)
    amendment = amend_consultation(consultation=signed, by=doctor, reason="Wrong dose.")

    assert record_of(amendment).instruments == record_of(signed).instruments
    assert [one.instrument for one in record_of(signed).instruments] == ["dast10", "phq9"]
    assert starting_record(signed.patient, TODAY)[0].instruments == ()


def _signed(doctor, draft):
    from clinical.actions.screening import answer_flag, run_screening, sign_consultation, unanswered

    run = run_screening(consultation=draft, by=doctor)
    for flag in unanswered(run.result["flags"], {}):
        answer_flag(consultation=draft, by=doctor, rule=flag["rule"], about=flag["about"], answer="counsel")
    return sign_consultation(consultation=draft, by=doctor, run=run)


# ---- the action behind a scale's page


def test_taking_an_instrument_again_replaces_it_and_is_noted(doctor, draft):
    take_instrument(consultation=draft, by=doctor, code="gad7", answers=(1,) * 7)
    row = take_instrument(consultation=draft, by=doctor, code="gad7", answers=(3,) * 7)

    assert (draft.instruments.get(), row.total, row.band) == (row, 21, "severe")
    assert AuditEvent.objects.filter(act="scored", record="instrumenttaken", by=doctor).count() == 2


def test_taking_an_instrument_is_refused(doctor, draft):
    with pytest.raises(InstrumentIncomplete, match="Items without an answer: worry") as refused:
        take_instrument(consultation=draft, by=doctor, code="gad7", answers=(1, 1, None, 1, 1, 1, 1))
    assert refused.value.missing == ("worry",)
    with pytest.raises(InstrumentIncomplete, match="impairment"):
        take_instrument(consultation=draft, by=doctor, code="kud_leaf", answers=(1,) * 11 + (None,))
    with pytest.raises(UnknownInstrument):
        take_instrument(consultation=draft, by=doctor, code="sows", answers=(1,))
    with pytest.raises(ValueError, match="7 answers expected"):
        take_instrument(consultation=draft, by=doctor, code="gad7", answers=(1,))
    assert not draft.instruments.exists()


def test_signed_visit_takes_no_instrument(doctor):
    signed = factories.signed_visit(doctor)
    with pytest.raises(RecordClosed):
        take_instrument(consultation=signed, by=doctor, code="gad7", answers=(1,) * 7)
    with pytest.raises(RecordClosed):
        remove_instrument(consultation=signed, by=doctor, code="gad7")


def test_nothing_is_stored_without_its_audit_event(doctor, draft, nothing_kept_without_audit):
    with nothing_kept_without_audit():
        take_instrument(consultation=draft, by=doctor, code="gad7", answers=(1,) * 7)


def test_audit_c_is_read_with_the_recorded_sex(doctor):
    for sex, band in (("female", "positive"), ("male", "below_cut_off"), ("", "")):
        draft = factories.draft(doctor, of=factories.patient(doctor, sex=sex))
        assert take_instrument(consultation=draft, by=doctor, code="auditc", answers=(1, 1, 1)).band == band


# ---- the page of a scale


@pytest.mark.parametrize("method", ["get", "post"])
def test_scale_signed_out_leads_to_sign_in(client, draft, method):
    assert getattr(client, method)(url_of(draft)).headers["Location"].startswith("/account/login/")


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("role", [REFERENCE_EDITOR, AUDITOR, PRACTICE_ADMIN])
def test_scale_is_refused_to_other_roles(doctor, draft, method, role):
    client = signed_in(factories.person(role, of=doctor.practice))
    assert getattr(client, method)(url_of(draft)).status_code == 403


@pytest.mark.parametrize("method", ["get", "post"])
def test_scale_of_another_practice_is_not_found(draft, method):
    assert getattr(signed_in(factories.clinician()), method)(url_of(draft)).status_code == 404


@pytest.mark.parametrize("code", ["sows", "phq9", "cows", "kud"])
def test_scale_without_a_page_is_not_found(desk, draft, code):
    assert desk.get(url_of(draft, code)).status_code == 404


def test_scale_of_a_signed_visit_leads_to_the_visit(desk, doctor):
    answer = desk.get(url_of(factories.signed_visit(doctor)), follow=True)
    assert "This visit is signed and closed." in answer.content.decode()


def test_every_scale_has_its_questions_credit_and_notes(desk, draft):
    for code, words in instruments_in_force().items():
        if code in ("phq9", "cows"):
            continue
        page = desk.get(url_of(draft, code)).content.decode()
        for text in (words.title, words.credit, *words.questions, *words.notes):
            assert _escaped(text) in page


def _escaped(text: str) -> str:
    return text.replace("'", "&#x27;")


def test_scale_is_recorded_and_told_on_the_visit(desk, draft):
    answer = desk.post(url_of(draft), items("gad7", (1, 1, 2, 2, 1, 1, 2)), follow=True)

    page = answer.content.decode()
    assert "GAD-7 recorded: 10 of 21, moderate." in page
    assert "Look further for an anxiety disorder" in page
    assert answer.redirect_chain[-1][0].endswith("#scores-heading")
    assert '<button class="btn btn-outline-secondary btn-sm" type="submit" name="do" value="scale-gad7">' in page
    assert "10 of 21, moderate" in page.split('value="scale-gad7"')[1][:120]


def test_scale_half_filled_names_its_items_and_keeps_the_rest(desk, draft):
    answer = desk.post(url_of(draft), items("gad7", (1, 1, 2)))

    assert answer.status_code == 422
    assert "Items 4, 5, 6, 7 are not answered." in answer.content.decode()
    assert fields_in(answer).values["gad7_3"] == "2"
    assert not draft.instruments.exists()
    assert "Nothing is answered yet." in desk.post(url_of(draft), {}).content.decode()


def test_scale_shows_what_was_recorded_and_can_be_taken_out(desk, draft):
    desk.post(url_of(draft, "kud_7oh"), items("kud_7oh", (0,) * 9 + (1, 1, 1)))
    answer = desk.get(url_of(draft, "kud_7oh"))
    assert "Physical dependence only" in answer.content.decode()
    assert fields_in(answer).values["kud_7oh_10"] == "1"

    page = desk.post(url_of(draft, "kud_7oh"), {"do": "remove"}, follow=True).content.decode()
    assert "Kratom criteria, 7-OH products is not recorded in this visit any more." in page
    assert not draft.instruments.exists()
    assert AuditEvent.objects.filter(act="removed", record="instrumenttaken").exists()
    desk.post(url_of(draft, "kud_7oh"), {"do": "remove"})
    assert AuditEvent.objects.filter(act="removed", record="instrumenttaken").count() == 1


def test_adding_a_scale_saves_the_draft_first(desk, draft):
    page = fields_in(desk.get(visit_url(draft)))
    answer = desk.post(visit_url(draft), {**page.values, "plan": "Look again.", "do": "scale-gad7"})

    assert answer.headers["Location"] == url_of(draft)
    draft.refresh_from_db()
    assert draft.plan == "Look again."
    unknown = desk.post(visit_url(draft), {**fields_in(desk.get(visit_url(draft))).values, "do": "scale-../../x"})
    assert unknown.headers["Location"] == visit_url(draft)


def test_signed_visit_reads_every_scale_with_its_revision(desk, doctor, draft):
    for code, answers in {
        "gad7": (1,) * 7,
        "symptoms": (0, 1, 2) + (0,) * 10,
        "kud_leaf": (0,) * 9 + (1, 1, 1),
        "kud_7oh": (1,) * 11 + (0,),
    }.items():
        take_instrument(consultation=draft, by=doctor, code=code, answers=answers)
    page = desk.get(visit_url(_signed(doctor, draft))).content.decode()

    revisions = {code: words.revision for code, words in instruments_in_force().items()}
    assert f"GAD-7: 7 of 21, mild (words of revision {revisions['gad7']})" in page
    assert "Withdrawal symptoms: Poor sleep (yes); Restless or tense (yes, troublesome)" in page
    assert "Kratom criteria, leaf or extract: 2 of 11, mild" in page
    assert "Kratom criteria, leaf or extract: Physical dependence only" in page
    assert "criteria counted, no disorder without impairment or distress" in page
    assert "Kratom criteria scored for 7-OH products, which meets more of them." in page


def test_a_list_without_anything_marked_says_so(doctor, draft):
    row = take_instrument(consultation=draft, by=doctor, code="symptoms", answers=(0,) * 13)
    assert (row.total, row.band) == (None, "")


def test_query_string_holds_no_answers(desk, draft):
    answer = desk.post(url_of(draft), items("gad7", (1,) * 7))
    assert not QueryDict(answer.headers["Location"].partition("?")[2])
