"""Concerns answered beside the record by the keyboard, the plan that puts itself together, and signing."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from clinical.models import FlagAnswer, FollowUp
from tests import factories
from tests.browser.desk import REFUSED
from tests.browser.keyboard import Keyboard
from tests.browser.settling import settled

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def draft(clinician):
    return factories.draft(clinician, record=factories.visit("tramadol 50 mg", "quetiapine 100 mg"))


def leave_fields(page) -> None:
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")


def answered(page, words: str):
    return page.locator("#what-matters .kc-answer").filter(has_text=words).first


def plan_is(page, *lines: str) -> None:
    expect(page.locator("#id_plan")).to_have_value("\n".join(lines))


def came_to_rest(page) -> None:
    """The plan was written into: the visit saves itself once more."""
    kept(page)
    settled(page)


def kept(page) -> None:
    expect(page.locator("#kc-saving [data-state=saved]")).to_be_visible()


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (375, 720)], ids=["1280", "375"])
def test_keys_answer_beside_the_record_and_the_plan_puts_itself_together(signed_in, clinician, draft, width, height):
    page, keyboard = signed_in.page, Keyboard(signed_in.page)
    page.set_viewport_size({"width": width, "height": height})
    signed_in.opened(f"/consultations/{draft.pk}/")
    soon = timezone.localdate() + timedelta(days=14)
    leave_fields(page)

    page.keyboard.press("a")
    page.keyboard.press("t")
    expect(answered(page, "Counsel the patient")).to_be_visible()
    plan_is(page, counsel := f"Quetiapine: counsel the patient ({clinician})")
    page.keyboard.press("1")  # the focus is on the next concern already
    expect(page.get_by_label("What, in a few words")).to_be_focused()
    page.keyboard.type("drowsiness")
    signed_in.watch.expect(REFUSED)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Say until when.")).to_be_visible()
    signed_in.arrived()
    keyboard.to(page.get_by_label("Look again on"))
    page.keyboard.type(f"{soon:%m%d%Y}")
    page.keyboard.press("Enter")
    expect(answered(page, "I will monitor: drowsiness")).to_be_visible()
    watch = f"Tramadol: monitor: drowsiness, look again on {soon.day} {soon:%b %Y} ({clinician})"
    plan_is(page, counsel, watch)
    assert page.locator("#still-open").get_by_text("Before signing").count() == 0
    kept(page)
    signed_in.arrived()
    task = FollowUp.objects.get(consultation=draft)
    assert (task.what, task.due_on, task.owner, task.why) == (
        "drowsiness",
        soon,
        clinician,
        "Tramadol: slowed breathing, seizures, serotonin toxicity: I will monitor",
    )


def test_an_answer_is_changed_and_its_task_goes_with_it(signed_in, clinician):
    draft = factories.draft(clinician, record=factories.visit("tramadol 50 mg"))
    page = signed_in.opened(f"/consultations/{draft.pk}/").page
    page.get_by_role("button", name="Monitor…").click()
    page.get_by_label("What, in a few words").fill("drowsiness")
    page.get_by_label("Look again on").fill((timezone.localdate() + timedelta(days=9)).isoformat())
    page.get_by_role("button", name="Save the answer").click()
    expect(answered(page, "I will monitor")).to_be_visible()
    assert FollowUp.objects.filter(consultation=draft).count() == 1

    page.get_by_role("button", name="Change the answer").click()
    page.get_by_label("Look again on").fill("")
    page.get_by_label("What, in a few words").fill("paracetamol instead")
    page.get_by_role("button", name="Stop", exact=False).first.click()
    expect(answered(page, "Stop one of them: paracetamol instead")).to_be_visible()
    expect(page.locator("#what-matters .kc-answer")).to_have_count(1)
    plan_is(page, f"Tramadol: stop one of them. paracetamol instead ({clinician})")
    assert not FollowUp.objects.filter(consultation=draft).exists()
    assert FlagAnswer.objects.filter(consultation=draft).count() == 2


ASKS_BEFORE_LEAVING = """() => {
  const leaving = new Event("beforeunload", { cancelable: true });
  window.dispatchEvent(leaving);
  return leaving.defaultPrevented;
}"""


def test_note_typed_without_its_answer_is_kept_beside_others_and_asked_for_on_leaving(signed_in, draft):
    page = signed_in.opened(f"/consultations/{draft.pk}/").page
    note, monitors = page.get_by_label("What, in a few words"), page.get_by_role("button", name="Monitor…")
    assert not page.evaluate(ASKS_BEFORE_LEAVING)
    monitors.first.click()
    note.fill("drowsiness")
    assert page.evaluate(ASKS_BEFORE_LEAVING)
    monitors.nth(1).click()
    expect(note).to_have_value("")
    assert page.evaluate(ASKS_BEFORE_LEAVING)
    monitors.first.click()
    expect(note).to_have_value("drowsiness")
    page.get_by_role("button", name="Counsel").first.click()
    expect(answered(page, "Counsel the patient: drowsiness")).to_be_visible()
    came_to_rest(page)
    assert not page.evaluate(ASKS_BEFORE_LEAVING)
    monitors.first.click()
    note.fill("seizures")
    note.press("Escape")  # taken back on purpose
    assert not page.evaluate(ASKS_BEFORE_LEAVING)
    monitors.first.click()
    expect(note).to_have_value("")


def test_what_was_typed_in_the_plan_is_never_overwritten(signed_in, clinician, draft):
    page = signed_in.opened(f"/consultations/{draft.pk}/").page
    plan = page.locator("#id_plan")
    plan.fill("Wants to sleep better.")
    kept(page)
    page.get_by_role("button", name="Counsel").first.click()
    counsel = f"Quetiapine: counsel the patient ({clinician})"
    plan_is(page, "Wants to sleep better.", counsel)
    page.get_by_role("button", name="Undo").click()
    plan_is(page, "Wants to sleep better.")
    expect(page.locator("#plan-proposal")).to_contain_text(counsel)
    plan.fill("Wants to sleep better.\nQuetiapine: talked about drowsiness")
    kept(page)
    page.get_by_role("button", name="Change the answer").first.click()
    page.get_by_role("button", name="Refer").first.click()
    expect(answered(page, "Refer or ask a specialist")).to_be_visible()
    plan_is(page, "Wants to sleep better.", "Quetiapine: talked about drowsiness")
    page.get_by_role("button", name="Add to the text").click()
    plan_is(
        page,
        "Wants to sleep better.",
        "Quetiapine: talked about drowsiness",
        f"Quetiapine: refer or ask a specialist ({clinician})",
    )
    kept(page)


def test_a_concern_that_changed_meanwhile_is_shown_again_before_it_is_answered(signed_in, clinician, draft):
    page = signed_in.opened(f"/consultations/{draft.pk}/").page
    page.locator(".kc-answering").first.evaluate("place => (place.dataset.seen = 'something else')")
    signed_in.watch.expect("the server responded with a status of 409")
    page.get_by_role("button", name="Counsel").first.click()
    expect(page.get_by_text("What this concern rests on has changed.")).to_be_visible()
    assert not FlagAnswer.objects.exists()
    expect(page.locator(".kc-answering").first).not_to_have_attribute("data-seen", "something else")
    page.get_by_role("button", name="Counsel").first.click()
    expect(answered(page, "Counsel the patient")).to_be_visible()
    plan_is(page, f"Quetiapine: counsel the patient ({clinician})")
    came_to_rest(page)


def test_answers_of_a_new_page_save_the_visit_first(signed_in, clinician):
    patient = factories.patient(clinician)
    page = signed_in.given_new_visit(patient).page
    signed_in.asked_and_uses().typed(**{"medicine_0_entered": "tramadol 50 mg"})
    page.get_by_role("button", name="Refer").first.click()
    expect(answered(page, "Refer or ask a specialist")).to_be_visible()
    came_to_rest(page)
    assert FlagAnswer.objects.get().consultation == patient.consultations.get()


def test_way_back_after_a_refused_signing_keeps_what_was_typed(signed_in, draft):
    page = signed_in.opened(f"/consultations/{draft.pk}/").page
    page.get_by_role("button", name="Review and sign").click()
    first = page.locator("li.kc-flag").filter(has=page.locator(".kc-needs")).first
    first.get_by_role("radio", name="I will monitor", exact=True).check()
    first.get_by_label("What, in a few words").fill("half a sentence")
    signed_in.watch.expect(REFUSED)
    signed_in.pressed("Sign").says("Say until when.").arrived()
    page.go_back()
    if not page.url.endswith("/sign/"):
        page.go_forward()
    expect(page.get_by_label("What, in a few words").first).to_have_value("half a sentence")
    expect(page.get_by_role("radio", name="I will monitor", exact=True).first).to_be_checked()


def test_whole_decision_is_signed_by_the_keyboard(signed_in, clinician, draft):
    page, keyboard = signed_in.opened(f"/consultations/{draft.pk}/").page, Keyboard(signed_in.page)
    leave_fields(page)
    for key in "a2t":
        page.keyboard.press(key)
        page.wait_for_timeout(700 if key == "2" else 0)
    expect(answered(page, "Counsel the patient")).to_be_visible()
    kept(page)
    leave_fields(page)
    page.keyboard.press("r")
    signed_in.says("2 of 2 concerns to act on now are answered.").arrived()
    keyboard.press(page.get_by_role("button", name="Sign", exact=True))
    signed_in.says("Signed by").arrived()
    draft.refresh_from_db()
    assert draft.signed_by == clinician
    assert set(draft.answers.values_list("answer", flat=True)) == {"benefit-outweighs", "counsel"}
    assert f"Tramadol: counsel the patient ({clinician})" in draft.plan
