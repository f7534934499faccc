"""Results, follow-ups and what is known of urine tests as the monitoring page prints them. Decides nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from clinical.forms.results import word_of
from clinical.models import FollowUp, Result
from clinical.screening.monitoring_knowledge import Monitoring
from clinical.views.lines import day_words, moment_words
from clinical.views.monitoring_words import grounds


@dataclass(frozen=True, slots=True)
class ResultLine:
    """One result. `struck` says who struck it out, when and why; empty where it counts."""

    key: int
    day: str
    result: str
    limit: str
    times: str
    entered: str
    struck: str


def results_by_kind(rows: Iterable[Result], known: Monitoring) -> list[tuple[str, list[ResultLine]]]:
    """Kinds in the order of the reference data, each with its results, newest first."""
    by_kind = {code: list(found) for code, found in groupby(rows, lambda row: row.kind)}
    labels = {kind.code: kind.label for kind in known.kinds}
    order = [code for code in labels if code in by_kind] + sorted(by_kind.keys() - labels.keys())
    reads = {(kind.code, unit.unit): unit.read for kind in known.kinds for unit in kind.units}
    return [(labels.get(code, code), [_line(row, reads) for row in by_kind[code]]) for code in order]


def _line(row: Result, reads: dict[tuple[str, str], str]) -> ResultLine:
    unit = reads.get((row.kind, row.unit), row.unit)
    told = {
        "who": row.struck_by,
        "when": moment_words(row.struck_at) if row.struck_at else "",
        "why": row.struck_reason,
    }
    return ResultLine(
        key=row.pk,
        day=day_words(row.measured_on),
        result=word_of(row.word) if row.word else f"{row.value:g} {unit}",
        limit=f"{row.upper_limit:g} {unit}" if row.upper_limit else "",
        times=f"{row.value / row.upper_limit:.2g}×" if row.value is not None and row.upper_limit else "",
        entered=_("%(who)s, %(when)s") % {"who": row.entered_by, "when": moment_words(row.entered_at)},
        struck=_("Struck out by %(who)s, %(when)s: %(why)s") % told if row.struck_at else "",
    )


def moves_of(task: FollowUp) -> list[str]:
    """How a follow-up was moved so far, oldest first."""
    told = _("Was due %(day)s with %(owner)s; changed by %(by)s, %(when)s: %(why)s")
    return [
        told
        % {
            "day": day_words(one.due_before),
            "owner": one.owner_before,
            "by": one.by,
            "when": moment_words(one.at),
            "why": one.reason,
        }
        for one in task.changes.all()
    ]


def toxicology_lines(rows: Iterable[dict[str, Any]]) -> list[tuple[str, str]]:
    """Each statement with who says so."""
    return [(row["text"], _who(row["source"])) for row in rows]


def code_lines(rows: Iterable[dict[str, Any]]) -> list[tuple[dict[str, Any], str]]:
    """Each code with who says so."""
    return [(row, _who(row["source"]) if "source" in row else "") for row in rows]


def _who(sources: Iterable[str]) -> str:
    return grounds("" if sources else _("Our judgement."), sources).strip()
