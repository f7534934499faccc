"""The clinician's note of one visit as a sheet: the record, what was shown, how it was answered. Decides nothing."""

from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clinical.actions.screening import answers_of
from clinical.forms.consultation_reference import words_in_force
from clinical.models import Consultation
from clinical.paper.sheets import Entry, Section, Sheet
from clinical.snapshots import current_version
from clinical.views.law_lines import law_section
from clinical.views.panel import Panel, panel_of
from clinical.views.record_words import visit_words
from clinical.what_matters import what_matters_in


def note_sheet(found: Consultation) -> Sheet:
    """A signed visit exactly as it was shown; a draft as it stands, and marked so. The law only where it was chosen."""
    shown: Any = found.signed_run or what_matters_in(found)
    panel = panel_of(shown, answers=answers_of(found))
    *parts, decided = _record(found, shown)
    return Sheet(
        kind="note",
        language=(get_language() or "en").split("-")[0],
        title=_("Kratom visit of %(day)s") % {"day": date_format(found.visit_on, "j M Y")},
        about=_about(found),
        sections=tuple(
            section
            for section in (*parts, *_shown(panel), *_law(found, panel.legal), decided, *_follow_ups(found))
            if section.entries
        ),
        footer=_footer(found, shown),
        banner="" if found.is_signed else _("DRAFT, not signed"),
    )


def _record(found: Consultation, shown: Any) -> list[Section]:
    """The record in words, what was decided last. Its tasks are left to the end of the note."""
    version = current_version()
    parts = visit_words(found, words_in_force(version), shown, version, with_tasks=False)
    return [Section(part.heading, tuple(Entry(str(line)) for line in part.lines)) for part in parts]


def _about(found: Consultation) -> tuple[str, ...]:
    patient = found.patient
    who = [
        patient.name,
        _("born %(day)s") % {"day": date_format(patient.born_on, "j M Y")},
        _("record %(number)s") % {"number": patient.record_number} if patient.record_number else "",
        patient.practice.name,
        _("invented patient") if patient.is_invented else "",
    ]
    lines = [", ".join(part for part in who if part)]
    if found.is_signed:
        values = {"who": found.signed_by, "when": date_format(timezone.localtime(found.signed_at), "j M Y H:i T")}
        lines.append(_("Signed by %(who)s on %(when)s") % values)
    if found.amends_id:
        values = {"day": date_format(found.amends.visit_on, "j M Y"), "reason": found.amend_reason}
        lines.append(_("Amends the visit of %(day)s: %(reason)s") % values)
    return tuple(lines)


def _shown(panel: Panel) -> list[Section]:
    """What mattered, most urgent first; what could not be assessed is always there."""
    urgent = [Entry(prompt["text"], small=prompt["because"]) for prompt in panel.urgent]
    return [
        Section(_("Act now"), (*urgent, *(_flag(flag) for flag in panel.act_now))),
        Section(_("Plan"), tuple(_flag(flag) for flag in panel.plan)),
        Section(_("Know"), tuple(_flag(flag) for flag in panel.know)),
        Section(_("Not assessed"), tuple(Entry(gap["why"], lead=gap["what"]) for gap in panel.gaps)),
        Section(_("Daily amount"), tuple(Entry(line) for line in (*panel.exposure, *panel.exposure_steps))),
        Section(_("If kratom is stopped"), tuple(_withdrawal(panel))),
        *_change(panel),
        Section(_("Mood and safety"), tuple(Entry(row["text"], small=row["because"]) for row in panel.safety)),
        Section(_("Looked for without result"), tuple(_without_result(panel))),
    ]


def _flag(flag: dict) -> Entry:
    """Severity and certainty are never shown one without the other; the answer says who decided."""
    rated = _("%(severity)s, certainty: %(certainty)s") % {
        "severity": flag["severity_word"],
        "certainty": flag["certainty_word"],
    }
    provisional = f", {_('provisional')}" if flag["provisional"] else ""
    small = [flag["why_line"], _("Sources: %(sources)s.") % {"sources": ", ".join(flag["sources"])}]
    return Entry(
        f"{flag['action']} ({rated}{provisional}) {_answer(flag['answer'])}".strip(),
        f"{flag['title']}.",
        " ".join(small),
    )


def _answer(answer: Any) -> str:
    if answer is None:
        return _("Not answered.")
    note = f": {answer.note}" if answer.note else ""
    values = {"answer": f"{answer.get_answer_display()}{note}", "who": answer.given.answered_by}
    return _("Answer: %(answer)s (%(who)s).") % values


def _withdrawal(panel: Panel) -> list[Entry]:
    found = panel.withdrawal
    if found is None:
        return []
    could_be = _(", could be %(tier)s") % {"tier": found["could_be_word"]} if found["could_be_word"] else ""
    missing = (
        [_("Not known: %(what)s.") % {"what": ", ".join(map(str, found["missing_words"]))}]
        if found["missing_words"]
        else []
    )
    complicated = (
        [_("Complicated: %(why)s.") % {"why": "; ".join(found["complicated"])}] if found["complicated"] else []
    )
    reasons = [Entry(row["text"], small=row["basis"]) for row in found["reasons"]]
    plain = [*missing, *complicated, found["plan"], *found["wording"]]
    return [Entry("", lead=f"{found['tier_word']}{could_be}"), *reasons, *(Entry(text) for text in plain if text)]


def _change(panel: Panel) -> list[Section]:
    """What was agreed about kratom, and what to mind then, with its days."""
    if panel.change is None:
        return []
    lines = (Entry(line.text, lead=line.days, small=line.basis) for line in panel.change.lines)
    no_day = (Entry(panel.change.no_day),) if panel.change.no_day else ()
    return [Section(panel.change.heading, (*no_day, *lines))]


def _without_result(panel: Panel) -> list[Entry]:
    looked = [
        Entry(
            row["text"],
            lead=_("%(about)s: looked for, no report found; not proof of safety.") % {"about": row["about"]},
        )
        for row in panel.nothing_found
    ]
    if panel.no_rule:
        words = _("Recognised; we hold nothing on these with kratom: %(names)s.")
        looked.append(Entry(words % {"names": ", ".join(panel.no_rule)}))
    return looked


def _law(found: Consultation, legal: dict[str, Any]) -> list[Section]:
    """Nothing unless somebody chose it for this visit."""
    return [law_section(legal)] if found.note_includes_law else []


def _follow_ups(found: Consultation) -> list[Section]:
    tasks = found.follow_ups.select_related("owner").order_by("due_on", "id")
    entries = tuple(Entry(f"{task.what} ({task.owner})", lead=date_format(task.due_on, "j M Y")) for task in tasks)
    return [Section(_("Follow-ups"), entries)]


def _footer(found: Consultation, shown: Any) -> tuple[str, ...]:
    ran_at = getattr(shown, "ran_at", None)
    when = date_format(timezone.localtime(ran_at), "j M Y H:i T") if ran_at else _("now")
    values = {"number": shown.reference_version, "when": when}
    return (
        _("Screened with reference version %(number)s, %(when)s. A decision aid; the clinician decides.") % values,
        _("A list without concerns proves nothing. Kratom products differ; labels may be wrong."),
    )
