"""Writes about where a patient lived: a move closes the former address, a mistaken move is taken back."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clinical.actions.audit import note
from clinical.addresses import address_of
from clinical.models import AddressPeriod, Patient, User
from clinical.permissions import check


class MovedTooEarly(ValueError):
    """The day of a move lies on or before the move before it."""


class NoMoveToTakeBack(Exception):
    """The patient has no former address."""


@transaction.atomic
def close_address(*, patient: Patient, by: User, moved_on: date) -> AddressPeriod:
    """Keep the address as stored until the day of the move. Call it before the new one is saved, in its transaction.

    Raises `MovedTooEarly` where the patient came to the stored address on that day or later.
    """
    check(by, "write_charts")
    stored = Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
    since = stored.lives_here_since
    if since and moved_on <= since:
        raise MovedTooEarly(too_early_words(since=since))
    former = AddressPeriod.objects.create(
        patient=patient, lived_from=since, lived_until=moved_on, noted_by=by, **address_of(stored)
    )
    note(by=by, act="created", record=former, patient=patient)
    return former


def too_early_words(*, since: date) -> str:
    """What is wrong with a move on the day of the one before or earlier, and what to do."""
    return _("The address on record holds since %(day)s: a move lies after it. To correct it, tick “No move”.") % {
        "day": date_format(since, "j M Y")
    }


@transaction.atomic
def take_back_move(*, patient: Patient, by: User) -> AddressPeriod:
    """The last move was none: the present address counts for the days of the former one too.

    Raises `NoMoveToTakeBack` where there is none.
    """
    check(by, "write_charts")
    stored = Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
    former = stored.former_addresses.filter(taken_back_at=None).first()
    if former is None:
        raise NoMoveToTakeBack
    former.taken_back_by, former.taken_back_at = by, timezone.now()
    former.save(update_fields=("taken_back_by", "taken_back_at"))
    stored.lives_here_since = former.lived_from
    stored.save(update_fields=("lives_here_since",))
    note(by=by, act="withdrawn", record=former, patient=patient)
    return former
