"""Where a patient lived on a day. Reads only; asks the database only about those who moved after that day."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from clinical.models import AddressPeriod, Patient

ADDRESS_FIELDS = ("street", "zip_code", "city", "county", "state", "country")


def address_of(patient: Patient) -> dict[str, str]:
    """The present address, by field."""
    return {name: getattr(patient, name) for name in ADDRESS_FIELDS}


def address_on(patient: Patient, day: date) -> Patient | AddressPeriod:
    """Where the patient lived on that day. Both kinds of answer carry `ADDRESS_FIELDS`."""
    if patient.lives_here_since is None or day >= patient.lives_here_since:
        return patient
    return next((former for former in former_addresses(patient) if former.held_on(day)), patient)


def former_addresses(patient: Patient) -> list[AddressPeriod]:
    """Where the patient lived before, the latest first; without a question for somebody who never moved."""
    if patient.lives_here_since is None:
        return []
    return list(patient.former_addresses.filter(taken_back_at=None))


def is_move(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether somebody went to live elsewhere. Filling in what was left empty, and other capitals, are no move."""
    told = [name for name in ADDRESS_FIELDS if name != "country" and _said(before[name])]
    changed = [name for name in ADDRESS_FIELDS if name in after and _said(before[name]) != _said(after[name])]
    return bool(told) and any(_said(before[name]) for name in changed)


def _said(value: str) -> str:
    """What it comes to: “Shelby” and “Shelby County” are one."""
    return " ".join(value.split()).casefold().removesuffix(" county")
