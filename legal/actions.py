"""The only place that writes legal reference data. Each act is one transaction and raises the legal version.

Who, when and why stand on the row itself. No period is edited in place, nothing is deleted; a pending entry that came
from the reference files follows them until a person settles it.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from legal.choices import Became
from legal.levels import level_fault
from legal.models import LOADED, Disagreement, Jurisdiction, LegalParameter, LegalVersion, PendingChange, StatusPeriod
from legal.overlaps import overlap_words, overlapping

# What a revision may say anew. Everything else on a row is history.
LAW_FIELDS = (
    "status", "schedule", "min_age", "restrictions", "possession", "sale", "valid_from", "valid_until", "start_known",
    "citation", "source_url", "source_date", "checked_on", "confidence", "read_here", "second_source_url",
    "second_source_date", "second_read", "note",
)  # fmt: skip

# What the reference files may say anew about a pending entry they brought.
PENDING_FIELDS = ("stage", "expected", "expected_on", "source_url", "source_date", "checked_on", "note")

DISAGREEMENT_FIELDS = ("codes", "substance", "sources_say", "table_does", "checked_on")


class PeriodNotCurrent(Exception):
    """The row was superseded by another one; revise that one."""


class ReasonMissing(Exception):
    """A change of law data says why."""


class OutsidePeriod(Exception):
    """The day does not fall inside the period that is to close."""


class AlreadySettled(Exception):
    """Somebody settled the entry meanwhile."""


REFUSALS = (AlreadySettled, PeriodNotCurrent, ReasonMissing, OutsidePeriod, ValidationError)


@transaction.atomic
def add_status_period(
    *, jurisdiction: Jurisdiction, substance: str, values: Mapping[str, Any], by: Any, reason: str
) -> StatusPeriod:
    """Enter a new dated row. Refuses one that overlaps another of the same place and substance (ValidationError)."""
    period = StatusPeriod(
        jurisdiction=jurisdiction,
        substance=substance,
        created_by=by,
        checked_by=by,
        reason=_said(reason),
        **_law(values),
    )
    # Editors of one place take turns here; PostgreSQL can otherwise find two such rows in a deadlock.
    Jurisdiction.objects.select_for_update(no_key=True).get(pk=jurisdiction.pk)
    if others := overlapping(jurisdiction.pk, substance, values.get("valid_from"), values.get("valid_until")):
        raise ValidationError(overlap_words(others))
    try:
        period.full_clean(validate_unique=False)
        with transaction.atomic():
            period.save()
    except (ValidationError, IntegrityError) as clash:
        # A row the reference files brought between our look and now may be seen by the check or by the save.
        if others := overlapping(jurisdiction.pk, substance, period.valid_from, period.valid_until):
            raise ValidationError(overlap_words(others)) from clash
        if isinstance(clash, ValidationError):
            raise
        raise ValidationError(str(clash).splitlines()[0]) from clash
    _raise_version()
    return period


@transaction.atomic
def revise_status_period(*, period: StatusPeriod, values: Mapping[str, Any], by: Any, reason: str) -> StatusPeriod:
    """Open a new row in the old one's stead and keep both.

    If the new row starts later, the law changed: the old row closes on that day and stays in force for the days before
    it. Otherwise the old row was wrong: it is superseded and no longer counts.
    """
    old = _current(period)
    reason = _said(reason)
    starts_later = values["valid_from"] is not None and (
        old.valid_from is None or values["valid_from"] > old.valid_from
    )
    if starts_later:
        _close(old, values["valid_from"], by, reason)
    else:
        StatusPeriod.objects.filter(pk=old.pk).update(superseded_at=timezone.now())
    new = add_status_period(jurisdiction=old.jurisdiction, substance=old.substance, values=values, by=by, reason=reason)
    if not starts_later:
        StatusPeriod.objects.filter(pk=old.pk).update(superseded_by=new)
    return new


@transaction.atomic
def close_status_period(*, period: StatusPeriod, until: date, by: Any, reason: str) -> StatusPeriod:
    """End a row: `until` is the first day it is no longer in force. Refuses a day outside the row (OutsidePeriod)."""
    old = _current(period)
    _close(old, until, by, _said(reason))
    _raise_version()
    old.refresh_from_db()
    return old


@transaction.atomic
def confirm_still_true(*, periods: Iterable[StatusPeriod], by: Any, on: date) -> int:
    """Stamp rows as checked again on a day and found unchanged. Superseded rows are passed over."""
    pks = [period.pk for period in periods]
    confirmed = StatusPeriod.objects.filter(pk__in=pks, superseded_at=None, checked_on__lte=on).update(
        checked_on=on, checked_by=by
    )
    _raise_version()
    return confirmed


@transaction.atomic
def add_pending_change(*, jurisdiction: Jurisdiction, values: Mapping[str, Any], by: Any, reason: str) -> PendingChange:
    """Enter a change that is announced, moving or in doubt. Refuses one that is on the list (ValidationError)."""
    entry = PendingChange(jurisdiction=jurisdiction, created_by=by, reason=_said(reason), **values)
    entry.full_clean()
    entry.save()
    _raise_version()
    return entry


@transaction.atomic
def settle_pending_change(
    *,
    pending: PendingChange,
    by: Any,
    outcome: str,
    became: str = "",
    became_on: date | None = None,
    period: StatusPeriod | None = None,
    values: Mapping[str, Any] | None = None,
    expected_on: date | None = None,
) -> StatusPeriod | PendingChange | None:
    """Take a pending change off the list and say what became of it. One confirmation does all of it, or none.

    Enacted: `values` become the row of the law, in the stead of `period` (or of nothing, then they name a substance).
    Postponed: the same change opens again, expected on the new day. Failed: nothing follows. Refuses an entry that
    somebody else settled meanwhile (AlreadySettled). Answers what it opened.
    """
    open_entry = PendingChange.objects.select_for_update(of=("self",)).filter(pk=pending.pk, settled_at=None).first()
    if open_entry is None:
        raise AlreadySettled("Somebody has settled this change already. Look at it again.")
    said = _said(outcome)
    PendingChange.objects.filter(pk=open_entry.pk).update(
        settled_by=by, settled_at=timezone.now(), outcome=said, became=became, became_on=became_on
    )
    opened: StatusPeriod | PendingChange | None = None
    if became == Became.POSTPONED:
        opened = _opened_again(open_entry, by, said, expected_on)
    elif became == Became.ENACTED and values is not None:
        opened = _brought_in(open_entry, period, values, by, said)
    _raise_version()
    return opened


def _opened_again(entry: PendingChange, by: Any, reason: str, expected_on: date | None) -> PendingChange:
    kept = {name: getattr(entry, name) for name in PENDING_FIELDS}
    day = expected_on.isoformat() if expected_on else "not known"
    return add_pending_change(
        jurisdiction=entry.jurisdiction,
        values={**kept, "what": entry.what, "expected": day, "expected_on": expected_on},
        by=by,
        reason=reason,
    )


def _brought_in(
    entry: PendingChange, period: StatusPeriod | None, values: Mapping[str, Any], by: Any, reason: str
) -> StatusPeriod:
    law = {name: value for name, value in values.items() if name != "substance"}
    if period is not None:
        return revise_status_period(period=period, values=law, by=by, reason=reason)
    return add_status_period(
        jurisdiction=entry.jurisdiction, substance=values["substance"], values=law, by=by, reason=reason
    )


@transaction.atomic
def add_jurisdiction(*, values: Mapping[str, Any], by: Any) -> Jurisdiction:
    """Enter a place that we hold no record of. Refuses one that does not lie below its parent (ValidationError)."""
    place = Jurisdiction(**values)
    place.full_clean()
    if fault := level_fault(place.level, place.parent, place.code):
        raise ValidationError({"parent": fault})
    place.save(force_insert=True)
    _raise_version()
    return place


@transaction.atomic
def add_disagreement(*, values: Mapping[str, Any], by: Any) -> Disagreement:
    """Enter a point on which sources contradict one another. Refuses codes that no jurisdiction has."""
    row = Disagreement(created_by=by, **values)
    row.full_clean()
    held = set(Jurisdiction.objects.filter(code__in=row.codes).values_list("code", flat=True))
    if unknown := sorted(set(row.codes) - held):
        raise ValidationError({"codes": f"No jurisdiction has the code {', '.join(unknown)}."})
    row.save()
    _raise_version()
    return row


@transaction.atomic
def settle_disagreement(*, disagreement: Disagreement, by: Any, outcome: str) -> None:
    """Say how the point was settled; it stays readable. Refuses one that is settled (AlreadySettled)."""
    settled = Disagreement.objects.filter(pk=disagreement.pk, settled_at=None).update(
        settled_by=by, settled_at=timezone.now(), outcome=_said(outcome)
    )
    if not settled:
        raise AlreadySettled("Somebody has settled this already. Look at it again.")
    _raise_version()


@transaction.atomic
def record_reference(
    *,
    jurisdictions: Iterable[Jurisdiction],
    superseded: Iterable[StatusPeriod],
    periods: Iterable[StatusPeriod],
    pending: Iterable[PendingChange],
    parameters: Iterable[LegalParameter],
    pending_anew: Iterable[PendingChange] = (),
    disagreements: Iterable[Disagreement] = (),
    disagreements_anew: Iterable[Disagreement] = (),
    by: Any = None,
) -> None:
    """Store what the reference loader planned and validated; the database's constraints have the last word.

    `by` is None where a command loads the files: the rows then count as loaded, and a newer file may replace them.
    """
    Jurisdiction.objects.bulk_create(jurisdictions)
    StatusPeriod.objects.filter(pk__in=[row.pk for row in superseded]).update(superseded_at=timezone.now())
    periods, pending = list(periods), list(pending)
    for row in periods:
        row.created_by, row.reason = by, LOADED
    for row in pending:
        row.created_by = by
    StatusPeriod.objects.bulk_create(periods)
    PendingChange.objects.bulk_create(pending)
    PendingChange.objects.bulk_update(pending_anew, PENDING_FIELDS)
    LegalParameter.objects.bulk_create(parameters)
    Disagreement.objects.bulk_create(disagreements)
    Disagreement.objects.bulk_update(disagreements_anew, DISAGREEMENT_FIELDS)
    _raise_version()


@transaction.atomic
def write_status_row(*, period: StatusPeriod | None, values: Mapping[str, Any], by: Any, reason: str) -> StatusPeriod:
    """One row of an imported sheet: entered, or put in the stead of `period`, which stays readable."""
    law = {name: values[name] for name in LAW_FIELDS}
    if period is not None:
        return revise_status_period(period=period, values=law, by=by, reason=reason)
    place = Jurisdiction.objects.get(pk=values["jurisdiction_code"])
    return add_status_period(jurisdiction=place, substance=values["substance"], values=law, by=by, reason=reason)


@transaction.atomic
def write_pending_row(
    *, pending: PendingChange | None, values: Mapping[str, Any], by: Any, reason: str
) -> PendingChange:
    """One row of an imported sheet: entered, or worded anew. Refuses one settled meanwhile (AlreadySettled)."""
    words = {name: values[name] for name in PENDING_FIELDS}
    if pending is None:
        place = Jurisdiction.objects.get(pk=values["jurisdiction_code"])
        return add_pending_change(jurisdiction=place, values={**words, "what": values["what"]}, by=by, reason=reason)
    changed = PendingChange.objects.filter(pk=pending.pk, settled_at=None).update(
        **words, created_by=by, reason=_said(reason)
    )
    if not changed:
        raise AlreadySettled("Somebody has settled this change meanwhile.")
    _raise_version()
    return pending


@transaction.atomic
def take_in_reference(
    *,
    jurisdictions: Iterable[Jurisdiction],
    superseded: Iterable[StatusPeriod],
    periods: Iterable[StatusPeriod],
    pending: Iterable[PendingChange],
    parameters: Iterable[LegalParameter],
    by: Any,
    reason: str,
) -> None:
    """Store rows that came from another installation, as `exchange` made and checked them; one new legal version.

    `by` is None where a command takes them in; `reason` then says that they are no longer those of the files.
    """
    said = _said(reason)
    for row in jurisdictions:
        row.save()
    StatusPeriod.objects.filter(pk__in=[row.pk for row in superseded]).update(superseded_at=timezone.now())
    periods = list(periods)
    for row in periods:
        row.created_by, row.reason = by, said
    StatusPeriod.objects.bulk_create(periods)
    for entry in pending:
        entry.created_by, entry.reason = entry.created_by or by, said
        entry.save()
    for parameter in parameters:
        parameter.save()
    _raise_version()


def _current(period: StatusPeriod) -> StatusPeriod:
    locked = StatusPeriod.objects.select_for_update(of=("self",)).get(pk=period.pk)
    if locked.superseded_at is not None:
        raise PeriodNotCurrent(f"{locked} was superseded")
    return locked


def _close(old: StatusPeriod, until: date, by: Any, reason: str) -> None:
    starts_after = old.valid_from is not None and until <= old.valid_from
    ended_before = old.valid_until is not None and until > old.valid_until
    if starts_after or ended_before:
        raise OutsidePeriod(f"{until} is not inside {old}")
    StatusPeriod.objects.filter(pk=old.pk).update(
        valid_until=until, closed_by=by, closed_at=timezone.now(), closed_reason=reason
    )


def _law(values: Mapping[str, Any]) -> dict[str, Any]:
    if unknown := set(values) - set(LAW_FIELDS):
        raise TypeError(f"Not part of a revision: {', '.join(sorted(unknown))}")
    return dict(values)


def _said(reason: str) -> str:
    if not reason.strip():
        raise ReasonMissing("Say why.")
    return reason.strip()


def _raise_version() -> None:
    LegalVersion.objects.get_or_create(pk=1)
    LegalVersion.objects.filter(pk=1).update(number=F("number") + 1, changed_at=timezone.now())
