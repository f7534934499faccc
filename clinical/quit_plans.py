"""What the quit plan page reads: where a patient stands today, the plans made so far, and the words beside them.

Reads only; decides nothing that `screening.tapering` does not.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from clinical import snapshots
from clinical.models import Consultation, FollowUp, Patient, Practice, ReferenceTable, TaperPlan, TaperStep, User
from clinical.permissions import CLINICIAN
from clinical.screening.flags import Withdrawal
from clinical.screening.tapering import Limits, StartingPoint, Step, limits_of, starting_point
from clinical.what_matters import resolve

# Scores of so many visits are looked through for one from before a plan.
VISITS_READ = 200


@dataclass(frozen=True, slots=True)
class TaperWords:
    """Words and figures of the reference data for a taper, by code. Empty where the table is not loaded."""

    texts: dict[str, str] = field(default_factory=dict)
    pause_rules: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    rests_on: dict[str, str] = field(default_factory=dict)
    wording: tuple[str, ...] = ()
    check_days: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Today:
    """Where the patient stands by the newest visit: what a taper may start from, and how grave withdrawal may be."""

    visit: Consultation | None
    start: StartingPoint
    withdrawal: Withdrawal | None
    limits: Limits
    parameters: dict[str, float]
    words: TaperWords


def where_today(patient: Patient) -> Today:
    """The newest visit, draft or signed, screened for what a plan needs."""
    in_force = snapshots.in_force()
    version, known = in_force.rules.reference_version, in_force.knowledge
    visit = patient.consultations.order_by("-visit_on", "-created_at").first()
    uses, withdrawal = (), None
    if visit is not None:
        visit.patient = patient
        record = snapshots.record_of(visit)
        facts = snapshots.facts_of(patient, record, lambda line: resolve(line, record.visit_on, version))
        uses, withdrawal = facts.kratom, snapshots.screen(facts, in_force.rules).withdrawal
    start = starting_point(uses, known)
    return Today(visit, start, withdrawal, limits_of(known.parameters), known.parameters, words_at(version))


@lru_cache(maxsize=2)
def words_at(version: int) -> TaperWords:
    """`version` is the cache key: a published change is read by the next request."""
    content = ReferenceTable.objects.filter(key="withdrawal").values_list("content", flat=True).first() or {}
    checks = [row for row in content.get("change", ()) if row["code"] == "scores_in_taper"]
    return TaperWords(
        texts=_texts((*content.get("taper", ()), *_planning(content))),
        pause_rules=_texts(content.get("pause_rules", ())),
        notes={row["name"]: row["note"] for row in content.get("parameters", ())},
        rests_on={
            row["name"]: f"({', '.join(row['source'])})" for row in content.get("parameters", ()) if row["source"]
        },
        wording=tuple(row["text"] for row in content.get("wording", ())),
        check_days=tuple(last for row in checks for _, last in row["windows"]),
    )


def _texts(rows: Iterable[dict]) -> dict[str, str]:
    return {row["code"]: row["text"] for row in rows}


def _planning(content: dict) -> list[dict]:
    return [{"code": f"planning_{row['tier']}", "text": row["text"]} for row in content.get("planning", ())]


def plans_of(patient: Patient) -> list[TaperPlan]:
    """Every plan of the patient with its steps, newest first; at most one of them is open."""
    plans = patient.taper_plans.select_related("made_by", "ended_by")
    return list(plans.prefetch_related("steps__noted_by").order_by("-made_at", "-id"))


def steps_of(plan: TaperPlan) -> tuple[Step, ...]:
    """The plan's steps as plain values."""
    return tuple(plain_step(row) for row in plan.steps.all())


def plain_step(row: TaperStep) -> Step:
    return Step(row.number, row.starts_on, row.grams_per_day, row.state)


def scores_around(plan: TaperPlan) -> tuple[int | None, tuple[int, ...] | None]:
    """The last PHQ-9 total from before the plan's first step, and the answers of the newest one since."""
    visits = plan.patient.consultations.exclude(phq9=None).order_by("-visit_on", "-created_at")
    scores = list(visits.values_list("visit_on", "phq9")[:VISITS_READ])
    before = next((sum(answers) for day, answers in scores if day <= plan.starts_on), None)
    latest = next((tuple(answers) for day, answers in scores if day > plan.starts_on), None)
    return before, latest


def last_signed_visit(patient: Patient) -> Consultation | None:
    """The visit that follow-ups of a plan belong to: a draft may still be discarded."""
    return patient.consultations.exclude(signed_at=None).order_by("-visit_on", "-signed_at").first()


def clinicians_of(practice: Practice) -> list[User]:
    """Who may own a follow-up."""
    people = User.objects.filter(practice=practice, is_active=True, groups__name=CLINICIAN)
    return list(people.order_by("last_name", "first_name", "email"))


def booked_of(patient: Patient) -> set[tuple]:
    """Day and words of follow-ups that are open, so that none is booked twice."""
    open_tasks = FollowUp.objects.filter(patient=patient, done_at=None)
    return set(open_tasks.values_list("due_on", "what"))
