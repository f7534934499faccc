"""The rules and thresholds that screenings were run with, kept whole so that any run can be read and run again.

One row for each state of the knowledge that a run used, named by the digest of its content. Append only.
"""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from clinical.models.triggers import append_only


class KeptKnowledge(models.Model):
    """All that the engine knew at one reference version. `content` is compressed canonical JSON, `digest` its hash."""

    digest = models.CharField(_("digest"), max_length=64, primary_key=True)
    reference_version = models.PositiveIntegerField(_("reference version"), db_index=True)
    content = models.BinaryField(_("content"))
    kept_at = models.DateTimeField(_("kept"), db_default=Now())

    class Meta:
        verbose_name = _("knowledge screened with")
        verbose_name_plural = _("knowledge screened with")
        ordering = ("reference_version", "digest")
        triggers = append_only("kept_knowledge")

    def __str__(self) -> str:
        return f"{self.reference_version}: {self.digest}"
