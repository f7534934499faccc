"""The monitoring page: results kept, refused, struck out; checks planned; follow-ups moved; who may; query counts."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from clinical.actions.follow_ups import NotBooked, plan_check
from clinical.actions.results import Entry, NotAResult, record_results, strike_result
from clinical.actions.screening import run_screening
from clinical.forms.consultation_start import today_at
from clinical.models import AuditEvent, FollowUp, Result
from clinical.monitored import known_now
from clinical.permissions import AUDITOR
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def today(doctor):
    return today_at(doctor.practice)


@pytest.fixture
def patient(doctor):
    return factories.patient(doctor)


@pytest.fixture
def monitoring_page(client, doctor, patient):
    client.force_login(doctor)
    return Page(client, patient)


class Page:
    """The page of one patient, as a browser without scripts sends it."""

    def __init__(self, client, patient):
        self.client, self.patient = client, patient

    def read(self):
        answer = self.client.get(reverse("clinical:monitoring", args=[self.patient.pk]))
        assert answer.status_code == 200
        return answer.content.decode()

    def send(self, name="monitoring", *keys, **values):
        address = reverse(f"clinical:{name}", args=[self.patient.pk, *keys])
        return self.client.post(address, {key.replace("__", "-"): value for key, value in values.items()})


def kept(doctor, patient, on, *entries):
    return record_results(
        patient=patient, by=doctor, entries=entries, measured_on=on, today=on, kinds=known_now().kinds
    )


def alt(value=300.0, limit=40.0):
    return Entry("alt", value, "U/L", upper_limit=limit)


# ---- Results.


def test_results_typed_together_are_kept_with_unit_and_audit(monitoring_page, patient, today):
    answer = monitoring_page.send(
        measured_on=today.isoformat(), alt__value="31", alt__unit="U/L", alt__limit="40", qtc__word="normal"
    )
    assert answer.status_code == 302
    rows = Result.objects.filter(patient=patient).order_by("kind").values_list("kind", "value", "unit", "word")
    assert list(rows) == [("alt", 31.0, "U/L", ""), ("qtc", None, "", "normal")]
    assert AuditEvent.objects.filter(patient=patient, act="created", record="result").count() == 2
    assert "31 U/L" in monitoring_page.read()


BAD = {
    "nothing": ({}, "Enter at least one result."),
    "impossible": ({"alt__value": "900000", "alt__unit": "U/L"}, "is not plausible"),
    "slip of the pen": ({"heart_rate__value": "7200", "heart_rate__unit": "/min"}, "is not plausible"),
    "too small": ({"qtc__value": "0.4", "qtc__unit": "ms"}, "is plausible. Check the number and its unit."),
    "unit missing": ({"bilirubin__value": "2", "bilirubin__unit": ""}, "Choose the unit."),
    "limit alone": ({"alt__limit": "40", "alt__unit": "U/L"}, "Enter the result beside its upper limit."),
    "words for a number": ({"alt__value": "high", "alt__unit": "U/L"}, "Enter a number only"),
    "a unit of our own": ({"alt__value": "40", "alt__unit": "furlong"}, "Choose the unit."),
    "not a number": ({"alt__value": "nan", "alt__unit": "U/L"}, "Enter a number only"),
}


@pytest.mark.parametrize(("values", "says"), BAD.values(), ids=BAD)
def test_what_cannot_be_is_refused_and_nothing_kept(monitoring_page, today, values, says):
    answer = monitoring_page.send(measured_on=today.isoformat(), **values)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not Result.objects.exists()


@pytest.mark.parametrize(
    ("days", "says"), [(1, "This day has not come yet."), (-40_000, "before the patient was born")]
)
def test_day_that_cannot_be_is_refused(monitoring_page, today, days, says):
    day = (today + timedelta(days=days)).isoformat()
    answer = monitoring_page.send(measured_on=day, alt__value="31", alt__unit="U/L")
    assert answer.status_code == 422
    assert says in answer.content.decode()


def test_action_refuses_what_no_form_would_send(doctor, patient, today):
    for entry in (
        Entry("none", 1.0, "U/L"),
        Entry("alt", 5.0, ""),
        Entry("alt", 5.0, "U/L", "positive"),
        Entry("alt", word="positive"),
        Entry("alt", 1e9, "U/L"),
        Entry("alt"),
    ):
        with pytest.raises(NotAResult):
            kept(doctor, patient, today, alt(), entry)
    with pytest.raises(NotAResult):
        record_results(
            patient=patient,
            by=doctor,
            entries=[alt()],
            measured_on=today + timedelta(days=1),
            today=today,
            kinds=known_now().kinds,
        )
    assert not Result.objects.exists()


def test_struck_result_stays_readable_and_counts_no_more(monitoring_page, doctor, patient, today):
    (row,) = kept(doctor, patient, today, alt())
    assert "ALT is more than 5 times" in monitoring_page.read()
    assert monitoring_page.send("result_strike", row.pk, reason=" ").status_code == 422
    assert monitoring_page.send("result_strike", row.pk, reason="another patient's").status_code == 302
    shown = monitoring_page.read()
    assert "ALT is more than 5 times" not in shown
    assert "<del>300 U/L</del>" in shown
    assert "another patient&#x27;s" in shown
    assert monitoring_page.send("result_strike", row.pk, reason="again").status_code == 409


def test_database_keeps_results_as_entered(doctor, patient, today):
    (row,) = kept(doctor, patient, today, alt())
    strike_result(result=row, by=doctor, reason="wrong tube")
    for change in (
        lambda: Result.objects.filter(pk=row.pk).update(value=1),
        lambda: Result.objects.filter(pk=row.pk).update(struck_reason="other"),
        lambda: Result.objects.filter(pk=row.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_missing_upper_limit_is_named(monitoring_page, doctor, patient, today):
    kept(doctor, patient, today, alt(limit=None))
    assert "No upper limit was entered" in monitoring_page.read()


# ---- In the visit.


def test_raised_result_stands_in_the_visit_and_on_its_signed_record(client, doctor, patient):
    kept(doctor, patient, factories.VISIT_DAY, alt())
    draft = factories.draft(doctor, patient, factories.visit("sertraline"))
    run = run_screening(consultation=draft, by=doctor)
    assert [row["code"] for row in run.result["monitoring"]["raised"]] == ["alt-high"]
    assert run.facts["results"] == [
        {"kind": "alt", "days_ago": 0, "value": 300.0, "word": "", "unit": "U/L", "upper_limit": 40.0}
    ]
    signed = factories.signed_visit(doctor, patient, factories.visit("sertraline"))
    strike_result(result=Result.objects.get(), by=doctor, reason="wrong tube")
    client.force_login(doctor)
    shown = client.get(reverse("clinical:consultation", args=[signed.pk])).content.decode()
    assert "Refer to hepatology: ALT is more than 5 times the upper limit." in shown
    assert "7.5 times its upper limit of 40" in shown
    assert "Monitoring" in shown


def test_result_after_the_visit_does_not_stand_in_it(doctor, patient):
    kept(doctor, patient, factories.VISIT_DAY + timedelta(days=1), alt())
    run = run_screening(consultation=factories.draft(doctor, patient), by=doctor)
    assert run.result["monitoring"]["raised"] == []


# ---- Follow-ups.


def test_check_is_planned_once_with_why_and_who_says_so(monitoring_page, doctor, patient, today):
    factories.signed_visit(doctor, patient, factories.visit("sertraline"))
    values = {"code": "liver", "due_on": (today + timedelta(days=30)).isoformat(), "owner": str(doctor.pk)}
    assert monitoring_page.send("check_plan", **values).status_code == 302
    row = FollowUp.objects.get(check_code="liver")
    assert row.what == "Liver tests: ALT, AST, ALP, bilirubin"
    assert "eight registry cases" in row.why
    assert row.who_says.endswith("(W49, W47, W46)")
    assert "Planned:" in monitoring_page.read()
    assert monitoring_page.send("check_plan", **values).status_code == 409
    assert FollowUp.objects.filter(check_code="liver").count() == 1


def test_check_is_not_planned_without_a_signed_visit_for_the_past_or_by_another_practice(
    monitoring_page, doctor, patient, today
):
    values = {"code": "liver", "due_on": today.isoformat(), "owner": str(doctor.pk)}
    assert monitoring_page.send("check_plan", **values).status_code == 409
    signed = factories.signed_visit(doctor, patient, factories.visit("sertraline"))
    assert monitoring_page.send("check_plan", **{**values, "due_on": "2020-01-01"}).status_code == 409
    assert monitoring_page.send("check_plan", **{**values, "code": "none"}).status_code == 409
    stranger = factories.clinician()
    assert monitoring_page.send("check_plan", **{**values, "owner": str(stranger.pk)}).status_code == 422
    with pytest.raises(NotBooked):
        plan_check(
            consultation=signed, by=doctor, owner=stranger, due_on=today, today=today,
            code="liver", what="w", why="w", who_says="w",
        )  # fmt: skip
    assert not FollowUp.objects.filter(check_code="liver").exists()


def test_follow_up_gets_another_owner_and_keeps_what_it_was(monitoring_page, doctor, patient, today):
    factories.signed_visit(doctor, patient, factories.visit("sertraline"))
    other = factories.clinician(doctor.practice)
    values = {"code": "ecg", "due_on": today.isoformat(), "owner": str(doctor.pk)}
    monitoring_page.send("check_plan", **values)
    row = FollowUp.objects.get(check_code="ecg")
    moved = {"due_on": (today + timedelta(days=3)).isoformat(), "owner": str(other.pk)}
    assert monitoring_page.send("follow_up_move", row.pk, **moved, reason="").status_code == 422
    assert monitoring_page.send("follow_up_move", row.pk, **moved, reason="on leave").status_code == 302
    row.refresh_from_db()
    assert (row.due_on, row.owner) == (today + timedelta(days=3), other)
    assert "on leave" in monitoring_page.read()
    event = AuditEvent.objects.filter(record="followup", act="changed").get()
    assert event.changed == ["due_on", "owner"]
    assert monitoring_page.send("follow_up_move", row.pk, **moved, reason="again").status_code == 409


# ---- Who may, and how often the database is asked.


def test_other_practice_finds_nothing(client, doctor, patient, today):
    (row,) = kept(doctor, patient, today, alt())
    client.force_login(factories.clinician())
    monitoring_page = Page(client, patient)
    assert client.get(reverse("clinical:monitoring", args=[patient.pk])).status_code == 404
    assert monitoring_page.send(measured_on=today.isoformat()).status_code == 404
    assert monitoring_page.send("result_strike", row.pk, reason="x").status_code == 404
    assert monitoring_page.send("check_plan", code="liver").status_code == 404


def test_result_of_another_patient_is_not_reached(monitoring_page, doctor, today):
    (row,) = kept(doctor, factories.patient(doctor), today, alt())
    assert monitoring_page.send("result_strike", row.pk, reason="x").status_code == 404


def test_auditor_reads_and_does_not_write(client, doctor, patient, today):
    client.force_login(factories.person(AUDITOR, of=doctor.practice))
    monitoring_page = Page(client, patient)
    assert "Keep results" not in monitoring_page.read()
    assert monitoring_page.send(measured_on=today.isoformat(), alt__value="31", alt__unit="U/L").status_code == 403


def test_page_asks_as_often_for_many_results_as_for_few(
    monitoring_page, doctor, patient, today, django_assert_max_num_queries
):
    factories.signed_visit(doctor, patient, factories.visit("sertraline"))
    monitoring_page.read()
    for days in range(40):
        kept(doctor, patient, today - timedelta(days=days), alt(), Entry("qtc", word="normal"))
    with django_assert_max_num_queries(26):
        monitoring_page.read()


def test_page_without_a_visit_says_so_and_tells_of_urine_tests(monitoring_page):
    shown = monitoring_page.read()
    assert "No visit yet." in shown
    assert "72732-1" in shown
    assert shown.count("(code-notes)") == 9
    assert shown.count("(W40, code-notes)") == 1
    assert "no number of days is given" in shown
