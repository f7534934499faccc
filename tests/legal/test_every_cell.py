"""Every cell of the legal tables reaches its reader: on the page of its jurisdiction, working notes in the admin."""

from datetime import date, timedelta

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


def test_possession_sale_and_last_days_stand_on_the_page_of_their_jurisdiction(pages):
    apart = 0
    for row in StatusPeriod.objects.all():
        page = pages[row.jurisdiction_id]
        if {row.possession, row.sale} != {"not known"}:
            apart += 1
            assert f"Possession: {row.get_possession_display()}. Sale: {row.get_sale_display()}." in page
        last = row.valid_until and row.valid_until - timedelta(days=1)
        assert last is None or date_format(last, "j M Y") in page, row
    assert apart > 0


# Stands in the admin as a link, a word or a day.
ADMIN_TEXTS = (
    "note",
    "restrictions",
    "citation",
    "source_url",
    "source_date",
    "second_source_url",
    "second_source_date",
)
ADMIN_WORDS = ("status", "substance", "confidence", "possession", "sale", "start_known", "second_read")
ADMIN_DAYS = ("valid_from", "valid_until", "checked_on")


def test_every_cell_of_every_row_stands_in_the_admin(client, editor, law):
    client.force_login(editor)
    for row in StatusPeriod.objects.select_related("jurisdiction"):
        page = client.get(f"/admin/legal/statusperiod/{row.pk}/change/").content.decode()
        told = [getattr(row, name) for name in ADMIN_TEXTS]
        told += [getattr(row, f"get_{name}_display")() for name in ADMIN_WORDS]
        told += [date_format(day, "DATE_FORMAT") for name in ADMIN_DAYS if (day := getattr(row, name))]
        told += [row.schedule, str(row.min_age or ""), row.jurisdiction.name]
        assert [value for value in told if escape(value).replace("\n", "<br>") not in page] == [], row


def test_every_cell_of_every_pending_entry_stands_in_the_admin(client, editor, law):
    client.force_login(editor)
    for row in PendingChange.objects.select_related("jurisdiction"):
        page = client.get(f"/admin/legal/pendingchange/{row.pk}/change/").content.decode()
        told = [row.what, row.stage, row.expected, row.source_url, row.source_date, row.note, row.jurisdiction.name]
        assert [value for value in told if escape(value).replace("\n", "<br>") not in page] == [], row
