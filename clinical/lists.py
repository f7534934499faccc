"""Reads for list pages: one page of patients, one worklist, one chart. Query counts never grow with rows."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.lookups import Unaccent
from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Lower

from clinical.models import (
    Consultation,
    FollowUp,
    InteractionRule,
    Patient,
    PatientCondition,
    Practice,
    RuleObject,
    ScreeningRun,
    Substance,
    SubstanceRole,
    TaperPlan,
    User,
)
from clinical.prepared import Prepared

PER_PAGE = 25
VISITS_SHOWN = 50  # on a chart
# What one person can work through in a day; more are said to be more.
MOST_TASKS, MOST_DRAFTS, MOST_RECENT = 50, 25, 5
# Judgement: nobody's name, number and birthday need more; each word costs a condition.
MOST_WORDS = 12
YEAR = re.compile(r"[12][0-9]{3}")
# What a line of the patient list shows; the rest of a patient is not read.
PATIENT_LINE = ("id", "name", "born_on", "record_number", "city", "state", "last_visit_on", "last_asked")
# What a line of the chart shows of a visit, and the parts of a person's name.
VISIT_LINE = ("id", "visit_on", "asked", "phq9", "signed_at", "amends_id", "major_flags")
NAMED_BY = ("first_name", "last_name", "email")


def patients_in(practice_id: UUID) -> QuerySet[Patient]:
    """Every patient of a practice."""
    return Patient.objects.filter(practice_id=practice_id)


def patients_page(*, practice_id: UUID, wanted: str, number: str | None) -> Page:
    """One page of a practice's patients whose name, record number or date of birth matches every word wanted.

    Each is a `PATIENT_LINE`.
    """
    latest = Consultation.objects.filter(patient=OuterRef("pk")).order_by("-visit_on", "-created_at")
    found = patients_in(practice_id).annotate(
        last_visit_on=Subquery(latest.values("visit_on")[:1]),
        last_asked=Subquery(latest.values("asked")[:1]),
    )
    for word in wanted.split()[:MOST_WORDS]:
        found = found.filter(Q(name__unaccent__icontains=word) | Q(record_number__iexact=word) | _born(word))
    lines = found.order_by(Lower(Unaccent("name")), "born_on", "id").values_list(*PATIENT_LINE)
    return Paginator(lines, PER_PAGE).get_page(number)


def _born(word: str) -> Q:
    """Born on the day or in the year that the word names; nobody where it names neither."""
    try:
        return Q(born_on__year=int(word)) if YEAR.fullmatch(word) else Q(born_on=date.fromisoformat(word))
    except ValueError:
        return Q(pk=None)


@dataclass(frozen=True, slots=True)
class Worklist:
    """What waits for one clinician."""

    drafts: list[Consultation]
    overdue: list[FollowUp]
    due: list[FollowUp]
    recent: list[Consultation]


def worklist_of(*, user: User, practice: Practice, today: date, for_everybody: bool) -> Worklist:
    """Drafts and open follow-ups, the user's own or everybody's in the practice, and the user's last signed visits."""
    own = (practice.pk, user.pk)
    due = _every_task(practice.pk) if for_everybody else _own_tasks(*own)
    return Worklist(
        drafts=_every_draft(practice.pk) if for_everybody else _own_drafts(*own),
        overdue=[task for task in due if task.due_on < today],
        due=[task for task in due if task.due_on >= today],
        recent=_own_recent(*own),
    )


def _visits(practice_id: UUID) -> QuerySet[Consultation]:
    visits = Consultation.objects.only(
        "visit_on", "saved_at", "amends", "patient__name", *(f"created_by__{name}" for name in NAMED_BY)
    )
    return visits.filter(patient__practice=practice_id).select_related("patient", "created_by")


def _drafts(practice_id: UUID) -> QuerySet[Consultation]:
    return _visits(practice_id).filter(signed_at=None).order_by("-saved_at")


def _recent(practice_id: UUID, user_id: UUID) -> QuerySet[Consultation]:
    signed = _visits(practice_id).filter(created_by=user_id).exclude(signed_at=None)
    return signed.order_by("-signed_at")[:MOST_RECENT]


def _tasks(practice_id: UUID) -> QuerySet[FollowUp]:
    tasks = FollowUp.objects.filter(patient__practice=practice_id, done_at=None).select_related("patient", "owner")
    tasks = tasks.only("due_on", "what", "patient__name", *(f"owner__{name}" for name in NAMED_BY))
    return tasks.order_by("due_on", "id")


_every_draft = Prepared(lambda practice: _drafts(practice)[:MOST_DRAFTS], UUID)
_own_drafts = Prepared(lambda practice, user: _drafts(practice).filter(created_by=user)[:MOST_DRAFTS], UUID, UUID)
_every_task = Prepared(lambda practice: _tasks(practice)[:MOST_TASKS], UUID)
_own_tasks = Prepared(lambda practice, user: _tasks(practice).filter(owner=user)[:MOST_TASKS], UUID, UUID)
_own_recent = Prepared(_recent, UUID, UUID)


def charts_in(practice_id: UUID) -> QuerySet[Patient]:
    """Every patient of a practice with the labels of their present conditions, in the order of labels."""
    present = PatientCondition.objects.filter(patient=OuterRef("pk"), ended_at=None).order_by("condition__label")
    return patients_in(practice_id).annotate(condition_labels=ArraySubquery(present.values("condition__label")))


def visits_of(patient: Patient) -> list[tuple]:
    """A patient's newest visits, one more than a chart shows.

    A `VISIT_LINE` each, then the `NAMED_BY` of who signed, and of who began it.
    """
    return _visits_of(patient.pk)


def _visit_lines_of(patient_id: UUID) -> QuerySet:
    people = [f"{who}__{name}" for who in ("signed_by", "created_by") for name in NAMED_BY]
    major = Q(signed_run__flags__severity__in=("major", "contraindicated"))
    counted = Consultation.objects.filter(patient=patient_id)
    counted = counted.annotate(major_flags=Count("signed_run__flags", filter=major))
    # Counting drops the order of the model.
    ordered = counted.order_by("-visit_on", "-created_at", "id").values_list(*VISIT_LINE, *people)
    return ordered[: VISITS_SHOWN + 1]


_visits_of = Prepared(_visit_lines_of, UUID)


def last_signed_visit(patient: Patient) -> Consultation | None:
    """The newest signed visit and how the signed run read its rows: what is known to be taken."""
    found = _last_signed.first(patient.pk)
    if found is not None:
        found.patient = patient
    return found


def _signed_of(patient_id: UUID) -> QuerySet[Consultation]:
    signed = Consultation.objects.filter(patient=patient_id, signed_at__isnull=False).select_related("signed_run")
    signed = signed.only("patient", "visit_on", "asked", "signed_at", "signed_run__result")
    return signed.order_by("-visit_on", "-signed_at")[:1]


_last_signed = Prepared(_signed_of, UUID)


def signed_before(visit: Consultation) -> Consultation | None:
    """The signed visit of the same patient before this one, the one it amends among them."""
    return _signed_before.first(visit.patient_id, visit.signed_at)


def _before(patient_id: UUID, moment: datetime) -> QuerySet[Consultation]:
    signed = Consultation.objects.filter(patient_id=patient_id, signed_at__lt=moment)
    return signed.order_by("-visit_on", "-signed_at").only("visit_on")[:1]


_signed_before = Prepared(_before, UUID, datetime)


def consultations_in(practice_id: UUID) -> QuerySet[Consultation]:
    """Every visit of a practice's patients, with what its pages always need."""
    visits = Consultation.objects.filter(patient__practice_id=practice_id)
    visits = visits.annotate(was_reviewed=Exists(ScreeningRun.objects.filter(consultation=OuterRef("pk"))))
    return visits.select_related(
        "patient__practice", "created_by", "saved_by", "signed_by", "signed_run", "amends", "amended_by", "draft_text"
    )


_patient = Prepared(lambda practice, key: patients_in(practice).filter(pk=key), UUID, UUID)
_chart = Prepared(lambda practice, key: charts_in(practice).filter(pk=key), UUID, UUID)
_consultation = Prepared(lambda practice, key: consultations_in(practice).filter(pk=key), UUID, UUID)


def patient_in(practice_id: UUID, key: UUID) -> Patient | None:
    """One patient of a practice, None where it has no such patient."""
    return _patient.first(practice_id, key)


def chart_in(practice_id: UUID, key: UUID) -> Patient | None:
    """As `patient_in`, with the labels of their present conditions."""
    return _chart.first(practice_id, key)


def consultation_in(practice_id: UUID, key: UUID) -> Consultation | None:
    """One visit of a practice's patients, None where there is no such visit."""
    return _consultation.first(practice_id, key)


def follow_ups_in(practice: Practice) -> QuerySet[FollowUp]:
    """Every follow-up of a practice."""
    return FollowUp.objects.filter(patient__practice=practice)


def open_tasks_of(patient: Patient) -> list[FollowUp]:
    """A patient's open follow-ups with their owners."""
    tasks = _open_tasks(patient.pk)
    for task in tasks:
        task.patient = patient
    return tasks


def tasks_besides_answers(visit: Consultation) -> list[FollowUp]:
    """Open follow-ups booked in a visit otherwise than by an answer, with their owners."""
    return _tasks_besides(visit.pk)


def open_quit_plan(patient_id: UUID) -> TaperPlan | None:
    """The plan that a patient follows now."""
    return _open_plan.first(patient_id)


def _with_owner(**of: UUID) -> QuerySet[FollowUp]:
    tasks = FollowUp.objects.filter(done_at=None, **of).select_related("owner")
    return tasks.only("due_on", "what", "patient", *(f"owner__{name}" for name in NAMED_BY))


_open_tasks = Prepared(lambda patient: _with_owner(patient=patient), UUID)
_tasks_besides = Prepared(lambda visit: _with_owner(consultation=visit).filter(from_answer=None), UUID)
_open_plan = Prepared(lambda patient: TaperPlan.objects.filter(patient=patient, ended_at=None)[:1], UUID)


def rules_matching(wanted: str) -> QuerySet[InteractionRule]:
    """The rules in force that the text wanted leads to; all of them when it is empty.

    By title, code or condition, by a substance (or product that holds it) under any of its names, and by what it does.
    """
    rules = InteractionRule.objects.filter(closed_at=None)
    if not wanted:
        return rules
    named = _substances_named(wanted)
    substances = Substance.objects.filter(Q(key__in=named) | Q(part_of__in=named)).values("key")
    roles = SubstanceRole.objects.filter(substance__in=substances, withdrawn_at=None).values("role_id")
    objects = RuleObject.objects.filter(
        Q(substance__in=substances) | Q(role__in=roles) | Q(condition__label__icontains=wanted)
    )
    by_object = objects.exclude(exclude__contains=[wanted.lower()]).values("rule_id")
    return rules.filter(Q(title__icontains=wanted) | Q(code__icontains=wanted) | Q(pk__in=by_object))


def _substances_named(wanted: str) -> QuerySet[Substance]:
    """Those with exactly this name; where there are none, those whose name holds it."""
    kept = {"names__withdrawn_at": None}
    exactly = Substance.objects.filter(Q(key__iexact=wanted) | Q(names__name__iexact=wanted, **kept)).values("key")
    holding = Substance.objects.filter(Q(key__icontains=wanted) | Q(names__name__icontains=wanted, **kept)).values(
        "key"
    )
    return exactly if exactly.exists() else holding


@dataclass(frozen=True, slots=True)
class FiresOn:
    """One line of "what this rule fires on": things of one kind under the same limits."""

    kind: str
    keys: list[str]
    strengths: list[str]
    exclude: list[str]
    products: list[str]
    routes: list[str]
    phases: list[str]
    note: str


def fires_on(rule: InteractionRule) -> list[FiresOn]:
    """A rule's objects, those under the same limits together."""
    lines: list[FiresOn] = []
    for row in rule.objects_it_fires_on.all():
        limits = (row.get_kind_display(), row.strengths, row.exclude, row.products, row.routes, row.phases, row.note)
        last = lines[-1] if lines else None
        if (
            last
            and (last.kind, last.strengths, last.exclude, last.products, last.routes, last.phases, last.note) == limits
        ):
            last.keys.append(_name(row))
        else:
            kind, strengths, exclude, products, routes, phases, note = limits
            lines.append(FiresOn(kind, [_name(row)], strengths, exclude, products, routes, phases, note))
    return lines


def _name(row: RuleObject) -> str:
    return row.condition.label if row.condition else row.key


def rule_with_history(code: str) -> list[InteractionRule]:
    """Every revision of one rule, newest first, with what it fires on and rests on."""
    revisions = InteractionRule.objects.filter(code=code).order_by("-revision").select_related("opened_by")
    return list(revisions.prefetch_related("sources", "modifiers", "objects_it_fires_on__condition"))
