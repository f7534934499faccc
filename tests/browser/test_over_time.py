"""A patient over time in Chromium: read by axe on a desk, a phone and in the dark; nothing cut off on paper."""

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import assert_accessible
from tests.clinical import course_scene

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def known(clinician):
    return course_scene.patient_of(clinician, course_scene.story())


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 375])
def test_three_later_visits_are_read_by_axe(signed_in, known, width, scheme):
    page = signed_in.page
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    signed_in.opened(f"/patients/{known.pk}/")
    expect(page.get_by_role("img", name="PHQ-9 over time")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Over time", exact=True).click()
    expect(page.get_by_role("img", name="PHQ-9, kratom, withdrawal concern")).to_be_visible()
    expect(page.get_by_role("row", name="10 Sep 2026").last).to_contain_text("Deterioration")
    assert_accessible(page)


def test_labels_of_one_height_do_not_run_into_each_other(signed_in, clinician):
    patient = course_scene.patient_of(clinician, course_scene.weekly(30))
    signed_in.opened(f"/patients/{patient.pk}/over-time/")
    boxes = signed_in.page.locator(".kc-pic__value, .kc-pic__small").evaluate_all(
        "all => all.map(one => { const r = one.getBoundingClientRect(); return [r.left, r.right, r.top, r.bottom]; })"
    )
    assert len(boxes) > 10
    crossing = [
        (one, other)
        for place, one in enumerate(boxes)
        for other in boxes[place + 1 :]
        if one[0] < other[1] - 1 and other[0] < one[1] - 1 and one[2] < other[3] - 3 and other[2] < one[3] - 3
    ]
    assert crossing == []


def test_picture_fits_the_paper(signed_in, known):
    signed_in.opened(f"/patients/{known.pk}/over-time/")
    page = signed_in.page
    page.set_viewport_size({"width": 720, "height": 1000})
    page.emulate_media(media="print")
    assert page.locator(".kc-pic").evaluate("one => one.getBoundingClientRect().right <= window.innerWidth")
