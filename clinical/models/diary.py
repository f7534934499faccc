"""Doses that a patient wrote down, read from a file: a dated history beside what was told in the visit."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from clinical.models.consultation import PRODUCT_LABELS, UNIT_LABELS
from clinical.models.people import Patient
from clinical.screening.facts import Product, Unit


class DiaryImport(models.Model):
    """One file read into one patient's diary. Taking it back marks it; its doses then no longer count."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="diary_imports")
    file_digest = models.CharField(max_length=64)
    time_zone = models.CharField(_("time zone"), max_length=60)
    rows = models.PositiveIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)
    taken_back_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    taken_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("diary file")
        verbose_name_plural = _("diary files")
        ordering = ("-at",)
        constraints = (
            models.UniqueConstraint(
                fields=("patient", "file_digest"),
                condition=Q(taken_back_at=None),
                name="diary_file_read_once",
            ),
            models.CheckConstraint(
                condition=Q(taken_back_at=None, taken_back_by=None)
                | Q(taken_back_at__isnull=False, taken_back_by__isnull=False),
                name="diary_file_taken_back_by_and_at",
            ),
        )

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}"


class DiaryDose(models.Model):
    """One dose as the patient noted it. `amount` in `unit`; both empty where only the time was noted."""

    read_from = models.ForeignKey(DiaryImport, models.CASCADE, related_name="doses")  # part of the file
    taken_at = models.DateTimeField(_("taken at"))
    product = models.CharField(max_length=16, choices=[(p.value, PRODUCT_LABELS[p]) for p in Product])
    as_written = models.CharField(_("product as written"), max_length=120, blank=True)
    amount = models.FloatField(null=True, blank=True)
    unit = models.CharField(max_length=16, choices=[(u.value, UNIT_LABELS[u]) for u in Unit], blank=True)

    class Meta:
        verbose_name = _("dose of the diary")
        verbose_name_plural = _("doses of the diary")
        ordering = ("taken_at", "id")
        indexes = (models.Index(fields=("read_from", "taken_at"), name="diary_dose_by_time"),)
        constraints = (
            models.CheckConstraint(condition=Q(amount=None) | Q(amount__gte=0), name="diary_amount_not_negative"),
        )

    def __str__(self) -> str:
        return f"{self.taken_at:%Y-%m-%d %H:%M}"
