"""Notes which patients' open concerns differ from what their last signed visit showed, and that somebody has looked.

A practice's charts are compared after publishing, in steps: each is one transaction, knows where the last one stopped,
and gives the same rows however often it is repeated. Two processes never compare the same practice at once.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from threading import Lock, Thread
from typing import Any
from uuid import UUID

from django.db import connections, transaction
from django.utils import timezone

from clinical import snapshots
from clinical.actions.audit import note
from clinical.effect import charts, compared
from clinical.models import ConcernChange, ConcernSweep, Patient, Practice, ScreeningFlag, ScreeningRun, User
from clinical.permissions import check

log = logging.getLogger(__name__)
_starting = Lock()
_under_way: set[UUID] = set()


@dataclass(frozen=True, slots=True)
class Step:
    """How far the comparison is: `is_done` when every chart was compared with `version`."""

    version: int
    is_done: bool
    looked_at: int = 0
    noticed: int = 0


@transaction.atomic
def notice_changes(*, practice: Practice, most: int = 500, version: int | None = None) -> Step:
    """Compare the next `most` charts with the rules in force and store what differs. Does nothing while another does.

    Compared with the last signed visit and with what its clinician has looked at since, so that each change waits once.
    A change that was not looked at and no longer holds is taken off again.
    """
    version = snapshots.current_version() if version is None else version
    ConcernSweep.objects.get_or_create(practice=practice)
    sweep = ConcernSweep.objects.select_for_update(skip_locked=True).filter(practice=practice).first()
    if sweep is None:
        return Step(version, is_done=False)
    if sweep.done_version >= version:
        return Step(sweep.done_version, is_done=True, looked_at=sweep.looked_at)
    if sweep.doing_version != version:
        sweep.doing_version, sweep.done_up_to, sweep.looked_at = version, None, 0
    batch = _next_charts(practice, sweep.done_up_to, most, version)
    noticed = _store(batch, version)
    sweep.looked_at += len(batch)
    if len(batch) < most:
        sweep.done_version, sweep.done_up_to = version, None
        note(by=None, act="compared", record=sweep, practice=practice)
    else:
        sweep.done_up_to = batch[-1].patient
    sweep.save()
    return Step(version, len(batch) < most, sweep.looked_at, noticed)


def notice_all(*, practice: Practice) -> int:
    """Step by step until every chart was compared with the version in force, or another process is at it.

    Answers how many changes were new.
    """
    noticed, before = 0, -1
    while True:
        step = notice_changes(practice=practice)
        noticed += step.noticed
        if step.is_done or step.looked_at <= before:
            return noticed
        before = step.looked_at


def notice_beside(*, practice: Practice) -> None:
    """Go on comparing in a thread of this process while pages are answered.

    A failure is logged, and the next page tries again.
    """
    with _starting:
        if practice.pk in _under_way:
            return
        _under_way.add(practice.pk)
    Thread(target=_notice_beside, args=(practice,), name="changed-concerns", daemon=True).start()


def _notice_beside(practice: Practice) -> None:
    try:
        notice_all(practice=practice)
    except Exception:
        log.exception("Charts could not be compared with the rules in force.")
    finally:
        _under_way.discard(practice.pk)
        connections.close_all()


@transaction.atomic
def look_at(*, patient: Patient, by: User) -> int:
    """The clinician who signed the last visit has seen what changed for this patient. Answers how many changes.

    Somebody else's look leaves them waiting.
    """
    check(by, "write_charts")
    waiting = ConcernChange.objects.select_for_update().filter(patient=patient, owner=by, seen_at=None)
    rows = list(waiting.order_by("id"))
    if rows:
        ConcernChange.objects.filter(pk__in=[row.pk for row in rows]).update(seen_at=timezone.now(), seen_by=by)
        note(by=by, act="looked", record=rows[0], patient=patient)
    return len(rows)


def _next_charts(practice: Practice, after: UUID | None, most: int, version: int) -> list[charts.Chart]:
    visits = charts.latest_signed_visits(practice)
    if after:
        visits = visits.filter(patient__gt=after)
    return list(charts.charts_of(visits[:most], charts.resolver(version)))


def _store(batch: list[charts.Chart], version: int) -> int:
    """Bring the waiting rows of these patients up to date. Answers how many are new."""
    rules = snapshots.current_rules(version)
    persons = dict(ScreeningRun.objects.filter(pk__in=[c.run for c in batch]).values_list("pk", "facts__patient"))
    shown = _shown([chart.run for chart in batch])
    rows = _rows_since({chart.patient: chart for chart in batch})
    fresh: list[ConcernChange] = []
    for chart in batch:
        seen, waiting = rows.get(chart.patient, ([], []))
        before = _with_what_was_seen(shown.get(chart.run, {}), seen)
        known = charts.as_on_the_day(chart, persons.get(chart.run))
        after = compared.standing(snapshots.screen(known, rules).flags)
        fresh += _renewed(chart, compared.changes_between(before, after), waiting, version)
    ConcernChange.objects.bulk_create(fresh, batch_size=1000)
    return len(fresh)


def _shown(runs: Iterable[UUID | None]) -> dict[UUID, dict[compared.Key, compared.Stand]]:
    """The flags each run showed."""
    found: dict[UUID, list[dict[str, Any]]] = {}
    rows = ScreeningFlag.objects.filter(run__in=list(runs))
    for run, rule, about, severity, revision, action, certainty, title in rows.values_list(
        "run_id", "rule", "about", "severity", "rule_revision", "shown__action", "certainty", "shown__title"
    ):
        flag = {"rule": rule, "about": about, "severity": severity, "revision": revision}
        found.setdefault(run, []).append({**flag, "action": action, "certainty": certainty, "title": title})
    return {run: compared.standing_of_shown(flags) for run, flags in found.items()}


def _rows_since(batch: Mapping[UUID, charts.Chart]) -> dict[UUID, tuple[list[ConcernChange], list[ConcernChange]]]:
    """What was noted for each patient since their last signed visit: looked at, oldest first, and still waiting.

    Rows that wait since before that visit are of an older comparison and are replaced.
    """
    signed = dict(ScreeningRun.objects.filter(pk__in=[c.run for c in batch.values()]).values_list("pk", "ran_at"))
    found: dict[UUID, tuple[list[ConcernChange], list[ConcernChange]]] = {}
    for row in ConcernChange.objects.filter(patient__in=list(batch)).order_by("noticed_at", "id"):
        seen, waiting = found.setdefault(row.patient_id, ([], []))
        if row.seen_at is None:
            waiting.append(row)
        elif row.noticed_at > signed[batch[row.patient_id].run]:
            seen.append(row)
    return found


def _with_what_was_seen(
    shown: Mapping[compared.Key, compared.Stand], seen: Iterable[ConcernChange]
) -> dict[compared.Key, compared.Stand]:
    """What the clinician knows: what the visit showed, and each change they have looked at since."""
    known = dict(shown)
    for row in seen:
        if row.change == compared.GONE:
            known.pop((row.rule, row.about), None)
        else:
            known[row.rule, row.about] = compared.Stand(row.severity, row.rule_revision)
    return known


def _renewed(
    chart: charts.Chart, changes: Iterable[compared.Change], waiting: Iterable[ConcernChange], version: int
) -> list[ConcernChange]:
    """New rows for what is not noted yet; rows that say something else by now are deleted or made anew."""
    noted = {(row.rule, row.about): row for row in waiting}
    fresh = []
    for change in changes:
        row = noted.get((change.rule, change.about))
        if row and _says(row) == (change.what, change.severity, change.former_severity, chart.signed_by):
            del noted[change.rule, change.about]
            continue
        fresh.append(
            ConcernChange(
                patient_id=chart.patient,
                owner_id=chart.signed_by,
                reference_version=version,
                rule=change.rule,
                about=change.about,
                change=change.what,
                rule_revision=change.revision,
                severity=change.severity,
                former_severity=change.former_severity,
            )
        )
    if noted:
        ConcernChange.objects.filter(pk__in=[row.pk for row in noted.values()]).delete()
    return fresh


def _says(row: ConcernChange) -> tuple:
    return (row.change, row.severity, row.former_severity, row.owner_id)
