"""The whole consultation form: its parts bound together, and the plain record that comes out of them.

Stores nothing. `record` holds whatever could be read, so that the live list never waits for a perfect form; `problems`
names the rest, so that nothing left out of it stays unsaid.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from clinical.forms import consultation_scores, kratom_use, medication, repeat_visit
from clinical.forms.consultation_reference import words_in_force
from clinical.forms.consultation_scores import ScoresForm
from clinical.forms.consultation_sections import AskedForm, HealthForm, PlanForm
from clinical.forms.kratom_history import HistoryForm
from clinical.forms.kratom_history import initial_of as history_of
from clinical.forms.medication_details import day_of
from clinical.forms.medication_summary import lead_on, summary_of
from clinical.forms.paste import PasteForm
from clinical.forms.placing import Placed, placed
from clinical.instruments import instruments_in_force
from clinical.models import Asked, Consultation, Patient
from clinical.records import HealthSeen, UseRecord, VisitRecord
from clinical.since_last import is_repeat
from clinical.snapshots import current_rules, current_version, record_of

VERSION = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to correct: where (the id of the field), what it is called, and the message."""

    field_id: str
    label: str
    message: str


class ConsultationForm:
    """All parts of one visit, unbound from `record` or bound to `data`."""

    def __init__(
        self,
        patient: Patient,
        *,
        today: date,
        record: VisitRecord | None = None,
        version: int = 0,
        data: QueryDict | None = None,
        placing: bool = False,
        version_read: int | None = None,
        key: UUID | None = None,
    ):
        """`placing` puts what was pasted into rows and kratom under kratom; for the live list all rows stay.

        `version_read` is the reference version in force, where it is known already; `key` that of the stored draft.
        """
        self.patient, self.is_bound = patient, data is not None
        self.version_read = current_version() if version_read is None else version_read
        self.placed = Placed(data, left=(data or {}).get("pasted", ""))
        if data is not None and data.get("do") == repeat_visit.UNCHANGED:
            data = repeat_visit.all_as_last_time(data)
        if data is not None and placing:
            self.placed = placed(data, self.version_read)
            data = self.placed.data
        self.words = words_in_force(self.version_read)
        start = record or VisitRecord(visit_on=today)
        health = {name: getattr(start, name) for name in ("pregnant", "breastfeeding")}
        asked = {"version": version, "new_id": key or uuid4(), "visit_on": start.visit_on, "asked": start.asked}
        self.asked = AskedForm(data, initial=asked, born_on=patient.born_on, today=today)
        self.kratom = kratom_use.KratomUses(data=data, initial=start.uses, version=self.version_read)
        self.history = HistoryForm(data, initial=history_of(start), patient=patient)
        self.history.note_listed(start.medications)
        at = {"version": self.version_read, "day": day_of((data or {}).get("visit_on", ""), today)}
        self.medicines = medication.Medicines(data=data, initial=_lines(start, "medicine"), **at)
        self.others = medication.OtherSubstances(data=data, initial=_lines(start, "other"), **at)
        self.paste = PasteForm(self.placed, is_read=placing)
        self.paste.is_first = not self.filled_medicines
        seen = HealthSeen(start.conditions, start.pregnant, start.breastfeeding)
        health |= {"conditions": (start.conditions, ""), "health_seen": seen}
        self.health = HealthForm(data, initial=health, patient=patient)
        self.health.fields["conditions"].at(self.version_read)
        instruments = instruments_in_force(self.version_read)
        scores = consultation_scores.initial_of(start)
        self.scores = ScoresForm(data, initial=scores, instruments=instruments, taken=start.instruments)
        self.plan = PlanForm(data, initial={name: getattr(start, name) for name in PlanForm.base_fields})
        self._start, self.summary = start, None

    @classmethod
    def of(cls, consultation: Consultation, *, today: date) -> "ConsultationForm":
        """The form as stored."""
        record, version = record_of(consultation), consultation.version
        return cls(consultation.patient, today=today, record=record, version=version, key=consultation.pk)

    @property
    def single_parts(self) -> tuple:
        return (self.asked, self.history, self.health, self.scores, self.plan)

    @property
    def history_has_errors(self) -> bool:
        return self.is_bound and bool(self.history.errors)

    @property
    def filled_medicines(self) -> bool:
        """Whether a medicine stands in a row: the paste box then follows the rows instead of leading them."""
        return len(self.medicines.forms) > 1

    @property
    def lists(self) -> tuple:
        return (self.kratom, self.medicines, self.others)

    @cached_property
    def _is_valid(self) -> bool:
        parts_are_valid = [part.is_valid() for part in (*self.single_parts, *self.lists)]
        self._compare_parts()
        return all(parts_are_valid) and not self.problems

    def is_valid(self) -> bool:
        """Whether everything typed can be kept as it is."""
        return self.is_bound and self._is_valid

    def _compare_parts(self) -> None:
        """Checks that need two parts: days against the day of the visit, products against the answer."""
        visit_on = self.asked.cleaned_data.get("visit_on")
        for form in (*self.medicines, *self.others):
            if visit_on and hasattr(form, "cleaned_data"):
                form.check_days(visit_on)
        if visit_on:
            self.plan.check_day(visit_on)
        uses = [use for _number, use in self.kratom.records()]
        self.history.check_uses(uses)
        self.history.check_lines([line for _form, line in self.lines()])
        in_use = [use for use in uses if not use.stopped]
        if in_use and self.asked.cleaned_data.get("asked") == Asked.DOES_NOT:
            message = _("A kratom product is listed below. Choose “Asked, uses”, or mark the product as stopped.")
            self.asked.add_error("asked", ValidationError(message))

    @property
    def notices(self) -> tuple[str, ...]:
        """What was put in another place than it was typed, and what will not be kept."""
        left = self.paste.left.strip() if self.paste.note else ""
        lines = ", ".join(f"“{line.strip()}”" for line in left.splitlines())
        not_kept = _("Not read as medicines, not kept: %(lines)s") % {"lines": lines}
        return (*self.placed.moved, not_kept) if left else self.placed.moved

    @property
    def seen_version(self) -> int:
        """The version of the draft this page was made from, or the one it is meant to replace; 0 when not said."""
        over = self.asked.data.get("over", "")
        return int(over) if VERSION.fullmatch(over) else self.asked.cleaned_data.get("version") or 0

    @cached_property
    def new_id(self) -> UUID:
        """The key a new visit gets, made with the page, so that a page sent twice makes one visit."""
        return self.asked.cleaned_data.get("new_id") or uuid4()

    @cached_property
    def record(self) -> VisitRecord:
        """Everything that could be read."""
        if not self.is_bound:
            return self._start
        self.is_valid()
        values = {name: value for part in self.single_parts for name, value in part.cleaned_data.items()}
        return VisitRecord(
            visit_on=values.get("visit_on") or self.asked.today,
            asked=values.get("asked") or Asked.NOT_ASKED,
            uses=(uses := self._uses(values.get("asked"))),
            medications=(*(line for _form, line in self.lines()), *self.history.co_used()),
            conditions=self._conditions(values),
            phq9=values.get("phq9"),
            instruments=values.get("instruments", ()),
            **{name: values.get(name, "") for name in ("plan", "change_plan")},
            change_on=values.get("change_on") if values.get("change_plan") else None,
            **{name: values.get(name) for name in ("pregnant", "breastfeeding", "health_seen", "cows")},
            **self.history.told(uses),
        )

    def _uses(self, asked: str | None) -> tuple[UseRecord, ...]:
        """The products; a patient who uses kratom without a product named uses an unknown one."""
        uses = tuple(use for _number, use in self.kratom.records())
        return uses or ((UseRecord(product="unknown"),) if asked == Asked.USES else ())

    def _conditions(self, values: Mapping) -> tuple[str, ...]:
        """The conditions; when the new ones cannot be read, the ticked ones still count."""
        if "conditions" in values:
            return values["conditions"]
        ticked, _typed = self.health["conditions"].value()
        return self.health.fields["conditions"].known(ticked)

    def lines(self) -> Iterator[tuple[medication.MedicationForm, object]]:
        """Row and record of every medicine and other substance, in the order screening reads them."""
        for rows in (self.medicines, self.others):
            for number, line in rows.records():
                yield rows.forms[number], line

    def show_readings(self, medications: list[dict]) -> None:
        """Put beside each row how its name was read and what became of it since last time, and the focus on what is
        next to settle after a confirmation."""
        lines = list(self.lines()) if self.is_bound else list(self._initial_lines())
        kratom_names, repeats = current_rules(self.version_read).kratom_names, is_repeat(self.record)
        for (form, line), reading in zip(lines, medications, strict=False):
            form.show(reading, line, kratom_names, is_repeat=repeats)
        starting = zip(self.kratom.forms, self._start.uses, strict=False)
        uses = (
            ((self.kratom.forms[number], use) for number, use in self.kratom.records()) if self.is_bound else starting
        )
        repeat_visit.show_marks(uses, is_repeat=repeats)
        self.summary = summary_of([form for form, _line in lines if form.kind == "medicine"], self.placed)
        lead_on([form for form, _line in lines], self.placed.confirmed)

    def _initial_lines(self) -> Iterator[tuple[medication.MedicationForm, object]]:
        for rows, kind in ((self.medicines, "medicine"), (self.others, "other")):
            yield from zip(rows.forms, [m for m in self._start.medications if m.kind == kind], strict=False)

    @property
    def problems(self) -> list[Problem]:
        """Everything to correct, in the order of the page."""
        if not self.is_bound:
            return []
        before, after = (self.asked, self.kratom, self.history), (self.medicines, self.others, self.health)
        found = [problem for part in (*before, *after, self.scores, self.plan) for problem in _problems_of(part)]
        if self.paste.refused:
            found.append(Problem("id_pasted", _("Pasted list"), self.paste.refused))
        return found


def _lines(record: VisitRecord, kind: str) -> list[dict]:
    return [medication.initial_of(line) for line in record.medications if line.kind == kind]


def _problems_of(part) -> Iterator[Problem]:
    if not hasattr(part, "forms"):
        yield from _problems_in(part, "")
        return
    yield from (Problem("", "", message) for message in part.non_form_errors())
    for number, form in enumerate(part.forms, start=1):
        yield from _problems_in(form, _("row %(number)s") % {"number": number})


def _problems_in(form, row: str) -> Iterator[Problem]:
    for name, messages in form.errors.items():
        bound = form[name] if name in form.fields else None
        label = " ".join(str(text) for text in (bound.label if bound else "", f"({row})" if row else "") if text)
        for message in messages:
            yield Problem((bound.id_for_label or bound.auto_id) if bound else "", label, message)
