"""Writes on the people of a practice by its admin. Nobody is made a superuser here, and nobody is removed."""

from collections.abc import Mapping
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from clinical.actions.audit import differences, note
from clinical.actions.people import add_person
from clinical.models import Practice, User
from clinical.permissions import CLINICIAN, check

PERSON_FIELDS = ("email", "first_name", "last_name", "is_active")


@transaction.atomic
def invite_person(
    *, practice: Practice, email: str, first_name: str, last_name: str, roles: tuple[str, ...], by: User
) -> User:
    """Add somebody to a practice without a password; they choose one through the link that is mailed to them."""
    check(by, "manage_people")
    _check_own(practice_id=practice.pk, by=by)
    return add_person(
        practice=practice,
        email=email,
        password=None,
        first_name=first_name,
        last_name=last_name,
        roles=roles,
        by=by,
    )


@transaction.atomic
def change_person(*, person: User, values: Mapping[str, Any], roles: tuple[str, ...], by: User) -> User:
    """Change who somebody is and what they may do.

    Refused for people of another practice, for superusers (unless by one), and for taking away one's own access.
    """
    check(by, "manage_people")
    stored = User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    _check_own(practice_id=stored.practice_id, by=by)
    if stored.is_superuser and not by.is_superuser:
        raise PermissionDenied(_("Only a superuser changes a superuser."))
    values = {**values, "email": values["email"].lower()}
    before = {name: getattr(stored, name) for name in PERSON_FIELDS}
    changed = differences(before, {name: values[name] for name in PERSON_FIELDS})
    for name in changed:
        setattr(stored, name, values[name])
    if set(stored.groups.values_list("name", flat=True)) != set(roles):
        stored.groups.set(Group.objects.filter(name__in=roles))
        stored.is_staff = stored.is_superuser or any(role != CLINICIAN for role in roles)
        changed.append("groups")
    if not changed:
        return stored
    stored.save()
    if "email" in changed:
        # The old address must not open this account any more; the new one is learnt at the next sign-in.
        EmailAddress.objects.filter(user=stored).delete()
    note(by=by, act="changed", record=stored, practice=stored.practice, changed=changed)
    return stored


@transaction.atomic
def change_practice(*, practice: Practice, values: Mapping[str, Any], by: User) -> Practice:
    """Change a practice's name, time zone or phone."""
    check(by, "manage_people")
    _check_own(practice_id=practice.pk, by=by)
    stored = Practice.objects.select_for_update().get(pk=practice.pk)
    changed = differences({name: getattr(stored, name) for name in values}, dict(values))
    for name in changed:
        setattr(stored, name, values[name])
    if changed:
        stored.save(update_fields=changed)
        note(by=by, act="changed", record=stored, practice=stored, changed=changed)
    return stored


def _check_own(*, practice_id: Any, by: User) -> None:
    if not by.is_superuser and (practice_id is None or practice_id != by.practice_id):
        raise PermissionDenied(_("These people belong to another practice."))
