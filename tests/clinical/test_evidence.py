"""One rule in full, and the list of all rules."""

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from clinical.actions.reference import close_rule, open_rule
from clinical.models import InteractionRule
from clinical.permissions import ROLES
from clinical.reference_files import RULE_OWES, RULE_WORDS, read, rule_word_faults
from tests import factories

pytestmark = pytest.mark.django_db

LIST = reverse("clinical:evidence_list")


def page_of(code: str) -> str:
    return reverse("clinical:evidence", args=[code])


@pytest.fixture
def signed_in(client, doctor):
    client.force_login(doctor)
    return client


@pytest.fixture(scope="module")
def entries():
    return read().rules


def words_of(client, address: str, **query) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("address", [LIST, page_of("tramadol")])
def test_evidence_signed_out_asks_to_sign_in(address, client):
    assert client.get(address).url.startswith(reverse("account_login"))


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("address", [LIST, page_of("tramadol")])
def test_evidence_is_open_to_every_role(address, role, client):
    client.force_login(factories.person(role))
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("address", [LIST, page_of("tramadol")])
def test_evidence_without_any_role_is_refused(address, client):
    client.force_login(factories.person())
    assert client.get(address).status_code == 403


def test_rule_that_does_not_exist_is_not_found(signed_in):
    assert signed_in.get(page_of("no-such-rule")).status_code == 404


def test_list_holds_every_rule_most_severe_first(signed_in):
    words = words_of(signed_in, LIST)
    rules = InteractionRule.objects.filter(closed_at=None)
    positions = {rule.code: words.index(f'href="{page_of(rule.code)}"') for rule in rules}
    order = ["contraindicated", "major", "moderate", "minor"]
    ranks = [order.index(rule.severity) for rule in sorted(rules, key=lambda rule: positions[rule.code])]
    assert len(ranks) == 102
    assert ranks == sorted(ranks)
    assert "102 rules" in words


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ("tramadol", "tramadol"),
        ("TRAMA", "tramadol"),
        ("Ultram", "tramadol"),  # a brand
        ("oxycodone", "opioid-agonists"),  # by what it does
        ("OxyContin", "opioid-agonists"),  # a brand of something, by what that does
        ("Percocet", "opioid-agonists"),  # a combination, by what one ingredient does
        ("pregnan", "pregnancy"),
    ],
)
def test_search_finds_by_title_code_and_what_it_fires_on(wanted, code, signed_in):
    assert f'href="{page_of(code)}"' in words_of(signed_in, LIST, q=wanted)


def test_search_by_an_exact_name_leaves_out_products_that_hold_more(signed_in):
    """Oxycodone is sold with acetaminophen too; a search for oxycodone is not about acetaminophen."""
    assert page_of("acetaminophen") in words_of(signed_in, LIST, q="Percocet")
    assert page_of("acetaminophen") not in words_of(signed_in, LIST, q="oxycodone")


def test_search_leaves_out_rules_that_exclude_what_is_wanted(signed_in):
    assert page_of("opioid-agonists") not in words_of(signed_in, LIST, q="tianeptine")


def test_search_that_finds_nothing_does_not_reassure(signed_in):
    words = words_of(signed_in, LIST, q="zzzz")
    assert "No rule mentions “zzzz”" in words
    assert "not proof" in words


@pytest.mark.parametrize("code", sorted(read().rules))
def test_rule_page_shows_everything_the_rule_says(code, signed_in, entries):
    words = " ".join(words_of(signed_in, page_of(code)).split())
    entry = entries[code]
    for name in (*RULE_WORDS, *RULE_OWES, "frequency_of_exposure", "frequency_of_harm"):
        if name == "direction":
            continue
        assert escape(" ".join(entry[name].split())) in words, name
    for source in entry["sources"]:
        assert f'id="source-{source}"' in words
    for modifier in entry["modifiers"]:
        assert escape(modifier["reason"]) in words
    assert ("provisional" in words) is entry["provisional"]


def test_rule_page_keeps_earlier_wordings(signed_in, entries):
    old = InteractionRule.objects.get(code="tramadol")
    close_rule(rule=old)
    open_rule(entry={**entries["tramadol"], "summary": "Another wording."}, revision=2, by=None, reason="new paper")
    new, earlier = words_of(signed_in, page_of("tramadol")), words_of(signed_in, page_of("tramadol"), revision="1")
    assert "Another wording." in new
    assert "new paper" in new
    assert "An earlier wording" not in new
    assert "An earlier wording" in earlier
    assert "Another wording." not in earlier


@pytest.mark.parametrize("revision", ["99", "x", ""])
def test_revision_that_does_not_exist_shows_the_newest(revision, signed_in):
    assert "An earlier wording" not in words_of(signed_in, page_of("tramadol"), revision=revision)


def test_queries_do_not_grow_with_rules(signed_in):
    def taken(address) -> int:
        signed_in.get(address)
        with CaptureQueriesContext(connection) as queries:
            signed_in.get(address)
        return len(queries)

    assert taken(LIST) <= 5
    assert taken(page_of("opioid-agonists")) == taken(page_of("tramadol")) <= 8


# The ten information elements of the minimal information model (Hochheiser 2021), as the page heads them.
ELEMENTS = (
    "What it fires on", "What could happen", "Seriousness", "Operational class", "What to do", "Mechanism",
    "What changes it", "What supports it", "How often people take both", "How often harm follows",
)  # fmt: skip
ATTRIBUTES = (
    "1. Bibliographic citation", "2. Developer", "3. Funding of the technical work", "4. Release and revision dates",
    "5. Race", "6. Ethnicity", "7. Language", "8. Sexual orientation", "9. Gender identity", "10. Sex",
    "11. Date of birth", "12. Social determinants of health", "13. Health status assessment",
)  # fmt: skip


@pytest.mark.parametrize("code", ["tramadol", "lactation", "peripheral-opioid-antagonists", "kava"])
def test_page_heads_all_ten_elements_and_thirteen_attributes(code, signed_in):
    answer = signed_in.get(page_of(code))
    words = answer.content.decode()
    assert [name for name in (*ELEMENTS, *ATTRIBUTES) if f">{name}<" not in words] == []
    assert "<dd></dd>" not in words
    assert [line.number for line in answer.context["evidence"].attributes if not str(line.words).strip()] == []


def test_page_puts_the_action_before_the_reasons_and_what_is_against_before_the_attributes(signed_in):
    words = words_of(signed_in, page_of("quetiapine"))
    heads = ("What to do", "Why", "For and against", "When it speaks", "Sources", "Source attributes", "History")
    places = [words.index(f"<h2>{head}</h2>") for head in heads]
    assert places == sorted(places)


@pytest.mark.parametrize("code", ["cyp2d6-substrates", "dextromethorphan"])
def test_laboratory_and_human_data_both_show_and_one_drives_the_rating(code, signed_in, entries):
    entry = entries[code]
    assert "Laboratory:" in entry["contradiction"]
    assert "People:" in entry["contradiction"]
    words = words_of(signed_in, page_of(code))
    assert "trial" in entry["rating_driver"]
    assert f"<strong>{escape(entry['rating_driver'])}</strong>" in words
    assert "not tested" in entry["rating_driver"]


@pytest.mark.parametrize("code", sorted(read().rules))
def test_rule_owes_nothing_to_its_reader(code, entries):
    """Every field has words; none is empty, and the rating is told from what speaks for and against it."""
    entry = entries[code]
    assert list(rule_word_faults(entry)) == []
    assert entry["rating_driver"] != entry["contradiction"]
    assert entry["evidence_for"] != entry["contradiction"]
    assert "drives the rating" not in entry["contradiction"]


def used(client, code: str) -> dict[int, bool | None]:
    return {line.number: line.used for line in client.get(page_of(code)).context["evidence"].attributes}


@pytest.mark.parametrize(
    ("code", "uses"),
    [
        ("older-adults", {11}),
        ("opioid-agonists", {11}),  # raised by older age
        ("pregnancy", set()),  # pregnancy is recorded by itself, not worked out from sex or age
        ("thyroid-hormone", set()),
    ],
)
def test_attributes_say_which_patient_data_the_rule_uses(code, uses, signed_in):
    found = used(signed_in, code)
    assert {number for number, is_used in found.items() if is_used} == uses
    assert {number for number, is_used in found.items() if is_used is None} == {1, 2, 3, 4}


def test_what_it_looks_at_says_what_happens_where_it_is_missing(signed_in):
    lines = {
        str(line.what): str(line.when_missing)
        for line in signed_in.get(page_of("tramadol")).context["evidence"].looks_at
    }
    assert lines["How the medicine is given"] == "Counts as taken by mouth."
    assert "Sex" not in lines


def test_dates_that_nobody_knows_say_so_and_known_ones_give_the_next(signed_in, entries):
    assert "last reviewed: not known; next review: not known" in words_of(signed_in, page_of("tramadol"))
    close_rule(rule=InteractionRule.objects.get(code="tramadol"))
    entry = {**entries["tramadol"], "reviewed_on": "2026-01-31"}
    open_rule(entry=entry, revision=2, by=None, reason="reviewed")
    words = words_of(signed_in, page_of("tramadol"))
    assert "last reviewed: 31 Jan 2026; next review: 31 Jan 2027" in words
    assert "A review holds 12 months." in words


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"reviewed_on": "soon"}, "is no day"),
        ({"review_on": "2026-02-30"}, "is no day"),
        ({"reviewed_on": "2026-03-01", "review_on": "2026-03-01"}, "must come after"),
        ({"evidence_for": " "}, "evidence_for is empty"),
        ({"developer": ""}, "developer is empty"),
        ({"rating_driver": None}, "rating_driver is empty"),
    ],
)
def test_what_is_owed_is_refused_when_empty_or_no_day(values, told, entries):
    (fault,) = rule_word_faults({**entries["tramadol"], **values})
    assert told in fault


@pytest.mark.parametrize("name", RULE_OWES)
def test_database_refuses_a_rule_that_leaves_out_what_it_owes(name, entries):
    close_rule(rule=InteractionRule.objects.get(code="tramadol"))
    with pytest.raises(IntegrityError, match="rule_says_everything"):
        open_rule(entry={**entries["tramadol"], name: " "}, revision=2, by=None, reason="test")
