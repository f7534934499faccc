"""What is new since the last signed visit, on top of a repeat visit: a line for each thing. Decides nothing."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinical.forms.consultation_start import today_at
from clinical.models import Consultation, Patient, Result
from clinical.news import News, last_signed, news_since
from clinical.screening.monitoring_knowledge import Monitoring
from clinical.views.lines import day_words
from clinical.views.result_words import results_by_kind
from clinical.views.today import concern_rows
from clinical.what_matters import Shown, what_matters_in

# Judgement: more lines than this stand folded.
SEEN_AT_ONCE = 4


class NewsLine(NamedTuple):
    """One new thing: what kind it is, its words, and the page that holds it."""

    lead: str
    words: str
    href: str


class NewSince(NamedTuple):
    """`versions` is empty where the reference is the same. No line means nothing was found, never that all is well."""

    day: str
    count: str
    lines: list[NewsLine]
    versions: str
    is_short: bool


def new_since(patient: Patient, shown: Shown) -> NewSince | None:
    """None for a patient without a signed visit. `shown` is what the new visit starts with."""
    last = last_signed(patient)
    if last is None or last.signed_run is None:
        return None
    news, chart = news_since(last, today_at(patient.practice)), str(patient.pk)
    lines = [
        *_concerns(last, shown.reference_version),
        *_law(last.signed_run.legal, shown.legal),
        *_results(news.results, shown.in_force.knowledge.monitoring, chart),
        *_overdue(news, chart),
        *_diary(news, chart),
    ]
    old, new = last.signed_run.reference_version, shown.reference_version
    versions = "" if old == new else _("Reference version %(old)s then, %(new)s now.") % {"old": old, "new": new}
    count = ngettext("%(n)d thing", "%(n)d things", len(lines)) % {"n": len(lines)}
    return NewSince(day_words(last.visit_on), count, lines, versions, len(lines) <= SEEN_AT_ONCE)


def _concerns(last: Consultation, version: int) -> list[NewsLine]:
    """What today's rules say otherwise of the visit as it was signed: asked only where there are other rules."""
    if last.signed_run.reference_version == version:
        return []
    rows = concern_rows(last.signed_run.result["flags"], what_matters_in(last).result["flags"])
    told = [(f"{row['title']}: {row['words']}", row["rule"]) for row in rows if row["differs"]]
    return [NewsLine(_("Rules"), words, reverse("clinical:evidence", args=[rule])) for words, rule in told]


def _law(then: dict[str, Any], now: dict[str, Any]) -> list[NewsLine]:
    """Where the law at home is another than it was when the last visit was signed, for the same products."""
    before = {ruling["substance_label"]: _ruling(ruling) for ruling in then.get("rulings", ())}
    after = {ruling["substance_label"]: _ruling(ruling) for ruling in now.get("rulings", ())}
    words = _("%(what)s: was “%(old)s”, now “%(new)s”")
    found = [
        words % {"what": what, "old": before[what], "new": after[what]}
        for what in after
        if what in before and before[what] != after[what]
    ]
    if then.get("place") != now.get("place") and then.get("place") and now.get("place"):
        found.insert(0, _("home was %(old)s, now %(new)s") % {"old": then["place"], "new": now["place"]})
    return [NewsLine(_("Law"), text, "#law") for text in found]


def _ruling(ruling: dict[str, Any]) -> str:
    age = ruling.get("min_age")
    return f"{ruling['label']}, {_('minimum age %(age)s') % {'age': age}}" if age else str(ruling["label"])


def _results(rows: Iterable[Result], known: Monitoring, chart: str) -> list[NewsLine]:
    """The newest of each kind."""
    href = reverse("clinical:monitoring", args=[chart])
    newest = [(label, found[0]) for label, found in results_by_kind(rows, known)]
    return [NewsLine(_("Result"), f"{label}: {line.result}, {line.day}", href) for label, line in newest]


def _overdue(news: News, chart: str) -> list[NewsLine]:
    href, words = reverse("clinical:patient", args=[chart]), _("%(what)s, due %(day)s (%(owner)s)")
    return [
        NewsLine(_("Overdue"), words % {"what": task.what, "day": day_words(task.due_on), "owner": task.owner}, href)
        for task in news.overdue
    ]


def _diary(news: News, chart: str) -> list[NewsLine]:
    words = ngettext("%(n)d dose noted", "%(n)d doses noted", news.doses) % {"n": news.doses}
    return [NewsLine(_("Diary"), words, reverse("clinical:diary", args=[chart]))] if news.doses else []
