"""A published change reaches the clinician once, on the worklist; what was signed stays byte for byte."""

import re

import pytest
from playwright.sync_api import expect

from clinical.models import ConcernChange, InteractionRule
from clinical.permissions import REFERENCE_EDITOR, REFERENCE_REVIEWER
from tests import factories
from tests.browser.accessibility import assert_accessible
from tests.browser.shown import words_of

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("reference_undone"),
]

NEW_ACTION = "Recheck sedation and QTc as newly worded."
LOWERED = "lowered from major to moderate, quetiapine"
# Sent with each page anew, by design; everything else of the signed visit is compared.
FRESH_EACH_TIME = re.compile(rb'name="csrfmiddlewaretoken" value="\w+"')
SIGNED_PART = re.compile(rb"<main\b.*</main>", re.DOTALL)


@pytest.fixture(params=[(1280, 900), (375, 720)], ids=["1280", "375"])
def window(request):
    return {"width": request.param[0], "height": request.param[1]}


def test_published_change_waits_once_and_the_signed_visit_stays_byte_for_byte(signed_in, desk_of, window, clinician):
    editor, reviewer = desk_of(REFERENCE_EDITOR), desk_of(REFERENCE_REVIEWER)
    for desk in (signed_in, editor, reviewer):
        desk.page.set_viewport_size(window)
    visit = sign(signed_in, clinician)
    signed_part = signed_part_of(signed_in, visit)
    assert b"Avoid together." in signed_part
    assert NEW_ACTION.encode() not in signed_part
    signed_in.opened("/")
    assert signed_in.page.get_by_text("Since your last visit").count() == 0

    bench = revise(editor)
    publish(reviewer, bench)
    assert [rule.severity for rule in InteractionRule.objects.filter(code="quetiapine").order_by("revision")] == [
        "major",
        "moderate",
    ]
    follow(signed_in, visit, signed_part)


def sign(desk, clinician):
    """As the clinician does: kratom and quetiapine are on the draft; answer and sign."""
    draft = factories.draft(clinician, record=factories.visit("quetiapine 100 mg"))
    desk.opened(f"/consultations/{draft.pk}/sign/")
    desk.answered_every_concern("Counsel the patient")
    desk.pressed("Sign").says("reference version 1").arrived()
    draft.refresh_from_db()
    assert draft.is_signed
    return draft


def signed_part_of(desk, visit) -> bytes:
    """What the server sends of the signed visit, as it comes, but for the token against forged forms."""
    answer = desk.page.request.get(f"{desk.home}/consultations/{visit.pk}/")
    assert answer.ok
    return FRESH_EACH_TIME.sub(b"", SIGNED_PART.search(answer.body())[0])


def revise(desk):
    """As an editor does: lower the severity, say what to do, look at the effect, send. Answers where the draft is."""
    desk.opened("/admin/clinical/interactionrule/?q=quetiapine")
    desk.page.get_by_role("link", name="quetiapine", exact=True).click()
    desk.page.get_by_role("link", name="Revise", exact=True).click()
    desk.arrived().field("reason").fill("Rated anew.")
    desk.pressed("Open a draft").says("quetiapine: revision")
    desk.field("severity").select_option("moderate")
    desk.field("action").fill(NEW_ACTION)
    desk.pressed("Save draft").says("Nothing published has changed").arrived()
    bench = desk.page.url.removeprefix(desk.home)
    sees_effect(desk)
    desk.says("Your role does not open charts, so patients are counted and not named.")
    desk.opened(bench).pressed("Save and send to review").says("The draft is with the reviewers.").arrived()
    return bench


def sees_effect(desk):
    desk.page.get_by_role("link", name="See the effect").click()
    desk.says("What publishing would do").says("The flags of one patient would change.")
    desk.arrived()
    row = desk.page.locator("#effect-panel tr").filter(has=desk.page.get_by_role("rowheader", name="Moderate"))
    assert row.get_by_role("cell").all_inner_texts() == ["0", "0", "1"]


def publish(desk, bench):
    """As a reviewer does: look at what differs and at its effect, then publish."""
    expect(desk.opened(bench).page.locator("del.kc-gone", has_text="major")).to_be_visible()
    sees_effect(desk)
    desk.opened(bench).page.get_by_label("What you say to the writers").fill("Agreed.")
    desk.pressed("Approve and publish").says("Published as revision 2").arrived()


def follow(desk, visit, signed_part):
    """As the clinician does: find the entry, read what was signed, read today beside it, and it waits no longer."""
    desk.opened("/").says("Since your last visit").says(LOWERED)
    waiting = desk.page.locator("#changed-concerns tbody tr")
    expect(waiting).to_have_count(1)
    assert visit.patient.name in words_of(waiting)
    desk.opened(f"/consultations/{visit.pk}/")
    assert signed_part_of(desk, visit) == signed_part
    desk.page.get_by_role("link", name="As it would look today").click()
    desk.says("Nothing of the signed visit changes.").arrived()
    row = desk.page.locator("tbody tr").filter(has=desk.page.get_by_role("link", name="Quetiapine")).first
    assert row.get_by_role("cell").all_inner_texts() == ["Major", "Moderate", LOWERED]
    assert NEW_ACTION in words_of(desk.page.locator(".kc-flags").first)
    desk.opened("/").says(LOWERED)
    waiting.get_by_role("button", name="Seen").click()
    expect(desk.page.locator("#changed-concerns")).to_have_count(0)
    assert_accessible(desk.page)
    assert ConcernChange.objects.get().seen_by is not None
    desk.opened("/")
    assert desk.page.get_by_text(LOWERED).count() == 0
    assert signed_part_of(desk, visit) == signed_part
