"""Who may do what, and whether the state of a record allows it. Two questions, kept apart.

Roles are groups; a user's practice decides which patients exist for them at all, so no function here compares
practices: views start from `request.user.practice`. Each question comes as a pair: `check_` raises, `can_` answers.
"""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from clinical.models import Consultation, User

CLINICIAN = "Clinician"
REFERENCE_EDITOR = "Reference editor"
REFERENCE_REVIEWER = "Reference reviewer"
PRACTICE_ADMIN = "Practice admin"
AUDITOR = "Auditor"
ROLES = (CLINICIAN, REFERENCE_EDITOR, REFERENCE_REVIEWER, PRACTICE_ADMIN, AUDITOR)

# Which roles may do each act. The grid in the tests names every act and every role.
ACTS: dict[str, frozenset[str]] = {
    "read_charts": frozenset({CLINICIAN, PRACTICE_ADMIN, AUDITOR}),
    "write_charts": frozenset({CLINICIAN}),
    "sign": frozenset({CLINICIAN}),
    "read_audit": frozenset({PRACTICE_ADMIN, AUDITOR}),
    "read_reference": frozenset(ROLES),
    "edit_reference": frozenset({REFERENCE_EDITOR}),
    "review_reference": frozenset({REFERENCE_REVIEWER}),
    "manage_people": frozenset({PRACTICE_ADMIN}),
}
SUPERUSER_ACTS = frozenset({"read_reference", "edit_reference", "review_reference", "manage_people"})


class RecordClosed(Exception):
    """The consultation is signed; what is wrong in it is corrected by an amendment."""


class OutsidePractice(PermissionDenied):
    """The user belongs to no practice, so no patient exists for them."""


def roles_of(user: User) -> frozenset[str]:
    """The user's role names, read once per user object."""
    cached = getattr(user, "_role_names", None)
    if cached is None:
        cached = frozenset(user.groups.values_list("name", flat=True))
        user._role_names = cached
    return cached


def can(user: User, act: str) -> bool:
    """Whether one of the user's roles allows the act. A superuser keeps people and reference data, never charts."""
    if user.is_superuser and act in SUPERUSER_ACTS:
        return True
    return bool(roles_of(user) & ACTS[act])


def check(user: User, act: str) -> None:
    """Raise `PermissionDenied` unless `can`."""
    if not can(user, act):
        raise PermissionDenied(_("Your role does not allow this. Ask your practice admin."))


def can_change(user: User, consultation: Consultation) -> bool:
    """Whether the role allows writing and the record is open."""
    return can(user, "write_charts") and not consultation.is_signed


def check_can_change(user: User, consultation: Consultation) -> None:
    """Raise `PermissionDenied` for the role, `RecordClosed` for a signed record."""
    check(user, "write_charts")
    if consultation.is_signed:
        raise RecordClosed(_("This consultation is signed and closed. Amend it instead."))


def can_amend(user: User, consultation: Consultation) -> bool:
    """Whether the role allows writing and this is the latest signed version."""
    return can(user, "write_charts") and _is_latest_signed(consultation)


def check_can_amend(user: User, consultation: Consultation) -> None:
    """Raise `PermissionDenied` for the role, `RecordClosed` for a draft or a version that is amended already."""
    check(user, "write_charts")
    if not _is_latest_signed(consultation):
        raise RecordClosed(_("Only the latest signed version of a consultation can be amended."))


def _is_latest_signed(consultation: Consultation) -> bool:
    return consultation.is_signed and not hasattr(consultation, "amended_by")
