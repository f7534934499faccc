"""What reference data says about checks and results: kinds, cut-offs, checks and what calls for them."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Measure:
    """One unit a kind of result may be given in. `least` and `most` are walls against slips, no thresholds."""

    unit: str
    read: str
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class ResultKind:
    """One kind of result: a number in one of its `units`, or one of its `words`."""

    code: str
    label: str
    units: tuple[Measure, ...] = ()
    words: tuple[str, ...] = ()
    needs_upper_limit: bool = False


@dataclass(frozen=True, slots=True)
class CutOff:
    """What raises a result of `kind`: more than `over_times` its upper limit, or one of `words`."""

    code: str
    kind: str
    over_times: float | None
    words: tuple[str, ...]
    text: str
    sources: tuple[str, ...]
    judgement: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """When a check is offered; any of `circumstances` is enough, and none named means always."""

    when: str
    circumstances: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """One check: the kinds of result that answer it, when it is offered, why, and who says so."""

    code: str
    text: str
    kinds: tuple[str, ...]
    rhythm: str
    why: str
    who: str
    sources: tuple[str, ...]
    judgement: bool
    offers: tuple[Offer, ...]


@dataclass(frozen=True, slots=True)
class Circumstance:
    """Something on record that calls for a check: any of these conditions, roles or substances."""

    name: str
    read: str
    conditions: frozenset[str]
    roles: frozenset[str]
    substances: frozenset[str]


@dataclass(frozen=True, slots=True)
class Monitoring:
    """The whole document. Empty where it is not loaded: then nothing is offered, and a page says so."""

    kinds: tuple[ResultKind, ...] = ()
    cut_offs: tuple[CutOff, ...] = ()
    checks: tuple[Check, ...] = ()
    circumstances: tuple[Circumstance, ...] = ()
    parameters: dict[str, float] = field(default_factory=dict)
