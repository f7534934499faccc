"""The life of a rule: draft, review, published, retired; by whom, and what is refused on the way."""

import ast
from pathlib import Path

import pgtrigger
import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.utils import ProgrammingError

from clinical import snapshots
from clinical.actions import drafting, reference
from clinical.actions.consultation import ChangedByAnother
from clinical.models import AuditEvent, InteractionRule, ReferenceVersion, RuleDraft
from clinical.permissions import REFERENCE_EDITOR, REFERENCE_REVIEWER, ROLES
from clinical.rule_entries import entry_of
from tests import factories
from tests.clinical.test_publish_concurrency import at_once, committed  # noqa: F401

pytestmark = pytest.mark.django_db
State = RuleDraft.State
NEW_TITLE = "Quetiapine: said anew"


@pytest.fixture
def writer(db):
    return factories.person(REFERENCE_EDITOR)


@pytest.fixture
def reviewer(db):
    return factories.person(REFERENCE_REVIEWER)


@pytest.fixture
def both(db):
    return factories.person(REFERENCE_EDITOR, REFERENCE_REVIEWER)


@pytest.fixture
def really_published(committed):  # noqa: F811
    """Real commits; the drafts go before the revisions that came of them."""
    yield
    with pgtrigger.ignore():
        RuleDraft.objects.all().delete()


def rule_of(code="quetiapine"):
    return InteractionRule.objects.get(code=code, closed_at=None)


def opened(by, code="quetiapine", kind=RuleDraft.Kind.REVISION):
    return drafting.open_draft(rule=rule_of(code), by=by, reason="New label", kind=kind)


def saved(draft, by, **words):
    entry = {**draft.entry, **(words or {"title": NEW_TITLE})}
    return drafting.save_draft(draft=draft, entry=entry, reason=draft.reason, by=by, version=draft.version)


def in_review(by, code="quetiapine", **words):
    draft = saved(opened(by, code), by, **words)
    return drafting.send_to_review(draft=draft, by=by, version=draft.version)


def approved(draft, by):
    return drafting.approve(draft=draft, by=by, version=draft.version)


# ---- From draft to published


def test_a_draft_changes_nothing_that_screens(writer):
    version, before = snapshots.current_version(), entry_of(rule_of())
    in_review(writer)
    assert snapshots.current_version() == version
    assert entry_of(rule_of()) == before


def test_approving_closes_the_old_opens_the_new_and_says_who_and_why(writer, reviewer):
    version, old = snapshots.current_version(), rule_of()
    before = entry_of(old)
    done = approved(in_review(writer), reviewer)
    new = rule_of()
    published = ReferenceVersion.objects.get(number=version + 1)
    old = InteractionRule.objects.get(pk=old.pk)
    assert old.closed_at is not None
    assert entry_of(old) == before
    assert entry_of(new) == {**before, "title": NEW_TITLE}
    assert (new.revision, new.opened_by, new.reason) == (old.revision + 1, writer, "New label")
    assert (published.published_by, published.reason) == (reviewer, "New label")
    assert (done.state, done.reviewed_by, done.published_as, done.approved_alone) == (
        State.PUBLISHED,
        reviewer,
        new,
        False,
    )
    assert snapshots.current_version() == version + 1


def test_every_step_stands_in_the_audit(writer, reviewer):
    approved(in_review(writer), reviewer)
    events = AuditEvent.objects.filter(by__in=(writer, reviewer), record__in=("ruledraft", "interactionrule"))
    assert list(events.order_by("id").values_list("act", "record", "by")) == [
        ("created", "ruledraft", writer.pk),
        ("revised", "ruledraft", writer.pk),
        ("sent to review", "ruledraft", writer.pk),
        ("revised", "interactionrule", reviewer.pk),
        ("approved", "ruledraft", reviewer.pk),
    ]


def test_sent_back_with_a_note_and_sent_again(writer, reviewer):
    draft = in_review(writer)
    draft = drafting.send_back(draft=draft, by=reviewer, version=draft.version, said="Name the dose.")
    assert (draft.state, draft.review_note) == (State.DRAFT, "Name the dose.")
    draft = saved(draft, writer, action="Name the dose; avoid together.")
    draft = drafting.send_to_review(draft=draft, by=writer, version=draft.version)
    assert approved(draft, reviewer).published_as.action == "Name the dose; avoid together."


def test_sending_back_without_a_word_is_refused(writer, reviewer):
    draft = in_review(writer)
    with pytest.raises(drafting.NotReady) as refused:
        drafting.send_back(draft=draft, by=reviewer, version=draft.version, said=" ")
    assert [fault.field for fault in refused.value.faults] == ["said"]


def test_saving_what_does_not_differ_writes_nothing(writer):
    draft = opened(writer)
    assert saved(draft, writer, title=draft.entry["title"]).version == draft.version


# ---- The second person


@pytest.mark.parametrize("who", ["opened it", "changed it last"])
def test_no_writer_approves_their_own(writer, both, who):
    draft = saved(opened(both if who == "opened it" else writer), writer if who == "opened it" else both)
    draft = drafting.send_to_review(draft=draft, by=writer, version=draft.version)
    with pytest.raises(drafting.SecondPersonNeeded):
        approved(draft, both)
    assert rule_of().title != NEW_TITLE


def test_writer_in_between_does_not_approve_either(writer, both, reviewer):
    """Neither the one who opened it nor the last to change it, but some of the words are theirs."""
    draft = saved(saved(opened(writer), both, action="Written in between."), writer)
    draft = drafting.send_to_review(draft=draft, by=writer, version=draft.version)
    with pytest.raises(drafting.SecondPersonNeeded):
        approved(draft, both)
    assert approved(draft, reviewer).published_as.action == "Written in between."


def test_setting_off_lets_one_person_and_the_record_says_so(both, settings):
    settings.REFERENCE_NEEDS_SECOND_PERSON = False
    done = approved(in_review(both), both)
    assert done.approved_alone
    assert AuditEvent.objects.filter(act="approved alone", record_key=str(done.pk), by=both).count() == 1


def test_database_refuses_a_publication_by_its_own_writer(writer):
    draft = in_review(writer)
    with pytest.raises(IntegrityError, match="rule_draft_second_person"), transaction.atomic():
        RuleDraft.objects.filter(pk=draft.pk).update(
            state=State.PUBLISHED, reviewed_by=writer, reviewed_at=draft.sent_at, published_as=rule_of()
        )


def test_decided_draft_stays_as_it_is(writer, reviewer):
    done = approved(in_review(writer), reviewer)
    for change in ({"reason": "Other"}, {"state": State.DRAFT}, {"entry": {}}):
        with pytest.raises(ProgrammingError, match="Cannot update rows"), transaction.atomic():
            RuleDraft.objects.filter(pk=done.pk).update(**change)
    with pytest.raises(ProgrammingError, match="Cannot delete rows"), transaction.atomic():
        RuleDraft.objects.filter(pk=done.pk).delete()


WRITERS_ACTS = ("open_draft", "open_new", "save_draft", "send_to_review", "take_back", "discard", "rebase")
REVIEWERS_ACTS = ("approve", "send_back")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("act", [*WRITERS_ACTS, *REVIEWERS_ACTS])
def test_each_act_is_its_roles_alone(writer, role, act):
    draft = in_review(writer)
    person = factories.person(role)
    values = {
        "open_draft": {"rule": rule_of(), "reason": "x"},
        "open_new": {"code": "brand-new", "reason": "x"},
        "save_draft": {"entry": draft.entry, "reason": "x"},
        "send_back": {"said": "x"},
    }.get(act, {})
    if not act.startswith("open"):
        values |= {"draft": draft, "version": draft.version}
    allowed = {REFERENCE_EDITOR} if act in WRITERS_ACTS else {REFERENCE_REVIEWER}
    if role in allowed:
        try:
            getattr(drafting, act)(by=person, **values)
        except drafting.NotNow:
            assert act in ("save_draft", "send_to_review", "rebase")  # it is in review, and its base in force
        return
    with pytest.raises(PermissionDenied):
        getattr(drafting, act)(by=person, **values)


# ---- Two at once


def test_second_writer_of_a_draft_is_told_who_saved(writer, both):
    draft = opened(writer)
    saved(draft, both)
    with pytest.raises(ChangedByAnother, match=both.get_full_name()):
        saved(draft, writer, title="Mine")
    assert RuleDraft.objects.get(pk=draft.pk).entry["title"] == NEW_TITLE


def test_reviewer_approves_what_was_read_and_nothing_later(writer, reviewer):
    draft = in_review(writer)
    again = drafting.take_back(draft=draft, by=writer, version=draft.version)
    again = saved(again, writer, title="Slipped in")
    drafting.send_to_review(draft=again, by=writer, version=again.version)
    with pytest.raises(ChangedByAnother):
        approved(draft, reviewer)


def test_second_of_two_drafts_is_refused_and_rebased(writer, both, reviewer):
    first, second = in_review(writer), in_review(both, action="Check the ECG first.", monitoring="ECG weekly.")
    approved(first, reviewer)
    with pytest.raises(drafting.BaseMoved):
        approved(second, reviewer)
    kept = drafting.rebase(draft=second, by=both, version=second.version)
    assert (kept.state, kept.based_on, kept.entry["title"]) == (State.DRAFT, rule_of(), NEW_TITLE)
    assert kept.entry["action"] == "Check the ECG first."
    kept = drafting.send_to_review(draft=kept, by=both, version=kept.version)
    assert approved(kept, reviewer).published_as.revision == 3


def test_closed_revision_opens_no_draft(writer, reviewer):
    old = rule_of()
    approved(in_review(writer), reviewer)
    with pytest.raises(drafting.BaseMoved):
        drafting.open_draft(rule=old, by=writer, reason="late")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("really_published")
def test_two_drafts_approved_at_once_one_wins_and_one_is_told():
    people = [factories.person(REFERENCE_EDITOR) for _ in range(2)]
    reviewers = [factories.person(REFERENCE_REVIEWER) for _ in range(2)]
    drafts = [in_review(person, title=f"Wording {number}") for number, person in enumerate(people)]
    version = snapshots.current_version()

    def approve(draft, by):
        return lambda: approved(draft, by)

    answers = at_once(*map(approve, drafts, reviewers))
    won = [answer for answer in answers if isinstance(answer, RuleDraft)]
    told = [answer for answer in answers if isinstance(answer, drafting.BaseMoved)]
    assert (len(won), len(told)) == (1, 1), answers
    assert rule_of().title == won[0].entry["title"]
    assert snapshots.current_version() == version + 1
    assert sorted(RuleDraft.objects.values_list("state", flat=True)) == [State.IN_REVIEW, State.PUBLISHED]


# ---- Retiring


def retired(writer, reviewer, code="quetiapine"):
    draft = opened(writer, code, RuleDraft.Kind.RETIREMENT)
    draft = drafting.send_to_review(draft=draft, by=writer, version=draft.version)
    return approved(draft, reviewer)


def test_retired_rule_closes_without_successor_and_is_never_used_again(writer, reviewer):
    version = snapshots.current_version()
    done = retired(writer, reviewer)
    assert not InteractionRule.objects.filter(code="quetiapine", closed_at=None).exists()
    assert (done.state, done.published_as, snapshots.current_version()) == (State.PUBLISHED, None, version + 1)
    with pytest.raises(drafting.NotReady, match="never used twice"):
        drafting.open_new(code="quetiapine", by=writer, reason="again")


def test_loading_the_files_does_not_bring_a_retired_rule_back(writer, reviewer):
    retired(writer, reviewer)
    report = reference.load()
    assert report.faults == []
    assert "rules.yaml: quetiapine: retired here; the file still holds it" in report.differing
    assert not InteractionRule.objects.filter(code="quetiapine", closed_at=None).exists()


def test_rule_that_others_replace_is_not_retired(writer, reviewer):
    with pytest.raises(drafting.NotReady, match="quetiapine"):
        retired(writer, reviewer, "qt-prolonging-drugs")


def test_draft_of_a_rule_retired_meanwhile_cannot_be_rebased(writer, both, reviewer):
    late = in_review(both)
    retired(writer, reviewer)
    with pytest.raises(drafting.BaseMoved):
        approved(late, reviewer)
    with pytest.raises(drafting.NotNow):
        drafting.rebase(draft=late, by=both, version=late.version)


# ---- What is refused, with the field named


def with_object(**values):
    return lambda entry: entry["objects"][0].update(values)


def with_words(**values):
    return lambda entry: entry.update(values)


FAULTY = {
    "object that matches no substance": (with_object(kind="role", keys=["qt"], strengths=["none"]), "objects-0-keys"),
    "unknown substance": (with_object(keys=["unheard of"]), "objects-0-keys"),
    "no objects": (with_words(objects=[]), "objects"),
    "refines itself": (with_object(refines=["quetiapine"]), "objects-0-refines"),
    "refines an unknown rule": (with_object(refines=["no-such-rule"]), "objects-0-refines"),
    "unknown product": (with_object(products=["brick"]), "objects-0-products"),
    "no source": (with_words(sources=[]), "sources"),
    "no source found, graded on reports": (with_words(sources=[], no_source_found=True), "certainty"),
    "source that is not there": (with_words(sources=["nobody2020"]), "sources"),
    "severity without certainty": (with_words(certainty=""), "certainty"),
    "no severity": (with_words(severity=""), "severity"),
    "empty contradiction": (with_words(contradiction=" "), "contradiction"),
    "review before it was reviewed": (with_words(reviewed_on="2026-05-01", review_on="2026-04-01"), "review_on"),
    "modifier without a reason": (
        with_words(modifiers=[{"when": "older_age", "effect": "note", "reason": ""}]),
        "modifiers",
    ),
    "modifier that nothing sets": (
        with_words(modifiers=[{"when": "moonlight", "effect": "note", "reason": "read so"}]),
        "modifiers",
    ),
}


@pytest.mark.parametrize("name", FAULTY)
def test_faulty_draft_is_kept_and_not_sent(writer, name):
    change, field = FAULTY[name]
    draft = opened(writer)
    change(draft.entry)
    draft = saved(draft, writer, title=NEW_TITLE)
    with pytest.raises(drafting.NotReady) as refused:
        drafting.send_to_review(draft=draft, by=writer, version=draft.version)
    assert field in {fault.field for fault in refused.value.faults}
    assert RuleDraft.objects.get(pk=draft.pk).state == State.DRAFT


def test_circle_of_refining_rules_is_named(writer):
    draft = opened(writer, "qt-prolonging-drugs")
    draft.entry["objects"][0]["refines"] = ["quetiapine"]
    faults = drafting.faults_of(draft=saved(draft, writer))
    assert [(f.field, "qt-prolonging-drugs → quetiapine → qt-prolonging-drugs" in f.words) for f in faults] == [
        ("objects-0-refines", True)
    ]


def test_retired_rule_cannot_be_replaced(writer, reviewer):
    retired(writer, reviewer)
    draft = opened(writer, "tramadol")
    draft.entry["objects"][0]["refines"] = ["quetiapine"]
    faults = drafting.faults_of(draft=saved(draft, writer))
    assert any(f.field == "objects-0-refines" and "is retired" in f.words for f in faults)


@pytest.mark.parametrize("said", [False, True])
def test_retracted_source_needs_a_word(writer, said):
    source = rule_of().sources.first()
    type(source).objects.filter(pk=source.pk).update(status="retracted")
    words = {"contradiction": "One report was retracted; the rest stands."} if said else {"title": NEW_TITLE}
    faults = drafting.faults_of(draft=saved(opened(writer), writer, **words))
    assert [f.field for f in faults] == ([] if said else ["sources"])


def test_every_rule_in_force_would_pass_its_own_checks(writer):
    for rule in InteractionRule.objects.filter(closed_at=None):
        draft = RuleDraft(code=rule.code, entry=entry_of(rule) | {"no_source_found": not rule.sources.exists()})
        assert drafting.faults_in(draft.entry) == [], rule.code


def test_nothing_but_approving_puts_a_rule_in_force():
    callers = {
        path.name
        for path in Path(drafting.__file__).parents[1].rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("revise_rule", "add_rule", "retire_rule")
    }
    assert callers == {"drafting.py"}
