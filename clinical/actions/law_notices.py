"""Keeps that a clinician looked at a change of the law for a patient. Changes nothing else of the chart."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from clinical.actions.audit import note
from clinical.models import LawNoticeSeen, Patient, User
from clinical.permissions import check


@transaction.atomic
def look_at_law_notice(*, notice: str, patients: Iterable[UUID], by: User) -> int:
    """The change is off this clinician's worklist for these patients of their practice; one audit event for each.

    Answers how many were new. Somebody else's look leaves it waiting for this one, and the other way round.
    """
    check(by, "write_charts")
    own = Patient.objects.filter(pk__in=list(patients), practice=by.practice).select_related("practice")
    looked = 0
    for patient in own.order_by("pk"):
        row, is_new = LawNoticeSeen.objects.get_or_create(patient=patient, notice=notice, seen_by=by)
        if is_new:
            note(by=by, act="looked", record=row, patient=patient)
            looked += 1
    return looked
