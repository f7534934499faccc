"""Answered once is not asked again, until the rule, the record or the day says otherwise."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from clinical.actions.consultation import amend_consultation, save_consultation
from clinical.actions.editing import revise_rule
from clinical.actions.screening import answer_flag, answers_of, run_screening, sign_consultation, unanswered
from clinical.admin.rule_form import entry_of
from clinical.models import Answer, FlagAnswer, FollowUp, InteractionRule
from clinical.permissions import REFERENCE_EDITOR
from clinical.standing import ACCEPTED, OVERRIDDEN, PUT_OFF, answers_in
from tests import factories

pytestmark = pytest.mark.django_db

TRAMADOL = ("tramadol", "tramadol")
LATER_DAY = factories.VISIT_DAY + timedelta(days=7)


def visit(*names: str, **values):
    return factories.visit(*(names or ("tramadol 50 mg",)), **values)


def signed(doctor, *, answer="benefit-outweighs", of=None, record=None, **values):
    """A visit whose concerns were all answered so."""
    draft = factories.draft(doctor, of, record or visit())
    run = run_screening(consultation=draft, by=doctor)
    for flag in unanswered(run.result["flags"], {}):
        about = {"rule": flag["rule"], "about": flag["about"]}
        answer_flag(consultation=draft, by=doctor, answer=answer, **about, **values)
    return sign_consultation(consultation=draft, by=doctor, run=run)


def known_in(draft, doctor):
    run = run_screening(consultation=draft, by=doctor)
    return run, answers_in(draft, run.result["flags"], run.facts)


def next_visit(doctor, before, record=None):
    draft = factories.draft(doctor, before.patient, record or visit(visit_on=LATER_DAY))
    return draft, *known_in(draft, doctor)


def test_every_answer_counts_exactly_once():
    assert set(Answer) == ACCEPTED | OVERRIDDEN | PUT_OFF
    assert len(ACCEPTED) + len(OVERRIDDEN) + len(PUT_OFF) == len(Answer)
    assert len(OVERRIDDEN | PUT_OFF) == 9


def test_answer_stands_at_the_next_visit_and_is_kept_with_it(doctor):
    before = signed(doctor, note_text="pain clinic agrees")
    colleague = factories.clinician(of=doctor.practice)
    draft, run, known = next_visit(colleague, before)

    assert unanswered(run.result["flags"], known.standing) == []
    sign_consultation(consultation=draft, by=colleague, run=run)

    kept = answers_of(draft)[TRAMADOL]
    assert (kept.answer, kept.note, kept.carried_from) == (
        "benefit-outweighs", "pain clinic agrees", answers_of(before)[TRAMADOL],
    )  # fmt: skip
    assert (kept.answered_by, kept.given.answered_by) == (colleague, doctor)


def test_answer_carried_twice_names_the_one_truly_given(doctor):
    first = signed(doctor)
    second, run, _known = next_visit(doctor, first)
    sign_consultation(consultation=second, by=doctor, run=run)
    _third, _run, known = next_visit(doctor, second, visit(visit_on=LATER_DAY + timedelta(days=7)))

    assert known.standing[TRAMADOL].given == answers_of(first)[TRAMADOL]


def test_amendment_carries_the_answers_of_what_it_amends(doctor):
    before = signed(doctor)
    signed(doctor, of=before.patient, record=visit(visit_on=LATER_DAY), answer="stop")
    draft = amend_consultation(consultation=before, by=doctor, reason="Plan was left out")
    _run, known = known_in(draft, doctor)

    assert known.standing[TRAMADOL].answer == "benefit-outweighs"


@pytest.mark.parametrize(
    "record",
    [
        visit("tramadol 100 mg", visit_on=LATER_DAY),
        visit(visit_on=LATER_DAY, uses=(factories.leaf(amount=9.0),)),
        visit(visit_on=LATER_DAY, uses=(factories.leaf(product="extract"),)),
    ],
    ids=["dose of the medicine", "amount of kratom", "product"],
)
def test_answer_falls_when_an_input_changed(doctor, record):
    _draft, run, known = next_visit(doctor, signed(doctor), record)

    assert TRAMADOL not in known.standing
    assert str(known.former[TRAMADOL].why) == "the record or the rule has changed since"
    assert "tramadol" in [flag["rule"] for flag in unanswered(run.result["flags"], known.standing)]


def test_answer_falls_when_the_rule_was_revised(doctor):
    before = signed(doctor)
    rule = InteractionRule.objects.get(code="tramadol", closed_at=None)
    entry = {**entry_of(rule), "action": "Choose another pain medicine."}
    revise_rule(rule=rule, entry=entry, by=factories.person(REFERENCE_EDITOR), reason="Clearer")
    _draft, _run, known = next_visit(doctor, before)

    assert TRAMADOL in known.former


def test_answer_falls_when_a_condition_now_weighs_in(doctor):
    before = signed(doctor, record=visit("fentanyl"))
    record = visit("fentanyl", visit_on=LATER_DAY, conditions=("sleep_apnoea",))
    _draft, _run, known = next_visit(doctor, before, record)

    assert ("fentanyl", "fentanyl") in known.former


def test_answer_stands_beside_a_new_medicine_that_does_not_bear_on_it(doctor):
    record = visit("tramadol 50 mg", "vitamin C", visit_on=LATER_DAY)
    _draft, _run, known = next_visit(doctor, signed(doctor), record)

    assert TRAMADOL in known.standing


def test_answer_stands_when_only_time_went_by(doctor):
    uses = (factories.leaf(months_of_use=13.0, hours_since_last_use=3.0),)
    _draft, _run, known = next_visit(doctor, signed(doctor), visit(visit_on=LATER_DAY, uses=uses))

    assert TRAMADOL in known.standing


@pytest.mark.parametrize("answer", sorted(PUT_OFF))
def test_answer_that_decided_nothing_comes_back(doctor, answer):
    _draft, run, known = next_visit(doctor, signed(doctor, answer=answer))

    assert known.standing == {}
    assert str(known.former[TRAMADOL].why) == "nothing was decided then"
    assert unanswered(run.result["flags"], known.standing)


@pytest.mark.parametrize("answer", [answer for answer in Answer if answer not in {*PUT_OFF, Answer.WILL_MONITOR}])
def test_every_other_answer_is_carried(doctor, answer):
    _draft, _run, known = next_visit(doctor, signed(doctor, answer=answer))

    assert known.standing[TRAMADOL].answer == answer


@pytest.mark.parametrize(("days", "stands"), [(6, False), (7, False), (8, True)])
def test_monitoring_stands_until_its_day(doctor, days, stands):
    due = factories.VISIT_DAY + timedelta(days=days)
    before = signed(doctor, answer="will-monitor", note_text="breathing", follow_up_on=due)
    tasks = FollowUp.objects.count()
    draft, run, known = next_visit(doctor, before)

    assert (TRAMADOL in known.standing) is stands
    if stands:
        sign_consultation(consultation=draft, by=doctor, run=run)
    assert FollowUp.objects.count() == tasks  # the task is there already


def test_answer_of_this_visit_falls_when_its_input_changes_before_signing(doctor):
    draft = factories.draft(doctor, record=visit())
    run_screening(consultation=draft, by=doctor)
    answer_flag(consultation=draft, by=doctor, rule="tramadol", about="tramadol", answer="counsel")
    save_consultation(consultation=draft, by=doctor, record=visit("tramadol 200 mg"), seen_version=draft.version)
    run, known = known_in(draft, doctor)
    assert TRAMADOL in known.former

    answer_flag(consultation=draft, by=doctor, rule="tramadol", about="tramadol", answer="counsel")
    assert TRAMADOL in known_in(draft, doctor)[1].standing
    assert run.consultation.answers.filter(rule="tramadol").count() == 2


def test_answer_without_a_basis_is_asked_again(doctor):
    before = signed(doctor)
    old = answers_of(before)[TRAMADOL]
    FlagAnswer.objects.create(
        consultation=before, rule="tramadol", about="tramadol", answer=old.answer, answered_by=doctor
    )
    _draft, _run, known = next_visit(doctor, before)

    assert TRAMADOL in known.former


def test_visit_before_the_answered_one_carries_nothing(doctor):
    before = signed(doctor)
    earlier = visit(visit_on=date(2026, 1, 5))
    _draft, _run, known = next_visit(doctor, before, earlier)

    assert (known.standing, known.former) == ({}, {})


def page_of(doctor, draft) -> str:
    client = Client()
    client.force_login(doctor)
    return client.get(reverse("clinical:consultation_review", args=[draft.pk])).content.decode()


def test_review_says_who_answered_when_and_why_it_is_not_asked(doctor):
    before = signed(doctor, note_text="pain clinic agrees")
    colleague = factories.clinician(of=doctor.practice)
    page = page_of(colleague, factories.draft(colleague, before.patient, visit(visit_on=LATER_DAY)))

    assert "Needs an answer before signing." not in page
    for words in (
        "Benefit outweighs risk for this patient: pain clinic agrees",
        str(doctor),
        "Carried forward from the visit of 20 Nov 2026: not asked again",
        "Answer differently",
    ):
        assert words in page


def test_review_says_what_was_answered_before_and_why_it_is_asked_again(doctor):
    before = signed(doctor, answer="need-info", note_text="awaiting ECG")
    page = page_of(doctor, factories.draft(doctor, before.patient, visit(visit_on=LATER_DAY)))

    assert "Needs an answer before signing." in page
    assert "Need more information: awaiting ECG" in page
    assert "Asked again: nothing was decided then." in page


@pytest.mark.parametrize("answer", ["stop", "change"])
def test_review_asks_whether_what_was_decided_was_done(doctor, answer):
    before = signed(doctor, answer=answer)
    page = page_of(doctor, factories.draft(doctor, before.patient, visit(visit_on=LATER_DAY)))

    assert "The list has not changed since: was it done?" in page


def test_not_taking_leads_to_the_list_and_the_signed_visit_says_so(doctor):
    draft = factories.draft(doctor, record=visit())
    run_screening(consultation=draft, by=doctor)
    answer_flag(consultation=draft, by=doctor, rule="tramadol", about="tramadol", answer="not-taking")
    page = page_of(doctor, draft)
    assert "The list still names it." in page
    assert f'{reverse("clinical:consultation", args=[draft.pk])}#medicine-rows">Correct the list' in page

    client = Client()
    client.force_login(doctor)
    run = draft.runs.get()
    signed_page = client.post(
        reverse("clinical:consultation_review", args=[draft.pk]), {"run": str(run.pk)}, follow=True
    ).content.decode()
    assert "Answered as not taken any more, and still on the signed list: tramadol." in signed_page
