"""One line of the medicine list or one other substance, and the two lists of them."""

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinical.forms.consultation_fields import Choice, Day, MarksItsErrors, PlainSelect, Text
from clinical.forms.consultation_limits import MOST_ROWS
from clinical.forms.consultation_rows import Rows, is_empty, rows_in
from clinical.models.consultation import PHASE_LABELS, MedicationTaken
from clinical.records import MedicationRecord
from clinical.vocabulary import lookup

LONGEST_NAME = 200
ROUTES = {
    "oral": gettext_lazy("by mouth"),
    "sublingual": gettext_lazy("under the tongue"),
    "buccal": gettext_lazy("in the cheek"),
    "injected": gettext_lazy("injected"),
    "transdermal": gettext_lazy("skin patch"),
    "rectal": gettext_lazy("rectal"),
    "implant": gettext_lazy("implant"),
    "topical": gettext_lazy("on the skin"),
    "ophthalmic": gettext_lazy("in the eye"),
    "otic": gettext_lazy("in the ear"),
    "nasal": gettext_lazy("in the nose"),
    "inhaled": gettext_lazy("inhaled"),
    "vaginal": gettext_lazy("vaginal"),
}


class MedicationForm(MarksItsErrors, forms.Form):
    use_required_attribute = False

    entered = Text(
        label=gettext_lazy("Name as typed"),
        max_length=LONGEST_NAME,
        attributes={"list": "names", "spellcheck": "false"},
        error_messages={"max_length": gettext_lazy("Longer than 200 characters. Shorten it; dose and reason may go.")},
    )
    phase = Choice(
        label=gettext_lazy("Now"),
        empty=gettext_lazy("not recorded"),
        choices=[(phase.value, label) for phase, label in PHASE_LABELS.items()],
    )
    route = Choice(label=gettext_lazy("Route"), empty=gettext_lazy("as typed"), choices=ROUTES.items())
    started_on = Day(label=gettext_lazy("Started on"), required=False)
    stopped_on = Day(label=gettext_lazy("Stopped on"), required=False)
    chosen = Text(
        label=gettext_lazy("Which one is meant"),
        max_length=LONGEST_NAME,
        widget=PlainSelect(attrs={"class": "form-select"}),
    )

    def __init__(self, *args, kind: str, version: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.kind, self.version = kind, version
        self.candidates: tuple[str, ...] = ()
        self.reading: dict | None = None

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
        """The choice between several meanings, forgotten when the name now typed no longer offers it."""
        chosen, entered = values.get("chosen"), values.get("entered")
        if not chosen or not entered:
            return None
        self.candidates = candidates_for(entered, self.version)
        return chosen if chosen in self.candidates else None

    def check_days(self, visit_on) -> None:
        """Compare with the day of the visit, which another form holds."""
        values = self.cleaned_data
        if values.get("stopped_on") and values["stopped_on"] > visit_on and values.get("phase") == "stopped":
            message = _("This stop lies after the visit: choose “taking” or “planned”, or correct the day.")
            self.add_error("stopped_on", ValidationError(message))
        if values.get("started_on") and values["started_on"] > visit_on and values.get("phase") in ("settled", "new"):
            message = _("This start lies after the visit: choose “planned”, or correct the day.")
            self.add_error("started_on", ValidationError(message))

    def offer(self, candidates: tuple[str, ...]) -> None:
        """Let the clinician choose between the meanings of an ambiguous name."""
        self.candidates = candidates
        self.fields["chosen"].widget.choices = [("", _("Several are possible: choose")), *((c, c) for c in candidates)]

    @property
    def read_as(self) -> str:
        """What the name was read as and the route, where that says more than what was typed."""
        substances, route = ", ".join(self.reading["substances"]), self.reading["route"]
        typed = str(self["entered"].value() or "").strip().casefold()
        return ", ".join(text for text in ("" if substances.casefold() == typed else substances, route) if text)

    @property
    def shows_more(self) -> bool:
        """Whether route or days hold something, so that they are not folded away."""
        return any(self[name].value() for name in ("route", "started_on", "stopped_on"))

    def record(self) -> MedicationRecord | None:
        """What could be read of this row, None without a name."""
        values = getattr(self, "cleaned_data", {})
        entered = (values.get("entered") or self.data.get(self.add_prefix("entered"), "")).strip()[:LONGEST_NAME]
        if not entered:
            return None
        return MedicationRecord(
            entered=entered,
            kind=self.kind,
            chosen=values.get("chosen"),
            phase=values.get("phase") or "",
            started_on=values.get("started_on"),
            stopped_on=values.get("stopped_on"),
            route=values.get("route") or "",
        )


def candidates_for(entered: str, version: int) -> tuple[str, ...]:
    """What an ambiguous name may mean; nothing for a name that is clear or not recognised."""
    return lookup.taken(entered=entered, version=version).candidates


def _says_more(values: dict) -> bool:
    return any(values.get(name) for name in ("phase", "route", "started_on", "stopped_on"))


def initial_of(medication: MedicationRecord) -> dict:
    """A stored line as a row of the form."""
    return {name: getattr(medication, name) for name in medication.__slots__ if name != "kind"}


class MedicationRows(Rows):
    """Lines of one kind. `kind_taken` is stored with each."""

    form = MedicationForm
    filled = ("entered", "phase", "route", "started_on", "stopped_on")
    kind_taken: str
    add_label = ""
    names_list = "names"

    def __init__(self, *args, version: int, **kwargs):
        self.version = version
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.template = "clinical/_medication_rows.html"

    def get_form_kwargs(self, index) -> dict:
        return {"kind": self.kind_taken, "version": self.version}


class Medicines(MedicationRows):
    """The medicine list. A pasted list becomes rows, one a line; one that is too long stays in its box, and says so."""

    prefix_name = "medicine"
    kind_taken = MedicationTaken.Kind.MEDICINE
    add_label = gettext_lazy("Add a medicine")
    left_pasted = ""

    def _numbered(self, data: QueryDict) -> dict[str, str]:
        pasted = [line.strip() for line in data.get("pasted", "").splitlines() if line.strip()]
        rows = [row for row in rows_in(data, self.prefix_name) if pasted and not is_empty(row, self.filled)]
        if len(rows) + len(pasted) > MOST_ROWS:
            self.left_pasted = data["pasted"]
        elif pasted:
            rows += [{"entered": line} for line in pasted]
            data = data.copy()
            for number, row in enumerate(rows):
                for name in (*self.filled, "chosen"):
                    data[f"{self.prefix_name}-{number}-{name}"] = row.get(name, "")
        return super()._numbered(data)

    def clean(self) -> None:
        super().clean()
        if self.left_pasted:
            message = _("The pasted list makes more than %(most)s rows. It is not read yet; paste a part of it.")
            raise ValidationError(message, params={"most": MOST_ROWS})


class OtherSubstances(MedicationRows):
    """Alcohol, cannabis, caffeine, nicotine and the like."""

    prefix_name = "other"
    kind_taken = MedicationTaken.Kind.OTHER
    add_label = gettext_lazy("Add a substance")
    names_list = "substances"
