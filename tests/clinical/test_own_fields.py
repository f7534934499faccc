"""A form's fields are its own as soon as they are asked for, and nobody else's change with them."""

import pytest
from django import forms

from clinical.forms.consultation_fields import MarksItsErrors, Number, Text


class _Form(MarksItsErrors, forms.Form):
    name = Text(label="Name", max_length=20)
    dose = Number(label="Dose", most=10)


@pytest.mark.parametrize(
    "own",
    [
        lambda form: form.fields["name"],
        lambda form: form.fields.get("name"),
        lambda form: dict(form.fields.items())["name"],
        lambda form: list(form.fields.values())[0],
        lambda form: form["name"].field,
    ],
    ids=["by name", "get", "items", "values", "bound"],
)
def test_change_of_one_form_leaves_the_others_alone(own):
    first, second = _Form(), _Form()
    own(first).widget.attrs["class"] = "mine"
    own(first).label = "Mine"
    assert first.fields["name"].widget.attrs["class"] == "mine"
    assert second.fields["name"].widget.attrs.get("class") != "mine"
    assert (second.fields["name"].label, _Form().fields["name"].label) == ("Name", "Name")


def test_field_only_read_is_the_shared_one():
    assert _Form().fields.as_they_stand("name") is _Form().fields.as_they_stand("name")


def test_error_marks_its_own_form_only():
    wrong, right = _Form({"dose": "99"}), _Form({"dose": "9"})
    assert (wrong.is_valid(), right.is_valid()) == (False, True)
    assert "is-invalid" in wrong.fields["dose"].widget.attrs["class"]
    assert "is-invalid" not in right.fields["dose"].widget.attrs["class"]


def test_field_taken_away_or_put_in_stays_so():
    form = _Form()
    del form.fields["name"]
    form.fields["other"] = Text(label="Other", max_length=5)
    assert list(form.fields) == ["dose", "other"]
    assert form.fields["other"] is form.fields["other"]
    assert list(_Form().fields) == ["name", "dose"]
