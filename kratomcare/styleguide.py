"""Every component once, on one page, for those who build pages. Exists only while debugging; reads no records."""

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

SEVERITIES = ("contraindicated", "major", "moderate", "minor", "unknown")
STATUSES = {
    "prohibited": _("Not lawful"),
    "restricted": _("Limited"),
    "regulated": _("Lawful with rules"),
    "legal_unregulated": _("No specific law found"),
    "unknown": _("Uncertain"),
}
TONES = ("ink", "soft", "line", "edge", "page", "card", "accent", "accent-strong", "accent-soft", "good")


class SampleForm(forms.Form):
    """One field of each kind; sent empty, so that its errors show."""

    name = forms.CharField(label=_("Name"), help_text=_("A hint stands under its field."))
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    kind = forms.ChoiceField(label=_("Kind"), choices=(("", _("Choose")), ("a", _("One of them"))))
    note = forms.CharField(label=_("Note"), widget=forms.Textarea(attrs={"rows": 2}))
    agreed = forms.BooleanField(label=_("Agreed"))


def styleguide(request: HttpRequest) -> HttpResponse:
    if not settings.DEBUG:
        raise Http404
    context = {
        "severities": SEVERITIES,
        "statuses": STATUSES.items(),
        "tones": TONES,
        "form": SampleForm({}),
        "page": Paginator(range(60), 25).get_page(2),
    }
    return render(request, "styleguide.html", context)
