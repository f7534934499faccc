"""Names while typing, as the page gets them: options in order, to people who read charts, kept nowhere."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clinical import snapshots
from clinical.models import ReferenceVersion, SubstanceName, User
from clinical.permissions import REFERENCE_EDITOR
from clinical.views.suggest import LONGEST, options
from clinical.vocabulary.lookup import Suggestion
from tests import factories

pytestmark = pytest.mark.django_db

NAMES = re.compile(r'<li role="option" id="name-(\d+)" data-name="([^"]*)">')


@pytest.fixture
def desk(doctor: User) -> Client:
    client = Client()
    client.force_login(doctor)
    client.get("/suggest/")  # the first request of a minute marks the session
    return client


def offered(client: Client, typed: str) -> list[str]:
    answer = client.get("/suggest/", {"q": typed})
    assert answer.status_code == 200
    found = NAMES.findall(answer.content.decode())
    assert [int(number) for number, _name in found] == list(range(len(found)))
    return [name for _number, name in found]


def test_ingredient_comes_first_for_its_beginning(desk):
    assert offered(desk, "quetiap")[0] == "quetiapine"


def test_brand_says_which_substance_it_leads_to(desk):
    words = desk.get("/suggest/", {"q": "Ultram"}).content.decode()
    first = words.split("</li>")[0]
    assert 'data-name="Ultram"' in first
    assert "tramadol" in first.casefold().split("kc-option__about")[1]


@pytest.mark.parametrize("typed", ["", "   ", "qqzzxxww", "\u202e\u200b", "😀"])
def test_nothing_known_offers_nothing(desk, typed):
    assert offered(desk, typed) == []


@pytest.mark.parametrize("typed", ["<script>alert(1)</script>", '" onfocus="x', "=cmd|' /C calc'!A0", "x" * 10_000])
def test_hostile_text_never_comes_back(desk, typed):
    words = desk.get("/suggest/", {"q": typed}).content.decode()
    assert "script" not in words
    assert "onfocus" not in words
    assert "cmd" not in words


def test_only_the_beginning_of_a_long_line_is_read(desk, monkeypatch):
    asked = []
    monkeypatch.setattr("clinical.vocabulary.lookup.suggest", lambda typed, version: asked.append(typed) or [])
    desk.get("/suggest/", {"q": "tramadol" * 100})
    assert [len(typed) for typed in asked] == [LONGEST]


def test_names_are_escaped():
    words = options([Suggestion("<b>&amp", ("tramadol",), "brand")])
    assert words.count("<b>") == 0
    assert 'data-name="&lt;b&gt;&amp;amp"' in words


def test_answer_is_kept_by_no_browser(desk):
    assert desk.get("/suggest/", {"q": "tram"}).headers["Cache-Control"] == "no-store, private"


def test_name_costs_one_read_and_no_write(desk):
    with CaptureQueriesContext(connection) as asked:
        desk.get("/suggest/", {"q": "tram"})
    assert len(asked) == 1  # the session; the person with practice, roles and the reference version
    assert all(query["sql"].startswith("SELECT") for query in asked)


def test_signed_out_is_told_so_without_names():
    answer = Client().get("/suggest/", {"q": "tram"}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.content) == (401, b"")


def test_role_without_charts_is_refused():
    client = Client()
    client.force_login(factories.person(REFERENCE_EDITOR))
    assert client.get("/suggest/", {"q": "tram"}).status_code == 403


def test_name_added_in_a_new_version_is_offered_at_once(desk):
    assert "Zzyzxol" not in offered(desk, "zzyzxol")
    SubstanceName.objects.create(name="Zzyzxol", substance_id="tramadol", kind="brand")
    assert "Zzyzxol" not in offered(desk, "zzyzxol")
    ReferenceVersion.objects.create(number=snapshots.current_version() + 1, reason="a name")
    assert offered(desk, "zzyzxol") == ["Zzyzxol"]
