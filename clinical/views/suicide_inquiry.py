"""The page that interrupts a visit when PHQ-9 item 9 is above zero: what to do, and a short record of asking."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from clinical.actions.audit import note_chart_opened
from clinical.actions.suicide_inquiry import record_suicide_inquiry
from clinical.forms.consultation_start import today_at
from clinical.forms.suicide_inquiry import SuicideInquiryForm
from clinical.inquiry import inquiry_of
from clinical.views.scope import consultation_in_practice


def suicide_inquiry(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    found = consultation_in_practice(request, consultation_id, act="write_charts")
    if found.is_signed:
        messages.info(request, _("This visit is signed and closed. Amend it to record more."))
        return redirect("clinical:consultation", consultation_id=found.pk)
    inquiry = inquiry_of(found)
    today = today_at(found.patient.practice)
    form = SuicideInquiryForm(request.POST or None, words=inquiry.words, today=today)
    if request.method == "POST" and form.is_valid():
        record_suicide_inquiry(consultation=found, by=request.user, **form.cleaned_data)
        messages.success(request, _("Recorded that suicide was asked about."))
        return redirect("clinical:consultation_review", consultation_id=found.pk)
    if request.method != "POST":
        note_chart_opened(patient=found.patient, by=request.user)
    context = {
        "found": found,
        "patient": found.patient,
        "age": found.patient.age_on(found.visit_on),
        "inquiry": inquiry,
        "form": form,
    }
    return render(request, "clinical/suicide_inquiry.html", context, status=422 if form.errors else 200)
