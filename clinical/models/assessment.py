"""What was measured and asked in a visit, what is to be done after it, and by whom."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from clinical.models.consultation import Consultation
from clinical.models.people import Patient
from clinical.models.triggers import append_only, part_of_open_consultation, struck_at_most


class FollowUp(models.Model):
    """One dated task for one patient. `done_at` and `done_by` are both set or both empty."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="follow_ups")
    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="follow_ups")
    due_on = models.DateField(_("due"))
    what = models.CharField(_("what"), max_length=300)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="follow_ups")
    # The check of `monitoring.yaml` it came from, why, and who says so; empty where a person wrote the task.
    check_code = models.CharField(_("check"), max_length=40, blank=True)
    why = models.CharField(_("why"), max_length=300, blank=True)
    who_says = models.CharField(_("who says so"), max_length=200, blank=True)
    # The answer to a concern it came from; where that answer is changed in the draft, the task goes with it.
    from_answer = models.ForeignKey(
        "clinical.FlagAnswer", models.PROTECT, null=True, blank=True, related_name="follow_ups", editable=False
    )
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


class FollowUpChange(models.Model):
    """That a follow-up was given another day or owner, why, and what it was before."""

    follow_up = models.ForeignKey(FollowUp, models.PROTECT, related_name="changes")
    due_before = models.DateField()
    owner_before = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("change of a follow-up")
        verbose_name_plural = _("changes of follow-ups")
        ordering = ("at", "id")
        triggers = append_only("follow_up_change")
        constraints = (models.CheckConstraint(condition=~Q(reason=""), name="follow_up_change_says_why"),)

    def __str__(self) -> str:
        return self.reason


class InstrumentTaken(models.Model):
    """One instrument answered completely in one visit, with the revision of its words.

    `total` and `band` are as computed on that day. `days_since_last_use` and `tier` say where kratom stood then.
    """

    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="instruments")  # part of the visit
    instrument = models.CharField(_("instrument"), max_length=40)
    version = models.PositiveIntegerField(_("revision of the instrument"))
    answers = ArrayField(models.PositiveSmallIntegerField())
    # Empty for a list that claims no total.
    total = models.PositiveSmallIntegerField(null=True)
    band = models.CharField(max_length=40, blank=True)
    days_since_last_use = models.FloatField(null=True, blank=True)
    tier = models.CharField(max_length=10, blank=True)

    class Meta:
        verbose_name = _("instrument taken")
        verbose_name_plural = _("instruments taken")
        ordering = ("instrument",)
        triggers = part_of_open_consultation("instrument_taken")
        constraints = (models.UniqueConstraint(fields=("consultation", "instrument"), name="instrument_once_a_visit"),)

    def __str__(self) -> str:
        return f"{self.instrument}: {self.total}"


class SuicideInquiry(models.Model):
    """That suicide was asked about directly in a visit, with what, and what came out. Never "no risk".

    The latest of a visit counts; none is changed or removed.
    """

    class Outcome(models.TextChoices):
        NO_THOUGHTS = "no-thoughts", _("No thoughts reported today")
        THOUGHTS = "thoughts", _("Thoughts, no plan or intent reported")
        PLAN_OR_INTENT = "plan-or-intent", _("Plan, intent, preparation or recent attempt")
        COULD_NOT_ASK = "could-not-ask", _("Could not be asked")
        DECLINED = "declined", _("Asked, declined to answer")

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="suicide_inquiries")
    screen = models.CharField(_("asked with"), max_length=20)
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome)
    done = models.CharField(_("what was done"), max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("suicide inquiry")
        verbose_name_plural = _("suicide inquiries")
        ordering = ("at", "id")
        triggers = (*append_only("suicide_inquiry"), part_of_open_consultation("suicide_inquiry")[0])
        constraints = (
            models.CheckConstraint(
                condition=~Q(done=""),
                name="suicide_inquiry_says_what_was_done",
                violation_error_message=_("Say what was done."),
            ),
        )

    def __str__(self) -> str:
        return self.outcome


class Result(models.Model):
    """One measured or reported result of a patient, in its unit. A mistake is struck out with a reason, never removed.

    `kind` is a key of `monitoring.yaml`; a number stands in `value` with `unit`, a word (positive, negative) in `word`.
    `upper_limit` is the laboratory's own upper limit of normal, needed for cut-offs counted in multiples of it.
    """

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="results")
    consultation = models.ForeignKey(Consultation, models.PROTECT, null=True, blank=True, related_name="results")
    kind = models.CharField(_("kind"), max_length=30)
    value = models.FloatField(null=True, blank=True)
    word = models.CharField(max_length=20, blank=True)
    unit = models.CharField(max_length=20, blank=True)
    upper_limit = models.FloatField(_("upper limit of normal"), null=True, blank=True)
    measured_on = models.DateField(_("measured on"))
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(db_default=Now(), editable=False)
    struck_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    struck_at = models.DateTimeField(null=True, blank=True)
    struck_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("result")
        verbose_name_plural = _("results")
        triggers = struck_at_most("result")
        ordering = ("-measured_on", "-id")
        indexes = (models.Index(fields=("patient", "kind", "-measured_on"), name="result_by_patient_and_kind"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(value__isnull=False, word="") | (Q(value=None) & ~Q(word="")),
                name="result_is_a_number_or_a_word",
            ),
            models.CheckConstraint(condition=Q(value=None) | ~Q(unit=""), name="result_number_has_a_unit"),
            models.CheckConstraint(
                condition=Q(struck_at=None, struck_by=None)
                | (Q(struck_at__isnull=False, struck_by__isnull=False) & ~Q(struck_reason="")),
                name="result_struck_by_at_and_why",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.measured_on:%Y-%m-%d}"
