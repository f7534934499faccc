"""What waits for review: why, in which order, for whom, and with how many queries."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from clinical import review_queue, stewardship
from clinical.actions.reference import close_rule, open_rule
from clinical.models import InteractionRule, ReferenceTable, Source, SubstanceRole
from clinical.permissions import REFERENCE_EDITOR, REFERENCE_REVIEWER, ROLES
from clinical.reference_files import read
from clinical.review_queue import Why, queue
from tests import factories

pytestmark = pytest.mark.django_db

PAGE = reverse("admin:clinical_ruletoreview_changelist")
TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def entries():
    return read().rules


@pytest.fixture
def editor(client):
    who = factories.person(REFERENCE_EDITOR)
    client.force_login(who)
    return who


def reopened(entries, code: str, **values) -> InteractionRule:
    """The rule as a further revision that differs in these values."""
    old = InteractionRule.objects.get(code=code, closed_at=None)
    close_rule(rule=old)
    entry = {**entries[code], **values}
    return open_rule(entry=entry, revision=old.revision + 1, by=None, reason="test")


def reasons(code: str, practice=None) -> dict[str, str]:
    found = [entry for entry in queue(practice=practice, today=TODAY) if (entry.kind, entry.key) == ("rule", code)]
    return {reason.why: reason.words for entry in found for reason in entry.reasons}


def whys(kind: str, wanted: Why) -> set[str]:
    found = queue(practice=None, today=TODAY)
    return {entry.key for entry in found if entry.kind == kind and wanted in {r.why for r in entry.reasons}}


def test_grave_rules_on_theory_alone_wait():
    grave = InteractionRule.objects.filter(
        closed_at=None, certainty="theoretical", severity__in=("major", "contraindicated")
    )
    major = {rule.code for rule in grave if rule.severity == "major"}
    assert len(major) == 14
    assert whys("rule", Why.THEORY) == {rule.code for rule in grave}
    assert "maois" in whys("rule", Why.THEORY)
    assert "ssris" not in whys("rule", Why.THEORY)  # theory, but moderate


def test_provisional_rules_wait():
    provisional = InteractionRule.objects.filter(closed_at=None, is_provisional=True)
    assert whys("rule", Why.PROVISIONAL) == {rule.code for rule in provisional}


@pytest.mark.parametrize(
    ("days", "why"),
    [
        ({"reviewed_on": "not known", "review_on": "not known"}, Why.UNDATED),
        ({"reviewed_on": "2025-11-21", "review_on": "not known"}, Why.OVERDUE),  # a year and a day ago
        ({"reviewed_on": "2025-11-22", "review_on": "not known"}, Why.OVERDUE),  # due today
        ({"reviewed_on": "2025-11-23", "review_on": "not known"}, None),
        ({"reviewed_on": "2026-11-01", "review_on": "2026-11-20"}, Why.OVERDUE),  # its own day goes first
        ({"reviewed_on": "2020-01-01", "review_on": "2027-01-01"}, None),
    ],
)
def test_review_date_decides(days, why, entries):
    reopened(entries, "tramadol", **days)
    found = reasons("tramadol").keys() & {Why.UNDATED, Why.OVERDUE}
    assert found == ({why} if why else set())


@pytest.mark.parametrize("content", [{}, {"interval": []}, {"interval": [{"months": "soon"}]}, {"interval": [{}]}])
def test_without_a_readable_interval_no_day_is_invented(content, entries):
    reopened(entries, "tramadol", reviewed_on="2020-01-01")
    ReferenceTable.objects.filter(key="reviewing").update(content=content)
    assert Why.UNDATED in reasons("tramadol")
    assert Why.OVERDUE not in reasons("tramadol")


def test_rule_on_a_retracted_source_waits_and_says_why():
    Source.objects.filter(pk="unodc2013").update(status="retracted", status_checked_on=TODAY)
    assert reasons("tramadol")[Why.FALLEN] == "rests on unodc2013, which is retracted"
    assert Why.FALLEN not in reasons("fentanyl")


def test_rule_on_a_superseded_source_names_its_successor():
    Source.objects.filter(pk="unodc2013").update(status="superseded", superseded_by="hill2022")
    assert reasons("tramadol")[Why.FALLEN] == "rests on unodc2013, which is superseded by hill2022"


def test_paper_that_fell_under_its_other_key_counts_too():
    """W06 and weiss2021 are one paper."""
    Source.objects.filter(pk="W06").update(status="retracted")
    assert Why.FALLEN in reasons("buprenorphine-start-leaf")


def test_rules_proposed_by_their_answers_wait(monkeypatch):
    one = stewardship.ProposedReview("tramadol", 30, 0.95, "not-relevant", True, 0, "overridden in 95% of answers")
    monkeypatch.setattr(review_queue.stewardship, "proposed", lambda today=None: [one])
    assert reasons("tramadol")[Why.ANSWERS] == "overridden in 95% of answers"


def test_provisional_roles_wait_in_one_entry_each():
    rows = SubstanceRole.objects.filter(is_verified=False, withdrawn_at=None)
    roles = [entry for entry in queue(practice=None) if entry.kind == "role"]
    assert rows.count() > 1_000
    assert len(roles) == len({entry.key for entry in roles}) < 170
    depressants = next(entry for entry in roles if entry.key == "cns_depressant")
    assert f"for {rows.filter(role='cns_depressant').count()} substances" in depressants.reasons[0].words


def test_withdrawn_role_waits_no_longer():
    SubstanceRole.objects.filter(role="cns_depressant", is_verified=False).update(withdrawn_at=timezone.now())
    assert "cns_depressant" not in {entry.key for entry in queue(practice=None)}


def test_most_consequential_comes_first(doctor):
    for _ in range(2):
        factories.signed_visit(doctor, record=factories.visit("quetiapine"))
    factories.signed_visit(doctor, record=factories.visit("naltrexone"))
    found = queue(practice=doctor.practice, today=TODAY)
    patients = [entry.patients for entry in found]
    assert patients == sorted(patients, reverse=True)
    by_key = {entry.key: entry for entry in found if entry.kind == "rule"}
    assert (by_key["quetiapine"].patients, by_key["naltrexone"].patients, by_key["tramadol"].patients) == (2, 1, 0)
    untouched = [entry for entry in found if entry.kind == "rule" and entry.patients == 0]
    order = ["contraindicated", "major", "moderate", "minor"]
    ranks = [order.index(entry.severity) for entry in untouched]
    assert ranks == sorted(ranks)


def test_only_the_latest_signed_visit_of_the_own_practice_counts(doctor):
    patient = factories.patient(doctor)
    long_ago = factories.visit("quetiapine", visit_on=date(2026, 1, 5))
    factories.signed_visit(doctor, of=patient, record=long_ago)
    factories.signed_visit(doctor, of=patient, record=factories.visit("naltrexone", visit_on=date(2026, 6, 5)))
    factories.signed_visit(factories.clinician(), record=factories.visit("quetiapine"))
    factories.draft(doctor, record=factories.visit("tramadol"))
    by_key = {entry.key: entry.patients for entry in queue(practice=doctor.practice) if entry.kind == "rule"}
    assert (by_key["naltrexone"], by_key["quetiapine"], by_key["tramadol"]) == (1, 0, 0)


def test_queries_do_not_grow(doctor, entries):
    def taken() -> int:
        with CaptureQueriesContext(connection) as queries:
            queue(practice=doctor.practice, today=TODAY)
        return len(queries)

    Source.objects.filter(pk="unodc2013").update(status="retracted")
    before = taken()
    for _ in range(3):
        factories.signed_visit(doctor, record=factories.visit("quetiapine", "tramadol"))
    Source.objects.filter(pk__in=("hill2022", "tanna2023-cpt", "W06")).update(status="retracted")
    assert taken() == before <= 20


@pytest.mark.parametrize("role", ROLES)
def test_page_is_for_those_who_edit_or_review(role, client):
    client.force_login(factories.person(role))
    may = role in (REFERENCE_EDITOR, REFERENCE_REVIEWER)
    assert (client.get(PAGE).status_code == 200) is may


def test_page_leads_to_revising_in_one_click(client, editor):
    words = client.get(PAGE).content.decode()
    rule = InteractionRule.objects.get(code="tramadol", closed_at=None)
    revise = reverse("admin:clinical_interactionrule_revise", args=(rule.pk,))
    assert f'href="{revise}"' in words
    assert client.get(revise).status_code == 200


def test_reviewer_is_led_to_the_evidence_not_to_a_form(client):
    client.force_login(factories.person(REFERENCE_REVIEWER))
    words = client.get(PAGE).content.decode()
    assert reverse("clinical:evidence", args=["tramadol"]) in words
    assert "/revise/" not in words


def test_links_of_roles_and_substances_open(client, editor):
    rows = client.get(PAGE).context["rows"]
    for kind in ("role", "substances"):
        row = next(row for row in rows if row["entry"].kind == kind)
        assert client.get(row["act"]).status_code == 200, row["act"]
        assert "e=1" not in client.get(row["act"]).headers.get("Location", "")
        assert client.get(row["look"]).status_code == 200, row["look"]


@pytest.mark.parametrize("why", [why.value for why in (Why.THEORY, Why.PROVISIONAL, Why.UNDATED)])
def test_one_reason_alone_can_be_asked_for(why, client, editor):
    rows = client.get(PAGE, {"why": why}).context["rows"]
    assert rows
    assert all(why in {reason.why for reason in row["entry"].reasons} for row in rows)


@pytest.mark.parametrize("why", ["", "x", "<script>", "overdue"])
def test_reason_that_nothing_has_shows_everything(why, client, editor):
    answer = client.get(PAGE, {"why": why})
    assert len(answer.context["rows"]) == answer.context["total"]
    assert "<script>" not in answer.content.decode().split("<title>")[0]


def test_somebody_without_a_practice_is_told_that_nobody_was_counted(client, editor):
    editor.is_superuser, editor.practice = True, None
    editor.save(update_fields=["is_superuser", "practice"])
    words = client.get(PAGE).content.decode()
    assert "no patients are counted" in words


def test_a_review_yesterday_takes_the_rule_out_of_the_dated_part(entries):
    yesterday = (TODAY - timedelta(days=1)).isoformat()
    reopened(entries, "naltrexone", reviewed_on=yesterday)
    assert "naltrexone" not in whys("rule", Why.UNDATED)
