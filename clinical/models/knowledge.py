"""Interaction rules as revisions, and the thresholds and tables the screening core reads.

A published rule is never edited: `closed_at` ends it and the next revision opens. What a rule fires on is a row that
points at a role, a substance or a condition, never free text.
"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from clinical.models.triggers import append_only, only_closing
from clinical.models.vocabulary import Condition, ReferenceRow, Role, Source, Substance
from clinical.screening.knowledge import Certainty, Severity


def _words(enum) -> list[tuple[str, str]]:
    return [(member.value, member.value) for member in enum]


class ReferenceVersion(models.Model):
    """One published state of all reference data. The highest number is current; every screening stores it."""

    number = models.PositiveIntegerField(primary_key=True)
    published_at = models.DateTimeField(db_default=Now())
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=300)
    files_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("reference version")
        verbose_name_plural = _("reference versions")
        ordering = ("-number",)

    def __str__(self) -> str:
        return str(self.number)


class InteractionRule(models.Model):
    """One revision of one kratom interaction rule, in the words a clinician reads."""

    code = models.SlugField(_("code"), max_length=60)
    revision = models.PositiveIntegerField(_("revision"), default=1)
    title = models.CharField(_("title"), max_length=120)
    summary = models.TextField(_("summary"))
    action = models.TextField(_("what to do"))
    monitoring = models.TextField(_("monitoring"))
    mechanism = models.TextField(_("mechanism"))
    consequence = models.TextField(_("consequence"))
    severity = models.CharField(_("severity"), max_length=20, choices=_words(Severity))
    severity_reason = models.TextField(_("why this severity"))
    certainty = models.CharField(_("certainty"), max_length=20, choices=_words(Certainty))
    contradiction = models.TextField(_("what contradicts it"))
    direction = models.CharField(_("direction"), max_length=40)
    frequency_of_exposure = models.CharField(max_length=200, default="not known")
    frequency_of_harm = models.CharField(max_length=200, default="not known")
    is_once_per_patient = models.BooleanField(_("one flag for the whole patient"), default=False)
    is_provisional = models.BooleanField(_("provisional"), default=False)
    is_quote_checked = models.BooleanField(_("claim seen in a source"), default=False)
    evidence_for = models.TextField(_("what supports it"), default="not known")
    rating_driver = models.TextField(_("which evidence drives the rating"), default="not known")
    developer = models.CharField(_("developer"), max_length=300, default="not known")
    funding = models.CharField(_("funding of the technical work"), max_length=300, default="not known")
    reviewed_on = models.DateField(_("last reviewed"), null=True, blank=True)
    review_on = models.DateField(_("next review"), null=True, blank=True)
    second_read = models.CharField(_("second reading"), max_length=40, blank=True)
    second_note = models.TextField(_("what the second reading found"), blank=True)
    sources = models.ManyToManyField(Source, related_name="rules", blank=True, verbose_name=_("sources"))
    opened_at = models.DateTimeField(db_default=Now(), editable=False)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False)
    reason = models.CharField(_("why this revision"), max_length=300, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    loaded_digest = models.CharField(max_length=32, blank=True, editable=False)

    class Meta:
        verbose_name = _("interaction rule")
        verbose_name_plural = _("interaction rules")
        ordering = ("code", "-revision")
        triggers = only_closing("rule")
        constraints = (
            models.UniqueConstraint(fields=("code", "revision"), name="rule_revision_once"),
            models.UniqueConstraint(fields=("code",), condition=Q(closed_at__isnull=True), name="rule_open_once"),
            models.CheckConstraint(
                condition=~Q(title="")
                & ~Q(summary="")
                & ~Q(action="")
                & ~Q(mechanism="")
                & ~Q(consequence="")
                & ~Q(monitoring="")
                & ~Q(severity_reason="")
                & ~Q(contradiction="")
                & ~Q(evidence_for="")
                & ~Q(rating_driver="")
                & ~Q(developer="")
                & ~Q(funding=""),
                name="rule_says_everything",
                violation_error_message=_("Every field needs words. Write “not known” where nothing is known."),
            ),
        )

    def __str__(self) -> str:
        return self.code


class RuleObject(models.Model):
    """One thing a rule revision fires on. Exactly one of role, substance, condition and population is set."""

    class Kind(models.TextChoices):
        ROLE = "role", _("role")
        SUBSTANCE = "substance", _("substance")
        CONDITION = "condition", _("condition")
        POPULATION = "population", _("population")

    rule = models.ForeignKey(
        InteractionRule, models.CASCADE, related_name="objects_it_fires_on"
    )  # part of the revision
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    role = models.ForeignKey(Role, models.PROTECT, null=True, blank=True, related_name="rule_objects")
    substance = models.ForeignKey(Substance, models.PROTECT, null=True, blank=True, related_name="rule_objects")
    condition = models.ForeignKey(Condition, models.PROTECT, null=True, blank=True, related_name="rule_objects")
    population = models.CharField(_("population"), max_length=40, blank=True)
    strengths = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    exclude = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    products = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    routes = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    phases = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    mechanisms = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    refines = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    note = models.TextField(_("how the object was read"), blank=True)

    class Meta:
        verbose_name = _("what a rule fires on")
        verbose_name_plural = _("what rules fire on")
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=(
                    Q(kind="role", role__isnull=False, substance=None, condition=None, population="")
                    | Q(kind="substance", role=None, substance__isnull=False, condition=None, population="")
                    | Q(kind="condition", role=None, substance=None, condition__isnull=False, population="")
                    | (Q(kind="population", role=None, substance=None, condition=None) & ~Q(population=""))
                ),
                name="rule_object_points_at_one_thing",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @property
    def key(self) -> str:
        """The stable key of whatever this row points at."""
        return self.role_id or self.substance_id or self.condition_id or self.population


class RuleModifier(models.Model):
    """Something about a patient that raises, lowers or annotates one rule."""

    class Effect(models.TextChoices):
        RAISE = "raise", _("raises")
        LOWER = "lower", _("lowers")
        NOTE = "note", _("notes")

    rule = models.ForeignKey(InteractionRule, models.CASCADE, related_name="modifiers")  # part of the revision
    when = models.CharField(_("when"), max_length=120)
    effect = models.CharField(_("effect"), max_length=8, choices=Effect)
    reason = models.CharField(_("reason shown"), max_length=300)

    class Meta:
        verbose_name = _("modifier")
        verbose_name_plural = _("modifiers")
        ordering = ("id",)

    def __str__(self) -> str:
        return self.when


class ReferenceTable(ReferenceRow):
    """One small table the core reads whole: exposure units and contents, withdrawal tiers, safety texts, instruments.

    `content` is the checked file as plain values, each row with its source; its shape is checked on load.
    """

    key = models.CharField(_("key"), max_length=60, primary_key=True)
    content = models.JSONField(_("content"))

    class Meta:
        verbose_name = _("reference table")
        verbose_name_plural = _("reference tables")
        ordering = ("key",)

    def __str__(self) -> str:
        return self.key


class ReferenceChange(models.Model):
    """The wording before and after each change to a plain reference row. Append only."""

    at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=300)
    model = models.CharField(max_length=40)
    key = models.CharField(max_length=420, db_index=True)
    revision = models.PositiveIntegerField()
    before = models.JSONField()
    after = models.JSONField()

    class Meta:
        verbose_name = _("reference change")
        verbose_name_plural = _("reference changes")
        ordering = ("-at", "-id")
        triggers = append_only("reference_change")

    def __str__(self) -> str:
        return f"{self.model} {self.key}"
