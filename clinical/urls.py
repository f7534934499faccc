"""Addresses of the clinical pages. A page's view, name and template share a stem."""

from django.urls import path

from clinical.views import (
    answering,
    consultations,
    diary,
    evidence,
    feedback,
    law_notices,
    monitoring,
    over_time,
    paper,
    patients,
    quit_plan,
    review,
    saving,
    scales,
    since,
    suggest,
    suicide_inquiry,
    today,
    tour,
    what_matters,
    worklist,
)

app_name = "clinical"

urlpatterns = [
    path("", worklist.worklist, name="worklist"),
    path("follow-ups/<int:follow_up_id>/done/", worklist.follow_up_done, name="follow_up_done"),
    path("tour/", tour.tour, name="tour"),
    path("tour/leave/", tour.tour_leave, name="tour_leave"),
    path("law-changes/seen/", law_notices.law_notice_seen, name="law_notice_seen"),
    path("patients/<uuid:patient_id>/changes-seen/", worklist.changes_seen, name="changes_seen"),
    path("patients/", patients.patient_list, name="patient_list"),
    path("patients/new/", patients.patient_register, name="patient_register"),
    path("patients/zip/", patients.zip_fill, name="zip_fill"),
    path("patients/<uuid:patient_id>/", patients.patient, name="patient"),
    path("patients/<uuid:patient_id>/over-time/", over_time.over_time, name="over_time"),
    path("patients/<uuid:patient_id>/quit-plan/", quit_plan.quit_plan, name="quit_plan"),
    path("patients/<uuid:patient_id>/quit-plan/step/", quit_plan.quit_plan_step, name="quit_plan_step"),
    path("patients/<uuid:patient_id>/quit-plan/end/", quit_plan.quit_plan_end, name="quit_plan_end"),
    path(
        "patients/<uuid:patient_id>/quit-plan/follow-ups/", quit_plan.quit_plan_follow_ups, name="quit_plan_follow_ups"
    ),
    path("patients/<uuid:patient_id>/diary/", diary.diary, name="diary"),
    path("patients/<uuid:patient_id>/diary/import/", diary.diary_import, name="diary_import"),
    path("patients/<uuid:patient_id>/diary/<uuid:file_id>/take-back/", diary.diary_take_back, name="diary_take_back"),
    path("patients/<uuid:patient_id>/monitoring/", monitoring.monitoring, name="monitoring"),
    path("patients/<uuid:patient_id>/monitoring/plan/", monitoring.check_plan, name="check_plan"),
    path(
        "patients/<uuid:patient_id>/monitoring/results/<int:result_id>/strike/",
        monitoring.result_strike,
        name="result_strike",
    ),
    path(
        "patients/<uuid:patient_id>/monitoring/follow-ups/<int:follow_up_id>/",
        monitoring.follow_up_move,
        name="follow_up_move",
    ),
    path("patients/<uuid:patient_id>/edit/", patients.patient_edit, name="patient_edit"),
    path("patients/<uuid:patient_id>/address/take-back/", patients.address_take_back, name="address_take_back"),
    path("patients/<uuid:patient_id>/consultations/new/", consultations.consultation_new, name="consultation_new"),
    path("patients/<uuid:patient_id>/what-matters/", what_matters.what_matters, name="what_matters"),
    path("patients/<uuid:patient_id>/consultations/autosave/", saving.autosave_new, name="autosave_new"),
    path("consultations/<uuid:consultation_id>/autosave/", saving.autosave, name="autosave"),
    path("session/", saving.session, name="session"),
    path("signed-in/", saving.signed_in, name="signed_in"),
    path("suggest/", suggest.suggest, name="suggest"),
    path("consultations/<uuid:consultation_id>/", consultations.consultation, name="consultation"),
    path("consultations/<uuid:consultation_id>/today/", today.as_it_would_look_today, name="visit_today"),
    path("consultations/<uuid:consultation_id>/sign/", review.consultation_review, name="consultation_review"),
    path("consultations/<uuid:consultation_id>/scales/<slug:code>/", scales.scale, name="scale"),
    path(
        "consultations/<uuid:consultation_id>/suicide-inquiry/", suicide_inquiry.suicide_inquiry, name="suicide_inquiry"
    ),
    path("consultations/<uuid:consultation_id>/answer/", review.answer, name="answer"),
    path("consultations/<uuid:consultation_id>/answer-in-place/", answering.answer_one, name="answer_one"),
    path("consultations/<uuid:consultation_id>/plan-lines/", review.take_up, name="take_up"),
    path("consultations/<uuid:consultation_id>/amend/", consultations.consultation_amend, name="consultation_amend"),
    path("consultations/<uuid:consultation_id>/since/<uuid:earlier_id>/", since.since, name="since"),
    path("consultations/<uuid:consultation_id>/note.pdf", paper.note_pdf, name="note_pdf"),
    path("consultations/<uuid:consultation_id>/handout.pdf", paper.handout_pdf, name="handout_pdf"),
    path("consultations/<uuid:consultation_id>/note/", paper.note_text, name="note_text"),
    path(
        "consultations/<uuid:consultation_id>/discard/", consultations.consultation_discard, name="consultation_discard"
    ),
    path("feedback.<str:kind>", feedback.feedback, name="feedback"),
    path("evidence/", evidence.evidence_list, name="evidence_list"),
    path("evidence/<slug:code>/", evidence.evidence, name="evidence"),
]
