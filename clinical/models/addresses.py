"""Where a patient lived before. The present address stands on the patient; each move closes the one before."""

import uuid
from datetime import date

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from clinical.models.people import Patient


class AddressPeriod(models.Model):
    """An address from `lived_from` until the day before `lived_until`. No first day: as far back as anybody asks.

    One that was no move after all is taken back and counts no more; it is never removed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="former_addresses")
    street = models.CharField(_("street"), max_length=120, blank=True)
    zip_code = models.CharField(_("ZIP or postal code"), max_length=12, blank=True)
    city = models.CharField(_("city"), max_length=80, blank=True)
    county = models.CharField(_("county"), max_length=80, blank=True)
    state = models.CharField(_("state"), max_length=40, blank=True)
    country = models.CharField(_("country"), max_length=2)
    lived_from = models.DateField(_("first day there"), null=True, blank=True)
    lived_until = models.DateField(_("first day no longer there"))
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    noted_at = models.DateTimeField(db_default=Now())
    taken_back_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    taken_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("former address")
        verbose_name_plural = _("former addresses")
        ordering = ("-lived_until",)
        constraints = (
            models.CheckConstraint(
                condition=Q(lived_from=None) | Q(lived_from__lt=F("lived_until")), name="address_period_has_a_day"
            ),
            models.CheckConstraint(
                condition=Q(taken_back_by=None, taken_back_at=None)
                | Q(taken_back_by__isnull=False, taken_back_at__isnull=False),
                name="address_period_taken_back_by_and_at",
            ),
            ExclusionConstraint(
                name="address_period_no_overlap",
                expressions=(
                    ("patient", RangeOperators.EQUAL),
                    (
                        Func(
                            "lived_from",
                            "lived_until",
                            RangeBoundary(),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ),
                condition=Q(taken_back_at=None),
            ),
        )

    def __str__(self) -> str:
        return f"{self.lived_until:%Y-%m-%d}"

    def held_on(self, day: date) -> bool:
        """Whether the patient lived here on that day."""
        return (self.lived_from is None or self.lived_from <= day) and day < self.lived_until
