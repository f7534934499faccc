"""Reaching records through the user's own practice. Another practice's record does not exist here: 404."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from clinical.lists import charts_in, consultations_in, patients_in
from clinical.models import Consultation, Patient, Practice
from clinical.permissions import OutsidePractice, check


def practice_of(request: HttpRequest) -> Practice:
    """The user's practice. Raises `OutsidePractice` for somebody who belongs to none."""
    practice_key(request)
    return request.user.practice


def practice_key(request: HttpRequest) -> UUID:
    """The key of the user's practice, without reading the practice. Raises `OutsidePractice` as above."""
    if request.user.practice_id is None:
        raise OutsidePractice
    return request.user.practice_id


def patient_in_practice(request: HttpRequest, patient_id: UUID, act: str = "read_charts") -> Patient:
    """The patient, when the user's role allows the act and the practice is theirs."""
    check(request.user, act)
    return _reached(request, patients_in(practice_key(request)), patient_id)


def chart_in_practice(request: HttpRequest, patient_id: UUID) -> Patient:
    """The patient with the labels of their conditions, under the same two conditions."""
    check(request.user, "read_charts")
    return _reached(request, charts_in(practice_key(request)), patient_id)


def _reached(request: HttpRequest, patients: QuerySet[Patient], patient_id: UUID) -> Patient:
    found = get_object_or_404(patients, pk=patient_id)
    found.practice = request.user.practice  # the one they were sought in, and read already
    return found


def consultation_in_practice(request: HttpRequest, consultation_id: UUID, act: str = "read_charts") -> Consultation:
    """The consultation with its patient, under the same two conditions."""
    check(request.user, act)
    return get_object_or_404(consultations_in(practice_key(request)), pk=consultation_id)
