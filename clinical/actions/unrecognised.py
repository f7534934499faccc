"""Counts the names clinicians typed that nothing here knows: the name alone, nothing about patient, person or dose.

Counting comes after the visit is stored and can never hinder it.
"""

import logging
import re
from functools import partial

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from clinical import snapshots
from clinical.actions.audit import note
from clinical.models import Consultation, SubstanceName, UnrecognisedName, User
from clinical.permissions import check
from clinical.records import VisitRecord
from clinical.screening.facts import Match
from clinical.vocabulary import lookup
from clinical.vocabulary.text import normalise, parse_entry

# Longer texts are sentences, and runs of digits may be a telephone or record number: neither is kept.
MOST_WORDS = 5
MOST_CHARACTERS = 200
_ADDRESS = re.compile(r"@|://|\bwww\.|(?:\d[\s().-]*){7}")
_NUMBER = re.compile(r"\d{4}|\b\d+\b")

log = logging.getLogger(__name__)


def count_when_stored(*, consultation: Consultation, record: VisitRecord) -> None:
    """Once the save is through, count the record's unknown names that this visit was not counted for before."""
    typed = [row.entered for row in record.medications if row.entered.strip() and not row.chosen]
    if typed:
        transaction.on_commit(partial(_count, consultation, typed), robust=True)


def kept_name(*, entered: str) -> str:
    """The name part of a typed line in the form names are compared in; empty where it is not kept."""
    plain = normalise(parse_entry(entered).name)
    is_long = len(plain.split()) > MOST_WORDS or len(plain) > MOST_CHARACTERS
    return "" if is_long or _ADDRESS.search(entered) or _NUMBER.search(plain) else plain


def set_aside(*, name: UnrecognisedName, by: User) -> None:
    """Take a name off the list without making it a name of anything. It goes on being counted, out of sight."""
    check(by, "edit_reference")
    with transaction.atomic():
        UnrecognisedName.objects.filter(pk=name.pk).update(is_set_aside=True)
        note(by=by, act="set aside", record=name)


def put_back(*, name: UnrecognisedName, by: User) -> None:
    """Show a name again that was set aside."""
    check(by, "edit_reference")
    with transaction.atomic():
        UnrecognisedName.objects.filter(pk=name.pk).update(is_set_aside=False)
        note(by=by, act="restored", record=name)


def settle(*, names: list[SubstanceName]) -> None:
    """Note which names are known now. Part of the write that added them, and undone with it."""
    known = {normalise(row.name): row for row in names if not row.is_withdrawn}
    for waiting in UnrecognisedName.objects.select_for_update().filter(name__in=known, settled_as=None):
        waiting.settled_as = known[waiting.name]
        waiting.save(update_fields=("settled_as",))
    withdrawn = [row.pk for row in names if row.is_withdrawn]
    UnrecognisedName.objects.filter(settled_as__in=withdrawn).update(settled_as=None)


def settle_as(*, typed_name: int, known: SubstanceName, by: User) -> None:
    """Note that this typed name became that one, also where an editor corrected its spelling."""
    check(by, "edit_reference")
    UnrecognisedName.objects.filter(pk=typed_name, settled_as=None).update(settled_as=known)


def _count(consultation: Consultation, typed: list[str]) -> None:
    """Runs after the commit; what fails here is written down without the names and forgotten."""
    try:
        version = snapshots.current_version()
        names = {name for entered in typed if (name := kept_name(entered=entered)) and _is_unknown(entered, version)}
        if names:
            _add(consultation, names)
    except Exception as fault:
        log.warning("Names not recognised were not counted: %s", type(fault).__name__)


def _is_unknown(entered: str, version: int) -> bool:
    return lookup.taken(entered=entered, version=version).match is Match.NONE


@transaction.atomic
def _add(consultation: Consultation, names: set[str]) -> None:
    visit = Consultation.objects.select_for_update().get(pk=consultation.pk)
    new = sorted(names - set(visit.names_counted))
    if not new or visit.is_signed:
        return
    day = timezone.localdate()
    fresh = (UnrecognisedName(name=name, times=0, first_on=day, last_on=day) for name in new)
    UnrecognisedName.objects.bulk_create(fresh, ignore_conflicts=True)
    UnrecognisedName.objects.filter(name__in=new).update(times=F("times") + 1, last_on=day)
    Consultation.objects.filter(pk=visit.pk).update(names_counted=[*visit.names_counted, *new])
