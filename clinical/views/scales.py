"""The page of one rating scale of a draft. PHQ-9 and COWS stand in the visit's own page."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from clinical.actions.audit import note_chart_opened
from clinical.actions.instruments import remove_instrument, take_instrument
from clinical.forms.scale import ScaleForm
from clinical.forms.scales import score_words
from clinical.instruments import ON_THE_VISIT, Words, instruments_in_force
from clinical.models import Consultation, InstrumentTaken
from clinical.screening.instruments import Notice, score
from clinical.views.scope import consultation_in_practice


def scale(request: HttpRequest, consultation_id: UUID, code: str) -> HttpResponse:
    found = consultation_in_practice(request, consultation_id, act="write_charts")
    words = instruments_in_force().get(code)
    if words is None or code in ON_THE_VISIT:
        raise Http404
    if found.is_signed:
        messages.info(request, _("This visit is signed and closed. Amend it to record more."))
        return redirect("clinical:consultation", consultation_id=found.pk)
    if request.method == "POST":
        return _post(request, found, words)
    note_chart_opened(patient=found.patient, by=request.user)
    taken = found.instruments.filter(instrument=code).first()
    answers = tuple(taken.answers) if taken else ()
    return _page(request, found, ScaleForm(words=words, sex=found.patient.sex, answers=answers), taken)


def _post(request: HttpRequest, found: Consultation, words: Words) -> HttpResponse:
    if request.POST.get("do") == "remove":
        remove_instrument(consultation=found, by=request.user, code=words.code)
        messages.success(request, _("%(name)s is not recorded in this visit any more.") % {"name": words.short})
        return _back(found)
    form = ScaleForm(request.POST, words=words, sex=found.patient.sex)
    if not form.is_valid():
        return _page(request, found, form)
    answers = form.cleaned_data["answers"]
    take_instrument(consultation=found, by=request.user, code=words.code, answers=answers)
    found_score = score(words.core, answers, sex=found.patient.sex or None)
    told = score_words(words, found_score, answers)
    messages.success(request, _("%(name)s recorded: %(score)s.") % {"name": words.short, "score": told})
    for notice in found_score.notices:
        messages.info(request, f"{words.short}: {notice.text}")
    return _back(found)


def _back(found: Consultation) -> HttpResponse:
    return redirect(f"{reverse('clinical:consultation', args=[found.pk])}#scores-heading")


def _page(
    request: HttpRequest, found: Consultation, form: ScaleForm, taken: InstrumentTaken | None = None
) -> HttpResponse:
    context = {
        "found": found,
        "patient": found.patient,
        "age": found.patient.age_on(found.visit_on),
        "form": form,
        "words": form.scale.words,
        "taken": taken,
        "notices": _notices(form, taken),
    }
    return render(request, "clinical/scale.html", context, status=422 if form.errors else 200)


def _notices(form: ScaleForm, taken: InstrumentTaken | None) -> tuple[Notice, ...]:
    """What the stored answers bring up."""
    if taken is None:
        return ()
    return score(form.scale.words.core, taken.answers, sex=form.scale.sex or None).notices
