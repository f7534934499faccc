"""Alert stewardship: what is counted, who may see how much of it, and what is handed out."""

import csv
import io
import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clinical import stewardship
from clinical.actions.screening import answer_flag, run_screening, sign_consultation, unanswered
from clinical.feedback import FIELDS
from clinical.models import Answer, AuditEvent, ReferenceTable
from clinical.permissions import AUDITOR, CLINICIAN, PRACTICE_ADMIN, REFERENCE_EDITOR, REFERENCE_REVIEWER
from clinical.stewardship import Limits, RuleAnswers, answers_by_rule, is_overridden_too_often, limits, proposed
from clinical.stewardship_rows import NUMBERS, ordered, rows_of
from tests import factories

pytestmark = pytest.mark.django_db

PAGE = "/admin/clinical/alertstewardship/"
KNOWN = Limits(overridden_over=0.9, leading_reason="not-relevant", least_decided=20, days=90, shown_from=5)


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def answered(doctor, answer, *, of=None, **values):
    """A draft with tramadol, its concern answered so."""
    draft = factories.draft(doctor, of)
    run_screening(consultation=draft, by=doctor)
    answer_flag(consultation=draft, by=doctor, rule="tramadol", about="tramadol", answer=answer, **values)
    return draft


def tramadol(practice, *, back=0, days=90) -> RuleAnswers:
    last = timezone.localdate() - timedelta(days=back)
    rows = answers_by_rule(first_day=last - timedelta(days=days), last_day=last, practice=practice)
    return next(row for row in rows if row.rule == "tramadol")


# ---- What is counted.


def test_each_visit_counts_once_with_its_last_answer(doctor):
    draft = answered(doctor, "stop")
    answer_flag(consultation=draft, by=doctor, rule="tramadol", about="tramadol", answer="benefit-outweighs")
    answered(doctor, "counsel", of=draft.patient)
    answered(doctor, "later")
    run_screening(consultation=factories.draft(doctor), by=doctor)
    row = tramadol(doctor.practice)

    assert (row.shown, row.patients) == (4, 3)
    assert (row.accepted, row.overridden, row.put_off, row.carried, row.unanswered) == (1, 1, 1, 0, 1)
    assert row.reasons == {"benefit-outweighs": 1}
    assert (row.overridden_share, row.leading_reason) == (0.5, "benefit-outweighs")
    assert 0 < row.seconds_to_answer < 600


def test_answer_carried_forward_is_neither_accepted_nor_overridden(doctor):
    before = factories.signed_visit(doctor)
    draft = factories.draft(doctor, before.patient)
    run = run_screening(consultation=draft, by=doctor)
    sign_consultation(consultation=draft, by=doctor, run=run)
    row = tramadol(doctor.practice)

    assert (row.shown, row.accepted, row.carried, row.unanswered) == (2, 1, 1, 0)


def test_other_practices_and_other_days_are_left_out(doctor):
    answered(doctor, "stop")
    other = factories.clinician()
    answered(other, "disagree")

    assert tramadol(doctor.practice).shown == 1
    assert tramadol(None).shown == 2
    yesterday = timezone.localdate() - timedelta(days=2)
    assert answers_by_rule(first_day=yesterday, last_day=yesterday, practice=doctor.practice) == []


def test_queries_do_not_grow_with_visits(doctor, django_assert_num_queries):
    for _ in range(3):
        answered(doctor, "stop")
    with django_assert_num_queries(3):
        tramadol(doctor.practice)


@pytest.mark.parametrize(
    ("accepted", "reasons", "expected"),
    [
        (1, {"not-relevant": 20}, True),
        (2, {"not-relevant": 18}, False),  # exactly the limit is not over it
        (0, {"not-relevant": 19}, False),  # too few answers
        (1, {"not-relevant": 10, "will-monitor": 10}, False),  # two share the first place
        (1, {"not-relevant": 11, "will-monitor": 10}, True),
        (1, {"not-relevant": 5, "will-monitor": 15}, False),
    ],
)
def test_rule_is_proposed_only_when_mostly_overridden_for_not_applying(accepted, reasons, expected):
    overridden = sum(reasons.values())
    row = RuleAnswers(rule="x", shown=99, accepted=accepted, overridden=overridden, reasons=reasons)

    assert is_overridden_too_often(row, KNOWN) is expected


def test_limits_come_from_the_reference_data():
    assert limits() == KNOWN
    entry = ReferenceTable.objects.get(key="stewardship").content["proposed_for_review"][0]
    assert entry["source"]
    assert entry["basis"]


def test_overridden_rule_stands_in_the_proposals_and_small_counts_do_not(doctor, monkeypatch):
    few = Limits(overridden_over=0.9, leading_reason="not-relevant", least_decided=2, days=90, shown_from=5)
    monkeypatch.setattr(stewardship, "limits", lambda: few)
    for _ in range(3):
        answered(doctor, "not-relevant")
    (found,) = proposed()

    assert (found.rule, found.shown, found.overridden_share, found.leading_reason) == ("tramadol", 3, 1, "not-relevant")
    assert found.why == "overridden in more than 90 % of its answers, mostly “Does not apply to this patient”"


def test_disagreement_reaches_the_proposals_without_the_note(doctor):
    answered(doctor, "disagree", note_text="Mr Vale had none of this")
    answered(doctor, "stop")
    (found,) = proposed()

    assert (found.rule, found.is_overridden, found.disagreed) == ("tramadol", False, 1)
    assert found.why == "disagreed with: fewer than 5"


def test_no_answers_means_no_proposals(doctor):
    run_screening(consultation=factories.draft(doctor), by=doctor)
    assert proposed() == []


# ---- Small counts.


def row_of(**values):
    return rows_of([RuleAnswers(rule="x", **values)], KNOWN, hide_small=True)[0]


def test_small_counts_and_what_they_could_be_worked_out_from_are_hidden():
    row = row_of(shown=40, patients=30, accepted=10, overridden=12, put_off=7, carried=8, reasons={"disagree": 12})

    assert row.values["unanswered"] is None  # 3
    assert row.values["put_off"] is None  # else 3 could be worked out
    assert (row.values["shown"], row.values["accepted"], row.values["overridden"]) == (40, 10, 12)


def test_share_gives_no_small_count_away():
    row = row_of(shown=40, patients=40, accepted=1, overridden=39, reasons={"disagree": 38, "later": 1})

    assert row.values["accepted"] is row.values["overridden_share"] is None
    assert row.reasons == {"disagree": 38}
    assert row.some_reasons_hidden


def test_row_shown_a_few_times_hides_everything():
    row = row_of(shown=4, patients=4, overridden=4, reasons={"disagree": 4}, seconds_to_answer=9.0)

    assert set(row.values) == set(NUMBERS)
    assert set(row.values.values()) == {None}
    assert row.reasons is None


def test_rows_inside_a_practice_hide_nothing():
    answers = RuleAnswers(rule="x", shown=1, patients=1, overridden=1, reasons={"disagree": 1}, seconds_to_answer=3.0)
    (row,) = rows_of([answers], KNOWN, hide_small=False)

    assert row.values["overridden"] == 1
    assert row.reasons == {"disagree": 1}


def test_rows_are_sorted_by_any_column_and_hidden_ones_come_last():
    found = [RuleAnswers(rule=rule, shown=shown, severity=severity) for rule, shown, severity in (
        ("a", 3, "minor"), ("b", 50, "major"), ("c", 20, "moderate"),
    )]  # fmt: skip
    rows = rows_of(found, KNOWN, hide_small=True)

    assert [row.rule for row in ordered(rows, by="shown", descending=True)] == ["b", "c", "a"]
    assert [row.rule for row in ordered(rows, by="severity", descending=True)] == ["b", "c", "a"]
    assert [row.rule for row in ordered(rows, by="rule", descending=False)] == ["a", "b", "c"]


# ---- The page.


@pytest.mark.parametrize("role", [PRACTICE_ADMIN, AUDITOR])
def test_page_shows_the_counts_of_the_own_practice(doctor, role):
    answered(doctor, "not-relevant")
    answered(factories.clinician(), "disagree")
    response = signed_in(factories.person(role, of=doctor.practice)).get(PAGE)
    page = response.content.decode()

    assert response.status_code == 200
    assert "Does not apply to this patient: 1" in page
    assert "I disagree with the evidence" not in page
    assert doctor.practice.name in page


@pytest.mark.parametrize("role", [REFERENCE_EDITOR, REFERENCE_REVIEWER])
def test_page_shows_readers_of_reference_data_no_small_count_and_no_export(doctor, role):
    answered(doctor, "not-relevant", note_text="seen by Dr Reed")
    client = signed_in(factories.person(role))
    page = client.get(f"{PAGE}?first=2026-01-01&last=2026-01-02").content.decode()

    assert "fewer than 5" in page
    assert "Does not apply to this patient: " not in page
    for secret in ("seen by Dr Reed", doctor.practice.name, "/feedback.csv", 'name="first"'):
        assert secret not in page


def test_page_is_refused_to_clinicians_and_to_those_signed_out(doctor, client):
    assert signed_in(doctor).get(PAGE).status_code in (302, 403)
    assert client.get(PAGE).status_code == 302


@pytest.mark.parametrize("order", ["up", "down"])
@pytest.mark.parametrize("sort", [*NUMBERS, "rule", "severity", "nonsense"])
def test_page_sorts_by_every_column(doctor, sort, order):
    answered(doctor, "not-relevant")
    client = signed_in(factories.person(AUDITOR, of=doctor.practice))

    assert client.get(PAGE, {"sort": sort, "order": order}).status_code == 200


@pytest.mark.parametrize(
    ("days", "message"),
    [
        ({"first": "2026-02-02", "last": "2026-02-01"}, "Begins after it ends."),
        ({"first": "1990-01-01", "last": "2026-02-01"}, "More than five years at once."),
        ({"first": "soon"}, "Enter a valid date."),
    ],
)
def test_days_that_cannot_be_are_refused_in_words(doctor, days, message):
    client = signed_in(factories.person(AUDITOR, of=doctor.practice))

    response = client.get(PAGE, days)
    assert (response.status_code, message in response.content.decode()) == (422, True)
    refused = client.get(reverse("clinical:feedback", args=["csv"]), days)
    assert (refused.status_code, message in refused.content.decode()) == (422, True)


# ---- What is handed out.


@pytest.fixture
def told(doctor):
    answered(doctor, "will-monitor", note_text="=SUM(A1) breathing", follow_up_on=timezone.localdate())
    answered(factories.clinician(), "disagree", note_text="of another practice")
    return doctor


@pytest.mark.parametrize("role", [CLINICIAN, PRACTICE_ADMIN, AUDITOR])
def test_feedback_csv_has_the_six_fields_and_no_formula(told, role):
    response = signed_in(factories.person(role, of=told.practice)).get(reverse("clinical:feedback", args=["csv"]))
    (line,) = csv.DictReader(io.StringIO(response.content.decode()))

    assert tuple(line) == FIELDS == ("intervention", "action_taken", "feedback_text", "user", "date", "location")
    assert line["intervention"].startswith("tramadol (tramadol), revision 1: Tramadol")
    assert line["action_taken"] == "will-monitor: I will monitor"
    assert line["feedback_text"] == "'=SUM(A1) breathing"
    assert told.email in line["user"]
    assert line["date"].startswith(timezone.now().date().isoformat())
    assert line["location"] == told.practice.name
    assert AuditEvent.objects.filter(act="exported", practice=told.practice).count() == 1


def test_feedback_json_carries_the_words_as_they_are_and_names_no_patient(told):
    response = signed_in(told).get(reverse("clinical:feedback", args=["json"]))
    content = json.loads(response.content)

    assert [line["feedback_text"] for line in content["feedback"]] == ["=SUM(A1) breathing"]
    assert tuple(content["feedback"][0]) == FIELDS
    assert "Jordan Vale" not in response.content.decode()


def test_feedback_leaves_out_what_was_carried_forward(doctor):
    before = factories.signed_visit(doctor)
    draft = factories.draft(doctor, before.patient)
    run = run_screening(consultation=draft, by=doctor)
    assert unanswered(run.result["flags"], {})
    sign_consultation(consultation=draft, by=doctor, run=run)
    content = json.loads(signed_in(doctor).get(reverse("clinical:feedback", args=["json"])).content)

    assert len(content["feedback"]) == before.answers.count()


@pytest.mark.parametrize("role", [REFERENCE_EDITOR, REFERENCE_REVIEWER])
def test_feedback_is_refused_to_those_who_read_no_charts(told, role):
    client = signed_in(factories.person(role, of=told.practice))

    assert client.get(reverse("clinical:feedback", args=["csv"])).status_code == 403


def test_feedback_of_an_unknown_kind_is_not_found(told):
    assert signed_in(told).get(reverse("clinical:feedback", args=["xlsx"])).status_code == 404


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_command_writes_the_same_file(told, tmp_path, kind):
    path = tmp_path / f"feedback.{kind}"
    call_command("export_feedback", str(path), practice=told.practice.name, stdout=io.StringIO())
    page = signed_in(told).get(reverse("clinical:feedback", args=[kind])).content.decode()

    assert path.read_bytes().decode() == page


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("feedback.xlsx", {}, "end the name in .csv or .json"),
        ("feedback.csv", {"practice": "Nowhere"}, "no practice is called"),
        ("feedback.csv", {"first": timezone.localdate() + timedelta(days=3)}, "Begins after it ends."),
        ("missing/feedback.csv", {}, "cannot be written"),
    ],
)
def test_command_refuses_in_one_line(told, tmp_path, name, values, message):
    with pytest.raises(CommandError, match=message):
        call_command("export_feedback", str(tmp_path / name), **{"practice": told.practice.name, **values})
    assert not (tmp_path / name).exists()
    assert not AuditEvent.objects.filter(act="exported").exists()


def test_every_answer_has_a_key_of_its_own():
    from clinical.forms.consultation_answers import KEYS

    assert set(KEYS) == {"", *(answer.value for answer in Answer)}
    assert len(set(KEYS.values())) == len(KEYS)
