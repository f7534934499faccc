"""A chosen diary file with what was answered about it, read anew at every step. Stores nothing."""

from datetime import datetime

from django.utils.translation import gettext as _

from clinical.actions.diary import Dose
from clinical.diary.headings import table_of
from clinical.diary.reading import QUESTIONED, READ, REFUSED, Diary, Known, read
from clinical.diary_lists import stored_doses
from clinical.forms import consultation_limits as limits
from clinical.forms.diary import MOST_ROWS, Chosen, DiaryAnswersForm, carried, products_in
from clinical.forms.kratom_questions import questions_of
from clinical.forms.kratom_words import product_of
from clinical.models import Patient
from clinical.models.consultation import UNIT_LABELS
from clinical.records import UseRecord
from clinical.screening.facts import Match
from clinical.snapshots import current_rules, current_version
from clinical.vocabulary import lookup


class Preview:
    """What the file holds as read with the answers given so far; `doses` is what would be stored."""

    def __init__(self, patient: Patient, chosen: Chosen, *, now: datetime, data=None, time_zone: str = ""):
        self.chosen, self.table = chosen, table_of(chosen.text, MOST_ROWS)
        self.carried = carried(chosen, str(patient.pk))
        version = current_version()
        names = products_in(self.table)
        suggested = {name: _suggested(name, version) for name in names}
        self.form = DiaryAnswersForm(data, initial={"time_zone": time_zone}, names=names, suggested=suggested)
        self.form.is_valid()
        self.answers = self.form.answers(patient.practice.time_zone)
        self.diary: Diary = read(self.table, self.answers, _known(patient, now, version))
        self.asked = self.form.asked(self.diary.asks)

    @property
    def counts(self) -> dict[str, int]:
        return {state: len(self.diary.of(state)) for state in (READ, QUESTIONED, REFUSED)}

    @property
    def problems(self) -> list[tuple[str, str]]:
        """What stands in the way of storing: field and words."""
        found = [(name, message) for name, messages in self.form.errors.items() for message in messages]
        if self.diary.asks:
            field = next((field for field in self.asked if not field.value()), None)
            found.append((field.name if field else "time_zone", _("Answer every question about the file first.")))
        elif self.counts[QUESTIONED] and not self.form.cleaned_data.get("so_it_is"):
            found.append(("so_it_is", _("Look at the questioned rows. If they are right, tick this.")))
        if self.counts[REFUSED] and not self.form.cleaned_data.get("without_refused"):
            found.append(
                ("without_refused", _("Some rows cannot be stored. Tick this to store the others, or mend the file."))
            )
        if not self.doses and not self.diary.asks:
            found.append(("time_zone", _("No row of this file can be stored.")))
        return found

    @property
    def doses(self) -> tuple[Dose, ...]:
        kept = (row for row in self.diary.rows if row.state != REFUSED and not row.asks and row.taken_at)
        return tuple(Dose(row.taken_at, row.product, row.written, row.amount, row.unit) for row in kept)


def _suggested(name: str, version: int) -> str:
    """The kind of product where the name says it for certain, else "" so that it is asked."""
    if not name or len(name) > 200:
        return ""
    found = lookup.taken(entered=name, version=version)
    substances = frozenset(found.substances)
    if found.match is not Match.EXACT or not substances & current_rules(version).kratom_names:
        return ""
    product = product_of(name, substances)
    return "" if product == "unknown" else product


def _known(patient: Patient, now: datetime, version: int) -> Known:
    rules = current_rules(version)

    def unlikely(product: str, amount: float, unit: str) -> str:
        use = UseRecord(product=product, amount=amount, unit=unit, per="day")
        return next((words for field, words in questions_of(use, rules) if field == "amount"), "")

    return Known(now, patient.born_on, stored_doses(patient), unlikely, _impossible)


def _impossible(amount: float, unit: str) -> str:
    most = limits.MOST_AMOUNT.get(unit, limits.MOST_AMOUNT_OTHERWISE) if unit else limits.MOST_AMOUNT_OF_ANY_UNIT
    if amount <= most:
        return ""
    values = {"most": f"{most:,}", "unit": UNIT_LABELS.get(unit, "")}
    return (_("More than %(most)s %(unit)s in one dose is not plausible.") % values).replace("  ", " ")
