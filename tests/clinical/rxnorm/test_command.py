"""`import_rxnorm` as it is used at the terminal."""

import csv
import io

import pytest
from django.core.management import call_command

from clinical.models import ReferenceVersion, RxNormConcept, RxNormRelease, Substance
from tests.clinical.rxnorm.rrf import usual

pytestmark = pytest.mark.django_db


def run(*arguments: object, stdout: io.StringIO | None = None) -> str:
    out = stdout or io.StringIO()
    call_command("import_rxnorm", *map(str, arguments), stdout=out)
    return out.getvalue()


def test_import_tells_what_it_did(tmp_path):
    told = run(usual().write(tmp_path / "October"))
    assert "RXNCONSO.RRF: 19 lines read" in told
    assert "October: 19 concepts" in told
    assert "new substance: 4" in told
    assert "9000001 IN  zilucoplast" in told
    assert "In use from now on." in told


def test_files_in_the_folder_of_an_unpacked_release_are_found(tmp_path):
    usual().write(tmp_path / "RxNorm_full_prescribe" / "rrf")
    assert "RxNorm_full_prescribe: 19 concepts" in run(tmp_path / "RxNorm_full_prescribe")


def test_check_tells_the_same_and_changes_nothing(tmp_path):
    folder = usual().write(tmp_path / "release")
    before = Substance.objects.count(), ReferenceVersion.objects.count()
    told = run(folder, "--check")
    assert "new substance: 4" in told
    assert "Checked only; nothing was changed." in told
    assert (RxNormConcept.objects.count(), RxNormRelease.objects.count()) == (0, 0)
    assert (Substance.objects.count(), ReferenceVersion.objects.count()) == before


def test_same_files_again_change_nothing(tmp_path):
    folder = usual().write(tmp_path / "release")
    run(folder)
    before = ReferenceVersion.objects.count()
    assert "in use already; nothing was changed" in run(folder)
    assert (RxNormRelease.objects.count(), ReferenceVersion.objects.count()) == (1, before)


def test_same_files_are_loaded_again_on_request_with_the_same_outcome(tmp_path):
    folder = usual().write(tmp_path / "release")
    run(folder)
    before = list(RxNormConcept.objects.order_by("rxcui").values())
    told = run(folder, "--again")
    assert "new substance: 0" in told
    assert list(RxNormConcept.objects.order_by("rxcui").values()) == before
    assert RxNormRelease.objects.count() == 2


def test_whole_report_is_written_and_no_cell_of_it_is_a_formula(tmp_path):
    release = usual()
    release.add("9000090", "IN", "=cmd(calc)")
    target = tmp_path / "report.csv"
    told = run(release.write(tmp_path / "release"), "--rows", "0", "--report", target)
    with target.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    made = [row["theirs"] for row in rows if row["kind"] == "new"]
    assert made == ["'=cmd(calc)", "acetaminophen / zilucoplast", "ocuvaldine", "zilucoplast", "zilucoplast sodium"]
    assert "  ... and 5 more" in told


def test_progress_is_a_bar_on_a_terminal(tmp_path, monkeypatch, capsys):
    terminal = io.StringIO()
    terminal.isatty = lambda: True
    run(usual().write(tmp_path / "release"), stdout=terminal)
    assert "lines read" not in terminal.getvalue()
    assert "RXNCONSO.RRF" in capsys.readouterr().out
