"""Writes of the review: store the photograph, answer flags, sign."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinical.actions.audit import note
from clinical.actions.held import held
from clinical.actions.instruments import stand_in_tier
from clinical.actions.kept_knowledge import keep_knowledge
from clinical.actions.suicide_inquiry import check_asked
from clinical.models import Answer, Consultation, DraftText, FlagAnswer, FollowUp, ScreeningFlag, ScreeningRun, User
from clinical.permissions import check, check_can_change
from clinical.standing import answers_in, basis_of, key_of, latest
from clinical.what_matters import Shown, what_matters_in

# Only the top of the list must be answered before signing (three tiers, only the top one interrupts).
NEED_AN_ANSWER = frozenset({"contraindicated", "major"})
LONGEST_WHY = FollowUp._meta.get_field("why").max_length


class FlagsUnanswered(Exception):
    """Act-now flags without an answer; `flags` lists them."""

    def __init__(self, flags: list[dict]):
        super().__init__(_("Answer every act-now concern before signing."))
        self.flags = flags


class AnswerIncomplete(ValueError):
    """Monitoring without saying what and until when is no answer."""


class FlagNotShown(ValueError):
    """Only a concern that a stored screening of this visit showed can be answered."""


class FlagChanged(Exception):
    """What the concern rests on is not what it was when it was read: read it again, then answer."""


class ScreeningOutOfDate(Exception):
    """The record or the rules changed after the run that was reviewed."""


@transaction.atomic
def run_screening(*, consultation: Consultation, by: User) -> ScreeningRun:
    """Screen the record as it stands and store what was shown, with what it was screened with.

    Reuses the last run when nothing has changed.
    """
    consultation = held(consultation=consultation)
    check_can_change(by, consultation)
    shown = what_matters_in(consultation)
    last = consultation.runs.order_by("-ran_at").first()
    if last and last.facts_digest == shown.digest:
        return last
    run = ScreeningRun.objects.create(
        consultation=consultation,
        ran_by=by,
        reference_version=shown.reference_version,
        knowledge_id=keep_knowledge(in_force=shown.in_force),
        facts=shown.facts,
        result=shown.result,
        legal=shown.legal,
        facts_digest=shown.digest,
    )
    ScreeningFlag.objects.bulk_create(_flag(run, position, flag) for position, flag in enumerate(shown.result["flags"]))
    note(by=by, act="screened", record=run, patient=consultation.patient)
    return run


def _flag(run: ScreeningRun, position: int, flag: dict) -> ScreeningFlag:
    return ScreeningFlag(
        run=run,
        position=position,
        rule=flag["rule"],
        rule_revision=flag["revision"],
        about=flag["about"],
        severity=flag["severity"],
        certainty=flag["certainty"],
        is_provisional=flag["provisional"],
        shown=flag,
    )


@transaction.atomic
def answer_flag(
    *,
    consultation: Consultation,
    by: User,
    rule: str,
    about: str,
    answer: str,
    note_text: str = "",
    follow_up_on: date | None = None,
) -> FlagAnswer:
    """Record who saw a flag and what they decided. Monitoring names what and when; any day becomes a follow-up.

    The open follow-up of an answer that this one replaces goes with it. Raises `RecordClosed` when signed,
    `FlagNotShown` for one that no run of this visit showed, `AnswerIncomplete` for monitoring without both,
    `ValueError` for any other word.
    """
    consultation = held(consultation=consultation)
    check_can_change(by, consultation)
    shown = ScreeningFlag.objects.filter(run__consultation=consultation, rule=rule, about=about)
    flag = shown.select_related("run").order_by("pk").last()
    if flag is None:
        raise FlagNotShown(_("This concern was not shown in this visit."))
    if Answer(answer) is Answer.WILL_MONITOR and not (note_text.strip() and follow_up_on):
        raise AnswerIncomplete(_("Say what you will monitor and until when."))
    stored = FlagAnswer.objects.create(
        consultation=consultation,
        rule=rule,
        about=about,
        answer=Answer(answer),
        note=note_text,
        follow_up_on=follow_up_on,
        answered_by=by,
        basis=basis_of(flag.shown, flag.run.facts),
    )
    note(by=by, act="answered", record=stored, patient=consultation.patient)
    _renew_follow_up(stored, flag.shown, by)
    return stored


@transaction.atomic
def answer_in_place(*, consultation: Consultation, by: User, rule: str, about: str, seen: str, **values) -> FlagAnswer:
    """Answer a flag beside the record: what is shown now is stored as a run first, once for each state of the record.

    `seen` is the fingerprint of what was read. Raises `FlagChanged` where the flag rests on something else by now,
    `FlagNotShown` where it is gone, and else as `answer_flag` does; then nothing is kept.
    """
    run = run_screening(consultation=consultation, by=by)
    flag = next((flag for flag in run.result["flags"] if key_of(flag) == (rule, about)), None)
    if flag is None:
        raise FlagNotShown(_("This concern is not on the list any more."))
    if basis_of(flag, run.facts) != seen:
        raise FlagChanged(_("What this concern rests on has changed. Read it again, then answer."))
    return answer_flag(consultation=consultation, by=by, rule=rule, about=about, **values)


def _renew_follow_up(answer: FlagAnswer, flag: dict, by: User) -> None:
    """A day named in an answer becomes a task; the open task of the answer it replaces is taken back."""
    visit = answer.consultation
    replaced = {"from_answer__rule": answer.rule, "from_answer__about": answer.about, "done_at": None, "changes": None}
    for task in visit.follow_ups.filter(**replaced):
        note(by=by, act="withdrawn", record=task, patient=visit.patient)
        task.delete()
    if not answer.follow_up_on:
        return
    task = FollowUp.objects.create(
        patient=visit.patient,
        consultation=visit,
        due_on=answer.follow_up_on,
        what=answer.note.strip() or _("Follow up: %(about)s") % {"about": answer.about},
        owner=by,
        why=f"{flag['title']}: {answer.get_answer_display()}"[:LONGEST_WHY],
        from_answer=answer,
    )
    note(by=by, act="created", record=task, patient=visit.patient)


def answers_of(consultation: Consultation) -> dict[tuple[str, str], FlagAnswer]:
    """The latest stored answer for each rule and subject, whether or not it still stands."""
    return latest(consultation)


def unanswered(flags: list[dict], answers: dict[tuple[str, str], FlagAnswer]) -> list[dict]:
    """Act-now flags that nobody has answered."""
    return [f for f in flags if f["severity"] in NEED_AN_ANSWER and key_of(f) not in answers]


@transaction.atomic
def sign_consultation(*, consultation: Consultation, by: User, run: ScreeningRun) -> Consultation:
    """Close the visit, and keep with it the answers of the last visit that still stand: who, when and why stay theirs.

    Raises `RecordClosed` when already signed, `ScreeningOutOfDate` when the record, the rules or the law are not those
    of `run`, `SuicideInquiryMissing` when item 9 asks for what nobody recorded, and `FlagsUnanswered` when an act-now
    flag has no answer that stands.
    """
    check(by, "sign")
    locked = held(consultation=consultation)
    check_can_change(by, locked)
    shown: Shown = what_matters_in(locked)
    if run.consultation_id != locked.pk or shown.digest != run.facts_digest:
        raise ScreeningOutOfDate(_("The record or the reference data changed. Review it again before signing."))
    if DraftText.objects.filter(consultation=locked).exists():
        raise ScreeningOutOfDate(_("Something typed in this visit could not be read yet. Correct it before signing."))
    check_asked(consultation=locked)
    answers = answers_in(locked, run.result["flags"], run.facts)
    missing = unanswered(run.result["flags"], answers.standing)
    if missing:
        raise FlagsUnanswered(missing)
    _keep_carried(answers.carried, by)
    stand_in_tier(consultation=locked, tier=(run.result["withdrawal"] or {}).get("tier", ""))
    locked.signed_by, locked.signed_at, locked.signed_run = by, timezone.now(), run
    locked.save(update_fields=("signed_by", "signed_at", "signed_run"))
    chosen = ("note_includes_law",) if locked.note_includes_law else ()
    note(by=by, act="signed", record=locked, patient=locked.patient, changed=chosen)
    return locked


def _keep_carried(answers: list[FlagAnswer], by: User) -> None:
    """Store answers carried forward as read by the one who signs. Their follow-ups exist already."""
    for answer in answers:
        answer.answered_by, answer.answered_at = by, timezone.now()
    FlagAnswer.objects.bulk_create(answers)
