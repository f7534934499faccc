"""Loading the reference files: all or nothing, again and again, never over a person's work."""

import shutil
from datetime import date

import pytest
from django.forms.models import model_to_dict

from legal import actions, lookup, reference
from legal.models import Jurisdiction, LegalParameter, PendingChange, StatusPeriod
from legal.reference_files import FOLDER, read_files

pytestmark = pytest.mark.django_db
ALABAMA = '"Possession and sale are crimes, with the penalties of other Schedule I drugs."'
PARAMETERS = len((FOLDER / "parameters.csv").read_text("utf-8").splitlines()) - 1
TOTAL = 199 + 270 + 39 + 34 + PARAMETERS


@pytest.fixture
def folder(tmp_path):
    """A copy of the reference files that a test may spoil."""
    return shutil.copytree(FOLDER, tmp_path / "files")


def spoil(folder, name, old, new):
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")


def test_first_load_adds_all_and_second_changes_nothing(empty_law):
    first = reference.load()
    version = lookup.legal_version()
    second = reference.load()
    assert (first.added, first.unchanged, first.faults) == (TOTAL, 0, [])
    assert (second.added, second.unchanged, second.differing) == (0, TOTAL, [])
    assert lookup.legal_version() == version


def test_check_says_what_would_happen_and_changes_nothing(empty_law):
    assert reference.load(check=True).added == TOTAL
    assert not StatusPeriod.objects.exists()


@pytest.mark.parametrize(
    ("name", "old", "new", "fault"),
    [
        ("statuses_us.csv", "US-AK,both", "US-ZZ,both", "row 6: no jurisdiction “US-ZZ”"),
        ("statuses_us.csv", "US-AK,both,legal_unregulated", "US-AK,both,fine", "row 6: status “fine”"),
        ("statuses_us.csv", "2016-05-10", "2016-13-10", "row 7: valid_from “2016-13-10” is not a day"),
        ("statuses_us.csv", "SB 226 (2016); Ala. Code 20-2-23", "", "row 7: citation missing"),
        ("statuses_us.csv", "http://www.rightinginjustice.com", "www.rightinginjustice.com", "is not a web address"),
        ("statuses_us.csv", "2018-07-01,2026-07-01", "2018-07-01,2018-07-01", "the period ends before it starts"),
        ("statuses_us.csv", ALABAMA, "", "row 7: restrictions missing"),
        ("statuses_local.csv", ",agree,", ",perhaps,", "second_read “perhaps”"),
        ("statuses_local.csv", "2024-04-11,,approximate", ",,approximate", "start_known “not known”"),
        ("statuses_world.csv", "TH,kratom_leaf,regulated,,18", "TH,kratom_leaf,regulated,,eighteen", "invalid literal"),
        ("statuses_world.csv", "2021-08-24,2022-08-27", "2021-08-20,2022-08-27", "overlaps statuses_world.csv row"),
        ("pending.csv", "US-KY,", "US-QQ,", "no jurisdiction “US-QQ”"),
        ("jurisdictions.csv", "US-AK,Alaska,state,US", "US-AK,Alaska,state,UX", "no jurisdiction “UX” for the parent"),
        ("jurisdictions.csv", "US-AK,Alaska,state,US", "US-AK,Alaska,state,", "a country has no parent"),
        ("jurisdictions.csv", "US-AK,Alaska,state,US", "US-AK,Alaska,moon,US", "level “moon”"),
        ("jurisdictions.csv", "US-AK,Alaska,state,US", "US-AL,Alaska,state,US", "the same jurisdiction stands"),
        ("parameters.csv", "STATE_STALE_AFTER_DAYS,30", "STATE_STALE_AFTER_DAYS,thirty", "parameters.csv row 2"),
        ("parameters.csv", "STATE_STALE_AFTER_DAYS", "STALE", "STATE_STALE_AFTER_DAYS is missing"),
    ],
)  # fmt: skip
def test_fault_is_named_by_file_and_row_and_changes_nothing(law, folder, name, old, new, fault):
    spoil(folder, name, old, new)
    version = lookup.legal_version()
    report = reference.load(folder=folder)
    assert any(fault in line for line in report.faults), report.faults
    assert (report.added, lookup.legal_version()) == (0, version)


def test_missing_file_is_a_fault(folder):
    (folder / "pending.csv").unlink()
    assert "pending.csv: the file is missing" in read_files(folder).faults


def test_only_ten_faults_are_named(law, folder):
    (folder / "jurisdictions.csv").write_text("code,name,level,parent_code,other_names,note\n", encoding="utf-8")
    assert len(reference.load(folder=folder).faults) == 10


def test_newer_file_replaces_a_row_nobody_touched(law, folder):
    spoil(folder, "statuses_us.csv", "Possession and sale are crimes", "Holding and selling are crimes")
    report = reference.load(folder=folder)
    assert (report.added, report.differing) == (1, [])
    alabama = StatusPeriod.objects.get(jurisdiction_id="US-AL", superseded_at=None)
    assert alabama.restrictions.startswith("Holding")
    assert StatusPeriod.objects.filter(jurisdiction_id="US-AL").count() == 2


def test_newer_file_that_moves_a_first_day_replaces_what_is_in_its_way(law, folder):
    spoil(folder, "statuses_us.csv", "2016-05-10", "2016-05-11")
    assert reference.load(folder=folder).added == 1
    assert StatusPeriod.objects.get(jurisdiction_id="US-AL", superseded_at=None).valid_from == date(2016, 5, 11)


def test_row_revised_by_a_person_stays_and_is_listed(law, editor):
    row = StatusPeriod.objects.get(jurisdiction_id="US-AL")
    values = {**model_to_dict(row, fields=actions.LAW_FIELDS), "restrictions": "Worded by an editor"}
    actions.revise_status_period(period=row, values=values, by=editor, reason="Clearer")
    report = reference.load()
    assert report.added == 0
    assert [line for line in report.differing if "US-AL" in line]
    assert StatusPeriod.objects.get(jurisdiction_id="US-AL", superseded_at=None).restrictions == "Worded by an editor"


def test_row_confirmed_by_a_person_is_unchanged(law, editor):
    row = StatusPeriod.objects.get(jurisdiction_id="US-AL")
    actions.confirm_still_true(periods=[row], by=editor, on=date(2026, 12, 24))
    report = reference.load()
    assert (report.unchanged, report.differing) == (TOTAL, [])


def test_changed_place_or_parameter_is_listed_and_stays(law):
    Jurisdiction.objects.filter(code="US-AL").update(name="Alabama, renamed")
    LegalParameter.objects.filter(code="STATE_STALE_AFTER_DAYS").update(value=14)
    report = reference.load()
    assert len(report.differing) == 2
    assert LegalParameter.objects.get(code="STATE_STALE_AFTER_DAYS").value == 14


KENTUCKY = "enacted; from 2027-01-01"


def kentucky():
    return PendingChange.objects.get(jurisdiction_id="US-KY")


def test_newer_file_brings_a_pending_entry_nobody_touched_up_to_date(law, folder):
    before = kentucky()
    spoil(folder, "pending.csv", KENTUCKY, "enacted; in court")
    version = lookup.legal_version()
    assert reference.load(check=True, folder=folder).added == 1
    assert kentucky().stage == KENTUCKY
    report = reference.load(folder=folder)
    assert (report.added, report.unchanged, report.differing) == (1, TOTAL - 1, [])
    after = kentucky()
    assert (after.pk, after.stage, after.created_at) == (before.pk, "enacted; in court", before.created_at)
    assert lookup.legal_version() == version + 1
    assert reference.load(folder=folder).unchanged == TOTAL


@pytest.mark.parametrize("touched", ["settled", "entered"])
def test_pending_entry_a_person_touched_stays_and_is_listed(law, folder, editor, touched):
    if touched == "settled":
        actions.settle_pending_change(pending=kentucky(), by=editor, outcome="In force")
    else:
        PendingChange.objects.filter(jurisdiction_id="US-KY").update(created_by=editor)
    spoil(folder, "pending.csv", KENTUCKY, "enacted; in court")
    report = reference.load(folder=folder)
    assert report.added == 0
    assert [line for line in report.differing if "US-KY" in line]
    assert kentucky().stage == KENTUCKY
