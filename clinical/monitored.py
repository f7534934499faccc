"""What the monitoring page reads: where a patient stands today, results so far, follow-ups, words on urine tests.

Reads only; decides nothing that `screening.monitoring` does not.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import Any

from clinical import snapshots
from clinical.models import Consultation, FollowUp, Patient, ReferenceTable
from clinical.results import measured
from clinical.screening.facts import Facts
from clinical.screening.monitoring import Watched
from clinical.screening.monitoring_knowledge import Monitoring
from clinical.what_matters import plain, resolve


@dataclass(frozen=True, slots=True)
class Standing:
    """Checks and results on a day, by the newest visit. `watched` is plain, as a run keeps it."""

    visit: Consultation | None
    watched: dict[str, Any]
    known: Monitoring
    toxicology: "Toxicology"


@dataclass(frozen=True, slots=True)
class Toxicology:
    """Words and codes on urine tests. Empty where the table is not loaded."""

    rows: tuple[dict[str, Any], ...] = field(default_factory=tuple)
    codes: tuple[dict[str, str], ...] = field(default_factory=tuple)


def standing_on(patient: Patient, day: date) -> Standing:
    """The newest visit, draft or signed, with every result up to the day. Without a visit only results speak."""
    rules = snapshots.in_force().rules
    version = rules.reference_version
    visit = patient.consultations.order_by("-visit_on", "-created_at").first()
    facts = Facts(results=measured(patient, day))
    if visit is not None:
        visit.patient = patient
        record = replace(snapshots.record_of(visit), visit_on=day)
        facts = snapshots.facts_of(patient, record, lambda line: resolve(line, day, version), facts.results)
    watched: Watched = snapshots.watch(facts, snapshots.screen(facts, rules), rules)
    return Standing(visit, plain(watched), rules.checks.known, toxicology_at(version))


def known_now() -> Monitoring:
    """Kinds of result and checks in force."""
    return snapshots.in_force().rules.checks.known


@lru_cache(maxsize=2)
def toxicology_at(version: int) -> Toxicology:
    """`version` is the cache key: a published change is read by the next request."""
    content = ReferenceTable.objects.filter(key="monitoring").values_list("content", flat=True).first() or {}
    return Toxicology(tuple(content.get("toxicology", ())), tuple(content.get("codes", ())))


def follow_ups_of(patient: Patient) -> list[FollowUp]:
    """Open follow-ups, soonest first, each with its owner and how it was moved so far."""
    rows = patient.follow_ups.filter(done_at=None).select_related("owner").order_by("due_on", "id")
    return list(rows.prefetch_related("changes__by", "changes__owner_before"))
