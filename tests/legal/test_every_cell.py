"""Every cell of the legal tables reaches its reader: on the page of its jurisdiction, working notes in the admin."""

from datetime import date

import pytest
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.html import escape

from legal.history import history_of
from legal.models import PendingChange, StatusPeriod
from legal.reference_files import read_files

pytestmark = pytest.mark.django_db
FILES = read_files()
TODAY = date(2026, 11, 23)
ON_PAGE = ("restrictions", "citation", "source_url", "source_date", "schedule", "second_source_url", "confidence")
PENDING_ON_PAGE = ("what", "stage", "expected", "source_url", "source_date")


@pytest.fixture
def pages(law):
    """The time line of every jurisdiction, as its page shows it."""
    lines = {one["code"]: history_of(one["code"], TODAY).line for one in FILES.jurisdictions}
    return {code: render_to_string("legal/_time_line.html", {"line": line}) for code, line in lines.items()}


def test_counts_of_rows_and_pending_entries_on_the_pages_match_the_files(pages):
    shown = sum(page.count('<li class="kc-line__entry') for page in pages.values())
    assert shown == len(FILES.periods) + len(FILES.pending) == 270 + 39
    assert (StatusPeriod.objects.count(), PendingChange.objects.count()) == (270, 39)


def test_every_cell_stands_on_the_page_of_its_jurisdiction(pages):
    missing = [
        (row["where"], name)
        for rows, names in ((FILES.periods, ON_PAGE), (FILES.pending, PENDING_ON_PAGE))
        for row in rows
        for name in names
        if escape(str(row[name] or "")) not in pages[row["jurisdiction_code"]]
    ]
    assert missing == []


def test_every_day_and_age_stands_on_the_page_of_its_jurisdiction(pages):
    for row in FILES.periods:
        page = pages[row["jurisdiction_code"]]
        assert date_format(row["checked_on"], "j M Y") in page
        assert row["valid_from"] is None or date_format(row["valid_from"], "j M Y") in page
        assert row["min_age"] is None or f"minimum age {row['min_age']}" in page


def test_unread_and_differing_rows_are_marked_in_words_as_often_as_the_files_say(pages):
    whole = "".join(pages.values())
    assert whole.count("<strong>source not read</strong>") == sum(not row["read_here"] for row in FILES.periods) > 0
    differing = sum(row["second_read"] == "differs" for row in FILES.periods)
    assert whole.count("<strong>second source differs</strong>") == differing > 0


@pytest.mark.parametrize("code", ["US-KS", "US-MS:county:28095", "JP"])
def test_working_note_and_every_field_of_a_row_stand_in_the_admin(client, editor, law, code):
    client.force_login(editor)
    row = StatusPeriod.objects.filter(jurisdiction_id=code).first()
    page = client.get(f"/admin/legal/statusperiod/{row.pk}/change/").content.decode()
    for value in (row.note, row.restrictions, row.citation, row.source_url, row.confidence.capitalize()):
        assert escape(value) in page
