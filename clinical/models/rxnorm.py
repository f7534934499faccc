"""What the last loaded RxNorm release says: one row per concept, and one row per load with its report.

Read only outside `actions.rxnorm`. Our own substances, names and roles live in `vocabulary.py` and are never
overwritten from here.
"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class RxNormRelease(models.Model):
    """One load. `counts` by term type; `report` lists what is new, renamed, retired, remapped or does not match."""

    label = models.CharField(_("release"), max_length=120)
    digest = models.CharField(_("digest of the files"), max_length=64)
    loaded_at = models.DateTimeField(_("loaded"), db_default=Now())
    loaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    is_current = models.BooleanField(_("in use"), default=False)
    counts = models.JSONField(_("rows"), default=dict)
    report = models.JSONField(_("report"), default=dict)

    class Meta:
        verbose_name = _("RxNorm release")
        verbose_name_plural = _("RxNorm releases")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("is_current",), condition=Q(is_current=True), name="rxnorm_release_one_in_use"
            ),
        )

    def __str__(self) -> str:
        return self.label


class RxNormConcept(models.Model):
    """One concept of the release in use.

    `substances` are keys of our ingredients, in the order of their names; it is filled only where the release and our
    own rows settle what the concept consists of. Where several meanings are possible (a brand of different products, a
    number split in two, a number whose name here is another one) it is empty and `choices` holds the keys to choose
    from, substances or combinations: ask, never pick. Both empty: nothing is known of what it consists of.
    `other_names` are RxNorm's own further names (SY, TMSY, PSN). `route` is empty where the dose form leaves it open.
    `status` is "active", "retired" or "remapped". A remapped number leads where the concept it became leads
    (`remapped_to`, empty where it became several). A retired one keeps what is still known of it and may be recognised,
    by its exact name or number, but is not to be suggested.
    """

    rxcui = models.CharField("RxCUI", max_length=12, primary_key=True)
    term_type = models.CharField(_("term type"), max_length=8)
    name = models.TextField(_("name"))
    substances = ArrayField(models.CharField(max_length=200), verbose_name=_("substances"), default=list)
    choices = ArrayField(models.CharField(max_length=200), verbose_name=_("to choose from"), default=list)
    other_names = ArrayField(models.TextField(), verbose_name=_("other names"), default=list)
    route = models.CharField(_("route"), max_length=16, blank=True)
    status = models.CharField(_("status"), max_length=10, default="active")
    remapped_to = models.CharField(_("remapped to"), max_length=12, blank=True)

    class Meta:
        verbose_name = _("RxNorm concept")
        verbose_name_plural = _("RxNorm concepts")
        ordering = ("rxcui",)

    def __str__(self) -> str:
        return self.name
