"""The case library runs on every publish, by whichever way it is made, and blocks it by case and difference."""

import shutil

import pytest
import yaml
from django.urls import reverse

from clinical import snapshots
from clinical.actions import editing
from clinical.actions.reference import load
from clinical.effect.library import library_cases, run_library
from clinical.effect.proposed import knowledge_with
from clinical.models import InteractionRule, ReferenceCase, ReferenceVersion, SubstanceName
from clinical.permissions import REFERENCE_EDITOR, REFERENCE_REVIEWER
from clinical.reference_cases import entry_faults, file_faults
from clinical.reference_files import FOLDER
from clinical.snapshots import current_rules, current_version
from tests import factories
from tests.clinical import publishing

TRAMADOL = "tramadol-leaf-user-takes-tramadol"
CASE = {"kratom": [{"product": "leaf_powder"}], "medications": ["tramadol"]}


@pytest.fixture
def editor(db):
    return publishing.editor()


def fires_on_nothing_much(code: str) -> dict:
    """The rule moved to a substance that none of its cases takes."""
    entry = publishing.entry_in_force(code)
    return {**entry, "objects": [{**entry["objects"][0], "kind": "substance", "keys": ["amoxicillin"]}]}


@pytest.mark.django_db
def test_shipped_library_is_loaded_and_holds():
    answer = run_library(current_rules())
    assert answer.ran == ReferenceCase.objects.count() > 300
    assert (answer.failures, answer.fallen_away) == ((), ())


def test_rule_that_fails_its_case_is_not_published(editor):
    before = current_version()
    with pytest.raises(editing.Unusable) as refused:
        editing.revise_rule(
            rule=publishing.rule_in_force("tramadol"), entry=fires_on_nothing_much("tramadol"), by=editor, reason="x"
        )
    assert "“tramadol” should speak and is silent" in str(refused.value)
    assert current_version() == before


def test_name_withdrawn_that_a_case_rests_on_is_not_stored(editor):
    name = SubstanceName.objects.filter(substance="tramadol", name__iexact="ultram").first()
    add_case(editor, "brand-case", {**CASE, "medications": ["Ultram"]}, fires=["tramadol"])
    with pytest.raises(editing.Unusable, match="brand-case"):
        editing.revise_row(row=name, values={"withdrawn": True}, by=editor, reason="x")
    name.refresh_from_db()
    assert not name.is_withdrawn


@pytest.mark.django_db
def test_file_that_fails_a_case_is_not_loaded(tmp_path):
    folder = tmp_path / "reference_data"
    shutil.copytree(FOLDER, folder)
    rules = yaml.safe_load((folder / "rules.yaml").read_text("utf-8"))
    entry = next(rule for rule in rules if rule["code"] == "tramadol")
    entry["objects"] = [{**entry["objects"][0], "kind": "substance", "keys": ["amoxicillin"]}]
    (folder / "rules.yaml").write_text(yaml.safe_dump(rules, allow_unicode=True), "utf-8")
    report = load(folder=folder)
    assert len(report.faults) == 1
    assert "“tramadol” should speak and is silent" in report.faults[0]
    assert ReferenceVersion.objects.count() == 1


def test_case_of_a_retired_rule_blocks_nothing_and_is_named(editor):
    answer = run_library_without("tramadol")
    assert any(line.startswith("tramadol: ") for line in answer.fallen_away)
    assert not any("tramadol" in failure.missing for failure in answer.failures)


def run_library_without(code: str):
    known = snapshots.read_knowledge(current_version())
    return run_library(snapshots.rules_of(knowledge_with(known, code=code, entry=None)))


def add_case(by, key: str, case: dict, fires=(), silent=()) -> ReferenceCase:
    values = {"key": key, "title": "what it shows", "case": case, "expects": {"fires": [*fires], "silent": [*silent]}}
    return editing.add_row(model=ReferenceCase, values=values, by=by, reason="seen in practice")


def test_added_case_runs_on_the_next_publish(editor):
    add_case(editor, "ours", CASE, silent=["quetiapine"])
    assert "ours" in {case.key for case in library_cases()}
    publishing.revise("quetiapine", editor, funding="none")


def test_case_that_does_not_hold_is_not_added(editor):
    with pytest.raises(editing.Unusable, match="ours .*“quetiapine” should speak and is silent"):
        add_case(editor, "ours", CASE, fires=["quetiapine"])
    assert not ReferenceCase.objects.filter(pk="ours").exists()


def test_withdrawn_case_is_not_run(editor):
    case = add_case(editor, "ours", CASE, fires=["tramadol"])
    editing.revise_row(row=case, values={"withdrawn": True}, by=editor, reason="x")
    assert "ours" not in {found.key for found in library_cases()}


FAULTY = {
    "another part": (
        {"key": "a", "title": "t", "case": {}, "expects": {"fires": ["tramadol"]}, "x": 1},
        "nothing else",
    ),
    "bad key": ({"key": "A b", "title": "t", "case": {}, "expects": {"fires": ["tramadol"]}}, "small letters"),
    "no title": ({"key": "a", "title": " ", "case": {}, "expects": {"fires": ["tramadol"]}}, "title is empty"),
    "unknown field": ({"key": "a", "title": "t", "case": {"x": 1}, "expects": {"fires": ["tramadol"]}}, "case: x"),
    "unknown rule": ({"key": "a", "title": "t", "case": {}, "expects": {"fires": ["nope"]}}, "“nope” is not a rule"),
    "expects nothing": ({"key": "a", "title": "t", "case": {}, "expects": {"fires": []}}, "cannot fail"),
    "both at once": (
        {"key": "a", "title": "t", "case": {}, "expects": {"fires": ["tramadol"], "silent": ["tramadol"]}},
        "stands twice",
    ),
    "no lists": ({"key": "a", "title": "t", "case": {}, "expects": {"fires": "tramadol"}}, "lists of rule codes"),
}


@pytest.mark.parametrize(("entry", "told"), FAULTY.values(), ids=FAULTY)
def test_faulty_case_says_what_is_wrong(entry, told):
    assert told in "; ".join(entry_faults(entry, {"tramadol"}))


def test_key_twice_in_the_file_is_named_with_its_place():
    entry = {"key": "a", "title": "t", "case": CASE, "expects": {"fires": ["tramadol"]}}
    assert list(file_faults([entry, entry], {"tramadol"})) == ["cases.yaml, entry 2 (a): this key stands twice"]


# ---- In the admin.


def test_editor_adds_a_case_in_the_admin(client, editor):
    client.force_login(editor)
    address = reverse("admin:clinical_referencecase_add")
    assert client.get(address).status_code == 200
    typed = {
        "key": "ours", "title": "Leaf and tramadol",
        "case": '{"kratom": [{"product": "tea"}], "medications": ["tramadol"]}',
        "expects": '{"fires": ["tramadol"], "silent": []}', "reason": "seen in practice",
    }  # fmt: skip
    answer = client.post(address, typed)
    assert answer.status_code == 302
    stored = ReferenceCase.objects.get(pk="ours")
    page = client.get(reverse("admin:clinical_referencecase_change", args=[stored.pk])).content.decode()
    assert "Holds." in page


def test_case_that_fails_in_the_admin_says_what_differs(client, editor):
    client.force_login(editor)
    typed = {
        "key": "ours", "title": "Leaf and tramadol", "case": '{"medications": ["tramadol"]}',
        "expects": '{"fires": ["tramadol"]}', "reason": "x",
    }  # fmt: skip
    answer = client.post(reverse("admin:clinical_referencecase_add"), typed, follow=True)
    assert "“tramadol” should speak and is silent" in answer.content.decode()
    assert not ReferenceCase.objects.filter(pk="ours").exists()


@pytest.mark.parametrize(("role", "status"), [(REFERENCE_EDITOR, 200), (REFERENCE_REVIEWER, 403)])
def test_who_may_add_a_case(role, status, client, db):
    client.force_login(factories.person(role))
    assert client.get(reverse("admin:clinical_referencecase_changelist")).status_code == 200
    assert client.get(reverse("admin:clinical_referencecase_add")).status_code == status


@pytest.mark.django_db
def test_every_rule_in_force_has_cases_in_the_library():
    named = {code for case in library_cases() for code in case.fires}
    assert set(InteractionRule.objects.filter(closed_at=None).values_list("code", flat=True)) <= named
