"""Every page of the law at a desk and on a phone: accessible, no wider than the window, and readable without colour."""

import re

import pytest
from playwright.sync_api import expect

from legal.periods import Status
from tests.browser.accessibility import assert_accessible

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDTHS = (1280, 375)
# Each status has a mark in the style sheet, so that a page printed in grey still tells them apart.
MARK_OF = """element => getComputedStyle(element, '::before').content"""


def walk_widths(desk):
    for width in WIDTHS:
        desk.page.set_viewport_size({"width": width, "height": 800})
        assert_accessible(desk.page)
        yield width
    desk.page.set_viewport_size({"width": 1280, "height": 800})


def assert_told_without_colour(page) -> None:
    """On paper every status shown has its word, and a mark that no other word has."""
    page.emulate_media(media="print", forced_colors="none")
    shown = page.locator("span.kc-status:visible")
    marks = {(one.inner_text().strip(), one.evaluate(MARK_OF)) for one in shown.all()}
    assert marks
    assert all(word and mark not in ("none", "normal", '""') for word, mark in marks)
    assert len({mark for _word, mark in marks}) == len({word for word, _mark in marks})
    page.emulate_media(media="screen")


def test_two_places_stand_beside_each_other_and_below_on_a_phone(signed_in):
    signed_in.opened("/legal/?place=Memphis,+TN&beside=Southaven,+MS&on=2026-11-20&age=30")
    one, other, form = (signed_in.page.locator(what) for what in ("#law-1", "#law-2", "form.kc-section"))
    for width in walk_widths(signed_in):
        left, right, over = one.bounding_box(), other.bounding_box(), form.bounding_box()
        assert (left["y"] == right["y"]) == (width == 1280)
        assert right["x"] + right["width"] <= over["x"] + over["width"] + 1
    assert_told_without_colour(signed_in.page)


def test_map_by_substance_and_day(signed_in):
    signed_in.opened("/legal/map/?on=2026-12-31")
    kentucky = signed_in.page.locator(".kc-tile", has_text="Kentucky")
    expect(kentucky).to_have_class(_has("kc-status--regulated"))
    signed_in.page.get_by_label("Day", exact=True).fill("2027-01-01")
    expect(kentucky).to_have_class(_has(f"kc-status--{Status.PROHIBITED}"))
    signed_in.page.get_by_label("Substance").select_option("7-OH")
    expect(signed_in.page.locator("#map-heading")).to_contain_text("7-OH products")
    assert_squares_told_without_colour(signed_in)
    signed_in.opened("/legal/map/?on=soon", status=422)
    for _width in walk_widths(signed_in):
        signed_in.says("No map was drawn.")


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_map_by_substance_and_day_without_scripts(signed_in):
    signed_in.opened("/legal/map/").typed(substance="7-OH", on="2026-11-20").pressed("Show")
    expect(signed_in.page.locator("#map-heading")).to_have_text("7-OH products on 20 Nov 2026")
    signed_in.arrived()
    expect(signed_in.page.get_by_text("strictest known: Limited").first).to_be_attached()


def assert_squares_told_without_colour(desk):
    """Every square has its letters and a mark of its own for each status, also where the answer is uncertain."""
    for _width in walk_widths(desk):
        assert desk.page.locator(".kc-tile").count() == 56
    told = desk.page.locator(".kc-tile").evaluate_all(
        "tiles => tiles.map(tile => [tile.className.replace(/kc-tile--[rc]\\d+/g, '').trim(),"
        " getComputedStyle(tile.querySelector('a'), '::before').content])"
    )
    by_mark = {}
    for words, mark in told:
        by_mark.setdefault(mark, set()).add(" ".join(sorted(words.split())))
    assert len(by_mark) > 2
    assert all(len(words) == 1 for words in by_mark.values()), by_mark


def test_changes_and_one_states_history(signed_in):
    signed_in.opened("/legal/changes/").says("Coming, with a day")
    for _width in walk_widths(signed_in):
        signed_in.says("Changed in the last 90 days")
    assert_told_without_colour(signed_in.page)
    signed_in.opened("/legal/US-FL/")
    bars, entries = signed_in.page.locator(".kc-line__bar rect"), signed_in.page.locator(".kc-line__entry h3")
    for _width in walk_widths(signed_in):
        for bar in bars.all():
            assert bar.bounding_box()["width"] > 2
    assert entries.count() >= bars.count() > 4
    assert_told_without_colour(signed_in.page)


def _has(name: str):
    return re.compile(rf"\b{re.escape(name)}\b")
