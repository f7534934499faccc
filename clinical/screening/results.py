"""Results held against their cut-offs. One that cannot be is named as not assessed; nothing here says "normal"."""

from dataclasses import dataclass

from clinical.screening.facts import Measured
from clinical.screening.flags import NotAssessed
from clinical.screening.monitoring_knowledge import CutOff, Monitoring, ResultKind
from clinical.screening.phrases import Phrase, gettext_noop, phrase

NO_UPPER_LIMIT = gettext_noop("No upper limit was entered: it cannot be held against its cut-off.")
NUMBER_ONLY = gettext_noop("We hold no cut-off in %(unit)s. Enter the word of the report as well.")
UNCLEAR = gettext_noop("The report is unclear. Repeat it, or enter the final result.")
UNKNOWN_KIND = gettext_noop("This kind of result is no longer in the reference data.")
OVER = gettext_noop("%(label)s %(value)s %(unit)s is %(times)s times its upper limit of %(limit)s")
REPORTED = gettext_noop("%(label)s reported as %(word)s")
UNCLEAR_WORD = "unclear"


@dataclass(frozen=True, slots=True)
class Raised:
    """One result beyond its cut-off, and what to do. `days_ago` counts back from the visit."""

    code: str
    kind: str
    text: str
    because: Phrase
    days_ago: int
    sources: tuple[str, ...]
    judgement: bool


def held_against(
    results: tuple[Measured, ...], known: Monitoring
) -> tuple[tuple[Raised, ...], tuple[NotAssessed, ...]]:
    """Every result beyond its cut-off, in the order of the cut-offs, and what could not be held against one."""
    kinds = {kind.code: kind for kind in known.kinds}
    raised, gaps = [], []
    words_of = {row.kind: row.days_ago for row in results if row.word}
    for row in results:
        kind = kinds.get(row.kind)
        if kind is None:
            gaps.append(NotAssessed("result_kind", row.kind, phrase(UNKNOWN_KIND)))
            continue
        cut_offs = [cut for cut in known.cut_offs if cut.kind == row.kind]
        found = next((one for one in (_raised(row, kind, cut) for cut in cut_offs) if one), None)
        if found:
            raised.append(found)
        elif gap := _gap(row, kind, cut_offs, words_of):
            gaps.append(gap)
    order = {cut.code: number for number, cut in enumerate(known.cut_offs)}
    return tuple(sorted(raised, key=lambda one: order[one.code])), tuple(gaps)


def _raised(row: Measured, kind: ResultKind, cut: CutOff) -> Raised | None:
    because = None
    if row.word and row.word in cut.words:
        because = phrase(REPORTED, label=kind.label, word=row.word)
    elif cut.over_times is not None and row.value is not None and row.upper_limit:
        times = row.value / row.upper_limit
        if times > cut.over_times:
            figures = {"value": f"{row.value:g}", "unit": row.unit, "times": f"{times:.2g}"}
            because = phrase(OVER, label=kind.label, limit=f"{row.upper_limit:g}", **figures)
    if because is None:
        return None
    return Raised(cut.code, row.kind, cut.text, because, row.days_ago, cut.sources, cut.judgement)


def _gap(row: Measured, kind: ResultKind, cut_offs: list[CutOff], words_of: dict[str, int]) -> NotAssessed | None:
    """Why a result could not be held against the cut-offs of its kind; None where it could, or there is none."""
    if row.word == UNCLEAR_WORD:
        return NotAssessed("result_unclear", kind.label, phrase(UNCLEAR))
    if not cut_offs or row.value is None:
        return None
    if any(cut.over_times is not None for cut in cut_offs):
        return None if row.upper_limit else NotAssessed("no_upper_limit", kind.label, phrase(NO_UPPER_LIMIT))
    if words_of.get(row.kind, row.days_ago + 1) <= row.days_ago:
        return None  # the report's own word is as new as the number
    return NotAssessed("no_cut_off", kind.label, phrase(NUMBER_ONLY, unit=row.unit))
