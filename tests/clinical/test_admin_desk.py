"""A substance with its names and roles on one page: one reason, one version, the effects looked at first."""

import pytest
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import Count
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinical import snapshots
from clinical.actions import editing
from clinical.actions.consultation import ChangedByAnother
from clinical.actions.reference import load
from clinical.admin.role_look import route_words
from clinical.models import AuditEvent, ReferenceChange, Role, Substance, SubstanceName, SubstanceRole
from clinical.permissions import AUDITOR, CLINICIAN, PRACTICE_ADMIN, REFERENCE_EDITOR, REFERENCE_REVIEWER
from clinical.screening.facts import Facts, KratomUse, Match, Product, Taken
from clinical.screening.routes import ROUTES, SYSTEMIC_ROUTES
from clinical.vocabulary import lookup
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    who = factories.person(REFERENCE_EDITOR)
    client.force_login(who)
    return who


@pytest.fixture
def tramadol():
    return Substance.objects.get(key="tramadol")


def page_of(row):
    return reverse(f"admin:clinical_{row._meta.model_name}_change", args=(admin.utils.quote(row.pk),))


def typed(page, **values):
    """Everything the open page would send, with these values instead."""
    data = {}
    for form in [page.context["adminform"].form, *page.context["inline_admin_formsets"]]:
        data |= _fields(getattr(form, "formset", form))
    return {**data, "reason": "read the label", **values}


def _fields(form):
    if hasattr(form, "management_form"):
        rows = [form.management_form, *form.forms]
        return {name: value for row in rows for name, value in _fields(row).items()}
    found = {}
    for bound in form:
        value = bound.value()
        if value is not None and value is not False and not bound.field.disabled:
            found[bound.html_name] = [str(one) for one in value] if isinstance(value, list) else value
    return found


def line_of(page, prefix, pk):
    """The number of the row that holds this key."""
    formset = next(f.formset for f in page.context["inline_admin_formsets"] if f.formset.prefix == prefix)
    return next(number for number, form in enumerate(formset.forms) if form.instance.pk == pk)


def new_line(page, prefix):
    formset = next(f.formset for f in page.context["inline_admin_formsets"] if f.formset.prefix == prefix)
    return formset.initial_form_count()


def fires(substance, product=Product.LEAF_POWDER):
    known = Facts(kratom=(KratomUse(product=product),), taken=(Taken(entered="x", substances=(substance,)),))
    rules = snapshots.rules_of(snapshots.read_knowledge(snapshots.current_version()))
    return {flag.rule for flag in snapshots.screen(known, rules).flags}


def test_names_and_roles_are_written_as_one_change(client, editor, tramadol):
    version = snapshots.current_version()
    page = client.get(page_of(tramadol))
    name = tramadol.names.order_by("pk")[0]
    changed, added = line_of(page, "names", name.pk), new_line(page, "names")
    data = typed(page, **{
        f"names-{changed}-kind": "synonym" if name.kind != "synonym" else "brand",
        f"names-{added}-name": "Floxblorb", f"names-{added}-kind": "brand",
    })  # fmt: skip
    assert client.post(page_of(tramadol), data).status_code == 302
    assert snapshots.current_version() == version + 1
    kept = ReferenceChange.objects.order_by("id")
    assert [(row.model, row.reason, row.by) for row in kept] == [("substancename", "read the label", editor)] * 2
    assert AuditEvent.objects.filter(record="substancename").count() == 2
    assert lookup.taken(entered="Floxblorb 50 mg").substances == ("tramadol",)
    assert SubstanceName.objects.get(pk=name.pk).revision == name.revision + 1


def test_page_left_alone_writes_nothing(client, editor, tramadol):
    version = snapshots.current_version()
    answer = client.post(page_of(tramadol), typed(client.get(page_of(tramadol))), follow=True)
    assert "Nothing is different" in answer.content.decode()
    assert snapshots.current_version() == version
    assert not ReferenceChange.objects.exists()


def test_faulty_row_stores_none_of_the_page(client, editor, tramadol):
    page = client.get(page_of(tramadol))
    line = new_line(page, "names")
    data = typed(page, unii="ABC", **{f"names-{line}-name": "Floxblorb", f"names-{line}-kind": "brand",
                                      f"names-{line}-route": "by moonlight"})  # fmt: skip
    answer = client.post(page_of(tramadol), data)
    assert answer.status_code == 200
    assert "by moonlight" in answer.content.decode()
    assert Substance.objects.get(pk="tramadol").unii == tramadol.unii
    assert not SubstanceName.objects.filter(name="Floxblorb").exists()


def test_second_person_on_a_row_is_told(client, editor, tramadol):
    page = client.get(page_of(tramadol))
    name = tramadol.names.order_by("pk")[0]
    editing.revise_row(row=name, values={"kind": "abbreviation"}, by=editor, reason="first")
    data = typed(page, **{f"names-{line_of(page, 'names', name.pk)}-kind": "salt"})
    answer = client.post(page_of(tramadol), data)
    assert "Somebody changed this entry" in answer.content.decode()
    assert SubstanceName.objects.get(pk=name.pk).kind == "abbreviation"


def test_new_substance_comes_with_its_names(client, editor):
    page = client.get(reverse("admin:clinical_substance_add"))
    data = typed(page, key="floxblorb", **{"names-0-name": "Floxo", "names-0-kind": "brand"})
    assert client.post(reverse("admin:clinical_substance_add"), data).status_code == 302
    assert lookup.taken(entered="floxo").substances == ("floxblorb",)
    assert AuditEvent.objects.filter(act="created", record="substance", record_key="floxblorb").exists()


@pytest.mark.parametrize("field", ["names", "roles"])
def test_withdrawn_row_is_left_out_and_can_be_put_back(client, editor, tramadol, field):
    row = SubstanceName.objects.get(name="Ultram", substance=tramadol) if field == "names" else (
        tramadol.roles.get(role="opioid_agonist"))  # fmt: skip

    def is_read():
        known = snapshots.read_knowledge(snapshots.current_version()).roles
        role = any((r.substance, r.role) == ("tramadol", "opioid_agonist") for r in known)
        return lookup.taken(entered="Ultram").match is Match.EXACT if field == "names" else role

    assert is_read()
    editing.revise_row(row=row, values={"withdrawn": True}, by=editor, reason="wrong")
    assert not is_read()
    row.refresh_from_db()
    assert "withdrawn" in str(ReferenceChange.objects.latest("id").after)
    assert (
        client.get(reverse(f"admin:clinical_{row._meta.model_name}_changelist"), {"q": "tramadol"})
        .context["cl"]
        .queryset.filter(pk=row.pk)
        .exists()
    )
    editing.revise_row(row=row, values={"withdrawn": False}, by=editor, reason="right after all")
    assert is_read()
    assert list(AuditEvent.objects.order_by("id").values_list("act", flat=True))[-2:] == ["withdrawn", "restored"]


def test_loading_the_files_never_brings_a_withdrawn_row_back(editor):
    row = SubstanceName.objects.get(name="Ultram", substance="tramadol")
    editing.revise_row(row=row, values={"withdrawn": True}, by=editor, reason="wrong")
    assert load().faults == []
    row.refresh_from_db()
    assert row.is_withdrawn


def test_role_change_shows_the_rules_before_it_is_stored(client, editor):
    amoxicillin = Substance.objects.get(key="amoxicillin")
    page = client.get(page_of(amoxicillin))
    line = new_line(page, "roles")
    data = typed(page, **{f"roles-{line}-role": "opioid_agonist", f"roles-{line}-source_id_text": ""})
    shown = client.post(page_of(amoxicillin), data)
    words = shown.content.decode()
    assert "What this change does to the rules" in words
    assert not amoxicillin.roles.filter(role="opioid_agonist").exists()
    leaf, seven_oh = ({row["effect"].rule for row in rows} for _title, rows in shown.context["effects"]["groups"])
    assert client.post(page_of(amoxicillin), {**data, "effects_seen": "0" * 32}).status_code == 200
    data["effects_seen"] = shown.context["effects"]["digest"]
    assert client.post(page_of(amoxicillin), data).status_code == 302
    assert leaf == fires("amoxicillin")
    assert seven_oh == fires("amoxicillin", Product.SEVEN_OH)
    assert leaf != seven_oh


def test_role_is_withdrawn_on_the_page_of_its_substance(client, editor, tramadol):
    row = tramadol.roles.get(role="opioid_agonist")
    page = client.get(page_of(tramadol))
    data = typed(page, **{f"roles-{line_of(page, 'roles', row.pk)}-withdrawn": "on"})
    shown = client.post(page_of(tramadol), data)
    assert shown.status_code == 200
    data["effects_seen"] = shown.context["effects"]["digest"]
    assert client.post(page_of(tramadol), data).status_code == 302
    kept = ReferenceChange.objects.get()
    assert (kept.model, kept.before, kept.after) == ("substancerole", {"withdrawn": False}, {"withdrawn": True})


def test_withdrawing_a_role_shows_what_ceases(client, editor, tramadol):
    row = tramadol.roles.get(role="opioid_agonist")
    page = client.get(page_of(row))
    shown = client.post(page_of(row), typed(page, withdrawn="on"))
    rows = [row for _title, rows in shown.context["effects"]["groups"] for row in rows]
    assert {row["effect"].what for row in rows} <= {"ceases", "begins", "changes"}
    assert not SubstanceRole.objects.get(pk=row.pk).is_withdrawn
    data = typed(page, withdrawn="on", effects_seen=shown.context["effects"]["digest"])
    assert client.post(page_of(row), data).status_code == 302
    assert SubstanceRole.objects.get(pk=row.pk).is_withdrawn


def test_effects_seen_on_an_older_version_are_shown_again(client, editor, tramadol):
    row = tramadol.roles.get(role="opioid_agonist")
    data = typed(client.get(page_of(row)), withdrawn="on")
    data["effects_seen"] = client.post(page_of(row), data).context["effects"]["digest"]
    editing.revise_row(row=tramadol, values={"unii": "OTHER"}, by=editor, reason="another change")
    assert "effects" in client.post(page_of(row), data).context
    assert not SubstanceRole.objects.get(pk=row.pk).is_withdrawn


def test_note_on_a_role_needs_no_look(client, editor, tramadol):
    row = tramadol.roles.order_by("pk")[0]
    assert client.post(page_of(row), typed(client.get(page_of(row)), note="seen again")).status_code == 302


def test_strength_outside_the_vocabulary_is_refused(client, editor, tramadol):
    row = tramadol.roles.get(role="opioid_agonist")
    answer = client.post(page_of(row), typed(client.get(page_of(row)), strength="enormous"))
    assert "not in the vocabulary" in answer.content.decode()


@pytest.mark.parametrize("role", [REFERENCE_REVIEWER, PRACTICE_ADMIN, AUDITOR])
def test_others_read_the_page_and_cannot_change_it(client, tramadol, role):
    client.force_login(factories.person(REFERENCE_EDITOR))
    data = typed(client.get(page_of(tramadol)), unii="OTHER")
    client.force_login(factories.person(role))
    page = client.get(page_of(tramadol))
    assert page.status_code == 200
    assert "Ultram" in page.content.decode()
    assert b'name="_save"' not in page.content
    assert client.post(page_of(tramadol), data).status_code == 403
    assert Substance.objects.get(pk="tramadol").unii == tramadol.unii


def test_clinician_neither_opens_nor_writes(client, tramadol):
    who = factories.person(CLINICIAN)
    client.force_login(who)
    assert client.get(page_of(tramadol)).status_code in (302, 403)
    with pytest.raises(PermissionDenied):
        editing.write_rows(writes=[editing.RowWrite(Role, {"key": "x"})], by=who, reason="x")


def test_same_row_added_twice_is_told_and_stores_nothing(editor, tramadol):
    write = editing.RowWrite(SubstanceName, {"name": "Floxblorb", "substance": tramadol, "kind": "brand"})
    with pytest.raises(ChangedByAnother):
        editing.write_rows(writes=[write, write], by=editor, reason="twice")
    assert not SubstanceName.objects.filter(name="Floxblorb").exists()
    assert not ReferenceChange.objects.exists()


@pytest.mark.parametrize(
    ("routes", "words"),
    [
        ((), "any route"),
        (("topical",), "topical"),
        (tuple(route for route in ROUTES if route in SYSTEMIC_ROUTES), "any systemic route"),
        (tuple(route for route in ROUTES if route in {*SYSTEMIC_ROUTES, "nasal"}), "any systemic route, nasal"),
        (("oral", "nasal"), "oral, nasal"),
    ],
)
def test_routes_are_told_in_few_words(routes, words):
    assert route_words(routes) == words


def test_page_asks_as_many_queries_with_many_rows(client, editor, django_assert_max_num_queries):
    few, many = (Substance.objects.annotate(n=Count("names")).order_by(order)[0] for order in ("n", "-n"))
    assert many.names.count() > few.names.count() + 5
    client.get(page_of(many))
    with CaptureQueriesContext(connection) as asked:
        assert client.get(page_of(few)).status_code == 200
    assert len(asked) <= 12
    with django_assert_max_num_queries(len(asked)):
        assert client.get(page_of(many)).status_code == 200
