"""Interaction rules: the list, one revision to read, and the page that opens a draft of it.

A revision is never edited. What changes is a draft (`drafts`), and publishing it closes one and opens the next.
"""

from functools import partial

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from clinical.actions import drafting
from clinical.actions.consultation import ChangedByAnother
from clinical.admin.drafts import difference_of
from clinical.admin.gate import ByRole
from clinical.admin.rule_form import entry_of
from clinical.admin.rule_words import evidence_address, history_of, lines
from clinical.models import InteractionRule, RuleDraft
from clinical.permissions import can
from clinical.rule_differences import group_words

Kind = RuleDraft.Kind
TITLES = {
    Kind.REVISION: _lazy("Revise %(code)s"),
    Kind.RETIREMENT: _lazy("Retire %(code)s"),
    Kind.NEW: _lazy("Draft a new interaction rule%(code)s"),
}


class OpenForm(forms.Form):
    """Why a draft is opened, and for a new rule its code."""

    code = forms.CharField(
        label=_lazy("Code"),
        max_length=60,
        help_text=_lazy("Small letters, digits and hyphens. It stays the same in every revision and is never reused."),
    )
    reason = forms.CharField(label=_lazy("Why"), max_length=300)

    def __init__(self, *args, is_new: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not is_new:
            del self.fields["code"]
        for field in self.fields.values():
            field.widget.attrs["class"] = "vTextField"


class InForce(admin.SimpleListFilter):
    """Revisions in force unless another choice is made."""

    title = _lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple]:
        return [("closed", _("Closed revisions")), ("all", _("All revisions"))]

    def choices(self, changelist):
        for value, label in ((None, _("In force")), *self.lookup_choices):
            query = changelist.get_query_string({self.parameter_name: value}, [] if value else [self.parameter_name])
            yield {"selected": self.value() == value, "query_string": query, "display": label}

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() == "all":
            return queryset
        return queryset.filter(closed_at__isnull=self.value() != "closed")


@admin.register(InteractionRule)
class InteractionRuleAdmin(ByRole):
    view_act = "read_reference"
    change_form_template = "admin/clinical/interactionrule/change_form.html"
    change_list_template = "admin/clinical/interactionrule/change_list.html"
    list_display = (
        "code", "title", "severity", "certainty", "source_count", "days_open", "is_provisional", "quote_seen",
        "revision",
    )  # fmt: skip
    list_filter = (InForce, "severity", "certainty", "is_provisional", "is_quote_checked")
    search_fields = (
        "code", "title", "summary", "objects_it_fires_on__substance__key", "objects_it_fires_on__role__key",
        "objects_it_fires_on__condition__label",
    )  # fmt: skip
    search_help_text = _lazy("Code, title, summary, or what the rule fires on")
    fieldsets = (
        (None, {"fields": ("code", "revision", "title", "severity", "certainty", "summary", "action", "monitoring")}),
        (
            _lazy("What it rests on"),
            {
                "fields": (
                    "mechanism", "consequence", "severity_reason", "contradiction", "direction",
                    "frequency_of_exposure", "frequency_of_harm", "rests_on", "is_provisional",
                    "is_quote_checked", "second_read", "second_note",
                )
            },
        ),
        (_lazy("When it fires"), {"fields": ("fires_on", "changed_by", "is_once_per_patient")}),
        (_lazy("History"), {"fields": ("opened_at", "opened_by", "reason", "closed_at", "history")}),
    )  # fmt: skip
    readonly_fields = (
        "rests_on", "fires_on", "changed_by", "opened_at", "opened_by", "reason", "closed_at", "history",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        found = super().get_queryset(request).select_related("opened_by")
        return found.annotate(count=Count("sources", distinct=True))

    def get_urls(self) -> list:
        views = {"revise": partial(self.open, kind=Kind.REVISION), "retire": partial(self.open, kind=Kind.RETIREMENT)}
        own = [
            path(f"<int:rule_id>/{name}/", self.admin_site.admin_view(view), name=f"clinical_interactionrule_{name}")
            for name, view in views.items()
        ]
        new = self.admin_site.admin_view(partial(self.open, kind=Kind.NEW))
        return [path("new/", new, name="clinical_interactionrule_new"), *own, *super().get_urls()]

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context=None) -> HttpResponse:
        rule = self.get_object(request, object_id)
        extra = {
            "may_revise": bool(rule) and rule.closed_at is None and self.may_edit(request),
            "evidence": evidence_address(rule) if rule else "",
            "drafts": drafting.drafts_waiting(code=rule.code) if rule else [],
            **(extra_context or {}),
        }
        return super().change_view(request, object_id, form_url, extra)

    def changelist_view(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        return super().changelist_view(request, {"may_add_rule": self.may_edit(request), **(extra_context or {})})

    def may_edit(self, request: HttpRequest) -> bool:
        return can(request.user, "edit_reference")

    def open(self, request: HttpRequest, kind: str, rule_id: int | None = None) -> HttpResponse:
        """Ask why, tell who has a draft of the rule already, and open one. Nothing published changes."""
        if not self.may_edit(request):
            raise PermissionDenied
        rule = self._rule(rule_id)
        if rule and rule.closed_at:
            return self._to_the_open_one(request, rule)
        form = OpenForm(request.POST or None, is_new=kind == Kind.NEW)
        if form.is_valid():
            draft = self._opened(request, kind, rule, form)
            if draft:
                return HttpResponseRedirect(reverse("admin:clinical_ruledraft_change", args=(draft.pk,)))
        code = rule.code if rule else form.data.get("code", "").strip()
        context = {
            **self.admin_site.each_context(request),
            "title": TITLES[kind] % {"code": rule.code if rule else ""},
            "opts": self.opts,
            "kind": kind,
            "rule": rule,
            "form": form,
            "others": [(draft, difference_of(draft)) for draft in drafting.drafts_waiting(code=code)] if code else [],
        }
        status = 422 if form.errors else 200
        return TemplateResponse(request, "admin/clinical/ruledraft/open.html", context, status=status)

    def _opened(
        self, request: HttpRequest, kind: str, rule: InteractionRule | None, form: "OpenForm"
    ) -> RuleDraft | None:
        reason = form.cleaned_data["reason"]
        try:
            if rule is None:
                return drafting.open_new(code=form.cleaned_data["code"], by=request.user, reason=reason)
            return drafting.open_draft(rule=rule, by=request.user, reason=reason, kind=kind)
        except drafting.NotReady as refused:
            for fault in refused.faults:
                form.add_error(fault.field, fault.words)
        except ChangedByAnother as refused:
            form.add_error(None, str(refused))
        return None

    def _rule(self, rule_id: int | None) -> InteractionRule | None:
        return get_object_or_404(InteractionRule, pk=rule_id) if rule_id is not None else None

    def _to_the_open_one(self, request: HttpRequest, rule: InteractionRule) -> HttpResponse:
        current = drafting.in_force(code=rule.code)
        told = _("That revision is closed. This is the one in force.") if current else _("This rule is retired.")
        self.message_user(request, told, messages.WARNING)
        return HttpResponseRedirect(reverse("admin:clinical_interactionrule_change", args=((current or rule).pk,)))

    @admin.display(description=_lazy("sources"), ordering="count")
    def source_count(self, rule: InteractionRule) -> int:
        return rule.count

    @admin.display(description=_lazy("days open"), ordering="opened_at")
    def days_open(self, rule: InteractionRule) -> int:
        return (timezone.now() - rule.opened_at).days

    @admin.display(description=_lazy("quote seen"), ordering="is_quote_checked", boolean=True)
    def quote_seen(self, rule: InteractionRule) -> bool:
        return rule.is_quote_checked

    @admin.display(description=_lazy("sources"))
    def rests_on(self, rule: InteractionRule) -> str:
        return lines(source.citation for source in rule.sources.all())

    @admin.display(description=_lazy("fires on"))
    def fires_on(self, rule: InteractionRule) -> str:
        return lines(group_words(group) for group in entry_of(rule)["objects"])

    @admin.display(description=_lazy("raised, lowered or noted by"))
    def changed_by(self, rule: InteractionRule) -> str:
        return lines(f"{m.get_effect_display()}: {m.when}. {m.reason}" for m in rule.modifiers.all())

    @admin.display(description=_lazy("revisions"))
    def history(self, rule: InteractionRule) -> str:
        return history_of(rule)
