"""The forms of a diary import: the file with its time zone, then what has to be answered before it can be stored."""

import hashlib
from dataclasses import dataclass
from zoneinfo import ZoneInfo, available_timezones

from crispy_forms.helper import FormHelper
from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinical.diary.headings import FileRefused, Table, table_of
from clinical.diary.reading import LEFT_OUT, NOT_PLAIN_IN_MG, Answers
from clinical.forms.consultation_fields import Choice, MarksItsErrors, Text, Tick
from clinical.models.consultation import PRODUCT_LABELS, UNIT_LABELS

# Judgement: more than a year of five doses a day, and small enough to be shown row by row.
MOST_ROWS = 2_000
MOST_BYTES = 300_000
# Judgement: a tracker that names more products than this was not made for one person's kratom.
MOST_PRODUCTS = 40
# The preview carries the file along; after a day it has to be chosen again.
CARRIED_SECONDS = 24 * 3600
SALT = "clinical.diary"
_MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))


@dataclass(frozen=True, slots=True)
class Chosen:
    """A file as it was chosen: its text, and the digest of its bytes by which it is known again."""

    text: str
    digest: str


class TimeZone(Text):
    """The name of a time zone, such as America/Chicago."""

    def clean(self, value) -> str:
        name = super().clean(value)
        if name not in available_timezones():
            raise ValidationError(_("Not known. Enter a time zone such as America/Chicago or Europe/Berlin."))
        return name


class DiaryFileForm(MarksItsErrors, forms.Form):
    use_required_attribute = False

    file = forms.FileField(
        label=gettext_lazy("File (CSV)"),
        widget=forms.FileInput(attrs={"class": "form-control", "accept": ".csv,text/csv,text/plain"}),
        help_text=gettext_lazy("A first line with headings such as date, time, product, amount, unit."),
    )
    time_zone = TimeZone(
        label=gettext_lazy("Time zone of its clock times"),
        help_text=gettext_lazy("That of the practice, unless the doses were noted elsewhere."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.table: Table | None = None

    def clean_file(self) -> Chosen:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise ValidationError(
                _("Larger than %(n)d kB. Split the file into parts."), params={"n": MOST_BYTES // 1000}
            )
        content = file.read()
        chosen = Chosen(_text_of(content), hashlib.sha256(content).hexdigest())
        try:
            self.table = table_of(chosen.text, MOST_ROWS)
        except FileRefused as refused:
            raise ValidationError(str(refused)) from refused
        if len(products_in(self.table)) > MOST_PRODUCTS:
            words = _("The product column holds more than %(n)d different names. Is it the right column?")
            raise ValidationError(words, params={"n": MOST_PRODUCTS})
        return chosen


def _text_of(content: bytes) -> str:
    if content[:2] == b"PK":
        raise ValidationError(_("This is a spreadsheet. Save it as CSV and choose that file."))
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as wrong:
        raise ValidationError(_("The letters cannot be read. Save the file as CSV in UTF-8.")) from wrong
    if "\x00" in text or not text.strip():
        raise ValidationError(_("The file is empty or no text. Save it as CSV in UTF-8."))
    return text


def carried(chosen: Chosen, patient_key: str) -> str:
    """The file as the preview carries it, so that nothing is kept before it is stored. Signed, for one patient."""
    return signing.dumps([patient_key, chosen.text, chosen.digest], salt=SALT, compress=True)


def carried_back(text: str, patient_key: str) -> Chosen | None:
    """The file again; None where the mark is old, of another patient, or was changed."""
    try:
        key, content, digest = signing.loads(text, salt=SALT, max_age=CARRIED_SECONDS)
    except signing.BadSignature:
        return None
    return Chosen(content, digest) if key == patient_key else None


def products_in(table: Table) -> tuple[str, ...]:
    """Every product as written, once, in the order of the file; "" where a row names none."""
    place = table.columns.get("product")
    names = (cells[place] if place is not None and place < len(cells) else "" for _n, cells in table.rows)
    return tuple(dict.fromkeys(names))


class DiaryAnswersForm(MarksItsErrors, forms.Form):
    """What the preview asks. Fields for a product are numbered as the products stand in the file."""

    use_required_attribute = False

    time_zone = TimeZone(label=gettext_lazy("Time zone of its clock times"))
    day_first = Choice(
        label=gettext_lazy("Dates such as 03/04/2026"),
        empty=gettext_lazy("Choose"),
        choices=[("yes", gettext_lazy("day first: 3 April")), ("no", gettext_lazy("month first: March 4"))],
    )
    which_hour = Choice(
        label=gettext_lazy("The hour that came twice in autumn"),
        empty=gettext_lazy("Choose"),
        choices=[
            ("first", gettext_lazy("the first time, before the clocks went back")),
            ("second", gettext_lazy("the second time, after it")),
        ],
    )
    unit = Choice(
        label=gettext_lazy("Numbers without a unit are"),
        empty=gettext_lazy("Choose"),
        choices=[
            *((unit.value, label) for unit, label in UNIT_LABELS.items()),
            ("not_known", gettext_lazy("Not known")),
        ],
    )
    so_it_is = Tick(label=gettext_lazy("The questioned rows are right as they stand"))
    without_refused = Tick(label=gettext_lazy("Store without the refused rows"))

    def __init__(self, *args, names: tuple[str, ...], suggested: dict[str, str], **kwargs):
        super().__init__(*args, **kwargs)
        self.names = names
        choices = [*((p.value, label) for p, label in PRODUCT_LABELS.items()), (LEFT_OUT, _("Leave these rows out"))]
        milligrams = [(unit, UNIT_LABELS[unit]) for unit in ("mg", "mg_mitragynine", "mg_7oh")]
        for number, name in enumerate(names):
            named = f"“{name}”" if name else _("rows that name no product")
            label = _("%(name)s is") % {"name": named} if name else _("Rows that name no product")
            self.fields[f"product_{number}"] = Choice(
                label=label, empty=_("Choose"), choices=choices, initial=suggested.get(name, "")
            )
            self.fields[f"mg_{number}"] = Choice(
                label=_("Milligrams of %(name)s are") % {"name": named}, empty=_("Choose"), choices=milligrams
            )

    def answers(self, default_zone: str) -> Answers:
        """What is answered so far; what is not stays open and is asked."""
        values = {name: self._value(name) for name in self.fields}
        zone = values["time_zone"] if values["time_zone"] in available_timezones() else default_zone
        return Answers(
            zone=ZoneInfo(zone),
            day_first={"yes": True, "no": False}.get(values["day_first"]),
            which_hour=values["which_hour"],
            unit={"": None, "not_known": ""}.get(values["unit"], values["unit"]),
            products={name: values[f"product_{number}"] for number, name in enumerate(self.names)},
            milligrams={name: values[f"mg_{number}"] for number, name in enumerate(self.names)},
        )

    def _value(self, name: str) -> str:
        """The answer if it is one of those offered, else none."""
        value = self[name].value() or ""
        choices = getattr(self.fields[name], "choices", None)
        return value if choices is None or value in {str(key) for key, _label in choices} else ""

    def asked(self, questions: frozenset[str]) -> list:
        """The fields to show: what is asked now, and what was answered and may be changed."""
        wanted = [name for name, question in QUESTIONS.items() if question in questions or self._value(name)]
        products = [f"product_{number}" for number, _name in enumerate(self.names)]
        mg = [
            f"mg_{number}"
            for number, product in enumerate(products)
            if self._value(f"mg_{number}") or (MG_QUESTION in questions and self._value(product) in NOT_PLAIN_IN_MG)
        ]
        return [self[name] for name in (*products, *wanted, *mg)]


MG_QUESTION = "milligrams"
QUESTIONS = {"day_first": "dates", "which_hour": "hours", "unit": "unit"}
