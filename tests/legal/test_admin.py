"""The law in the admin: everyone reads, reference editors revise, nobody edits in place or deletes."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.forms.models import model_to_dict

from legal.actions import LAW_FIELDS
from legal.models import StatusPeriod

pytestmark = pytest.mark.django_db
LIST = "/admin/legal/statusperiod/"


@pytest.fixture
def alabama(law):
    return StatusPeriod.objects.get(jurisdiction_id="US-AL")


@pytest.fixture
def as_editor(client, editor, law):
    client.force_login(editor)
    return client


@pytest.fixture
def list_on(client, editor, law):
    """The list of status periods as the editor sees it on a day."""

    def get(query, day=datetime(2026, 11, 23, tzinfo=UTC)):
        with time_machine.travel(day, tick=False):
            client.force_login(editor)
            return client.get(f"{LIST}?{query}").context["cl"]

    return get


@pytest.fixture
def as_reader(client, reader, law):
    client.force_login(reader)
    return client


def typed(row, **changes):
    values = {**model_to_dict(row, fields=LAW_FIELDS), "reason": "Read the code", **changes}
    return {name: "" if value is None else value for name, value in values.items() if value is not False}


@pytest.mark.parametrize("model", ["jurisdiction", "statusperiod", "pendingchange", "legalparameter"])
def test_reader_lists_and_opens_rows_and_saves_nothing(as_reader, model):
    page = as_reader.get(f"/admin/legal/{model}/")
    assert page.status_code == 200
    row = page.context["cl"].result_list[0]
    path = f"/admin/legal/{model}/{str(row.pk).replace('_', '_5F')}/"
    opened = as_reader.get(f"{path}change/")
    assert opened.status_code == 200
    assert b'name="_save"' not in opened.content
    assert as_reader.post(f"{path}change/", {}).status_code == 403
    assert as_reader.post(f"{path}delete/", {"post": "yes"}).status_code == 403
    assert as_reader.get(f"/admin/legal/{model}/add/").status_code == 403


@pytest.mark.parametrize("act", ["revise", "close"])
def test_reader_cannot_revise_or_close(as_reader, alabama, act):
    assert as_reader.get(f"{LIST}{alabama.pk}/{act}/").status_code == 403
    assert b"/revise/" not in as_reader.get(f"{LIST}{alabama.pk}/change/").content


def test_editor_still_cannot_edit_in_place_or_delete(as_editor, alabama):
    assert as_editor.post(f"{LIST}{alabama.pk}/change/", {"status": "regulated"}).status_code == 403
    assert as_editor.post(f"{LIST}{alabama.pk}/delete/", {"post": "yes"}).status_code == 403
    assert f"{alabama.pk}/revise/" in as_editor.get(f"{LIST}{alabama.pk}/change/").content.decode()


@pytest.mark.parametrize(
    ("query", "least"),
    [
        ("q=Tennessee", 3),
        ("status__exact=prohibited", 50),
        ("substance__exact=7-OH", 20),
        ("confidence__exact=low", 20),
        ("jurisdiction__level=county", 20),
        ("in_force=today", 150),
        ("in_force=ahead", 1),
        ("in_force=ended", 30),
        ("in_force=nonsense", 270),
        ("last_check=current", 270),
    ],
)
def test_search_and_filters_find_rows(list_on, query, least):
    assert list_on(query).result_count >= least


@pytest.mark.parametrize(
    "query", ["in_force=replaced", "last_check=stale", "last_check=too_old", "last_check=nonsense"]
)
def test_filters_that_find_nothing_in_fresh_data(list_on, query):
    assert list_on(query).result_count == 0


def test_staleness_filter_follows_the_level(list_on):
    rows = list_on("last_check=stale", datetime(2027, 1, 15, tzinfo=UTC)).queryset
    assert {row.jurisdiction.level for row in rows} == {"state", "territory", "country"}
    assert {row.jurisdiction_id for row in rows if row.jurisdiction.level == "country"} == {"US"}


def test_staleness_filter_without_limits_finds_nothing(as_editor, empty_law):
    assert as_editor.get(f"{LIST}?last_check=current").context["cl"].result_count == 0


def test_editor_revises_a_row(as_editor, editor, alabama):
    path = f"{LIST}{alabama.pk}/revise/"
    assert as_editor.get(path).status_code == 200
    answer = as_editor.post(path, typed(alabama, restrictions="Read in the code itself."))
    new = StatusPeriod.objects.get(jurisdiction_id="US-AL", superseded_at=None)
    assert answer.status_code == 302
    assert (new.restrictions, new.created_by, new.reason) == ("Read in the code itself.", editor, "Read the code")


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"reason": ""}, id="no-reason"),
        pytest.param({"citation": ""}, id="no-citation"),
        pytest.param({"valid_until": "2000-01-01"}, id="ends-before-it-starts"),
        pytest.param({"start_known": "not known"}, id="start-known-does-not-fit"),
    ],
)
def test_revision_that_is_refused_shows_the_form_again(as_editor, alabama, changes):
    answer = as_editor.post(f"{LIST}{alabama.pk}/revise/", typed(alabama, **changes))
    assert answer.status_code == 422
    assert StatusPeriod.objects.filter(jurisdiction_id="US-AL").count() == 1


def test_revision_that_would_overlap_the_next_row_is_refused(as_editor, law):
    row = StatusPeriod.objects.filter(jurisdiction_id="TH", substance="kratom_leaf").order_by("valid_from").first()
    answer = as_editor.post(f"{LIST}{row.pk}/revise/", typed(row, valid_until="2030-01-01"))
    assert answer.status_code == 422
    assert "overlaps" in answer.content.decode()


def test_revision_of_a_replaced_row_is_refused(as_editor, alabama):
    as_editor.post(f"{LIST}{alabama.pk}/revise/", typed(alabama))
    answer = as_editor.post(f"{LIST}{alabama.pk}/revise/", typed(alabama))
    assert answer.status_code == 422
    assert "superseded" in answer.content.decode()


def test_editor_closes_a_row(as_editor, editor, alabama):
    path = f"{LIST}{alabama.pk}/close/"
    assert as_editor.get(path).status_code == 200
    assert as_editor.post(path, {"until": "2027-01-01", "reason": "Repealed"}).status_code == 302
    alabama.refresh_from_db()
    assert (alabama.valid_until, alabama.closed_by) == (date(2027, 1, 1), editor)


def test_editor_adds_a_row(as_editor, editor, alabama):
    assert as_editor.get(f"{LIST}add/").status_code == 200
    values = typed(alabama, jurisdiction="US-AL", substance="7-OH_derivatives")
    assert as_editor.post(f"{LIST}add/", values).status_code == 302
    added = StatusPeriod.objects.get(jurisdiction_id="US-AL", substance="7-OH_derivatives")
    assert (added.created_by, added.reason) == (editor, "Read the code")


def test_added_row_that_overlaps_is_refused(as_editor, alabama):
    answer = as_editor.post(f"{LIST}add/", typed(alabama, jurisdiction="US-AL", substance="both"))
    assert answer.status_code == 200
    assert StatusPeriod.objects.filter(jurisdiction_id="US-AL").count() == 1


def test_editor_confirms_rows(as_editor, editor, alabama):
    chosen = {"action": "confirm_rows", "_selected_action": [alabama.pk]}
    with time_machine.travel(datetime(2026, 12, 24, 12, tzinfo=UTC), tick=False):
        as_editor.force_login(editor)
        assert as_editor.post(LIST, chosen).status_code == 302
    alabama.refresh_from_db()
    assert (alabama.checked_on, alabama.checked_by) == (date(2026, 12, 24), editor)


def test_reader_has_no_actions(as_reader, alabama):
    as_reader.post(LIST, {"action": "confirm_rows", "_selected_action": [alabama.pk]})
    alabama.refresh_from_db()
    assert alabama.checked_by is None
