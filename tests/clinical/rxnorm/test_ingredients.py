"""What every concept of a release leads to: settled, a question, or nothing. Never half of it, never a pick."""

import pytest

from clinical.models import RxNormConcept, Substance
from tests.clinical.rxnorm.conftest import concept
from tests.clinical.rxnorm.rrf import Release, usual

pytestmark = pytest.mark.django_db

LEADS = {
    "ingredient of ours": ("10689", ["tramadol"]),
    "new ingredient": ("9000001", ["zilucoplast"]),
    "salt": ("9000002", ["zilucoplast"]),
    "combination": ("9000004", ["acetaminophen", "zilucoplast"]),
    "component": ("9000012", ["zilucoplast"]),
    "clinical drug": ("9000020", ["tramadol"]),
    "drug of two": ("9000021", ["acetaminophen", "zilucoplast"]),
    "branded drug of two": ("9000041", ["acetaminophen", "zilucoplast"]),
    "brand": ("9000030", ["tramadol"]),
    "brand of a combination": ("9000031", ["acetaminophen", "zilucoplast"]),
}


@pytest.mark.parametrize(("number", "substances"), LEADS.values(), ids=LEADS)
def test_concept_leads_down_to_its_ingredients(number, substances, load):
    load(usual())
    assert (concept(number).substances, concept(number).choices) == (substances, [])


@pytest.mark.parametrize("direction", ["down", "up"])
def test_one_direction_of_the_relations_is_enough(direction, load):
    release = usual()
    words = ("has_ingredient", "has_ingredients", "has_precise_ingredient", "consists_of", "has_part", "form_of")
    downward = [line for line in release.relations if line.split("|")[7] in (*words, "tradename_of", "contains")]
    release.relations = (
        downward if direction == "down" else [line for line in release.relations if line not in downward]
    )
    load(release)
    assert {number: concept(number).substances for number, _substances in LEADS.values()} == {
        number: substances for number, substances in LEADS.values()
    }


def test_drug_whose_components_are_missing_is_not_half_settled(load):
    release = usual()
    release.add("9000050", "SCD", "zilucoplast 5 MG / unheardofine 10 MG Oral Tablet", [("consists_of", "9000012")])
    release.add("9000051", "BN", "Halfway")
    release.add(
        "9000052", "SBD", "zilucoplast 5 MG / unheardofine 10 MG Oral Tablet [Halfway]",
        [("tradename_of", "9000050"), ("has_ingredient", "9000051")],
    )  # fmt: skip
    loaded = load(release)
    for number in ("9000050", "9000051", "9000052"):
        assert (concept(number).substances, concept(number).choices) == ([], [])
    assert loaded.counts["unsettled"] == 3


def test_drug_whose_relations_are_missing_is_read_by_the_ingredients_in_its_name(load):
    release = usual()
    release.add("9000050", "SCD", "12 HR acetaminophen 325 MG / zilucoplast sodium 5 MG Oral Tablet")
    load(release)
    assert concept("9000050").substances == ["acetaminophen", "zilucoplast"]


def test_brand_of_different_products_is_a_question(load):
    release = usual()
    release.add(
        "9000050", "SBD", "ocuvaldine 1 MG/ML Ophthalmic Solution [Zilucet]",
        [("tradename_of", "9000022"), ("has_ingredient", "9000031")],
    )  # fmt: skip
    load(release)
    assert concept("9000031").substances == []
    assert concept("9000031").choices == ["acetaminophen / zilucoplast", "ocuvaldine"]
    assert set(concept("9000031").choices) <= set(Substance.objects.values_list("key", flat=True))


def test_brand_keeps_an_ingredient_that_none_of_its_products_has(load):
    release = usual()
    release.relations.append("9000003||CUI|RO|9000031||CUI|tradename_of|1||RXNORM||||N|4096|")
    load(release)
    assert concept("9000031").choices == ["acetaminophen / zilucoplast", "ocuvaldine"]


def test_suppressed_product_does_not_make_a_brand_a_question(load):
    release = usual()
    release.add(
        "9000050", "SBD", "ocuvaldine 1 MG/ML Ophthalmic Solution [Zilucet]",
        [("tradename_of", "9000022"), ("has_ingredient", "9000031")], suppress="O",
    )  # fmt: skip
    load(release)
    assert concept("9000031").substances == ["acetaminophen", "zilucoplast"]
    assert (concept("9000050").status, concept("9000050").substances) == ("retired", ["ocuvaldine"])


def test_pack_holds_what_its_drugs_hold_and_no_placebo(load):
    release = usual()
    release.add("748794", "IN", "inert ingredients")
    release.add("9000050", "SCDC", "inert ingredients 1 MG", [("has_ingredient", "748794")])
    release.add("9000051", "SCD", "inert ingredients 1 MG Oral Tablet", [("consists_of", "9000050")])
    name = "{21 (tramadol 50 MG Oral Tablet) / 7 (inert ingredients 1 MG Oral Tablet) } Pack"
    release.add("9000052", "GPCK", name, [("contains", "9000020"), ("contains", "9000051")])
    release.add("9000053", "BPCK", f"{name} [Tramapack]", [("contains", "9000040"), ("contains", "9000051")])
    release.add("9000054", "BN", "Tramapack")
    load(release)
    for number in ("9000052", "9000053", "9000054"):
        assert (concept(number).substances, concept(number).route) == (["tramadol"], "oral")


def test_pack_with_a_drug_that_is_missing_is_not_half_settled(load):
    release = usual()
    name = "{21 (tramadol 50 MG Oral Tablet) / 7 (unheardofine 1 MG Oral Tablet) } Pack"
    release.add("9000052", "GPCK", name, [("contains", "9000020")])
    load(release)
    assert concept("9000052").substances == []


def test_other_vocabularies_and_dose_forms_make_no_concept(load):
    release = usual()
    release.add("9000050", "SU", "TRAMADOL HYDROCHLORIDE", source="MTHSPL")
    release.add("9000051", "IN", "elsewherin", source="VANDF")
    release.add("9000052", "DF", "Oral Tablet")
    load(release)
    assert RxNormConcept.objects.filter(rxcui__in=("9000050", "9000051", "9000052")).count() == 0


def test_further_names_of_rxnorm_are_kept_with_the_concept(load):
    release = usual()
    release.add("9000020", "PSN", "traMADol HCl 50 MG Oral Tablet")
    release.add("9000020", "SY", "tramadol 50 MG oral tablet")
    load(release)
    assert concept("9000020").other_names == ["traMADol HCl 50 MG Oral Tablet"]


ROUTES = {
    "Oral Tablet": "oral",
    "Chewable Tablet": "oral",
    "Sublingual Film": "sublingual",
    "Buccal Film": "buccal",
    "Injectable Solution": "injected",
    "Prefilled Syringe": "injected",
    "Transdermal System": "transdermal",
    "Topical Cream": "topical",
    "Medicated Patch": "topical",
    "Ophthalmic Ointment": "ophthalmic",
    "Otic Solution": "otic",
    "Metered Dose Nasal Spray": "nasal",
    "Metered Dose Inhaler": "inhaled",
    "Inhalation Solution": "inhaled",
    "Vaginal Insert": "vaginal",
    "Rectal Suppository": "rectal",
    "Drug Implant": "implant",
    "Irrigation Solution": "",
    "Intrauterine System": "",
    "Mucous Membrane Topical Solution": "",
    "Cartridge": "",
}


@pytest.mark.parametrize(("form", "route"), ROUTES.items(), ids=ROUTES)
def test_route_is_read_from_the_dose_form(form, route, load):
    release = usual()
    release.add("9000050", "SCD", f"zilucoplast 5 MG {form}", [("consists_of", "9000012")])
    load(release)
    assert concept("9000050").route == route


def test_route_of_brand_and_ingredient_holds_only_where_all_products_agree(load):
    load(usual())
    assert [concept(n).route for n in ("9000003", "9000032", "9000030")] == ["ophthalmic", "ophthalmic", "oral"]
    assert Substance.objects.get(key="ocuvaldine").route == "ophthalmic"
    release = usual()
    release.add("9000050", "SCD", "ocuvaldine 1 MG/ML Oral Solution", [("consists_of", "9000013")])
    load(release)
    assert concept("9000003").route == ""


def test_bare_ingredient_of_nasal_products_keeps_its_route_open(load):
    release = Release()
    release.add("9000001", "IN", "nasaldine")
    release.add("9000002", "SCDC", "nasaldine 1 MG/ML", [("has_ingredient", "9000001")])
    release.add("9000003", "SCD", "nasaldine 1 MG/ML Nasal Spray", [("consists_of", "9000002")])
    load(release)
    assert (concept("9000003").route, concept("9000001").route) == ("nasal", "")
