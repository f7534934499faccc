"""What bears on withdrawal: leaf products gathered into one group, each other product in its own."""

from dataclasses import dataclass, field

from clinical.screening.amounts import Measures, doses_counted, says_how_much
from clinical.screening.facts import Facts, KratomUse, Product
from clinical.screening.flags import Exposure
from clinical.screening.products import EXTRACT_KINDS, LEAF_KINDS, Standing, standing_of

DAYS_PER_WEEK = 7
WEEKS_PER_MONTH = 365.25 / 12 / DAYS_PER_WEEK


@dataclass(slots=True)
class Group:
    """Products judged together. Sums of what is known; `lacking` names inputs that one of them has no answer for."""

    kind: str
    doses_per_day: float | None = None
    grams_per_day: float | None = None
    amount_known: bool = False
    days_per_week: float | None = None
    months_of_use: float | None = None
    lacking: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Definitions:
    """What counts as occasional and as near-daily; all from reference data. None where no rule defines it."""

    occasional_days: float | None
    brief_weeks: float | None
    near_daily_days: float


@dataclass(frozen=True, slots=True)
class Situation:
    """Inputs to the withdrawal criteria: the highest of what is known over the groups, and what else bears on it.

    `regular` and `occasional` hold kinds of group; unknown days and months are taken as regular use.
    """

    facts: Facts
    is_over: bool
    regular: frozenset[str]
    occasional: frozenset[str]
    few_days_leaf: bool
    brief_leaf: bool
    unmeasured: bool
    doses_per_day: float
    grams_per_day: float
    extract_days_per_week: float
    near_daily_months: float
    condition_high: frozenset[str]
    takes_opioid: bool


def situation_of(
    facts: Facts,
    groups: tuple[Group, ...],
    definitions: Definitions,
    condition_high: frozenset[str],
    takes_opioid: bool,
) -> Situation:
    """Sum up the groups. What is not known stays at -1, below every threshold."""
    regular: set[str] = set()
    occasional: set[str] = set()
    few_days_leaf = brief_leaf = unmeasured = False
    doses = grams = extract_days = months = -1.0
    for group in groups:
        few_days, brief = _few_days(definitions, group), _brief(definitions, group)
        is_occasional = few_days or brief
        (occasional if is_occasional else regular).add(group.kind)
        few_days_leaf |= few_days and group.kind == "leaf"
        brief_leaf |= brief and group.kind == "leaf"
        unmeasured |= not is_occasional and group.doses_per_day is None and not group.amount_known
        doses = _highest(doses, group.doses_per_day)
        grams = _highest(grams, group.grams_per_day)
        if group.kind == "extract" and not is_occasional:
            extract_days = _highest(extract_days, group.days_per_week)
        if group.days_per_week is not None and group.days_per_week >= definitions.near_daily_days:
            months = _highest(months, group.months_of_use)
    return Situation(
        facts=facts,
        is_over=not groups,
        regular=frozenset(regular),
        occasional=frozenset(occasional),
        few_days_leaf=few_days_leaf,
        brief_leaf=brief_leaf,
        unmeasured=unmeasured,
        doses_per_day=doses,
        grams_per_day=grams,
        extract_days_per_week=extract_days,
        near_daily_months=months,
        condition_high=condition_high,
        takes_opioid=takes_opioid,
    )


def _few_days(definitions: Definitions, group: Group) -> bool:
    days, limit = group.days_per_week, definitions.occasional_days
    return days is not None and limit is not None and days <= limit


def _brief(definitions: Definitions, group: Group) -> bool:
    """Leaf only: the four-week line comes from leaf, and daily extract counts however short (withdrawal rules)."""
    months, limit = group.months_of_use, definitions.brief_weeks
    return group.kind == "leaf" and months is not None and limit is not None and months * WEEKS_PER_MONTH < limit


def _highest(known: float, value: float | None) -> float:
    return known if value is None or value < known else value


def groups_of(
    uses: tuple[KratomUse, ...], exposure: Exposure, measures: Measures, carry_over_hours: float
) -> tuple[Group, ...]:
    """Gather uses that still count: leaf products into one group, each other product into its own."""
    leaf: Group | None = None
    groups: list[Group] = []
    for use in uses:
        if standing_of(use, carry_over_hours) is Standing.ENDED:
            continue
        kind = kind_of(use.product)
        if kind == "leaf" and leaf is not None:
            _include(leaf, use, measures)
            continue
        group = Group(kind)
        if kind == "leaf":
            group.grams_per_day = exposure.grams_per_day[1] if exposure.grams_per_day else None
            leaf = group
        _include(group, use, measures)
        groups.append(group)
    return tuple(groups)


def kind_of(product: Product) -> str:
    """leaf, extract or concentrate."""
    if product in LEAF_KINDS:
        return "leaf"
    return "extract" if product in EXTRACT_KINDS else "concentrate"


def _include(group: Group, use: KratomUse, measures: Measures) -> None:
    doses = doses_counted(use, measures)
    if doses is not None:
        group.doses_per_day = doses + (group.doses_per_day or 0.0)
    group.days_per_week = _longer(group.days_per_week, use.days_per_week)
    group.months_of_use = _longer(group.months_of_use, use.months_of_use)
    if says_how_much(use, measures):
        group.amount_known = True
    else:
        group.lacking.add("amount")
    if use.product is Product.UNKNOWN:
        group.lacking.add("product")
    for name in ("doses_per_day", "months_of_use", "days_per_week"):
        if getattr(use, name) is None:
            group.lacking.add(name)


def _longer(left: float | None, right: float | None) -> float | None:
    if left is None or right is None:
        return left if right is None else right
    return max(left, right)
