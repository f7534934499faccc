"""Lines of list pages: the words of a row, whoever signed and whatever the clock of the practice says."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.utils import timezone, translation

from clinical.models import User
from clinical.views.lines import day_words, moment_words, patient_lines, person_words, visit_lines

DAY = date(2026, 3, 5)
NIGHT = datetime(2026, 3, 5, 23, 30, tzinfo=UTC)
ADA, NAMELESS = ("Ada", "Reed", "ada@example.org"), ("", "", "ada@example.org")


def patient_row(city="Memphis", state="TN", visit_on=DAY, asked="uses") -> tuple:
    return (uuid4(), "Vale, Jordan", date(1992, 12, 31), "R-1", city, state, visit_on, asked)


def visit_row(signed_at=None, phq9=None, amends=None, asked="uses", signer=ADA, writer=NAMELESS) -> tuple:
    return (uuid4(), DAY, asked, phq9, signed_at, amends, 3, *signer, *writer)


@pytest.mark.parametrize(
    ("city", "state", "home"), [("Memphis", "TN", "Memphis, TN"), ("Lisbon", "", "Lisbon"), ("", "TN", "TN"), ("",) * 3]
)
def test_home_is_what_is_known_of_it(city, state, home):
    assert patient_lines([patient_row(city, state)])[0].home == home


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("uses", "uses, 5 Mar 2026"),
        ("does_not", "does not use, 5 Mar 2026"),
        ("declined", "declined to say, 5 Mar 2026"),
        ("not_asked", "not asked, 5 Mar 2026"),
    ],
)
def test_last_visit_says_what_it_found_and_when(asked, words):
    assert patient_lines([patient_row(asked=asked)])[0].kratom == words


def test_patient_without_a_visit_has_no_words_about_one():
    assert patient_lines([patient_row(visit_on=None, asked=None)])[0].kratom == ""


def test_signed_visit_names_signer_and_moment():
    with timezone.override("UTC"):
        line = visit_lines([visit_row(NIGHT, [1] * 9)])[0]
    assert line[1:] == ("5 Mar 2026", "Asked, uses", 9, 3, "signed by Ada Reed, 5 Mar 2026 23:30")


def test_draft_names_its_writer_and_counts_nothing():
    assert visit_lines([visit_row()])[0][3:] == ("", None, "draft of ada@example.org")


def test_amendment_says_so():
    assert visit_lines([visit_row(amends=uuid4())])[0].state.endswith(" · amendment")


def test_moment_is_by_the_practice_clock_with_its_day():
    with timezone.override("Europe/Berlin"):
        assert moment_words(NIGHT) == "6 Mar 2026 00:30"
    with timezone.override("America/Chicago"):
        assert moment_words(NIGHT) == "5 Mar 2026 17:30"


def test_kept_day_is_kept_for_its_language_alone():
    assert day_words(DAY) == "5 Mar 2026"
    with translation.override("de"):
        assert day_words(DAY) != "5 Mar 2026"
    assert day_words(DAY) == "5 Mar 2026"


@pytest.mark.parametrize("who", [ADA, NAMELESS, ("Ada", "", "a@b.org"), ("", "Reed", "a@b.org"), (" ", " ", "a@b.org")])
def test_person_is_named_as_everywhere(who):
    assert person_words(*who) == str(User(first_name=who[0], last_name=who[1], email=who[2]))
