"""Interaction rules in the admin: read as they stood, revised by closing and opening."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import QueryDict
from django.urls import reverse

from clinical import snapshots
from clinical.actions import editing
from clinical.actions.consultation import ChangedByAnother
from clinical.admin.rule_form import RuleEditor, entry_of
from clinical.models import AuditEvent, InteractionRule
from clinical.permissions import AUDITOR, CLINICIAN, REFERENCE_EDITOR
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    who = factories.person(REFERENCE_EDITOR)
    client.force_login(who)
    return who


@pytest.fixture
def rule():
    return InteractionRule.objects.get(code="tramadol", closed_at=None)


def typed(rule, **values):
    """The revise form as a browser sends it unchanged, but for the values given."""
    editor = RuleEditor(rule=rule)
    data = {}
    for form in (editor.form, *editor.objects, *editor.modifiers):
        for field in form:
            value = form[field.name].value()
            value = form.fields[field.name].prepare_value(value)
            if value not in (None, False, ""):
                data[field.html_name] = [str(getattr(v, "pk", v)) for v in value] if isinstance(value, list) else value
    for rows in (editor.objects, editor.modifiers):
        data |= {field.html_name: field.value() for field in rows.management_form}
    sent = QueryDict(mutable=True)
    for name, value in {**data, "reason": "new label", **values}.items():
        sent.setlist(name, value if isinstance(value, list) else [value])
    return sent.dict() | {"sources": sent.getlist("sources")}


def page_of(rule, name="revise"):
    return reverse(f"admin:clinical_interactionrule_{name}", args=(rule.pk,))


def test_form_left_as_it_is_says_what_is_stored(editor):
    for code in ("tramadol", "opioid-agonists", "naltrexone"):
        rule = InteractionRule.objects.get(code=code, closed_at=None)
        data = QueryDict(mutable=True)
        for name, value in typed(rule).items():
            data.setlist(name, value if isinstance(value, list) else [value])
        form = RuleEditor(rule=rule, data=data)
        assert form.is_valid(), (form.form.errors, form.objects.errors, form.modifiers.errors)
        assert not form.has_changed
        assert form.entry() == entry_of(InteractionRule.objects.get(pk=rule.pk))


def test_revising_closes_the_old_and_opens_the_next(client, editor, rule):
    version = snapshots.current_version()
    before = entry_of(rule)
    answer = client.post(page_of(rule), typed(rule, title="Tramadol: say it better", severity="contraindicated"))
    opened = InteractionRule.objects.get(code="tramadol", closed_at=None)
    assert answer["Location"] == page_of(opened, "change")
    old = InteractionRule.objects.get(pk=rule.pk)
    event = AuditEvent.objects.latest("id")
    assert old.closed_at is not None
    assert entry_of(old) == before
    assert entry_of(opened) == {**before, "title": "Tramadol: say it better", "severity": "contraindicated"}
    assert (opened.revision, opened.reason, opened.opened_by) == (rule.revision + 1, "new label", editor)
    assert opened.loaded_digest == ""
    assert snapshots.current_version() == version + 1
    assert (event.act, event.record, event.by) == ("revised", "interactionrule", editor)


def test_page_shows_the_old_words_beside_the_new(client, editor, rule):
    page = client.get(page_of(rule)).content.decode()
    assert page.count(rule.title.split(":")[0]) >= 2
    assert 'name="objects-0-keys"' in page
    assert "In force" in page


def test_words_in_force_stay_beside_a_refused_form(client, editor, rule):
    page = client.post(page_of(rule), typed(rule, title="Brand new title", reason=""))
    assert page.status_code == 422
    lines = {field.name: (field.value(), old) for field, old in page.context["lines"]}
    assert lines["title"] == ("Brand new title", rule.title)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"reason": ""}, "This field is required"),
        ({"summary": " "}, "This field is required"),
        ({"objects-0-keys": "unheard of"}, "“unheard of” does not exist"),
        ({"objects-0-products": "brick"}, "products: “brick” is not known"),
        ({"objects-0-DELETE": "on"}, "fires on nothing"),
        ({}, "Nothing is different"),
        ({"modifiers-0-effect": "shout"}, "Select a valid choice"),
    ],
    ids=["no reason", "no summary", "unknown key", "unknown product", "no objects", "no difference", "unknown effect"],
)
def test_faulty_revision_is_refused_in_words(client, editor, rule, values, told):
    page = client.post(page_of(rule), typed(rule, **values))
    assert page.status_code == 422
    assert told in page.content.decode()
    assert InteractionRule.objects.filter(code="tramadol").count() == 1


def test_second_editor_is_told_and_keeps_what_was_typed(client, editor, rule):
    late = typed(rule, title="Second title")
    client.post(page_of(rule), typed(rule, title="First title"))
    page = client.post(page_of(rule), late)
    assert page.status_code == 422
    assert "Somebody revised this rule" in page.content.decode()
    assert "Second title" in page.content.decode()
    assert InteractionRule.objects.get(code="tramadol", closed_at=None).title == "First title"


def test_closed_revision_leads_to_the_open_one(client, editor, rule):
    client.post(page_of(rule), typed(rule, title="First title"))
    opened = InteractionRule.objects.get(code="tramadol", closed_at=None)
    assert client.get(page_of(rule))["Location"] == page_of(opened)
    with pytest.raises(ChangedByAnother):
        editing.revise_rule(rule=rule, entry=entry_of(opened), by=editor, reason="again")


def test_fault_in_the_trial_reading_undoes_everything(editor, rule):
    version = snapshots.current_version()
    entry = {**entry_of(rule), "title": "x"}
    entry["objects"][0]["refines"] = ["tramadol"]
    with pytest.raises(editing.Unusable):
        editing.revise_rule(rule=rule, entry=entry, by=editor, reason="circle")
    assert InteractionRule.objects.get(pk=rule.pk).closed_at is None
    assert snapshots.current_version() == version


def test_more_rows_work_without_scripts(client, editor, rule):
    page = client.post(page_of(rule), typed(rule, title="Typed so far", more_objects="1"))
    content = page.content.decode()
    assert page.status_code == 200
    assert "Typed so far" in content
    rows = int(typed(rule)["objects-TOTAL_FORMS"])
    assert f'name="objects-{rows + 1}-keys"' in content
    assert InteractionRule.objects.filter(code="tramadol").count() == 1


def test_new_rule_opens_at_revision_one(client, editor, rule):
    data = typed(rule, code="tramadol-again", title="Once more")
    assert client.post(reverse("admin:clinical_interactionrule_new"), data).status_code == 302
    assert InteractionRule.objects.get(code="tramadol-again").revision == 1
    again = client.post(reverse("admin:clinical_interactionrule_new"), data)
    assert "is taken" in again.content.decode()


def test_revision_in_the_admin_is_for_reading(client, editor, rule):
    page = client.get(page_of(rule, "change"))
    content = page.content.decode()
    assert 'name="title"' not in content
    assert page_of(rule) in content
    assert f"{reverse('clinical:evidence', args=('tramadol',))}?revision=1" in content
    assert client.post(page_of(rule, "change"), {"title": "x"}).status_code == 403


def test_history_leads_to_each_revision(client, editor, rule):
    client.post(page_of(rule), typed(rule, title="Next"))
    content = client.get(page_of(rule, "change")).content.decode()
    for revision in (1, 2):
        address = f"{reverse('clinical:evidence', args=('tramadol',))}?revision={revision}"
        assert f'<div><a href="{address}">Revision {revision}</a>' in content
    assert "new label" in content


def test_auditor_reads_and_cannot_revise(client, rule):
    client.force_login(factories.person(AUDITOR))
    content = client.get(page_of(rule, "change")).content.decode()
    assert page_of(rule) not in content
    assert client.get(page_of(rule)).status_code == 403
    assert client.post(page_of(rule), {}).status_code == 403
    assert client.get(reverse("admin:clinical_interactionrule_new")).status_code == 403


def test_clinician_cannot_write_rules(rule):
    who = factories.person(CLINICIAN)
    with pytest.raises(PermissionDenied):
        editing.revise_rule(rule=rule, entry=entry_of(rule), by=who, reason="x")
    with pytest.raises(PermissionDenied):
        editing.add_rule(entry=entry_of(rule), by=who, reason="x")


@pytest.mark.parametrize(
    ("query", "revisions"), [({}, {2}), ({"state": "closed"}, {1}), ({"state": "all"}, {1, 2})], ids=str
)
def test_list_shows_what_is_in_force_unless_asked(client, editor, rule, query, revisions):
    client.post(page_of(rule), typed(rule, title="Next"))
    shown = client.get(reverse("admin:clinical_interactionrule_changelist"), {"q": "tramadol", **query})
    assert {r.revision for r in shown.context["cl"].queryset if r.code == "tramadol"} == revisions


@pytest.mark.parametrize("wanted", ["naltrexone", "opioid_agonist", "Pregnancy"])
def test_list_is_searched_by_what_a_rule_fires_on(client, editor, wanted):
    shown = client.get(reverse("admin:clinical_interactionrule_changelist"), {"q": wanted})
    codes = [r.code for r in shown.context["cl"].queryset]
    assert codes
    assert len(codes) == len(set(codes))


def test_past_run_is_untouched_by_a_revision(editor, rule):
    visit = factories.signed_visit(factories.clinician())
    before = visit.signed_run.result
    editing.revise_rule(rule=rule, entry={**entry_of(rule), "title": "Other words"}, by=editor, reason="better")
    visit.signed_run.refresh_from_db()
    assert visit.signed_run.result == before
    assert "Other words" not in str(before)
