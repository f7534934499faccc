"""Which coming changes of the law a clinician has looked at for which patient. Says nothing of what the law is."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from clinical.models.people import Patient


class LawNoticeSeen(models.Model):
    """`notice` is the key of `legal.lookup.Coming`: it stays while the change stays as it is."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="law_notices_seen")
    notice = models.CharField(max_length=20)
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    seen_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("notice of law looked at")
        verbose_name_plural = _("notices of law looked at")
        constraints = (
            models.UniqueConstraint(fields=("patient", "notice", "seen_by"), name="law_notice_seen_once_by_each"),
        )

    def __str__(self) -> str:
        return self.notice
