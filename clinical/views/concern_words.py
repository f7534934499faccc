"""Changed concerns in words, for the worklist, the chart and a signed visit looked at with today's rules."""

from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from clinical.changed_concerns import patients_among
from clinical.effect import compared
from clinical.models import ConcernChange
from clinical.screening.knowledge import SEVERITY_ORDER, Severity
from clinical.views.panel import SEVERITY_WORDS

ORDER = {compared.NEW: 0, compared.RAISED: 1, compared.LOWERED: 2, compared.GONE: 3, compared.REWORDED: 4}


class ChangeLine(NamedTuple):
    """One changed concern in words; `severity` is the worse of both, for the mark beside it."""

    words: str
    severity: str
    severity_word: str
    rule: str
    version: int


class PatientChanges(NamedTuple):
    """Everything that changed for one patient since their last visit."""

    patient: UUID
    name: str
    visit: UUID | None
    lines: list[ChangeLine]


def changes_by_patient(rows: list[ConcernChange]) -> list[PatientChanges]:
    """Patients with their changes, most severe first in each."""
    return [
        PatientChanges(key, found[0].patient.name, getattr(found[0], "last_visit", None), change_lines(found))
        for key, found in patients_among(rows).items()
    ]


def change_lines(rows: Iterable[ConcernChange]) -> list[ChangeLine]:
    """Each change in words, the most consequential first."""
    return [_line(row) for row in sorted(rows, key=_rank)]


def _line(row: ConcernChange) -> ChangeLine:
    worst = min((s for s in (row.severity, row.former_severity) if s), key=_severity_rank)
    words = change_words(row.change, row.about, row.severity, row.former_severity)
    return ChangeLine(words, worst, str(SEVERITY_WORDS[worst]), row.rule, row.reference_version)


def change_words(what: str, about: str, severity: str, former: str) -> str:
    """One change: what happened, how severe, about what. What went is never called harmless."""
    values = {"about": about, "severity": _word(severity), "former": _word(former)}
    templates = {
        compared.NEW: _("new %(severity)s concern, %(about)s"),
        compared.GONE: _("%(severity)s concern no longer raised by the rules, %(about)s"),
        compared.RAISED: _("raised from %(former)s to %(severity)s, %(about)s"),
        compared.LOWERED: _("lowered from %(former)s to %(severity)s, %(about)s"),
        compared.REWORDED: _("what to do or how sure we are was revised, %(severity)s, %(about)s"),
    }
    return templates[what] % values


def _word(severity: str) -> str:
    return str(SEVERITY_WORDS.get(severity, severity)).lower()


def _severity_rank(severity: str) -> int:
    return SEVERITY_ORDER[Severity(severity)]


def _rank(row: Any) -> tuple[int, int, str]:
    return (_severity_rank(row.severity), ORDER[row.change], row.about)
