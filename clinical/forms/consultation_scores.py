"""PHQ-9 answers and the COWS total. An instrument is complete or not there: a partial total would be wrong."""

import copy
from dataclasses import dataclass
from functools import lru_cache

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy, ngettext

from clinical.forms import consultation_limits as limits
from clinical.forms.consultation_fields import Choice, WholeNumber
from clinical.forms.consultation_sections import Section

PHQ9_ITEMS = 9


@dataclass(frozen=True, slots=True)
class Instrument:
    """The words of PHQ-9 as loaded: its question, nine items, four answers and the credit line."""

    question: str = ""
    items: tuple[str, ...] = ()
    answers: tuple[tuple[str, str], ...] = ()
    credit: str = ""


@lru_cache(maxsize=4)
def _phq9_fields(instrument: Instrument) -> dict[str, Choice]:
    empty = gettext_lazy("Not answered")
    return {
        f"phq9_{number}": Choice(label=f"{number}. {words}", empty=empty, choices=instrument.answers)
        for number, words in enumerate(instrument.items, start=1)
    }


class ScoresForm(Section):
    """Fields `phq9_1` to `phq9_9` exist only when the instrument's words are loaded."""

    template = "clinical/_consultation_scores.html"

    cows = WholeNumber(
        label=gettext_lazy("COWS total"),
        most=limits.MOST_COWS,
        too_much=gettext_lazy("COWS runs from 0 to 48. Check the total."),
        too_little=gettext_lazy("COWS runs from 0 to 48. Check the total."),
    )

    def __init__(self, *args, instrument: Instrument, **kwargs):
        super().__init__(*args, **kwargs)
        self.instrument = instrument
        self.fields.update(copy.deepcopy(_phq9_fields(instrument)))

    @property
    def phq9_fields(self) -> list[forms.BoundField]:
        return [self[f"phq9_{number}"] for number in range(1, len(self.instrument.items) + 1)]

    @property
    def phq9_started(self) -> bool:
        return any(field.value() not in (None, "") for field in self.phq9_fields)

    def clean(self) -> dict:
        values = super().clean()
        answers = [values.get(f"phq9_{number}") for number in range(1, len(self.instrument.items) + 1)]
        missing = [number for number, answer in enumerate(answers, start=1) if answer in (None, "")]
        values["phq9"] = None if missing or not answers else tuple(int(answer) for answer in answers)
        if missing and len(missing) < len(answers):
            self.add_error(f"phq9_{missing[0]}", ValidationError(_missing_words(missing)))
        return values


def _missing_words(missing: list[int]) -> str:
    message = ngettext(
        "PHQ-9 has no total yet: item %(items)s is not answered. Answer it, or clear all nine.",
        "PHQ-9 has no total yet: items %(items)s are not answered. Answer them, or clear all nine.",
        len(missing),
    )
    return message % {"items": ", ".join(str(number) for number in missing)}


def initial_of(phq9: tuple[int, ...] | None, cows: int | None) -> dict:
    answers = {f"phq9_{number}": str(answer) for number, answer in enumerate(phq9 or (), start=1)}
    return {**answers, "cows": cows}
