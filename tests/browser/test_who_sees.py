"""Whose charts open: those of one's own practice, and none to those who keep the reference data."""

import pytest
from playwright.sync_api import expect

from clinical.permissions import REFERENCE_EDITOR
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def theirs():
    """A signed visit of another practice."""
    return factories.signed_visit(factories.clinician())


PAGES = {
    "chart": "/patients/{patient}/",
    "details": "/patients/{patient}/edit/",
    "new visit": "/patients/{patient}/consultations/new/",
    "visit": "/consultations/{visit}/",
    "review": "/consultations/{visit}/sign/",
}


@pytest.mark.parametrize("address", PAGES.values(), ids=PAGES)
def test_chart_of_another_practice_is_not_found(signed_in, theirs, address):
    signed_in.opened(address.format(patient=theirs.patient_id, visit=theirs.pk), status=404)
    assert theirs.patient.name not in signed_in.page.content()


def test_patients_of_another_practice_are_not_listed(signed_in, theirs, clinician):
    own = factories.patient(clinician)
    signed_in.opened("/patients/").says(own.name)
    signed_in.opened(f"/patients/?q={theirs.patient.name}").says("Nobody here matches")


def test_reference_editor_sees_no_chart(desk, clinician):
    visit = factories.signed_visit(clinician)
    editor = factories.person(REFERENCE_EDITOR, of=clinician.practice)
    desk.given_signed_in(editor).arrived().says("Reference desk")
    for address in ("/patients/", *PAGES.values()):
        desk.opened(address.format(patient=visit.patient_id, visit=visit.pk), status=403)
        assert visit.patient.name not in desk.page.content()
    desk.opened("/evidence/tramadol/")
    expect(desk.page.get_by_role("heading", level=1)).to_contain_text("Tramadol")
