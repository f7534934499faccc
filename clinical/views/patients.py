"""The patient list, registering and changing a patient, and the chart."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clinical import changed_concerns, lists
from clinical.actions.addresses import MovedTooEarly, NoMoveToTakeBack, take_back_move
from clinical.actions.audit import note_chart_opened
from clinical.actions.noticing import look_at
from clinical.actions.people import RecordNumberTaken, register_patient, update_patient
from clinical.forms.consultation_start import today_at
from clinical.forms.patients import PatientForm, settled_by_zip
from clinical.permissions import can, check
from clinical.records import HealthSeen
from clinical.views.address_words import former_address_lines
from clinical.views.concern_words import change_lines
from clinical.views.lines import patient_lines, task_lines, visit_lines
from clinical.views.over_time import scores_on_chart
from clinical.views.record_words import last_recorded
from clinical.views.scope import chart_in_practice, patient_in_practice, practice_key, practice_of
from clinical.what_matters import law_at_home
from legal import lookup as law


def patient_list(request: HttpRequest) -> HttpResponse:
    check(request.user, "read_charts")
    wanted = request.GET.get("q", "").strip()
    page = lists.patients_page(practice_id=practice_key(request), wanted=wanted, number=request.GET.get("page"))
    context = {
        "page": page,
        "lines": patient_lines(page),
        "wanted": wanted,
        "query": f"{urlencode({'q': wanted})}&" if wanted else "",
        "can_register": can(request.user, "write_charts"),
    }
    return render(request, "clinical/patient_list.html", context)


def patient_register(request: HttpRequest) -> HttpResponse:
    check(request.user, "write_charts")
    practice_of(request)
    form = PatientForm(request.POST or None, practice=request.user.practice)
    if request.method == "POST" and form.is_valid():
        values, conditions = form.patient_values(), form.cleaned_data["conditions"]
        try:
            patient = register_patient(by=request.user, values=values, conditions=conditions)
        except RecordNumberTaken as taken:
            form.add_error("record_number", str(taken))
        else:
            messages.success(request, _("%(name)s is registered.") % {"name": patient.name})
            return redirect("clinical:patient", patient_id=patient.pk)
    context = {"form": form, "title": _("Register a patient"), "submit": _("Register")}
    return render(request, "clinical/patient_form.html", context, status=422 if form.errors else 200)


def patient_edit(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_in_practice(request, patient_id, act="write_charts")
    if request.method != "POST":
        note_chart_opened(patient=patient, by=request.user)
    present = tuple(patient.has_conditions.filter(ended_at=None).values_list("condition_id", flat=True))
    seen = HealthSeen(present, patient.pregnant, patient.breastfeeding)
    initial = {"conditions": (present, ""), "health_seen": seen}
    form = PatientForm(request.POST or None, instance=patient, initial=initial, practice=patient.practice)
    if request.method == "POST" and form.is_valid():
        fresh = patient_in_practice(request, patient_id, act="write_charts")
        values, conditions = form.patient_values(), form.cleaned_data["conditions"]
        try:
            shown = form.cleaned_data["health_seen"]
            update_patient(
                patient=fresh,
                by=request.user,
                values=values,
                conditions=conditions,
                seen=shown and shown.conditions,
                moved_on=form.day_of_move(),
            )
        except MovedTooEarly as refused:
            form.add_error("moved_on", str(refused))
        except RecordNumberTaken as taken:
            form.add_error("record_number", str(taken))
        else:
            messages.success(request, _("Saved."))
            return redirect("clinical:patient", patient_id=patient.pk)
    context = {
        "form": form,
        "patient": patient,
        "title": _("Change %(name)s") % {"name": patient.name},
        "submit": _("Save"),
    }
    return render(request, "clinical/patient_form.html", context, status=422 if form.errors else 200)


def patient(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The chart: who, the law at home today, conditions, follow-ups and visits."""
    found = chart_in_practice(request, patient_id)
    note_chart_opened(patient=found, by=request.user)
    today = today_at(found.practice)
    visits = lists.visits_of(found)
    signed = lists.last_signed_visit(found)
    changed = changed_concerns.since_last_visit(found, signed.signed_at if signed else None)
    if can(request.user, "write_charts") and any(row.seen_at is None for row in changed):
        look_at(patient=found, by=request.user)
    context = {
        "changed": change_lines(changed),
        "last_visit": signed,
        "patient": found,
        "age": found.age_on(today),
        "today": today,
        "last": last_recorded(signed) if signed else None,
        "visits": visit_lines(visits[: lists.VISITS_SHOWN]),
        "has_more": len(visits) > lists.VISITS_SHOWN,
        "follow_ups": task_lines(lists.open_tasks_of(found), today),
        "legal": law_at_home(found, today),
        "can_write": can(request.user, "write_charts"),
        "former_addresses": former_address_lines(found),
        "scores": scores_on_chart(found),
    }
    return render(request, "clinical/patient.html", context)


@require_POST
def address_take_back(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The last move was none."""
    found = patient_in_practice(request, patient_id, act="write_charts")
    try:
        take_back_move(patient=found, by=request.user)
    except NoMoveToTakeBack:
        messages.info(request, _("There is no move to take back."))
    else:
        messages.success(request, _("Taken back: the present address counts for the days before, too."))
    return redirect("clinical:patient", patient_id=found.pk)


def zip_fill(request: HttpRequest) -> HttpResponse:
    """The address fields filled as far as a ZIP settles them; several places are named, an unknown ZIP changes none."""
    check(request.user, "write_charts")
    found = law.fill_from_zip(request.GET.get("zip_code", "").strip())
    initial = {**request.GET.dict(), **settled_by_zip(found)}
    form = PatientForm(initial=initial, practice=practice_of(request))
    return render(request, "clinical/_address.html", {"form": form, "places": found if len(found) > 1 else ()})
