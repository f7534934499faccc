"""Everything one visit brings up, ready to show or to keep: flags, gaps, exposure, withdrawal, safety and the law.

Reads only. The same plain values are rendered live, stored with a run and rendered again years later, so what was
shown and what is kept cannot drift apart.
"""

import hashlib
import json
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext

from clinical import snapshots
from clinical.addresses import address_on
from clinical.beyond_law import beyond_law
from clinical.forms.consultation_reference import words_in_force
from clinical.models import Consultation, Patient
from clinical.records import MedicationRecord, VisitRecord
from clinical.results import measured
from clinical.screening.facts import Facts, Taken
from clinical.screening.flags import Screening
from clinical.screening.monitoring import Watched
from clinical.screening.phrases import Phrase
from clinical.vocabulary import lookup
from legal import lookup as law


@dataclass(frozen=True, slots=True)
class Shown:
    """One screening as plain values. `digest` changes when the record, the rules or the law change.

    `in_force` is the knowledge it was screened with, so that a stored run can keep exactly that.
    """

    reference_version: int
    facts: dict[str, Any]
    result: dict[str, Any]
    legal: dict[str, Any]
    digest: str
    in_force: snapshots.InForce = field(repr=False, compare=False)


def what_matters_in(consultation: Consultation) -> Shown:
    """The stored visit, screened as it stands."""
    return what_matters(consultation.patient, snapshots.record_of(consultation))


def what_matters(patient: Patient, record: VisitRecord, version: int | None = None) -> Shown:
    """Screen what was typed, saved or not. Stores nothing. `version` is the one in force, where it is known already."""
    in_force = snapshots.in_force(version)
    rules = in_force.rules
    version = rules.reference_version
    facts = snapshots.facts_of(
        patient,
        record,
        lambda medication: resolve(medication, record.visit_on, version),
        measured(patient, record.visit_on),
    )
    screening = snapshots.screen(facts, rules)
    watched = snapshots.watch(facts, screening, rules)
    result = {**result_of(screening, facts, watched), "texts": _texts(screening, version)}
    legal = law_for(patient, record)
    legal["beyond"] = beyond_law(legal["code"], (one["substance"] for one in legal["rulings"]), version)
    plain_facts = {**plain(facts), "asked": record.asked, "visit_on": record.visit_on.isoformat()}
    return Shown(
        reference_version=screening.reference_version,
        facts=plain_facts,
        result=result,
        legal=legal,
        digest=_digest([plain_facts, screening.reference_version, legal]),
        in_force=in_force,
    )


def resolve(medication: MedicationRecord, day: date, version: int) -> Taken:
    """One typed line as the engine sees it on this day. What was chosen or set goes before what was read."""
    phase, stopped_days_ago = snapshots.phase_of(medication, day)
    return lookup.taken(
        entered=medication.entered,
        chosen=medication.chosen,
        phase=phase,
        stopped_days_ago=stopped_days_ago,
        route=medication.route or None,
        version=version,
        day=day,
        as_needed=medication.as_needed,
    )


def result_of(screening: Screening, facts: Facts, watched: Watched) -> dict[str, Any]:
    """The answer as plain values with every sentence in the reader's language."""
    result = plain(screening)
    result["monitoring"] = plain(watched)
    result["medications"] = [
        {
            "entered": taken.entered,
            "substances": list(taken.substances),
            "match": taken.match.value,
            "candidates": list(taken.candidates),
            "route": taken.route or "",
            "route_from": taken.route_from,
            "as_needed": taken.as_needed,
        }
        for taken in facts.taken
    ]
    return result


def _texts(screening: Screening, version: int) -> dict[str, Any]:
    """The standing words shown beside this answer, kept with it so that a signed visit reads as it did."""
    words = words_in_force(version)
    withdrawal = screening.withdrawal
    setting = "complicated" if withdrawal and withdrawal.complicated else withdrawal.tier if withdrawal else ""
    return {
        "planning": words.planning.get(setting, ""),
        "wording": list(words.withdrawal_wording) if withdrawal else [],
        "red_flags": list(words.red_flags) if withdrawal else [],
        "urgent": [prompt.code for prompt in screening.safety if prompt.code in words.urgent_safety],
        "exposure_marks": list(words.exposure_marks) if screening.exposure.peak_day else [],
    }


def plain(value: Any) -> Any:
    """Dataclasses and what they hold as JSON values; phrases become translated text."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Phrase):
        return gettext(value.template) % dict(value.values) if value.values else gettext(value.template)
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    names = _field_names(type(value))
    return {name: plain(getattr(value, name)) for name in names} if names else value


@lru_cache(maxsize=64)
def _field_names(kind: type) -> tuple[str, ...]:
    """The fields of a dataclass, none for any other type."""
    return tuple(field.name for field in fields(kind)) if is_dataclass(kind) else ()


def law_for(patient: Patient, record: VisitRecord) -> dict[str, Any]:
    """The ruling at the patient's address on the day of the visit, or what stands in the way of one."""
    return law_on(patient, record.visit_on, tuple(use.product for use in record.uses))


def law_at_home(patient: Patient, day: date) -> dict[str, Any]:
    """The ruling for every substance at the patient's address on a day."""
    return law_on(patient, day, ())


def law_on(patient: Patient, day: date, products: tuple[str, ...]) -> dict[str, Any]:
    """By the address on that day. `problem` says why there is no ruling; `choices` are places to choose from.

    Else `rulings`, with any `doubts`.
    """
    address = address_on(patient, day)
    answer = law.rulings_for_address(
        city=address.city,
        county=address.county,
        state=address.state,
        zip_code=address.zip_code,
        country=address.country,
        day=day,
        age=patient.age_on(day),
        products=products,
    )
    place = answer["place"]
    return {
        "day": answer["on"],
        "place": place.get("label", ""),
        "code": place.get("code", ""),
        "doubts": place.get("doubts", []),
        "problem": place.get("why") or place.get("what_to_do") or "",
        "choices": place.get("choices", []),
        "address_note": "" if address is patient else gettext("The address on that day; the patient moved since."),
        "rulings": list(answer["rulings"].values()),
    }


def _digest(values: Any) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()
