"""Daily exposure: mitragynine and 7-OH on separate lines, each product added up, what cannot be counted named.

Never adds or converts one alkaloid into the other. Never invents a strength.
"""

from clinical.screening import reasons
from clinical.screening.amounts import DayOfUse, Measures, day_of_use, figures, measures_of, scaled
from clinical.screening.facts import KratomUse
from clinical.screening.flags import Exposure, Range, Unquantified
from clinical.screening.knowledge import Knowledge
from clinical.screening.phrases import Phrase, gettext_noop, phrase
from clinical.screening.products import Standing, standing_of

DAYS_IN_WEEK = 7
_WEEKLY = gettext_noop("Times %(days)s of 7 days = %(total)s mg %(alkaloid)s a day on average.")


def exposure_of(uses: tuple[KratomUse, ...], knowledge: Knowledge) -> Exposure:
    """Add up what is taken now or was stopped lately; a use that ended long enough ago does not count.

    Example: 3 g of leaf powder three times a day, daily, is 36, 117, 180 mg of mitragynine a day.
    """
    return add_up(uses, measures_of(knowledge), knowledge.parameters["carry_over_hours"])


def add_up(uses: tuple[KratomUse, ...], measures: Measures, carry_over_hours: float) -> Exposure:
    """As `exposure_of`, with conversions already indexed."""
    total = _Total()
    # Sums and sentences must not depend on the order of entry.
    for use in sorted(uses, key=repr) if len(uses) > 1 else uses:
        if standing_of(use, carry_over_hours) is not Standing.ENDED:
            total.add(use, day_of_use(use, measures))
    return total.exposure()


class _Total:
    """Running sums while products are added up."""

    def __init__(self) -> None:
        self.average: Range | None = None
        self.peak: Range | None = None
        self.seven_oh: Range | None = None
        self.grams: Range | None = None
        self.unquantified: list[Unquantified] = []
        self.steps: list[Phrase] = []

    def add(self, use: KratomUse, day: DayOfUse) -> None:
        self.grams = _plus(self.grams, day.grams)
        self.steps.extend(day.steps)
        if day.problem is not None:
            self.unquantified.append(Unquantified(use.product.value, day.problem))
            return
        share = None if use.days_per_week is None else use.days_per_week / DAYS_IN_WEEK
        if share is None:
            self.unquantified.append(Unquantified(use.product.value, reasons.NO_DAYS))
        if day.mitragynine is not None:
            self.peak = _plus(self.peak, day.mitragynine)
            if share is not None:
                self.average = _plus(self.average, self._weekly(use, day.mitragynine, share, "mitragynine"))
        if day.seven_oh is not None:
            # Without days a week the figure stands for a day of use; `unquantified` says so.
            known = self._weekly(use, day.seven_oh, share, "7-OH") if share is not None else day.seven_oh
            self.seven_oh = _plus(self.seven_oh, known)

    def _weekly(self, use: KratomUse, day: Range, share: float, alkaloid: str) -> Range:
        average = scaled(day, share)
        if share != 1:
            values = {"days": f"{use.days_per_week:g}", "total": figures(average), "alkaloid": alkaloid}
            self.steps.append(phrase(_WEEKLY, **values))
        return average

    def exposure(self) -> Exposure:
        return Exposure(
            mitragynine_mg_per_day=self.average,
            peak_day=self.peak,
            seven_oh_mg_per_day=self.seven_oh,
            grams_per_day=self.grams,
            unquantified=tuple(self.unquantified),
            steps=tuple(self.steps),
        )


def _plus(left: Range | None, right: Range | None) -> Range | None:
    if left is None or right is None:
        return left if right is None else right
    return (left[0] + right[0], left[1] + right[1], left[2] + right[2])
