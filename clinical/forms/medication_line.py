"""The rows of the medicine list as HTML, written without template tags: a visit may have a hundred of them.

Every value goes through the widgets or `format_html`, which escape it.
"""

from collections.abc import Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from clinical.forms.medication_reading import reading_of

_ROW = """
  <li class="kc-line kc-line--{state}" id="{prefix}">
    <div class="kc-line__name"><label class="visually-hidden" for="id_{prefix}-entered">{name}, {row} {number}</label>\
{entered}{seen}{entered_errors}{reading}</div>
    <div><label class="visually-hidden" for="id_{prefix}-phase">{now}</label>{phase}{phase_errors}</div>
    <details class="kc-line__more"{opened}><summary>{details}</summary><div class="kc-line__grid">\
<div><label for="id_{prefix}-route">{route_label}</label>{route}{route_errors}</div>\
<div><label for="id_{prefix}-started_on">{started_label}</label>{started_on}{started_on_errors}</div>\
<div><label for="id_{prefix}-stopped_on">{stopped_label}</label>{stopped_on}{stopped_on_errors}</div>\
<div class="form-check">{as_needed} \
<label class="form-check-label" for="id_{prefix}-as_needed">{as_needed_label}</label></div></div></details>
    <button class="btn btn-outline-secondary btn-sm kc-line__remove" type="submit" name="remove" value="{prefix}" \
formnovalidate hx-post="" title="{remove}"><span aria-hidden="true">×</span><span class="visually-hidden">\
{remove} {row} {number}</span></button>{ways}
  </li>"""
_FIELDS = ("entered", "seen", "phase", "route", "started_on", "stopped_on", "as_needed")
_REFUSED = ("entered", "phase", "route", "started_on", "stopped_on")


def lines_of(rows: Iterable) -> SafeString:
    """All rows, in order, numbered from one."""
    words = {"row": _("row"), "details": _("details"), "remove": _("Remove")}
    listed = [_line(row, number, words) for number, row in enumerate(rows, start=1)]
    return format_html_join("", "{}", ((line,) for line in listed))


def _line(form, number: int, words: dict[str, str]) -> SafeString:
    has_errors = bool(form.errors)
    fields = {name: _field(form, name, has_errors) for name in _FIELDS}
    errors = {f"{name}_errors": form[name].errors if has_errors else "" for name in _REFUSED}
    labels = {name: form.fields.as_they_stand(name).label for name in _FIELDS}
    return format_html(
        _ROW,
        prefix=form.prefix,
        state=form.state,
        number=number,
        reading=reading_of(form),
        ways=form.ways,
        opened=SafeString(" open") if has_errors and form.has_hidden_errors else "",
        name=labels["entered"],
        now=labels["phase"],
        route_label=labels["route"],
        started_label=labels["started_on"],
        stopped_label=labels["stopped_on"],
        as_needed_label=labels["as_needed"],
        **fields,
        **errors,
        **words,
    )


def _field(form, name: str, has_errors: bool) -> SafeString:
    """The field as Django would write it; the short way where there is no error to describe."""
    if has_errors:
        return form[name].as_widget()
    html_name = f"{form.prefix}-{name}"
    return form.fields.as_they_stand(name).widget.render(html_name, form.value_of(name), {"id": f"id_{html_name}"})
