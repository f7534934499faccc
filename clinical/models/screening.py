"""Photographs: what was screened, what was shown, and how each concern was answered. Append only.

A run keeps the facts as read, the reference version, and the words shown. Later edits of a rule change the next run,
never the last one.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from clinical.models.consultation import Consultation
from clinical.models.kept_knowledge import KeptKnowledge
from clinical.models.triggers import append_only


class ScreeningRun(models.Model):
    """One screening of one consultation. `facts_digest` tells whether the record has changed since.

    `knowledge` is what it was screened with; only runs made before it was kept have none.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="runs")
    ran_at = models.DateTimeField(db_default=Now())
    ran_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reference_version = models.PositiveIntegerField()
    knowledge = models.ForeignKey(KeptKnowledge, models.PROTECT, null=True, related_name="runs")
    facts = models.JSONField()
    result = models.JSONField()
    legal = models.JSONField()
    facts_digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("screening run")
        verbose_name_plural = _("screening runs")
        ordering = ("-ran_at", "id")
        triggers = append_only("screening_run")

    def __str__(self) -> str:
        return str(self.id)


class ScreeningFlag(models.Model):
    """One flag as it was shown, with its words."""

    run = models.ForeignKey(ScreeningRun, models.PROTECT, related_name="flags")
    position = models.PositiveSmallIntegerField()
    rule = models.CharField(max_length=60, db_index=True)
    rule_revision = models.PositiveIntegerField()
    about = models.CharField(max_length=200)
    severity = models.CharField(max_length=20)
    certainty = models.CharField(max_length=20)
    is_provisional = models.BooleanField()
    shown = models.JSONField()

    class Meta:
        verbose_name = _("flag shown")
        verbose_name_plural = _("flags shown")
        ordering = ("run", "position")
        triggers = append_only("screening_flag")
        constraints = (models.UniqueConstraint(fields=("run", "rule", "about"), name="flag_once_per_rule_and_subject"),)

    def __str__(self) -> str:
        return f"{self.rule}: {self.about}"


class Answer(models.TextChoices):
    """What a clinician may answer to a flag: an action, or one of nine reasons for going on."""

    STOP = "stop", _("Stop one of them")
    CHANGE = "change", _("Change dose or medicine")
    REFER = "refer", _("Refer or ask a specialist")
    COUNSEL = "counsel", _("Counsel the patient")
    WILL_MONITOR = "will-monitor", _("I will monitor")
    BENEFIT_OUTWEIGHS = "benefit-outweighs", _("Benefit outweighs risk for this patient")
    NOT_RELEVANT = "not-relevant", _("Does not apply to this patient")
    NOT_TAKING = "not-taking", _("Not taking kratom or this medicine any more")
    ACTION_DONE = "action-done", _("Already handled")
    PATIENT_DECLINES = "patient-declines", _("Patient prefers not to change")
    DISAGREE = "disagree", _("I disagree with the evidence")
    NEED_INFO = "need-info", _("Need more information")
    LATER = "later", _("No time now")


class FlagAnswer(models.Model):
    """How one flag was answered. The latest answer for a rule and subject in a consultation counts.

    `basis` is the fingerprint of what the flag rested on; where it differs later, the answer no longer stands.
    `carried_from` is the answer of an earlier visit that still stood when this one was signed: nobody was asked again.
    """

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="answers")
    rule = models.CharField(max_length=60)
    about = models.CharField(max_length=200)
    answer = models.CharField(_("answer"), max_length=20, choices=Answer)
    note = models.CharField(_("note"), max_length=300, blank=True)
    follow_up_on = models.DateField(null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(db_default=Now())
    basis = models.CharField(max_length=32, blank=True, editable=False)
    carried_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("answer to a flag")
        verbose_name_plural = _("answers to flags")
        ordering = ("answered_at", "id")
        triggers = append_only("flag_answer")
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(answer="will-monitor")
                | (models.Q(follow_up_on__isnull=False) & ~models.Q(note="")),
                name="monitoring_says_what_and_when",
                violation_error_message=_("Say what you will monitor and until when."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.rule}: {self.answer}"

    @property
    def given(self) -> "FlagAnswer":
        """The answer as it was truly given: itself, or the one it was carried from."""
        return self.carried_from or self


class AlertStewardship(FlagAnswer):
    """The same answers, looked at by rule: a room of the admin of its own, no table of its own."""

    class Meta:
        proxy = True
        verbose_name = _("how a rule was answered")
        verbose_name_plural = _("alert stewardship")
