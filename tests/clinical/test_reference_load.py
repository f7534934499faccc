"""Loading the reviewed reference files: all or nothing, again and again, never over an editor's work."""

import csv
import shutil
from pathlib import Path

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.db import connection

from clinical import models
from clinical.actions.reference import load
from clinical.reference_files import FOLDER, LOADER, files_digest
from clinical.snapshots import current_version

pytestmark = pytest.mark.django_db

FILES = {
    "sources.csv": models.Source,
    "substances.csv": models.Substance,
    "names.csv": models.SubstanceName,
    "roles_vocabulary.csv": models.Role,
    "roles.csv": models.SubstanceRole,
    "conditions.csv": models.Condition,
}
TABLES = [
    *FILES.values(), models.ReferenceTable, models.ReferenceCase, models.InteractionRule, models.RuleObject,
    models.RuleModifier,
]  # fmt: skip
RULE_COUNT = 102
DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


@pytest.fixture
def folder(tmp_path) -> Path:
    """The reference files, to be changed."""
    return Path(shutil.copytree(FOLDER, tmp_path / "reference_data"))


def rows_of(path: Path) -> list[dict]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def write_rows(path: Path, rows: list[dict]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def change_rule(folder: Path, code: str, **values) -> None:
    path = folder / "rules.yaml"
    entries = yaml.load(path.read_text("utf-8"), Loader=LOADER)
    next(entry for entry in entries if entry["code"] == code).update(values)
    path.write_text(yaml.dump(entries, Dumper=DUMPER, allow_unicode=True), "utf-8")


def stored() -> list[tuple]:
    """A fingerprint of everything the load fills, taken by the database."""
    tables = [*TABLES, models.ReferenceVersion, models.ReferenceChange, models.AuditEvent]
    with connection.cursor() as cursor:
        return [_fingerprint(cursor, table._meta.db_table) for table in tables]


def _fingerprint(cursor, table: str) -> tuple:
    cursor.execute(f"SELECT count(*), sum(hashtextextended(t::text, 0)) FROM {table} t")
    return (table, *cursor.fetchone())


@pytest.mark.parametrize(("name", "model"), FILES.items(), ids=FILES)
def test_every_row_of_the_file_is_stored(name, model):
    assert model.objects.count() == len(rows_of(FOLDER / name)) > 100


def test_every_rule_is_stored_with_all_it_fires_on():
    entries = yaml.load((FOLDER / "rules.yaml").read_text("utf-8"), Loader=LOADER)
    rules = models.InteractionRule.objects.filter(closed_at=None)
    assert rules.count() == len(entries) == RULE_COUNT
    objects = {(entry["code"], key) for entry in entries for group in entry["objects"] for key in group["keys"]}
    assert {(row.rule.code, row.key) for row in models.RuleObject.objects.select_related("rule")} == objects
    assert models.RuleModifier.objects.count() == sum(len(entry["modifiers"]) for entry in entries)
    for rule in rules.prefetch_related("sources"):
        entry = next(entry for entry in entries if entry["code"] == rule.code)
        assert {source.key for source in rule.sources.all()} == set(entry["sources"])
        assert (rule.title, rule.severity, rule.certainty) == (entry["title"], entry["severity"], entry["certainty"])


def test_every_document_is_stored():
    keys = set(models.ReferenceTable.objects.values_list("key", flat=True))
    documents = {"exposure", "withdrawal", "safety", "acting", "lookalikes", "local_forms", "stewardship"}
    documents |= {"alerting", "reviewing", "loads", "handout", "inquiry", "course", "monitoring", "beyond_law"}
    instruments = {"phq9", "phq2", "gad7", "cows", "auditc", "dast10", "kud", "symptoms"}
    assert keys == {*documents, *(f"instruments/{name}" for name in instruments)}


def test_combination_leads_to_its_ingredients():
    row = next(row for row in rows_of(FOLDER / "substances.csv") if row["components"].count(";") == 1)
    whole = models.Substance.objects.get(key=row["key"])
    assert {part.key for part in whole.components.all()} == {part.strip() for part in row["components"].split(";")}


def test_second_load_changes_nothing():
    before = stored()
    report = load()
    assert (report.added, report.updated, report.differing, report.faults) == (0, 0, [], [])
    assert report.unchanged == sum(table.objects.count() for table in TABLES[:-2])
    assert stored() == before


def test_load_of_other_remarks_only_counts_as_loaded(folder):
    rules = folder / "rules.yaml"
    rules.write_text("# One more remark.\n" + rules.read_text("utf-8"), "utf-8")
    before = current_version()
    load(folder=folder)
    assert current_version() == before
    assert models.ReferenceVersion.objects.first().files_digest == files_digest(folder) != files_digest()


def change_condition(folder: Path) -> None:
    rows = rows_of(folder / "conditions.csv")
    rows[0]["label"] = "Liver disease, any"
    write_rows(folder / "conditions.csv", rows)


def test_changed_row_keeps_the_wording_before_and_opens_a_version(folder):
    change_condition(folder)
    before = current_version()
    report = load(folder=folder)
    assert (report.added, report.updated) == (0, 1)
    row = models.Condition.objects.get(key="liver_disease")
    assert (row.label, row.revision) == ("Liver disease, any", 2)
    change = models.ReferenceChange.objects.get()
    assert (change.key, change.before["label"]) == ("liver_disease", "Liver disease (unspecified)")
    assert change.after["label"] == "Liver disease, any"
    assert current_version() == before + 1
    assert models.AuditEvent.objects.filter(act="published", record_key=str(before + 1)).exists()


def test_changed_ingredients_are_taken_over(folder):
    rows = rows_of(folder / "substances.csv")
    row = next(row for row in rows if row["components"].count(";") == 1)
    row["components"] = row["components"].split(";")[0]
    write_rows(folder / "substances.csv", rows)
    assert load(folder=folder).updated == 1
    assert [part.key for part in models.Substance.objects.get(key=row["key"]).components.all()] == [row["components"]]


def test_row_revised_here_is_never_overwritten_and_is_listed(folder):
    row = models.Condition.objects.get(key="liver_disease")
    row.label, row.is_revised, row.revision = "Liver trouble", True, 2
    row.save()
    change_condition(folder)
    report = load(folder=folder)
    row.refresh_from_db()
    assert row.label == "Liver trouble"
    assert report.updated == 0
    assert len(report.differing) == 1
    assert report.differing[0].startswith("conditions.csv (liver_disease): revised here; the file differs in label")


def test_row_revised_here_is_listed_while_its_file_row_is_as_before():
    models.Condition.objects.filter(key="liver_disease").update(label="Liver trouble", is_revised=True)
    assert len(load().differing) == 1


def test_row_revised_here_to_what_the_file_says_is_no_difference():
    models.Condition.objects.filter(key="liver_disease").update(is_revised=True)
    assert load().differing == []


def test_changed_rule_closes_and_opens_the_next_revision(folder):
    old = models.InteractionRule.objects.get(code="tramadol")
    change_rule(folder, "tramadol", summary="Another wording.")
    report = load(folder=folder)
    assert (report.added, report.updated) == (0, 1)
    closed, opened = models.InteractionRule.objects.filter(code="tramadol").order_by("revision")
    assert (closed.pk, closed.summary, closed.closed_at is not None) == (old.pk, old.summary, True)
    assert (opened.revision, opened.summary, opened.closed_at) == (2, "Another wording.", None)
    assert opened.objects_it_fires_on.count() == closed.objects_it_fires_on.count() > 0
    assert set(opened.sources.all()) == set(closed.sources.all())


def test_rule_revised_here_is_never_overwritten_and_is_listed(folder):
    rule = models.InteractionRule.objects.get(code="tramadol")
    models.InteractionRule.objects.filter(pk=rule.pk).update(closed_at=rule.opened_at)
    rule.pk, rule.revision, rule.title, rule.loaded_digest = None, 2, "Tramadol, ours", ""
    rule.save(force_insert=True)
    change_rule(folder, "tramadol", summary="Another wording.")
    report = load(folder=folder)
    assert report.differing == ["rules.yaml: tramadol: revised here; the file says otherwise"]
    assert models.InteractionRule.objects.get(code="tramadol", closed_at=None).title == "Tramadol, ours"


def test_check_tells_and_keeps_nothing(folder):
    change_rule(folder, "tramadol", summary="Another wording.")
    change_condition(folder)
    before = stored()
    report = load(check=True, folder=folder)
    assert report.updated == 2
    assert stored() == before


def drop_column(folder, name, column):
    rows = [{key: value for key, value in row.items() if key != column} for row in rows_of(folder / name)]
    write_rows(folder / name, rows)


def set_cell(folder, name, number, column, value):
    rows = rows_of(folder / name)
    rows[number - 2][column] = value
    write_rows(folder / name, rows)


def add_line(folder, name, line):
    with (folder / name).open("a", encoding="utf-8") as stream:
        stream.write(line + "\n")


def add_copy(folder, name):
    rows = rows_of(folder / name)
    write_rows(folder / name, [*rows, rows[0]])


def set_in_rule(**values):
    return lambda folder: change_rule(folder, "tramadol", **values)


def rule_object(**values):
    known = {"kind": "substance", "keys": ["tramadol"], "routes": ["systemic"], "mechanisms": ["seizure"]}
    return set_in_rule(objects=[{**known, **values}])


LINES = {name: len(rows_of(FOLDER / name)) + 2 for name in FILES}
# What is broken, and what the fault must say.
BROKEN = {
    "missing file": (lambda f: (f / "roles.csv").unlink(), "roles.csv: cannot be read"),
    "missing column": (lambda f: drop_column(f, "names.csv", "kind"), "names.csv, row 1: the header lacks kind"),
    "missing column nothing hangs on": (
        lambda f: drop_column(f, "substances.csv", "tty"),
        "substances.csv, row 1: the header lacks tty",
    ),
    "cell too many": (
        lambda f: add_line(f, "names.csv", "a,tramadol,brand,search_words,,extra"),
        f"names.csv, row {LINES['names.csv']} (a, tramadol): has more cells",
    ),
    "cell too few": (
        lambda f: add_line(f, "names.csv", "a,tramadol"),
        f"names.csv, row {LINES['names.csv']} (a, tramadol): has fewer cells",
    ),
    "quote never closed": (lambda f: add_line(f, "names.csv", '"a,tramadol'), "names.csv: cannot be read"),
    "not UTF-8": (lambda f: (f / "names.csv").write_bytes(b"name,\xff\n"), "names.csv: cannot be read"),
    "empty citation": (
        lambda f: set_cell(f, "sources.csv", 5, "citation", " "),
        "sources.csv, row 5",
    ),
    "duplicate key": (
        lambda f: add_copy(f, "conditions.csv"),
        f"conditions.csv, row {LINES['conditions.csv']} (liver_disease): stands in row 2 already",
    ),
    "name of an unknown substance": (
        lambda f: set_cell(f, "names.csv", 7, "substance", "tramadul"),
        "names.csv, row 7",
    ),
    "role of an unknown substance": (
        lambda f: set_cell(f, "roles.csv", 3, "substance", "tramadul"),
        "substance “tramadul” is not in substances.csv",
    ),
    "unknown role": (
        lambda f: set_cell(f, "roles.csv", 3, "role", "opioid_agonists"),
        "role “opioid_agonists” is not in roles_vocabulary.csv",
    ),
    "unknown component": (
        lambda f: set_cell(f, "substances.csv", 4, "components", "tramadul"),
        "substances.csv, row 4",
    ),
    "unknown source": (
        lambda f: set_cell(f, "roles.csv", 3, "source_id", "somebody2020"),
        "roles.csv, row 3",
    ),
    "label too long": (
        lambda f: set_cell(f, "conditions.csv", 2, "label", "x" * 121),
        "conditions.csv (liver_disease): label has 121 characters, 120 at most",
    ),
    "broken YAML": (lambda f: add_line(f, "rules.yaml", "- code: [x"), "rules.yaml: cannot be read"),
    "rules in another shape": (lambda f: (f / "rules.yaml").write_text("code: x\n"), "rules.yaml: must be a list"),
    "rule without a code": (
        lambda f: add_line(f, "rules.yaml", "- title: x"),
        "rules.yaml, entry 103 (no code): needs",
    ),
    "rule twice": (lambda f: add_line(f, "rules.yaml", "- code: tramadol"), "entry 103 (tramadol): this code stands"),
    "rule without words": (set_in_rule(action=" "), "(tramadol): action is empty"),
    "rule with a number for words": (set_in_rule(title=3), "(tramadol): title is empty"),
    "rule title too long": (set_in_rule(title="x" * 121), "rules.yaml (tramadol): title has 121 characters"),
    "bad severity": (set_in_rule(severity="severe"), "(tramadol): severity “severe” is not one of contraindicated"),
    "bad certainty": (set_in_rule(certainty="sure"), "(tramadol): certainty “sure” is not one of clinical-study"),
    "rule of an unknown source": (set_in_rule(sources=["somebody2020"]), "source “somebody2020” is not in"),
    "rule that fires on nothing": (set_in_rule(objects=[]), "(tramadol): fires on nothing"),
    "rule object without keys": (rule_object(keys=[]), "(tramadol): an object of kind substance names nothing"),
    "rule on an unknown substance": (rule_object(keys=["tramadul"]), "substance “tramadul” does not exist"),
    "rule on an unknown role": (rule_object(kind="role", keys=["opioids"]), "role “opioids” does not exist"),
    "rule on an unknown kind": (rule_object(kind="gene"), "object kind “gene” is not one of"),
    "rule with an unknown product": (rule_object(products=["leaf"]), "products: “leaf” is not known"),
    "rule with an unknown route": (rule_object(routes=["by mouth"]), "routes: “by mouth” is not known"),
    "rule with an unknown mechanism": (rule_object(mechanisms=["magic"]), "mechanisms: “magic” is not known"),
    "rule that refines nothing": (rule_object(refines=["tramadul"]), "refines: “tramadul” is not known"),
    "rule that excludes nothing": (rule_object(exclude=["tramadul"]), "exclude: “tramadul” is not known"),
    "modifier without a reason": (
        set_in_rule(modifiers=[{"when": "older_age", "effect": "raise", "reason": ""}]),
        "modifier “older_age” needs an effect",
    ),
    "modifier that nothing sets": (
        set_in_rule(modifiers=[{"when": "role:opioids", "effect": "raise", "reason": "x"}]),
        "modifier “role:opioids” is set by nothing",
    ),
    "missing document": (lambda f: (f / "safety.yaml").unlink(), "safety.yaml: cannot be read"),
    "broken document": (lambda f: add_line(f, "exposure.yaml", "units: [x"), "exposure.yaml: cannot be read"),
    "document of an unknown source": (
        lambda f: add_line(f, "safety.yaml", "more: [{source: [somebody2020]}]"),
        "safety.yaml: source “somebody2020” is not in sources.csv",
    ),
    "document that screening cannot read": (
        lambda f: (f / "exposure.yaml").write_text("units: [{unit: barrel}]\n"),
        "the files do not fit together: exposure.yaml, units, entry 1",
    ),
}


@pytest.mark.parametrize(("spoil", "says"), BROKEN.values(), ids=BROKEN)
def test_broken_file_is_named_and_nothing_is_loaded(spoil, says, folder):
    change_condition(folder)  # would be taken over, were the rest sound
    spoil(folder)
    before = stored()
    report = load(folder=folder)
    assert any(says in fault for fault in report.faults), report.faults[:10]
    assert (report.added, report.updated) == (0, 0)
    assert stored() == before


def test_command_prints_what_it_did(capsys):
    call_command("load_reference")
    words = capsys.readouterr().out
    assert "added: 0" in words
    assert "differing: 0" in words


def test_command_names_at_most_ten_faults_and_fails(monkeypatch, folder, capsys):
    rows = rows_of(folder / "names.csv")
    write_rows(folder / "names.csv", [{**row, "kind": ""} for row in rows])
    monkeypatch.setattr("clinical.reference_files.FOLDER", folder)
    monkeypatch.setattr(load, "__kwdefaults__", {**load.__kwdefaults__, "folder": folder})
    with pytest.raises(CommandError, match=f"{len(rows)} faults"):
        call_command("load_reference")
    shown = capsys.readouterr().err.splitlines()
    assert len(shown) == 10
    assert shown[0].startswith("names.csv, row 2")
