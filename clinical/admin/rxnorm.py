"""Loaded RxNorm releases with what each changed, and the concepts of the one in use. Read only: the command loads."""

from django.contrib import admin
from django.db.models import QuerySet
from django.db.models.fields.json import KeyTransform
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from clinical.admin.filters import Values
from clinical.admin.gate import ByRole
from clinical.admin.rows import short
from clinical.models import RxNormConcept, RxNormRelease
from clinical.rxnorm.report import KINDS

# A page is for reading; the whole report is in the row, and in the file that the command writes.
MOST_ROWS = 100


@admin.register(RxNormRelease)
class RxNormReleaseAdmin(ByRole):
    view_act = "read_reference"
    list_display = ("label", "loaded_at", "loaded_by", "is_current", "concepts", "to_look_at")
    list_select_related = ("loaded_by",)
    fields = ("label", "digest", "loaded_at", "loaded_by", "is_current", "term_types", "what_changed")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """The list shows counts only; reports may be long."""
        return super().get_queryset(request).defer("report").annotate(changes=KeyTransform("counts", "report"))

    @admin.display(description=_("concepts"))
    def concepts(self, release: RxNormRelease) -> int:
        return sum(release.counts.values())

    @admin.display(description=_("rows by term type"))
    def term_types(self, release: RxNormRelease) -> str:
        return ", ".join(f"{kind} {count:,}" for kind, count in sorted(release.counts.items()))

    @admin.display(description=_("to look at"))
    def to_look_at(self, release: RxNormRelease) -> str:
        counts = release.changes or {}
        kinds = ("mismatch", "absent", "retired", "remapped")
        return ", ".join(f"{KINDS[kind]}: {counts[kind]:,}" for kind in kinds if counts.get(kind)) or "-"

    @admin.display(description=_("what the load changed"))
    def what_changed(self, release: RxNormRelease) -> SafeString:
        counts, rows = release.report.get("counts", {}), release.report.get("rows", [])
        parts = [_section(kind, counts.get(kind, 0), [row for row in rows if row[0] == kind]) for kind in KINDS]
        return format_html_join("", "{}", ((part,) for part in parts))


def _section(kind: str, count: int, rows: list[list[str]]) -> SafeString:
    """One kind of change: a heading with the count and, folded, its first rows as a table."""
    if not rows:
        return format_html("<p>{}: {}</p>", KINDS[kind], f"{count:,}")
    lines = format_html_join(
        "",
        "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
        (
            (number, term_type, short(ours), short(theirs))
            for _kind, number, term_type, ours, theirs in rows[:MOST_ROWS]
        ),
    )
    more = format_html("<p>{}</p>", _("First %(most)d shown.") % {"most": MOST_ROWS}) if count > MOST_ROWS else ""
    return format_html(
        "<details><summary>{}: {}</summary><table><caption>{}</caption><thead><tr><th>RxCUI</th><th>{}</th><th>{}</th>"
        "<th>{}</th></tr></thead><tbody>{}</tbody></table>{}</details>",
        KINDS[kind],
        f"{count:,}",
        KINDS[kind],
        _("term type"),
        _("here"),
        _("in the release"),
        lines,
        more,
    )


@admin.register(RxNormConcept)
class RxNormConceptAdmin(ByRole):
    view_act = "read_reference"
    list_display = ("rxcui", "term_type", "words", "leads_to", "route", "status")
    list_filter = ("status", ("term_type", Values), ("route", Values))
    search_fields = ("=rxcui", "name")
    search_help_text = _("Number or part of a name")
    fields = ("rxcui", "term_type", "name", "other_names", "substances", "choices", "route", "status", "remapped_to")
    readonly_fields = fields

    @admin.display(description=_("name"), ordering="name")
    def words(self, concept: RxNormConcept) -> str:
        return short(concept.name)

    @admin.display(description=_("leads to"))
    def leads_to(self, concept: RxNormConcept) -> str:
        if concept.choices:
            return _("one of: %(choices)s") % {"choices": short("; ".join(concept.choices))}
        return short(", ".join(concept.substances)) or _("not known")
