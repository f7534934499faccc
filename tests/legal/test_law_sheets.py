"""Status rows and pending changes as files: round trip, preview, refusal row by row, and open data."""

import csv
import io
import json
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from legal.models import PendingChange, StatusPeriod
from legal.sheets import SHEETS
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_editor(client, law):
    user = factories.person("Reference editor")
    user.is_staff = True
    user.save(update_fields=["is_staff"])
    client.force_login(user)
    client.user = user
    return client


def sheet(client, name, kind="csv"):
    answer = client.get(f"/admin/clinical/ruletoreview/law-sheets/{name}/export/{kind}/")
    assert answer.status_code == 200
    return answer.content


def rows_of(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def as_file(rows, name="law.csv"):
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return SimpleUploadedFile(name, text.getvalue().encode())


def send(client, name, file):
    return client.post(f"/admin/clinical/ruletoreview/law-sheets/{name}/import/", {"file": file})


def confirm(client, name, page, reason="From the office's list"):
    path = f"/admin/clinical/ruletoreview/law-sheets/{name}/import/"
    return client.post(path, {"ticket": page.context["ticket"], "reason": reason})


def counts(page):
    return {group["what"]: group["count"] for group in page.context["groups"]}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize(("name", "total"), [("statuses", 270), ("pending", 39)])
def test_export_comes_back_unchanged(as_editor, name, total, kind):
    page = send(as_editor, name, SimpleUploadedFile(f"law.{kind}", sheet(as_editor, name, kind)))
    assert counts(page) == {"refused": 0, "added": 0, "changed": 0, "unchanged": total}
    assert page.context["ticket"] == ""


def test_changed_row_is_stored_as_a_revision_and_the_old_one_stays(as_editor):
    rows = rows_of(sheet(as_editor, "statuses"))
    alabama = next(row for row in rows if row["jurisdiction_code"] == "US-AL")
    page = send(as_editor, "statuses", as_file([{**alabama, "note": "Read again."}]))
    assert counts(page)["changed"] == 1
    assert StatusPeriod.objects.filter(jurisdiction_id="US-AL").count() == 1
    assert confirm(as_editor, "statuses", page).status_code == 302
    old, new = StatusPeriod.objects.filter(jurisdiction_id="US-AL").order_by("pk")
    assert (old.superseded_by, new.note, new.created_by) == (new, "Read again.", as_editor.user)
    assert new.reason == "From the office's list"


def test_good_rows_are_stored_and_each_refused_one_says_why(as_editor):
    rows = rows_of(sheet(as_editor, "statuses"))
    alabama = next(row for row in rows if row["jurisdiction_code"] == "US-AL")
    wrong = [
        {**alabama, "jurisdiction_code": "US-ZZ"},
        {**alabama, "citation": ""},
        {**alabama, "source_date": "", "valid_from": "2024-01-01"},
        {**alabama, "confidence": ""},
        {**alabama, "status": "fine", "substance": "7-OH"},
        {**alabama, "substance": "kratom_leaf", "valid_from": "2026-12-01", "start_known": "exact"},
        {**alabama, "substance": "7-OH_derivatives", "valid_from": "2026-12-01", "valid_until": "2026-01-01"},
    ]
    page = send(as_editor, "statuses", as_file([*wrong, {**alabama, "note": "Read again."}]))
    refused = {row.number: " ".join(row.faults) for row in page.context["groups"][0]["rows"]}
    expected = ("US-ZZ", "citation", "source_date", "confidence", "fine", "overlaps row", "ends before")
    assert [words in refused[number] for number, words in enumerate(expected, start=2)] == [True] * 7
    assert confirm(as_editor, "statuses", page).status_code == 302
    assert StatusPeriod.objects.get(jurisdiction_id="US-AL", superseded_at=None).note == "Read again."


def test_pending_change_worded_by_a_file_is_not_reworded_by_a_later_load(as_editor):
    from legal import reference

    rows = rows_of(sheet(as_editor, "pending"))
    kentucky = next(row for row in rows if row["jurisdiction_code"] == "US-KY")
    page = send(as_editor, "pending", as_file([{**kentucky, "stage": "upheld in court"}]))
    assert confirm(as_editor, "pending", page).status_code == 302
    reference.load()
    assert PendingChange.objects.get(jurisdiction_id="US-KY").stage == "upheld in court"


def test_preview_that_the_law_outran_is_asked_for_again(as_editor):
    from legal import actions

    rows = rows_of(sheet(as_editor, "statuses"))
    page = send(as_editor, "statuses", as_file([{**rows[0], "note": "Read again."}]))
    row = StatusPeriod.objects.get(jurisdiction_id="US-AL")
    actions.confirm_still_true(periods=[row], by=as_editor.user, on=row.checked_on)
    assert confirm(as_editor, "statuses", page).status_code == 422


def test_reader_may_not_exchange_and_may_take_the_open_data(client, reader, law):
    client.force_login(reader)
    for name in SHEETS:
        assert client.get(f"/admin/clinical/ruletoreview/law-sheets/{name}/import/").status_code == 403
        assert client.get(f"/admin/clinical/ruletoreview/law-sheets/{name}/export/csv/").status_code == 403
    assert client.get("/admin/legal/statusperiod/open-data/json/").status_code == 200


def test_open_data_holds_every_row_with_its_words_and_nobodys_name(as_editor):
    content = as_editor.get("/admin/legal/statusperiod/open-data/csv/").content
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        held = {name: package.read(name).decode() for name in package.namelist()}
    told = json.loads(held["README.json"])
    assert "Not legal advice" in told["note"]
    assert "unknown" in told["columns"]["status"]
    statuses = list(csv.DictReader(io.StringIO(held["statuses.csv"], newline="")))
    assert len(statuses) == StatusPeriod.objects.count() == 270
    assert {"disagreements.csv", "jurisdictions.csv", "parameters.csv", "pending.csv"} <= set(held)
    assert "created_by" not in statuses[0]
    everything = json.loads(as_editor.get("/admin/legal/statusperiod/open-data/json/").content)
    assert len(everything["tables"]["disagreements"]) == 34
