"""What is to be done after a visit, and by whom."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from clinical.models.consultation import Consultation
from clinical.models.people import Patient


class FollowUp(models.Model):
    """One dated task for one patient. `done_at` and `done_by` are both set or both empty."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="follow_ups")
    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="follow_ups")
    due_on = models.DateField(_("due"))
    what = models.CharField(_("what"), max_length=300)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="follow_ups")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        ordering = ("due_on", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None) | Q(done_at__isnull=False, done_by__isnull=False),
                name="follow_up_done_by_and_at_together",
            ),
        )

    def __str__(self) -> str:
        return self.what
