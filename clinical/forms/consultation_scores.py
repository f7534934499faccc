"""PHQ-9 and COWS in the visit. An instrument is complete or not there: a partial total would be wrong."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinical.forms import consultation_limits as limits
from clinical.forms.consultation_fields import WholeNumber
from clinical.forms.consultation_sections import Section
from clinical.forms.scales import Scale, open_items_words, scale_fields, score_words
from clinical.instruments import ON_THE_VISIT, Words
from clinical.records import InstrumentRecord, VisitRecord
from clinical.screening.instruments import score


@dataclass(frozen=True, slots=True)
class Instrument:
    """The words of PHQ-9 as loaded: its question, nine items, four answers and the credit line."""

    question: str = ""
    items: tuple[str, ...] = ()
    answers: tuple[tuple[str, str], ...] = ()
    credit: str = ""


@dataclass(frozen=True, slots=True)
class Offered:
    """An instrument with a page of its own, and how it stands in this visit where that is known."""

    code: str
    short: str
    standing: str


class ScoresForm(Section):
    """Fields `phq9_1`, `cows_1` and so on exist only when the instrument's words are loaded.

    COWS is rated item by item, or a total from elsewhere is typed in `cows`.
    """

    template = "clinical/_consultation_scores.html"

    cows = WholeNumber(
        label=gettext_lazy("COWS total"),
        most=limits.MOST_COWS,
        too_much=gettext_lazy("COWS runs from 0 to 48. Check the total."),
        too_little=gettext_lazy("COWS runs from 0 to 48. Check the total."),
    )

    def __init__(self, *args, instruments: Mapping[str, Words], taken: tuple[InstrumentRecord, ...] = (), **kwargs):
        super().__init__(*args, **kwargs)
        self.instruments, self.taken = instruments, taken
        self.scales = {code: Scale(self, instruments[code]) for code in ON_THE_VISIT if code in instruments}
        for scale in self.scales.values():
            self.fields.update(scale_fields(scale.words))

    @property
    def phq9(self) -> Scale | None:
        return self.scales.get("phq9")

    @property
    def cows_scale(self) -> Scale | None:
        return self.scales.get("cows")

    @property
    def offered(self) -> list[Offered]:
        taken = {one.instrument: one.answers for one in self.taken}
        return [
            Offered(code, words.short, _standing(words, taken[code]) if code in taken else "")
            for code, words in self.instruments.items()
            if code not in ON_THE_VISIT
        ]

    @property
    def is_any_taken(self) -> bool:
        return any(one.instrument not in ON_THE_VISIT for one in self.taken)

    def clean(self) -> dict:
        values = super().clean()
        found = {code: self._complete(scale, values) for code, scale in self.scales.items()}
        values["phq9"] = found.get("phq9")
        values["cows"] = self._cows(values.get("cows"), found.get("cows"))
        values["instruments"] = tuple(
            _record(self.instruments[code], answers) for code, answers in found.items() if answers is not None
        )
        return values

    def _complete(self, scale: Scale, values: dict) -> tuple[int, ...] | None:
        """All answers, or None; one that was begun and not finished is told at its first open item."""
        answers = scale.answered(values)
        if None not in answers:
            return tuple(answer for answer in answers if answer is not None)
        if any(answer is not None for answer in answers):
            name = scale.names[answers.index(None)]
            if name not in self.errors:
                self.add_error(name, ValidationError(open_items_words(scale.words, answers)))
        return None

    def _cows(self, typed: int | None, rated: tuple[int, ...] | None) -> int | None:
        if rated is None:
            return typed
        total = score(self.instruments["cows"].core, rated).total
        if typed is not None and typed != total:
            message = _("The rated items add up to %(total)s. Leave this empty, or correct the items.")
            self.add_error("cows", ValidationError(message % {"total": total}))
        return total


def _record(words: Words, answers: tuple[int, ...]) -> InstrumentRecord:
    found = score(words.core, answers)
    return InstrumentRecord(words.code, answers, words.revision, found.total, found.band.code if found.band else "")


def _standing(words: Words, answers: tuple[int, ...]) -> str:
    return score_words(words, score(words.core, answers), answers)


def initial_of(record: VisitRecord) -> dict:
    """What the fields start with. A COWS total stands in its own field only where its items were not rated."""
    taken = {one.instrument: one.answers for one in record.instruments if one.instrument in ON_THE_VISIT}
    if record.phq9:
        taken["phq9"] = record.phq9
    answers = {
        f"{code}_{number}": str(answer)
        for code, values in taken.items()
        for number, answer in enumerate(values, start=1)
    }
    return {**answers, "cows": None if "cows" in taken else record.cows}
