"""The plain values a ruling is made from: dated rows, the levels of a place, limits of staleness. Pure.

Every period is half-open: `valid_from` counts, `valid_until` does not, and None is open.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Status(StrEnum):
    """What a rule means for an adult patient, strictest first; `UNKNOWN` stands outside the order."""

    PROHIBITED = "prohibited"
    RESTRICTED = "restricted"
    REGULATED = "regulated"
    LEGAL_UNREGULATED = "legal_unregulated"
    UNKNOWN = "unknown"


class Substance(StrEnum):
    """What the law tells apart. Rows may also say `BOTH`, which means the first two."""

    KRATOM_LEAF = "kratom_leaf"
    SEVEN_OH = "7-OH"
    DERIVATIVES = "7-OH_derivatives"


class StalenessGroup(StrEnum):
    """Which re-check interval a level follows."""

    STATE = "state"
    LOCAL = "local"
    COUNTRY = "country"


BOTH = "both"


@dataclass(frozen=True, slots=True)
class StatusPeriod:
    """One dated row of law. In force from `valid_from` up to, not including, `valid_until`; None is open."""

    jurisdiction_code: str
    substance: str
    status: Status
    checked_on: date
    valid_from: date | None = None
    valid_until: date | None = None
    start_known: str = "exact"
    min_age: int | None = None
    schedule: str = ""
    restrictions: str = ""
    possession: str = "not known"
    sale: str = "not known"
    citation: str = ""
    source_url: str = ""
    source_date: str = ""
    confidence: str = "low"
    read_here: bool = True
    second_read: str = ""

    @property
    def edges(self) -> tuple[date, ...]:
        """The days on which it starts or stops to hold, where they are known."""
        return tuple(day for day in (self.valid_from, self.valid_until) if day)

    checked_by: str = ""

    def covers(self, substance: str) -> bool:
        """Whether the row speaks about this substance; `both` speaks about leaf and 7-OH, never derivatives."""
        return self.substance == substance or (self.substance == BOTH and substance != Substance.DERIVATIVES)

    def in_force(self, day: date) -> bool:
        """Half-open: the first day counts, `valid_until` does not."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day < self.valid_until
        )


@dataclass(frozen=True, slots=True)
class Level:
    """One jurisdiction of a place, broadest first in a chain. `listed` is False where we hold no record of it."""

    code: str
    name: str
    kind: str
    periods: tuple[StatusPeriod, ...] = ()
    group: StalenessGroup = StalenessGroup.STATE
    listed: bool = True


@dataclass(frozen=True, slots=True)
class PendingEntry:
    """A change that is announced, moving or in doubt; its date may be no more than words."""

    jurisdiction_code: str
    what: str
    stage: str
    expected: str
    source_url: str
    source_date: str
    expected_on: date | None = None


@dataclass(frozen=True, slots=True)
class StalenessLimits:
    """Days after which a row earns a warning, and the multiple at which no firm answer is given."""

    state_days: int
    local_days: int
    country_days: int
    firm_multiple: int

    def days_for(self, group: StalenessGroup) -> int:
        return {
            StalenessGroup.STATE: self.state_days,
            StalenessGroup.LOCAL: self.local_days,
            StalenessGroup.COUNTRY: self.country_days,
        }[group]
