"""Rules and thresholds as plain frozen values: what `snapshots` hands to the engine.

Nothing here decides; `engine.compile_rules` turns these into an index once per reference version. Each number came
from a reference row with its source, so none stands bare in the code that uses it.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from clinical.screening.load_knowledge import Load
from clinical.screening.monitoring_knowledge import Monitoring


class Severity(StrEnum):
    """How bad the harm would be. Kept apart from certainty everywhere."""

    CONTRAINDICATED = "contraindicated"
    MAJOR = "major"
    MODERATE = "moderate"
    MINOR = "minor"


class Certainty(StrEnum):
    """How sure we are, for the pair the rule is about."""

    CLINICAL_STUDY = "clinical-study"
    CASE_REPORTS = "case-reports"
    IN_VITRO_ANIMAL = "in-vitro/animal"
    THEORETICAL = "theoretical"
    NONE_FOUND = "none-found"


SEVERITY_ORDER = {s: i for i, s in enumerate(Severity)}
CERTAINTY_ORDER = {c: i for i, c in enumerate(Certainty)}


class Mechanism(StrEnum):
    OPIOID_ADDITIVE = "opioid-additive"
    CNS_DEPRESSION = "cns-depression"
    SEROTONERGIC = "serotonergic"
    QT = "qt"
    CYP3A_SUBSTRATE = "cyp3a-substrate"
    CYP2D6_SUBSTRATE = "cyp2d6-substrate"
    PGP_SUBSTRATE = "pgp-substrate"
    CYP3A_INHIBITOR = "cyp3a-inhibitor"
    CYP3A_INDUCER = "cyp3a-inducer"
    HEPATOTOXIC = "hepatotoxic"
    SEIZURE = "seizure"
    STIMULANT_CARDIOVASCULAR = "stimulant-cardiovascular"
    OPIOID_ANTAGONIST = "opioid-antagonist"
    PREGNANCY_NEONATAL = "pregnancy-neonatal"
    BLEEDING = "bleeding"
    CYP2D6_INHIBITOR = "cyp2d6-inhibitor"
    CYP_OTHER = "cyp-other"
    UGT = "ugt"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class RoleOf:
    """One row of "this substance does that": `strength` is empty where the source gives none."""

    substance: str
    role: str
    strength: str = ""
    verified: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True)
class RuleObject:
    """One thing a rule fires on.

    `kind` is role, substance, other_substance, condition or population; `key` its stable key. Empty sets mean "any":
    `strengths` of the role, `products` of kratom, `phases` of the medicine (a medicine whose phase is not recorded
    always matches). `exclude` names substances or combination products. `routes` holds route names, "systemic" or
    "any". `refines` names rules this one replaces for the same substance, where these products and routes apply.
    """

    kind: str
    key: str
    strengths: frozenset[str] = frozenset()
    exclude: frozenset[str] = frozenset()
    products: frozenset[str] = frozenset()
    routes: frozenset[str] = frozenset({"systemic"})
    phases: frozenset[str] = frozenset()
    mechanisms: tuple[str, ...] = ()
    refines: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Modifier:
    """Something about this patient that makes one rule's concern larger or smaller.

    `when` is a modifier key that conditions, age or co-medication can set ("qt_risk"), or "product:7oh",
    "substance:alcohol", "role:serotonergic" (another one than the flag's own), "over_g_per_day:20".
    `effect` is raise, lower or note. `reason` is shown. Raising never passes major, lowering never passes minor.
    """

    when: str
    effect: str
    reason: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One kratom interaction, as far as screening needs it. `code` and `revision` name the row it came from."""

    code: str
    revision: int
    severity: Severity
    certainty: Certainty
    title: str
    summary: str
    action: str
    sources: tuple[str, ...]
    objects: tuple[RuleObject, ...]
    modifiers: tuple[Modifier, ...] = ()
    once_per_patient: bool = False
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """One entry of the condition list and what it sets off.

    `modifiers` are modifier keys; `safety` safety codes; `complicated` reasons for the withdrawal tier;
    `tier_high` reasons that put the tier at high. Rules name conditions themselves, through `RuleObject`.
    """

    key: str
    label: str
    modifiers: tuple[str, ...] = ()
    safety: tuple[str, ...] = ()
    complicated: tuple[str, ...] = ()
    tier_high: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitAmount:
    """Grams of leaf material in one `unit` of `product` ("" for any product): low, mid, high."""

    unit: str
    product: str
    grams: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Content:
    """Mitragynine in a material: low, mid, high. `basis` says per what.

    "gram" and "glass" are mg each; "label_mg" and "label_mg_7oh" are factors on the stated mg ("" for any product);
    "leaf_factor" is the share of what the leaf holds that ends up in it (tea).
    """

    product: str
    basis: str
    mitragynine: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class WithdrawalRule:
    """One line of the withdrawal tier table.

    `criterion` names a test in `withdrawal.py`, `threshold` its number where it needs one, `tier` what it leads to
    (minimal, low, moderate, high, complicated or label). `basis` is shown with the rule; `judgement` says whether
    the cut-point is ours.
    """

    code: str
    tier: str
    criterion: str
    threshold: float | None
    text: str
    basis: str
    judgement: bool = False


@dataclass(frozen=True, slots=True)
class ChangeRule:
    """One thing to mind when kratom is stopped or tapered.

    `kinds` are the changes it is about (quit, taper). `windows` are first and last day counted from the day agreed;
    `while_carried` holds from that day until kratom no longer counts. It is about medicines whose flags have one of
    `mechanisms` or that have one of `roles`, taken or (`stopped`) stopped lately; with neither list it always holds,
    unless it waits for a day that has `passed`. `flag_text` is added to the reasons of those flags.
    """

    code: str
    kinds: frozenset[str]
    text: str
    basis: str
    judgement: bool
    sources: tuple[str, ...] = ()
    windows: tuple[tuple[int, int], ...] = ()
    while_carried: bool = False
    mechanisms: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    stopped: bool = False
    passed: bool = False
    flag_text: str = ""


@dataclass(frozen=True, slots=True)
class SafetyPrompt:
    """One line of the mood-and-safety panel: `code` is a stable token, `text` what a clinician reads.

    `needs_kratom` keeps a prompt that only makes sense with kratom use on record from a patient who has none.
    """

    code: str
    text: str
    needs_kratom: bool = False


@dataclass(frozen=True, slots=True)
class Acting:
    """How long a medicine goes on acting after the last dose: `days`, or None where that is not known.

    For substances, or for those with one of `roles`; an entry of its own goes before one of a role, and an entry for
    `routes` before one for every systemic route. `mechanisms` empty means all that last; `basis` is shown.
    """

    substances: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    routes: frozenset[str] = frozenset()
    days: float | None = None
    mechanisms: frozenset[str] = frozenset()
    basis: str = ""
    sources: tuple[str, ...] = ()
    judgement: bool = False


@dataclass(frozen=True, slots=True)
class Lasting:
    """Whether a mechanism lasts as long as a stopped medicine acts, and what to add where stopping turns it round."""

    mechanism: str
    lasts: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """All reference data the engine needs, at one reference version.

    `parameters` holds single thresholds by name (hours of kinetic carry-over after stopping, plausible maximum of
    grams a day, ...); `implied_substances` maps a product kind to substances it contains besides kratom
    (a kava-kratom drink holds kava). `acting` and `lasting` are about medicines that were stopped; a mechanism that
    `lasting` does not name lasts.
    """

    reference_version: int = 0
    rules: tuple[Rule, ...] = ()
    roles: tuple[RoleOf, ...] = ()
    conditions: tuple[Condition, ...] = ()
    units: tuple[UnitAmount, ...] = ()
    contents: tuple[Content, ...] = ()
    withdrawal: tuple[WithdrawalRule, ...] = ()
    safety: tuple[SafetyPrompt, ...] = ()
    parameters: dict[str, float] = field(default_factory=dict)
    implied_substances: dict[str, tuple[str, ...]] = field(default_factory=dict)
    acting: tuple[Acting, ...] = ()
    lasting: tuple[Lasting, ...] = ()
    loads: tuple[Load, ...] = ()
    changes: tuple[ChangeRule, ...] = ()
    monitoring: Monitoring = field(default_factory=Monitoring)
