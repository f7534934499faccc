"""Bundles that are refused before anything is looked at, and rows that are refused by file and line."""

import copy
import io
import json
import struct
import zipfile
from datetime import date

import pytest

from clinical.knowledge_base import bundle
from clinical.knowledge_base.bundle import MANIFEST, NotABundle
from clinical.knowledge_base.checks import faults_in, text_faults
from clinical.knowledge_base.export import export
from clinical.knowledge_base.tables import read_tables
from tests.clinical.knowledge_files import files_of, summed, with_manifest, zipped

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def whole(django_db_setup, django_db_blocker) -> bytes:
    with django_db_blocker.unblock():
        return export(generated_on=date(2026, 11, 22))


@pytest.fixture(scope="module")
def shapes(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        return read_tables()


def with_file(content: bytes, name: str, text: bytes) -> bytes:
    return zipped({**files_of(content), name: text})


def without_file(content: bytes, name: str) -> bytes:
    return zipped({key: value for key, value in files_of(content).items() if key != name})


def with_line(content: bytes, name: str, line: bytes) -> bytes:
    """One line more, and a manifest that knows of it."""
    files = files_of(content)
    return zipped(summed({**files, name: files[name] + line}))


def twice(content: bytes) -> bytes:
    buffer = io.BytesIO(content)
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("names.jsonl", b"")
    return buffer.getvalue()


def bomb(content: bytes) -> bytes:
    """A part of zeros: small here, far more once unpacked, and its entry lies about that."""
    files = {**files_of(content), "names.jsonl": b"0" * (bundle.MOST_PART_BYTES + 1)}
    packed = zipped(files)
    return packed.replace(struct.pack("<L", bundle.MOST_PART_BYTES + 1), struct.pack("<L", 1000))


REFUSED = {
    "no zip": (lambda c: b"name,substance\n", "not a readable zip file"),
    "cut short": (lambda c: c[: len(c) // 2], "not a readable zip file"),
    "empty": (lambda c: b"", "not a readable zip file"),
    "path that leads out": (
        lambda c: with_file(c, "../../etc/passwd", b"x"),
        "'../../etc/passwd' does not belong",
    ),
    "absolute path": (lambda c: with_file(c, "/names.jsonl", b"x"), "'/names.jsonl' does not belong"),
    "backward path": (lambda c: with_file(c, "..\\x", b"x"), "does not belong"),
    "part missing": (lambda c: without_file(c, "rules.jsonl"), "rules.jsonl is missing"),
    "no manifest": (lambda c: without_file(c, MANIFEST), "manifest.json is missing"),
    "name twice": (twice, "names.jsonl stands twice"),
    "newer schema": (lambda c: with_manifest(c, schema=3), "schema 3 is newer than 2"),
    "newer schema with a part we do not know": (
        lambda c: with_file(with_manifest(c, schema=3), "doses.jsonl", b""),
        "schema 3 is newer than 2",
    ),
    "schema of words": (lambda c: with_manifest(c, schema="1"), "has no schema number"),
    "another format": (lambda c: with_manifest(c, format="recipes"), "is not that of a kratomcare"),
    "manifest no object": (lambda c: with_file(c, MANIFEST, b"[]"), "is not that of a kratomcare"),
    "manifest no JSON": (lambda c: with_file(c, MANIFEST, b"{"), "manifest.json: cannot be read"),
    "manifest without parts": (lambda c: with_manifest(c, parts=[]), "was changed after it was exported"),
    "row changed": (
        lambda c: with_file(c, "rules.jsonl", files_of(c)["rules.jsonl"].replace(b"major", b"minor")),
        "rules.jsonl: was changed after it was exported",
    ),
    "digest changed": (lambda c: with_manifest(c, reference_digest="0" * 64), "the reference digest is not that of"),
    "line no JSON": (lambda c: with_line(c, "names.jsonl", b"name;substance\n"), "names.jsonl, line 4.*cannot be read"),
    "line no object": (lambda c: with_line(c, "names.jsonl", b"[1]\n"), "names.jsonl, line 4.*is not an object"),
    "line not a number": (lambda c: with_line(c, "names.jsonl", b'{"a":NaN}\n'), "NaN is not a number"),
    "name twice in a row": (lambda c: with_line(c, "names.jsonl", b'{"a":1,"a":2}\n'), "a name stands twice"),
    "line too deep": (lambda c: with_line(c, "names.jsonl", b"[" * 100_000 + b"\n"), "cannot be read"),
    "not UTF-8": (lambda c: with_line(c, "names.jsonl", b'{"a":"\xff"}\n'), "cannot be read"),
}


@pytest.mark.parametrize(("spoil", "says"), REFUSED.values(), ids=REFUSED)
def test_bundle_is_refused(spoil, says, whole):
    with pytest.raises(NotABundle, match=says):
        bundle.read(spoil(whole))


def test_zip_bomb_is_refused_whatever_it_says_of_itself(whole):
    with pytest.raises(NotABundle, match="unpacks to more than|not a readable zip file"):
        bundle.read(bomb(whole))


def test_too_large_a_file_is_refused_unopened(whole, monkeypatch):
    monkeypatch.setattr(bundle, "MOST_BYTES", 1000)
    with pytest.raises(NotABundle, match="1,000 at most"):
        bundle.read(whole)
    monkeypatch.undo()
    monkeypatch.setattr(bundle, "MOST_UNPACKED_BYTES", 100_000)
    with pytest.raises(NotABundle, match="unpacks to more than"):
        bundle.read(whole)


def first(table, **values):
    """The first row of a table with other values."""
    return lambda rows: rows[table][0].update(values)


def in_rule(part, **values):
    def spoil(rows):
        row = next(row for row in rows["rules"] if row["modifiers"])
        (row[part] if part == "read" else row[part][0]).update(values)

    return spoil


def again(table):
    return lambda rows: rows[table].append(rows[table][0])


FAULTS = {
    "unknown column": (first("names", colour="red"), "names.jsonl, line 1: has an unknown column “colour”"),
    "missing column": (lambda r: r["names"][0].pop("kind"), "names.jsonl, line 1: lacks the column “kind”"),
    "number for text": (first("names", kind=3), "names.jsonl, line 1: kind is not a text"),
    "text for yes or no": (first("names", withdrawn="no"), "withdrawn is not a true or false"),
    "nothing for text": (first("names", kind=None), "kind is empty"),
    "text for a list": (first("conditions", synonyms="x"), "synonyms is not a list of texts"),
    "list of numbers": (first("conditions", synonyms=[1]), "synonyms is not a list of texts"),
    "text for a document": (first("documents", content="x"), "content is not a list or object"),
    "no day": (first("legal_periods", valid_until="soon"), "legal_periods.jsonl, line 1: valid_until is not a day"),
    "day that is none": (first("legal_periods", checked_on="2026-02-30"), "checked_on is not a day"),
    "fraction": (first("legal_parameters", value=1.5), "value is not a whole number"),
    "far too many": (first("legal_parameters", value=2**40), "value is not a whole number"),
    "too long": (first("names", name="x" * 201), "name has 201 characters, 200 at most"),
    "too long in a list": (first("conditions", icd10cm=["x" * 11]), "icd10cm has 11 characters, 10 at most"),
    "formula": (first("names", name="=cmd|' /C calc'!A0"), "names.jsonl, line 1: name begins like a formula"),
    "formula in a document": (first("documents", content={"a": ["@SUM(A1)"]}), "content begins like a formula"),
    "formula as a name": (first("documents", content={"+cmd": 1}), "content begins like a formula"),
    "formula in a rule": (in_rule("objects", note="-2+3+cmd|x"), "objects begins like a formula"),
    "control character": (first("names", name="tram\x00adol"), "name holds a control character"),
    "half a character": (first("names", name="tram\ud800"), "name holds a control character"),
    "row twice": (again("names"), "stands in line 1 already"),
    "no key": (first("sources", key=""), "sources.jsonl, line 1: key is empty"),
    "name of nothing": (first("names", substance="zzz"), "names.jsonl, line 1: “zzz” is not in substances"),
    "part of nothing": (first("substances", components=["zzz"]), "substances.jsonl, line 1: “zzz” is not in subst"),
    "place in no place": (first("jurisdictions", parent="ZZ"), "jurisdictions.jsonl, line 1: “ZZ” is not in juris"),
    "route that no rule names": (first("names", route="by mouth"), "names.jsonl, line 1: route “by mouth” is none of"),
    "route of a substance": (first("substances", route="soon"), "substances.jsonl, line 1: route “soon” is none of"),
    "strength without a word": (first("substance_roles", strength="huge"), "strength “huge” is not in the vocabulary"),
    "severity unknown": (first("rules", severity="severe"), "severity “severe” is not one of"),
    "certainty missing": (first("rules", certainty=""), "certainty “” is not one of"),
    "words missing": (first("rules", action=" "), "action is empty"),
    "no source": (first("rules", sources=["zzz"]), "source “zzz” is not in sources.csv"),
    "fires on nothing": (first("rules", objects=[]), "fires on nothing"),
    "objects of another shape": (first("rules", objects={"a": 1}), "objects is not a list"),
    "object with more in it": (in_rule("objects", colour="red"), "objects needs kind, key"),
    "object of numbers": (in_rule("objects", routes=[1]), "a list that holds other things than text"),
    "object of another kind": (in_rule("objects", key=1), "objects: key of another kind"),
    "object that matches nothing": (in_rule("objects", key="zzz"), "“zzz” does not exist"),
    "code of words": (first("rules", code="Not A Code"), "needs a code of small letters"),
    "revision of nothing": (lambda r: r["rule_revisions"].append({}), "needs a code and the number of a revision"),
    "revision beyond count": (
        lambda r: r["rule_revisions"].append({"code": "tramadol", "revision": 2**31}),
        "needs a code and the number of a revision",
    ),
    "modifier that nothing sets": (in_rule("modifiers", when="moonlight"), "“moonlight” is set by nothing"),
    "status that is none": (first("sources", status="fine"), "status “fine” is none of"),
    "status of no day": (first("sources", status="retracted"), "status_checked_on: Say on which day"),
    "superseded by nothing": (
        first("sources", status="superseded", superseded_by="zzz"),
        "No source has the key “zzz”",
    ),
    "case of no shape": (first("cases", case={"medications": 3}), "case: "),
    "case that expects nothing": (first("cases", expects={"fires": []}), "expects: names no rule"),
    "case of no code": (first("cases", expects={"fires": ["Not A Code"]}), "“Not A Code” is not a rule"),
    "case without a title": (first("cases", title=" "), "title is empty"),
    "reading without a note": (first("rules", read={"quote_checked": True}), "read needs quote_checked"),
}


@pytest.fixture(scope="module")
def sound_rows(whole):
    return bundle.read(whole).rows


@pytest.mark.parametrize(("spoil", "says"), FAULTS.values(), ids=FAULTS)
def test_row_is_refused_by_file_and_line(spoil, says, sound_rows, shapes):
    rows = {table: list(found) for table, found in sound_rows.items()}
    for table in shapes:
        rows[table][0] = copy.deepcopy(rows[table][0])
    rows["rules"] = copy.deepcopy(rows["rules"])
    spoil(rows)
    assert any(says in fault for fault in faults_in(rows, shapes)), faults_in(rows, shapes)[:5]


def test_sound_rows_have_no_fault(sound_rows, shapes):
    assert faults_in(sound_rows, shapes) == []


@pytest.mark.parametrize("text", ["-5", "+1,5", "- see below", "+ caffeine", "7-OH", "a=b", "", "e-mail@example.org"])
def test_plain_text_is_no_formula(text):
    assert list(text_faults(text)) == []


def test_manifest_describes_every_part(whole):
    manifest = json.loads(files_of(whole)[MANIFEST])
    assert set(manifest["parts"]) == set(bundle.PARTS)
