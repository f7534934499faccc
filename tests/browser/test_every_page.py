"""Every page as axe reads it: on a phone, a tablet and a desk, light and dark, in English and for a Spanish browser.

With SCREENSHOTS naming a folder, each is photographed on the way.
"""

import os
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from clinical import urls as clinical_urls
from legal import urls as legal_urls
from tests.browser.accessibility import assert_accessible
from tests.browser.desk import Desk
from tests.browser.every_page import names_in, pages_of, scene_of

WIDTHS, SCHEMES = (320, 768, 1280), ("light", "dark")
PHOTOGRAPHED = (375, 1280)
SIGNED_OUT = ("account_login", "account_reset_password", "account_reset_password_done")
# What Tab meets first to last, and whether it came round: a trap never does.
MOST_TABS = 250
# Some pages begin with the focus on what interrupts; Tab is to begin at the top all the same.
TO_THE_TOP = "() => { document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex'); }"
FOCUSED = """() => { const at = document.activeElement;
  if (!at || at === document.body) return null;
  const box = at.getBoundingClientRect();
  return [[...document.querySelectorAll("*")].indexOf(at), box.width > 0 && box.height > 0, at.outerHTML.slice(0, 120)];
}"""

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_every_address_is_a_page_that_is_looked_at_or_none(clinician):
    looked_at = {name for name, _address in pages_of(scene_of(clinician)) if ":" in name}
    served = names_in("clinical", clinical_urls.urlpatterns) | names_in("legal", legal_urls.urlpatterns)
    assert looked_at == served


def faults_of(page: Page, address: str) -> list[str]:
    faults = []
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            try:
                assert_accessible(page)
            except AssertionError as found:
                faults.append(f"{width} {scheme} {address}: {str(found).splitlines()[0]}")
    return faults


def photograph(page: Page, address: str) -> None:
    folder = os.environ.get("SCREENSHOTS")
    for scheme in SCHEMES if folder else ():
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for width in PHOTOGRAPHED:
            page.set_viewport_size({"width": width, "height": 800})
            name = address.strip("/").replace("/", "_").replace("?", "_") or "worklist"
            page.screenshot(path=Path(folder) / f"{name}-{width}-{scheme}.png", full_page=True)


def test_no_page_has_anything_axe_finds(signed_in, clinician):
    faults = []
    for _name, address in pages_of(scene_of(clinician)):
        signed_in.page.goto(f"{signed_in.home}{address}")
        faults += faults_of(signed_in.page, address)
        photograph(signed_in.page, address)
    assert faults == []


def test_no_page_of_somebody_signed_out_has_anything_axe_finds(desk):
    faults = []
    for name in SIGNED_OUT:
        desk.page.goto(f"{desk.home}{reverse(name)}")
        faults += faults_of(desk.page, name)
        photograph(desk.page, name)
    assert faults == []


@pytest.mark.browser_context_args(locale="es-US")
def test_spanish_browser_gets_english_pages_that_say_so(signed_in, clinician):
    """Nothing but the handout is translated: a page must not call its English words Spanish."""
    scene, faults = scene_of(clinician), []
    for _name, address in pages_of(scene):
        signed_in.page.goto(f"{signed_in.home}{address}")
        assert signed_in.page.locator("html").get_attribute("lang") == "en", address
    signed_in.page.goto(f"{signed_in.home}{reverse('clinical:note_text', args=[scene.second.pk])}?lang=es")
    assert signed_in.page.locator('[lang="es"]').count()
    faults = faults_of(signed_in.page, "note in Spanish")
    assert faults == []


@pytest.mark.parametrize("width", [375, 1280])
def test_tab_walks_every_page_from_top_to_bottom_and_out_of_it(signed_in, clinician, width):
    signed_in.page.set_viewport_size({"width": width, "height": 800})
    for _name, address in pages_of(scene_of(clinician)):
        signed_in.page.goto(f"{signed_in.home}{address}")
        walked = tabbed_through(signed_in)
        places = [place for place, _is_seen, _what in walked]
        assert walked[0][2].startswith('<a class="kc-skip"'), f"{address} begins with {walked[0]}"
        assert places == sorted(places), f"{address}: focus goes back"
        assert len(places) == len(set(places)), f"{address}: focus is caught"
        assert [what for _place, is_seen, what in walked if not is_seen] == [], address


def tabbed_through(desk: Desk) -> list[tuple[int, bool, str]]:
    """Where Tab stops, until it leaves the page."""
    desk.page.evaluate(TO_THE_TOP)
    stops = []
    for _each in range(MOST_TABS):
        desk.page.keyboard.press("Tab")
        stop = desk.page.evaluate(FOCUSED)
        if stop is None or (stops and stop[0] == stops[0][0]):
            return stops
        if not stops or stop[0] != stops[-1][0]:  # day, month and year of one field are three stops
            stops.append(tuple(stop))
    raise AssertionError(f"{desk.page.url}: Tab never leaves")
