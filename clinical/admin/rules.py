"""Interaction rules: the list, one revision to read, and the page that closes it and opens the next.

A revision is never edited here. Drafts and review by a second person will enter between `revise` and the action.
"""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from clinical.actions import editing
from clinical.actions.consultation import ChangedByAnother
from clinical.admin.gate import ByRole
from clinical.admin.rule_form import RuleEditor, entry_of, with_more_rows
from clinical.admin.rule_words import ALLOWED, evidence_address, group_words, history_of, lines, present_words
from clinical.models import InteractionRule
from clinical.permissions import can


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
        view = self.admin_site.admin_view(self.revise)
        own = [
            path("new/", view, name="clinical_interactionrule_new"),
            path(
                "<int:rule_id>/revise/", self.admin_site.admin_view(self.revise), name="clinical_interactionrule_revise"
            ),
        ]
        return own + super().get_urls()

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context=None) -> HttpResponse:
        rule = self.get_object(request, object_id)
        extra = {
            "may_revise": bool(rule) and rule.closed_at is None and self.may_edit(request),
            "evidence": evidence_address(rule) if rule else "",
            **(extra_context or {}),
        }
        return super().change_view(request, object_id, form_url, extra)

    def changelist_view(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        return super().changelist_view(request, {"may_add_rule": self.may_edit(request), **(extra_context or {})})

    def may_edit(self, request: HttpRequest) -> bool:
        return can(request.user, "edit_reference")

    def revise(self, request: HttpRequest, rule_id: int | None = None) -> HttpResponse:
        """Show the form beside the words in force; store what was typed as the next revision, or say why not."""
        if not self.may_edit(request):
            raise PermissionDenied
        rule = self._rule(rule_id)
        if request.method != "POST" and rule and rule.closed_at:
            return self._to_the_open_one(request, rule)
        present = present_words(rule) if rule else {}  # before the form puts what was typed on the row
        more = next((name for name in ("objects", "modifiers") if f"more_{name}" in request.POST), "")
        data = request.POST or None
        editor = RuleEditor(rule=rule, data=with_more_rows(request.POST, more) if more else data)
        if data and not more and editor.is_valid():
            opened = self._store(request, rule, editor)
            if opened:
                return HttpResponseRedirect(reverse("admin:clinical_interactionrule_change", args=(opened.pk,)))
        return self._page(request, rule, editor, present, show_errors=bool(data) and not more)

    def _store(self, request: HttpRequest, rule: InteractionRule | None, editor: RuleEditor) -> InteractionRule | None:
        if not editor.has_changed:
            editor.form.add_error(None, _("Nothing is different from the revision in force."))
            return None
        by, reason = request.user, editor.form.cleaned_data["reason"]
        try:
            if rule:
                opened = editing.revise_rule(rule=rule, entry=editor.entry(), by=by, reason=reason)
            else:
                opened = editing.add_rule(entry=editor.entry(), by=by, reason=reason)
        except editing.RuleFaulty as refused:
            for fault in refused.faults:
                editor.form.add_error(None, fault)
        except (ChangedByAnother, editing.Unusable) as refused:
            editor.form.add_error(None, str(refused))
        else:
            log = self.log_change if rule else self.log_addition
            log(request, opened, reason)
            self.message_user(request, _("Revision %s is in force.") % opened.revision, messages.SUCCESS)
            return opened
        return None

    def _page(
        self,
        request: HttpRequest,
        rule: InteractionRule | None,
        editor: RuleEditor,
        present: dict,
        *,
        show_errors: bool,
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("Revise %s") % rule.code if rule else _("Add an interaction rule"),
            "opts": self.opts,
            "rule": rule,
            "editor": editor,
            "lines": [(field, present.get(field.name, "")) for field in editor.form],
            "groups": present.get("objects", ()),
            "modifiers": present.get("modifiers", ()),
            "allowed": ALLOWED,
            "show_errors": show_errors,
            "media": self.media + editor.form.media + forms.Media(css={"all": ["kratomcare/admin.css"]}),
        }
        status = 422 if show_errors else 200
        return TemplateResponse(request, "admin/clinical/interactionrule/revise.html", context, status=status)

    def _rule(self, rule_id: int | None) -> InteractionRule | None:
        if rule_id is None:
            return None
        found = InteractionRule.objects.filter(pk=rule_id).prefetch_related("sources", "modifiers")
        rule = found.prefetch_related("objects_it_fires_on").first()
        if rule is None:
            raise Http404
        return rule

    def _to_the_open_one(self, request: HttpRequest, rule: InteractionRule) -> HttpResponse:
        current = InteractionRule.objects.filter(code=rule.code, closed_at=None).first()
        if current is None:
            raise Http404
        self.message_user(request, _("That revision is closed. This is the one in force."), messages.WARNING)
        return HttpResponseRedirect(reverse("admin:clinical_interactionrule_revise", args=(current.pk,)))

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
