"""The law on the map and the page of changes: every square, its marks, the slider, and a constant number of queries."""

from datetime import date

import pytest

from legal.index import current_index
from legal.map_views import MapForm, month_after, months_from
from legal.periods import Substance
from legal.tiles import squares, tiles_on

TODAY = date(2026, 11, 23)


def tile(code: str, day: date, substance: str = "kratom_leaf"):
    return next(one for one in tiles_on(current_index(), day, substance, TODAY) if one.square.code == code)


def test_squares_stand_apart_and_hold_every_state_and_territory(law):
    held = {code for code, place in current_index().places.items() if place.level in ("state", "territory")}
    at_home = {code for code in held if code.startswith("US-")}
    assert {square.code for square in squares()} == at_home
    assert len({(square.row, square.column) for square in squares()}) == len(squares()) == 56


@pytest.mark.parametrize(("day", "status"), [(date(2026, 12, 31), "regulated"), (date(2027, 1, 1), "prohibited")])
def test_tile_of_kentucky_on_both_sides_of_its_day(law, day, status):
    assert tile("US-KY", day).ruling.status == status


def test_tile_tells_a_change_ahead_and_forgets_it_after(law):
    assert tile("US-KY", TODAY).changes_on == date(2027, 1, 1)
    assert tile("US-KY", date(2027, 1, 2)).changes_on is None


def test_tile_counts_local_rules_and_says_when_a_reading_is_old(law):
    assert tile("US-MS", TODAY).local_rules > 1
    assert not tile("US-MS", TODAY).is_stale
    assert tile("US-MS", date(2027, 6, 1)).is_stale


@pytest.mark.parametrize(
    ("given", "day"),
    [
        ({}, TODAY),
        ({"on": "2020-05-06"}, date(2020, 5, 6)),
        ({"on": "2020-05-06", "shown": "2020-05-06", "month": "52"}, date(2020, 5, 6)),
        ({"on": "2020-05-06", "shown": "2020-05-06", "month": "60"}, date(2021, 1, 1)),
        ({"on": "2024-02-03", "shown": "2020-05-06", "month": "60"}, date(2024, 2, 3)),
        ({"on": "", "shown": "2020-05-06", "month": "60"}, date(2021, 1, 1)),
    ],
    ids=["nothing", "typed", "not slid", "slid", "both: typed wins", "emptied and slid"],
)
def test_map_form_takes_the_day_that_was_changed(given, day):
    form = MapForm(given)
    assert form.is_valid()
    assert form.asked(date(2016, 1, 1), TODAY) == (Substance.KRATOM_LEAF, day)


def test_months_count_back_and_forth():
    assert month_after(date(2016, 1, 1), months_from(date(2016, 1, 1), date(2026, 12, 9))) == date(2026, 12, 1)


@pytest.mark.parametrize("asked", ["on=nonsense", "substance=tea", "month=x"])
def test_map_page_refuses_what_it_cannot_read(client, reader, law, asked):
    client.force_login(reader)
    answer = client.get(f"/legal/map/?{asked}")
    assert answer.status_code == 422
    assert "No map was drawn" in answer.content.decode()


@pytest.mark.parametrize("asked", ["on=1900-01-01", "on=2100-01-01", "month=999999&shown=2020-01-01"])
def test_map_page_draws_a_far_day_with_its_doubt(client, reader, law, asked):
    client.force_login(reader)
    assert client.get(f"/legal/map/?{asked}").content.decode().count('class="kc-tile ') == 56


def test_map_asks_the_database_no_more_for_another_day(client, reader, law, django_assert_max_num_queries):
    client.force_login(reader)
    client.get("/legal/map/")
    with django_assert_max_num_queries(5):
        client.get("/legal/map/?substance=7-OH&on=2025-03-04")


def test_changes_page_tells_what_is_coming_and_from_when(client, reader, law, time_machine):
    time_machine.move_to("2026-11-23T12:00:00Z", tick=False)
    client.force_login(reader)
    page = client.get("/legal/changes/").content.decode()
    assert "Kentucky" in page
    assert "1 Jan 2027" in page
    assert "last 90 days" in page
    assert "26 Aug 2026" not in page.partition("past-heading")[0]


def test_uncertain_square_carries_the_strictest_known_word_and_the_legend_counts_it(client, reader, law, time_machine):
    time_machine.move_to("2026-11-23T12:00:00Z", tick=False)
    client.force_login(reader)
    page = " ".join(client.get("/legal/map/?substance=7-OH").content.decode().split())
    assert 'title="Texas: Uncertain; strictest known: Limited"' in page
    assert (
        "Texas: Uncertain; strictest known: Limited</span>" in page
        or "Texas: Uncertain; strictest known: Limited;" in page
    )
    for status, word in (("restricted", "Limited"), ("regulated", "Lawful with rules")):
        squares_so = page.count(f"kc-tile--known kc-tile--known-{status}")
        assert squares_so > 0
        assert f"uncertain, strictest known: {word}</span> {squares_so}</li>" in page


def test_map_and_changes_ask_for_a_sign_in(client):
    assert client.get("/legal/map/").status_code == 302
    assert client.get("/legal/changes/").status_code == 302
