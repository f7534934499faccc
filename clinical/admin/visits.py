"""Visits, what was shown in them and how it was answered: for auditors of the practice, read only."""

import json

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from clinical.admin.gate import ForAuditors
from clinical.models import Consultation, FlagAnswer, Patient, ScreeningFlag, ScreeningRun


class _Signed(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request, model_admin) -> list[tuple]:
        return [("signed", _("signed")), ("draft", _("draft")), ("amendment", _("amends another"))]

    def queryset(self, request, queryset):
        wanted = {
            "signed": {"signed_at__isnull": False},
            "draft": {"signed_at__isnull": True},
            "amendment": {"amends__isnull": False},
        }
        return queryset.filter(**wanted.get(self.value(), {}))


@admin.register(Consultation)
class ConsultationAdmin(ForAuditors):
    practice_path = "patient__practice"
    date_hierarchy = "visit_on"
    list_display = ("visit_on", "patient", "asked", "created_by", "signed_by", "signed_at", "amends")
    list_filter = (_Signed, "asked")
    list_select_related = ("patient", "created_by", "signed_by", "amends")
    search_fields = ("patient__name", "patient__record_number", "created_by__email", "signed_by__email")
    readonly_fields = ("patient", "created_by", "created_at", "saved_at", "signed_by", "signed_at", "taken")

    def patient_of(self, row: Consultation) -> Patient:
        return row.patient

    @admin.display(description=_("recorded"))
    def taken(self, row: Consultation) -> str:
        names = [use.get_product_display() for use in row.kratom_uses.all()]
        return "; ".join([*map(str, names), *(medication.entered for medication in row.medications.all())]) or "–"


@admin.register(ScreeningRun)
class ScreeningRunAdmin(ForAuditors):
    practice_path = "consultation__patient__practice"
    date_hierarchy = "ran_at"
    list_display = ("ran_at", "patient", "visit", "ran_by", "reference_version")
    list_filter = ("ran_at",)
    list_select_related = ("consultation__patient", "ran_by")
    search_fields = ("consultation__patient__name", "ran_by__email")
    fields = ("ran_at", "ran_by", "patient", "visit", "reference_version", "facts_read", "shown", "law")
    readonly_fields = ("patient", "visit", "facts_read", "shown", "law")

    def patient_of(self, row: ScreeningRun) -> Patient:
        return row.consultation.patient

    @admin.display(description=_("patient"), ordering="consultation__patient__name")
    def patient(self, row: ScreeningRun) -> str:
        return row.consultation.patient.name

    @admin.display(description=_("visit"), ordering="consultation__visit_on")
    def visit(self, row: ScreeningRun) -> str:
        return str(row.consultation)

    @admin.display(description=_("facts as read"))
    def facts_read(self, row: ScreeningRun) -> str:
        return _document(row.facts)

    @admin.display(description=_("as it was shown"))
    def shown(self, row: ScreeningRun) -> str:
        return _document(row.result)

    @admin.display(description=_("law as it was shown"))
    def law(self, row: ScreeningRun) -> str:
        return _document(row.legal)


@admin.register(ScreeningFlag)
class ScreeningFlagAdmin(ForAuditors):
    practice_path = "run__consultation__patient__practice"
    list_display = ("ran_at", "patient", "rule", "rule_revision", "about", "severity", "certainty", "is_provisional")
    list_filter = ("severity", "certainty", "is_provisional")
    list_select_related = ("run__consultation__patient",)
    search_fields = ("rule", "about", "run__consultation__patient__name")
    fields = ("run", "rule", "rule_revision", "about", "severity", "certainty", "is_provisional", "words")
    readonly_fields = ("words",)

    def patient_of(self, row: ScreeningFlag) -> Patient:
        return row.run.consultation.patient

    @admin.display(description=_("screened"), ordering="run__ran_at")
    def ran_at(self, row: ScreeningFlag):
        return row.run.ran_at

    @admin.display(description=_("patient"))
    def patient(self, row: ScreeningFlag) -> str:
        return row.run.consultation.patient.name

    @admin.display(description=_("as it was shown"))
    def words(self, row: ScreeningFlag) -> str:
        return _document(row.shown)


@admin.register(FlagAnswer)
class FlagAnswerAdmin(ForAuditors):
    practice_path = "consultation__patient__practice"
    date_hierarchy = "answered_at"
    list_display = ("answered_at", "patient", "rule", "about", "answer", "note", "follow_up_on", "answered_by")
    list_filter = ("answer",)
    list_select_related = ("consultation__patient", "answered_by")
    search_fields = ("rule", "about", "note", "consultation__patient__name", "answered_by__email")

    def patient_of(self, row: FlagAnswer) -> Patient:
        return row.consultation.patient

    @admin.display(description=_("patient"))
    def patient(self, row: FlagAnswer) -> str:
        return row.consultation.patient.name


def _document(value: object) -> str:
    return format_html("<pre>{}</pre>", json.dumps(value, indent=1, ensure_ascii=False))
