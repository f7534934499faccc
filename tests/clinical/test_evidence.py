"""One rule in full, and the list of all rules."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from clinical.actions.reference import close_rule, open_rule
from clinical.models import InteractionRule
from clinical.permissions import ROLES
from clinical.reference_files import read
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
    texts = ["title", "summary", "action", "monitoring", "mechanism", "consequence", "severity_reason", "contradiction"]
    for name in (*texts, "frequency_of_exposure", "frequency_of_harm"):
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
