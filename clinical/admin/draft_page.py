"""What the workbench shows of one draft: the form, what is to mend, what differs, what it reaches, who may do what."""

from typing import Any

from django.conf import settings
from django.http import QueryDict
from django.utils.functional import cached_property

from clinical.actions import drafting
from clinical.admin.rule_form import RuleEditor, entry_of
from clinical.admin.rule_words import ALLOWED
from clinical.models import RuleDraft, User
from clinical.permissions import can
from clinical.rule_checks import Fault, faults_in
from clinical.rule_differences import Changed, Threefold, compared, threefold
from clinical.rule_entries import blank_entry
from clinical.rule_first_words import FIRST_WORDS, first_words, limits, missing_from_first_words
from clinical.rule_preview import flag_of
from clinical.rule_reach import Reach, reach_of
from clinical.views.panel import shown_flag

Kind, State = RuleDraft.Kind, RuleDraft.State


def difference_of(draft: RuleDraft) -> list[Changed]:
    """What a draft changes in the revision it was opened from; everything, for a new rule."""
    before = entry_of(draft.based_on) if draft.based_on else blank_entry(draft.code)
    return compared(before, draft.entry)


class Page:
    """One workbench for one person. `data` is what was just typed; `version` the save it was typed on."""

    allowed = ALLOWED

    def __init__(self, draft: RuleDraft, user: User, data: QueryDict | None = None, version: int | None = None):
        self.draft, self.user = draft, user
        self.version = draft.version if version is None else version
        self.editor = RuleEditor(entry=draft.entry, reason=draft.reason, data=data)
        self.theirs: list[Changed] = []
        self.is_typed = data is not None
        if data is None and self.is_waiting:
            self.editor.tell(self.faults)

    @property
    def is_waiting(self) -> bool:
        return self.draft.state in drafting.WAITING

    @property
    def has_words(self) -> bool:
        return self.draft.kind != Kind.RETIREMENT

    @cached_property
    def faults(self) -> list[Fault]:
        return drafting.faults_of(draft=self.draft)

    @cached_property
    def may_write(self) -> bool:
        return self.draft.state == State.DRAFT and can(self.user, "edit_reference")

    @cached_property
    def may_decide(self) -> bool:
        """Discard, take back and rebase are an editor's while the draft waits."""
        return self.is_waiting and can(self.user, "edit_reference")

    @cached_property
    def may_review(self) -> bool:
        return self.draft.state == State.IN_REVIEW and can(self.user, "review_reference")

    @cached_property
    def is_own(self) -> bool:
        return self.user.pk in drafting.writers_of(draft=self.draft)

    @property
    def may_approve(self) -> bool:
        return self.may_review and not (self.is_own and settings.REFERENCE_NEEDS_SECOND_PERSON)

    @cached_property
    def current(self) -> Any:
        return drafting.in_force(code=self.draft.code)

    @property
    def has_moved(self) -> bool:
        """Whether another revision than the one the draft was opened from is in force, or none."""
        if self.draft.kind == Kind.NEW or not self.is_waiting:
            return False
        return self.current is None or self.current.pk != self.draft.based_on_id

    @cached_property
    def threefold(self) -> list[Threefold]:
        if not self.has_moved or self.current is None:
            return []
        return threefold(entry_of(self.draft.based_on), entry_of(self.current), self.draft.entry)

    @cached_property
    def difference(self) -> list[Changed]:
        return difference_of(self.draft) if self.has_words else []

    @cached_property
    def reaches(self) -> list[Reach]:
        return reach_of(self.draft.entry["objects"])

    @property
    def reached(self) -> int:
        return len({name for reach in self.reaches for name in reach.substances})

    @cached_property
    def _limits(self) -> dict[str, int] | None:
        return limits()

    @property
    def beginning(self) -> str:
        return first_words(self.draft.entry, self._limits[FIRST_WORDS]) if self._limits else ""

    @cached_property
    def missing(self) -> list[str]:
        return missing_from_first_words(self.draft.entry, self._limits) if self._limits else []

    @cached_property
    def others(self) -> list[RuleDraft]:
        """Other drafts of the same rule that wait."""
        waiting = drafting.drafts_waiting(code=self.draft.code) if self.is_waiting else []
        return [other for other in waiting if other.pk != self.draft.pk]

    def beside(self, stored: RuleDraft) -> "Page":
        """The same page after somebody else saved: theirs against what was typed, to be replaced knowingly."""
        typed = self.editor.entry() if self.is_typed and self.editor.is_valid() else self.draft.entry
        if self.is_typed:
            self.theirs = compared(stored.entry, {**stored.entry, **typed})
            self.draft, self.version = stored, stored.version
            return self
        return Page(stored, self.user)


def faults_page(page: Page, faults: list[Fault]) -> Page:
    """The page with what is to be mended beside the fields, and nothing told twice."""
    page.editor.faults = {}
    page.editor.tell(faults)
    return page


def preview_context(draft: RuleDraft) -> dict[str, Any]:
    """What the frame shows: the flag an invented patient would get, or why there is none."""
    context: dict[str, Any] = {"draft": draft, "faults": [], "flag": None}
    if draft.kind == Kind.RETIREMENT:
        return context
    faults = faults_in(draft.entry)
    if faults:
        return context | {"faults": faults}
    flag = flag_of(draft.entry)
    return context | {"flag": shown_flag(flag) if flag else None}
