"""The law of one visit as lines of the note: what holds, where, who says so and how old the answer is."""

from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clinical.paper.sheets import Entry, Section


def law_section(legal: dict[str, Any]) -> Section:
    """As it was shown in the visit. `legal` is what `what_matters.law_on` made. Never for the patient's page."""
    if legal["problem"]:
        return Section(_("Law"), (Entry(legal["problem"], lead=_("Not assessed")),))
    values = {"place": legal["place"], "day": date_format(date.fromisoformat(legal["day"]), "j M Y")}
    where = [_("%(place)s, on %(day)s.") % values, legal.get("address_note", ""), *_sentences(legal["doubts"])]
    return Section(
        _("Law"),
        (
            Entry(" ".join(part for part in where if part)),
            *(_ruling(ruling) for ruling in legal["rulings"]),
            Entry(_("From public sources; not legal advice.")),
        ),
    )


def _ruling(ruling: dict[str, Any]) -> Entry:
    lead = _("%(substance)s: %(status)s.") % {"substance": ruling["substance_label"], "status": ruling["label"]}
    text = [_decided(ruling), _not_firm(ruling), _minimum_age(ruling)]
    return Entry(" ".join(part for part in text if part), lead=lead, small=_source(ruling))


def _decided(ruling: dict[str, Any]) -> str:
    if not ruling["decided_by"]:
        return _("No level has an entry. That is not evidence that it is lawful.")
    return _("Decided by %(name)s, %(since)s.") % {
        "name": ruling["decided_by_name"],
        "since": ruling["in_force_words"],
    }


def _not_firm(ruling: dict[str, Any]) -> str:
    if ruling["firm"]:
        return ""
    known = ruling["strictest_known_label"]
    words = _("No firm answer: advise as if not lawful, and say it is uncertain.")
    return f"{words} {_('Strictest known: %(known)s.') % {'known': known}}" if known else words


def _minimum_age(ruling: dict[str, Any]) -> str:
    if not ruling["min_age"] or ruling["status"] == "prohibited":
        return ""
    return _("Minimum age %(age)s.") % {"age": ruling["min_age"]}


def _source(ruling: dict[str, Any]) -> str:
    if not ruling["decided_by"]:
        return ""
    checked = ruling.get("checked_words") or date_format(date.fromisoformat(ruling["checked_on"]), "j M Y")
    values = {"citation": ruling["citation"], "checked": checked, "confidence": ruling["confidence"]}
    words = _("%(citation)s; checked %(checked)s; confidence %(confidence)s.") % values
    return f"{words} {ruling['source_url']}"


def _sentences(words: list[str]) -> list[str]:
    return [f"{word.rstrip('.')}." for word in words]
