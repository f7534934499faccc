"""The words that columns may hold, with what people read for them. Statuses and substances come from the pure part."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from legal import periods


class JurisdictionLevel(models.TextChoices):
    COUNTRY = "country", _("Country or federal")
    STATE = "state", _("State")
    TERRITORY = "territory", _("Territory")
    COUNTY = "county", _("County")
    PLACE = "place", _("City, town or village")


class StatusChoice(models.TextChoices):
    PROHIBITED = periods.Status.PROHIBITED.value, _("Not lawful")
    RESTRICTED = periods.Status.RESTRICTED.value, _("Limited")
    REGULATED = periods.Status.REGULATED.value, _("Lawful with rules")
    LEGAL_UNREGULATED = periods.Status.LEGAL_UNREGULATED.value, _("No specific law found")
    UNKNOWN = periods.Status.UNKNOWN.value, _("Uncertain")


class SubstanceChoice(models.TextChoices):
    KRATOM_LEAF = periods.Substance.KRATOM_LEAF.value, _("Kratom leaf")
    SEVEN_OH = periods.Substance.SEVEN_OH.value, _("7-OH products")
    DERIVATIVES = periods.Substance.DERIVATIVES.value, _("Pseudoindoxyl and MGM products")
    BOTH = periods.BOTH, _("Leaf and 7-OH products")


class Permission(models.TextChoices):
    """What a row says about holding or selling; most say nothing."""

    UNLAWFUL = "unlawful", _("Unlawful")
    LAWFUL = "lawful", _("Lawful")
    NOT_KNOWN = "not known", _("Not known")


class StartKnown(models.TextChoices):
    EXACT = "exact", _("Exact")
    APPROXIMATE = "approximate", _("Approximate or computed")
    NOT_KNOWN = "not known", _("Not known")


class Confidence(models.TextChoices):
    HIGH = "high", _("High")
    MEDIUM = "medium", _("Medium")
    LOW = "low", _("Low")


class SecondRead(models.TextChoices):
    AGREE = "agree", _("Agrees")
    DIFFERS = "differs", _("Differs")
    NONE_FOUND = "none-found", _("Looked for, none found")


class Became(models.TextChoices):
    """What became of a pending change."""

    ENACTED = "enacted", _("Enacted, or in force")
    FAILED = "failed", _("Failed, or dropped")
    POSTPONED = "postponed", _("Postponed")
