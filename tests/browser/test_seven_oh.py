"""Somebody who takes 7-OH: counted on a line of its own, judged on its own terms, with a law of its own."""

import pytest

from tests import factories
from tests.browser.shown import law_on, part_on

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def seven_oh_visit(signed_in, clinician):
    desk = signed_in.given_new_visit(factories.patient(clinician)).asked_and_uses()
    desk.typed(kratom_0_product="7oh", kratom_0_amount="20", kratom_0_unit="mg_7oh", kratom_0_doses_per_day="3")
    return desk.typed(kratom_0_days_per_week="7", kratom_0_months_of_use="12").arrived()


def test_seven_oh_alone(seven_oh_visit):
    amount = part_on(seven_oh_visit.page, "Daily amount")
    assert "About 60 mg 7-OH a day" in amount
    assert "mitragynine a day" not in amount
    assert "High withdrawal concern" in part_on(seven_oh_visit.page, "If kratom is stopped")
    assert "7-OH" in law_on(seven_oh_visit.page)
    assert "Kratom leaf" not in law_on(seven_oh_visit.page)


def test_seven_oh_beside_leaf(seven_oh_visit):
    seven_oh_visit.pressed("Add a product").arrived()
    seven_oh_visit.typed(kratom_1_product="leaf_powder", kratom_1_amount="3", kratom_1_unit="g")
    seven_oh_visit.typed(kratom_1_doses_per_day="3", kratom_1_days_per_week="7").arrived()
    amount = part_on(seven_oh_visit.page, "Daily amount")
    assert "About 60 mg 7-OH a day" in amount
    assert "About 120 mg mitragynine a day (36 to 180)" in amount
    assert "High withdrawal concern" in part_on(seven_oh_visit.page, "If kratom is stopped")
    for substance in ("Kratom leaf", "7-OH"):
        assert substance in law_on(seven_oh_visit.page)
