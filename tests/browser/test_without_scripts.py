"""The same visit with JavaScript switched off: every step is a form that is sent."""

import pytest
from playwright.sync_api import expect

from clinical.models import Consultation
from tests.browser.desk import REFUSED
from tests.browser.shown import flags_on, law_on, part_on, rest_on, severities_on

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.browser_context_args(java_script_enabled=False),
]

MAJOR = ("Alcohol", "Long QT, heart disease, salt imbalance", "Quetiapine", "Tramadol")


def test_visit_without_scripts_from_registering_to_signed(signed_in):
    register(signed_in)
    record_visit(signed_in)
    flags, rest = check_list(signed_in)
    signed_in.pressed("Review and sign").arrived()
    assert flags_on(signed_in.page) == flags

    refused_then_signed(signed_in)
    assert flags_on(signed_in.page) == flags
    assert rest_on(signed_in.page) == rest
    assert Consultation.objects.get().signed_at is not None


def register(desk):
    desk.opened("/patients/new/")
    desk.typed(name="Jordan Vale", born_on="1992-03-04", sex="female", zip_code="38103")
    desk.pressed("Register").says("Jordan Vale is registered.").says("Memphis, TN 38103").says(
        "Shelby County"
    ).arrived()


def record_visit(desk):
    desk.page.get_by_role("link", name="Start a consultation").click()
    desk.arrived().asked_and_uses()
    desk.typed(kratom_0_product="leaf_powder", kratom_0_amount="3", kratom_0_unit="g", kratom_0_doses_per_day="3")
    desk.typed(kratom_0_days_per_week="7", kratom_0_months_of_use="12", medicine_0_entered="Ultram 50 mg prn")
    desk.pressed("Add a medicine").arrived()
    desk.holds(medicine_0_entered="Ultram 50 mg prn", kratom_0_amount="3")
    desk.typed(medicine_1_entered="quetiapine 100 mg at bedtime", other_0_entered="alcohol")
    desk.typed(conditions_add="long QT syndrome", plan="Stop tramadol.")


def check_list(desk):
    desk.pressed("Check").arrived()
    severities = severities_on(desk.page)
    assert {name: severities.get(name) for name in MAJOR} == dict.fromkeys(MAJOR, "Major")
    assert "Moderate withdrawal concern" in part_on(desk.page, "If kratom is stopped")
    assert "Not lawful Kratom leaf Tennessee" in law_on(desk.page)
    return flags_on(desk.page), rest_on(desk.page)


def refused_then_signed(desk):
    desk.watch.expect(REFUSED)
    desk.pressed("Sign").says("Not signed yet").arrived()
    expect(desk.page.locator(".kc-needs")).to_have_count(len(MAJOR))
    desk.answered_every_concern("Counsel the patient").pressed("Sign").says("Signed by Robin Reed").arrived()
