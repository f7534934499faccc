"""Our own substances against a release: found again, numbered, questioned, never renamed or pointed elsewhere."""

import pytest

from clinical.models import (
    AuditEvent,
    ReferenceChange,
    ReferenceVersion,
    RxNormConcept,
    RxNormRelease,
    Source,
    Substance,
    SubstanceName,
    SubstanceRole,
)
from tests.clinical.rxnorm.conftest import concept
from tests.clinical.rxnorm.rrf import usual

pytestmark = pytest.mark.django_db


def rows_of(kind: str) -> list[tuple[str, str, str]]:
    """Number, ours and theirs of one kind of the stored report."""
    report = RxNormRelease.objects.get(is_current=True).report["rows"]
    return [(number, ours, theirs) for found, number, _type, ours, theirs in report if found == kind]


def ours(key: str, **values: str) -> Substance:
    return Substance.objects.create(key=key, **values)


def test_our_rows_are_as_before_but_for_numbers_filled_in(load):
    ours("ocuvaldine", term_type="")
    before = {row["key"]: row for row in Substance.objects.values()}
    counts = SubstanceName.objects.count(), SubstanceRole.objects.count()
    links = set(Substance.components.through.objects.values_list("from_substance_id", "to_substance_id"))
    load(usual())
    after = {row["key"]: row for row in Substance.objects.filter(key__in=before).values()}
    changed = {"rxcui": "9000003", "term_type": "IN", "revision": 2, "is_revised": True}
    assert after == before | {"ocuvaldine": before["ocuvaldine"] | changed}
    assert (SubstanceName.objects.count(), SubstanceRole.objects.count()) == counts
    assert links <= set(Substance.components.through.objects.values_list("from_substance_id", "to_substance_id"))


def test_number_filled_in_is_a_recorded_revision(load):
    ours("ocuvaldine")
    load(usual(), label="October")
    change = ReferenceChange.objects.get(key="ocuvaldine")
    assert (change.before["rxcui"], change.after["rxcui"], change.revision) == ("", "9000003", 2)
    assert change.reason == "RxNorm release loaded: October"
    assert rows_of("numbered") == [("9000003", "ocuvaldine", "ocuvaldine")]


def test_new_ingredients_salts_and_combinations_become_substances(load):
    load(usual())
    made = {row.key: row for row in Substance.objects.filter(rxcui__startswith="90000")}
    assert set(made) == {"zilucoplast", "zilucoplast sodium", "ocuvaldine", "acetaminophen / zilucoplast"}
    assert {(row.term_type, row.is_verified) for row in made.values()} == {("IN", True), ("PIN", True), ("MIN", True)}
    parts = {key: sorted(part.key for part in row.components.all()) for key, row in made.items()}
    assert parts["acetaminophen / zilucoplast"] == ["acetaminophen", "zilucoplast"]
    assert (parts["zilucoplast sodium"], parts["zilucoplast"]) == (["zilucoplast"], [])
    source = Source.objects.get(key=made["zilucoplast"].source_id_text)
    assert "National Library of Medicine" in source.citation


def test_number_whose_name_is_another_one_here_is_listed_and_asked_about(load):
    mine = ours("something else entirely", rxcui="9000003")
    load(usual())
    mine.refresh_from_db()
    assert (mine.rxcui, mine.revision) == ("9000003", 1)
    assert rows_of("mismatch") == [("9000003", "something else entirely", "ocuvaldine")]
    assert (concept("9000003").substances, concept("9000003").choices) == ([], ["something else entirely"])
    assert not Substance.objects.filter(key="ocuvaldine").exists()
    drug, brand = concept("9000022"), concept("9000032")
    assert (drug.substances, brand.substances) == ([], [])


def test_number_whose_name_is_a_synonym_here_is_ours(load):
    mine = ours("eye drop of ours", rxcui="9000003")
    SubstanceName.objects.create(name="Ocuvaldine", substance=mine, kind="synonym")
    load(usual())
    assert rows_of("mismatch") == []
    assert concept("9000022").substances == ["eye drop of ours"]


def test_name_that_has_another_number_there_is_ours_and_listed(load):
    mine = ours("ocuvaldine", rxcui="1234567")
    load(usual())
    mine.refresh_from_db()
    assert mine.rxcui == "1234567"
    assert rows_of("mismatch") == [("1234567", "ocuvaldine", " (the name has number 9000003)")]
    assert concept("9000022").substances == ["ocuvaldine"]


def test_name_we_give_to_one_substance_is_not_taken_over_by_a_new_one(load):
    mine = ours("eye drop of ours")
    SubstanceName.objects.create(name="ocuvaldine", substance=mine, kind="synonym")
    load(usual())
    assert concept("9000003").substances == ["eye drop of ours"]
    assert not Substance.objects.filter(key="ocuvaldine").exists()
    assert rows_of("other name") == [("9000003", "eye drop of ours", "ocuvaldine")]


def test_name_we_always_ask_about_stays_a_question(load):
    for key in ("drop one", "drop two"):
        SubstanceName.objects.create(name="ocuvaldine", substance=ours(key), kind="ambiguous", needs_choice=True)
    load(usual())
    assert (concept("9000003").substances, concept("9000003").choices) == ([], ["drop one", "drop two"])


def test_withdrawn_name_is_no_name(load):
    SubstanceName.objects.create(
        name="ocuvaldine", substance=ours("drop one"), kind="synonym", withdrawn_at="2026-11-01T00:00Z"
    )
    load(usual())
    assert concept("9000003").substances == ["ocuvaldine"]


def test_our_own_links_decide_what_a_substance_acts_through(load):
    mine = ours("ocuvaldine", rxcui="9000003")
    mine.components.add(Substance.objects.get(key="tramadol"))
    load(usual())
    assert concept("9000022").substances == ["tramadol"]


def test_combination_of_ours_with_the_same_ingredients_is_that_combination(load):
    ours("zilucoplast")
    mine = ours("our own painkiller")
    mine.components.set(Substance.objects.filter(key__in=("acetaminophen", "zilucoplast")))
    load(usual())
    assert not Substance.objects.filter(key="acetaminophen / zilucoplast").exists()
    assert concept("9000031").substances == ["acetaminophen", "zilucoplast"]


def test_number_that_the_release_does_not_have_is_listed(load):
    ours("forgotten thing", rxcui="7654321")
    load(usual())
    assert ("7654321", "forgotten thing", "") in rows_of("absent")


def test_combination_with_a_name_too_long_to_be_a_key_still_leads_to_its_ingredients(load):
    release = usual()
    parts = [f"longingredient{n:02}{'x' * 30}" for n in range(6)]
    for n, name in enumerate(parts):
        release.add(f"91000{n:02}", "IN", name)
    release.add("9100090", "MIN", " / ".join(parts), [("has_part", f"91000{n:02}") for n in range(6)])
    load(release)
    assert concept("9100090").substances == parts
    assert not Substance.objects.filter(rxcui="9100090").exists()


# ---- From one release to the next.


def test_next_release_says_what_is_new_renamed_and_retired(load):
    load(usual())
    following = usual()
    following.atoms = [line.replace("Tramaforte", "Tramamild") for line in following.atoms if "|9000042|" not in line]
    following.add("9000060", "IN", "novaldine")
    loaded = load(following)
    assert rows_of("new") == [("9000060", "", "novaldine")]
    assert ("9000030", "Tramaforte", "Tramamild") in rows_of("renamed")
    assert [row[0] for row in rows_of("retired")] == ["9000042"]
    assert [row[0] for row in rows_of("new concept")] == ["9000060"]
    kept = concept("9000042")
    assert (kept.status, kept.substances) == ("retired", ["ocuvaldine"])
    assert loaded.counts["new"] == 1
    assert RxNormRelease.objects.filter(is_current=True).count() == 1


def test_number_that_became_another_leads_there(load):
    release = usual()
    release.gave_up("9000070", "9000071")
    release.gave_up("9000071", "9000020")
    load(release)
    row = concept("9000070")
    assert (row.status, row.remapped_to, row.substances) == ("remapped", "9000020", ["tramadol"])


def test_archived_number_keeps_its_name_and_leads_to_what_it_became(load):
    release = usual()
    release.gave_up("9000070", "9000020", "tramadol hydrochloride 50 MG Tablet")
    load(release)
    row = concept("9000070")
    assert (row.name, row.status, row.substances) == ("tramadol hydrochloride 50 MG Tablet", "remapped", ["tramadol"])


def test_number_split_in_two_is_a_question(load):
    release = usual()
    release.gave_up("9000070", "9000020")
    release.gave_up("9000070", "9000022")
    load(release)
    row = concept("9000070")
    assert (row.status, row.substances, row.choices) == ("remapped", [], ["ocuvaldine", "tramadol"])


def test_numbers_that_became_each_other_are_left_alone(load):
    release = usual()
    release.gave_up("9000070", "9000071")
    release.gave_up("9000071", "9000070")
    load(release)
    assert not RxNormConcept.objects.filter(rxcui__in=("9000070", "9000071")).exists()


def test_our_number_that_became_another_is_listed_and_stays(load):
    mine = ours("old tramadol row", rxcui="9000070")
    release = usual()
    release.gave_up("9000070", "10689")
    load(release)
    mine.refresh_from_db()
    assert mine.rxcui == "9000070"
    assert rows_of("remapped") == [("9000070", "old tramadol row", "10689 tramadol")]


def test_load_opens_a_reference_version_and_is_audited(load):
    before = ReferenceVersion.objects.order_by("-number").first().number
    load(usual(), label="October")
    version = ReferenceVersion.objects.order_by("-number").first()
    assert (version.number, version.reason) == (before + 1, "RxNorm release loaded: October")
    release = RxNormRelease.objects.get()
    event = AuditEvent.objects.get(record="rxnormrelease")
    assert (event.act, event.record_key) == ("published", str(release.pk))
    assert release.counts["IN"] == 4


def test_failed_audit_leaves_nothing_behind(load, nothing_kept_without_audit):
    with nothing_kept_without_audit():
        load(usual())
    assert RxNormConcept.objects.count() == 0
    assert not Substance.objects.filter(key="zilucoplast").exists()
