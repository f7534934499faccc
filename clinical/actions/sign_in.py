"""The audit of ways in: signing in and out, failed tries, and changes to how somebody signs in. Keeps nothing typed."""

from django.db import transaction

from clinical.actions.audit import note, request_address
from clinical.models import AuditEvent, User


@transaction.atomic
def note_way_in(*, user: User, act: str) -> None:
    """Somebody signed in or out, or changed their password, address or second step."""
    note(by=user, act=act, record=user, practice=user.practice)


@transaction.atomic
def note_failed_try(*, email: str) -> None:
    """A sign-in that failed. Nobody is named as the one who tried: it is not known who that was.

    An address that is not known here is not kept: people type passwords into the wrong box.
    """
    user = User.objects.filter(email__iexact=email).first() if email and "\x00" not in email else None
    AuditEvent.objects.create(
        by=None,
        practice=user.practice if user else None,
        act="failed to sign in",
        record="user",
        record_key=str(user.pk) if user else "",
        address=request_address.get(),
    )
