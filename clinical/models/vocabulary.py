"""Substances, the names people type for them, what they do, conditions, and where each fact was read.

Keys are readable and never reused. A change made in the admin keeps the old wording in `ReferenceChange`.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _


class ReferenceRow(models.Model):
    """What every plain reference row carries: its revision, and the digest of the file row it was loaded from.

    `loaded_digest` empty means the row was made in the admin. `is_revised` means an editor changed it since, so
    that loading never overwrites it.
    """

    revision = models.PositiveIntegerField(default=1, editable=False)
    loaded_digest = models.CharField(max_length=32, blank=True, editable=False)
    is_revised = models.BooleanField(_("revised here"), default=False, editable=False)

    class Meta:
        abstract = True


class WithdrawableRow(ReferenceRow):
    """A fact that may turn out wrong. Withdrawn rows stay listed, are read by no screening and can be put back."""

    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None


class Source(ReferenceRow):
    """A paper, label, register or page that facts rest on, and how far it was read."""

    class Status(models.TextChoices):
        CURRENT = "current", _("current")
        RETRACTED = "retracted", _("retracted")
        SUPERSEDED = "superseded", _("superseded")

    key = models.CharField(_("key"), max_length=60, primary_key=True)
    kind = models.CharField(_("kind"), max_length=80, blank=True)
    citation = models.TextField(_("citation"))
    pmid = models.CharField("PMID", max_length=20, blank=True)
    doi = models.CharField("DOI", max_length=120, blank=True)
    url = models.URLField(_("address"), max_length=500, blank=True)
    read_here = models.CharField(_("read"), max_length=20, blank=True, help_text=_("yes, partly or no"))
    supports = models.TextField(_("what was read of it"), blank=True)
    licence = models.TextField(_("licence"), blank=True)
    duplicate_of = models.CharField(_("same paper as"), max_length=60, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.CURRENT)
    superseded_by = models.CharField(_("superseded by"), max_length=60, blank=True)
    status_checked_on = models.DateField(_("status checked"), null=True, blank=True)

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ("key",)

    def __str__(self) -> str:
        return self.key


class Substance(ReferenceRow):
    """One ingredient, salt or combination. Combinations and salts act through their `components`."""

    key = models.CharField(_("name"), max_length=200, primary_key=True)
    rxcui = models.CharField("RxCUI", max_length=12, blank=True, db_index=True)
    term_type = models.CharField(_("RxNorm term type"), max_length=4, blank=True)
    unii = models.CharField("UNII", max_length=12, blank=True)
    is_otc = models.BooleanField(_("over the counter"), default=False)
    is_herbal = models.BooleanField(_("herbal"), default=False)
    is_illicit = models.BooleanField(_("often met unregulated"), default=False)
    components = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="part_of")
    source_id_text = models.CharField(_("source"), max_length=60, blank=True)
    is_verified = models.BooleanField(_("number and name read together in a source"), default=False)
    route = models.CharField(
        _("only route"), max_length=16, blank=True, help_text=_("where every product of it is given this way")
    )
    in_current_prescribable = models.CharField(_("in the current prescribable set"), max_length=10, blank=True)

    class Meta:
        verbose_name = _("substance")
        verbose_name_plural = _("substances")
        ordering = ("key",)

    def __str__(self) -> str:
        return self.key


class SubstanceName(WithdrawableRow):
    """Anything a person may type for a substance besides its own name."""

    name = models.CharField(_("name"), max_length=200)
    substance = models.ForeignKey(Substance, models.PROTECT, related_name="names")
    kind = models.CharField(_("kind"), max_length=20)
    needs_choice = models.BooleanField(_("means several things: always ask"), default=False)
    route = models.CharField(
        _("route"),
        max_length=16,
        blank=True,
        help_text=_("how all products of this name are given; empty if it varies"),
    )
    source_id_text = models.CharField(_("source"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("name of a substance")
        verbose_name_plural = _("names of substances")
        ordering = ("name",)
        constraints = (models.UniqueConstraint(fields=("name", "substance"), name="substance_name_once"),)
        indexes = (GinIndex(fields=("name",), opclasses=("gin_trgm_ops",), name="substance_name_trigrams"),)

    def __str__(self) -> str:
        return self.name


class Role(ReferenceRow):
    """One thing a substance may do that matters here, with the strengths that may be given."""

    key = models.CharField(_("key"), max_length=60, primary_key=True)
    parent_key = models.CharField(_("broader role"), max_length=60, blank=True)
    kind = models.CharField(_("kind"), max_length=40, blank=True)
    definition = models.TextField(_("definition"), blank=True)
    strengths = models.TextField(_("strengths"), blank=True)
    strength_note = models.TextField(_("about the strengths"), blank=True)
    raises_flags = models.BooleanField(_("may raise a flag"), default=True)
    relevance = models.TextField(_("why it matters with kratom"), blank=True)

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        ordering = ("key",)

    def __str__(self) -> str:
        return self.key


class SubstanceRole(WithdrawableRow):
    """This substance does that, according to this source. Unverified rows are provisional and say so."""

    substance = models.ForeignKey(Substance, models.PROTECT, related_name="roles")
    role = models.ForeignKey(Role, models.PROTECT, related_name="substances")
    strength = models.CharField(_("strength"), max_length=60, blank=True)
    source_id_text = models.CharField(_("source"), max_length=60, blank=True)
    source_url = models.URLField(_("address"), max_length=500, blank=True)
    is_verified = models.BooleanField(_("read in the source"), default=False)
    other_sources = models.TextField(_("other sources"), blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("role of a substance")
        verbose_name_plural = _("roles of substances")
        ordering = ("substance", "role")
        constraints = (models.UniqueConstraint(fields=("substance", "role"), name="substance_role_once"),)

    def __str__(self) -> str:
        return f"{self.substance_id}: {self.role_id}"


class Condition(ReferenceRow):
    """A condition or population that clinicians record, and what it sets off."""

    key = models.CharField(_("key"), max_length=60, primary_key=True)
    label = models.CharField(_("name"), max_length=120)
    synonyms = ArrayField(models.CharField(max_length=120), verbose_name=_("also called"), default=list, blank=True)
    icd10cm = ArrayField(models.CharField(max_length=10), verbose_name="ICD-10-CM", default=list, blank=True)
    modifiers = ArrayField(models.CharField(max_length=60), verbose_name=_("modifiers"), default=list, blank=True)
    safety = ArrayField(models.CharField(max_length=60), verbose_name=_("safety prompts"), default=list, blank=True)
    complicated = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    tier_high = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    is_population = models.BooleanField(_("a population, set by the chart"), default=False)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("condition")
        verbose_name_plural = _("conditions")
        ordering = ("label",)

    def __str__(self) -> str:
        return self.label


class UnrecognisedName(models.Model):
    """A name that clinicians typed and nothing here knows. The name alone: no patient, visit, dose or person.

    `settled_as` is the name it became when an editor added it.
    """

    name = models.CharField(_("name as typed"), max_length=200, unique=True)
    times = models.PositiveIntegerField(_("times"), default=1)
    first_on = models.DateField(_("first"))
    last_on = models.DateField(_("last"))
    settled_as = models.ForeignKey(SubstanceName, models.SET_NULL, null=True, blank=True, related_name="+")
    is_set_aside = models.BooleanField(_("set aside"), default=False)

    class Meta:
        verbose_name = _("name not recognised")
        verbose_name_plural = _("names not recognised")
        ordering = ("-times", "name")

    def __str__(self) -> str:
        return self.name
