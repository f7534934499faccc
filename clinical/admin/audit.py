"""Who did what, read only, for practice admins and auditors of the same practice."""

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from clinical.admin.gate import OwnPractice
from clinical.admin.rows import short
from clinical.models import AuditEvent


class PeopleOfPractice(admin.SimpleListFilter):
    """One person of the user's own practice."""

    title = _("person")
    parameter_name = "by"
    path = "by"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        practice = request.user.practice
        people = practice.people.order_by("last_name", "email") if practice else ()
        return [(str(person.pk), str(person)) for person in people]

    def queryset(self, request: HttpRequest, queryset):
        known = {key for key, _name in self.lookup_choices}
        return queryset.filter(**{self.path: self.value()}) if self.value() in known else queryset


class PeopleOfHistory(PeopleOfPractice):
    path = "user"


@admin.register(AuditEvent)
class AuditEventAdmin(OwnPractice):
    view_act = "read_audit"
    date_hierarchy = "at"
    list_display = ("at", "by", "act", "record", "record_key", "patient", "fields_changed", "address")
    list_filter = ("act", "record", PeopleOfPractice)
    list_select_related = ("by", "patient")
    search_fields = ("patient__name", "patient__record_number", "by__email", "by__last_name", "record_key")
    search_help_text = _("Patient, record number, person or record key")

    @admin.display(description=_("fields changed"))
    def fields_changed(self, event: AuditEvent) -> str:
        return short(", ".join(event.changed), 80)


@admin.register(LogEntry)
class LogEntryAdmin(OwnPractice):
    view_act = "read_audit"
    practice_path = "user__practice"
    date_hierarchy = "action_time"
    list_display = ("action_time", "user", "action_flag", "content_type", "object_repr", "change_message")
    list_filter = ("action_flag", PeopleOfHistory)
    list_select_related = ("user", "content_type")
    search_fields = ("object_repr", "change_message", "user__email")
