"""The box that takes a whole medicine list. Its lines become rows; what does not become one stays in it."""

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinical.forms.consultation_fields import PlainLines
from clinical.forms.consultation_limits import MOST_ROWS
from clinical.forms.placing import Placed


class PasteForm(forms.Form):
    """Shown with what is left over. `refused` says why a list was not read, `note` what the lines left in it are."""

    pasted = forms.CharField(
        label=gettext_lazy("One medicine a line, as copied from the chart"),
        required=False,
        widget=PlainLines(attrs={"class": "form-control", "rows": 4, "spellcheck": "false", "dir": "auto"}),
    )

    is_first = False  # it stands open above the rows while there are none

    def __init__(self, placed: Placed, *, is_read: bool):
        super().__init__(initial={"pasted": placed.left})
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.template = "clinical/_consultation_paste.html"
        self.left, self.refused, self.note = placed.left, "", ""
        if placed.too_many:
            self.refused = _too_many(placed.too_many)
        elif placed.left.strip() and not is_read:
            self.refused = _("It is not read yet. Press “Make rows of it”, or clear the box.")
        elif placed.left.strip():
            self.note = _("Not read as medicines, and not kept with the visit. Clear the box, or add them by hand.")
        if self.refused:
            attributes = {"class": "form-control is-invalid", "aria-invalid": "true"}
            self.fields["pasted"].widget.attrs.update(attributes)
        if self.refused or self.note:
            self.fields["pasted"].widget.attrs["aria-describedby"] = "id_pasted_error"


def _too_many(rows: int) -> str:
    words = _("The list would make %(rows)d rows; a visit holds %(most)d. It is not read yet. Paste it in parts.")
    return words % {"rows": rows, "most": MOST_ROWS}
