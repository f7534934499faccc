"""What each section of the consultation page holds, in one line: read when the section is folded. Decides nothing."""

from collections.abc import Iterable

from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinical.forms.consultation import ConsultationForm
from clinical.forms.kratom_history import ANSWERS
from clinical.forms.medication_summary import OPEN
from clinical.models import Asked
from clinical.models.consultation import PRODUCT_LABELS, UNIT_LABELS, ChangePlan
from clinical.records import MedicationRecord, UseRecord, VisitRecord
from clinical.vocabulary.lookup import condition_labels

# Judgement: as many names fit on one line of a desk.
NAMED = 4
LONGEST_PLAN = 80
HOURS_IN_TWO_DAYS = 48
# Unicode's own marks around text of a direction that is not known.
APART, TOGETHER = "\u2068", "\u2069"


def step_words(form: ConsultationForm) -> dict[str, str]:
    """One line for each section, by the key of the section. What is missing is said, not left out."""
    record = form.record
    by_kind: dict[bool, list[MedicationRecord]] = {True: [], False: []}
    for line in record.medications:
        by_kind[line.kind == "medicine"].append(line)
    return {
        "asked": f"{Asked(record.asked).label}, {date_format(record.visit_on, 'j M Y')}",
        "kratom": _kratom(record),
        "medicines": _lines(by_kind[True], form.medicines.forms),
        "others": _lines(by_kind[False], form.others.forms),
        "health": _health(record, form),
        "scores": _scores(record),
        "plan": _plan(record),
    }


def said_of(words: dict[str, str]) -> dict[str, SafeString]:
    """The lines as they stand in the summaries."""
    return {key: _said(key, text, SafeString("")) for key, text in words.items()}


def said_live(words: dict[str, str]) -> SafeString:
    """The same lines, to be put in place by the live list."""
    live = SafeString(' hx-swap-oob="true"')
    return format_html_join("", "{}", ((_said(key, text, live),) for key, text in words.items()))


def _said(key: str, text: str, live: SafeString) -> SafeString:
    return format_html('<span class="kc-step__said" id="said-{}" dir="auto"{}>{}</span>', key, live, text)


def short_use_words(use: UseRecord) -> str:
    """One product as short as it can be said: "Leaf powder 3 grams x 3, daily, last use 8 h ago"."""
    parts = [_product_and_amount(use), _days(use.days_per_week), _last_use(use.hours_since_last_use)]
    return ", ".join(part for part in (*parts, _("stopped") if use.stopped else "") if part)


def _product_and_amount(use: UseRecord) -> str:
    product = str(PRODUCT_LABELS[use.product])
    if use.amount is None:
        doses = "" if use.doses_per_day is None else f" × {use.doses_per_day:g}"
        return f"{product}{doses}, {_('amount not recorded')}"
    amount = f"{use.amount:g} {UNIT_LABELS.get(use.unit, _('(unit not recorded)'))}"
    if use.per == "day":
        return f"{product} {_('%(amount)s a day') % {'amount': amount}}"
    doses = _("doses a day not recorded") if use.doses_per_day is None else f"{use.doses_per_day:g}"
    return f"{product} {amount} × {doses}"


def _days(days: float | None) -> str:
    if days is None:
        return ""
    return _("daily") if days == 7 else _("%(n)s days a week") % {"n": f"{days:g}"}


def _last_use(hours: float | None) -> str:
    if hours is None:
        return _("last use not recorded")
    if hours >= HOURS_IN_TWO_DAYS and hours % 24 == 0:
        return _("last use %(n)s days ago") % {"n": f"{hours / 24:g}"}
    return _("last use %(n)s h ago") % {"n": f"{hours:g}"}


def _kratom(record: VisitRecord) -> str:
    uses = "; ".join(short_use_words(use) for use in record.uses) or _("No product recorded")
    told = sum(getattr(record, name) not in (None, "", ()) for name in ANSWERS)
    if not told:
        return _("%(uses)s. History: not asked yet") % {"uses": uses}
    history = ngettext("%(n)d answer", "%(n)d answers", told) % {"n": told}
    return _("%(uses)s. History: %(history)s") % {"uses": uses, "history": history}


def _lines(lines: list[MedicationRecord], rows: Iterable) -> str:
    """How many, the first by name, how many are stopped, and how many rows are not settled."""
    if not lines:
        return _("none recorded")
    stopped = sum(line.phase == "stopped" for line in lines)
    unsettled = sum(row.state in OPEN for row in rows)
    parts = [f"{len(lines)}: {_some([line.entered for line in lines])}"]
    if stopped:
        parts.append(ngettext("%(n)d stopped", "%(n)d stopped", stopped) % {"n": stopped})
    if unsettled:
        parts.append(ngettext("%(n)d not settled", "%(n)d not settled", unsettled) % {"n": unsettled})
    return "; ".join(parts)


def _some(names: list[str]) -> str:
    """The first names, each set apart, so that one written from right to left turns nothing round."""
    named, rest = ", ".join(f"{APART}{name}{TOGETHER}" for name in names[:NAMED]), len(names) - NAMED
    if rest <= 0:
        return named
    return ngettext("%(named)s and %(n)d more", "%(named)s and %(n)d more", rest) % {"named": named, "n": rest}


def _health(record: VisitRecord, form: ConsultationForm) -> str:
    labels = condition_labels(form.version_read)
    parts = [_some([labels.get(key, key) for key in record.conditions]) or _("no condition recorded")]
    if record.pregnant:
        parts.append(_("pregnant"))
    if record.breastfeeding:
        parts.append(_("breastfeeding"))
    return "; ".join(parts)


def _scores(record: VisitRecord) -> str:
    parts = [f"PHQ-9 {sum(record.phq9)}"] if record.phq9 else [_("PHQ-9 not recorded")]
    parts.append(_("COWS not recorded") if record.cows is None else f"COWS {record.cows}")
    return ", ".join(parts)


def _plan(record: VisitRecord) -> str:
    text = " ".join(record.plan.split())
    shown = f"{text[:LONGEST_PLAN]}…" if len(text) > LONGEST_PLAN else text
    agreed = str(ChangePlan(record.change_plan).label) if record.change_plan else ""
    return "; ".join(part for part in (agreed, shown) if part) or _("nothing written yet")
