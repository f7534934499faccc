"""The kratom history by keyboard: a minute for product, how often and last use; the whole of it; a diary file read."""

import re

import pytest
from playwright.sync_api import expect

from clinical.models import Consultation, DiaryDose
from tests import factories
from tests.browser.desk import REFUSED
from tests.browser.keyboard import Keyboard
from tests.browser.settling import settled

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Keys from the question whether kratom is used to last use. A person presses two or three a second.
MOST_KEYS = 60
DIARY = (
    b"Date,Time,Product,Amount,Unit\n2026-03-08,02:30,kratom powder,3,g\n03/04/2026,08:00,kratom powder,3,g\n"
    b"2026-11-02,08:00,7-OH tablet,20,mg\n"
)


class Counting(Keyboard):
    """Counts every key on the way."""

    def __init__(self, page):
        super().__init__(page)
        self.keys, press, type_text = 0, page.keyboard.press, page.keyboard.type

        def counted(key, **how):
            self.keys += 1
            press(key, **how)

        def counted_text(text, **how):
            self.keys += len(text)
            type_text(text, **how)

        page.keyboard.press, page.keyboard.type = counted, counted_text


@pytest.fixture(params=[(1280, 900), (375, 720)], ids=["1280", "375"])
def sized(request, signed_in):
    signed_in.page.set_viewport_size({"width": request.param[0], "height": request.param[1]})
    return signed_in


def open_folds(desk):
    for fold in (".kc-use__more > summary", "#history > summary", "#history details > summary"):
        desk.page.locator(fold).first.click()


def test_product_how_often_and_last_use_take_few_keys(sized, clinician):
    sized.given_new_visit(factories.patient(clinician))
    page, keyboard = sized.page, Counting(sized.page)
    page.locator("#id_visit_on").focus()
    page.keyboard.press("Shift+Tab")
    keyboard.keys = 0
    keyboard.mark(page.locator("fieldset.kc-segments"), page.get_by_role("radio", name="Asked, uses"))
    keyboard.to(sized.field("kratom_0_product"))
    page.keyboard.type("leaf")  # a drop-down list goes where its letters lead
    keyboard.type(sized.field("kratom_0_doses_per_day"), "3")
    keyboard.type(sized.field("kratom_0_last_use"), "8")
    expect(sized.field("kratom_0_product")).to_have_value("leaf_powder")
    assert keyboard.keys <= MOST_KEYS
    settled(page)
    sized.arrived().pressed("Save draft").says("Draft saved.")

    (use,) = Consultation.objects.get().kratom_uses.all()
    assert (use.product, use.doses_per_day, use.hours_since_last_use) == ("leaf_powder", 3.0, 8.0)


def test_whole_history_is_asked_refused_corrected_and_stored(sized, clinician):
    sized.given_new_visit(factories.patient(clinician)).asked_and_uses()
    open_folds(sized)
    sized.typed(kratom_0_product="leaf_powder", kratom_0_doses_per_day="3", kratom_0_amount="300", kratom_0_unit="g")
    sized.typed(
        kratom_0_dose_times="on waking, 7, at night", kratom_0_brand="Green", quit_attempts="1", failed_quits="2"
    )
    sized.typed(past_withdrawal="mild", co_use_alcohol="uses", co_use_opioids="does_not", wants_from_care="No lecture.")
    sized.page.get_by_label("pain", exact=True).check()
    sized.page.get_by_label("liver", exact=True).check()
    sized.arrived()
    sized.watch.expect(REFUSED)
    sized.pressed("Save draft").says("Nothing was saved yet. Please correct:").arrived()
    sized.says("That makes 900 g on one day").says("“7” is no clock time.").says("More were given up than were made.")
    sized.holds(kratom_0_amount="300", wants_from_care="No lecture.", co_use_alcohol="uses")

    sized.typed(kratom_0_dose_times="on waking, 07:00, at night", quit_attempts="2")
    with sized.page.expect_response(re.compile("autosave")):  # one writer at a time
        sized.page.get_by_label("Yes, it is so").check()
    settled(sized.page)
    sized.pressed("Save draft").says("Draft saved.").arrived()
    stored = Consultation.objects.get()
    (use,) = stored.kratom_uses.all()
    assert (use.dose_times, use.reasons, use.confirmed) == (["wake", "07:00", "night"], ["pain"], True)
    assert (stored.harms, stored.co_use_denied, stored.dose_on_waking) == (["liver"], ["opioids"], True)
    sized.holds(other_0_entered="alcohol")
    summary = sized.page.locator("#history > summary")
    expect(summary).to_contain_text("Worst withdrawal from kratom so far, Attempts to stop")


def test_diary_file_is_asked_about_and_stored(sized, clinician):
    patient = factories.patient(clinician)
    sized.opened(f"/patients/{patient.pk}/diary/").page.get_by_role("link", name="Read a diary file").click()
    sized.arrived()
    sized.page.get_by_label("File (CSV)").set_input_files({"name": "d.csv", "mimeType": "text/csv", "buffer": DIARY})
    sized.typed(time_zone="America/Chicago").pressed("Show what is read").says("What was read").arrived()
    sized.says("2026-03-08 02:30 did not exist in America/Chicago")
    sized.watch.expect(REFUSED)
    sized.pressed("Store these doses").says("Nothing was stored yet.").arrived()
    sized.typed(day_first="yes")
    sized.page.get_by_label(re.compile("Milligrams of “7-OH tablet”")).select_option("mg_7oh")
    sized.page.get_by_label("Store without the refused rows").check()
    sized.pressed("Store these doses").says("2 doses are stored.").arrived()

    assert list(DiaryDose.objects.values_list("product", "unit")) == [("leaf_powder", "g"), ("7oh", "mg_7oh")]
    sized.page.get_by_text("Take this file back").click()
    sized.page.get_by_role("button", name=re.compile("Take it back")).click()
    sized.says("The file is taken back").says("No dose in the diary.").arrived()
