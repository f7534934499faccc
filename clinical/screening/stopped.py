"""Medicines that were stopped: which still act and so fire their rules, and what to say of the others.

Nothing here is silent: each substance fires, or is named with its window over, or is named as not known.
"""

from dataclasses import dataclass, field

from clinical.screening.acting import After, Window, standing_after
from clinical.screening.facts import Match, Phase, Taken
from clinical.screening.flags import NotAssessed
from clinical.screening.interactions import BY_ROUTE, WHILE_STOPPED, Origin, Part, Plan, plan_for
from clinical.screening.phrases import Phrase, gettext_noop, phrase
from clinical.screening.routes import ROUTE_BITS, route_bit
from clinical.screening.ruleset import RuleSet

_TODAY = gettext_noop("Counted as stopped today: %(what)s.")
_ONE_DAY = gettext_noop("Stopped one day ago: %(what)s.")
_DAYS = gettext_noop("Stopped %(days)s days ago: %(what)s.")
_DAY_NOT_KNOWN = gettext_noop("Stopped, day not known, so counted as still acting: %(what)s.")
_GOES_ON = gettext_noop("It goes on acting for about %(window)s days: %(basis)s.")
_GOES_ON_ONE_DAY = gettext_noop("It goes on acting for about one day: %(basis)s.")
_GOES_ON_BY_JUDGEMENT = gettext_noop("It goes on acting for about %(window)s days, our judgement: %(basis)s.")
_OVER = gettext_noop(
    "Stopped %(days)s days ago: the time that %(substance)s goes on acting, about %(window)s days, is over; not "
    "screened (%(basis)s)."
)
_ONE_DAY_OVER = gettext_noop(
    "Stopped %(days)s days ago: the time that %(substance)s goes on acting, about one day, is over; not screened "
    "(%(basis)s)."
)
_OTHER_ROUTE = gettext_noop(
    "Route not recorded: counted as taken by mouth. As %(routes)s it goes on acting for about %(window)s days: record "
    "the route if that is how it was given."
)
_NOT_LASTING = gettext_noop("Recorded as stopped: the rules on %(substance)s are about doses still taken; not applied.")
_REST = gettext_noop(
    "Recorded as stopped: for %(substance)s only effects known to last were screened. How long it acts otherwise is "
    "not known."
)


@dataclass(slots=True)
class Stopped:
    """What became of one stopped line; `not_known` names what nobody knows the duration of."""

    parts: list[Part] = field(default_factory=list)
    notes: list[NotAssessed] = field(default_factory=list)
    not_known: list[str] = field(default_factory=list)


def stopped_line(taken: Taken, ruleset: RuleSet, active: int) -> Stopped:
    """Decide for each substance of a stopped line whether its rules still fire. None of it is left unsaid."""
    found = Stopped()
    for substance in taken.substances:
        if substance in ruleset.kratom_names:
            continue
        window = ruleset.lastingness.window_of(substance, taken.route)
        standing = standing_after(window, taken.stopped_days_ago)
        if window is None or standing is After.NOT_KNOWN:
            _add_not_known(found, taken, substance, ruleset, active)
        elif standing is After.OVER:
            found.notes.append(_over(taken, substance, window))
        else:
            _add_acting(found, taken, substance, window, ruleset, active)
            continue
        found.notes.extend(_by_other_routes(taken, substance, ruleset))
    return found


def still_acts(taken: Taken, substance: str, ruleset: RuleSet) -> bool:
    """Whether this substance of a stopped line is on record as still acting."""
    window = ruleset.lastingness.window_of(substance, taken.route)
    return taken.phase is Phase.STOPPED and standing_after(window, taken.stopped_days_ago) is After.ACTING


def _plan(taken: Taken, substance: str, ruleset: RuleSet, active: int, lasting: frozenset[str] | None = None) -> Plan:
    return plan_for(
        ruleset,
        substance,
        ruleset.rows.get(substance, ()),
        active,
        route=route_bit(taken.route),
        phase=Phase.STOPPED,
        combinations=taken.products,
        lasting=lasting,
    )


def _add_not_known(found: Stopped, taken: Taken, substance: str, ruleset: RuleSet, active: int) -> None:
    """An eye drop that was stopped raises no question of how long it acts: its route says enough."""
    plan = _plan(taken, substance, ruleset, active)
    if plan.reason == BY_ROUTE:
        found.parts.append(Part(substance, plan, plan.reason, (Origin(taken.entered, since(taken, substance)),)))
    else:
        found.not_known.append(_what(taken, substance))


def _add_acting(found: Stopped, taken: Taken, substance: str, window: Window, ruleset: RuleSet, active: int) -> None:
    """Fire what lasts; say so where more might last than is on record, or where nothing that lasts has a rule."""
    known = _plan(taken, substance, ruleset, active, window.mechanisms)
    might = _plan(taken, substance, ruleset, active, ruleset.lastingness.lasting)
    if known.hits or known.reason in (BY_ROUTE, WHILE_STOPPED):
        origin = Origin(
            taken.entered,
            since(taken, substance),
            taken.match is Match.FUZZY,
            (goes_on(window),),
            window.sources,
        )
        own = ruleset.modifiers.substances.get(substance, 0)
        found.parts.append(Part(substance, known, known.reason, (origin,), own))
        if known.hits != might.hits:
            found.notes.append(NotAssessed("stopped_in_part", taken.entered, phrase(_REST, substance=substance)))
    elif might.hits:
        found.not_known.append(_what(taken, substance))
    else:
        found.notes.append(NotAssessed("stopped_not_lasting", taken.entered, phrase(_NOT_LASTING, substance=substance)))


def since(taken: Taken, substance: str) -> Phrase:
    """What was stopped, and when."""
    what, days = _what(taken, substance), taken.stopped_days_ago
    if days is None:
        return phrase(_DAY_NOT_KNOWN, what=what)
    if days < 1:
        return phrase(_TODAY, what=what)
    return phrase(_ONE_DAY, what=what) if days < 2 else phrase(_DAYS, days=f"{days:.0f}", what=what)


def goes_on(window: Window) -> Phrase:
    if window.judgement:
        return phrase(_GOES_ON_BY_JUDGEMENT, window=f"{window.days:g}", basis=window.basis)
    if window.days == 1:
        return phrase(_GOES_ON_ONE_DAY, basis=window.basis)
    return phrase(_GOES_ON, window=f"{window.days:g}", basis=window.basis)


def _over(taken: Taken, substance: str, window: Window) -> NotAssessed:
    days = f"{taken.stopped_days_ago:.0f}"
    if window.days == 1:
        why = phrase(_ONE_DAY_OVER, days=days, substance=substance, basis=window.basis)
    else:
        why = phrase(_OVER, days=days, substance=substance, window=f"{window.days:g}", basis=window.basis)
    return NotAssessed("stopped_medicine_over", taken.entered, why)


def _by_other_routes(taken: Taken, substance: str, ruleset: RuleSet) -> list[NotAssessed]:
    """Where the route is not recorded and another one would still act today, ask for it."""
    longest = ruleset.lastingness.longest_of(substance)
    if taken.route is not None or longest is None:
        return []
    if standing_after(longest, taken.stopped_days_ago) is not After.ACTING:
        return []
    routes = ", ".join(route for route, bit in ROUTE_BITS.items() if longest.routes & bit)
    why = phrase(_OTHER_ROUTE, routes=routes, window=f"{longest.days:g}")
    return [NotAssessed("stopped_other_route", _what(taken, substance), why)]


def _what(taken: Taken, substance: str) -> str:
    """The line as typed, with the substance where that differs."""
    return taken.entered if taken.entered.casefold() == substance.casefold() else f"{taken.entered} ({substance})"
