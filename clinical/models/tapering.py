"""A quit plan: the steps a clinician and a patient agreed on, and what became of each."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from clinical.models.consultation import Consultation
from clinical.models.people import Patient


class TaperPlan(models.Model):
    """One agreed taper of leaf, in weighed grams a day. Never of 7-OH: its labels cannot be relied on (W89).

    One plan of a patient is open at a time; an ended one stays readable.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="taper_plans")
    consultation = models.ForeignKey(Consultation, models.PROTECT, null=True, blank=True, related_name="taper_plans")
    starts_on = models.DateField(_("first step on"))
    start_grams_per_day = models.FloatField(_("grams a day at the start"))
    doses_per_day = models.PositiveSmallIntegerField(_("set doses a day"))
    step_percent = models.FloatField(_("size of a step, per cent of the current total"))
    step_days = models.PositiveSmallIntegerField(_("days a step"))
    note = models.CharField(_("agreed with the patient"), max_length=500, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("taper plan")
        verbose_name_plural = _("taper plans")
        ordering = ("-made_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("patient",), condition=Q(ended_at=None), name="taper_plan_one_open_a_patient"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None)
                | (Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(ended_reason="")),
                name="taper_plan_ended_by_at_and_why",
            ),
            models.CheckConstraint(
                condition=Q(start_grams_per_day__gt=0, doses_per_day__gt=0, step_days__gt=0, step_percent__gt=0)
                & Q(step_percent__lte=100),
                name="taper_plan_figures_are_positive",
            ),
        )

    def __str__(self) -> str:
        return f"{self.starts_on:%Y-%m-%d}"


class TaperStep(models.Model):
    """One step of a plan. A held step keeps its amount for longer; a failed one was gone back from."""

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        DONE = "done", _("done")
        HELD = "held", _("paused")
        FAILED = "failed", _("failed: went back")

    plan = models.ForeignKey(TaperPlan, models.CASCADE, related_name="steps")  # part of the plan
    number = models.PositiveSmallIntegerField()
    starts_on = models.DateField()
    grams_per_day = models.FloatField()
    state = models.CharField(max_length=8, choices=State, default=State.PLANNED)
    why = models.CharField(_("why"), max_length=300, blank=True)
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    noted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("taper step")
        verbose_name_plural = _("taper steps")
        ordering = ("plan", "number")
        constraints = (
            models.UniqueConstraint(fields=("plan", "number"), name="taper_step_once"),
            models.CheckConstraint(condition=Q(grams_per_day__gte=0), name="taper_step_not_negative"),
            models.CheckConstraint(
                condition=Q(noted_at=None, noted_by=None) | Q(noted_at__isnull=False, noted_by__isnull=False),
                name="taper_step_noted_by_and_at_together",
            ),
        )

    def __str__(self) -> str:
        return f"{self.number}: {self.grams_per_day} g"
