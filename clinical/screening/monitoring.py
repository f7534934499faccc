"""Which checks are offered on the day of a visit, beside the results that are raised. Days count from the visit."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from clinical.screening.facts import Facts, KratomUse, Phase
from clinical.screening.flags import NotAssessed, Screening
from clinical.screening.knowledge import Knowledge
from clinical.screening.monitoring_document import QT_MEDICINE
from clinical.screening.monitoring_knowledge import Check, Circumstance, Monitoring
from clinical.screening.phrases import Phrase, gettext_noop, phrase
from clinical.screening.products import CONCENTRATE_KINDS
from clinical.screening.results import Raised, held_against

NO_RESULT = gettext_noop("no result on record")
THIS_VISIT = gettext_noop("not entered for this visit")
LONG_AGO = gettext_noop("the last one is %(days)s days old")
CHANGE = gettext_noop("a change is agreed or a medicine is new")
PLAIN = {
    "just_started": gettext_noop("use began of late"),
    "dose_raised": gettext_noop("the dose was raised of late"),
    "high_dose": gettext_noop("a high dose"),
    "seven_oh": gettext_noop("7-OH or a concentrated product"),
    "pregnancy_possible": gettext_noop("pregnancy is possible"),
    "qt_medicine_added": gettext_noop("a QT-prolonging medicine is planned or new"),
}


@dataclass(frozen=True, slots=True)
class Offered:
    """One check that is due: from `due_in` days after the visit, until `until` where a last day is named."""

    code: str
    text: str
    because: tuple[Phrase, ...]
    due_in: int
    until: int | None
    rhythm: str
    why: str
    who: str
    sources: tuple[str, ...]
    judgement: bool


@dataclass(frozen=True, slots=True)
class Watched:
    """The answer: checks offered, results raised (most urgent kinds first, as in the reference data), gaps."""

    offered: tuple[Offered, ...] = ()
    raised: tuple[Raised, ...] = ()
    not_assessed: tuple[NotAssessed, ...] = ()


@dataclass(frozen=True, slots=True)
class Checks:
    """The document with what it needs of the other tables: members of each role it names, thresholds of the age."""

    known: Monitoring = field(default_factory=Monitoring)
    members: Mapping[str, frozenset[str]] = field(default_factory=dict)
    ages: tuple[float, float] = (0.0, 0.0)


def checks_of(knowledge: Knowledge) -> Checks:
    """Put them together, once per reference version."""
    known, parameters = knowledge.monitoring, knowledge.parameters
    wanted = frozenset(role for row in known.circumstances for role in row.roles)
    members: dict[str, set[str]] = {role: set() for role in wanted}
    for row in knowledge.roles:
        if row.role in wanted:
            members[row.role].add(row.substance)
    ages = parameters["childbearing_age_from_years"], parameters["childbearing_age_to_years"]
    return Checks(known, {role: frozenset(names) for role, names in members.items()}, ages)


def watch(facts: Facts, screening: Screening, checks: Checks) -> Watched:
    """Decide both. `facts.results` hold the newest number and the newest word of each kind.

    Checks are offered beside recorded kratom only; results speak always.
    """
    raised, gaps = held_against(facts.results, checks.known)
    if not facts.kratom or not checks.known.checks:
        return Watched((), raised, gaps)
    held = _circumstances(facts, screening, checks)
    figures = checks.known.parameters
    offered = [_offered(check, held, _state(check, facts, figures)) for check in checks.known.checks]
    return Watched(tuple(row for row in offered if row), raised, gaps)


def _circumstances(facts: Facts, screening: Screening, checks: Checks) -> dict[str, Phrase]:
    """Every circumstance that holds, with the words for it."""
    figures = checks.known.parameters
    taken = {name for line in facts.taken if line.phase is not Phase.STOPPED for name in line.substances}
    added = {name for line in facts.taken if line.phase in (Phase.NEW, Phase.PLANNED) for name in line.substances}
    rows = checks.known.circumstances
    held = {row.name: phrase(row.read) for row in rows if _holds(row, facts.patient.conditions, taken, checks)}
    grams = screening.exposure.grams_per_day
    plain = {
        "just_started": any(_is_new(use, figures["new_use_months"]) for use in facts.kratom),
        "dose_raised": facts.dose_raised,
        "high_dose": grams is not None and grams[1] > figures["high_grams_per_day"],
        "seven_oh": any(use.product in CONCENTRATE_KINDS for use in facts.kratom),
        "pregnancy_possible": _pregnancy_possible(facts, checks),
        "qt_medicine_added": any(_holds(row, (), added, checks) for row in rows if row.name == QT_MEDICINE),
    }
    return held | {name: phrase(PLAIN[name]) for name, holds in plain.items() if holds}


def _is_new(use: KratomUse, months: float) -> bool:
    return use.months_of_use is not None and use.months_of_use <= months and not use.stopped


def _holds(row: Circumstance, conditions: tuple[str, ...], substances: set[str], checks: Checks) -> bool:
    if row.conditions.intersection(conditions) or row.substances & substances:
        return True
    return any(checks.members.get(role, frozenset()) & substances for role in row.roles)


def _pregnancy_possible(facts: Facts, checks: Checks) -> bool:
    """Not known to be pregnant, and neither sex nor age speaks against it. What is not known does not."""
    person, (first, last) = facts.patient, checks.ages
    return not person.pregnant and person.sex != "male" and (person.age is None or first <= person.age <= last)


def _offered(check: Check, held: dict[str, Phrase], state: "_State") -> Offered | None:
    """The check, due as soon as any of its offers says; None where none does."""
    meant = [offer for offer in check.offers if not offer.circumstances or held.keys() & set(offer.circumstances)]
    found = [(due, offer) for offer in meant if (due := DUE[offer.when](state))]
    if not found:
        return None
    first = min((due for due, _offer in found), key=lambda due: due[0])
    reasons = [due[2] for due, _offer in found if due[2]]
    named = [held[name] for _due, offer in found for name in offer.circumstances if name in held]
    return Offered(
        code=check.code,
        text=check.text,
        because=tuple(dict.fromkeys([*reasons, *named])),
        due_in=first[0],
        until=first[1],
        rhythm=check.rhythm,
        why=check.why,
        who=check.who,
        sources=check.sources,
        judgement=check.judgement,
    )


@dataclass(frozen=True, slots=True)
class _State:
    """What an offer looks at: days since the oldest of the newest results of the check, None where one is missing."""

    oldest: int | None
    changes: bool
    figures: dict[str, float]

    @property
    def is_done_today(self) -> bool:
        return self.oldest == 0


Due = tuple[int, int | None, Phrase | None]  # days after the visit: from, until; why
NOT_DUE: Due | None = None


def _now(state: _State) -> Due | None:
    return NOT_DUE if state.is_done_today else (0, 0, None)


def _baseline(state: _State) -> Due | None:
    return (0, None, phrase(NO_RESULT)) if state.oldest is None else NOT_DUE


def _visit(state: _State) -> Due | None:
    return NOT_DUE if state.is_done_today else (0, 0, phrase(THIS_VISIT))


def _recheck(state: _State) -> Due | None:
    return int(state.figures["recheck_from_days"]), int(state.figures["recheck_until_days"]), None


def _repeat(state: _State) -> Due | None:
    if state.oldest is None or state.oldest < state.figures["repeat_from_days"]:
        return NOT_DUE
    return 0, max(0, int(state.figures["repeat_until_days"]) - state.oldest), phrase(LONG_AGO, days=state.oldest)


def _change(state: _State) -> Due | None:
    return (0, None, phrase(CHANGE)) if state.changes and not state.is_done_today else NOT_DUE


def _mood(state: _State) -> Due | None:
    if state.changes:
        return int(state.figures["mood_again_days"]), None, phrase(CHANGE)
    return int(state.figures["mood_repeat_days"]), None, None


DUE = {
    "now": _now,
    "baseline": _baseline,
    "visit": _visit,
    "recheck": _recheck,
    "repeat": _repeat,
    "change": _change,
    "mood": _mood,
}


def _state(check: Check, facts: Facts, figures: dict[str, float]) -> _State:
    ages = [min((row.days_ago for row in facts.results if row.kind == kind), default=None) for kind in check.kinds]
    oldest = max(ages) if ages and None not in ages else None
    return _State(oldest, _changes(facts), figures)


def _changes(facts: Facts) -> bool:
    return facts.change is not None or any(line.phase in (Phase.NEW, Phase.PLANNED) for line in facts.taken)
