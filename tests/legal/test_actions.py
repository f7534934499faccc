"""Writes of law data: what closes, what is superseded, what is refused, and one hand-over day seen three ways."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError, Q
from django.forms.models import model_to_dict

from legal import actions, lookup
from legal.answers import ruling_as_json
from legal.models import Jurisdiction, LegalVersion, PendingChange, StatusPeriod

pytestmark = pytest.mark.django_db
HANDOVER = date(2026, 12, 1)


@pytest.fixture
def texas(law):
    return StatusPeriod.objects.get(jurisdiction_id="US-TX", substance="kratom_leaf")


def values_of(period, **changes):
    return {**model_to_dict(period, fields=actions.LAW_FIELDS), **changes}


def ruling_in_texas(day):
    return lookup.rulings_at(lookup.find_place("Texas"), day, 30)["kratom_leaf"]


def test_handover_day_through_filter_constraint_and_pure_function(texas, editor):
    new = actions.revise_status_period(
        period=texas, values=values_of(texas, status="prohibited", valid_from=HANDOVER), by=editor, reason="New law"
    )
    in_force = StatusPeriod.objects.filter(
        Q(valid_from=None) | Q(valid_from__lte=HANDOVER),
        Q(valid_until=None) | Q(valid_until__gt=HANDOVER),
        jurisdiction_id="US-TX",
        substance="kratom_leaf",
    )
    assert list(in_force) == [new]
    assert ruling_in_texas(HANDOVER).status == "prohibited"
    assert ruling_in_texas(date(2026, 11, 30)).status == "regulated"
    with pytest.raises(IntegrityError, match="status_period_no_overlap"), transaction.atomic():
        StatusPeriod.objects.filter(pk=texas.pk).update(valid_until=date(2026, 12, 2))


def test_revision_with_later_start_closes_the_old_row_and_keeps_it_in_force_before(texas, editor):
    before = lookup.legal_version()
    new = actions.revise_status_period(
        period=texas, values=values_of(texas, min_age=21, valid_from=HANDOVER), by=editor, reason="Age raised"
    )
    texas.refresh_from_db()
    assert (texas.valid_until, texas.closed_by, texas.closed_reason, texas.superseded_at) == (
        HANDOVER,
        editor,
        "Age raised",
        None,
    )
    assert (new.created_by, new.reason, new.checked_by) == (editor, "Age raised", editor)
    assert lookup.legal_version() > before
    assert ruling_in_texas(HANDOVER).min_age == 21


def test_revision_with_the_same_start_supersedes_the_wrong_row(texas, editor):
    new = actions.revise_status_period(
        period=texas, values=values_of(texas, min_age=19), by=editor, reason="The age was misread"
    )
    texas.refresh_from_db()
    assert texas.superseded_by == new
    assert texas.superseded_at is not None
    assert texas.min_age == 18
    assert ruling_in_texas(date(2026, 11, 22)).min_age == 19


def test_superseded_row_cannot_be_revised(texas, editor):
    actions.revise_status_period(period=texas, values=values_of(texas), by=editor, reason="Again")
    with pytest.raises(actions.PeriodNotCurrent):
        actions.revise_status_period(period=texas, values=values_of(texas), by=editor, reason="Again")


@pytest.mark.parametrize(
    ("changes", "reason", "refusal"),
    [
        pytest.param({}, "  ", actions.ReasonMissing, id="no-reason"),
        pytest.param({"citation": ""}, "Why", ValidationError, id="no-citation"),
        pytest.param({"source_url": ""}, "Why", ValidationError, id="no-source"),
        pytest.param({"status": "fine"}, "Why", ValidationError, id="unknown-status"),
        pytest.param({"valid_until": date(2020, 1, 1)}, "Why", ValidationError, id="ends-before-it-starts"),
        pytest.param({"valid_from": None}, "Why", ValidationError, id="blank-start-called-exact"),
        pytest.param({"created_by": None}, "Why", TypeError, id="not-part-of-a-revision"),
    ],
)
def test_refused_revision_leaves_everything_as_it_was(texas, editor, changes, reason, refusal):
    with pytest.raises(refusal), transaction.atomic():
        actions.revise_status_period(period=texas, values=values_of(texas, **changes), by=editor, reason=reason)
    texas.refresh_from_db()
    assert (texas.superseded_at, texas.closed_by) == (None, None)


def test_added_period_that_overlaps_is_refused(texas, editor):
    with pytest.raises(ValidationError, match="overlaps"):
        actions.add_status_period(
            jurisdiction=texas.jurisdiction,
            substance="kratom_leaf",
            values=values_of(texas, valid_from=HANDOVER),
            by=editor,
            reason="Twice",
        )


def test_added_period_counts_at_once(law, editor, texas):
    tennessee = Jurisdiction.objects.get(code="US-TN")
    actions.add_status_period(
        jurisdiction=tennessee,
        substance="7-OH_derivatives",
        values=values_of(texas, status="prohibited", valid_from=date(2020, 1, 1)),
        by=editor,
        reason="Found",
    )
    ruling = lookup.rulings_at(lookup.find_place("TN"), date(2021, 1, 1), None)["7-OH_derivatives"]
    assert ruling.decided_by == "US-TN"


def test_closed_period_ends_on_the_day(texas, editor):
    actions.close_status_period(period=texas, until=HANDOVER, by=editor, reason="Repealed")
    assert ruling_in_texas(date(2026, 11, 30)).decided_by == "US-TX"
    assert [answer.status for answer in ruling_in_texas(HANDOVER).levels] == ["legal_unregulated", "no entry"]


@pytest.mark.parametrize("until", [date(2023, 9, 1), date(2000, 1, 1)])
def test_closing_before_the_period_starts_is_refused(texas, editor, until):
    with pytest.raises(actions.OutsidePeriod):
        actions.close_status_period(period=texas, until=until, by=editor, reason="Repealed")


def test_closing_after_the_period_ended_is_refused(texas, editor):
    actions.close_status_period(period=texas, until=HANDOVER, by=editor, reason="Repealed")
    with pytest.raises(actions.OutsidePeriod):
        actions.close_status_period(period=texas, until=date(2027, 1, 1), by=editor, reason="Later after all")


def test_confirmed_rows_are_stamped(texas, editor):
    assert actions.confirm_still_true(periods=[texas], by=editor, on=HANDOVER) == 1
    texas.refresh_from_db()
    assert (texas.checked_on, texas.checked_by) == (HANDOVER, editor)
    assert ruling_in_texas(date(2026, 12, 2)).row.checked_on == HANDOVER


def test_reader_is_told_who_checked_a_row(texas, editor):
    assert "by" not in ruling_as_json(ruling_in_texas(date(2026, 12, 2)))["checked_words"]
    editor.first_name, editor.last_name = "Eda", "Editor"
    editor.save()
    actions.confirm_still_true(periods=[texas], by=editor, on=HANDOVER)
    told = ruling_as_json(ruling_in_texas(date(2026, 12, 2)))
    assert told["checked_by"] == "Eda Editor"
    assert told["checked_words"].endswith("by Eda Editor")


def test_confirming_never_makes_a_check_older(texas, editor):
    assert actions.confirm_still_true(periods=[texas], by=editor, on=date(2020, 1, 1)) == 0


def test_settled_change_leaves_the_list_ahead(law, editor):
    pending = PendingChange.objects.get(jurisdiction_id="US-KY")
    actions.settle_pending_change(pending=pending, by=editor, outcome="In force as planned")
    ruling = lookup.rulings_at(lookup.find_place("Kentucky"), date(2026, 11, 22), None)["kratom_leaf"]
    assert [change.kind for change in ruling.next_changes if change.code == "US-KY"] == ["starts"]
    pending.refresh_from_db()
    assert pending.outcome == "In force as planned"


def test_jurisdiction_with_rows_cannot_be_deleted(law):
    with pytest.raises(ProtectedError):
        Jurisdiction.objects.get(code="US-TN").delete()


def test_database_refuses_overlap_without_the_action(texas):
    copy = StatusPeriod(jurisdiction_id="US-TX", substance="kratom_leaf", **values_of(texas))
    with pytest.raises(IntegrityError, match="status_period_no_overlap"), transaction.atomic():
        copy.save()


def test_rows_name_themselves(texas):
    assert str(texas) == "US-TX kratom_leaf 2023-09-01–"
    assert str(PendingChange.objects.get(jurisdiction_id="US-KY")).startswith("US-KY: HB 757")
    assert str(LegalVersion.objects.get()) == str(lookup.legal_version())
