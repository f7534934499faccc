"""The pages of the knowledge desk on a phone: nothing sticks out, nothing that axe finds."""

import pytest

from clinical.actions import drafting
from clinical.models import InteractionRule
from clinical.permissions import AUDITOR, REFERENCE_EDITOR, REFERENCE_REVIEWER
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = {
    "review queue": (
        REFERENCE_REVIEWER,
        "/admin/clinical/ruletoreview/",
        "Nobody and nothing is changed by this list.",
    ),
    "alert stewardship": (AUDITOR, "/admin/clinical/alertstewardship/", "How this is counted"),
    "drafts": (REFERENCE_EDITOR, "/admin/clinical/ruledraft/", "To be told apart on a phone."),
    "rule": (REFERENCE_EDITOR, "/admin/clinical/interactionrule/{rule}/change/", "Retire"),
    "retire": (REFERENCE_EDITOR, "/admin/clinical/interactionrule/{rule}/retire/", "A second person approves."),
    "workbench": (REFERENCE_EDITOR, "/admin/clinical/ruledraft/{draft}/change/", "As a clinician will see it"),
    "substances": (REFERENCE_EDITOR, "/admin/clinical/substance/", "none given"),
    "substance": (REFERENCE_EDITOR, "/admin/clinical/substance/tramadol/change/", "Names of substances"),
    "new substance": (REFERENCE_EDITOR, "/admin/clinical/substance/add/", "Names of substances"),
    "names": (REFERENCE_REVIEWER, "/admin/clinical/substancename/?q=tramadol", "none given"),
    "roles": (REFERENCE_REVIEWER, "/admin/clinical/substancerole/?q=tramadol", "none given"),
    "sources": (REFERENCE_EDITOR, "/admin/clinical/source/", "sources"),
    "visits": (AUDITOR, "/admin/clinical/consultation/", "consultation"),
    "run": (AUDITOR, "/admin/clinical/screeningrun/{run}/change/", "tramadol"),
    "effect": (REFERENCE_EDITOR, "/admin/clinical/ruledraft/{draft}/effect/", "What publishing would do"),
}


@pytest.mark.usefixtures("reference_undone")
@pytest.mark.parametrize(("role", "address", "words"), PAGES.values(), ids=PAGES)
def test_page_of_the_desk_fits_a_phone(desk, clinician, role, address, words):
    run = factories.signed_visit(clinician).runs.latest("id")
    rule = InteractionRule.objects.get(code="tramadol", closed_at=None)
    editor = factories.person(REFERENCE_EDITOR, of=clinician.practice)
    draft = drafting.open_draft(rule=rule, by=editor, reason="To be told apart on a phone.")
    desk.page.set_viewport_size({"width": 375, "height": 720})
    desk.given_signed_in(factories.person(role, of=clinician.practice))
    desk.opened(address.format(rule=rule.pk, draft=draft.pk, run=run.pk)).says(words)
