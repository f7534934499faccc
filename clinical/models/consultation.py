"""One visit: what was asked, the kratom used, every medicine and other substance, scores, and the decision.

A draft may change. A signed consultation may not, and the database refuses it too; a correction is a new
consultation that names the one it amends.
"""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from clinical.models.people import Patient
from clinical.models.triggers import closed_once_signed, part_of_open_consultation
from clinical.screening.facts import OpioidUseDisorder, PastWithdrawal, Phase, Product, Unit

PRODUCT_LABELS = {
    Product.LEAF_POWDER: _("Leaf powder"),
    Product.CAPSULE: _("Capsules"),
    Product.TEA: _("Tea"),
    Product.FRESH_LEAF: _("Fresh leaf"),
    Product.EXTRACT: _("Extract"),
    Product.SHOT: _("Liquid shot"),
    Product.GUMMY: _("Gummy or chew"),
    Product.ENHANCED: _("“Enhanced” or unidentified concentrate"),
    Product.KAVA_KRATOM: _("Kava-kratom drink"),
    Product.SEVEN_OH: _("7-OH product (any form)"),
    Product.PSEUDOINDOXYL: _("Pseudoindoxyl or MGM product"),
    Product.SMOKED: _("Smoked or vaped leaf"),
    Product.RESIN: _("Resin"),
    Product.UNKNOWN: _("Not known"),
}
UNIT_LABELS = {
    Unit.GRAM: _("grams"),
    Unit.MILLIGRAM: _("mg of product"),
    Unit.MG_MITRAGYNINE: _("mg mitragynine (label)"),
    Unit.MG_7OH: _("mg 7-OH (label)"),
    Unit.MILLILITRE: _("ml"),
    Unit.CAPSULE: _("capsules"),
    Unit.TEASPOON: _("teaspoons"),
    Unit.TABLESPOON: _("tablespoons"),
    Unit.GLASS: _("glasses"),
    Unit.OUNCE: _("ounces"),
    Unit.TABLET: _("tablets"),
    Unit.SHOT: _("shots"),
    Unit.GUMMY: _("gummies"),
    Unit.SERVING: _("servings"),
}
PHASE_LABELS = {
    Phase.SETTLED: _("taking"),
    Phase.NEW: _("just started"),
    Phase.PLANNED: _("planned"),
    Phase.STOPPED: _("stopped"),
}


class Asked(models.TextChoices):
    USES = "uses", _("Asked, uses")
    DOES_NOT = "does_not", _("Asked, does not")
    DECLINED = "declined", _("Declined to say")
    NOT_ASKED = "not_asked", _("Not asked")


class PastWithdrawalChoice(models.TextChoices):
    NONE = PastWithdrawal.NONE.value, _("None")
    MILD = PastWithdrawal.MILD.value, _("Mild")
    MODERATE = PastWithdrawal.MODERATE.value, _("Moderate")
    SEVERE = PastWithdrawal.SEVERE.value, _("Severe")
    INTENSIVE_CARE = PastWithdrawal.INTENSIVE_CARE.value, _("Intensive care")


class OpioidUseDisorderChoice(models.TextChoices):
    NONE = OpioidUseDisorder.NONE.value, _("None")
    PAST = OpioidUseDisorder.PAST.value, _("Past")
    CURRENT = OpioidUseDisorder.CURRENT.value, _("Current")


class ChangePlan(models.TextChoices):
    """What was agreed to do about kratom. Choosing one is a record, never advice."""

    NONE = "", _("No change agreed")
    TAPER = "taper", _("Taper")
    QUIT = "quit", _("Stop on one day")


class Consultation(models.Model):
    """The record of one visit. `version` counts saves, so that a second writer is told instead of overwriting."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="consultations", editable=False)
    visit_on = models.DateField(_("day of the visit"))
    asked = models.CharField(_("asked about kratom"), max_length=10, choices=Asked, default=Asked.NOT_ASKED)
    past_withdrawal = models.CharField(max_length=16, choices=PastWithdrawalChoice, blank=True)
    opioid_use_disorder = models.CharField(max_length=8, choices=OpioidUseDisorderChoice, blank=True)
    dose_on_waking = models.BooleanField(null=True, blank=True)
    dose_at_night = models.BooleanField(null=True, blank=True)
    doses_to_avoid_symptoms = models.BooleanField(null=True, blank=True)
    failed_quits = models.PositiveSmallIntegerField(null=True, blank=True)
    # Names of questions the patient was asked and preferred not to answer; an empty answer not named here: not asked.
    declined = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    harms = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    # What else was asked about and is not used, as keys of `clinical.models.history.CO_USE`.
    co_use_denied = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    quit_attempts = models.PositiveSmallIntegerField(_("attempts to stop"), null=True, blank=True)
    past_treatment = models.CharField(_("treatment for kratom so far"), max_length=300, blank=True)
    pregnancy_plans = models.CharField(_("pregnancy plans"), max_length=12, blank=True)
    wants_from_kratom = models.CharField(_("what the person wants from kratom"), max_length=300, blank=True)
    wants_from_care = models.CharField(_("what the person wants from care"), max_length=300, blank=True)
    change_plan = models.CharField(_("change agreed"), max_length=8, choices=ChangePlan, blank=True, default="")
    change_on = models.DateField(_("day of quitting or of the first step"), null=True, blank=True)
    phq9 = ArrayField(models.PositiveSmallIntegerField(), size=9, null=True, blank=True)
    cows = models.PositiveSmallIntegerField(null=True, blank=True)
    plan = models.TextField(_("what was decided"), blank=True)
    # Off unless chosen: the note travels, and patients fear what is disclosed with it. The visit keeps the law anyway.
    note_includes_law = models.BooleanField(_("the note includes the law"), default=False)
    # Every row this visit began with, as `clinical.since_last.carried_in` writes it: one that is gone was taken off.
    carried_over = ArrayField(models.TextField(), default=list, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    # Names of this visit that were counted as not recognised already, so that saving again does not count them twice.
    names_counted = ArrayField(models.CharField(max_length=200), default=list, blank=True, editable=False)
    amends = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="amended_by")
    amend_reason = models.CharField(max_length=300, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    saved_at = models.DateTimeField(db_default=Now(), editable=False)
    # Empty until the draft is saved again by anybody.
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    signed_at = models.DateTimeField(null=True, blank=True, editable=False)
    signed_run = models.OneToOneField(
        "clinical.ScreeningRun", models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )

    class Meta:
        verbose_name = _("consultation")
        verbose_name_plural = _("consultations")
        ordering = ("-visit_on", "-created_at", "id")
        triggers = (closed_once_signed(),)
        constraints = (
            models.CheckConstraint(
                condition=Q(signed_by=None, signed_at=None, signed_run=None)
                | Q(signed_by__isnull=False, signed_at__isnull=False, signed_run__isnull=False),
                name="consultation_signature_is_whole",
            ),
            models.CheckConstraint(condition=Q(cows=None) | Q(cows__lte=48), name="consultation_cows_up_to_48"),
            models.CheckConstraint(
                condition=Q(change_on=None) | ~Q(change_plan=""), name="consultation_change_day_names_a_change"
            ),
            models.CheckConstraint(
                condition=Q(amends=None) | ~Q(amend_reason=""), name="consultation_amendment_has_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(amends=None) | ~Q(amends=F("id")), name="consultation_does_not_amend_itself"
            ),
        )
        indexes = (models.Index(fields=("patient", "-visit_on"), name="consultation_by_patient"),)

    def __str__(self) -> str:
        return f"{self.visit_on:%Y-%m-%d}"

    @property
    def is_signed(self) -> bool:
        return self.signed_at is not None

    @property
    def phq9_total(self) -> int | None:
        """The PHQ-9 total, 0 to 27; None where it was not taken."""
        return sum(self.phq9) if self.phq9 else None


class DraftText(models.Model):
    """What the page of a draft held when it last saved itself and not all of it could be read: the fields as typed.

    Gone as soon as everything is read and saved, and with the draft.
    """

    consultation = models.OneToOneField(
        Consultation, models.CASCADE, primary_key=True, related_name="draft_text"
    )  # part of the visit
    fields = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("text of a draft")
        verbose_name_plural = _("texts of drafts")
        triggers = part_of_open_consultation("draft_text")

    def __str__(self) -> str:
        return str(self.consultation_id)


class KratomUseRow(models.Model):
    """One kratom product as the patient reports it, in the patient's own unit."""

    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="kratom_uses")  # part of the visit
    position = models.PositiveSmallIntegerField()
    product = models.CharField(max_length=16, choices=[(p.value, PRODUCT_LABELS[p]) for p in Product])
    brand = models.CharField(_("brand or remarks"), max_length=200, blank=True)
    amount = models.FloatField(null=True, blank=True)
    unit = models.CharField(max_length=16, choices=[(u.value, UNIT_LABELS[u]) for u in Unit], blank=True)
    per = models.CharField(max_length=4, choices=[("dose", _("each dose")), ("day", _("a day"))], default="dose")
    doses_per_day = models.FloatField(null=True, blank=True)
    days_per_week = models.FloatField(null=True, blank=True)
    months_of_use = models.FloatField(null=True, blank=True)
    hours_since_last_use = models.FloatField(null=True, blank=True)
    stopped = models.BooleanField(default=False)
    # Clock times of a usual day, "HH:MM", or "wake", "night"; reasons as keys of `clinical.models.history`.
    dose_times = ArrayField(models.CharField(max_length=5), default=list, blank=True)
    reasons = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    highest_amount = models.FloatField(_("highest amount a day so far"), null=True, blank=True)
    recent_change = models.CharField(_("recent change"), max_length=8, blank=True)
    last_amount = models.FloatField(_("amount of the last dose"), null=True, blank=True)
    bought_from = models.CharField(_("where it is bought"), max_length=120, blank=True)
    switches_brand = models.BooleanField(_("switches between brands"), null=True, blank=True)
    # Fields of this use that the patient preferred not to answer.
    declined = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    confirmed = models.BooleanField(_("unusual figures asked again and so"), default=False)
    # What a row carried over said at the last visit (`clinical.since_last`), and whether this visit confirmed it.
    last_time = models.TextField(blank=True, default="", editable=False)
    as_last_time = models.BooleanField(_("confirmed to be as last time"), default=False)

    class Meta:
        verbose_name = _("kratom use")
        verbose_name_plural = _("kratom uses")
        ordering = ("position",)
        triggers = part_of_open_consultation("kratom_use")
        constraints = (
            models.CheckConstraint(condition=Q(amount=None) | Q(amount__gte=0), name="kratom_amount_not_negative"),
            models.CheckConstraint(
                condition=Q(days_per_week=None) | Q(days_per_week__gte=0, days_per_week__lte=7),
                name="kratom_days_per_week_0_to_7",
            ),
        )

    def __str__(self) -> str:
        return self.product


class MedicationTaken(models.Model):
    """One line of the medicine list, as typed. `chosen` settles a name that means several substances."""

    class Kind(models.TextChoices):
        MEDICINE = "medicine", _("Medicine")
        OTHER = "other", _("Other substance")

    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="medications")  # part of the visit
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.MEDICINE)
    entered = models.CharField(max_length=200)
    chosen = models.ForeignKey("clinical.Substance", models.PROTECT, null=True, blank=True, related_name="+")
    phase = models.CharField(max_length=8, choices=[(p.value, label) for p, label in PHASE_LABELS.items()], blank=True)
    started_on = models.DateField(null=True, blank=True)
    stopped_on = models.DateField(null=True, blank=True)
    route = models.CharField(max_length=16, blank=True)
    as_needed = models.BooleanField(default=False)
    # As of a kratom use.
    last_time = models.TextField(blank=True, default="", editable=False)
    as_last_time = models.BooleanField(_("confirmed to be as last time"), default=False)

    class Meta:
        verbose_name = _("medicine or other substance")
        verbose_name_plural = _("medicines and other substances")
        ordering = ("position",)
        triggers = part_of_open_consultation("medication")
        constraints = (
            models.CheckConstraint(
                condition=Q(started_on=None) | Q(stopped_on=None) | Q(stopped_on__gte=F("started_on")),
                name="medication_stops_after_it_starts",
            ),
        )

    def __str__(self) -> str:
        return self.entered
