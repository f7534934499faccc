"""A signed visit as it was shown, and beside it as it would look with today's rules. Stores nothing."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from clinical.actions.audit import note_chart_opened
from clinical.actions.screening import answers_of
from clinical.effect import compared
from clinical.views.concern_words import change_words
from clinical.views.panel import SEVERITY_WORDS, TIER_WORDS, panel_of
from clinical.views.scope import consultation_in_practice
from clinical.what_matters import what_matters_in


def as_it_would_look_today(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """The stored visit is only read. A draft is shown as of now anyway, so it has no such page."""
    found = consultation_in_practice(request, consultation_id)
    if not found.is_signed:
        return redirect("clinical:consultation", consultation_id=found.pk)
    note_chart_opened(patient=found.patient, by=request.user)
    then, today = found.signed_run, what_matters_in(found)
    context = {
        "found": found,
        "patient": found.patient,
        "age": found.patient.age_on(found.visit_on),
        "rows": concern_rows(then.result["flags"], today.result["flags"]),
        "other": other_differences(then.result, today.result),
        "panel": panel_of(today, answers=answers_of(found)),
        "then_version": then.reference_version,
        "version": today.reference_version,
    }
    return render(request, "clinical/today.html", context)


def concern_rows(then: list[dict], today: list[dict]) -> list[dict[str, Any]]:
    """Every concern of either day with what happened to it in words; those that differ first."""
    before, after = (compared.standing_of_shown(flags) for flags in (then, today))
    changes = {(change.rule, change.about): change for change in compared.changes_between(before, after)}
    same = sorted(before.keys() & after.keys() - changes.keys())
    return [_row(key, before.get(key), after.get(key), changes.get(key)) for key in (*changes, *same)]


def _row(
    key: compared.Key, old: compared.Stand | None, new: compared.Stand | None, change: compared.Change | None
) -> dict[str, Any]:
    words = (
        change_words(change.what, change.about, change.severity, change.former_severity) if change else _("as it was")
    )
    rule, about = key
    return {
        "rule": rule,
        "about": about,
        "title": (new or old).title,
        "then": SEVERITY_WORDS[old.severity] if old else _("not raised"),
        "today": SEVERITY_WORDS[new.severity] if new else _("not raised"),
        "words": words,
        "differs": change is not None,
    }


def other_differences(then: dict[str, Any], today: dict[str, Any]) -> list[str]:
    """What differs beside concerns: the withdrawal tier and what could not be assessed."""
    told = []
    before, after = (_tier(result) for result in (then, today))
    if before != after:
        words = _("If kratom is stopped: was “%(before)s”, now “%(after)s”.")
        told.append(words % {"before": before, "after": after})
    was, is_now = ({row["what"] for row in result["not_assessed"]} for result in (then, today))
    if added := sorted(is_now - was):
        told.append(_("Not assessed now, and not named then: %s.") % ", ".join(added))
    if gone := sorted(was - is_now):
        told.append(_("Not assessed then, and assessed or no longer named now: %s.") % ", ".join(gone))
    return told


def _tier(result: dict[str, Any]) -> str:
    withdrawal = result.get("withdrawal")
    return str(TIER_WORDS[withdrawal["tier"]]) if withdrawal else _("not rated")
