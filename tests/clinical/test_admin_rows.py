"""Plain reference rows in the admin: a reason, the old wording kept, a new version, and no overwriting."""

import json

import pytest
from django.contrib.admin.models import LogEntry
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from clinical import snapshots
from clinical.actions import editing
from clinical.actions.consultation import ChangedByAnother
from clinical.actions.reference import load
from clinical.models import (
    AuditEvent,
    Condition,
    ReferenceChange,
    ReferenceTable,
    Role,
    Source,
    Substance,
    SubstanceRole,
)
from clinical.permissions import CLINICIAN, REFERENCE_EDITOR
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    who = factories.person(REFERENCE_EDITOR)
    client.force_login(who)
    return who


@pytest.fixture
def source():
    return Source.objects.order_by("pk")[0]


def typed(row, **values):
    """The change form of a source as it would be sent."""
    columns = [column.name for column in row._meta.fields if column.editable and not column.primary_key]
    known = {name: getattr(row, name) for name in columns if getattr(row, name) is not None}
    return {**known, "reason": "read again", "seen_revision": row.revision, **values}


def change(client, row, data):
    return client.post(reverse(f"admin:clinical_{row._meta.model_name}_change", args=(row.pk,)), data)


def test_change_keeps_the_old_wording_and_publishes(client, editor, source):
    version = snapshots.current_version()
    assert change(client, source, typed(source, citation="A better citation")).status_code == 302
    stored = Source.objects.get(pk=source.pk)
    kept = ReferenceChange.objects.latest("id")
    event = AuditEvent.objects.latest("id")
    assert (stored.citation, stored.revision, stored.is_revised) == ("A better citation", source.revision + 1, True)
    assert (kept.before["citation"], kept.after["citation"]) == (source.citation, "A better citation")
    assert (kept.reason, kept.by, kept.key, kept.revision) == ("read again", editor, source.pk, stored.revision)
    assert snapshots.current_version() == version + 1
    assert (event.act, event.record, event.changed, event.by) == ("revised", "source", ["citation"], editor)
    assert LogEntry.objects.get().change_message == "citation: read again"


def test_change_without_reason_is_refused(client, editor, source):
    page = change(client, source, typed(source, citation="Another", reason=" "))
    assert page.context["adminform"].errors["reason"]
    assert Source.objects.get(pk=source.pk).citation == source.citation


def test_second_editor_is_told(client, editor, source):
    late = typed(source, citation="Second")
    change(client, source, typed(source, citation="First"))
    page = change(client, source, late)
    assert "Somebody changed this entry" in str(page.context["adminform"].errors)
    assert Source.objects.get(pk=source.pk).citation == "First"


def test_second_editor_between_check_and_write_is_told(editor, source):
    seen = Source.objects.get(pk=source.pk)
    editing.revise_row(row=source, values={"citation": "First"}, by=editor, reason="one")
    with pytest.raises(ChangedByAnother):
        editing.revise_row(row=seen, values={"citation": "Second"}, by=editor, reason="two")
    assert Source.objects.get(pk=source.pk).citation == "First"


def test_refusal_of_the_write_is_shown_on_the_form(client, editor, source, monkeypatch):
    def refuse(**_values):
        raise ChangedByAnother("Somebody was faster.")

    monkeypatch.setattr(editing, "revise_row", refuse)
    page = client.post(
        reverse("admin:clinical_source_change", args=(source.pk,)), typed(source, citation="New"), follow=True
    )
    assert "Somebody was faster." in page.content.decode()


def test_nothing_different_writes_nothing(client, editor, source):
    version = snapshots.current_version()
    page = change(client, source, typed(source))
    assert "Nothing is different" in str(page.context["adminform"].errors)
    editing.revise_row(row=source, values={"citation": source.citation}, by=editor, reason="none")
    assert snapshots.current_version() == version
    assert not ReferenceChange.objects.exists()


def test_loading_the_files_never_overwrites_a_revised_row(editor, source):
    editing.revise_row(row=source, values={"citation": "Ours"}, by=editor, reason="better")
    report = load()
    assert Source.objects.get(pk=source.pk).citation == "Ours"
    assert report.faults == []


def test_added_row_is_kept_and_published(client, editor):
    version = snapshots.current_version()
    role, source = Role.objects.order_by("pk")[0], Source.objects.order_by("pk")[0]
    substance = Substance.objects.exclude(roles__role=role).order_by("pk")[0]
    data = {
        "substance": substance.pk, "role": role.pk, "strength": "", "source_id_text": source.pk, "source_url": "",
        "other_sources": "", "note": "", "reason": "stands in the label",
    }  # fmt: skip
    shown = client.post(reverse("admin:clinical_substancerole_add"), data)
    assert not SubstanceRole.objects.filter(substance=substance, role=role).exists()
    data["effects_seen"] = shown.context["effects"]["digest"]
    assert client.post(reverse("admin:clinical_substancerole_add"), data).status_code == 302
    added = SubstanceRole.objects.get(substance=substance, role=role)
    kept = ReferenceChange.objects.latest("id")
    assert (added.revision, added.loaded_digest) == (1, "")
    assert (kept.before, kept.after["substance"], kept.after["role"]) == ({}, substance.pk, role.pk)
    assert snapshots.current_version() == version + 1
    assert AuditEvent.objects.latest("id").act == "created"


def test_source_that_does_not_exist_is_refused(client, editor):
    row = SubstanceRole.objects.order_by("pk")[0]
    data = {"strength": row.strength, "source_id_text": "nowhere", "source_url": "", "other_sources": "", "note": ""}
    page = change(client, row, {**data, "reason": "better source", "seen_revision": row.revision})
    assert "source_id_text" in page.context["adminform"].errors


@pytest.mark.parametrize(
    ("page", "field", "typed", "found"),
    [
        ("substancename", "substance", "tramadol", "tramadol"),
        ("substancename", "substance", "trama", "tramadol"),
        ("substancerole", "substance", "amoxi", "amoxicillin"),
        ("substancerole", "role", "opioid_ag", "opioid_agonist"),
        ("substance", "components", "caffeine", "caffeine"),
    ],
)
def test_choice_with_a_search_finds_and_keeps_an_order(client, editor, page, field, typed, found):
    asked = {"term": typed, "app_label": "clinical", "model_name": page, "field_name": field}
    answer = client.get(reverse("admin:autocomplete"), asked)
    assert [row["id"] for row in answer.json()["results"]][0] == found


def test_kind_and_route_of_a_name_are_chosen_not_typed(client, editor):
    address = reverse("admin:clinical_substancename_add")
    form = client.get(address).context["adminform"].form
    kinds, routes = ([value for value, _words in form.fields[name].choices] for name in ("kind", "route"))
    assert {"brand", "street", "synonym"} <= set(kinds)
    assert routes[:1] == [""]
    assert "topical" in routes
    data = {"name": "Blorb", "substance": "tramadol", "kind": "bran", "route": "eye", "reason": "new"}
    refused = client.post(address, data).context["adminform"].form
    assert set(refused.errors) == {"kind", "route"}


def test_key_that_exists_is_refused(editor, source):
    with pytest.raises(ChangedByAnother):
        editing.add_row(model=Source, values={"key": source.pk, "citation": "x"}, by=editor, reason="again")


def test_parts_of_a_combination_are_kept_too(editor):
    whole = Substance.objects.filter(components__isnull=False).order_by("pk")[0]
    before = sorted(whole.components.values_list("pk", flat=True))
    fewer = list(whole.components.order_by("pk")[:1])
    editing.revise_row(row=whole, values={"components": fewer}, by=editor, reason="one part only")
    kept = ReferenceChange.objects.latest("id")
    assert (kept.before["components"], kept.after["components"]) == (before, [fewer[0].pk])
    assert list(whole.components.all()) == fewer


def test_lists_are_typed_with_semicolons(client, editor):
    row = Condition.objects.exclude(synonyms=[]).order_by("pk")[0]
    lists = ("synonyms", "icd10cm", "modifiers", "safety", "complicated", "tier_high")
    data = {name: ";".join(getattr(row, name)) for name in lists}
    data |= {"label": row.label, "note": row.note, "reason": "another word", "seen_revision": row.revision}
    change(client, row, {**data, "synonyms": f"{data['synonyms']}; another, with a comma"})
    stored = Condition.objects.get(pk=row.pk)
    assert stored.synonyms == [*row.synonyms, "another, with a comma"]
    assert stored.icd10cm == row.icd10cm


@pytest.mark.parametrize(
    "broken", [{}, {"prompts": [], "parameters": [1]}, []], ids=["part missing", "part emptied", "no parts"]
)
def test_table_that_lost_a_part_is_refused(client, editor, broken):
    row = ReferenceTable.objects.get(pk="safety")
    data = {"content": json.dumps(broken), "reason": "try", "seen_revision": row.revision}
    page = change(client, row, data)
    assert "content" in page.context["adminform"].errors


def test_table_that_screening_cannot_read_changes_nothing(client, editor):
    row = ReferenceTable.objects.get(pk="exposure")
    version = snapshots.current_version()
    content = {**row.content, "units": [{"unit": "bucket"}]}
    data = {"content": json.dumps(content), "reason": "try", "seen_revision": row.revision}
    page = client.post(reverse("admin:clinical_referencetable_change", args=(row.pk,)), data, follow=True)
    assert "Screening could not read this" in page.content.decode()
    assert ReferenceTable.objects.get(pk="exposure").content == row.content
    assert snapshots.current_version() == version
    assert not ReferenceChange.objects.exists()


def test_before_and_after_stand_side_by_side(client, editor, source):
    change(client, source, typed(source, citation="A better citation"))
    kept = ReferenceChange.objects.latest("id")
    page = client.get(reverse("admin:clinical_referencechange_change", args=(kept.pk,))).content.decode()
    assert "A better citation" in page
    assert ">before<" in page


def test_clinician_may_not_edit(source):
    with pytest.raises(PermissionDenied):
        editing.revise_row(row=source, values={"citation": "x"}, by=factories.person(CLINICIAN), reason="x")
    with pytest.raises(PermissionDenied):
        editing.add_row(model=Source, values={"key": "x"}, by=factories.person(CLINICIAN), reason="x")
