"""A rule revised by two people: the next screening says the new words, a signed visit the old ones for ever."""

import pytest
from playwright.sync_api import expect

from clinical.models import InteractionRule, RuleDraft
from clinical.permissions import REFERENCE_EDITOR, REFERENCE_REVIEWER
from tests import factories
from tests.browser.shown import flags_on

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NEW_TITLE = "Quetiapine: said anew"
NEW_ACTION = "Advise as newly worded."
VISIT = ("quetiapine 100 mg",)


@pytest.mark.usefixtures("reference_undone")
def test_two_people_revise_a_rule_and_the_signed_visit_stays(signed_in, desk_of, clinician):
    visit = factories.signed_visit(clinician, record=factories.visit(*VISIT))
    signed_page = stored_page(signed_in, visit)
    shown_before = flags_on(signed_in.page)
    editor, reviewer = desk_of(REFERENCE_EDITOR), desk_of(REFERENCE_REVIEWER)

    bench = write(editor)
    assert stored_page(signed_in, visit) == signed_page
    approve(reviewer, bench)

    assert InteractionRule.objects.filter(code="quetiapine").count() == 2
    draft = factories.draft(clinician, of=visit.patient, record=factories.visit(*VISIT))
    signed_in.given_draft(draft)
    assert NEW_ACTION in flags_on(signed_in.page)[NEW_TITLE]
    assert stored_page(signed_in, visit) == signed_page
    assert flags_on(signed_in.page) == shown_before
    assert NEW_TITLE not in shown_before


def stored_page(desk, visit):
    """The words of the signed visit as they are on the page now."""
    desk.opened(f"/consultations/{visit.pk}/").says("reference version 1")
    return desk.page.locator(".kc-flags").all_inner_texts()


def write(desk):
    """As an editor does: find the rule, say why, mend what is marked, look, send. Answers where the draft is."""
    desk.page.goto(f"{desk.home}/admin/clinical/interactionrule/?q=quetiapine")
    desk.page.get_by_role("link", name="quetiapine", exact=True).click()
    desk.page.get_by_role("link", name="Revise", exact=True).click()
    desk.field("reason").fill("Said more plainly.")
    desk.pressed("Open a draft").says("quetiapine: revision")
    desk.field("title").fill(NEW_TITLE)
    desk.field("certainty").select_option("")
    desk.watch.expect("the server responded with a status of 422")
    desk.pressed("Save and send to review").says("A severity needs a certainty beside it")
    desk.field("certainty").select_option("case-reports")
    desk.field("action").fill(NEW_ACTION)
    desk.pressed("Save draft").says("Nothing published has changed")
    seen = desk.page.frame_locator("iframe.kc-seen")
    expect(seen.get_by_role("heading", name=NEW_TITLE)).to_be_visible()
    expect(desk.page.locator("ins.kc-new", has_text=NEW_ACTION.split()[0]).first).to_be_visible()
    desk.pressed("Save and send to review").says("The draft is with the reviewers.")
    assert RuleDraft.objects.get().state == "in_review"
    expect(desk.page.get_by_role("button", name="Approve and publish")).to_have_count(0)
    return desk.page.url.removeprefix(desk.home)


def approve(desk, bench):
    """As a reviewer does: look at what differs and at its effect, then publish."""
    desk.page.goto(f"{desk.home}{bench}")
    desk.says("Opened from")
    desk.page.get_by_role("link", name="See the effect").click()
    desk.says("What publishing would do")
    desk.page.goto(f"{desk.home}{bench}")
    desk.page.get_by_label("What you say to the writers").fill("Agreed.")
    desk.pressed("Approve and publish").says("Published as revision 2")


@pytest.mark.usefixtures("reference_undone")
def test_second_draft_is_told_and_put_on_what_came_into_force(desk_of, signed_in):
    first, second, reviewer = desk_of(REFERENCE_EDITOR), desk_of(REFERENCE_EDITOR), desk_of(REFERENCE_REVIEWER)
    bench = write(first)
    late = begin_beside(second)
    approve(reviewer, bench)
    second.page.reload()
    second.says("The rule has changed since this draft was opened").says("Changed on both sides")
    assert fits(second, 1280)
    assert fits(second, 375)
    second.page.set_viewport_size({"width": 1280, "height": 900})
    second.pressed("Rebase: keep what was typed, take the rest from the revision in force")
    second.says("What was typed now rests on the revision in force")
    second.holds(title="Quetiapine: another wording", action=NEW_ACTION)
    assert RuleDraft.objects.get(pk=late).based_on.revision == 2


def begin_beside(desk):
    """Open a draft of a rule that somebody else has open, knowingly. Answers its key."""
    desk.page.goto(f"{desk.home}/admin/clinical/interactionrule/?q=quetiapine")
    desk.page.get_by_role("link", name="quetiapine", exact=True).click()
    desk.page.get_by_role("link", name="Revise", exact=True).click()
    desk.says("has a revision of this rule open")
    expect(desk.page.locator("del.kc-gone").first).to_be_visible()
    assert fits(desk, 375)
    assert fits(desk, 1280)
    desk.field("reason").fill("Mine as well.")
    desk.pressed("Open my own draft beside it").says("has another draft of this rule open")
    desk.field("title").fill("Quetiapine: another wording")
    desk.pressed("Save draft").says("Nothing published has changed")
    return int(desk.page.url.rstrip("/").split("/")[-2])


def fits(desk, width):
    """Whether nothing sticks out of a window of this width."""
    desk.page.set_viewport_size({"width": width, "height": 900})
    return desk.page.evaluate("document.documentElement.scrollWidth") <= width
