"""The front door: the stored rows become indexes, once per reference version."""

import pytest

from clinical.models import ReferenceVersion, SubstanceName
from clinical.screening.facts import Match, Phase
from clinical.vocabulary import lookup

pytestmark = pytest.mark.django_db

LOADED, NEXT = 1, 9001


@pytest.fixture
def _new_name_afterwards_forgotten():
    """For tests that add names: the indexes of the process must not outlive the transaction."""
    lookup.forget()
    yield
    lookup.forget()


def add_name():
    return SubstanceName.objects.create(name="Invented Brand", substance_id="tramadol", kind="brand")


def test_line_becomes_substances_products_and_route():
    taken = lookup.taken(entered="Suboxone 8/2 SL film")
    assert (taken.entered, taken.match) == ("Suboxone 8/2 SL film", Match.EXACT)
    assert set(taken.substances) == {"buprenorphine", "naloxone"}
    assert (taken.products, taken.route) == (("buprenorphine / naloxone",), "sublingual")


def test_salt_resolves_to_its_base():
    assert lookup.taken(entered="morphine sulfate 15 mg").substances == ("morphine",)


def test_given_phase_and_route_go_before_what_was_read():
    taken = lookup.taken(entered="Ultram po stopped 3/2026", phase=Phase.SETTLED, route="rectal", stopped_days_ago=4.0)
    assert (taken.phase, taken.route, taken.stopped_days_ago) == (Phase.SETTLED, "rectal", 4.0)


def test_line_that_says_stopped_is_stopped():
    assert lookup.taken(entered="Ultram stopped 3/2026").phase is Phase.STOPPED
    assert lookup.taken(entered="Ultram").phase is None


def test_choice_of_a_person_settles_an_ambiguous_name():
    assert "liothyronine" in lookup.taken(entered="T3").candidates
    taken = lookup.taken(entered="T3", chosen="liothyronine")
    assert (taken.match, taken.substances, taken.candidates) == (Match.EXACT, ("liothyronine",), ())


def test_conditions_are_found_and_listed():
    assert lookup.resolve_condition("lqts") == "long_qt_syndrome"
    assert lookup.resolve_condition("no such illness") is None
    assert lookup.condition_labels()["long_qt_syndrome"] == "Long QT syndrome"
    assert lookup.suggest_conditions("long qt")[0] == ("long_qt_syndrome", "Long QT syndrome")


def test_names_are_suggested():
    assert [item.name for item in lookup.suggest("ultra", limit=1)] == ["Ultram"]


@pytest.mark.usefixtures("_new_name_afterwards_forgotten")
def test_new_name_is_known_at_the_next_version_only():
    assert lookup.taken(entered="Invented Brand", version=LOADED).match is Match.NONE
    add_name()
    assert lookup.taken(entered="Invented Brand", version=LOADED).match is Match.NONE
    assert lookup.taken(entered="Invented Brand", version=NEXT).substances == ("tramadol",)


@pytest.mark.usefixtures("_new_name_afterwards_forgotten")
def test_name_marked_as_needing_a_choice_is_only_offered():
    SubstanceName.objects.create(name="Invented Brand", substance_id="tramadol", kind="brand", needs_choice=True)
    taken = lookup.taken(entered="invented brand 50 mg", version=NEXT)
    assert (taken.match, taken.candidates) == (Match.AMBIGUOUS, ("tramadol",))


@pytest.mark.usefixtures("_new_name_afterwards_forgotten")
def test_current_version_is_used_when_none_is_given():
    assert lookup.taken(entered="Invented Brand").match is Match.NONE
    add_name()
    ReferenceVersion.objects.create(number=NEXT, reason="one more name")
    assert lookup.taken(entered="Invented Brand").match is Match.EXACT


@pytest.mark.usefixtures("_new_name_afterwards_forgotten")
def test_many_lines_at_one_version_ask_the_database_once(django_assert_num_queries):
    with django_assert_num_queries(6):
        lookup.vocabulary(LOADED)
    with django_assert_num_queries(0):
        for line in ("Ultram 50 mg", "suboxone", "ultrm", "nothing known"):
            lookup.taken(entered=line, version=LOADED)
