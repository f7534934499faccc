"""What people made, as stored: to show that a refused write left nothing behind."""

from clinical import models

PEOPLES = (
    models.AddressPeriod,
    models.AuditEvent,
    models.Consultation,
    models.FlagAnswer,
    models.FollowUp,
    models.KratomUseRow,
    models.MedicationTaken,
    models.Patient,
    models.PatientCondition,
    models.Practice,
    models.ScreeningFlag,
    models.ScreeningRun,
    models.User,
)


def everything() -> dict[str, list[dict]]:
    """Every row of every table that people fill, reference data left out."""
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in PEOPLES}


def events(**filters) -> list[tuple[str, str, list[str]]]:
    """The audit events in the order they were written: act, record, names of what changed."""
    found = models.AuditEvent.objects.filter(**filters).order_by("id")
    return list(found.values_list("act", "record", "changed"))
