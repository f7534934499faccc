"""Releases that cannot be loaded: one clear line with file, line and what to do, and nothing changed."""

from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from clinical.models import RxNormConcept, RxNormRelease, Substance
from clinical.rxnorm import staging
from tests.clinical.rxnorm.rrf import atom, relation, usual

pytestmark = pytest.mark.django_db


def change(name: str, of):
    """Write the usual release and change the bytes of one file."""

    def make(folder: Path) -> Path:
        usual().write(folder)
        path = folder / f"{name}.RRF"
        path.write_bytes(of(path.read_bytes()))
        return folder

    return make


def without(name: str):
    def make(folder: Path) -> Path:
        (usual().write(folder) / f"{name}.RRF").unlink()
        return folder

    return make


def line(text: str) -> bytes:
    return f"{text}\n".encode()


LOOP = line(relation("9000004", "has_part", "9000001")) + line(relation("9000001", "has_part", "9000004"))
TWICE, RENAMED = line(atom("10689", "IN", "tramadol")), line(atom("10689", "IN", "tramadone"))
FAULTY = {
    "no such folder": (lambda folder: folder, "no such folder"),
    "no concepts": (without("RXNCONSO"), "RXNCONSO.RRF: not in"),
    "no relations": (without("RXNREL"), "RXNREL.RRF: not in"),
    "empty file": (change("RXNREL", lambda old: b""), "RXNREL.RRF: is empty"),
    "last line cut": (change("RXNCONSO", lambda old: old[:-20]), "RXNCONSO.RRF, line 19: breaks off before its end"),
    "line end cut": (change("RXNREL", lambda old: old[:-1]), "breaks off before its end"),
    "too few columns": (change("RXNCONSO", lambda old: line("1|ENG|tramadol|") + old), "line 1: has 3 columns instead"),
    "too many columns": (change("RXNREL", lambda old: old + line("|" * 17)), "has 17 columns instead of 16"),
    "no closing bar": (change("RXNREL", lambda old: line("|" * 15) + old), "line 1: has 15 columns"),
    "latin-1": (change("RXNCONSO", lambda old: old.replace(b"tramadol", b"tram\xe9dol", 1)), "line 1: is not UTF-8"),
    "utf-16": (change("RXNCONSO", lambda old: old.decode().encode("utf-16")), "RXNCONSO.RRF, line 1: is not UTF-8"),
    "zero byte": (change("RXNCONSO", lambda old: old.replace(b"mad", b"m\0d", 1)), "line 1: holds a zero byte"),
    "no number": (change("RXNCONSO", lambda old: line(atom("x", "IN", "what")) + old), "“x” is not a concept number"),
    "no name": (change("RXNCONSO", lambda old: line(atom("77", "IN", " ")) + old), "line 1: the name is empty"),
    "endless line": (change("RXNREL", lambda old: old + b"x" * 200_000), "is longer than 65,536 bytes"),
    "concept twice": (change("RXNCONSO", lambda old: old + TWICE), "RXNCONSO.RRF, line 20: concept 10689"),
    "two names": (change("RXNCONSO", lambda old: old + RENAMED), "given a second time"),
    "of itself": (change("RXNREL", lambda old: line(relation("161", "has_part", "161")) + old), "line 1: concept 161"),
    "in a circle": (change("RXNREL", lambda old: LOOP + old), "RXNREL.RRF, line 1: concept 9000004 is made of itself"),
    "other vocabulary": (change("RXNCONSO", lambda old: old.replace(b"|RXNORM|", b"|VANDF|")), "holds no ingredient"),
}  # fmt: skip


@pytest.mark.parametrize(("make", "words"), FAULTY.values(), ids=FAULTY)
def test_faulty_release_is_refused_in_one_line_and_changes_nothing(make, words, tmp_path):
    before = Substance.objects.count()
    with pytest.raises(CommandError) as refused:
        call_command("import_rxnorm", str(make(tmp_path / "release")))
    told = str(refused.value)
    assert words in told
    assert told.endswith("Nothing was changed.")
    assert "\n" not in told
    assert (RxNormConcept.objects.count(), RxNormRelease.objects.count(), Substance.objects.count()) == (0, 0, before)


def test_faulty_release_leaves_the_one_in_use(tmp_path):
    call_command("import_rxnorm", str(usual().write(tmp_path / "good")), verbosity=0)
    before = list(RxNormConcept.objects.values())
    with pytest.raises(CommandError, match="breaks off"):
        call_command("import_rxnorm", str(FAULTY["last line cut"][0](tmp_path / "bad")))
    assert list(RxNormConcept.objects.values()) == before
    assert RxNormRelease.objects.filter(is_current=True).count() == 1


@pytest.mark.parametrize("name", ["RXNCUI", "RXNATOMARCHIVE"])
def test_fault_in_a_file_that_may_be_left_out_is_refused_too(name, tmp_path):
    folder = usual().write(tmp_path / "release")
    (folder / f"{name}.RRF").write_text("1|2\n", "utf-8")
    with pytest.raises(CommandError, match=rf"{name}.RRF, line 1: has 2 columns"):
        call_command("import_rxnorm", str(folder))


def test_second_import_at_once_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(staging, "WAIT_SECONDS", 0)
    values = {name: connection.settings_dict[name.upper()] for name in ("host", "user")}
    with psycopg.connect(dbname=connection.settings_dict["NAME"], **values) as other:
        assert other.execute("SELECT pg_try_advisory_lock(%s)", [staging.IMPORTING]).fetchone()[0]
        with pytest.raises(CommandError, match="Another import of RxNorm is running"):
            call_command("import_rxnorm", str(usual().write(tmp_path)))
    assert RxNormRelease.objects.count() == 0


def test_report_that_cannot_be_written_stops_the_import(tmp_path):
    folder = usual().write(tmp_path / "release")
    with pytest.raises(CommandError, match="No such file or directory. Nothing was changed"):
        call_command("import_rxnorm", str(folder), report=tmp_path / "nowhere" / "report.csv")
    assert RxNormRelease.objects.count() == 0
