"""Widgets that write their own tag say what Django's say, whatever was typed."""

import pytest
from django import forms

from clinical.forms.consultation_fields import PlainLines, PlainRadios

TYPED = ["", None, "two\nlines", "\nfirst line empty", '</textarea><b a="c">&']
CHOICES = [("uses", "Uses"), ("odd", '<b>"odd"</b>')]


@pytest.mark.parametrize("typed", TYPED)
def test_lines_are_written_as_django_writes_them(typed):
    given = {"attrs": {"class": "form-control", "rows": 4, "aria-invalid": "true", "required": True}}
    plain, django = PlainLines(**given), forms.Textarea(**given)
    assert plain.render("plan", typed, {"id": "id_plan"}) == django.render("plan", typed, {"id": "id_plan"})


@pytest.mark.parametrize("chosen", ["uses", "odd", "", None])
def test_button_beside_its_label_is_written_as_django_writes_it(chosen):
    written = []
    for widget in (PlainRadios, forms.RadioSelect):
        field = forms.ChoiceField(choices=CHOICES, widget=widget(attrs={"class": "btn-check"}))
        form = type("One", (forms.Form,), {"asked": field})(initial={"asked": chosen})
        written.append(([radio.tag() for radio in form["asked"]], str(form["asked"])))
    assert written[0] == written[1]
