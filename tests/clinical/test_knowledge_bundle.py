"""The whole knowledge base out of one installation and into another: same data, same digest, nothing in silence."""

import hashlib
import json
import re
from datetime import date
from itertools import count

import pgtrigger
import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command

from clinical import models, snapshots
from clinical.actions.editing import revise_row, revise_rule
from clinical.actions.knowledge import import_bundle, plan_import
from clinical.actions.reference import load, publish
from clinical.admin.rule_form import entry_of
from clinical.knowledge_base import bundle, tables
from clinical.knowledge_base.bundle import MANIFEST, READ_ME, TABLES, NotABundle
from clinical.knowledge_base.differences import ENDED, ONLY_HERE
from clinical.knowledge_base.export import export
from clinical.knowledge_base.tables import reference_digest
from clinical.permissions import REFERENCE_EDITOR
from legal import exchange
from legal import lookup as law
from legal.models import PendingChange, StatusPeriod
from legal.reference import load as load_law
from tests import factories
from tests.clinical.knowledge_files import files_of, rows_in, wipe, with_rows, zipped

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def whole(django_db_setup, django_db_blocker) -> bytes:
    """The reviewed reference data as a bundle, made before any test changes it."""
    with django_db_blocker.unblock():
        return export(generated_on=DAY)


@pytest.fixture
def editor():
    return factories.person(REFERENCE_EDITOR)


def take(content: bytes, **values):
    return import_bundle(bundle=bundle.read(content), **{"by": None, "reason": "from elsewhere", **values})


def change_row(key: str, value: str, /, **columns):
    """Rows with one of them changed: `change_row("key", "liver_disease", label="x")`."""
    return lambda rows: [{**row, **(columns if row[key] == value else {})} for row in rows]


def without(key: str, value: str):
    return lambda rows: [row for row in rows if row[key] != value]


def revise_tramadol(editor, **words):
    rule = models.InteractionRule.objects.get(code="tramadol", closed_at=None)
    return revise_rule(rule=rule, entry={**entry_of(rule), **words}, by=editor, reason="Better words")


# ---- The digest


def test_digest_is_of_what_rows_say_and_not_of_this_database(capsys):
    before = reference_digest()
    models.Condition.objects.update(revision=7, is_revised=True, loaded_digest="")
    models.ReferenceVersion.objects.update(reason="another")
    publish(by=None, reason="nothing differs")
    StatusPeriod.objects.update(reason="typed again")
    call_command("reference_digest")
    assert capsys.readouterr().out.split() == [before]
    call_command("reference_digest", tables=True)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(TABLES) + 1
    assert lines[-1] == before


def a_source() -> str:
    return models.Source.objects.order_by("key").first().key


def change_open_rule(**values) -> None:
    with pgtrigger.ignore():
        models.InteractionRule.objects.filter(code="tramadol").update(**values)


CHANGES = {
    "condition worded anew": lambda: models.Condition.objects.filter(key="liver_disease").update(label="Liver"),
    "name withdrawn": lambda: models.SubstanceName.objects.filter(name="Ultram").update(
        withdrawn_at="2026-11-22T10:00Z"
    ),
    "role withdrawn": lambda: models.SubstanceRole.objects.filter(role_id="opioid_agonist").update(
        withdrawn_at="2026-11-22T10:00Z"
    ),
    "rule closed": lambda: models.InteractionRule.objects.filter(code="tramadol").update(closed_at="2026-11-22T10:00Z"),
    "rule fires on more": lambda: models.RuleObject.objects.filter(rule__code="tramadol").update(routes=["any"]),
    "modifier worded anew": lambda: models.RuleModifier.objects.filter(rule__closed_at=None).update(reason="x"),
    "source fewer": lambda: models.InteractionRule.objects.get(code="tramadol").sources.clear(),
    "component fewer": lambda: models.Substance.components.through.objects.filter(
        from_substance_id="buprenorphine / naloxone", to_substance_id="naloxone"
    ).delete(),
    "case withdrawn": lambda: models.ReferenceCase.objects.filter(expects__fires=["tramadol"]).update(
        withdrawn_at="2026-11-22T10:00Z"
    ),
    "case expects more": lambda: models.ReferenceCase.objects.filter(expects__fires=["tramadol"]).update(expects={}),
    "source retracted": lambda: models.Source.objects.filter(key=a_source()).update(status="retracted"),
    "source superseded": lambda: models.Source.objects.filter(key=a_source()).update(superseded_by="another"),
    "source checked": lambda: models.Source.objects.filter(key=a_source()).update(status_checked_on=DAY),
    **{
        f"rule says more in {name}": lambda name=name: change_open_rule(**{name: "x"})
        for name in ("evidence_for", "rating_driver", "developer", "funding")
    },
    "rule reviewed": lambda: change_open_rule(reviewed_on="1999-01-01"),
    "rule due": lambda: change_open_rule(review_on="2099-01-01"),
    "document changed": lambda: models.ReferenceTable.objects.filter(key="safety").update(content={}),
    "law superseded": lambda: StatusPeriod.objects.filter(jurisdiction="US-TN").update(
        superseded_at="2026-11-22T10:00Z"
    ),
    "change settled": lambda: PendingChange.objects.filter(jurisdiction="US-KY").delete(),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_digest_is_another_when(change):
    before = reference_digest()
    change()
    assert reference_digest() != before


# ---- Out


def test_export_can_be_read_and_checked_without_our_code(whole):
    files = files_of(whole)
    manifest = json.loads(files[MANIFEST])
    assert (manifest["schema"], manifest["generated_on"]) == (2, "2026-11-22")
    assert any("courtesy of the U.S. National Library of Medicine" in line for line in manifest["licences"])
    sums = {name: hashlib.sha256(files[name]).hexdigest() for name in files if name.endswith(".jsonl")}
    assert sums == {name: part["sha256"] for name, part in manifest["parts"].items()}
    lines = (f"{name} {sums[f'{name}.jsonl']}\n" for name in sorted(TABLES))
    assert hashlib.sha256("".join(lines).encode()).hexdigest() == manifest["reference_digest"] == reference_digest()
    rules = [json.loads(line) for line in files["rules.jsonl"].splitlines()]
    assert len(rules) == models.InteractionRule.objects.filter(closed_at=None).count()
    assert b"reference_digest" in files[READ_ME]


def test_export_of_the_same_data_gives_the_same_bytes(whole):
    assert export(generated_on=DAY) == whole


def test_export_tells_what_changed_and_names_nobody(editor):
    revise_tramadol(editor, title="Tramadol, ours")
    row = models.Condition.objects.get(key="liver_disease")
    revise_row(row=row, values={"label": "Liver"}, by=editor, reason="Shorter")
    content = export(generated_on=DAY)
    assert [row["revision"] for row in rows_in(content, "rule_revisions") if row["code"] == "tramadol"] == [1, 2]
    (change,) = rows_in(content, "changes")
    assert (change["key"], change["before"]["label"], change["after"]["label"]) == (
        "liver_disease",
        "Liver disease (unspecified)",
        "Liver",
    )
    assert not any(re.search(rb"person\d+@example", lines) for lines in files_of(content).values())


# ---- In


def stored_cases() -> list[tuple]:
    rows = models.ReferenceCase.objects.order_by("key")
    return [(row.key, row.title, row.case, row.expects, row.is_withdrawn) for row in rows]


def test_export_wipe_import_gives_the_same_digest_and_the_same_screening(editor):
    revise_tramadol(editor, title="Tramadol, ours")
    name = models.SubstanceName.objects.filter(kind="brand").first()
    revise_row(row=name, values={"withdrawn": True}, by=editor, reason="No longer sold")
    case = models.ReferenceCase.objects.first()
    revise_row(row=case, values={"withdrawn": True}, by=editor, reason="Answered by another case")
    source, other = models.Source.objects.order_by("key")[:2]
    status = {"status": "superseded", "superseded_by": other.key, "status_checked_on": DAY}
    revise_row(row=source, values=status, by=editor, reason="A newer edition is out")
    digest, content = reference_digest(), export(generated_on=DAY)
    known = snapshots.read_knowledge(9)
    cases = stored_cases()
    wipe()
    assert stored_cases() == []
    assert models.Substance.objects.count() == models.InteractionRule.objects.count() == law.legal_version() == 0
    done = take(content)
    assert (done.digest, reference_digest()) == (digest, digest)
    assert snapshots.read_knowledge(9) == known
    assert stored_cases() == cases
    assert models.Source.objects.get(key=source.key).superseded_by == other.key
    assert snapshots.current_version() == 1
    assert models.InteractionRule.objects.get(code="tramadol").revision == 2
    assert models.SubstanceName.objects.get(name=name.name, substance=name.substance_id).is_withdrawn
    assert models.ReferenceChange.objects.filter(model="substance").count() == 0  # a first filling
    assert models.AuditEvent.objects.filter(act="imported", record_key="1").count() == 1


def test_files_loaded_after_an_import_find_nothing_of_theirs_to_overwrite(whole):
    periods = change_row("jurisdiction", "US-TN", restrictions="As worded elsewhere.")
    content = with_rows(whole, legal_periods=periods, conditions=change_row("key", "liver_disease", label="Liver"))
    wipe()
    digest = take(content).digest
    clinical, legal = load(), load_law()
    assert (clinical.added, clinical.updated, legal.added) == (0, 0, 0)
    assert [line.split(":")[0] for line in clinical.differing] == ["conditions.csv (liver_disease)"]
    assert any("US-TN" in line for line in legal.differing)
    assert reference_digest() == digest


def test_import_of_what_is_here_changes_nothing(whole):
    before = snapshots.current_version(), law.legal_version()
    done = take(whole)
    assert (done.changes, done.version) == ([], None)
    assert (snapshots.current_version(), law.legal_version()) == before
    assert models.AuditEvent.objects.filter(act="imported").count() == 0


def added_name(rows):
    return [*rows, {**rows[0], "name": "zzyzx", "substance": "tramadol", "withdrawn": False}]


def changed(whole: bytes) -> bytes:
    """One row added, five changed, one name withdrawn, one rule and one period taken out."""
    return with_rows(
        whole,
        names=lambda rows: change_row("name", "Ultram", withdrawn=True)(added_name(rows)),
        rules=lambda rows: without("code", "caffeine")(change_row("code", "tramadol", title="Tramadol, new")(rows)),
        conditions=change_row("key", "liver_disease", label="Liver"),
        legal_periods=lambda rows: [
            {**row, "restrictions": "Worded anew."} if row["jurisdiction"] == "US-TN" else row
            for row in rows
            if row["jurisdiction"] != "US-KY"
        ],
        legal_parameters=change_row("code", "STATE_STALE_AFTER_DAYS", value=91),
        jurisdictions=change_row("code", "US-TN", note="Noted elsewhere"),
    )


def test_changes_are_made_as_one_version_and_old_wording_stays(whole, editor):
    content = changed(whole)
    old = models.InteractionRule.objects.get(code="tramadol")
    before = snapshots.current_version(), law.legal_version()
    done = take(content, by=editor)
    assert done.digest == reference_digest() == bundle.read(content).digest
    assert (snapshots.current_version(), law.legal_version()) == (before[0] + 1, before[1] + 1)
    old.refresh_from_db()
    assert old.closed_at is not None
    opened = models.InteractionRule.objects.get(code="tramadol", closed_at=None)
    assert (opened.revision, opened.title, opened.opened_by) == (2, "Tramadol, new", editor)
    assert not models.InteractionRule.objects.filter(code="caffeine", closed_at=None).exists()
    assert models.SubstanceName.objects.get(name="Ultram").is_withdrawn
    assert models.SubstanceName.objects.get(name="zzyzx").substance_id == "tramadol"
    kept = {(row.model, row.key): row for row in models.ReferenceChange.objects.all()}
    assert kept["condition", "liver_disease"].before == {"label": "Liver disease (unspecified)"}
    assert kept["condition", "liver_disease"].after == {"label": "Liver"}
    assert kept["legalparameter", "STATE_STALE_AFTER_DAYS"].after == {"value": 91}
    assert ("substancename", "Ultram|tramadol") in kept
    assert StatusPeriod.objects.filter(jurisdiction="US-TN", superseded_at__isnull=False).exists()
    assert StatusPeriod.objects.filter(jurisdiction="US-KY", superseded_at=None).count() == 0
    event = models.AuditEvent.objects.get(act="imported")
    assert (event.by, event.record_key) == (editor, str(done.version))
    assert "rules" in event.changed


def test_row_that_is_only_here_is_withdrawn_or_stays_and_is_named(whole):
    content = with_rows(whole, conditions=without("key", "asthma"), names=without("name", "Ultram"))
    done = take(content)
    told = {change.label: change.kind for change in done.difference.changes}
    assert told == {"conditions:asthma": ONLY_HERE, "names:Ultram|tramadol": ENDED}
    assert models.Condition.objects.filter(key="asthma").exists()
    assert models.SubstanceName.objects.get(name="Ultram").is_withdrawn
    assert done.digest != bundle.read(content).digest
    assert [change.label for change in take(content).difference.changes] == ["conditions:asthma"]


def with_new_substance(whole: bytes) -> bytes:
    """A substance that does not exist here, with a name, a role and a rule that rest on it."""

    def rules(rows):
        row = next(row for row in rows if row["code"] == "tramadol")
        objects = [{**row["objects"][0], "kind": "substance", "key": "zetamol", "exclude": [], "refines": []}]
        return [*rows, {**row, "code": "zetamol", "objects": objects, "modifiers": []}]

    return with_rows(
        whole,
        substances=lambda rows: [*rows, {**rows[0], "key": "zetamol", "components": [], "rxcui": ""}],
        names=lambda rows: [*rows, {**rows[0], "name": "zetabrand", "substance": "zetamol"}],
        substance_roles=lambda rows: [*rows, {**rows[0], "substance": "zetamol"}],
        rules=rules,
    )


def test_refused_row_takes_along_what_rests_on_it_by_name(whole):
    content = with_new_substance(whole)
    before = reference_digest()
    done = take(content, refused=["substances:zetamol"])
    assert done.changes == []
    told = {one.change.label: one.why for one in done.left_out}
    assert told["substances:zetamol"] == "refused"
    assert told["names:zetabrand|zetamol"] == "rests on substances:zetamol, which would be missing"
    assert told["rules:zetamol"] == "rests on substances:zetamol, which would be missing"
    assert len(told) == 4
    assert reference_digest() == before
    assert len(take(content).changes) == 4


def test_refusing_one_row_leaves_the_others_alone(whole):
    done = take(changed(whole), refused=["rules:tramadol", "names:Ultram|tramadol"])
    assert models.InteractionRule.objects.get(code="tramadol", closed_at=None).revision == 1
    assert not models.SubstanceName.objects.get(name="Ultram").is_withdrawn
    assert models.Condition.objects.get(key="liver_disease").label == "Liver"
    assert [one.why for one in done.left_out] == ["refused", "refused"]


def test_rule_that_another_still_refines_is_not_closed(whole):
    rules = rows_in(whole, "rules")
    refining = next(row for row in rules if any(item["refines"] for item in row["objects"]))
    code = next(code for item in refining["objects"] for code in item["refines"])

    def without_both(rows):
        kept = [row for row in rows if row["code"] not in (code, refining["code"])]
        for row in kept:
            for item in row["objects"]:
                item["refines"] = [other for other in item["refines"] if other not in (code, refining["code"])]
        return kept

    def of_others(rows):
        """Cases that hold the two to what they did would rightly keep the import from happening."""
        both = {code, refining["code"]}
        return [row for row in rows if not both & {*row["expects"]["fires"], *row["expects"]["silent"]}]

    content = with_rows(whole, rules=without_both, cases=of_others)
    done = take(content, refused=[f"rules:{refining['code']}"])
    told = {one.change.label: one.why for one in done.left_out}
    assert told[f"rules:{code}"].endswith("still refines it")
    assert models.InteractionRule.objects.filter(code=code, closed_at=None).exists()


def test_law_that_would_overlap_a_refused_change_is_left_out(whole):
    row = next(row for row in rows_in(whole, "legal_periods") if row["jurisdiction"] == "US-TN")
    label = f"legal_periods:US-TN|{row['substance']}|{row['valid_from'] or ''}"

    def split(rows):
        ended = {**row, "valid_until": "2027-01-01"}
        after = {**row, "valid_from": "2027-01-01", "valid_until": None, "start_known": "exact"}
        return [*(other for other in rows if other != row), ended, after]

    content = with_rows(whole, legal_periods=split)
    done = plan_import(bundle=bundle.read(content), refused=[label])
    assert [one.why for one in done.left_out] == [
        "refused",
        "would overlap another period of this place and substance",
    ]
    assert take(content).digest == bundle.read(content).digest


def test_only_an_editor_may_import_in_their_name(whole, doctor):
    with pytest.raises(PermissionDenied):
        take(changed(whole), by=doctor)


def test_law_that_a_model_refuses_is_named_and_nothing_is_stored(whole):
    content = with_rows(
        whole,
        legal_periods=change_row("jurisdiction", "US-TN", status="fine"),
        conditions=change_row("key", "liver_disease", label="Liver"),
    )
    with pytest.raises(NotABundle, match="US-TN.*status.*fine"):
        take(content)
    assert models.Condition.objects.get(key="liver_disease").label != "Liver"


def test_outcome_that_screening_cannot_read_is_refused_whole(whole):
    before = reference_digest()
    content = with_rows(whole, documents=change_row("key", "exposure", content={"units": [{"unit": "barrel"}]}))
    with pytest.raises(NotABundle, match="screening could not read the outcome"):
        take(content)
    assert reference_digest() == before


def many_names(rows):
    return [*rows, *({**rows[0], "name": f"zz{n}", "substance": "tramadol"} for n in range(50_000))]


def test_fifty_thousand_rows_are_refused_unless_allowed(whole, tmp_path, capsys):
    file = tmp_path / "many.zip"
    file.write_bytes(with_rows(whole, names=many_names))
    with pytest.raises(CommandError, match=r"names.jsonl: has 5\d,\d+ rows, 20,000 at most"):
        call_command("import_knowledge", str(file))
    call_command("import_knowledge", str(file), most_rows=60_000, dry_run=True)
    out = capsys.readouterr().out
    assert "names: 50000 added" in out
    assert "… and 49960 more" in out


# ---- The command


@pytest.fixture
def file(tmp_path, whole):
    path = tmp_path / "knowledge.zip"
    path.write_bytes(changed(whole))
    return path


def test_dry_run_shows_the_difference_and_changes_nothing(file, capsys):
    before = reference_digest(), snapshots.current_version()
    call_command("import_knowledge", str(file), dry_run=True)
    out = capsys.readouterr().out
    assert "names: 1 added, 1 withdrawn or closed" in out
    assert "  changed: rules:tramadol\n    title: “" in out
    assert "-> “Tramadol, new”" in out
    assert "  withdrawn or closed: rules:caffeine" in out
    assert "Dry run: nothing was changed." in out
    assert (reference_digest(), snapshots.current_version()) == before


def test_command_imports_and_says_whether_the_digest_is_the_same(file, capsys, editor):
    call_command("import_knowledge", str(file), by=editor.email, reason="From the capital")
    out = capsys.readouterr().out
    assert f"reference digest {reference_digest()} (the bundle's)" in out
    assert models.ReferenceVersion.objects.first().reason == "From the capital"
    call_command("import_knowledge", str(file), all=True)
    assert "Nothing to change." in capsys.readouterr().out


def test_command_says_when_rows_were_left_out(file, capsys):
    call_command("import_knowledge", str(file), refuse=["rules:tramadol"])
    out = capsys.readouterr().out
    assert "left out: rules:tramadol: refused" in out
    assert "(not the bundle's: rows were left out or are only here)" in out


REFUSED = {
    "nobody": ({"by": "nobody@example.org"}, "Nobody signs in as nobody@example.org"),
    "no such row": ({"refuse": ["rules:zzz"]}, "nothing to refuse under rules:zzz"),
}


@pytest.mark.parametrize(("options", "says"), REFUSED.values(), ids=REFUSED)
def test_command_refuses(options, says, file):
    before = reference_digest()
    with pytest.raises(CommandError, match=says):
        call_command("import_knowledge", str(file), **options)
    assert reference_digest() == before


def test_command_names_a_file_that_is_not_there(tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_knowledge", str(tmp_path / "none.zip"))
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("export_knowledge", str(tmp_path / "none" / "x.zip"))


def test_command_exports_what_it_says(tmp_path, capsys, whole):
    file = tmp_path / "knowledge.zip"
    call_command("export_knowledge", str(file))
    assert f"reference digest {reference_digest()}" in capsys.readouterr().out
    assert bundle.read(file.read_bytes()).digest == reference_digest()
    assert list(tmp_path.iterdir()) == [file]
    assert zipped(files_of(whole)) != whole  # ours says no moment at all, so that equal data gives equal bytes


def test_commands_say_when_publishing_never_pauses(monkeypatch, tmp_path, file):
    numbers = count(1)
    monkeypatch.setattr(tables, "_versions", lambda: next(numbers))
    for command in (("reference_digest",), ("export_knowledge", tmp_path / "x"), ("import_knowledge", file)):
        with pytest.raises(CommandError, match="is being published right now"):
            call_command(*map(str, command))


def test_law_that_moved_meanwhile_is_told(whole):
    row = next(row for row in rows_in(whole, "legal_periods") if row["jurisdiction"] == "US-TN")
    gone = exchange.RowToTake("legal_periods", {**row, "valid_from": "1900-01-01"}, row)
    twice = exchange.RowToTake("legal_periods", None, row)
    for rows, says in (((gone,), "changed here meanwhile"), ((twice,), "status_period_no_overlap")):
        with pytest.raises(exchange.Unacceptable, match=says):
            exchange.take_in(rows=rows, by=None, reason="from elsewhere")
