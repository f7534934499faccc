"""Sources, substances, their names and roles, and conditions."""

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from clinical.admin.rows import ReferenceRowAdmin, short
from clinical.models import Condition, Role, Source, Substance, SubstanceName, SubstanceRole


@admin.register(Source)
class SourceAdmin(ReferenceRowAdmin):
    list_display = ("key", "kind", "words", "read_here", "is_revised")
    list_filter = ("read_here", "is_revised", "kind")
    search_fields = ("key", "citation", "pmid", "doi", "supports")

    @admin.display(description=_("citation"), ordering="citation")
    def words(self, row: Source) -> str:
        return short(row.citation)


@admin.register(Substance)
class SubstanceAdmin(ReferenceRowAdmin):
    list_display = ("key", "rxcui", "term_type", "is_otc", "is_herbal", "is_illicit", "is_verified", "is_revised")
    list_filter = ("is_herbal", "is_illicit", "is_otc", "is_verified", "term_type", "is_revised")
    search_fields = ("key", "rxcui", "unii", "names__name")
    autocomplete_fields = ("components",)


@admin.register(SubstanceName)
class SubstanceNameAdmin(ReferenceRowAdmin):
    key_fields = ("name", "substance")
    list_display = ("name", "substance", "kind", "needs_choice", "source_id_text", "is_revised")
    list_filter = ("kind", "needs_choice", "is_revised")
    list_select_related = ("substance",)
    search_fields = ("name", "substance__key")
    autocomplete_fields = ("substance",)


@admin.register(Role)
class RoleAdmin(ReferenceRowAdmin):
    list_display = ("key", "parent_key", "kind", "words", "raises_flags", "substance_count", "is_revised")
    list_filter = ("raises_flags", "kind", "is_revised")
    search_fields = ("key", "definition", "relevance")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).annotate(count=Count("substances"))

    @admin.display(description=_("definition"))
    def words(self, row: Role) -> str:
        return short(row.definition)

    @admin.display(description=_("substances"), ordering="count")
    def substance_count(self, row: Role) -> int:
        return row.count


@admin.register(SubstanceRole)
class SubstanceRoleAdmin(ReferenceRowAdmin):
    key_fields = ("substance", "role")
    list_display = ("substance", "role", "strength", "source_id_text", "is_verified", "is_revised")
    list_filter = ("is_verified", "is_revised", "strength", "role")
    list_select_related = ("substance", "role")
    search_fields = ("substance__key", "role__key", "source_id_text")
    autocomplete_fields = ("substance", "role")


@admin.register(Condition)
class ConditionAdmin(ReferenceRowAdmin):
    list_display = ("label", "key", "codes", "sets_off", "is_population", "is_revised")
    list_filter = ("is_population", "is_revised")
    search_fields = ("label", "key", "synonyms", "icd10cm")

    @admin.display(description="ICD-10-CM")
    def codes(self, row: Condition) -> str:
        return ", ".join(row.icd10cm)

    @admin.display(description=_("sets off"))
    def sets_off(self, row: Condition) -> str:
        return short("; ".join((*row.modifiers, *row.safety, *row.complicated, *row.tier_high)))
