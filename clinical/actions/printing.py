"""That a visit left the screen, printed or copied, and by whom; and whether the law goes with its note.

Files are made anew each time and kept nowhere.
"""

from django.db import transaction

from clinical.actions.audit import note
from clinical.actions.held import held
from clinical.models import Consultation, User
from clinical.permissions import check, check_can_change

PRINTED = ("note", "handout")


@transaction.atomic
def note_printed(*, consultation: Consultation, by: User, what: str) -> None:
    """Record it. Refuses a word that is no printed document."""
    check(by, "read_charts")
    if what not in PRINTED:
        raise ValueError(f"{what} is none of {', '.join(PRINTED)}")
    parts = [what, "law"] if what == "note" and consultation.note_includes_law else [what]
    note(by=by, act="printed", record=consultation, patient=consultation.patient, changed=parts)


@transaction.atomic
def choose_law_in_note(*, consultation: Consultation, by: User, included: bool) -> None:
    """Whether the note of an open visit has the law in it. The choice is audited; choosing the same changes nothing.

    Raises `RecordClosed` for a signed visit: the choice is signed with it.
    """
    locked = held(consultation=consultation)
    check_can_change(by, locked)
    if locked.note_includes_law != included:
        locked.note_includes_law = included
        locked.save(update_fields=("note_includes_law",))
        note(by=by, act="changed", record=locked, patient=locked.patient, changed=["note_includes_law"])
    consultation.note_includes_law = included
