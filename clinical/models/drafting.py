"""Before and after publishing: proposed rules, the case library they must pass, and patients whom a change touched.

A draft is no rule: nothing screens with it. It becomes one revision when a second person approves it.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from clinical.models.knowledge import InteractionRule
from clinical.models.people import Patient, Practice
from clinical.models.triggers import kept_once_decided
from clinical.models.vocabulary import WithdrawableRow


class RuleDraft(models.Model):
    """A proposed revision, a new rule, or the retirement of one. `entry` has the shape of rules.yaml.

    `version` counts saves, so that a second writer is told. `written_by` is the last who changed it.
    """

    class Kind(models.TextChoices):
        REVISION = "revision", _("revision")
        NEW = "new", _("new rule")
        RETIREMENT = "retirement", _("retirement")

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        IN_REVIEW = "in_review", _("in review")
        PUBLISHED = "published", _("published")
        DISCARDED = "discarded", _("discarded")

    code = models.SlugField(_("code"), max_length=60)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.REVISION)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    based_on = models.ForeignKey(InteractionRule, models.PROTECT, null=True, related_name="drafts")
    entry = models.JSONField(_("as proposed"))
    reason = models.CharField(_("why"), max_length=300)
    version = models.PositiveIntegerField(default=1)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(_("opened"), db_default=Now())
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField(_("last changed"), db_default=Now())
    sent_at = models.DateTimeField(_("sent to review"), null=True)
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(_("reviewed"), null=True)
    review_note = models.TextField(_("what the reviewer said"), blank=True)
    published_as = models.OneToOneField(InteractionRule, models.PROTECT, null=True, related_name="published_from")
    approved_alone = models.BooleanField(_("approved by its own writer, as the setting allowed"), default=False)

    class Meta:
        verbose_name = _("draft of a rule")
        verbose_name_plural = _("drafts of rules")
        ordering = ("-written_at", "-id")
        triggers = kept_once_decided("rule_draft")
        constraints = (
            models.CheckConstraint(
                condition=~Q(state="published") | Q(reviewed_by__isnull=False, reviewed_at__isnull=False),
                name="rule_draft_published_by_a_reviewer",
            ),
            models.CheckConstraint(
                condition=~Q(state="published")
                | Q(approved_alone=True)
                | ~Q(reviewed_by=F("written_by")) & ~Q(reviewed_by=F("opened_by")),
                name="rule_draft_second_person",
            ),
            models.CheckConstraint(
                condition=Q(kind="new") | Q(based_on__isnull=False), name="rule_draft_is_based_on_a_revision"
            ),
            models.CheckConstraint(
                condition=~Q(state="published")
                | Q(kind="retirement", published_as=None)
                | ~Q(kind="retirement") & Q(published_as__isnull=False),
                name="rule_draft_published_as_a_revision",
            ),
        )

    def __str__(self) -> str:
        return f"{self.code}: {self.get_kind_display()}"


class ReferenceCase(WithdrawableRow):
    """One invented patient with what must and must not be flagged. All of them pass before anything is published.

    `case` has the shape the `screen` command takes; `expects` holds rule codes under "fires" and "silent".
    """

    key = models.SlugField(_("key"), max_length=120, primary_key=True)
    title = models.CharField(_("what it shows"), max_length=300)
    case = models.JSONField(_("case"))
    expects = models.JSONField(_("expected"))

    class Meta:
        verbose_name = _("case of the library")
        verbose_name_plural = _("cases of the library")
        ordering = ("key",)

    def __str__(self) -> str:
        return self.key


class ConcernChange(models.Model):
    """What a published change did to one patient's open concerns since their last signed visit.

    On the worklist of `owner`, who signed that visit, until they have looked. For a concern that went, `severity` is
    the one it had.
    """

    class Change(models.TextChoices):
        NEW = "new", _("new")
        GONE = "gone", _("gone")
        RAISED = "raised", _("raised")
        LOWERED = "lowered", _("lowered")
        REWORDED = "reworded", _("reworded")

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="concern_changes")
    reference_version = models.PositiveIntegerField(_("reference version"))
    rule = models.CharField(_("rule"), max_length=60)
    about = models.CharField(_("about"), max_length=200)
    change = models.CharField(_("change"), max_length=10, choices=Change)
    rule_revision = models.PositiveIntegerField(_("revision"), default=0)
    severity = models.CharField(_("severity"), max_length=20)
    former_severity = models.CharField(_("severity before"), max_length=20, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="concern_changes")
    noticed_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(_("looked at"), null=True)
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("changed concern")
        verbose_name_plural = _("changed concerns")
        ordering = ("-noticed_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("patient", "rule", "about"), condition=Q(seen_at=None), name="changed_concern_waits_once"
            ),
            models.CheckConstraint(
                condition=Q(seen_at=None, seen_by=None) | Q(seen_at__isnull=False, seen_by__isnull=False),
                name="changed_concern_seen_by_somebody",
            ),
        )

    def __str__(self) -> str:
        return f"{self.change}: {self.rule}"


class ConcernSweep(models.Model):
    """How far a practice's charts were compared with a reference version, so that a comparison can go on later.

    `done_version` is the last version that every chart was compared with. `doing_version` is under way; charts up to
    `done_up_to`, in the order of their ids, are done.
    """

    practice = models.OneToOneField(Practice, models.PROTECT, related_name="concern_sweep")
    done_version = models.PositiveIntegerField(default=0)
    doing_version = models.PositiveIntegerField(default=0)
    done_up_to = models.UUIDField(null=True)
    looked_at = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("comparison of charts")
        verbose_name_plural = _("comparisons of charts")

    def __str__(self) -> str:
        return f"{self.practice_id}: {self.done_version}"
