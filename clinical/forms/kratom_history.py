"""The kratom history of the person: past withdrawal and attempts, harms, what else is used, plans and wishes.

Nothing is assumed: every answer starts as "not asked", and declining to answer is an answer of its own.
"""

import copy
from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clinical.forms import consultation_limits as limits
from clinical.forms.consultation_fields import Text, WholeNumber
from clinical.forms.consultation_sections import Section
from clinical.forms.several import Several
from clinical.forms.told import Told, ToldYesNo, settle_declined, shown_declined
from clinical.models import Patient, Sex
from clinical.models.consultation import OpioidUseDisorderChoice, PastWithdrawalChoice
from clinical.models.history import CO_USE, HARM_LABELS, NO_HARM, PREGNANCY_PLAN_LABELS
from clinical.records import MedicationRecord, UseRecord, VisitRecord

WITHDRAWAL = (
    "past_withdrawal", "quit_attempts", "failed_quits", "past_treatment", "dose_on_waking", "dose_at_night",
    "doses_to_avoid_symptoms", "opioid_use_disorder",
)  # fmt: skip
WISHES = ("pregnancy_plans", "wants_from_kratom", "wants_from_care")
ANSWERS = (*WITHDRAWAL, "harms", *WISHES)
# Typed or ticked answers have no list to say "declined" in: they have a box.
BOXED = ("quit_attempts", "failed_quits", "past_treatment", "harms", "wants_from_kratom", "wants_from_care")
USES, DOES_NOT = "uses", "does_not"
LONGEST_WISH = 300


def _told_in_words(label) -> Text:
    return Text(label=label, max_length=LONGEST_WISH, attributes={"dir": "auto", "maxlength": LONGEST_WISH})


def _co_use_fields() -> dict[str, Told]:
    listed, named = gettext_lazy("Uses: add to other substances"), gettext_lazy("Uses: to be named below")
    no = (DOES_NOT, gettext_lazy("Does not use"))
    return {
        f"co_use_{key}": Told(label=asked.label, choices=[(USES, named if asked.is_group else listed), no])
        for key, asked in CO_USE.items()
    }


class HistoryForm(Section):
    """What is asked of the person, once. What is asked of each product stands with the product."""

    template = "clinical/_consultation_history.html"

    past_withdrawal = Told(
        label=gettext_lazy("Worst withdrawal from kratom so far"), choices=PastWithdrawalChoice.choices
    )
    quit_attempts = WholeNumber(label=gettext_lazy("Attempts to stop"), most=limits.MOST_FAILED_QUITS)
    failed_quits = WholeNumber(
        label=gettext_lazy("Of these, given up because of withdrawal"), most=limits.MOST_FAILED_QUITS
    )
    past_treatment = _told_in_words(gettext_lazy("Treatment for kratom so far"))
    dose_on_waking = ToldYesNo(label=gettext_lazy("First dose on waking"))
    dose_at_night = ToldYesNo(label=gettext_lazy("Doses at night"))
    doses_to_avoid_symptoms = ToldYesNo(label=gettext_lazy("Doses to avoid symptoms"))
    opioid_use_disorder = Told(label=gettext_lazy("Opioid use disorder"), choices=OpioidUseDisorderChoice.choices)
    harms = Several(label=gettext_lazy("Harm from kratom so far"), choices=HARM_LABELS.items(), alone=NO_HARM)
    pregnancy_plans = Told(label=gettext_lazy("Pregnancy plans"), choices=PREGNANCY_PLAN_LABELS.items())
    wants_from_kratom = _told_in_words(gettext_lazy("What the person wants from kratom"))
    wants_from_care = _told_in_words(gettext_lazy("What the person wants from care"))
    declined = Several(label=gettext_lazy("Asked, preferred not to say"), choices=())

    def __init__(self, *args, patient: Patient, **kwargs):
        super().__init__(*args, **kwargs)
        self.patient, self.listed = patient, frozenset()
        self.fields.update(copy.deepcopy(CO_USE_FIELDS))
        self.fields["declined"].choices = self.fields["declined"].widget.choices = BOXES
        if patient.sex == Sex.MALE:  # not asked of a man
            del self.fields["pregnancy_plans"]

    def clean(self) -> dict:
        values = super().clean()
        attempts, given_up = values.get("quit_attempts"), values.get("failed_quits")
        if attempts is not None and given_up is not None and given_up > attempts:
            self.add_error("failed_quits", _("More were given up than were made. Check both numbers."))
        settle_declined(self, values)
        return values

    def told(self, uses: Iterable[UseRecord]) -> dict:
        """The answers as fields of a `VisitRecord`. A time said to be "on waking" answers that question too."""
        values = self.cleaned_data
        answers = {name: values.get(name, _empty(name)) for name in ANSWERS}
        declined = values.get("declined", ())
        said = {time for use in uses for time in use.dose_times}
        to_avoid = any("avoid_withdrawal" in use.reasons for use in uses)
        said_of = {
            "dose_on_waking": "wake" in said,
            "dose_at_night": "night" in said,
            "doses_to_avoid_symptoms": to_avoid,
        }
        for name, is_said in said_of.items():
            if is_said and answers[name] is None and name not in declined:
                answers[name] = True
        denied = tuple(key for key in CO_USE if values.get(f"co_use_{key}") == DOES_NOT)
        return {**answers, "declined": declined, "co_use_denied": denied}

    def check_uses(self, uses: Iterable[UseRecord]) -> None:
        """A product says one thing, the history another."""
        said = {time for use in uses for time in use.dose_times}
        for name, time in (("dose_on_waking", "wake"), ("dose_at_night", "night")):
            if time in said and self.cleaned_data.get(name) is False:
                self.add_error(name, _("A product above names such a dose among its times. Correct one of them."))

    def check_lines(self, lines: Iterable[MedicationRecord]) -> None:
        """A substance in a list cannot be one that is not used."""
        self.note_listed(lines)
        for key in self.listed:
            if self.cleaned_data.get(f"co_use_{key}") == DOES_NOT:
                self.add_error(f"co_use_{key}", _("It stands in a list below. Remove it there, or change this answer."))

    def note_listed(self, lines: Iterable[MedicationRecord]) -> None:
        """What stands in a list already is not asked again."""
        names = {line.entered.casefold().strip() for line in lines if line.phase != "stopped"}
        self.listed = frozenset(key for key, asked in CO_USE.items() if asked.entered in names)

    def co_used(self) -> tuple[MedicationRecord, ...]:
        """A line for each thing said to be used that is in no list yet."""
        used = [key for key in CO_USE if self.cleaned_data.get(f"co_use_{key}") == USES and key not in self.listed]
        return tuple(MedicationRecord(entered=CO_USE[key].entered, kind="other") for key in used)

    # ---- for the template
    @property
    def withdrawal(self) -> list:
        return [self[name] for name in WITHDRAWAL]

    @property
    def wishes(self) -> list:
        return [self[name] for name in WISHES if name in self.fields]

    @property
    def co_use(self) -> list:
        """Each question with whether its substance stands in a list already."""
        return [(self[f"co_use_{key}"], key in self.listed) for key in CO_USE]

    @property
    def words(self) -> str:
        """What the folded part holds, in a line."""
        asked = [str(self.fields[name].label) for name in ANSWERS if name in self.fields and self._holds(name)]
        asked += [str(CO_USE[key].label) for key in CO_USE if self._holds(f"co_use_{key}")]
        declined = len([name for name in (self["declined"].value() or "").split(",") if name])
        if declined:
            asked.append(ngettext("%(n)d declined", "%(n)d declined", declined) % {"n": declined})
        return ", ".join(asked) or _("not asked yet")

    @property
    def co_use_words(self) -> str:
        """What is said of other use, in a line."""
        said = [str(CO_USE[key].label) for key in CO_USE if key in self.listed or self._holds(f"co_use_{key}")]
        return ", ".join(said) or _("opioids, alcohol, benzodiazepines and others: not asked yet")

    @property
    def co_use_opens(self) -> bool:
        return any(name.startswith("co_use_") for name in self.errors)

    def _holds(self, name: str) -> bool:
        return self[name].value() not in (None, "", ())


def _empty(name: str) -> str | tuple | None:
    if name == "harms":
        return ()
    return None if name in ("quit_attempts", "failed_quits") or name.startswith("dose") else ""


CO_USE_FIELDS = _co_use_fields()
BOXES = tuple((name, HistoryForm.base_fields[name].label) for name in BOXED)


def initial_of(record: VisitRecord) -> dict:
    """The stored answers as the form shows them."""
    co_use = {f"co_use_{key}": DOES_NOT for key in record.co_use_denied}
    answers = {name: getattr(record, name) for name in ANSWERS}
    return {**answers, **co_use, **shown_declined({**HistoryForm.base_fields, **CO_USE_FIELDS}, record.declined)}
