"""Interaction rules in the admin: read as they stood, changed through drafts on the workbench."""

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinical import snapshots
from clinical.actions import drafting
from clinical.admin.rule_form import RuleEditor
from clinical.models import InteractionRule, ReferenceVersion, RuleDraft
from clinical.permissions import AUDITOR, CLINICIAN, PRACTICE_ADMIN, REFERENCE_EDITOR, REFERENCE_REVIEWER
from clinical.rule_entries import entry_of
from tests import factories

pytestmark = pytest.mark.django_db
MOST_QUERIES = 30


@pytest.fixture
def editor(client):
    who = factories.person(REFERENCE_EDITOR)
    client.force_login(who)
    return who


@pytest.fixture
def reviewer(db):
    return factories.person(REFERENCE_REVIEWER)


@pytest.fixture
def rule():
    return InteractionRule.objects.get(code="tramadol", closed_at=None)


@pytest.fixture
def draft(editor, rule):
    return drafting.open_draft(rule=rule, by=editor, reason="new label")


def typed(draft, do="save", **values):
    """The workbench's form as a browser sends it unchanged, but for the values given."""
    editor = RuleEditor(entry=draft.entry, reason=draft.reason)
    data = {}
    for form in (editor.form, *editor.objects, *editor.modifiers):
        for field in form:
            value = form.fields[field.name].prepare_value(form[field.name].value())
            if value not in (None, False, ""):
                data[field.html_name] = [str(getattr(v, "pk", v)) for v in value] if isinstance(value, list) else value
    for rows in (editor.objects, editor.modifiers):
        data |= {field.html_name: field.value() for field in rows.management_form}
    return {**data, "seen_version": draft.version, "do": do, **values}


def posted(data):
    sent = QueryDict(mutable=True)
    for name, value in data.items():
        sent.setlist(name, value if isinstance(value, list) else [value])
    return sent


def page_of(rule, name="change"):
    return reverse(f"admin:clinical_interactionrule_{name}", args=(rule.pk,))


def bench(draft, name="change"):
    return reverse(f"admin:clinical_ruledraft_{name}", args=(draft.pk,))


def act(client, draft, do, **values):
    return client.post(bench(draft), {"seen_version": draft.version, "do": do, **values})


def now(draft):
    return RuleDraft.objects.get(pk=draft.pk)


# ---- Opening


def test_revising_asks_why_and_opens_a_draft_of_what_is_in_force(client, editor, rule):
    assert client.post(page_of(rule, "revise"), {"reason": ""}).status_code == 422
    answer = client.post(page_of(rule, "revise"), {"reason": "new label"})
    draft = RuleDraft.objects.get()
    assert answer["Location"] == bench(draft)
    assert (draft.based_on, draft.kind, draft.opened_by, draft.reason) == (rule, "revision", editor, "new label")
    assert {**draft.entry, "no_source_found": None} == {**entry_of(rule), "no_source_found": None}


def test_second_to_open_is_told_who_and_what(client, draft, rule):
    client.post(bench(draft), typed(draft, title="Tramadol, said anew"))
    second = factories.person(REFERENCE_EDITOR)
    client.force_login(second)
    page = client.get(page_of(rule, "revise")).content.decode()
    assert f"{draft.opened_by.get_full_name()} has a revision of this rule open" in page
    assert bench(draft) in page
    assert "kc-gone" in page
    assert "kc-new" in page
    client.post(page_of(rule, "revise"), {"reason": "mine"})
    assert RuleDraft.objects.count() == 2


@pytest.mark.parametrize(("code", "told"), [("tramadol", "never used twice"), ("Bad Code", "small letters")])
def test_new_rule_needs_a_code_of_its_own(client, editor, code, told):
    page = client.post(reverse("admin:clinical_interactionrule_new"), {"code": code, "reason": "x"})
    assert page.status_code == 422
    assert told in page.content.decode()
    assert not RuleDraft.objects.exists()


def test_new_rule_begins_with_everything_to_be_said(client, editor):
    client.post(reverse("admin:clinical_interactionrule_new"), {"code": "brand-new", "reason": "asked for"})
    draft = RuleDraft.objects.get(code="brand-new")
    page = client.get(bench(draft))
    fields = {fault.field for fault in page.context["page"].faults}
    assert {"title", "summary", "severity", "certainty", "contradiction", "sources", "objects"} <= fields


# ---- Writing


def test_form_left_as_it_is_says_what_is_stored(editor):
    for code in ("tramadol", "opioid-agonists", "naltrexone", "lithium"):
        rule = InteractionRule.objects.get(code=code, closed_at=None)
        draft = drafting.open_draft(rule=rule, by=editor, reason="x")
        form = RuleEditor(entry=draft.entry, data=posted(typed(draft)))
        assert form.is_valid(), (form.form.errors, form.objects.errors, form.modifiers.errors)
        assert {**form.entry(), "code": code} == draft.entry


def test_saving_keeps_what_was_typed_and_publishes_nothing(client, draft, rule):
    version = snapshots.current_version()
    answer = client.post(bench(draft), typed(draft, title="Tramadol, said anew", severity="contraindicated"))
    assert answer.status_code == 302
    assert (now(draft).entry["title"], now(draft).entry["severity"]) == ("Tramadol, said anew", "contraindicated")
    assert snapshots.current_version() == version
    page = client.get(bench(draft)).content.decode()
    assert "[taken out:]" in page
    assert "[new:]" in page


def test_second_writer_sees_both_and_loses_nothing(client, draft):
    late = typed(draft, title="Second title")
    client.post(bench(draft), typed(draft, title="First title"))
    page = client.post(bench(draft), late)
    content = page.content.decode()
    assert page.status_code == 422
    assert f"{draft.opened_by.get_full_name()} saved this draft after you opened it" in content
    assert 'value="Second title"' in content
    assert {row.name for row in page.context["page"].theirs} == {"title"}
    assert now(draft).entry["title"] == "First title"
    again = typed(now(draft), title="Second title")
    assert client.post(bench(draft), again).status_code == 302
    assert now(draft).entry["title"] == "Second title"


def test_more_rows_work_without_scripts(client, draft):
    page = client.post(bench(draft), typed(draft, title="Typed so far", more_objects="1"))
    rows = int(typed(draft)["objects-TOTAL_FORMS"])
    assert page.status_code == 200
    assert "Typed so far" in page.content.decode()
    assert f'name="objects-{rows + 1}-keys"' in page.content.decode()
    assert now(draft).version == draft.version


@pytest.mark.parametrize(
    ("values", "field", "told"),
    [
        ({"reason": " "}, "reason", "Say why"),
        ({"summary": " "}, "summary", "summary is empty"),
        ({"certainty": ""}, "certainty", "needs a certainty"),
        ({"objects-0-keys": "unheard of"}, "objects-0-keys", "“unheard of” does not exist"),
        ({"objects-0-products": "brick"}, "objects-0-products", "“brick” is not known"),
        ({"objects-0-refines": "tramadol"}, "objects-0-refines", "cannot replace itself"),
        ({"objects-0-DELETE": "on"}, "objects", "fires on nothing"),
        ({"sources": []}, "sources", "name a source"),
        ({}, "", "Nothing is different"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_faulty_draft_is_saved_and_not_sent_with_the_field_named(client, draft, values, field, told):
    page = client.post(bench(draft), typed(draft, do="send", **values))
    assert page.status_code == 422
    assert any(told in words for words in page.context["page"].editor.faults[field])
    assert told in page.content.decode()
    assert now(draft).state == "draft"


def test_impossible_choice_is_not_saved(client, draft):
    page = client.post(bench(draft), typed(draft, severity="dreadful", title="Kept in the form"))
    assert page.status_code == 422
    assert "Kept in the form" in page.content.decode()
    assert now(draft).version == draft.version


def test_first_words_are_a_hint_only(client, draft):
    assert "A hint, not a refusal" not in client.get(bench(draft)).content.decode()
    client.post(bench(draft), typed(draft, title="Something may happen to somebody at some time"))
    page = client.get(bench(draft)).content.decode()
    assert "A hint, not a refusal" in page
    assert "behind a colon in the heading" in page
    assert act(client, now(draft), "discard").status_code == 302


# ---- Reviewing and publishing


def sent(client, draft, **words):
    client.post(bench(draft), typed(draft, do="send", **(words or {"title": "Tramadol, said anew"})))
    assert now(draft).state == "in_review"
    return now(draft)


def test_reviewer_publishes_what_the_editor_sent(client, draft, rule, reviewer):
    waiting = sent(client, draft)
    assert "another person approves it" not in client.get(bench(draft)).content.decode()
    assert 'value="approve"' not in client.get(bench(draft)).content.decode()
    client.force_login(reviewer)
    assert 'value="approve"' in client.get(bench(draft)).content.decode()
    assert act(client, waiting, "approve", said="Agreed.").status_code == 302
    opened = InteractionRule.objects.get(code="tramadol", closed_at=None)
    assert (opened.revision, opened.title) == (rule.revision + 1, "Tramadol, said anew")
    assert ReferenceVersion.objects.latest("number").published_by == reviewer
    assert "Published as revision 2" in client.get(bench(draft)).content.decode()


def test_sending_back_asks_for_a_note(client, draft, reviewer):
    waiting = sent(client, draft)
    client.force_login(reviewer)
    assert "Say what is to be changed" in act(client, waiting, "send_back").content.decode()
    assert act(client, waiting, "send_back", said="Name the dose.").status_code == 302
    assert (now(draft).state, now(draft).review_note) == ("draft", "Name the dose.")


def test_writer_who_reviews_too_is_refused(client, rule):
    both = factories.person(REFERENCE_EDITOR, REFERENCE_REVIEWER)
    client.force_login(both)
    waiting = sent(client, drafting.open_draft(rule=rule, by=both, reason="alone"))
    page = client.get(bench(waiting)).content.decode()
    assert "another person approves it" in page
    assert act(client, waiting, "approve").status_code == 403
    assert now(waiting).state == "in_review"


def test_draft_whose_base_moved_shows_three_wordings_and_is_rebased(client, editor, draft, rule, reviewer):
    other = drafting.open_draft(rule=rule, by=editor, reason="other")
    first = sent(client, other, title="First of two")
    late = sent(client, draft, action="Second of two.", title="Second title")
    client.force_login(reviewer)
    act(client, first, "approve")
    page = act(client, late, "approve")
    assert page.status_code == 422
    rows = {row.name: row.both for row in page.context["page"].threefold}
    assert rows == {"title": True, "action": False}
    client.force_login(editor)
    assert act(client, late, "rebase").status_code == 302
    assert (now(draft).entry["title"], now(draft).entry["action"]) == ("Second title", "Second of two.")
    assert now(draft).based_on.title == "First of two"


def test_retired_rule_is_still_read(client, editor, reviewer):
    rule = InteractionRule.objects.get(code="quetiapine", closed_at=None)
    client.post(page_of(rule, "retire"), {"reason": "withdrawn from the market"})
    draft = RuleDraft.objects.get()
    assert "Only the reason can be changed" in client.get(bench(draft)).content.decode()
    sent(client, draft, reason="Withdrawn from every market")
    client.force_login(reviewer)
    act(client, now(draft), "approve")
    assert not InteractionRule.objects.filter(code="quetiapine", closed_at=None).exists()
    page = client.get(reverse("clinical:evidence", args=("quetiapine",))).content.decode()
    assert "it flags nothing any more" in page
    assert "Withdrawn from every market" in page
    assert "An earlier wording" not in page
    assert now(draft).reason == "Withdrawn from every market"


# ---- As a clinician will see it


def test_preview_is_the_flag_of_the_consultation_page(client, draft):
    client.post(bench(draft), typed(draft, title="Tramadol, said anew", action="Ask first."))
    page = client.get(bench(draft, "preview"))
    assert page.status_code == 200
    assert "clinical/_flag.html" in [template.name for template in page.templates]
    assert "Tramadol, said anew" in page.content.decode()
    assert "Ask first." in page.content.decode()
    assert "frame-ancestors 'self'" in page["Content-Security-Policy"]


def test_every_rule_in_force_has_a_preview(editor):
    from clinical.rule_preview import flag_of

    silent = {
        rule.code
        for rule in InteractionRule.objects.filter(closed_at=None).prefetch_related("sources", "modifiers")
        if flag_of(entry_of(rule)) is None and (rule.severity, rule.certainty) != ("minor", "none-found")
    }
    assert silent == set()


def test_evidence_page_shows_the_draft_and_stores_nothing(client, draft, rule):
    client.post(bench(draft), typed(draft, title="Tramadol, said anew"))
    version = snapshots.current_version()
    page = client.get(bench(draft, "evidence")).content.decode()
    assert "<h1>Tramadol, said anew</h1>" in page
    assert InteractionRule.objects.filter(code="tramadol").count() == 1
    assert InteractionRule.objects.get(pk=rule.pk).closed_at is None
    assert snapshots.current_version() == version


def test_reach_is_told_by_name(client, editor):
    rule = InteractionRule.objects.get(code="opioid-agonists", closed_at=None)
    draft = drafting.open_draft(rule=rule, by=editor, reason="x")
    page = client.get(bench(draft))
    assert page.context["page"].reached > 10
    assert "morphine" in page.content.decode()


@pytest.mark.parametrize("code", ["tramadol", "opioid-agonists", "qt-prolonging-drugs"])
def test_workbench_asks_few_questions_whatever_the_rule(client, editor, code):
    rule = InteractionRule.objects.get(code=code, closed_at=None)
    draft = drafting.open_draft(rule=rule, by=editor, reason="x")
    client.get(bench(draft))
    with CaptureQueriesContext(
        connection,
    ) as asked:
        client.get(bench(draft))
    assert len(asked) <= MOST_QUERIES


# ---- Who may


@pytest.mark.parametrize("role", [CLINICIAN, REFERENCE_EDITOR, REFERENCE_REVIEWER, PRACTICE_ADMIN, AUDITOR])
def test_pages_by_role(client, editor, rule, role):
    draft = drafting.open_draft(rule=rule, by=editor, reason="x")
    client.force_login(factories.person(role))
    reads, writes = role != CLINICIAN, role == REFERENCE_EDITOR
    for address in (bench(draft), bench(draft, "preview"), reverse("admin:clinical_ruledraft_changelist")):
        assert (client.get(address).status_code == 200) is reads, address
    for address in (page_of(rule, "revise"), page_of(rule, "retire"), reverse("admin:clinical_interactionrule_new")):
        assert (client.get(address).status_code == 200) is writes, address
    client.post(bench(draft), typed(draft, title="Tried"))
    assert (now(draft).entry["title"] == "Tried") is writes
    assert act(client, now(draft), "approve").status_code in ((422,) if role == REFERENCE_REVIEWER else (302, 403))
    assert InteractionRule.objects.get(pk=rule.pk).closed_at is None
    assert now(draft).state == "draft"


# ---- The list and one revision


def published(client, draft, reviewer, **words):
    waiting = sent(client, draft, **words)
    drafting.approve(draft=waiting, by=reviewer, version=waiting.version)


def test_revision_in_the_admin_is_for_reading(client, editor, rule):
    page = client.get(page_of(rule))
    content = page.content.decode()
    assert 'name="title"' not in content
    assert page_of(rule, "revise") in content
    assert page_of(rule, "retire") in content
    assert f"{reverse('clinical:evidence', args=('tramadol',))}?revision=1" in content
    assert client.post(page_of(rule), {"title": "x"}).status_code == 403


def test_closed_revision_leads_to_the_open_one(client, draft, rule, reviewer):
    published(client, draft, reviewer)
    opened = InteractionRule.objects.get(code="tramadol", closed_at=None)
    assert client.get(page_of(rule, "revise"))["Location"] == page_of(opened)


def test_history_leads_to_each_revision(client, draft, rule, reviewer):
    published(client, draft, reviewer)
    content = client.get(page_of(rule)).content.decode()
    for revision in (1, 2):
        address = f"{reverse('clinical:evidence', args=('tramadol',))}?revision={revision}"
        assert f'<div><a href="{address}">Revision {revision}</a>' in content
    assert "new label" in content


@pytest.mark.parametrize(
    ("query", "revisions"), [({}, {2}), ({"state": "closed"}, {1}), ({"state": "all"}, {1, 2})], ids=str
)
def test_list_shows_what_is_in_force_unless_asked(client, draft, reviewer, query, revisions):
    published(client, draft, reviewer)
    shown = client.get(reverse("admin:clinical_interactionrule_changelist"), {"q": "tramadol", **query})
    assert {r.revision for r in shown.context["cl"].queryset if r.code == "tramadol"} == revisions


@pytest.mark.parametrize("wanted", ["naltrexone", "opioid_agonist", "Pregnancy"])
def test_list_is_searched_by_what_a_rule_fires_on(client, editor, wanted):
    shown = client.get(reverse("admin:clinical_interactionrule_changelist"), {"q": wanted})
    codes = [r.code for r in shown.context["cl"].queryset]
    assert codes
    assert len(codes) == len(set(codes))


def test_past_run_is_untouched_by_a_revision(client, draft, reviewer):
    visit = factories.signed_visit(factories.clinician())
    before = visit.signed_run.result
    published(client, draft, reviewer, title="Other words")
    visit.signed_run.refresh_from_db()
    assert visit.signed_run.result == before
    assert "Other words" not in str(before)
