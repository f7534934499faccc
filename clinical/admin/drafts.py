"""Drafts of rules: the list, and the workbench where one is written, looked at, reviewed and published.

What a draft may become is decided in `clinical.actions.drafting`; this shows it and passes on what was pressed.
"""

from collections.abc import Callable
from typing import Any

from csp.decorators import csp_replace
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.clickjacking import xframe_options_sameorigin

from clinical.actions import drafting, editing
from clinical.actions.consultation import ChangedByAnother
from clinical.admin.draft_page import Page, difference_of, faults_page, preview_context
from clinical.admin.gate import ByRole
from clinical.admin.rule_form import with_more_rows
from clinical.models import RuleDraft
from clinical.rule_checks import Fault
from clinical.views import evidence

__all__ = ["RuleDraftAdmin", "difference_of"]

State = RuleDraft.State
DONE = {
    "save": _lazy("The draft is saved. Nothing published has changed."),
    "send": _lazy("The draft is with the reviewers."),
    "take_back": _lazy("The draft is out of review and can be changed again."),
    "send_back": _lazy("The draft went back to its writers with your note."),
    "discard": _lazy("The draft is discarded. It stays readable."),
    "rebase": _lazy("What was typed now rests on the revision in force. Look through it and send it to review again."),
    "approve": _lazy("Published."),
}


class Waiting(admin.SimpleListFilter):
    """Drafts that somebody has to do something with, unless another choice is made."""

    title = _lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple]:
        return [*State.choices, ("all", _("All"))]

    def choices(self, changelist):
        for value, label in ((None, _("Draft or in review")), *self.lookup_choices):
            query = changelist.get_query_string({self.parameter_name: value}, [] if value else [self.parameter_name])
            yield {"selected": self.value() == value, "query_string": query, "display": label}

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() == "all":
            return queryset
        return queryset.filter(state__in=[self.value()] if self.value() in State else drafting.WAITING)


@admin.register(RuleDraft)
class RuleDraftAdmin(ByRole):
    view_act = "read_reference"
    list_display = ("code", "kind", "state", "reason", "opened_by", "written_by", "written_at", "reviewed_by")
    list_filter = (Waiting, "kind")
    list_select_related = ("opened_by", "written_by", "reviewed_by")
    search_fields = ("code", "reason")
    search_help_text = _lazy("Code, or why")

    def get_urls(self) -> list:
        own = {"preview": self.preview, "evidence": self.evidence, "effect": self.effect}
        return [
            path(f"<int:draft_id>/{name}/", self.admin_site.admin_view(view), name=f"clinical_ruledraft_{name}")
            for name, view in own.items()
        ] + super().get_urls()

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context=None) -> HttpResponse:
        """The workbench: read by whoever reads reference data, written and reviewed as the actions allow."""
        draft = self._draft(request, object_id)
        if request.method != "POST":
            return self._page(request, Page(draft, request.user))
        more = next((name for name in ("objects", "modifiers") if f"more_{name}" in request.POST), "")
        if more:
            data = with_more_rows(request.POST, more)
            return self._page(request, Page(draft, request.user, data=data, version=_version(request)))
        return self._act(request, draft, request.POST.get("do", ""))

    def _act(self, request: HttpRequest, draft: RuleDraft, do: str) -> HttpResponse:
        acts: dict[str, Callable[..., RuleDraft]] = {
            "take_back": drafting.take_back, "discard": drafting.discard, "rebase": drafting.rebase,
        }  # fmt: skip
        said = {"said": request.POST.get("said", "")}
        known = {"draft": draft, "by": request.user, "version": _version(request)}
        if do in ("save", "send"):
            return self._typed(request, draft, do)
        if do in ("approve", "send_back"):
            act = drafting.approve if do == "approve" else drafting.send_back
            return self._done(request, draft, do, lambda: act(**known, **said))
        if do in acts:
            return self._done(request, draft, do, lambda: acts[do](**known))
        raise Http404

    def _typed(self, request: HttpRequest, draft: RuleDraft, do: str) -> HttpResponse:
        """Save what was typed, and send it on when asked. What was typed is never lost to a refusal."""
        page = Page(draft, request.user, data=request.POST, version=_version(request))
        if not page.editor.is_valid():
            return self._page(request, page, refused=_("Not saved: correct what is marked."))

        def act() -> RuleDraft:
            saved = drafting.save_draft(
                draft=draft,
                entry=page.editor.entry() if page.has_words else draft.entry,
                reason=page.editor.reason,
                by=request.user,
                version=page.version,
            )
            if do == "save":
                return saved
            page.draft, page.version = saved, saved.version
            return drafting.send_to_review(draft=saved, by=request.user, version=saved.version)

        return self._done(request, draft, do, act, page)

    def _done(
        self, request: HttpRequest, draft: RuleDraft, do: str, act: Callable[[], RuleDraft], page: Page | None = None
    ) -> HttpResponse:
        page = page or Page(draft, request.user)
        try:
            after = act()
        except drafting.NotReady as refused:
            page = Page(page.draft, request.user)  # saved by now: rows are counted as they are stored
            return self._page(request, faults_page(page, refused.faults), refused=_("To mend first:"))
        except drafting.BaseMoved as moved:
            return self._page(request, page, refused=str(moved))
        except ChangedByAnother as other:
            return self._page(request, page.beside(self._draft(request, draft.pk)), refused=str(other))
        except (editing.RuleFaulty, editing.Unusable, drafting.NotNow) as refused:
            return self._page(
                request, faults_page(page, [Fault("", str(refused))]), refused=_("Nothing was published.")
            )
        except drafting.SecondPersonNeeded as refused:
            return self._page(request, page, refused=str(refused), status=403)
        self.log_change(request, after, str(do))
        self.message_user(request, DONE[do], messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:clinical_ruledraft_change", args=(draft.pk,)))

    def _page(self, request: HttpRequest, page: Page, *, refused: str = "", status: int = 422) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": str(page.draft),
            "opts": self.opts,
            "page": page,
            "refused": refused,
            "media": self.media + page.editor.form.media + forms.Media(css={"all": ["kratomcare/admin.css"]}),
        }
        template = "admin/clinical/ruledraft/workbench.html"
        return TemplateResponse(request, template, context, status=status if refused else 200)

    def _draft(self, request: HttpRequest, draft_id: Any) -> RuleDraft:
        if not self.has_view_permission(request):
            raise PermissionDenied
        people = ("opened_by", "written_by", "reviewed_by", "based_on", "published_as")
        found = RuleDraft.objects.select_related(*people).filter(pk=draft_id) if str(draft_id).isdigit() else ()
        draft = next(iter(found), None)
        if draft is None:
            raise Http404
        return draft

    @property
    def preview(self) -> Callable[..., HttpResponse]:
        return xframe_options_sameorigin(csp_replace({"frame-ancestors": ["'self'"]})(self._preview))

    def _preview(self, request: HttpRequest, draft_id: int) -> HttpResponse:
        """The flag alone on a page of the clinicians' own style, for the frame on the workbench."""
        context = preview_context(self._draft(request, draft_id))
        return TemplateResponse(request, "admin/clinical/ruledraft/preview.html", context)

    def evidence(self, request: HttpRequest, draft_id: int) -> HttpResponse:
        """The evidence page as it would be with this draft in force. Nothing stays."""
        draft = self._draft(request, draft_id)
        try:
            return drafting.as_if_published(draft=draft, show=lambda: evidence.evidence(request, draft.code))
        except drafting.NotReady as refused:
            page = faults_page(Page(draft, request.user), refused.faults)
            return self._page(request, page, refused=_("To mend first:"))

    def effect(self, request: HttpRequest, draft_id: int) -> HttpResponse:
        """What publishing would do to the case library and to the practice's patients."""
        from clinical.admin.effect import effect_view

        self._draft(request, draft_id)
        return effect_view(request, draft_id)


def _version(request: HttpRequest) -> int:
    seen = request.POST.get("seen_version", "")
    return int(seen) if seen.isdigit() and len(seen) < 10 else 0
