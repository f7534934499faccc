"""Jurisdictions, their dated legal statuses, changes in the offing, and the limits of staleness.

Periods are never edited in place and no row is deleted: a period closes or is superseded, and the next one opens.
Only `legal.actions` writes here.
"""

from datetime import date, timedelta

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import (
    ArrayField,
    DateRangeField,
    IntegerRangeField,
    RangeBoundary,
    RangeOperators,
)
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from legal.choices import (
    Became,
    Confidence,
    JurisdictionLevel,
    Permission,
    SecondRead,
    StartKnown,
    StatusChoice,
    SubstanceChoice,
)

LOADED = "Loaded from the reference files."  # the reason on rows that the files brought

# Substances as stretches of one line, so that the database sees that `both` overlaps leaf and 7-OH, never derivatives.
_STRETCH = (
    "(CASE %(expressions)s WHEN 'both' THEN int4range(1, 3) WHEN 'kratom_leaf' THEN int4range(1, 2)"
    " WHEN '7-OH' THEN int4range(2, 3) ELSE int4range(3, 4) END)"
)


class Jurisdiction(models.Model):
    """A country, state, territory, county or place that we hold law for."""

    code = models.CharField(_("code"), max_length=60, primary_key=True)
    name = models.CharField(_("name"), max_length=120)
    level = models.CharField(_("level"), max_length=10, choices=JurisdictionLevel)
    parent = models.ForeignKey(
        "self", models.PROTECT, related_name="parts", null=True, blank=True, verbose_name=_("parent")
    )
    other_names = models.TextField(_("other names"), blank=True, help_text=_("Divided by semicolons"))
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("jurisdiction")
        verbose_name_plural = _("jurisdictions")
        ordering = ("code",)
        constraints = (
            models.CheckConstraint(
                condition=Q(level=JurisdictionLevel.COUNTRY, parent=None)
                | (~Q(level=JurisdictionLevel.COUNTRY) & Q(parent__isnull=False)),
                name="jurisdiction_below_country_has_parent",
            ),
        )

    def __str__(self) -> str:
        return self.name


class StatusPeriod(models.Model):
    """What one jurisdiction's law says about one substance from `valid_from` up to, not including, `valid_until`.

    A row with no `created_by` came from the reference files, or by command from another installation: then `reason`
    says so. `superseded_*` marks a row that another one corrects;
    it no longer counts, and stays readable. `closed_*` marks a row whose end somebody set here.
    """

    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="periods")
    substance = models.CharField(_("substance"), max_length=20, choices=SubstanceChoice)
    status = models.CharField(_("status"), max_length=20, choices=StatusChoice)
    schedule = models.CharField(_("schedule"), max_length=120, blank=True)
    min_age = models.PositiveSmallIntegerField(
        _("minimum age"), null=True, blank=True, validators=[MaxValueValidator(99)]
    )
    restrictions = models.TextField(_("restrictions"), help_text=_("What a clinician reads"))
    possession = models.CharField(_("possession"), max_length=10, choices=Permission, default=Permission.NOT_KNOWN)
    sale = models.CharField(_("sale"), max_length=10, choices=Permission, default=Permission.NOT_KNOWN)
    valid_from = models.DateField(_("in force from"), null=True, blank=True)
    valid_until = models.DateField(
        _("in force until"), null=True, blank=True, help_text=_("First day no longer in force. Empty: open")
    )
    start_known = models.CharField(_("first day is"), max_length=12, choices=StartKnown, default=StartKnown.EXACT)
    citation = models.CharField(_("citation"), max_length=300)
    source_url = models.URLField(_("source"), max_length=600)
    source_date = models.CharField(_("date of source"), max_length=10, blank=True)
    checked_on = models.DateField(_("checked on"))
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("checked by")
    )
    confidence = models.CharField(_("confidence"), max_length=6, choices=Confidence)
    read_here = models.BooleanField(_("source was read"), default=True)
    second_source_url = models.URLField(_("second source"), max_length=600, blank=True)
    second_source_date = models.CharField(_("date of second source"), max_length=10, blank=True)
    second_read = models.CharField(_("second reading"), max_length=10, choices=SecondRead, blank=True)
    note = models.TextField(
        _("note"), blank=True, help_text=_("Doubts and what to check again; not shown to clinicians")
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("entered by")
    )
    created_at = models.DateTimeField(_("entered at"), db_default=Now(), editable=False)
    reason = models.TextField(_("reason"), blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_reason = models.TextField(blank=True)
    superseded_at = models.DateTimeField(null=True, blank=True)
    superseded_by = models.ForeignKey("self", models.PROTECT, related_name="supersedes", null=True, blank=True)

    class Meta:
        verbose_name = _("status period")
        verbose_name_plural = _("status periods")
        ordering = ("jurisdiction", "substance", F("valid_from").asc(nulls_first=True), "id")
        constraints = (
            ExclusionConstraint(
                name="status_period_no_overlap",
                expressions=(
                    ("jurisdiction", RangeOperators.EQUAL),
                    (
                        Func("substance", template=_STRETCH, output_field=IntegerRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                    (
                        Func(
                            "valid_from",
                            "valid_until",
                            RangeBoundary(),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ),
                condition=Q(superseded_at=None),
                violation_error_message=_("Another period of this jurisdiction and substance overlaps this one."),
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_until=None) | Q(valid_from__lt=F("valid_until")),
                name="status_period_ends_after_it_starts",
                violation_error_message=_("The period must end after it starts."),
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True, start_known=StartKnown.NOT_KNOWN)
                | (Q(valid_from__isnull=False) & ~Q(start_known=StartKnown.NOT_KNOWN)),
                name="status_period_start_known_matches_start",
                violation_error_message=_("Say the first day is not known exactly when it is left empty."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=StatusChoice.values) & Q(substance__in=SubstanceChoice.values),
                name="status_period_words_are_known",
            ),
            models.CheckConstraint(
                condition=~Q(citation="") & ~Q(source_url="") & ~Q(restrictions=""),
                name="status_period_has_a_citation_source_and_text",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None) | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="status_period_closed_by_and_at",
            ),
            models.CheckConstraint(
                condition=Q(created_by=None) | ~Q(reason=""),
                name="status_period_entered_here_has_a_reason",
                violation_error_message=_("Say why."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.jurisdiction_id} {self.substance} {self.valid_from or ''}–{self.valid_until or ''}"

    @property
    def last_day(self) -> date | None:
        """The last day in force, for people; dates are stored half-open."""
        return self.valid_until - timedelta(days=1) if self.valid_until else None

    @property
    def touched_here(self) -> bool:
        """Whether a person entered, closed, confirmed or replaced this row: the loader then leaves it alone.

        So it does with a row that came from elsewhere.
        """
        came_from_elsewhere = self.reason not in ("", LOADED)
        return bool(self.created_by_id or self.closed_by_id or self.checked_by_id) or came_from_elsewhere


class RowToVerify(StatusPeriod):
    """A row looked at as something to check again: a room of its own in the admin, and no table."""

    class Meta:
        proxy = True
        verbose_name = _("row to check again")
        verbose_name_plural = _("law to check again")


class PendingChange(models.Model):
    """A change that is announced, moving or in doubt. Its expected date may be no more than words."""

    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="pending")
    what = models.TextField(_("what"))
    stage = models.CharField(_("stage"), max_length=200)
    expected = models.CharField(_("expected"), max_length=120)
    expected_on = models.DateField(_("expected on"), null=True, blank=True)
    source_url = models.URLField(_("source"), max_length=600)
    source_date = models.CharField(_("date of source"), max_length=10, blank=True)
    checked_on = models.DateField(_("checked on"))
    note = models.TextField(_("note"), blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    outcome = models.TextField(_("outcome"), blank=True)
    became = models.CharField(_("became"), max_length=10, choices=Became, blank=True)
    became_on = models.DateField(_("on"), null=True, blank=True)
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        verbose_name = _("pending change")
        verbose_name_plural = _("pending changes")
        ordering = ("jurisdiction", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("jurisdiction", "what"),
                condition=Q(settled_at=None),
                name="pending_change_once_while_open",
                violation_error_message=_("This change is on the list already."),
            ),
            models.CheckConstraint(
                condition=Q(settled_at=None, settled_by=None)
                | (Q(settled_at__isnull=False, settled_by__isnull=False) & ~Q(outcome="")),
                name="pending_change_settled_by_at_and_outcome",
            ),
            models.CheckConstraint(
                condition=Q(became="") | Q(settled_at__isnull=False, became_on__isnull=False),
                name="pending_change_became_once_settled",
            ),
        )

    def __str__(self) -> str:
        return f"{self.jurisdiction_id}: {self.what}"

    @property
    def touched_here(self) -> bool:
        """Whether a person entered or settled this entry, or it came from elsewhere: the loader leaves it alone."""
        return bool(self.created_by_id or self.settled_by_id or self.reason)


class Disagreement(models.Model):
    """A point on which sources contradict one another: who says what, and what the table does until it is settled."""

    point = models.CharField(_("point"), max_length=200)
    codes = ArrayField(
        models.CharField(max_length=60), verbose_name=_("jurisdictions"), help_text=_("Codes, divided by commas")
    )
    substance = models.CharField(_("substance"), max_length=20, choices=SubstanceChoice, blank=True)
    sources_say = models.TextField(_("who says what"))
    table_does = models.TextField(_("what the table does"))
    checked_on = models.DateField(_("checked on"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    outcome = models.TextField(_("outcome"), blank=True)

    class Meta:
        verbose_name = _("disagreement of sources")
        verbose_name_plural = _("disagreements of sources")
        ordering = ("codes", "point")
        constraints = (
            models.UniqueConstraint(
                fields=("point",),
                condition=Q(settled_at=None),
                name="disagreement_once_while_open",
                violation_error_message=_("This point is on the list already."),
            ),
            models.CheckConstraint(
                condition=~Q(point="") & ~Q(sources_say="") & ~Q(table_does="") & Q(codes__len__gt=0),
                name="disagreement_says_what_and_where",
            ),
            models.CheckConstraint(
                condition=Q(settled_at=None, settled_by=None)
                | (Q(settled_at__isnull=False, settled_by__isnull=False) & ~Q(outcome="")),
                name="disagreement_settled_by_at_and_outcome",
            ),
        )

    def __str__(self) -> str:
        return self.point

    @property
    def touched_here(self) -> bool:
        """Whether a person entered or settled it: the loader then leaves it alone."""
        return bool(self.created_by_id or self.settled_by_id)


class LegalParameter(models.Model):
    """One number that the ruling needs, with where it comes from."""

    code = models.CharField(_("code"), max_length=40, primary_key=True)
    value = models.PositiveIntegerField(_("value"))
    unit = models.CharField(_("unit"), max_length=20)
    meaning = models.TextField(_("meaning"))
    source = models.TextField(_("source"))

    class Meta:
        verbose_name = _("legal parameter")
        verbose_name_plural = _("legal parameters")
        ordering = ("code",)

    def __str__(self) -> str:
        return self.code


class LegalVersion(models.Model):
    """One row: a number that goes up with every write, so that each process knows when its index is out of date."""

    number = models.PositiveBigIntegerField(default=0)
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(pk=1), name="legal_version_single_row"),)

    def __str__(self) -> str:
        return str(self.number)
