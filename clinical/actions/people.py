"""Writes on practices, people and patients."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinical.actions.addresses import close_address
from clinical.actions.audit import differences, note
from clinical.addresses import address_of, is_move
from clinical.models import Patient, Practice, User
from clinical.permissions import CLINICIAN, ROLES, OutsidePractice, check

PATIENT_FIELDS = (
    "name", "record_number", "born_on", "sex", "pregnant", "breastfeeding",
    "street", "zip_code", "city", "county", "state", "country",
)  # fmt: skip


class RecordNumberTaken(ValueError):
    """Another patient of the practice was given this record number meanwhile."""


@transaction.atomic
def make_practice(*, name: str, time_zone: str = "UTC", phone: str = "", by: User | None) -> Practice:
    """Open a practice. `by` is None only on the server; otherwise a superuser, for a practice admin has one already."""
    if by is not None and not by.is_superuser:
        raise PermissionDenied
    practice = Practice.objects.create(name=name, time_zone=time_zone, phone=phone)
    note(by=by, act="created", record=practice, practice=practice)
    return practice


@transaction.atomic
def add_person(
    *,
    practice: Practice,
    email: str,
    password: str,
    first_name: str,
    last_name: str,
    roles: tuple[str, ...],
    by: User | None,
) -> User:
    """Add somebody who signs in, with their roles. Editors, reviewers, admins and auditors may enter the admin.

    `by` is None only on the server. A practice admin adds people to their own practice, a superuser to any.
    Raises `ValueError` for a role that does not exist.
    """
    if by is not None:
        check(by, "manage_people")
        if not by.is_superuser and by.practice_id != practice.pk:
            raise OutsidePractice
    unknown = set(roles) - set(ROLES)
    if unknown:
        raise ValueError(f"No such role: {', '.join(sorted(unknown))}")
    person = User.objects.create_user(
        email=email,
        password=password,
        first_name=first_name,
        last_name=last_name,
        practice=practice,
        is_staff=any(role != CLINICIAN for role in roles),
    )
    person.groups.set(Group.objects.filter(name__in=roles))
    note(by=by, act="created", record=person, practice=practice, changed=("groups",))
    return person


@transaction.atomic
def register_patient(
    *, by: User, values: dict[str, Any], conditions: tuple[str, ...] = (), invented: bool = False
) -> Patient:
    """Add a patient to the user's own practice. `values` holds `PATIENT_FIELDS`. Raises `RecordNumberTaken`."""
    check(by, "write_charts")
    if by.practice is None:
        raise OutsidePractice
    with _taken_number_refused():
        patient = Patient.objects.create(practice=by.practice, created_by=by, is_invented=invented, **values)
    note_conditions(patient=patient, conditions=conditions, by=by)
    note(
        by=by,
        act="created",
        record=patient,
        patient=patient,
        changed=[n for n, v in values.items() if v not in ("", None)],
    )
    return patient


@transaction.atomic
def update_patient(
    *,
    patient: Patient,
    by: User,
    values: dict[str, Any],
    conditions: tuple[str, ...],
    seen: tuple[str, ...] | None = None,
    moved_on: date | None = None,
) -> Patient:
    """Change what is known about a patient. Writes nothing when nothing changed. `values` holds `PATIENT_FIELDS`.

    `seen` are the conditions the page had shown, as in `note_conditions`. With `moved_on` a changed address is a move:
    the former one is kept for the days before. Without, it corrects what was written.

    Raises `RecordNumberTaken`, and `MovedTooEarly` for a move before the last one.
    """
    check(by, "write_charts")
    changed = differences({name: getattr(patient, name) for name in values}, values)
    if moved_on and is_move(address_of(patient), values):
        close_address(patient=patient, by=by, moved_on=moved_on)
        values = {**values, "lives_here_since": moved_on}
        changed.append("lives_here_since")
    for name in changed:
        setattr(patient, name, values[name])
    if changed:
        with _taken_number_refused():
            patient.save(update_fields=changed)
    if note_conditions(patient=patient, conditions=conditions, seen=seen, by=by):
        changed.append("conditions")
    if changed:
        note(by=by, act="changed", record=patient, patient=patient, changed=changed)
    return patient


@transaction.atomic
def leave_tour(*, by: User) -> None:
    """The person has seen the tour, or does not want it. Leaving it once more changes nothing."""
    if User.objects.filter(pk=by.pk, tour_left_at=None).update(tour_left_at=timezone.now()):
        note(by=by, act="changed", record=by, changed=("tour_left_at",))


@contextmanager
def _taken_number_refused() -> Iterator[None]:
    """The form looked already; two forms sent at once both find the number free, and the database decides."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as refused:
        if "patient_record_number_unique_in_practice" not in str(refused):
            raise
        raise RecordNumberTaken(_("Another patient of this practice has this record number.")) from refused


def note_conditions(
    *, patient: Patient, conditions: tuple[str, ...], by: User, seen: tuple[str, ...] | None = None
) -> bool:
    """Make `conditions` the ones present now: new ones open, missing ones end. True when anything changed.

    With `seen`, the conditions a page had shown, only differences from those count: one that a colleague added or
    ended meanwhile stays as the colleague left it.
    The patient is locked until the transaction ends: two visits saved at once would open the same condition twice.
    """
    Patient.objects.select_for_update(no_key=True).values_list("pk").get(pk=patient.pk)
    present = {row.condition_id: row for row in patient.has_conditions.filter(ended_at=None)}
    ended = [row.pk for key, row in present.items() if key not in conditions and (seen is None or key in seen)]
    added = [key for key in dict.fromkeys(conditions) if key not in present and key not in (seen or ())]
    if ended:
        patient.has_conditions.filter(pk__in=ended).update(ended_at=timezone.now())
    patient.has_conditions.bulk_create(
        patient.has_conditions.model(patient=patient, condition_id=key, noted_by=by) for key in added
    )
    return bool(ended or added)
