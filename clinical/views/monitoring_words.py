"""Checks offered and results raised as the pages print them: days as dates, sources beside. Decides nothing."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from clinical.views.lines import day_words


@dataclass(frozen=True, slots=True)
class OfferedLine:
    """One check offered. `is_now` when it is due on the day of the visit; `due` says the days in words."""

    code: str
    text: str
    due_on: date
    due: str
    is_now: bool
    because: str
    rhythm: str
    why: str
    who: str


@dataclass(frozen=True, slots=True)
class MonitoringWords:
    """`raised` are shaped like the urgent prompts they stand beside."""

    offered: list[OfferedLine] = field(default_factory=list)
    raised: list[dict[str, str]] = field(default_factory=list)
    not_assessed: list[dict[str, str]] = field(default_factory=list)


def monitoring_words(found: dict[str, Any] | None, visit_on: date) -> MonitoringWords:
    """`found` is the stored or live answer; a run from before monitoring was kept has none."""
    if found is None:
        return MonitoringWords()
    return MonitoringWords(
        [_offered(row, visit_on) for row in found["offered"]],
        [_raised(row, visit_on) for row in found["raised"]],
        found["not_assessed"],
    )


def _offered(row: dict[str, Any], visit_on: date) -> OfferedLine:
    first, last = visit_on + timedelta(days=row["due_in"]), row["until"]
    until = visit_on + timedelta(days=last) if last is not None and last > row["due_in"] else None
    due = (
        _("%(first)s to %(last)s") % {"first": day_words(first), "last": day_words(until)}
        if until
        else day_words(first)
    )
    return OfferedLine(
        code=row["code"],
        text=row["text"],
        due_on=first,
        due=due,
        is_now=row["due_in"] == 0,
        because=", ".join(row["because"]),
        rhythm=row["rhythm"],
        why=row["why"],
        who=grounds(row["who"], row["sources"]),
    )


def _raised(row: dict[str, Any], visit_on: date) -> dict[str, str]:
    day = day_words(visit_on - timedelta(days=row["days_ago"]))
    words = _("Cut-off: our judgement.") if row["judgement"] else _("Cut-off from the sources named.")
    because = _("%(what)s, %(day)s. %(who)s") % {"what": row["because"], "day": day, "who": words}
    return {"code": row["code"], "text": row["text"], "because": grounds(because, row["sources"])}


def grounds(words: str, sources: list[str]) -> str:
    """Who says so, with the keys of the sources."""
    return f"{words} ({', '.join(sources)})" if sources else words
