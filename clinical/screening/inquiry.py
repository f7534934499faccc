"""Who is to be asked directly about suicide in a visit, and why. Thresholds are passed in.

Only an answer above zero to PHQ-9 item 9 holds a visit up. Nothing here ever says that there is no risk.
"""

from collections.abc import Sequence
from dataclasses import dataclass

ITEM_9, FIRST_VISIT, CHANGE, RISE = "item-9", "first-visit", "change", "rise"


@dataclass(frozen=True, slots=True)
class Mood:
    """What bears on asking: answers of this visit and of the last one that had them, and what the visit is."""

    phq9: Sequence[int] | None = None
    phq9_before: Sequence[int] | None = None
    is_first_visit: bool = False
    changes_kratom: bool = False


def reasons_to_ask(mood: Mood, *, item_9_positive: float, rise: float) -> tuple[str, ...]:
    """Codes of every reason that holds, the one that must be answered first."""
    held = {
        ITEM_9: must_ask(mood.phq9, item_9_positive=item_9_positive),
        FIRST_VISIT: mood.is_first_visit,
        CHANGE: mood.changes_kratom,
        RISE: bool(mood.phq9 and mood.phq9_before) and sum(mood.phq9 or ()) - sum(mood.phq9_before or ()) >= rise,
    }
    return tuple(code for code, holds in held.items() if holds)


def must_ask(phq9: Sequence[int] | None, *, item_9_positive: float) -> bool:
    """Whether the visit is held up until somebody asked: item 9 above "not at all", whatever the total."""
    return bool(phq9) and phq9[-1] >= item_9_positive
