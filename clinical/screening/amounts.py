"""One kratom use as grams of leaf and milligrams on a day of use. Knows units and contents, adds nothing up."""

from dataclasses import dataclass

from clinical.screening import reasons
from clinical.screening.facts import KratomUse, Product, Unit
from clinical.screening.flags import Range
from clinical.screening.knowledge import Knowledge
from clinical.screening.phrases import Phrase, gettext_noop, phrase
from clinical.screening.products import LABELS

# Whose weight can stand as grams of dry leaf material. Unknown material counts towards the withdrawal tier only.
_WEIGHED = frozenset({Product.LEAF_POWDER, Product.CAPSULE, Product.TEA, Product.SMOKED, Product.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Measures:
    """Conversions by (unit, product) and (product, basis), built once from reference rows."""

    grams_in_unit: dict[tuple[str, str], Range]
    contents: dict[tuple[str, str], Range]


@dataclass(frozen=True, slots=True)
class DayOfUse:
    """What one product comes to on a day of use; None where it cannot be said, with the reason."""

    grams: Range | None = None
    mitragynine: Range | None = None
    seven_oh: Range | None = None
    problem: Phrase | None = None
    steps: tuple[Phrase, ...] = ()


def measures_of(knowledge: Knowledge) -> Measures:
    """Index the unit and content rows."""
    return Measures(
        grams_in_unit={(row.unit, row.product): row.grams for row in knowledge.units},
        contents={(row.product, row.basis): row.mitragynine for row in knowledge.contents},
    )


def day_of_use(use: KratomUse, measures: Measures) -> DayOfUse:
    """Work out one use on a day of use. Refuses (with a reason) what has no usable figure; never guesses a strength."""
    if use.amount is None:
        return DayOfUse(problem=reasons.never_computed(use.product) or reasons.NO_AMOUNT)
    doses = 1.0 if use.per == "day" else use.doses_per_day
    if doses is None:
        # One dose at the least, for the withdrawal tier; no daily milligrams are made from it.
        problem = reasons.never_computed(use.product) or reasons.NO_FREQUENCY
        return DayOfUse(grams=_grams(use, use.amount, measures), problem=problem)
    units_a_day = doses * use.amount
    grams = _grams(use, units_a_day, measures)
    never = reasons.never_computed(use.product)
    if never is not None:
        return DayOfUse(grams=grams, problem=never)
    return _alkaloids(use, units_a_day, grams, measures)


def says_how_much(use: KratomUse, measures: Measures) -> bool:
    """Whether the amount, per dose or per day, says something: grams of leaf or stated milligrams."""
    if use.amount is None or use.unit is None:
        return False
    if _grams(use, 1.0, measures) is not None:
        return True
    stated = use.unit in (Unit.MG_MITRAGYNINE, Unit.MG_7OH) or (use.product, use.unit) in measures.contents
    return stated and reasons.never_computed(use.product) is None


def doses_counted(use: KratomUse, measures: Measures) -> float | None:
    """Doses on a day of use, or the glasses of tea where they are more; None where neither is known.

    Studies counted glasses (W16, W02, W03); reading a glass as a dose is our judgement, said at the rule.
    """
    glasses = None
    if use.unit is Unit.GLASS and use.amount is not None and (use.product, Unit.GLASS) in measures.contents:
        glasses = use.amount * (1.0 if use.per == "day" else use.doses_per_day or 1.0)
    known = [count for count in (use.doses_per_day, glasses) if count is not None]
    return max(known, default=None)


def _alkaloids(use: KratomUse, units_a_day: float, grams: Range | None, measures: Measures) -> DayOfUse:
    if use.unit is Unit.MG_7OH:
        return _stated(use, units_a_day, measures, "label_mg_7oh")
    if use.unit is Unit.MG_MITRAGYNINE:
        return _stated(use, units_a_day, measures, "label_mg")
    per_glass = measures.contents.get((use.product, "glass")) if use.unit is Unit.GLASS else None
    if per_glass is not None:
        mitragynine = scaled(per_glass, units_a_day)
        return DayOfUse(mitragynine=mitragynine, steps=(_glass_step(units_a_day, per_glass, mitragynine),))
    content = _content_per_gram(use.product, measures)
    if grams is None or content is None:
        return DayOfUse(grams=grams, problem=reasons.no_strength(use))
    mitragynine = tuple_product(grams, content)
    return DayOfUse(grams=grams, mitragynine=mitragynine, steps=_leaf_steps(use, grams, content, mitragynine))


def _grams(use: KratomUse, units_a_day: float, measures: Measures) -> Range | None:
    if use.product not in _WEIGHED or use.unit is None:
        return None
    if use.unit is Unit.MILLIGRAM and use.product is Product.UNKNOWN:
        return None  # milligrams of what is not known
    found = measures.grams_in_unit.get((use.unit, use.product)) or measures.grams_in_unit.get((use.unit, ""))
    return scaled(found, units_a_day) if found else None


def _content_per_gram(product: Product, measures: Measures) -> Range | None:
    content = measures.contents.get((product, "gram"))
    if content is not None:
        return content
    factor = measures.contents.get((product, "leaf_factor"))
    leaf = measures.contents.get((Product.LEAF_POWDER, "gram"))
    return tuple_product(leaf, factor) if leaf and factor else None


def _stated(use: KratomUse, units_a_day: float, measures: Measures, basis: str) -> DayOfUse:
    factors = measures.contents.get((use.product, basis)) or measures.contents.get(("", basis))
    if factors is None:
        return DayOfUse(problem=reasons.no_strength(use))
    amount = scaled(factors, units_a_day)
    if basis == "label_mg_7oh":
        template = gettext_noop("%(product)s: %(mg)s mg 7-OH on a day of use as labelled. Labels can be wrong.")
        step = phrase(template, product=LABELS[use.product], mg=figure(units_a_day))
        return DayOfUse(seven_oh=amount, steps=(step,))
    template = gettext_noop(
        "%(product)s: %(mg)s mg mitragynine a day as labelled, times %(factors)s = %(total)s mg on a day of use."
    )
    values = {"mg": figure(units_a_day), "factors": figures(factors), "total": figures(amount)}
    return DayOfUse(mitragynine=amount, steps=(phrase(template, product=LABELS[use.product], **values),))


def _glass_step(glasses: float, per_glass: Range, total: Range) -> Phrase:
    template = gettext_noop("%(glasses)s glasses a day, times %(content)s mg = %(total)s mg mitragynine.")
    return phrase(template, glasses=figure(glasses), content=figures(per_glass), total=figures(total))


def _leaf_steps(use: KratomUse, grams: Range, content: Range, total: Range) -> tuple[Phrase, ...]:
    weight = gettext_noop("%(product)s: %(grams)s g on a day of use.")
    strength = gettext_noop("Times %(content)s mg mitragynine per g = %(total)s mg on a day of use.")
    return (
        phrase(weight, product=LABELS[use.product], grams=figures(grams)),
        phrase(strength, content=figures(content), total=figures(total)),
    )


def scaled(values: Range, factor: float) -> Range:
    """Multiply low, mid and high by one number."""
    low, mid, high = values
    return (low * factor, mid * factor, high * factor)


def tuple_product(left: Range, right: Range) -> Range:
    """Low times low, mid times mid, high times high."""
    return (left[0] * right[0], left[1] * right[1], left[2] * right[2])


def figure(value: float) -> str:
    """A number for a step: up to four significant figures, no trailing zeros."""
    return f"{value:.4g}"


def figures(values: Range) -> str:
    """One number when all three agree, else low, mid and high."""
    low, mid, high = values
    return figure(mid) if low == mid == high else f"{figure(low)}, {figure(mid)}, {figure(high)}"
