"""A visit saves itself: network cut, session gone, another tab, a killed server. Nothing typed is ever lost."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from playwright.sync_api import expect

from clinical.models import Consultation
from tests import factories
from tests.browser.desk import Desk
from tests.browser.settling import NOTE_WHEN_LAST_ACTIVE
from tests.browser.watch import Watch

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WAIT, SECONDS_TO_START = 40_000, 60


def _saved(desk):
    """Until the page says that all of it is on the server."""
    desk.page.wait_for_function(
        "() => !document.querySelector('#kc-saving [data-state=saved]').hidden"
        " || !document.querySelector('#kc-saving [data-state=kept]').hidden",
        timeout=WAIT,
    )
    return desk


def _says(desk, state):
    expect(desk.page.locator(f"#kc-saving [data-state={state}]")).to_be_visible(timeout=WAIT)
    return desk


def test_new_visit_saves_itself_and_is_there_after_a_reload(signed_in, clinician):
    patient = factories.patient(clinician)
    desk = signed_in.given_new_visit(patient).asked_and_uses()
    desk.typed(kratom_0_product="leaf_powder", medicine_0_entered="tramadol", plan="Cut down")
    _saved(desk)
    stored = Consultation.objects.get(patient=patient)
    assert desk.page.url.endswith(f"/consultations/{stored.pk}/")
    desk.page.reload()
    desk.arrived().holds(kratom_0_product="leaf_powder", medicine_0_entered="tramadol", plan="Cut down")


def test_half_filled_scale_is_kept_and_restored(signed_in, clinician):
    desk = signed_in.given_draft(factories.draft(clinician))
    desk.typed(plan="Half a scale", cows="99")
    _says(desk, "kept")
    desk.page.reload()
    desk.arrived().holds(plan="Half a scale", cows="99").says("Restored as you left it")


def test_network_gone_is_said_and_made_up_for(signed_in, clinician):
    draft = factories.draft(clinician)
    desk = signed_in.given_draft(draft)
    desk.watch.expect("net::ERR_INTERNET_DISCONNECTED", "htmx:")
    desk.page.context.set_offline(True)
    desk.field("plan").fill("Typed without a network")
    desk.field("plan").blur()
    _says(desk, "unreachable").holds(plan="Typed without a network")
    desk.page.context.set_offline(False)
    _saved(desk)
    assert Consultation.objects.get(pk=draft.pk).plan == "Typed without a network"


# The page notices by itself that it is looked at again, and may close its question at any moment.
PRESS_IF_STILL_ASKED = "() => document.querySelector('#kc-session[open] [data-go-on]')?.click()"


def test_session_gone_is_said_and_the_page_goes_on_after_signing_in(signed_in, clinician):
    draft = factories.draft(clinician)
    desk = signed_in.given_draft(draft)
    desk.watch.expect("status of 401", "Error Code 401")
    Session.objects.all().delete()
    desk.field("plan").fill("Typed after the session")
    desk.field("plan").blur()
    dialog = desk.page.get_by_role("dialog")
    expect(dialog).to_contain_text("Your session has ended", timeout=WAIT)
    with desk.page.context.expect_page() as opened:
        dialog.get_by_role("link", name="Sign in again").click()
    beside = opened.value
    beside.get_by_label("Email").fill(clinician.email)
    beside.get_by_label("Password").fill(factories.PASSWORD)
    beside.get_by_role("button", name="Sign in", exact=True).click()
    expect(beside.get_by_role("heading", name="You are signed in")).to_be_visible()
    beside.close()
    desk.page.bring_to_front()
    desk.page.evaluate(PRESS_IF_STILL_ASKED)
    expect(dialog).to_be_hidden()
    _saved(desk).holds(plan="Typed after the session")
    assert Consultation.objects.get(pk=draft.pk).plan == "Typed after the session"


def test_second_tab_is_told_before_it_overwrites_and_sees_what_differs(signed_in, clinician):
    draft = factories.draft(clinician)
    first = signed_in.given_draft(draft)
    other = first.page.context.new_page()
    other.goto(first.page.url)
    first.typed(plan="From the first tab")
    _saved(first)
    first.watch.expect("status of 409")
    other.locator("[name=plan]").fill("From the second tab")
    other.locator("[name=plan]").blur()
    expect(other.locator("#kc-saving [data-state=conflict]")).to_be_visible(timeout=WAIT)
    assert Consultation.objects.get(pk=draft.pk).plan == "From the first tab"
    other.get_by_role("button", name="Save draft", exact=True).click()
    table = other.get_by_role("table", name="What differs")
    expect(table).to_contain_text("From the first tab")
    expect(table).to_contain_text("From the second tab")
    expect(other.locator("[name=plan]")).to_have_value("From the second tab")
    other.get_by_role("button", name="Save mine instead").click()
    expect(other.get_by_text("Draft saved.")).to_be_visible()
    assert Consultation.objects.get(pk=draft.pk).plan == "From the second tab"


def test_back_after_signing_shows_the_signed_visit(signed_in, clinician):
    draft = factories.draft(clinician)
    desk = signed_in.given_draft(draft).pressed("Review and sign")
    desk.arrived().answered_every_concern("Counsel the patient").pressed("Sign")
    desk.arrived().says("Signed by")
    desk.page.go_back()
    desk.page.go_back()
    expect(desk.page.locator("form#visit")).to_have_count(0)


def test_server_killed_while_it_saves_loses_at_most_the_last_field(browser, client, clinician, free_port):
    draft = factories.draft(clinician)
    home, server = f"http://127.0.0.1:{free_port}", _served(free_port)
    context = browser.new_context()
    try:
        context.add_init_script(NOTE_WHEN_LAST_ACTIVE)
        client.force_login(clinician)
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": home}])
        desk = Desk(context.new_page(), home, Watch(context, home=home)).given_draft(draft)
        typed = []
        for number in range(6):
            typed.append(f"Field {number}.")
            desk.field("plan").fill(" ".join(typed))
            desk.field("plan").blur()
            if number < 5:
                _saved(desk)
        server.send_signal(signal.SIGKILL)
        server.wait()
        _says(desk, "unreachable").holds(plan=" ".join(typed))
        assert Consultation.objects.get(pk=draft.pk).plan in (" ".join(typed[:-1]), " ".join(typed))
        server = _served(free_port)
        _saved(desk)
        assert Consultation.objects.get(pk=draft.pk).plan == " ".join(typed)
    finally:
        context.close()
        server.kill()
        server.wait()


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _served(port: int) -> subprocess.Popen:
    """A server of its own, so that it can be killed, on the database of this test."""
    database = connection.settings_dict
    plain = {name: value for name, value in os.environ.items() if not name.startswith("KRATOMCARE_")}
    environment = plain | {
        "KRATOMCARE_DEV": "1",
        "SECRET_KEY": settings.SECRET_KEY,
        "DATABASE_URL": f"postgres://{database['USER']}@/{database['NAME']}?host={database['HOST']}",
        "DJANGO_SETTINGS_MODULE": "kratomcare.settings",
    }
    serve = [sys.executable, "manage.py", "runserver", f"127.0.0.1:{port}", "--noreload"]
    process = subprocess.Popen(serve, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _attempt in range(SECONDS_TO_START * 5):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz").close()
            return process
        except OSError:
            time.sleep(0.2)
    raise AssertionError("The server did not start.")
