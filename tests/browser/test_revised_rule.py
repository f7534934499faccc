"""A rule revised in the admin: the next screening says the new words, a signed visit the old ones for ever."""

import pytest

from clinical.models import InteractionRule
from clinical.permissions import REFERENCE_EDITOR
from tests import factories
from tests.browser.desk import Desk
from tests.browser.shown import flags_on

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NEW_TITLE = "Tramadol: said anew"


@pytest.fixture
def editors_desk(browser, live_server, clinician, watch_over):
    """A second browser, with a reference editor."""
    context = browser.new_context()
    desk = Desk(context.new_page(), live_server.url, watch_over(context))
    yield desk.given_signed_in(factories.person(REFERENCE_EDITOR, of=clinician.practice))
    context.close()


@pytest.mark.usefixtures("reference_undone")
def test_next_screening_says_the_new_words_and_the_signed_visit_the_old(signed_in, editors_desk, clinician):
    visit = factories.signed_visit(clinician, record=factories.visit("tramadol 50 mg"))
    shown_before = flags_on(signed_in.opened(f"/consultations/{visit.pk}/").page)
    draft = factories.draft(clinician, of=visit.patient, record=factories.visit("tramadol 50 mg"))
    signed_in.given_draft(draft)
    assert flags_on(signed_in.page) == shown_before

    revise(editors_desk)

    signed_in.typed(plan="Look again in a week.").arrived()
    assert NEW_TITLE in flags_on(signed_in.page)
    assert "Advise as newly worded." in flags_on(signed_in.page)[NEW_TITLE]
    signed_in.opened(f"/consultations/{visit.pk}/").says("reference version 1")
    assert flags_on(signed_in.page) == shown_before


def revise(desk):
    """As an editor does: find the rule, change two lines, say why."""
    rule = InteractionRule.objects.get(code="tramadol", closed_at=None)
    desk.page.goto(f"{desk.home}/admin/clinical/interactionrule/?q=tramadol")
    desk.page.get_by_role("link", name="tramadol", exact=True).click()
    desk.page.get_by_role("link", name="Revise").click()
    desk.field("title").fill(NEW_TITLE)
    desk.field("action").fill("Advise as newly worded.")
    desk.field("reason").fill("Said more plainly.")
    desk.pressed("Close the old, open the new").says("Revision 2 is in force.")
    rule.refresh_from_db()
    assert rule.closed_at is not None
