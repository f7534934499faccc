"""The life of a rule: drafts are opened, changed, sent to review, and published or sent back by a second person.

Nothing here screens or edits a published revision. Publishing goes through `editing`, which closes the old revision
and opens the new in one transaction with the reference version.
"""

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinical.actions import editing
from clinical.actions.audit import differences, note
from clinical.actions.consultation import ChangedByAnother
from clinical.actions.reference import close_rule, open_rule, take_turn
from clinical.models import AuditEvent, InteractionRule, RuleDraft, User
from clinical.permissions import check
from clinical.reference_files import CODE
from clinical.rule_checks import Fault, faults_in, replaced_by
from clinical.rule_differences import rebased
from clinical.rule_entries import NO_SOURCE_FOUND, blank_entry, entry_of, says_the_same

Kind, State = RuleDraft.Kind, RuleDraft.State
WAITING = (State.DRAFT, State.IN_REVIEW)
CREATED, REVISED, REBASED = "created", "revised", "rebased"
T = TypeVar("T")


class NotReady(Exception):
    """The draft cannot go on as it is; each fault names the field it belongs to."""

    def __init__(self, faults: list[Fault]):
        super().__init__("; ".join(fault.words for fault in faults))
        self.faults = faults


class BaseMoved(ChangedByAnother):
    """The revision that the draft was opened from is no longer in force."""


class NotNow(Exception):
    """The state of the draft does not allow this."""


class SecondPersonNeeded(PermissionDenied):
    """Whoever wrote a draft cannot approve it while the setting asks for two."""


def drafts_waiting(*, code: str) -> list[RuleDraft]:
    """Drafts of one rule that are neither published nor discarded, newest first."""
    found = RuleDraft.objects.filter(code=code, state__in=WAITING)
    return list(found.select_related("written_by", "opened_by", "based_on"))


@transaction.atomic
def open_draft(*, rule: InteractionRule, by: User, reason: str, kind: str = Kind.REVISION) -> RuleDraft:
    """Open a draft of a revision or of the retirement of a rule, from the revision in force.

    Raises `BaseMoved` when `rule` is closed. Other drafts of the rule stay: the second to publish will be told.
    """
    check(by, "edit_reference")
    if rule.closed_at or not InteractionRule.objects.filter(pk=rule.pk, closed_at=None).exists():
        raise BaseMoved(_("That revision is closed. Open the draft from the one in force."))
    entry = entry_of(rule)
    entry[NO_SOURCE_FOUND] = not entry["sources"]
    return _opened(code=rule.code, kind=kind, based_on=rule, entry=entry, by=by, reason=reason)


@transaction.atomic
def open_new(*, code: str, by: User, reason: str) -> RuleDraft:
    """Open a draft of a new rule. Raises `NotReady` for a code that is malformed or was ever used."""
    check(by, "edit_reference")
    if not CODE.fullmatch(code):
        raise NotReady([Fault("code", _("small letters, digits and hyphens, beginning with a letter or digit"))])
    if InteractionRule.objects.filter(code=code).exists():
        raise NotReady([Fault("code", _("this code is taken; codes are never used twice"))])
    entry = {**blank_entry(code), NO_SOURCE_FOUND: False}
    return _opened(code=code, kind=Kind.NEW, based_on=None, entry=entry, by=by, reason=reason)


def _opened(*, by: User, **values: Any) -> RuleDraft:
    draft = RuleDraft.objects.create(opened_by=by, written_by=by, **values)
    note(by=by, act=CREATED, record=draft)
    return draft


@transaction.atomic
def save_draft(*, draft: RuleDraft, entry: dict[str, Any], reason: str, by: User, version: int) -> RuleDraft:
    """Keep what was typed, finished or not. Raises `ChangedByAnother` when somebody saved after `version` was read."""
    check(by, "edit_reference")
    stored = _held(draft, version, State.DRAFT)
    if stored.kind == Kind.RETIREMENT:
        entry = stored.entry
    entry = {**entry, "code": stored.code}
    changed = differences({**stored.entry, "reason": stored.reason}, {**entry, "reason": reason})
    if changed:
        stored.entry, stored.reason, stored.written_by, stored.written_at = entry, reason, by, timezone.now()
        _keep(stored, by, REVISED, changed)
    return stored


@transaction.atomic
def send_to_review(*, draft: RuleDraft, by: User, version: int) -> RuleDraft:
    """Hand a draft to a reviewer. Raises `NotReady` while something is to mend or nothing differs."""
    check(by, "edit_reference")
    stored = _held(draft, version, State.DRAFT)
    faults = faults_of(draft=stored)
    if faults:
        raise NotReady(faults)
    stored.state, stored.sent_at = State.IN_REVIEW, timezone.now()
    return _keep(stored, by, "sent to review")


@transaction.atomic
def take_back(*, draft: RuleDraft, by: User, version: int) -> RuleDraft:
    """Take a draft out of review to change it again."""
    check(by, "edit_reference")
    stored = _held(draft, version, State.IN_REVIEW)
    stored.state = State.DRAFT
    return _keep(stored, by, "taken back")


@transaction.atomic
def send_back(*, draft: RuleDraft, by: User, version: int, said: str) -> RuleDraft:
    """Send a draft back to its writers with a note, which is asked for."""
    check(by, "review_reference")
    stored = _held(draft, version, State.IN_REVIEW)
    if not said.strip():
        raise NotReady([Fault("said", _("Say what is to be changed."))])
    stored.state, stored.review_note = State.DRAFT, said.strip()
    stored.reviewed_by, stored.reviewed_at = by, timezone.now()
    return _keep(stored, by, "sent back", ["review_note"])


@transaction.atomic
def discard(*, draft: RuleDraft, by: User, version: int) -> RuleDraft:
    """Put a draft away for good. It stays readable."""
    check(by, "edit_reference")
    stored = _held(draft, version, *WAITING)
    stored.state = State.DISCARDED
    return _keep(stored, by, "discarded")


@transaction.atomic
def rebase(*, draft: RuleDraft, by: User, version: int) -> RuleDraft:
    """Put what was typed on top of the revision now in force. Fields the draft left alone follow that revision.

    Raises `NotNow` when the rule was retired meanwhile or its base is in force still.
    """
    check(by, "edit_reference")
    stored = _held(draft, version, *WAITING)
    current = in_force(code=stored.code)
    if stored.based_on is None or current is None:
        raise NotNow(_("No revision of this rule is in force, so there is nothing to put the draft on."))
    if current.pk == stored.based_on_id:
        raise NotNow(_("The draft rests on the revision in force already."))
    now = entry_of(current)
    typed = now if stored.kind == Kind.RETIREMENT else rebased(entry_of(stored.based_on), now, stored.entry)
    stored.entry = {**typed, NO_SOURCE_FOUND: not typed["sources"]}
    stored.based_on, stored.state = current, State.DRAFT
    stored.written_by, stored.written_at = by, timezone.now()
    return _keep(stored, by, REBASED, ["based_on", "entry"])


@transaction.atomic
def approve(*, draft: RuleDraft, by: User, version: int, said: str = "") -> RuleDraft:
    """Publish what a second person wrote: one new revision, or the end of the rule, with one reference version.

    Raises `SecondPersonNeeded` for whoever opened or ever changed it, unless the setting allows one person: then the
    draft and the audit say so. Raises `BaseMoved` where another revision is in force, `NotReady` for a fault.
    """
    check(by, "review_reference")
    take_turn()
    stored = _held(draft, version, State.IN_REVIEW)
    alone = by.pk in writers_of(draft=stored)
    if alone and settings.REFERENCE_NEEDS_SECOND_PERSON:
        raise SecondPersonNeeded(_("Another person than the writer approves a draft."))
    faults = faults_of(draft=stored)
    if faults:
        raise NotReady(faults)
    stored.published_as = _published(stored, by)
    stored.state, stored.approved_alone = State.PUBLISHED, alone
    stored.reviewed_by, stored.reviewed_at, stored.review_note = by, timezone.now(), said.strip()
    return _keep(stored, by, "approved alone" if alone else "approved", ["state"])


def writers_of(*, draft: RuleDraft) -> set[UUID]:
    """Everybody who opened or changed the draft, however long ago: the audit remembers, and nobody can change it."""
    told = AuditEvent.objects.filter(
        record=RuleDraft._meta.model_name, record_key=str(draft.pk), act__in=(CREATED, REVISED, REBASED)
    )
    return {draft.opened_by_id, draft.written_by_id, *told.order_by().values_list("by_id", flat=True)}


def _published(draft: RuleDraft, by: User) -> InteractionRule | None:
    entry = {name: value for name, value in draft.entry.items() if name != NO_SOURCE_FOUND}
    if draft.kind == Kind.NEW:
        return editing.add_rule(entry=entry, by=by, reason=draft.reason, written_by=draft.written_by)
    if not base_is_in_force(draft=draft):
        raise BaseMoved(_("Another revision came into force after this draft was opened. Nothing was published."))
    if draft.kind == Kind.RETIREMENT:
        editing.retire_rule(rule=draft.based_on, by=by, reason=draft.reason)
        return None
    return editing.revise_rule(
        rule=draft.based_on, entry=entry, by=by, reason=draft.reason, written_by=draft.written_by
    )


def faults_of(*, draft: RuleDraft) -> list[Fault]:
    """Everything to mend before the draft can be sent or published."""
    reason = [] if draft.reason.strip() else [Fault("reason", _("Say why."))]
    if draft.kind == Kind.RETIREMENT:
        told = _("these rules name it among those they replace; revise them first: %s")
        return reason + [Fault("", told % ", ".join(others)) for others in filter(None, (replaced_by(draft.code),))]
    if draft.based_on and _says_nothing_new(draft):
        return [*reason, Fault("", _("Nothing is different from the revision it was opened from."))]
    return [*reason, *faults_in(draft.entry)]


def _says_nothing_new(draft: RuleDraft) -> bool:
    return bool(draft.based_on) and says_the_same(entry_of(draft.based_on), draft.entry)


def in_force(*, code: str) -> InteractionRule | None:
    """The open revision of a rule, or None for one that is new or retired."""
    found = InteractionRule.objects.filter(code=code, closed_at=None)
    return found.prefetch_related("sources", "modifiers", "objects_it_fires_on").first()


def base_is_in_force(*, draft: RuleDraft) -> bool:
    """Whether the revision that the draft was opened from is still the open one."""
    return InteractionRule.objects.filter(pk=draft.based_on_id, closed_at=None).exists()


def as_if_published(*, draft: RuleDraft, show: Callable[[], T]) -> T:
    """What `show` answers while the draft stands in force, in a transaction that is undone. Nothing stays.

    Raises `NotReady` for a draft that could not be stored.
    """
    if draft.kind != Kind.RETIREMENT and (faults := faults_in(draft.entry)):
        raise NotReady(faults)
    with transaction.atomic():
        take_turn()
        last = InteractionRule.objects.filter(code=draft.code).order_by("-revision").first()
        if last and last.closed_at is None:
            close_rule(rule=last)
        if draft.kind != Kind.RETIREMENT:
            open_rule(
                entry=draft.entry, revision=last.revision + 1 if last else 1, by=draft.written_by, reason=draft.reason
            )
        shown = show()
        transaction.set_rollback(True)
    return shown


def _held(draft: RuleDraft, version: int, *states: str) -> RuleDraft:
    """The draft as stored now, held until the transaction ends, if nobody changed it after it was read."""
    stored = RuleDraft.objects.select_for_update(of=("self",)).select_related("written_by", "based_on").get(pk=draft.pk)
    if stored.version != version:
        told = _("%s saved this draft after you opened it. Nothing of yours was stored.")
        raise ChangedByAnother(told % (stored.written_by.get_full_name() or stored.written_by))
    if stored.state not in states:
        raise NotNow(_("This draft is “%s” now, so that cannot be done.") % stored.get_state_display())
    return stored


def _keep(draft: RuleDraft, by: User, act: str, changed: list[str] | None = None) -> RuleDraft:
    draft.version += 1
    draft.save()
    note(by=by, act=act, record=draft, changed=changed or ["state"])
    return draft
