"""One line of the medicine list, or one state on record, worked out once: its subjects and what could not be judged."""

from dataclasses import dataclass

from clinical.screening.facts import Match, Phase, Taken
from clinical.screening.flags import NotAssessed
from clinical.screening.interactions import BY_ROUTE, COVERED, NO_RULE, Origin, Part, plan_for
from clinical.screening.load import NOTHING, Share, share_of_line
from clinical.screening.phrases import gettext_noop, phrase
from clinical.screening.routes import OF_A_STATE, route_bit
from clinical.screening.ruleset import RuleSet
from clinical.screening.stopped import still_acts, stopped_line
from clinical.screening.withdrawal import is_opioid_line
from clinical.screening.wording import recorded_phrase, route_phrase, taken_phrase

_NOT_RECOGNISED = phrase(gettext_noop("Name not recognised: not screened. Check the spelling or name the ingredient."))
_AMBIGUOUS = gettext_noop("Name could mean several things: %(choices)s. Not screened until one is chosen.")
_ONE_GUESS = gettext_noop("Could mean %(choices)s: not screened until that is confirmed.")
_FUZZY = gettext_noop("Read as %(substances)s by its spelling: confirm the spelling.")
_IS_KRATOM = phrase(gettext_noop("This is kratom: record it under kratom, with product and amount."))


@dataclass(frozen=True, slots=True)
class Line:
    """Subjects of one line, and what could not be judged about it.

    `not_known` names stopped medicines of which nobody knows how long they act; `share` is what it adds to the loads.
    """

    parts: tuple[Part, ...] = ()
    notes: tuple[NotAssessed, ...] = ()
    is_opioid: bool = False
    not_known: tuple[str, ...] = ()
    share: Share = NOTHING


def line_of(taken: Taken, ruleset: RuleSet, active: int) -> Line:
    """Work out one line while the kratom products in `active` count; with none in use only its name is judged."""
    notes = name_notes(taken, ruleset)
    is_opioid = _acts_as_opioid(taken, ruleset)
    if not active:
        return Line((), notes, is_opioid)
    share = share_of_line(taken, ruleset)
    if taken.phase is Phase.STOPPED:
        ended = stopped_line(taken, ruleset, active)
        notes += (*ended.notes, *_route_notes(taken, ended.parts))
        return Line(tuple(ended.parts), notes, is_opioid, tuple(ended.not_known), share)
    parts = []
    for substance in taken.substances:
        if substance not in ruleset.kratom_names:
            parts.append(_substance_part(taken, substance, ruleset, active))
    if not any(part.plan.hits for part in parts):
        for part in parts:  # an ingredient left to the rule of its combination, and that rule did not fire
            part.reason = NO_RULE if part.reason == COVERED else part.reason
    return Line(tuple(parts), notes + _route_notes(taken, parts), is_opioid, share=share)


def _acts_as_opioid(taken: Taken, ruleset: RuleSet) -> bool:
    """Whether an opioid of this line is taken now, or was stopped and still acts (a depot): our judgement."""
    opioids = ruleset.withdrawal.opioids
    held = (substance for substance in taken.substances if substance in opioids)
    return is_opioid_line(taken, opioids) or any(still_acts(taken, substance, ruleset) for substance in held)


def name_notes(taken: Taken, ruleset: RuleSet) -> tuple[NotAssessed, ...]:
    """What to say about the name alone: not recognised, ambiguous, read by spelling, or kratom itself."""
    if taken.match is Match.AMBIGUOUS:
        choices = ", ".join(sorted(taken.candidates))
        template = _AMBIGUOUS if len(taken.candidates) > 1 else _ONE_GUESS
        return (NotAssessed("ambiguous_name", taken.entered, phrase(template, choices=choices)),)
    if taken.match is Match.NONE or not taken.substances:
        return (NotAssessed("unrecognised_name", taken.entered, _NOT_RECOGNISED),)
    notes = []
    if not ruleset.kratom_names.isdisjoint(taken.substances):
        notes.append(NotAssessed("kratom_as_medicine", taken.entered, _IS_KRATOM))
    if taken.match is Match.FUZZY:
        substances = ", ".join(sorted(taken.substances))
        notes.append(NotAssessed("confirm_spelling", taken.entered, phrase(_FUZZY, substances=substances)))
    return tuple(notes)


def _substance_part(taken: Taken, substance: str, ruleset: RuleSet, active: int) -> Part:
    plan = plan_for(
        ruleset,
        substance,
        ruleset.rows.get(substance, ()),
        active,
        route=route_bit(taken.route),
        phase=taken.phase,
        combinations=taken.products,
    )
    origin = Origin(taken.entered, taken_phrase(taken.entered, substance), taken.match is Match.FUZZY)
    return Part(substance, plan, plan.reason, (origin,), ruleset.modifiers.substances.get(substance, 0))


def _route_notes(taken: Taken, parts: list[Part]) -> tuple[NotAssessed, ...]:
    return tuple(
        NotAssessed("route", taken.entered, route_phrase(taken, part.subject))
        for part in parts
        if part.reason == BY_ROUTE
    )


def state_part(ruleset: RuleSet, key: str, entered: str, active: int) -> Part:
    """The hits of one condition or population; routes and phases do not apply to it."""
    plan = plan_for(ruleset, key, ruleset.condition_rows.get(key, ()), active, route=OF_A_STATE)
    return Part(key, plan, plan.reason, (Origin(entered, recorded_phrase(entered)),))
