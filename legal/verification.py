"""What of the law waits to be checked again, and why, most consequential first. Reads only.

First stands what the evidence review asked to be checked by hand and nobody has checked since; then what most patients
of a practice live under, the oldest checks, the lowest confidence. Who counts patients registers here: this app knows
of none.
"""

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from legal.index import LegalIndex, current_index, staleness_group
from legal.models import PendingChange, StatusPeriod
from legal.overlaps import days_of
from legal.reference_files import FOLDER

CONFIDENCE_ORDER = ("low", "medium", "high")
Counter = Callable[[Any], Mapping[str, int] | None]
_counters: list[Counter] = []


class Why(StrEnum):
    """Why something waits, gravest first."""

    FIRST = "check-first"
    DAY_CAME = "day-came"
    TOO_OLD = "too-old"
    DISPUTED = "disputed"
    UNCERTAIN = "uncertain"
    UNREAD = "not-read"
    LOW = "low-confidence"
    ADVOCACY = "kind-of-source"
    OLD = "old"


@dataclass(frozen=True, slots=True)
class Reason:
    why: Why
    words: str


@dataclass(frozen=True, slots=True)
class ToVerify:
    """One row of the law, or one pending change. `patients` is None where nobody could count."""

    kind: str
    pk: int
    code: str
    place: str
    title: str
    reasons: tuple[Reason, ...]
    patients: int | None
    checked_on: date
    confidence: str
    source_url: str

    @property
    def order(self) -> tuple:
        whys = {reason.why for reason in self.reasons}
        known = self.confidence in CONFIDENCE_ORDER
        trust = CONFIDENCE_ORDER.index(self.confidence) if known else 0
        return (Why.FIRST not in whys, -(self.patients or 0), self.checked_on, trust, self.code, self.title)


def register_patient_counter(counter: Counter) -> None:
    """Who can say how many patients of a person's practice live in each jurisdiction; the last one counts."""
    _counters[:] = [counter]


def queue_for(user: Any, today: date) -> list[ToVerify]:
    """Everything that waits, in order."""
    patients = _counters[0](user) if _counters else None
    index = current_index()
    found = [*_rows(index, patients, today), *_pending(index, patients, today)]
    return sorted(found, key=lambda one: one.order)


def kind_of_source(url: str) -> str:
    """What kind of page a row rests on, where that is a weak one; empty for the rest."""
    bare = url.split("://", 1)[-1]
    return next((row["kind"] for row in _read("source_kinds.csv") if bare.startswith(row["begins_with"])), "")


def _rows(index: LegalIndex, patients: Mapping[str, int] | None, today: date) -> Iterator[ToVerify]:
    standing = Q(superseded_at=None) & (Q(valid_until=None) | Q(valid_until__gt=today))
    for row in StatusPeriod.objects.filter(standing).select_related("jurisdiction"):
        reasons = tuple(_why(index, row, today))
        if reasons:
            names = {"substance": row.get_substance_display(), "status": row.get_status_display().lower()}
            yield ToVerify(
                kind="row",
                pk=row.pk,
                code=row.jurisdiction_id,
                place=row.jurisdiction.name,
                title=_("%(substance)s: %(status)s") % names + f", {days_of(row)}",
                reasons=reasons,
                patients=None if patients is None else patients.get(row.jurisdiction_id, 0),
                checked_on=row.checked_on,
                confidence=row.confidence,
                source_url=row.source_url,
            )


def _why(index: LegalIndex, row: StatusPeriod, today: date) -> Iterator[Reason]:
    yield from _asked_for(row)
    yield from _of_age(index, row, today)
    for dispute in index.disputes.get(row.jurisdiction_id, ()):
        if dispute.substance in ("", "both", row.substance) or row.substance == "both":
            yield Reason(Why.DISPUTED, _("sources disagree: %s") % dispute.point)
    if row.status == "unknown":
        yield Reason(Why.UNCERTAIN, _("the status is uncertain"))
    if not row.read_here:
        yield Reason(Why.UNREAD, _("the source was not read"))
    if row.confidence == "low":
        yield Reason(Why.LOW, _("low confidence"))
    if (kind := kind_of_source(row.source_url)) and row.second_read != "agree":
        yield Reason(Why.ADVOCACY, _("rests on one page alone: %s") % kind)
    elif kind and row.confidence == "high":
        yield Reason(Why.ADVOCACY, _("high confidence, but the cited page is no primary source: %s") % kind)


def _asked_for(row: StatusPeriod) -> Iterator[Reason]:
    for asked in _read("check_first.csv"):
        same = asked["jurisdiction_code"] == row.jurisdiction_id and asked["substance"] in ("", row.substance)
        checked_since = row.checked_by_id and row.checked_on > date.fromisoformat(asked["said_on"])
        if same and not checked_since:
            yield Reason(Why.FIRST, asked["why"])


def _of_age(index: LegalIndex, row: StatusPeriod, today: date) -> Iterator[Reason]:
    if index.limits is None or row.jurisdiction_id not in index.places:
        return
    limit = index.limits.days_for(staleness_group(index.places[row.jurisdiction_id]))
    age = (today - row.checked_on).days
    if age > limit * index.limits.firm_multiple:
        yield Reason(Why.TOO_OLD, _("checked %d days ago: no firm answer is given any more") % age)
    elif age > limit:
        yield Reason(Why.OLD, _("checked %(age)d days ago, more than %(limit)d") % {"age": age, "limit": limit})


def _pending(index: LegalIndex, patients: Mapping[str, int] | None, today: date) -> Iterator[ToVerify]:
    """Changes whose expected day has come and nobody has settled."""
    for entry in PendingChange.objects.filter(settled_at=None, expected_on__lte=today).select_related("jurisdiction"):
        yield ToVerify(
            kind="pending",
            pk=entry.pk,
            code=entry.jurisdiction_id,
            place=entry.jurisdiction.name,
            title=entry.what,
            reasons=(Reason(Why.DAY_CAME, _("its expected day has come (%s)") % entry.expected),),
            patients=None if patients is None else patients.get(entry.jurisdiction_id, 0),
            checked_on=entry.checked_on,
            confidence="",
            source_url=entry.source_url,
        )


@cache
def _read(name: str) -> tuple[dict[str, str], ...]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as stream:
        return tuple(csv.DictReader(stream))
