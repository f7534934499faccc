"""Sources: identifiers of the right form, a status that says by what and when, and everything that rests on them."""

from datetime import timedelta
from pathlib import Path
from shutil import copytree

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from clinical.actions import editing
from clinical.models import InteractionRule, ReferenceChange, Source, SubstanceName
from clinical.permissions import REFERENCE_EDITOR
from clinical.reference_files import FOLDER, read
from clinical.resting import fallen, resting_on, same_paper
from clinical.source_checks import doi_faults, pmid_faults
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    who = factories.person(REFERENCE_EDITOR)
    client.force_login(who)
    return who


def page_of(key: str) -> str:
    return reverse("admin:clinical_source_change", args=(admin.utils.quote(key),))


def typed(source: Source, **values) -> dict:
    columns = [column.name for column in source._meta.fields if column.editable and not column.primary_key]
    known = {name: getattr(source, name) for name in columns if getattr(source, name) is not None}
    return {**known, "reason": "looked at again", "seen_revision": source.revision, **values}


def faults_of(client, source: Source, **values) -> dict:
    answer = client.post(page_of(source.pk), typed(source, **values))
    return answer.context["adminform"].errors if answer.status_code == 200 else {}


@pytest.mark.parametrize("pmid", ["", "1", "36924284", "99999999"])
def test_pmid_of_the_right_form_passes(pmid):
    assert list(pmid_faults(pmid)) == []


@pytest.mark.parametrize(
    "pmid", ["0", "012345", "PMID 36924284", "36924284.", "369242841", "PMC3628052", "3692 4284", "٣٦٩", "-1"]
)
def test_pmid_of_another_form_is_refused(pmid):
    assert len(list(pmid_faults(pmid))) == 1


@pytest.mark.parametrize("doi", ["", "10.1002/cpt.2891", "10.1000.10/123", "10.1016/S0140-6736(20)30183-5"])
def test_doi_of_the_right_form_passes(doi):
    assert list(doi_faults(doi)) == []


@pytest.mark.parametrize(
    "doi",
    ["doi:10.1002/cpt.2891", "https://doi.org/10.1002/cpt.2891", "10.1/x", "10.1002/", "10.1002/a b", "11.1002/x", "x"],
)
def test_doi_of_another_form_is_refused(doi):
    assert len(list(doi_faults(doi))) == 1


def test_every_stored_identifier_has_the_right_form():
    for source in Source.objects.all():
        assert [*pmid_faults(source.pmid), *doi_faults(source.doi)] == [], source.pk


@pytest.mark.parametrize(("column", "wrong"), [("pmid", "PMID 1"), ("doi", "doi:10.1002/x")])
def test_form_refuses_a_wrong_identifier(column, wrong, client, editor):
    source = Source.objects.get(pk="tanna2023-cpt")
    assert list(faults_of(client, source, **{column: wrong})) == [column]
    assert getattr(Source.objects.get(pk=source.pk), column) == getattr(source, column)


@pytest.mark.parametrize(("column", "wrong"), [("pmid", "12a"), ("doi", "doi.org/10.1/x"), ("duplicate_of", "nobody")])
def test_files_refuse_a_wrong_identifier(column, wrong, tmp_path):
    folder = Path(copytree(FOLDER, tmp_path / "files"))
    rows = (folder / "sources.csv").read_text("utf-8").splitlines()
    head = rows[0].split(",")
    cells = dict.fromkeys(head, "") | {"source_id": "ours-1", "citation": "A paper", column: wrong}
    rows.append(",".join(cells[name] for name in head))
    (folder / "sources.csv").write_text("\n".join(rows) + "\n", "utf-8")
    (fault,) = read(folder).faults
    assert fault.startswith(f"sources.csv, row {len(rows)} (ours-1): ")
    assert wrong in fault


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"status": "retracted"}, "status_checked_on"),
        ({"status": "superseded", "status_checked_on": "2026-11-20"}, "superseded_by"),
        ({"status": "superseded", "status_checked_on": "2026-11-20", "superseded_by": "nobody"}, "superseded_by"),
        ({"status": "superseded", "status_checked_on": "2026-11-20", "superseded_by": "unodc2013"}, "superseded_by"),
        ({"status": "current", "superseded_by": "hill2022"}, "superseded_by"),
        ({"status": "gone", "status_checked_on": "2026-11-20"}, "status"),
    ],
)
def test_status_that_says_too_little_is_refused(values, wrong, client, editor):
    source = Source.objects.get(pk="unodc2013")
    assert wrong in faults_of(client, source, **values)
    assert Source.objects.get(pk=source.pk).status == "current"


def test_status_checked_tomorrow_is_refused(client, editor):
    source = Source.objects.get(pk="unodc2013")
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert "status_checked_on" in faults_of(client, source, status_checked_on=tomorrow.isoformat())


def test_retraction_is_kept_with_its_day_and_the_wording_before(client, editor):
    source = Source.objects.get(pk="unodc2013")
    assert faults_of(client, source, status="retracted", status_checked_on="2026-11-20") == {}
    kept = ReferenceChange.objects.latest("id")
    assert (kept.before["status"], kept.after["status"]) == ("current", "retracted")
    assert kept.after["status_checked_on"] == "2026-11-20"
    assert Source.objects.get(pk=source.pk).status == "retracted"


def test_retracted_source_lists_every_rule_that_rests_on_it(client, editor):
    source = Source.objects.get(pk="hill2022")
    rules = InteractionRule.objects.filter(sources=source, closed_at=None)
    assert rules.count() > 5
    assert set(resting_on(source).rules) == set(rules)
    words = client.get(page_of(source.pk)).content.decode()
    for rule in rules:
        assert reverse("admin:clinical_interactionrule_change", args=(rule.pk,)) in words


def test_one_paper_under_two_keys_is_one_paper():
    source, double = Source.objects.get(pk="weiss2021"), Source.objects.get(pk="W06")
    assert same_paper(source) == same_paper(double) == {"weiss2021", "W06"}
    assert resting_on(double).rules == resting_on(source).rules != []


@pytest.mark.parametrize("marked", ["weiss2021", "W06"])
def test_both_keys_of_a_retracted_paper_fall(marked):
    assert fallen() == {}
    Source.objects.filter(pk=marked).update(status="retracted")
    assert fallen().keys() == {"weiss2021", "W06"}
    assert fallen()["weiss2021"].status == "retracted"


def test_source_of_facts_lists_them_and_leaves_out_withdrawn_ones(editor):
    name = SubstanceName.objects.exclude(source_id_text="").filter(withdrawn_at=None)[0]
    source = Source.objects.get(pk=name.source_id_text)
    assert name in resting_on(source).names
    editing.revise_row(row=name, values={"withdrawn": True}, by=editor, reason="wrong")
    assert name not in resting_on(source).names


def test_source_of_a_table_names_the_table():
    assert "stewardship" in resting_on(Source.objects.get(pk="alert-governance")).tables


def test_long_lists_of_facts_are_counted_not_spilt(client, editor):
    busiest = max(Source.objects.all(), key=lambda row: resting_on(row).roles.count())
    count = resting_on(busiest).roles.count()
    words = client.get(page_of(busiest.pk)).content.decode()
    assert f"and {count - 40} more" in words


def test_evidence_says_that_a_source_no_longer_stands(client, editor):
    page = reverse("clinical:evidence", args=["tramadol"])
    assert "no longer stands" not in client.get(page).content.decode()
    Source.objects.filter(pk="unodc2013").update(
        status="superseded", superseded_by="hill2022", status_checked_on="2026-11-20"
    )
    words = client.get(page).content.decode()
    assert "no longer stands" in words
    assert "superseded: hill2022, checked 20 Nov 2026" in words
