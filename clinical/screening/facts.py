"""What is known about one patient on one day, as plain frozen values.

Everything the engine may look at is here, and nothing else is. `None` always means "not known", never zero and
never "no". Names have been resolved to substances before this point (`clinical.vocabulary.lookup`), so the engine
never reads free text.
"""

from dataclasses import dataclass, field
from enum import StrEnum


class Product(StrEnum):
    """Kinds of kratom product, told apart because exposure, interactions and law differ between them."""

    LEAF_POWDER = "leaf_powder"
    CAPSULE = "capsule"
    TEA = "tea"
    FRESH_LEAF = "fresh_leaf"
    EXTRACT = "extract"
    SHOT = "shot"
    GUMMY = "gummy"
    ENHANCED = "enhanced"
    KAVA_KRATOM = "kava_kratom"
    SEVEN_OH = "7oh"
    PSEUDOINDOXYL = "pseudoindoxyl"
    SMOKED = "smoked"
    RESIN = "resin"
    UNKNOWN = "unknown"


class Unit(StrEnum):
    """Units a person may give an amount in."""

    GRAM = "g"
    MILLIGRAM = "mg"
    MG_MITRAGYNINE = "mg_mitragynine"
    MG_7OH = "mg_7oh"
    MILLILITRE = "ml"
    CAPSULE = "capsule"
    TEASPOON = "teaspoon"
    TABLESPOON = "tablespoon"
    GLASS = "glass"
    OUNCE = "ounce"
    TABLET = "tablet"
    SHOT = "shot"
    GUMMY = "gummy"
    SERVING = "serving"


class Phase(StrEnum):
    """Where a medicine stands for this patient."""

    PLANNED = "planned"
    NEW = "new"
    SETTLED = "settled"
    STOPPED = "stopped"


class Match(StrEnum):
    """How surely what was typed was recognised."""

    EXACT = "exact"
    FUZZY = "fuzzy"
    AMBIGUOUS = "ambiguous"
    NONE = "none"


class PastWithdrawal(StrEnum):
    NONE = "none"
    MILD = "mild"
    MODERATE = "moderate"
    SEVERE = "severe"
    INTENSIVE_CARE = "intensive_care"


class OpioidUseDisorder(StrEnum):
    NONE = "none"
    PAST = "past"
    CURRENT = "current"


@dataclass(frozen=True, slots=True)
class KratomUse:
    """One product as the patient reports it.

    `amount` is in `unit`, per dose or per day as `per` says ("dose" or "day"). `doses_per_day` is on a day of use;
    `days_per_week` 0 to 7; `months_of_use` of regular use. `hours_since_last_use` counts back from the screening.
    """

    product: Product = Product.UNKNOWN
    amount: float | None = None
    unit: Unit | None = None
    per: str = "dose"
    doses_per_day: float | None = None
    days_per_week: float | None = None
    months_of_use: float | None = None
    hours_since_last_use: float | None = None
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """One line of the medicine list, or one other substance, after its name was looked up.

    `substances` are the ingredients screened; `products` are names of combinations it was recognised as
    ("naloxone / buprenorphine"), which rules may exclude. For an ambiguous name `candidates` holds the choices and
    `substances` is empty. `route` None counts as systemic and oral; `route_from` says who gave it: "typed", "name",
    "form", "substance" or "". `as_needed` is shown and decides nothing.
    """

    entered: str
    match: Match = Match.EXACT
    substances: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    phase: Phase | None = None
    stopped_days_ago: float | None = None
    route: str | None = None
    route_from: str = ""
    as_needed: bool = False


@dataclass(frozen=True, slots=True)
class Patient:
    """Age in whole years on the day. `conditions` are keys of the condition list; `unknown_conditions` as typed."""

    age: int | None = None
    sex: str | None = None
    pregnant: bool | None = None
    breastfeeding: bool | None = None
    conditions: tuple[str, ...] = ()
    unknown_conditions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class History:
    """Answers that bear on withdrawal. `failed_quits` counts attempts ended by withdrawal."""

    past_withdrawal: PastWithdrawal | None = None
    opioid_use_disorder: OpioidUseDisorder | None = None
    dose_on_waking: bool | None = None
    dose_at_night: bool | None = None
    doses_to_avoid_symptoms: bool | None = None
    failed_quits: int | None = None


@dataclass(frozen=True, slots=True)
class Scores:
    """`phq9`: the nine answers 0 to 3 in order, or None. `cows`: the total, 0 to 48, or None."""

    phq9: tuple[int, ...] | None = None
    cows: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What was agreed to do about kratom: `kind` "quit" (on one day) or "taper".

    `days_until` counts from the visit to that day or the first step, negative once begun; None where no day is set.
    """

    kind: str
    days_until: int | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """One result: a number in `unit`, or a `word`. `upper_limit` is the laboratory's own, `days_ago` from the visit."""

    kind: str
    days_ago: int
    value: float | None = None
    word: str = ""
    unit: str = ""
    upper_limit: float | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything known for one screening. No clock: times since use are already relative to the visit."""

    patient: Patient = field(default_factory=Patient)
    kratom: tuple[KratomUse, ...] = ()
    history: History = field(default_factory=History)
    taken: tuple[Taken, ...] = ()
    scores: Scores = field(default_factory=Scores)
    change: Change | None = None
    results: tuple[Measured, ...] = ()
    dose_raised: bool = False
