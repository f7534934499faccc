"""Who did what, to which record, when and from where. Append only; never holds clinical text."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from clinical.models.people import Patient, Practice
from clinical.models.triggers import append_only


class AuditEvent(models.Model):
    """One act. `by` is empty for commands run on the server and for sign-ins that failed.

    `changed` names fields, never their values.
    """

    at = models.DateTimeField(db_default=Now(), db_index=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    practice = models.ForeignKey(Practice, models.PROTECT, null=True, related_name="+")
    act = models.CharField(_("act"), max_length=40)
    record = models.CharField(_("record"), max_length=40)
    record_key = models.CharField(_("record key"), max_length=200)
    patient = models.ForeignKey(Patient, models.PROTECT, null=True, related_name="+")
    address = models.GenericIPAddressField(_("from"), null=True)
    changed = models.JSONField(default=list)

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        ordering = ("-at", "-id")
        triggers = append_only("audit_event")

    def __str__(self) -> str:
        return f"{self.act} {self.record}"
