"""That a visit left the screen, printed or copied, and by whom. Files are made anew each time and kept nowhere."""

from django.db import transaction

from clinical.actions.audit import note
from clinical.models import Consultation, User
from clinical.permissions import check

PRINTED = ("note", "handout")


@transaction.atomic
def note_printed(*, consultation: Consultation, by: User, what: str) -> None:
    """Record it. Refuses a word that is no printed document."""
    check(by, "read_charts")
    if what not in PRINTED:
        raise ValueError(f"{what} is none of {', '.join(PRINTED)}")
    note(by=by, act="printed", record=consultation, patient=consultation.patient, changed=[what])
