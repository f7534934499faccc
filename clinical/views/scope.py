"""Reaching records through the user's own practice. Another practice's record does not exist here: 404."""

from uuid import UUID

from django.http import Http404, HttpRequest

from clinical import lists
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
    return _reached(request, lists.patient_in(practice_key(request), patient_id))


def chart_in_practice(request: HttpRequest, patient_id: UUID) -> Patient:
    """The patient with the labels of their conditions, under the same two conditions."""
    check(request.user, "read_charts")
    return _reached(request, lists.chart_in(practice_key(request), patient_id))


def _reached(request: HttpRequest, found: Patient | None) -> Patient:
    if found is None:
        raise Http404
    found.practice = request.user.practice  # the one they were sought in, and read already
    return found


def consultation_in_practice(request: HttpRequest, consultation_id: UUID, act: str = "read_charts") -> Consultation:
    """The consultation with its patient, under the same two conditions."""
    check(request.user, act)
    found = lists.consultation_in(practice_key(request), consultation_id)
    if found is None:
        raise Http404
    return found
