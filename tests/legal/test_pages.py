"""The law pages: look-up by GET without scripts, every level with its source, and the history of one jurisdiction."""

import re
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import connection
from django.forms.models import model_to_dict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from legal import actions
from legal.models import PendingChange, StatusPeriod

pytestmark = pytest.mark.django_db
PAGE = "/legal/"


@pytest.fixture
def look_up(client, reader, law):
    client.force_login(reader)

    def get(**asked):
        return client.get(PAGE, asked)

    return get


def gives_status(status: str, label: str, substance: str, html: str) -> bool:
    """Whether the page gives the substance this status, however its lines are broken."""
    return f'<span class="kc-status kc-status--{status}">{label}</span> {substance}' in " ".join(html.split())


def test_pages_ask_to_sign_in(client, law):
    assert client.get(PAGE).status_code == 302
    assert client.get("/legal/US-TN/").status_code == 302


def test_page_without_a_question_shows_the_form_and_the_places(look_up):
    answer = look_up()
    assert answer.status_code == 200
    assert b'name="place"' in answer.content
    assert b"/legal/US-TN/" in answer.content


def test_answer_shows_word_source_and_every_level(look_up):
    html = look_up(place="Memphis, TN", on="2026-11-22", age="34").content.decode()
    assert gives_status("prohibited", "Not lawful", "Kratom leaf", html)
    for words in (
        "Class A misdemeanor",
        "Decided by Tennessee, since 1 Jul 2026",
        "Checked 22 Nov 2026",
        "confidence medium",
    ):
        assert words in html
    assert "No local rule is on file for Memphis or Shelby County" in html
    assert 'href="/legal/US-TN/"' in html
    assert "Source: billtrack50.com" in html


def test_answer_names_what_lies_ahead_with_day_and_what_is_pending_once(look_up):
    html = look_up(place="Kentucky", on="2026-11-22").content.decode()
    assert "From 1 Jan 2027:</strong> Kentucky, Not lawful." in html
    assert html.count("HB 757: bans kratom sale statewide") == 1
    assert "Lapses on 27 Aug 2028:" in html


def test_answer_where_nothing_is_pending(look_up):
    assert "Pending changes" not in look_up(place="Kenya", on="2026-11-22").content.decode()


def test_answer_that_is_uncertain_says_so_first(look_up):
    html = look_up(place="Texas", on="2026-11-22").content.decode()
    assert gives_status("unknown", "Uncertain", "7-OH products", html)
    assert "advise as if not lawful" in html
    assert "Strictest known: Limited." in html


@pytest.mark.parametrize(("age", "words"), [("20", "Too young at 20."), ("", "Age not known.")])
def test_answer_says_whether_the_age_allows(look_up, age, words):
    html = look_up(place="Memphis, TN", on="2026-06-30", age=age).content.decode()
    assert "Minimum age 21." in html
    assert words in html


def test_day_that_no_row_of_the_state_covers_is_doubted(look_up):
    html = look_up(place="Oklahoma", on="2020-06-01").content.decode()
    assert "no row of Oklahoma covers that day; that is not evidence that it was lawful" in html
    assert gives_status("unknown", "Uncertain", "Kratom leaf", html)


def test_staleness_is_in_words(client, reader, law):
    with time_machine.travel(datetime(2027, 1, 15, 12, tzinfo=UTC), tick=False):
        client.force_login(reader)
        html = client.get(PAGE, {"place": "Tennessee"}).content.decode()
    assert "checked 54 days ago: check again (limit 30 days)" in html


def test_ambiguous_place_offers_links_that_settle_it(look_up, client):
    html = look_up(place="Aurora, CO", on="2026-11-22", age="30").content.decode()
    assert "Which place?" in html
    link = "/legal/?place=Aurora%2C%20Adams%20County%2C%20CO&on=2026-11-22&age=30"
    assert link.removeprefix("/legal/").replace("&", "&amp;") in html
    assert "Aurora, Adams County, Colorado" in client.get(link).content.decode()


def test_unknown_place_says_what_to_do(look_up):
    html = look_up(place="Xyzzy, TN").content.decode()
    assert "Place not found" in html
    assert "give a ZIP" in html


@pytest.mark.parametrize("asked", [{"place": ""}, {"place": "TN", "on": "soon"}, {"place": "TN", "age": "-1"}])
def test_form_that_is_filled_in_wrongly_is_shown_again(look_up, asked):
    answer = look_up(**asked)
    assert answer.status_code == 422
    assert "Error:" in answer.content.decode()


def test_page_before_reference_data_is_loaded(client, reader, empty_law):
    client.force_login(reader)
    assert "load_reference" in client.get(PAGE, {"place": "TN"}).content.decode()


@pytest.mark.parametrize("place", ["Memphis, TN", "Tupelo, MS", "Thailand"])
def test_answer_costs_the_same_few_queries_everywhere(look_up, place):
    look_up(place=place)
    with CaptureQueriesContext(connection) as queries:
        look_up(place=place)
    assert len(queries) <= 6


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (
            "US-TN",
            [
                "Tennessee",
                "Time line",
                "1 Jul 2018 to 30 Jun 2026",
                "until further notice",
                "second source",
                "HB 1649",
            ],
        ),
        (
            "US-MS:county:28095",
            ["Monroe County", "Mississippi", "about 1 May 2019", "usually binds unincorporated land only"],
        ),
        ("US-GU", ["Guam", "Uncertain", "source not read", "first day not known"]),
        ("US", ["Alabama", "Pending", "7-OH"]),
    ],
)
def test_history_of_a_jurisdiction(look_up, client, code, words):
    html = client.get(reverse("legal:jurisdiction", args=[code])).content.decode()
    for word in words:
        assert word in html


def test_history_shows_who_changed_what_and_why(look_up, client, editor):
    row = StatusPeriod.objects.get(jurisdiction_id="US-AL")
    values = model_to_dict(row, fields=actions.LAW_FIELDS)
    new = actions.revise_status_period(period=row, values=values, by=editor, reason="Checked the code")
    actions.close_status_period(period=new, until=date(2027, 1, 1), by=editor, reason="Repealed")
    pending = PendingChange.objects.filter(jurisdiction_id="US-AZ").get()
    actions.settle_pending_change(pending=pending, by=editor, outcome="Not signed")
    html = client.get("/legal/US-AL/").content.decode()
    for words in (
        "Entered by editor@example.org",
        "Checked the code",
        "Closed by",
        "Repealed",
        "Replaced, no longer counts",
    ):
        assert words in html
    assert "Not signed" in client.get("/legal/US-AZ/").content.decode()


def entries_of(html: str) -> list[str]:
    """The text of each entry of the time line, tags left out."""
    items = re.findall(r'<li class="kc-line__entry .*?</li>', html, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", item).split()) for item in items]


def test_time_line_holds_every_row_in_order_with_what_is_past_in_force_and_ahead(client, reader, law):
    with time_machine.travel(datetime(2026, 11, 23, 12, tzinfo=UTC), tick=False):
        client.force_login(reader)
        kentucky = entries_of(client.get("/legal/US-KY/").content.decode())
    standings = [
        next(word for word in ("Past", "In force today", "Ahead", "Pending, not law") if word in one)
        for one in kentucky
    ]
    held = [model.objects.filter(jurisdiction_id="US-KY").count() for model in (StatusPeriod, PendingChange)]
    assert len(kentucky) == sum(held)
    assert standings == sorted(standings, key=["Past", "In force today", "Ahead", "Pending, not law"].index)
    assert "1 Jan 2027 until further notice : Leaf and 7-OH products Not lawful Ahead" in " ".join(kentucky)


def test_time_line_says_of_each_row_that_sources_disagree_or_were_not_read(look_up, client):
    nevada = entries_of(client.get("/legal/US-NV/").content.decode())
    disputed = {"Kratom leaf" in one: "sources disagree about this substance" in one for one in nevada}
    assert disputed == {True: False, False: True}
    assert "source not read" in entries_of(client.get("/legal/US-GU/").content.decode())[0]


def test_history_costs_the_same_few_queries_everywhere(look_up, client):
    client.get("/legal/US-GU/")
    with CaptureQueriesContext(connection) as few:
        client.get("/legal/US-GU/")
    with CaptureQueriesContext(connection) as many:
        client.get("/legal/US-FL/")
    assert len(few) == len(many) <= 8


def test_history_of_an_unknown_code_is_not_found(look_up, client):
    assert client.get("/legal/US-ZZ/").status_code == 404


def test_two_places_stand_side_by_side_for_one_substance(look_up):
    asked = {"place": "Memphis, TN", "beside": "Southaven, MS", "on": "2026-11-22", "age": "20"}
    html = look_up(**asked, substance="kratom_leaf").content.decode()
    assert html.index("Memphis, Shelby County") < html.index("Southaven, DeSoto County")
    assert "Too young at 20." in html
    assert "</span> 7-OH products" not in html
    assert html.count('id="law-1"') == html.count('id="law-2"') == 1


def test_two_places_cost_one_query_more_than_one(look_up):
    look_up(place="Memphis, TN", beside="Southaven, MS")
    with CaptureQueriesContext(connection) as queries:
        look_up(place="Memphis, TN", beside="Tupelo, MS")
    assert len(queries) <= 9


def test_disputed_and_unread_rows_are_marked_to_the_reader(look_up):
    html = look_up(place="Kansas", on="2026-11-22").content.decode()
    assert "Sources disagree" in html
    assert "Kansas: is plain leaf banned too?" in html
    assert "source not read" in look_up(place="Guam", on="2026-11-22").content.decode()


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("APO, AE 09012", "military or diplomatic address"),
        ("APO, AE", "military or diplomatic address"),
        ("SW1A 1AA", "postcode of another country"),
        ("Navajo Nation, AZ", "No tribal law is held here"),
        ("Yosemite National Park", "rules of its agency may bar leaf too"),
    ],
)
def test_special_ground_is_answered_in_words_of_its_own(look_up, place, words):
    html = " ".join(look_up(place=place).content.decode().split())
    assert words in html


def test_day_before_the_tables_has_no_firm_answer(look_up):
    html = look_up(place="Alaska", on="1900-01-01").content.decode()
    assert "The tables put no date to anything here before 12 Feb 2014." in html
    assert gives_status("unknown", "Uncertain", "Kratom leaf", html)


def test_disagreement_of_sources_stands_on_the_page_of_its_jurisdiction(client, reader, law):
    client.force_login(reader)
    html = client.get("/legal/US-KS/").content.decode()
    assert "Kansas: is plain leaf banned too?" in html
    assert "What the table does:" in html


def test_county_name_of_a_territory_is_not_asked_as_a_county_of_the_mainland(look_up):
    html = look_up(place="San Juan, PR").content.decode()
    assert "Which place?" not in html
    assert "Puerto Rico" in html
