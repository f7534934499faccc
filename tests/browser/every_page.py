"""Every page of the clinical and the law addresses, each with the states that look different. Decides nothing.

A new address must be added here, as a page or among those that answer with none.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, reverse

from clinical.models import Consultation, FollowUp, Patient, User
from tests import factories

# These take a post, answer with a fragment, a file or a few words, or hand on to another page.
NO_PAGES = {
    "clinical": {
        "address_take_back", "tour_leave", "follow_up_done", "law_notice_seen", "changes_seen", "zip_fill",
        "quit_plan_step", "quit_plan_end",
        "quit_plan_follow_ups", "diary_import", "diary_take_back", "check_plan", "result_strike", "follow_up_move",
        "what_matters", "autosave_new", "autosave", "session", "suggest", "answer", "answer_one", "take_up",
        "consultation_amend", "note_pdf", "handout_pdf", "consultation_discard", "feedback",
    },
    "legal": set(),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scene:
    """A practice as it stands: a chart with two signed visits and a follow-up, one without any visit, a draft."""

    patient: Patient
    newcomer: Patient
    draft: Consultation
    first: Consultation
    second: Consultation


def scene_of(doctor: User) -> Scene:
    patient = factories.patient(doctor, name="Ana María de los Ángeles Featherstonehaugh-Vale")
    medicines = factories.visit("tramadol 50 mg", "sertraline 100 mg", "an unheard of tonic")
    first = factories.signed_visit(doctor, patient, factories.visit("sertraline 50 mg"))
    second = factories.signed_visit(doctor, patient, medicines)
    draft = factories.draft(doctor, factories.patient(doctor, name="سارة العمري", state="VT"), medicines)
    FollowUp.objects.create(
        patient=patient, consultation=second, due_on=factories.VISIT_DAY, what="Liver tests", owner=doctor
    )
    return Scene(patient, factories.patient(doctor), draft, first, second)


def pages_of(scene: Scene) -> Iterator[tuple[str, str]]:
    """Name and address of each page and of its other states."""
    chart, newcomer = {"patient_id": scene.patient.pk}, {"patient_id": scene.newcomer.pk}
    draft, signed = {"consultation_id": scene.draft.pk}, {"consultation_id": scene.second.pk}
    named: dict[str, list[tuple[dict, str]]] = {
        "clinical:worklist": [({}, ""), ({}, "?of=practice")],
        "clinical:tour": [({}, f"?step={step}") for step in range(1, 6)],
        "clinical:patient_list": [({}, ""), ({}, "?q=nobody-of-this-name")],
        "clinical:patient_register": [({}, "")],
        "clinical:patient": [(chart, ""), (newcomer, "")],
        "clinical:patient_edit": [(chart, "")],
        "clinical:over_time": [(chart, ""), (newcomer, "")],
        "clinical:quit_plan": [(chart, ""), (newcomer, "")],
        "clinical:diary": [(chart, "")],
        "clinical:monitoring": [(chart, ""), (newcomer, "")],
        "clinical:consultation_new": [(newcomer, ""), (chart, "")],
        "clinical:consultation": [(draft, ""), (signed, "")],
        "clinical:consultation_review": [(draft, "")],
        "clinical:visit_today": [(signed, "")],
        "clinical:scale": [({**draft, "code": "gad7"}, "")],
        "clinical:suicide_inquiry": [(draft, "")],
        "clinical:since": [({**signed, "earlier_id": scene.first.pk}, "")],
        "clinical:note_text": [(signed, "")],
        "clinical:signed_in": [({}, "")],
        "clinical:evidence_list": [({}, ""), ({}, "?q=nothing-of-this-name")],
        "clinical:evidence": [({"code": "tramadol"}, "")],
        "legal:place_and_day": [({}, ""), ({}, "?place=Memphis")],
        "legal:map": [({}, "")],
        "legal:changes": [({}, "")],
        "legal:jurisdiction": [({"code": "US-TN"}, ""), ({"code": "US-VT"}, "")],
    }
    for name, states in named.items():
        for values, query in states:
            yield name, reverse(name, kwargs=values) + query
    for name in ("mfa_index", "account_change_password"):
        yield name, reverse(name)


def names_in(app: str, patterns: list[URLPattern]) -> set[str]:
    """The names under which an app serves pages."""
    return {f"{app}:{pattern.name}" for pattern in patterns if pattern.name not in NO_PAGES[app]}
