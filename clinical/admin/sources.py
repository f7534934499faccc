"""Sources: one place for what everything rests on, whether it still stands, and what rests on it."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinical.admin.exchange import Exchanged
from clinical.admin.filters import Values
from clinical.admin.rows import ReferenceRowAdmin, ReferenceRowForm, short
from clinical.models import InteractionRule, Source
from clinical.resting import Resting, resting_on
from clinical.source_checks import doi_faults, pmid_faults, status_faults

# How many facts are listed by name; the list of roles or names holds the rest.
LISTED = 40


class SourceForm(ReferenceRowForm):
    """Identifiers of the right form; a status that says by what and when."""

    def clean_pmid(self) -> str:
        pmid = self.cleaned_data["pmid"].strip()
        if "pmid" in self.changed_data:
            self._refuse(pmid_faults(pmid))
        return pmid

    def clean_doi(self) -> str:
        doi = self.cleaned_data["doi"].strip()
        if "doi" in self.changed_data:
            self._refuse(doi_faults(doi))
        return doi

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        faults = status_faults(
            key=self.instance.pk or values.get("key", ""),
            status=values.get("status", ""),
            superseded_by=values.get("superseded_by", ""),
            checked_on=values.get("status_checked_on"),
            known=frozenset(Source.objects.values_list("pk", flat=True)),
            today=timezone.localdate(),
        )
        for field, fault in faults:
            if field in self.fields:
                self.add_error(field, fault)
        return values


@admin.register(Source)
class SourceAdmin(Exchanged, ReferenceRowAdmin):
    form = SourceForm
    list_display = ("key", "kind", "words", "read_here", "status", "status_checked_on", "rule_count", "is_revised")
    list_filter = ("status", "read_here", "is_revised", ("kind", Values))
    search_fields = ("key", "citation", "pmid", "doi", "supports")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        in_force = Count("rules", filter=Q(rules__closed_at=None), distinct=True)
        return super().get_queryset(request).annotate(count=in_force)

    def get_fieldsets(self, request: HttpRequest, obj: Source | None = None) -> list:
        sets = super().get_fieldsets(request, obj)
        if obj:
            sets.append((_("What rests on it"), {"fields": ("rules_on_it", "facts_on_it", "tables_on_it")}))
        return sets

    def get_readonly_fields(self, request: HttpRequest, obj: Source | None = None) -> tuple[str, ...]:
        shown = ("rules_on_it", "facts_on_it", "tables_on_it") if obj else ()
        return (*super().get_readonly_fields(request, obj), *shown)

    @admin.display(description=gettext_lazy("citation"), ordering="citation")
    def words(self, row: Source) -> str:
        return short(row.citation)

    @admin.display(description=gettext_lazy("rules"), ordering="count")
    def rule_count(self, row: Source) -> int:
        return row.count

    @admin.display(description=gettext_lazy("rules in force"))
    def rules_on_it(self, row: Source) -> str:
        return _lines(_rule(rule) for rule in _resting(row).rules)

    @admin.display(description=gettext_lazy("roles, names and substances"))
    def facts_on_it(self, row: Source) -> str:
        found = _resting(row)
        return _lines((*_facts(found.roles), *_facts(found.names), *_facts(found.substances)))

    @admin.display(description=gettext_lazy("tables"))
    def tables_on_it(self, row: Source) -> str:
        return _lines(_resting(row).tables)


def _resting(row: Source) -> Resting:
    """Asked once for each row that is shown."""
    if not hasattr(row, "_resting"):
        row._resting = resting_on(row)
    return row._resting


def _rule(rule: InteractionRule) -> str:
    address = reverse("admin:clinical_interactionrule_change", args=(rule.pk,))
    return format_html('<a href="{}">{}</a> ({}, {})', address, rule.title, rule.severity, rule.certainty)


def _facts(rows: QuerySet) -> Iterable[str]:
    listed = list(rows[:LISTED])
    for row in listed:
        address = reverse(f"admin:clinical_{row._meta.model_name}_change", args=(row.pk,))
        yield format_html('<a href="{}">{}</a> <small>{}</small>', address, row, row._meta.verbose_name)
    more = rows.count() - LISTED if len(listed) == LISTED else 0
    if more:
        yield _("and %(n)d more %(what)s") % {"n": more, "what": rows.model._meta.verbose_name_plural}


def _lines(rows: Iterable[str]) -> str:
    return format_html_join("", "<div>{}</div>", ((row,) for row in rows)) or "–"
