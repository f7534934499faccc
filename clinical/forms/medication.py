"""One line of the medicine list or one other substance, and the two lists of them."""

from datetime import date

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinical.forms import placing
from clinical.forms.consultation_fields import Choice, Day, MarksItsErrors, PlainHidden, PlainSelect, Text, Tick
from clinical.forms.consultation_rows import Row, Rows
from clinical.forms.lookalike_words import shown
from clinical.forms.medication_details import LONGEST_NAME, ROUTES, filled_in
from clinical.forms.medication_line import lines_of
from clinical.forms.medication_reading import reading_of, state_of
from clinical.forms.since_last_words import ways_html
from clinical.models.consultation import PHASE_LABELS, MedicationTaken
from clinical.records import MedicationRecord
from clinical.screening.facts import Match
from clinical.since_last import LONGEST_TEXT, read, settled
from clinical.vocabulary import lookup

FOLDED = ("route", "as_needed", "started_on", "stopped_on")


class MedicationForm(MarksItsErrors, forms.Form):
    use_required_attribute = False

    entered = Text(
        label=gettext_lazy("Name as typed"),
        max_length=LONGEST_NAME,
        attributes={"data-names": True, "spellcheck": "false", "dir": "auto", "maxlength": None},
        error_messages={"max_length": gettext_lazy("Longer than 200 characters. Shorten it; dose and reason may go.")},
    )
    # The text that the fields beside it were last filled from; see `medication_details`.
    seen = Text(widget=PlainHidden())
    phase = Choice(
        label=gettext_lazy("Now"),
        empty=gettext_lazy("not recorded"),
        choices=[(phase.value, label) for phase, label in PHASE_LABELS.items()],
    )
    route = Choice(label=gettext_lazy("Route"), empty=gettext_lazy("as typed"), choices=ROUTES.items())
    as_needed = Tick(label=gettext_lazy("As needed"))
    started_on = Day(label=gettext_lazy("Started on"), required=False)
    stopped_on = Day(label=gettext_lazy("Stopped on"), required=False)
    chosen = Text(
        label=gettext_lazy("Which one is meant"),
        max_length=LONGEST_NAME,
        widget=PlainSelect(attrs={"class": "form-select"}),
    )

    last_time = Text(widget=PlainHidden(), max_length=LONGEST_TEXT)
    as_last_time = Tick(label=gettext_lazy("As last time"))

    def __init__(self, *args, kind: str, version: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.kind, self.version = kind, version
        self.candidates: tuple[str, ...] = ()
        self.reading: dict | None = None
        self.guess = ""
        self.is_kratom = self.names_kratom = self.is_next = False
        self.line: MedicationRecord | None = None
        self.is_repeat = False

    def clean(self) -> dict:
        values = super().clean()
        if not values.get("entered") and "entered" not in self.errors and _says_more(values):
            self.add_error("entered", _("Enter the name, or clear the rest of this row."))
        started_on, stopped_on = values.get("started_on"), values.get("stopped_on")
        if started_on and stopped_on and stopped_on < started_on:
            self.add_error("stopped_on", _("Stopped before it was started. Check both days."))
        values["chosen"] = self._still_meant(values)
        return values

    def _still_meant(self, values: dict) -> str | None:
        """What a person chose or confirmed, forgotten when the name now typed no longer offers it."""
        chosen, entered = values.get("chosen"), values.get("entered")
        return chosen if chosen and entered and chosen in meanings_of(entered, self.version) else None

    def check_days(self, visit_on) -> None:
        """Compare with the day of the visit, which another form holds."""
        values = self.cleaned_data
        if values.get("stopped_on") and values["stopped_on"] > visit_on and values.get("phase") == "stopped":
            message = _("This stop lies after the visit: choose “taking” or “planned”, or correct the day.")
            self.add_error("stopped_on", ValidationError(message))
        if values.get("started_on") and values["started_on"] > visit_on and values.get("phase") in ("settled", "new"):
            message = _("This start lies after the visit: choose “planned”, or correct the day.")
            self.add_error("started_on", ValidationError(message))

    def show(
        self, reading: dict, line: MedicationRecord, kratom_names: frozenset[str], *, is_repeat: bool = False
    ) -> None:
        """Take in how the name was read. Where several things could be meant, offer them; a guess, to be confirmed."""
        self.reading, self.line, self.is_repeat = reading, line, is_repeat
        self.is_kratom = bool(reading["substances"]) and kratom_names.issuperset(reading["substances"])
        self.names_kratom = not self.is_kratom and not kratom_names.isdisjoint(reading["substances"])
        if reading["match"] == Match.FUZZY:
            self.guess = next(iter(meanings_of(reading["entered"], self.version)), "")
        if reading["match"] == Match.AMBIGUOUS:
            self._offer(tuple(reading["candidates"]))
        elif line.chosen:
            found = lookup.taken(entered=reading["entered"], version=self.version)
            self._offer(found.candidates)

    def _offer(self, candidates: tuple[str, ...]) -> None:
        self.candidates = candidates
        named = [(key, str(shown(key, self.version))) for key in candidates]
        asked = _("Several are possible: choose") if len(named) > 1 else _("Not sure: choose it, or correct the name")
        self.fields["chosen"].widget.choices = [("", asked), *named]

    @property
    def state(self) -> str:
        return state_of(self)

    def value_of(self, name: str):
        """What a field holds, as posted or as stored; without the ceremony of a bound field."""
        return self.data.get(f"{self.prefix}-{name}") if self.is_bound else self.initial.get(name)

    @property
    def ways(self) -> SafeString | str:
        """How to say what became of a row carried over; nothing beside any other."""
        text = self.value_of("last_time")
        if not text:
            return ""
        is_confirmed = self.value_of("as_last_time") in (True, "on")
        what = str(self.value_of("entered") or "")
        before = read(text, MedicationRecord)
        return ways_html(prefix=self.prefix, text=text, before=before, is_confirmed=is_confirmed, what=what)

    @property
    def shown_reading(self) -> SafeString:
        return reading_of(self)

    @property
    def renewed_reading(self) -> SafeString:
        return reading_of(self, out_of_band=True)

    @property
    def has_hidden_errors(self) -> bool:
        """Whether a field that is folded away was refused."""
        return any(name in self.errors for name in FOLDED)

    def record(self) -> MedicationRecord | None:
        """What could be read of this row, None without a name."""
        values = getattr(self, "cleaned_data", {})
        entered = (values.get("entered") or self.data.get(self.add_prefix("entered"), "")).strip()[:LONGEST_NAME]
        if not entered:
            return None
        record = MedicationRecord(
            entered=entered,
            kind=self.kind,
            chosen=values.get("chosen"),
            phase=values.get("phase") or "",
            started_on=values.get("started_on"),
            stopped_on=values.get("stopped_on"),
            route=values.get("route") or "",
            as_needed=values.get("as_needed", False),
            last_time=values.get("last_time", ""),
            as_last_time=values.get("as_last_time", False),
        )
        return settled(record) if record.as_last_time else record


def meanings_of(entered: str, version: int) -> tuple[str, ...]:
    """The keys a person may settle this name with: what it may mean, or the one thing its spelling comes near to."""
    found = lookup.taken(entered=entered, version=version)
    if found.match is Match.AMBIGUOUS:
        return found.candidates
    if found.match is not Match.FUZZY:
        return ()
    return found.substances if len(found.substances) == 1 else found.products[:1]


def _says_more(values: dict) -> bool:
    return any(values.get(name) for name in ("phase", *FOLDED))


def initial_of(medication: MedicationRecord) -> dict:
    """A stored line as a row of the form. What its text says was settled when it was stored."""
    values = {name: getattr(medication, name) for name in medication.__slots__ if name != "kind"}
    return {**values, "seen": medication.entered}


class MedicationRows(Rows):
    """Lines of one kind. `kind_taken` is stored with each; `day` is the day of the visit."""

    form = MedicationForm
    filled = placing.FILLED
    kind_taken: str
    add_label = ""

    def __init__(self, *args, version: int, day: date, **kwargs):
        self.version, self.day = version, day
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.template = "clinical/_medication_rows.html"

    @property
    def lines(self) -> SafeString:
        return lines_of(self.forms)

    def get_form_kwargs(self, index) -> dict:
        return {"kind": self.kind_taken, "version": self.version}

    def prepared(self, row: Row) -> Row:
        return filled_in(row, self.day, self.version)


class Medicines(MedicationRows):
    """The medicine list."""

    prefix_name = "medicine"
    kind_taken = MedicationTaken.Kind.MEDICINE
    add_label = gettext_lazy("Add a medicine")


class OtherSubstances(MedicationRows):
    """Alcohol, cannabis, caffeine, nicotine and the like."""

    prefix_name = "other"
    kind_taken = MedicationTaken.Kind.OTHER
    add_label = gettext_lazy("Add a substance")
