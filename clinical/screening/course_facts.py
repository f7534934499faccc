"""What is known of one patient over several visits, as plain frozen values: the input of the course.

`None` means "not known", never zero. Exposure and tier are as they were shown on the day of each visit.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from clinical.screening.flags import Range

HOURS_PER_DAY = 24


@dataclass(frozen=True, slots=True)
class UseSeen:
    """One kratom product as recorded: hours since it was last taken, counted back from the visit."""

    hours_since_last_use: float | None = None
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class LineSeen:
    """One medicine line as typed, with the substances it was read as on that day."""

    entered: str
    substances: tuple[str, ...] = ()
    phase: str = ""
    started_on: date | None = None
    stopped_on: date | None = None


@dataclass(frozen=True, slots=True)
class VisitSeen:
    """One signed visit. `change_plan` is "taper", "quit" or empty; `does_not_use` is the patient's own statement."""

    key: str
    day: date
    phq9: tuple[int, ...] | None = None
    uses: tuple[UseSeen, ...] = ()
    does_not_use: bool = False
    change_plan: str = ""
    change_on: date | None = None
    quit_attempts: int | None = None
    mitragynine_mg_per_day: Range | None = None
    peak_day_mg: Range | None = None
    seven_oh_mg_per_day: Range | None = None
    unquantified: int = 0
    tier: str = ""
    could_be: str = ""
    lines: tuple[LineSeen, ...] = ()

    @property
    def last_use_on(self) -> date | None:
        """The day of the latest use that has a time; None where no time was recorded."""
        hours = [use.hours_since_last_use for use in self.uses if use.hours_since_last_use is not None]
        return self.day - timedelta(days=int(min(hours) // HOURS_PER_DAY)) if hours else None

    @property
    def has_stopped(self) -> bool:
        """Whether every product on record is said to be stopped."""
        return bool(self.uses) and all(use.stopped for use in self.uses)


@dataclass(frozen=True, slots=True)
class TaperSeen:
    """One agreed taper; `ended_on` None while it is open."""

    starts_on: date
    ended_on: date | None = None
