"""What screening answers with: flags, what could not be assessed, exposure, withdrawal and safety.

All frozen and comparable. `answer.to_json` gives the public shape other programs rely on.
"""

from dataclasses import dataclass

from clinical.screening.knowledge import Severity
from clinical.screening.phrases import Phrase


@dataclass(frozen=True, slots=True)
class Flag:
    """One rule that fired for one subject today.

    `about` is the substance, condition or population; `entered` what was typed for it. `mechanism` is the main one.
    `severity` is as shown; `base_severity` as the rule rates it before modifiers. `provisional` when the match
    was by spelling or rests on an unverified role. `why` says what made it fire, in order.
    """

    rule: str
    revision: int
    about: str
    entered: tuple[str, ...]
    mechanism: str
    mechanisms: tuple[str, ...]
    severity: Severity
    base_severity: Severity
    certainty: str
    provisional: bool
    title: str
    summary: str
    why: tuple[Phrase, ...]
    action: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotAssessed:
    """Something screening could not judge, and why. `code` is stable; `what` as typed or named."""

    code: str
    what: str
    why: Phrase


@dataclass(frozen=True, slots=True)
class NothingFound:
    """A rule that was looked for and not found (minor, none-found): shown on request, never as a flag."""

    rule: str
    about: str
    text: str


Range = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Unquantified:
    """A product whose exposure could not be worked out, and why."""

    product: str
    why: Phrase


@dataclass(frozen=True, slots=True)
class Exposure:
    """Mitragynine mg/day (low, mid, high) averaged over the week and on a day of use; 7-OH mg/day on its own line.

    `grams_per_day` is leaf material on a day of use, for the withdrawal tier. Never add the two alkaloids.
    """

    mitragynine_mg_per_day: Range | None = None
    peak_day: Range | None = None
    seven_oh_mg_per_day: Range | None = None
    grams_per_day: Range | None = None
    unquantified: tuple[Unquantified, ...] = ()
    steps: tuple[Phrase, ...] = ()


@dataclass(frozen=True, slots=True)
class Fired:
    """One withdrawal rule that fired: what it says, what it rests on, and whether the cut-point is our judgement."""

    rule: str
    tier: str
    text: str
    basis: str
    judgement: bool


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Withdrawal concern: a planning aid, not a probability.

    `tier` is the highest rule that fires on what is known; `could_be` what it might be once `missing` is known.
    `missing` are core inputs (product, doses_per_day, amount, months_of_use); `not_asked` other questions whose answer
    could raise the tier.
    `complicated` lists reasons that change the setting whatever the tier. `labels` are names such as very high dose.
    """

    tier: str
    could_be: str
    missing: tuple[str, ...] = ()
    not_asked: tuple[str, ...] = ()
    complicated: tuple[str, ...] = ()
    fired: tuple[Fired, ...] = ()
    labels: tuple[str, ...] = ()
    mood_watch: bool = False


@dataclass(frozen=True, slots=True)
class Hazard:
    """One thing to mind when kratom is stopped or tapered, and the medicines of this patient it is about.

    `windows` are first and last day it holds, counted from the day agreed; empty where no day can be named.
    """

    code: str
    text: str
    about: tuple[str, ...]
    windows: tuple[tuple[int, int], ...]
    basis: str
    sources: tuple[str, ...]
    judgement: bool


@dataclass(frozen=True, slots=True)
class ChangeAhead:
    """What the change agreed brings with it. `days_until` as in the facts; hazards that are over are left out."""

    kind: str
    days_until: int | None
    hazards: tuple[Hazard, ...] = ()


@dataclass(frozen=True, slots=True)
class Safety:
    """One prompt of the mood-and-safety panel and what set it off."""

    code: str
    text: str
    because: str


@dataclass(frozen=True, slots=True)
class Ground:
    """One thing a contributor to a load rests on: a role of a medicine, a rule, or what was read of kratom.

    `strength` is the source's own word, empty where it gives none. `way` is main, lesser or indirect.
    """

    role: str
    strength: str
    way: str
    words: str
    certainty: str
    sources: tuple[str, ...]
    provisional: bool
    judgement: bool


@dataclass(frozen=True, slots=True)
class Contributor:
    """One substance or kratom product that adds to a load. `way` is the plainest of its `grounds`.

    `kind` is kratom or medicine (any other substance). `direction` is raises, lowers, either, or empty where the load
    has one direction. `notes` say what qualifies it: stopped but still acting, planned, spelling to confirm.
    """

    about: str
    entered: tuple[str, ...]
    kind: str
    way: str
    direction: str
    provisional: bool
    grounds: tuple[Ground, ...]
    notes: tuple[Phrase, ...] = ()


@dataclass(frozen=True, slots=True)
class NotCounted:
    """Something that may add to a load and was not counted, and why."""

    what: str
    why: Phrase


@dataclass(frozen=True, slots=True)
class LoadRow:
    """One mechanism over everything the patient takes, kratom among it: no score, and no alert.

    `mechanisms` are those of the pair flags that belong to it.
    """

    load: str
    label: str
    mechanisms: tuple[str, ...]
    contributors: tuple[Contributor, ...]
    not_counted: tuple[NotCounted, ...] = ()


@dataclass(frozen=True, slots=True)
class Screening:
    """The whole answer. `withdrawal` is None when no kratom use is recorded, `change` when none is agreed."""

    reference_version: int
    flags: tuple[Flag, ...] = ()
    not_assessed: tuple[NotAssessed, ...] = ()
    nothing_found: tuple[NothingFound, ...] = ()
    no_rule: tuple[str, ...] = ()
    exposure: Exposure = Exposure()
    withdrawal: Withdrawal | None = None
    safety: tuple[Safety, ...] = ()
    load: tuple[LoadRow, ...] = ()
    change: ChangeAhead | None = None
