"""The one way a visit is locked before it is written to."""

from clinical.models import Consultation


def held(*, consultation: Consultation) -> Consultation:
    """The consultation as stored, locked until the transaction ends, so that two writers take turns."""
    visits = Consultation.objects.select_for_update(of=("self",)).select_related("patient__practice")
    return visits.get(pk=consultation.pk)
