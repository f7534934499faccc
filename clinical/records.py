"""What was typed in one visit, as plain values: the shape that forms fill, actions store and snapshots read.

Nothing here knows forms, requests or the database, so a draft can be screened before it is saved.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class UseRecord:
    """One kratom product as reported; units as in `clinical.screening.facts.KratomUse`.

    `dose_times` are "HH:MM", or "wake" and "night" where the person said so. `declined` names fields of this record.
    `confirmed`: what looked unusual was asked again and is so. `last_time` and `as_last_time` as in `MedicationRecord`.
    """

    product: str
    brand: str = ""
    amount: float | None = None
    unit: str = ""
    per: str = "dose"
    doses_per_day: float | None = None
    days_per_week: float | None = None
    months_of_use: float | None = None
    hours_since_last_use: float | None = None
    stopped: bool = False
    dose_times: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    highest_amount: float | None = None
    recent_change: str = ""
    last_amount: float | None = None
    bought_from: str = ""
    switches_brand: bool | None = None
    declined: tuple[str, ...] = ()
    confirmed: bool = False
    last_time: str = ""
    as_last_time: bool = False


@dataclass(frozen=True, slots=True)
class InstrumentRecord:
    """A whole filled-in instrument: `answers` in the order of its items, `version` the revision it was asked with.

    `total` and the code of the `band` are as computed then; empty where nobody did yet.
    """

    instrument: str
    answers: tuple[int, ...]
    version: int = 0
    total: int | None = None
    band: str = ""


@dataclass(frozen=True, slots=True)
class MedicationRecord:
    """One line of the medicine list or one other substance. `chosen` is a substance key that settles an ambiguity.

    `last_time` is what a row carried over said at the last visit (see `clinical.since_last`), `as_last_time` that
    somebody confirmed it at this one.
    """

    entered: str
    kind: str = "medicine"
    chosen: str | None = None
    phase: str = ""
    started_on: date | None = None
    stopped_on: date | None = None
    route: str = ""
    as_needed: bool = False
    last_time: str = ""
    as_last_time: bool = False


@dataclass(frozen=True, slots=True)
class HealthSeen:
    """What a page had shown of the patient when it was opened: only differences from this are the writer's own."""

    conditions: tuple[str, ...] = ()
    pregnant: bool | None = None
    breastfeeding: bool | None = None


@dataclass(frozen=True, slots=True)
class VisitRecord:
    """Everything a clinician enters in one consultation. Empty text and None mean not recorded."""

    visit_on: date
    asked: str = "not_asked"
    uses: tuple[UseRecord, ...] = ()
    medications: tuple[MedicationRecord, ...] = ()
    conditions: tuple[str, ...] = ()
    pregnant: bool | None = None
    breastfeeding: bool | None = None
    health_seen: HealthSeen | None = None
    past_withdrawal: str = ""
    opioid_use_disorder: str = ""
    dose_on_waking: bool | None = None
    dose_at_night: bool | None = None
    doses_to_avoid_symptoms: bool | None = None
    failed_quits: int | None = None
    declined: tuple[str, ...] = ()
    harms: tuple[str, ...] = ()
    co_use_denied: tuple[str, ...] = ()
    quit_attempts: int | None = None
    past_treatment: str = ""
    pregnancy_plans: str = ""
    wants_from_kratom: str = ""
    wants_from_care: str = ""
    change_plan: str = ""
    change_on: date | None = None
    phq9: tuple[int, ...] | None = None
    cows: int | None = None
    instruments: tuple[InstrumentRecord, ...] = ()
    plan: str = ""
