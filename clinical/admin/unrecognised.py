"""Names that clinicians typed and nothing here knows, most frequent first, each one click from being settled."""

from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from clinical.actions import unrecognised
from clinical.admin.gate import ByRole
from clinical.models import UnrecognisedName


class Waiting(admin.SimpleListFilter):
    """Names that still wait unless another choice is made."""

    title = _lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple]:
        return [("settled", _("Settled")), ("aside", _("Set aside")), ("all", _("All"))]

    def choices(self, changelist):
        for value, label in ((None, _("Waiting")), *self.lookup_choices):
            query = changelist.get_query_string({self.parameter_name: value}, [] if value else [self.parameter_name])
            yield {"selected": self.value() == value, "query_string": query, "display": label}

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        states = {
            "all": queryset,
            "settled": queryset.filter(settled_as__isnull=False),
            "aside": queryset.filter(settled_as=None, is_set_aside=True),
        }
        return states.get(self.value() or "", queryset.filter(settled_as=None, is_set_aside=False))


@admin.register(UnrecognisedName)
class UnrecognisedNameAdmin(ByRole):
    view_act = "edit_reference"
    list_display = ("name", "times", "next_step", "last_on", "first_on", "settled")
    list_display_links = None
    list_filter = (Waiting,)
    list_select_related = ("settled_as__substance",)
    search_fields = ("name",)
    ordering = ("-times", "name")
    actions = None

    class Media:
        css = {"all": ("kratomcare/admin.css",)}

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        title = {"title": _("Names typed that nothing here knows")}
        return super().changelist_view(request, {**title, **(extra_context or {})})

    def get_urls(self) -> list:
        view = self.admin_site.admin_view
        own = [
            path("<int:name_id>/set-aside/", view(self.set_aside), name="clinical_unrecognisedname_set_aside"),
            path("<int:name_id>/put-back/", view(self.put_back), name="clinical_unrecognisedname_put_back"),
        ]
        return own + super().get_urls()

    def set_aside(self, request: HttpRequest, name_id: int) -> HttpResponse:
        """Take a name off the list."""
        return self._act(request, name_id, unrecognised.set_aside, _("“%s” is set aside."))

    def put_back(self, request: HttpRequest, name_id: int) -> HttpResponse:
        """Show a name again that was set aside."""
        return self._act(request, name_id, unrecognised.put_back, _("“%s” waits again."))

    def _act(self, request: HttpRequest, name_id: int, act, told: str) -> HttpResponse:
        if not self.may_view(request):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        name = self.get_queryset(request).filter(pk=name_id).first()
        if name is None:
            raise Http404
        act(name=name, by=request.user)
        self.message_user(request, told % name, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:clinical_unrecognisedname_changelist"))

    @admin.display(description=_lazy("became a name of"), ordering="settled_as__substance")
    def settled(self, row: UnrecognisedName) -> str:
        return str(row.settled_as.substance_id) if row.settled_as else "–"

    @admin.display(description=_lazy("next step"))
    def next_step(self, row: UnrecognisedName) -> str:
        if row.settled_as_id:
            return "–"
        # The button stands in the form around the list, which brings the token along.
        act, words = ("put_back", _("Put back")) if row.is_set_aside else ("set_aside", _("Set aside"))
        return format_html(
            '<a class="kc-step" href="{}">{}<span class="visually-hidden"> {}</span></a> '
            '<button class="kc-step" formaction="{}">{}<span class="visually-hidden"> {}</span></button>',
            f"{reverse('admin:clinical_substancename_add')}?{urlencode({'name': row.name, 'unrecognised': row.pk})}",
            _("Make it a name of …"),
            row.name,
            reverse(f"admin:clinical_unrecognisedname_{act}", args=(row.pk,)),
            words,
            row.name,
        )
