"""The bridge between rows and the pure core: rows to plain records, records to facts, reference rows to rules.

Reads only. The compiled rules are kept per process and per reference version, so a published change is seen by the
next screening and nothing is compiled twice.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from uuid import UUID

from django.db import connection, transaction

from clinical.models import (
    Condition,
    Consultation,
    InstrumentTaken,
    InteractionRule,
    KratomUseRow,
    MedicationTaken,
    Patient,
    PatientCondition,
    ReferenceTable,
    ReferenceVersion,
    SubstanceRole,
)
from clinical.prepared import Prepared
from clinical.records import InstrumentRecord, MedicationRecord, UseRecord, VisitRecord
from clinical.screening import engine, facts, knowledge, monitoring, tables
from clinical.screening.engine import RuleSet
from clinical.screening.flags import Screening

# Told in the visit and kept as told; nothing but the change agreed is screened by them.
HISTORY_TOLD = (
    "quit_attempts", "past_treatment", "pregnancy_plans", "wants_from_kratom", "wants_from_care", "change_plan",
    "change_on",
)  # fmt: skip

RAISED = "raised"  # `UseRecord.recent_change`

Resolve = Callable[[MedicationRecord], facts.Taken]

# Any number of our own, the same in every process: it names the lock that editors and loads take turns by.
TURN = 731_026

# Written out: it is asked at most requests, and putting it together takes Django longer than the answer.
_NEWEST_VERSION = f"SELECT max(number) FROM {ReferenceVersion._meta.db_table}"


@dataclass(frozen=True, slots=True, eq=False)
class InForce:
    """The knowledge of one reference version and the rules compiled from exactly it."""

    knowledge: knowledge.Knowledge
    rules: RuleSet


class VersionMoved(Exception):
    """A version was published while rows were read, so what was read may be of both."""


def record_of(consultation: Consultation) -> VisitRecord:
    """The stored draft or signed visit as a plain record. Conditions and pregnancy are the patient's own."""
    patient = consultation.patient
    return VisitRecord(
        visit_on=consultation.visit_on,
        asked=consultation.asked,
        uses=tuple(_use_record(row) for row in _uses_in(consultation.pk)),
        medications=tuple(_medication_record(row) for row in _lines_in(consultation.pk)),
        conditions=tuple(sorted(_conditions_of(patient.pk))),
        pregnant=patient.pregnant,
        breastfeeding=patient.breastfeeding,
        past_withdrawal=consultation.past_withdrawal,
        opioid_use_disorder=consultation.opioid_use_disorder,
        dose_on_waking=consultation.dose_on_waking,
        dose_at_night=consultation.dose_at_night,
        doses_to_avoid_symptoms=consultation.doses_to_avoid_symptoms,
        failed_quits=consultation.failed_quits,
        **{name: tuple(getattr(consultation, name)) for name in ("declined", "harms", "co_use_denied")},
        **{name: getattr(consultation, name) for name in HISTORY_TOLD},
        phq9=tuple(consultation.phq9) if consultation.phq9 else None,
        cows=consultation.cows,
        instruments=tuple(
            InstrumentRecord(row.instrument, tuple(row.answers), row.version, row.total, row.band)
            for row in _instruments_in(consultation.pk)
        ),
        plan=consultation.plan,
    )


_uses_in = Prepared(lambda visit: KratomUseRow.objects.filter(consultation=visit), UUID)
_lines_in = Prepared(lambda visit: MedicationTaken.objects.filter(consultation=visit), UUID)
_instruments_in = Prepared(lambda visit: InstrumentTaken.objects.filter(consultation=visit), UUID)
_conditions_of = Prepared(
    lambda patient: PatientCondition.objects.filter(patient=patient, ended_at=None).values_list(
        "condition_id", flat=True
    ),
    UUID,
)


def _use_record(row) -> UseRecord:
    values = {name: getattr(row, name) for name in UseRecord.__slots__}
    return UseRecord(**{name: tuple(value) if isinstance(value, list) else value for name, value in values.items()})


def _medication_record(row) -> MedicationRecord:
    return MedicationRecord(
        entered=row.entered,
        kind=row.kind,
        chosen=row.chosen_id,
        phase=row.phase,
        started_on=row.started_on,
        stopped_on=row.stopped_on,
        route=row.route,
        as_needed=row.as_needed,
        last_time=row.last_time,
        as_last_time=row.as_last_time,
    )


def facts_of(
    patient: Patient, record: VisitRecord, resolve: Resolve, results: tuple[facts.Measured, ...] = ()
) -> facts.Facts:
    """What the engine may know: `resolve` turns each typed line into substances. The day is already subtracted."""
    return facts.Facts(
        patient=facts.Patient(
            age=patient.age_on(record.visit_on),
            sex=patient.sex or None,
            pregnant=record.pregnant,
            breastfeeding=record.breastfeeding,
            conditions=record.conditions,
        ),
        kratom=tuple(_kratom_use(use) for use in record.uses),
        history=_history(record),
        taken=tuple(resolve(medication) for medication in record.medications if medication.entered.strip()),
        scores=facts.Scores(phq9=record.phq9, cows=record.cows),
        change=_change(record),
        results=results,
        dose_raised=any(use.recent_change == RAISED for use in record.uses),
    )


def _change(record: VisitRecord) -> facts.Change | None:
    """The change agreed, its day counted from the visit."""
    if not record.change_plan:
        return None
    return facts.Change(record.change_plan, (record.change_on - record.visit_on).days if record.change_on else None)


def _kratom_use(use: UseRecord) -> facts.KratomUse:
    return facts.KratomUse(
        product=facts.Product(use.product or "unknown"),
        amount=use.amount,
        unit=facts.Unit(use.unit) if use.unit else None,
        per=use.per,
        doses_per_day=use.doses_per_day,
        days_per_week=use.days_per_week,
        months_of_use=use.months_of_use,
        hours_since_last_use=use.hours_since_last_use,
        stopped=use.stopped,
    )


def _history(record: VisitRecord) -> facts.History:
    return facts.History(
        past_withdrawal=facts.PastWithdrawal(record.past_withdrawal) if record.past_withdrawal else None,
        opioid_use_disorder=facts.OpioidUseDisorder(record.opioid_use_disorder) if record.opioid_use_disorder else None,
        dose_on_waking=record.dose_on_waking,
        dose_at_night=record.dose_at_night,
        doses_to_avoid_symptoms=record.doses_to_avoid_symptoms,
        failed_quits=record.failed_quits,
    )


def phase_of(medication: MedicationRecord, day: date) -> tuple[facts.Phase | None, float | None]:
    """Phase on the day, and days since it was stopped. A stop date that has passed counts whatever the phase says."""
    if medication.stopped_on and medication.stopped_on <= day:
        return facts.Phase.STOPPED, float((day - medication.stopped_on).days)
    return (facts.Phase(medication.phase) if medication.phase else None), None


def current_version() -> int:
    """The number of the newest published reference version, 0 when nothing is loaded. One light query."""
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST_VERSION)
        return cursor.fetchone()[0] or 0


def current_rules(version: int | None = None) -> RuleSet:
    """The rules in force now, compiled. Pass `version` when it was asked for already in this request."""
    return in_force(version).rules


def in_force(version: int | None = None) -> InForce:
    """The knowledge in force with its rules: one version whole, never half of one and half of the next.

    Where a version is published while it is read, the newer one is read; where that goes on, publishing waits.
    """
    try:
        return _rules_at(current_version() if version is None else version)
    except VersionMoved:
        with transaction.atomic():
            _hold_publishing()
            return _rules_at(current_version())


@lru_cache(maxsize=2)
def _rules_at(version: int) -> InForce:
    known = read_knowledge(version)
    # Every change of reference rows raises the version in its own transaction, so an unchanged one says: nothing moved.
    if current_version() != version:
        raise VersionMoved
    return InForce(known, engine.compile_rules(known))


def _hold_publishing() -> None:
    """Wait for whoever edits or loads reference data, then keep others from it until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [TURN])


def rules_of(known: knowledge.Knowledge) -> RuleSet:
    """Compile knowledge that nobody published, to see what a change would do. Keeps nothing."""
    return engine.compile_rules(known)


def screen(of: facts.Facts, rules: RuleSet) -> Screening:
    """Screen plain facts. The one place outside the core that calls the engine."""
    return engine.screen(of, rules)


def watch(of: facts.Facts, screening: Screening, rules: RuleSet) -> monitoring.Watched:
    """Checks offered and results raised, beside a screening of the same facts."""
    return monitoring.watch(of, screening, rules.checks)


def read_knowledge(version: int) -> knowledge.Knowledge:
    """All reference rows the engine needs, as plain values. Called once per process and version."""
    documents = dict(ReferenceTable.objects.values_list("key", "content"))
    return tables.knowledge_from(
        version=version,
        rules=tuple(_rule(rule) for rule in _open_rules()),
        roles=tuple(
            knowledge.RoleOf(substance=s, role=r, strength=strength, verified=verified, source=source)
            for s, r, strength, verified, source in SubstanceRole.objects.filter(withdrawn_at=None).values_list(
                "substance_id", "role_id", "strength", "is_verified", "source_id_text"
            )
        ),
        conditions=tuple(
            knowledge.Condition(
                c.key, c.label, tuple(c.modifiers), tuple(c.safety), tuple(c.complicated), tuple(c.tier_high)
            )
            for c in Condition.objects.all()
        ),
        documents=documents,
    )


def _open_rules():
    return InteractionRule.objects.filter(closed_at=None).prefetch_related(
        "objects_it_fires_on", "modifiers", "sources"
    )


def _rule(rule: InteractionRule) -> knowledge.Rule:
    return knowledge.Rule(
        code=rule.code,
        revision=rule.revision,
        severity=knowledge.Severity(rule.severity),
        certainty=knowledge.Certainty(rule.certainty),
        title=rule.title,
        summary=rule.summary,
        action=rule.action,
        sources=tuple(sorted(source.key for source in rule.sources.all())),
        objects=tuple(_rule_object(row) for row in rule.objects_it_fires_on.all()),
        modifiers=tuple(knowledge.Modifier(m.when, m.effect, m.reason) for m in rule.modifiers.all()),
        once_per_patient=rule.is_once_per_patient,
        provisional=rule.is_provisional,
    )


def _rule_object(row) -> knowledge.RuleObject:
    return knowledge.RuleObject(
        kind=row.kind,
        key=row.key,
        strengths=frozenset(row.strengths),
        exclude=frozenset(row.exclude),
        products=frozenset(row.products),
        routes=frozenset(row.routes),
        phases=frozenset(row.phases),
        mechanisms=tuple(row.mechanisms),
        refines=frozenset(row.refines),
    )
