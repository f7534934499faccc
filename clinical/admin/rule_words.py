"""A stored rule in words: what it fires on, rests on and where its revisions are shown."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from clinical.models import InteractionRule
from clinical.reference_files import POPULATIONS, ROUTES
from clinical.screening.facts import Phase, Product
from clinical.screening.knowledge import Mechanism

# What may be typed where only certain words count.
ALLOWED = (
    (_lazy("Kratom products"), ", ".join(Product)),
    (_lazy("Routes"), ", ".join(sorted(ROUTES))),
    (_lazy("Phases"), ", ".join(Phase)),
    (_lazy("Mechanisms"), ", ".join(Mechanism)),
    (_lazy("Populations"), ", ".join(sorted(POPULATIONS))),
)


def evidence_address(rule: InteractionRule) -> str:
    """The page that shows this very revision."""
    return f"{reverse('clinical:evidence', args=(rule.code,))}?revision={rule.revision}"


def lines(rows: Iterable[str]) -> str:
    """One line under the other, or a dash when there is nothing to list."""
    return format_html_join("", "<div>{}</div>", ((row,) for row in rows)) or "–"


def history_of(rule: InteractionRule) -> str:
    """Every revision under the same code, newest first, each leading to its page."""
    revisions = InteractionRule.objects.filter(code=rule.code).select_related("opened_by")
    rows = (
        (evidence_address(r), _("Revision"), r.revision, date_format(r.opened_at), r.opened_by or "", r.reason)
        for r in revisions
    )
    return format_html_join("", '<div><a href="{}">{} {}</a> {} {} – {}</div>', rows)
