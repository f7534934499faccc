"""The verification queue: what stands in it, in which order, and what one click does."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from legal import actions, verification
from legal.models import StatusPeriod
from tests import factories

pytestmark = pytest.mark.django_db
QUEUE = "/admin/legal/rowtoverify/"
TODAY = date(2026, 11, 23)


@pytest.fixture
def at_practice(law):
    """A reference editor of a practice."""
    user = factories.person("Reference editor")
    user.is_staff = True
    user.save(update_fields=["is_staff"])
    return user


def whys(entry):
    return {reason.why.value for reason in entry.reasons}


def test_first_stands_what_was_asked_to_be_checked_by_hand(at_practice):
    found = verification.queue_for(at_practice, TODAY)
    first = [entry.code for entry in found if "check-first" in whys(entry)]
    assert set(first) >= {"US", "US-TN", "US-KY", "US-VA", "US-AZ", "US-KS"}
    assert [entry.code for entry in found[: len(first)]] == first


def test_rows_of_places_with_most_patients_come_first_within_their_rank(at_practice):
    doctor = factories.clinician(of=at_practice.practice)
    for _ in range(2):
        factories.patient(doctor, city="Phoenix", county="Maricopa", state="AZ", zip_code="85003")
    factories.patient(doctor)
    first = [entry for entry in verification.queue_for(at_practice, TODAY) if "check-first" in whys(entry)]
    assert [(entry.code, entry.patients) for entry in first[:4]] == [
        ("US", 3), ("US-AZ", 2), ("US-AZ", 2), ("US-TN", 1)
    ]  # fmt: skip


def test_patients_of_another_practice_are_not_counted(at_practice):
    factories.patient(factories.clinician())
    assert {entry.patients for entry in verification.queue_for(at_practice, TODAY)} == {0}


def test_somebody_without_practice_sees_no_count(editor, law):
    assert {entry.patients for entry in verification.queue_for(editor, TODAY)} == {None}


def test_checked_row_leaves_the_head_of_the_queue(at_practice):
    row = StatusPeriod.objects.get(jurisdiction_id="US-TN", substance="both", superseded_at=None)
    actions.confirm_still_true(periods=[row], by=at_practice, on=TODAY)
    found = {entry.pk: whys(entry) for entry in verification.queue_for(at_practice, TODAY) if entry.kind == "row"}
    assert "check-first" not in found.get(row.pk, set())


@pytest.mark.parametrize(
    ("day", "why"),
    [
        pytest.param(date(2026, 12, 22), None, id="30-days"),
        pytest.param(date(2026, 12, 23), "old", id="31-days"),
        pytest.param(date(2027, 2, 20), "old", id="90-days"),
        pytest.param(date(2027, 2, 21), "too-old", id="91-days"),
    ],
)
def test_age_is_told_at_the_limits_of_a_state(at_practice, day, why):
    found = {entry.code: whys(entry) for entry in verification.queue_for(at_practice, day)}
    assert found.get("US-AL", set()) & {"old", "too-old"} == ({why} if why else set())


def test_disputed_uncertain_unread_and_weak_sources_are_told(at_practice):
    found = verification.queue_for(at_practice, TODAY)
    kansas = next(entry for entry in found if entry.code == "US-KS" and "uncertain" in whys(entry))
    assert whys(kansas) >= {"check-first", "disputed", "uncertain", "low-confidence", "kind-of-source"}
    assert any("not-read" in whys(entry) for entry in found)
    federal = [entry for entry in found if entry.code == "US" and entry.confidence == "high"]
    assert federal
    assert all("high confidence, but" in " ".join(r.words for r in entry.reasons) for entry in federal)


def test_change_whose_day_came_waits_to_be_settled(at_practice):
    waiting = [e for e in verification.queue_for(at_practice, TODAY) if e.kind == "pending"]
    assert {entry.code for entry in waiting} == {"US-VA", "US-TN"}


def test_one_click_stamps_who_and_when(client, at_practice):
    row = StatusPeriod.objects.get(jurisdiction_id="US-TN", substance="both", superseded_at=None)
    with time_machine.travel(datetime(2026, 12, 1, 12, tzinfo=UTC), tick=False):
        client.force_login(at_practice)
        assert client.post(f"{QUEUE}{row.pk}/still-true/").status_code == 302
    row.refresh_from_db()
    assert (row.checked_on, row.checked_by, row.status) == (date(2026, 12, 1), at_practice, "prohibited")


def test_reader_looks_and_stamps_nothing(client, reader, law):
    client.force_login(reader)
    row = StatusPeriod.objects.get(jurisdiction_id="US-AL")
    page = client.get(QUEUE)
    assert page.status_code == 200
    assert b"Still true" not in page.content.split(b"</nav>")[-1]
    assert client.post(f"{QUEUE}{row.pk}/still-true/").status_code == 403
    assert client.get(f"{QUEUE}{row.pk}/still-true/").status_code == 405


def test_filter_shows_one_reason_and_nonsense_shows_all(client, editor, law):
    client.force_login(editor)
    every = client.get(QUEUE).context["rows"]
    uncertain = client.get(f"{QUEUE}?why=uncertain").context["rows"]
    assert 0 < len(uncertain) < len(every)
    assert len(client.get(f"{QUEUE}?why=nonsense").context["rows"]) == len(every)


def test_queries_do_not_grow_with_patients(at_practice):
    doctor = factories.clinician(of=at_practice.practice)

    def count():
        with CaptureQueriesContext(connection) as queries:
            verification.queue_for(at_practice, TODAY)
        return len(queries)

    factories.patient(doctor)
    count()
    few = count()
    for number in range(4):
        factories.patient(doctor, city=f"Place {number}", zip_code="", county="")
    assert count() == few <= 5
