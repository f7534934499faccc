"""Kratom typed among the medicines, and medicines typed under kratom, are put in their place, with a word for each."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from clinical.forms.consultation import ConsultationForm
from clinical.forms.kratom_words import product_of, row_of
from clinical.models import Consultation
from clinical.records import UseRecord
from tests import factories
from tests.clinical.typed import typed

TODAY = date(2026, 11, 22)
LEAF, SEVEN_OH, PSEUDO, KAVA = (
    frozenset({key})
    for key in ("kratom", "7-hydroxymitragynine", "mitragynine pseudoindoxyl", "kava preparation")
)  # fmt: skip
NO_KRATOM_YET = {name: "" for name in typed() if name.startswith("kratom-")}


@pytest.fixture
def patient(db):
    return factories.patient(factories.clinician())


def bound(patient, *, placing: bool = True, **fields: str) -> ConsultationForm:
    return ConsultationForm(patient, today=TODAY, data=typed(**fields), placing=placing)


PRODUCTS = {
    "powder": ("kratom powder", LEAF, "leaf_powder"),
    "leaf alone says no form": ("kratom leaf", LEAF, "unknown"),
    "capsules": ("ketum capsules", LEAF, "capsule"),
    "tea": ("kratom tea", LEAF, "tea"),
    "shot of extract": ("kratom extract shot", LEAF, "shot"),
    "gummies": ("kratom gummies", LEAF, "gummy"),
    "no form": ("maeng da", LEAF, "unknown"),
    "7-OH": ("7-OH tablets", SEVEN_OH, "7oh"),
    "7-OH named with kratom": ("kratom 7-OH shot", LEAF | SEVEN_OH, "7oh"),
    "7-OH and leaf": ("kratom leaf and 7-OH", LEAF | SEVEN_OH, "unknown"),
    "pseudoindoxyl": ("pseudoindoxyl gummy", PSEUDO, "pseudoindoxyl"),
    "two concentrates": ("7-OH and pseudoindoxyl", SEVEN_OH | PSEUDO, "unknown"),
    "alkaloid alone is no leaf": ("mitragynine capsules", frozenset({"mitragynine"}), "unknown"),
    "with kava": ("kava kratom drink", LEAF | KAVA, "kava_kratom"),
}


@pytest.mark.parametrize(("text", "substances", "product"), PRODUCTS.values(), ids=PRODUCTS.keys())
def test_product_is_only_what_the_words_name(text, substances, product):
    assert product_of(text, substances) == product


AMOUNTS = {
    "grams": ("kratom powder 3 g", LEAF, ("3", "g", "dose", "")),
    "grams a day": ("kratom powder 9 grams a day", LEAF, ("9", "g", "day", "")),
    "three times": ("kratom powder 2.5g tid", LEAF, ("2.5", "g", "dose", "3")),
    "capsules": ("4 kratom capsules", LEAF, None),
    "capsules after the number": ("kratom 4 capsules twice a day", LEAF, ("4", "capsule", "dose", "2")),
    "range": ("kratom powder 2-3 g", LEAF, None),
    "two amounts": ("kratom 2 capsules 500 mg", LEAF, None),
    "milligrams of each capsule": ("kratom capsules 500 mg", LEAF, None),
    "milligrams of what": ("7-OH 15 mg", SEVEN_OH, None),
    "none": ("kratom powder", LEAF, None),
}


@pytest.mark.parametrize(("text", "substances", "found"), AMOUNTS.values(), ids=AMOUNTS.keys())
def test_amount_is_only_what_is_plainly_written(text, substances, found):
    row = row_of(text, substances)

    assert row["brand"] == text
    assert tuple(row.get(name) for name in ("amount", "unit", "per", "doses_per_day")) == (
        found or (None, None, "dose", None)
    )


@pytest.mark.parametrize("field", ["medicine-0-entered", "other-0-entered", "pasted"])
def test_kratom_among_the_medicines_is_moved_with_its_words(patient, field):
    form = bound(patient, **NO_KRATOM_YET, **{"medicine-0-entered": "", field: "kratom powder 3 g tid"})

    assert form.record.uses == (
        UseRecord(product="leaf_powder", brand="kratom powder 3 g tid", amount=3.0, unit="g", doses_per_day=3.0),
    )
    assert form.record.medications == ()
    assert len(form.notices) == 1
    assert form.notices[0].startswith("“kratom powder 3 g tid” is kratom: moved to Kratom. Product: Leaf powder.")


def test_moved_kratom_stands_after_products_already_recorded(patient):
    form = bound(patient, **{"medicine-0-entered": "7-OH tablets stopped", "medicine-0-started_on": "2026-01-02"})

    assert [use.product for use in form.record.uses] == ["leaf_powder", "7oh"]
    assert form.record.uses[1].stopped
    assert form.record.uses[1].brand == "7-OH tablets stopped; started 2026-01-02"


def test_misspelt_kratom_is_moved_only_when_somebody_says_so(patient):
    form = bound(patient, **{"medicine-0-entered": "kratomm powder"})
    assert [line.entered for line in form.record.medications] == ["kratomm powder"]

    form = bound(patient, **{"medicine-0-entered": "kratomm powder", "move": "medicine-0"})
    assert form.record.medications == ()
    assert form.record.uses[-1].brand == "kratomm powder"


def test_kratom_beside_a_medicine_on_one_line_stays_and_is_named(patient):
    form = bound(patient, **{"medicine-0-entered": "kratom with tramadol"})

    assert [line.entered for line in form.record.medications] == ["kratom with tramadol"]


def test_live_list_leaves_rows_where_they_are(patient):
    form = bound(patient, placing=False, **{"medicine-0-entered": "kratom powder"})

    assert [line.entered for line in form.record.medications] == ["kratom powder"]


@pytest.mark.parametrize("press", [{"add": "kratom"}, {"remove": "other-0"}])
def test_adding_and_removing_rows_moves_nothing(patient, press):
    form = bound(patient, **{"medicine-0-entered": "kratom powder"}, **press)

    assert [line.entered for line in form.record.medications] == ["kratom powder"]


def test_medicine_typed_as_a_kratom_brand_goes_among_the_medicines(patient):
    form = bound(patient, **{"kratom-0-brand": "tramadol"})

    assert [line.entered for line in form.record.medications] == ["Ultram 50 mg prn", "tramadol"]
    assert form.record.uses[0].brand == ""
    assert form.notices == ("“tramadol” is not kratom: moved to Medicines.",)


@pytest.mark.parametrize("brand", ["Green Malay", "kava", "tramadoll", "vitamin", "moodlift", "x" * 200])
def test_brand_that_is_no_certain_medicine_stays(patient, brand):
    form = bound(patient, **{"kratom-0-brand": brand})

    assert form.record.uses[0].brand == brand
    assert form.notices == ()


def test_saving_says_what_was_moved(db):
    doctor = factories.clinician()
    client = Client()
    client.force_login(doctor)
    address = reverse("clinical:consultation_new", args=[factories.patient(doctor).pk])

    page = client.post(address, typed(do="save", **{"medicine-0-entered": "kratom tea"}), follow=True)

    assert [use.product for use in Consultation.objects.get().kratom_uses.all()] == ["leaf_powder", "tea"]
    assert "“kratom tea” is kratom: moved to Kratom." in page.content.decode()
