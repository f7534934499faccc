"""Pending changes on their day, disagreements, new jurisdictions: what one confirmation does, and what is refused."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.forms.models import model_to_dict

from legal import actions, lookup
from legal.models import Disagreement, Jurisdiction, PendingChange, StatusPeriod

pytestmark = pytest.mark.django_db
PENDING = "/admin/legal/pendingchange/"
DAY = date(2026, 12, 1)


@pytest.fixture
def missouri(law):
    """A bill that proposes rules for kratom; the state has an open row."""
    return PendingChange.objects.get(jurisdiction_id="US-MO")


@pytest.fixture
def as_editor(client, editor, law):
    client.force_login(editor)
    return client


def leaf_row(code):
    return StatusPeriod.objects.filter(
        jurisdiction=code, superseded_at=None, valid_until=None, substance__in=("kratom_leaf", "both")
    ).get()


def law_values(row, **changes):
    return {**model_to_dict(row, fields=actions.LAW_FIELDS), **changes}


def typed(entry, row, **changes):
    """The settle form as a browser sends it."""
    law = {
        f"law-{name}": value.isoformat() if isinstance(value, date) else value
        for name, value in {**law_values(row), "substance": row.substance}.items()
        if value not in (None, False)
    }
    return {
        **law,
        "law-valid_from": DAY.isoformat(),
        "law-start_known": "exact",
        "became": "enacted",
        "became_on": DAY.isoformat(),
        "outcome": "Signed; read in the session law.",
        "brings": "row",
        "base": row.pk,
        **changes,
    }


def test_enacted_change_closes_the_present_row_on_its_day_and_opens_the_next(missouri, editor):
    row = leaf_row("US-MO")
    values = law_values(row, status="prohibited", valid_from=DAY, start_known="exact")
    new = actions.settle_pending_change(
        pending=missouri, by=editor, outcome="Signed", became="enacted", became_on=DAY, period=row, values=values
    )
    row.refresh_from_db()
    missouri.refresh_from_db()
    assert (row.valid_until, new.valid_from, new.status) == (DAY, DAY, "prohibited")
    assert (missouri.became, missouri.became_on, missouri.settled_by) == ("enacted", DAY, editor)
    ruling = lookup.rulings_at(lookup.find_place("Missouri"), DAY, 30)["kratom_leaf"]
    assert ruling.status == "prohibited"


def test_refused_row_leaves_the_change_open(missouri, editor):
    row = leaf_row("US-MO")
    with pytest.raises(ValidationError), transaction.atomic():
        actions.settle_pending_change(
            pending=missouri, by=editor, outcome="Signed", became="enacted", became_on=DAY, period=row,
            values=law_values(row, citation="", valid_from=DAY, start_known="exact"),
        )  # fmt: skip
    missouri.refresh_from_db()
    row.refresh_from_db()
    assert (missouri.settled_at, row.closed_at) == (None, None)


def test_postponed_change_opens_again_on_its_new_day(missouri, editor):
    again = actions.settle_pending_change(
        pending=missouri, by=editor, outcome="Put off", became="postponed", became_on=DAY, expected_on=date(2027, 7, 1)
    )
    assert (again.what, again.expected_on, again.settled_at) == (missouri.what, date(2027, 7, 1), None)
    assert PendingChange.objects.filter(jurisdiction_id="US-MO", settled_at=None).get() == again


def test_failed_change_changes_no_row(missouri, editor):
    before = StatusPeriod.objects.count()
    opened = actions.settle_pending_change(pending=missouri, by=editor, outcome="Died", became="failed", became_on=DAY)
    assert (opened, StatusPeriod.objects.count()) == (None, before)


def test_second_editor_is_told_that_it_is_settled(missouri, editor):
    actions.settle_pending_change(pending=missouri, by=editor, outcome="Died", became="failed", became_on=DAY)
    with pytest.raises(actions.AlreadySettled):
        actions.settle_pending_change(pending=missouri, by=editor, outcome="Died", became="failed", became_on=DAY)


def test_settled_change_is_not_worded_anew_by_a_later_load(missouri, editor):
    from legal import reference

    actions.settle_pending_change(pending=missouri, by=editor, outcome="Died", became="failed", became_on=DAY)
    assert reference.load().faults == []
    assert PendingChange.objects.get(pk=missouri.pk).outcome == "Died"


@pytest.mark.parametrize(("substance", "beside"), [("both", "kratom_leaf"), ("7-OH", "both"), ("kratom_leaf", "both")])
def test_row_for_both_and_one_for_either_are_refused_by_the_database(law, substance, beside):
    place = Jurisdiction.objects.get(code="US-MO")
    StatusPeriod.objects.filter(jurisdiction=place).delete()
    values = law_values(leaf_row("US-TX"), valid_from=date(2025, 1, 1))
    StatusPeriod.objects.create(jurisdiction=place, substance=beside, **values)
    with pytest.raises(IntegrityError, match="status_period_no_overlap"), transaction.atomic():
        StatusPeriod.objects.create(jurisdiction=place, substance=substance, **values)


def test_row_for_derivatives_stands_beside_one_for_both(law, editor):
    place = Jurisdiction.objects.get(code="US-TN")
    values = law_values(leaf_row("US-TN"))
    new = actions.add_status_period(
        jurisdiction=place, substance="7-OH_derivatives", values=values, by=editor, reason="Named too"
    )
    assert new.pk


def test_overlap_names_the_row_the_days_and_what_to_do(as_editor, law):
    row = leaf_row("US-TN")
    values = {**typed(None, row), "jurisdiction": "US-TN", "substance": "kratom_leaf", "reason": "Twice"}
    values |= {name.removeprefix("law-"): value for name, value in values.items() if name.startswith("law-")}
    page = as_editor.post("/admin/legal/statusperiod/add/", {**values, "substance": "kratom_leaf"}).content.decode()
    assert f"This overlaps row {row.pk} of Tennessee" in page
    assert "from 1 Jul 2026, open" in page
    assert "Revise that row instead" in page


def test_settle_page_begins_with_the_present_rows_words(as_editor, missouri):
    row = leaf_row("US-MO")
    page = as_editor.get(f"{PENDING}{missouri.pk}/settle/?base={row.pk}")
    assert page.status_code == 200
    assert page.context["law"].initial["restrictions"] == row.restrictions
    assert page.context["law"].initial["source_url"] == missouri.source_url
    assert page.context["law"].initial["confidence"] == ""


def test_settle_page_settles_with_one_confirmation(as_editor, missouri):
    row = leaf_row("US-MO")
    answer = as_editor.post(f"{PENDING}{missouri.pk}/settle/", typed(missouri, row, **{"law-status": "prohibited"}))
    assert answer.status_code == 302
    assert leaf_row("US-MO").status == "prohibited"


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"law-citation": ""}, id="no-citation"),
        pytest.param({"law-source_url": ""}, id="no-source"),
        pytest.param({"law-confidence": ""}, id="no-confidence"),
        pytest.param({"law-valid_until": "2020-01-01"}, id="backward"),
        pytest.param({"outcome": ""}, id="no-words"),
        pytest.param({"became": "postponed", "expected_on": "2020-01-01"}, id="postponed-into-the-past"),
    ],
)
def test_settling_that_is_refused_shows_the_form_again(as_editor, missouri, changes):
    row = leaf_row("US-MO")
    answer = as_editor.post(f"{PENDING}{missouri.pk}/settle/", typed(missouri, row, **changes))
    assert answer.status_code == 422
    missouri.refresh_from_db()
    assert missouri.settled_at is None


def test_change_whose_row_is_held_already_needs_no_row(as_editor, law):
    kentucky = PendingChange.objects.get(jurisdiction_id="US-KY")
    page = as_editor.get(f"{PENDING}{kentucky.pk}/settle/")
    assert page.context["is_held"]
    said = {"became": "enacted", "became_on": "2027-01-01", "outcome": "In force", "brings": "held", "base": "none"}
    assert as_editor.post(f"{PENDING}{kentucky.pk}/settle/", said).status_code == 302


def test_reader_settles_nothing(client, reader, missouri):
    client.force_login(reader)
    assert client.post(f"{PENDING}{missouri.pk}/settle/", {"became": "failed"}).status_code == 403


def test_open_day_that_came_is_found_by_the_filter(as_editor, law):
    found = as_editor.get(f"{PENDING}?day=come").context["cl"].queryset
    assert {row.jurisdiction_id for row in found} >= {"US-VA", "US-TN"}


@pytest.mark.parametrize(
    ("code", "level", "parent", "words"),
    [
        pytest.param("US-MO:place:rolla", "place", "", "choose the parent", id="no-parent"),
        pytest.param("US-MO:place:rolla", "place", "US", "cannot lie in", id="place-in-a-country"),
        pytest.param("US-KS:place:rolla", "place", "US-MO", "must begin with", id="code-of-another-state"),
        pytest.param("XX", "country", "US", "no parent", id="country-with-parent"),
    ],
)
def test_jurisdiction_that_does_not_lie_below_its_parent_is_refused(as_editor, law, code, level, parent, words):
    sent = {"code": code, "name": "Rolla", "level": level, "parent": parent}
    answer = as_editor.post("/admin/legal/jurisdiction/add/", sent)
    assert words in answer.content.decode()
    assert not Jurisdiction.objects.filter(code=code).exists()


def test_editor_adds_a_city(as_editor, law):
    sent = {"code": "US-MO:place:rolla", "name": "Rolla", "level": "place", "parent": "US-MO"}
    assert as_editor.post("/admin/legal/jurisdiction/add/", sent).status_code == 302
    assert Jurisdiction.objects.get(code="US-MO:place:rolla").parent_id == "US-MO"


def test_disagreement_is_shown_settled_and_kept(as_editor, editor, law):
    row = Disagreement.objects.get(codes__contains=["US-KS"], substance="kratom_leaf", point__startswith="Kansas")
    assert row.point in {dispute.point for dispute in lookup.disputes_of(["US-KS"])["US-KS"]}
    path = f"/admin/legal/disagreement/{row.pk}/"
    assert as_editor.get(f"{path}change/").status_code == 200
    assert as_editor.get(f"{path}settle/").status_code == 200
    assert as_editor.post(f"{path}settle/", {"outcome": ""}).status_code == 422
    assert as_editor.post(f"{path}settle/", {"outcome": "Read the act: leaf is named."}).status_code == 302
    row.refresh_from_db()
    assert (row.settled_by, row.outcome) == (editor, "Read the act: leaf is named.")
    assert row.point not in {dispute.point for dispute in lookup.disputes_of(["US-KS"])["US-KS"]}


def test_editor_adds_a_disagreement_and_unknown_codes_are_refused(as_editor, law):
    sent = {
        "point": "Rolla: ban?", "codes": "US-MO,US-ZZ", "substance": "", "sources_say": "Paper: yes. City: no.",
        "table_does": "No row", "checked_on": "2026-11-22",
    }  # fmt: skip
    assert "US-ZZ" in as_editor.post("/admin/legal/disagreement/add/", sent).content.decode()
    assert as_editor.post("/admin/legal/disagreement/add/", {**sent, "codes": "US-MO"}).status_code == 302
    assert Disagreement.objects.get(point="Rolla: ban?").codes == ["US-MO"]


@pytest.mark.django_db(transaction=True)
def test_two_editors_at_once_settle_one_change_once(law, editor):
    """The second waits for the first, then learns that it is settled."""
    from concurrent.futures import ThreadPoolExecutor
    from threading import Barrier

    from django.db import connection

    entry = PendingChange.objects.get(jurisdiction_id="US-MO")
    together = Barrier(2)

    def settle(_number):
        try:
            together.wait(timeout=10)
            actions.settle_pending_change(pending=entry, by=editor, outcome="Died", became="failed", became_on=DAY)
        except actions.AlreadySettled:
            return "told"
        else:
            return "settled"
        finally:
            connection.close()

    try:
        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(settle, range(2))) == ["settled", "told"]
    finally:
        PendingChange.objects.filter(pk=entry.pk).update(
            settled_at=None, settled_by=None, outcome="", became="", became_on=None
        )
