"""What an answer to a flag counts as, and whether it still stands. Reads only.

Each answer counts once, here:

- Accepted (stop, change, refer, counsel): the concern led to an act.
- Overridden (seven reasons): the clinician goes on as before and says why. "I will monitor" is among them although it
  becomes a task, because the studies that the 90 % comes from count it so (Wright et al., J Am Med Inform Assoc
  2019;26:934); so is "already handled": the concern itself changed nothing.
- Put off (need-info, later): nothing is decided yet, so neither. These come back at the next visit.

An answer stands while the rule and what the flag rested on are as they were when it was given, and until the day it
names: within the visit, and for the next visit after it is signed.
"""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinical.models import Answer, Consultation, FlagAnswer, ScreeningRun
from clinical.prepared import Prepared

ACCEPTED = frozenset({Answer.STOP, Answer.CHANGE, Answer.REFER, Answer.COUNSEL})
PUT_OFF = frozenset({Answer.NEED_INFO, Answer.LATER})
OVERRIDDEN = frozenset(Answer) - ACCEPTED - PUT_OFF

Key = tuple[str, str]
# What of a flag, of the lines behind it and of the kratom use an answer rests on. Months of use and hours since the
# last dose differ at every visit; where they matter to a rule, its reasons ("why") say so.
OF_FLAG = ("rule", "revision", "about", "severity", "certainty", "provisional", "mechanisms", "why")
OF_LINE = ("entered", "substances", "phase", "route", "as_needed")
PEOPLE = ("answered_by", "consultation", "carried_from__answered_by", "carried_from__consultation")
OF_USE = ("product", "amount", "unit", "per", "doses_per_day", "days_per_week", "stopped")
# What is read of them: a visit is wide, and the live list asks for this after every change.
OF_ANSWER = ("rule", "about", "answer", "note", "follow_up_on", "answered_at", "basis")
OF_VISIT = ("consultation__visit_on", "consultation__signed_at")
OF_GIVEN = (*OF_ANSWER, *OF_VISIT, "answered_by__first_name", "answered_by__last_name", "answered_by__email")
OF_EARLIER = ("pk", "signed_run")
READ = (*OF_GIVEN, *(f"carried_from__{name}" for name in OF_GIVEN))

CHANGED = _("the record or the rule has changed since")
CAME_BACK = _("nothing was decided then")
DAY_CAME = _("its day has come")


@dataclass(frozen=True, slots=True)
class Former:
    """An answer that no longer stands, and why the flag is asked again."""

    answer: FlagAnswer
    why: Promise


@dataclass(frozen=True, slots=True)
class Answers:
    """`standing` answers by rule and subject, those carried from the last visit not stored yet; `former` the others."""

    standing: dict[Key, FlagAnswer] = field(default_factory=dict)
    former: dict[Key, Former] = field(default_factory=dict)

    @property
    def carried(self) -> list[FlagAnswer]:
        """Answers of the last visit that stand here and are not stored with this one yet."""
        return [answer for answer in self.standing.values() if answer.pk is None]


def key_of(flag: dict) -> Key:
    """Rule and subject: what an answer is given to."""
    return flag["rule"], flag["about"]


def basis_of(flag: dict, facts: dict) -> str:
    """The fingerprint of what a flag rested on: the rule as it fired, the lines behind it, and the kratom use."""
    return Bases(facts).of(flag)


class Bases:
    """Fingerprints of many flags of one screening: what they share is written once."""

    def __init__(self, facts: dict):
        self._lines = [(taken["entered"], json.dumps(_only(OF_LINE, taken))) for taken in facts["taken"]]
        self._uses = sorted(json.dumps(_only(OF_USE, use)) for use in facts["kratom"])

    def of(self, flag: dict) -> str:
        """The fingerprint of one flag."""
        lines = sorted(line for entered, line in self._lines if entered in flag["entered"])
        values = [_only(OF_FLAG, flag), lines, self._uses]
        return hashlib.blake2b(json.dumps(values, sort_keys=True).encode(), digest_size=16).hexdigest()


def _only(names: tuple[str, ...], row: dict) -> list[Any]:
    return [row.get(name) for name in names]


def answers_in(consultation: Consultation, flags: list[dict], facts: dict) -> Answers:
    """Every answer known for these flags: given in this visit or in the one before it, standing or not."""
    earlier = _visit_before(consultation)
    bases, found = Bases(facts), Answers()
    own, before = _answers_of_both(consultation, earlier)
    then = _bases_signed(earlier["signed_run"]) if before else {}
    for flag in flags:
        key = key_of(flag)
        if key not in own and key not in before:
            continue
        basis = bases.of(flag)
        if key in own and own[key].basis == basis:
            found.standing[key] = own[key]
        elif key in own:
            found.former[key] = Former(own[key], CHANGED)
        else:
            _place(found, key, before[key], consultation, unchanged=before[key].basis == then.get(key) == basis)
    return found


def _answers_of_both(
    consultation: Consultation, earlier: dict | None
) -> tuple[dict[Key, FlagAnswer], dict[Key, FlagAnswer]]:
    """The latest answers of this visit, and those of the one before."""
    visits = (consultation.pk, earlier["pk"] if earlier else consultation.pk)
    own: dict[Key, FlagAnswer] = {}
    before: dict[Key, FlagAnswer] = {}
    for row in _given_in(*visits):
        (own if row.consultation_id == consultation.pk else before)[row.rule, row.about] = row
    return own, before


@lru_cache(maxsize=256)
def _bases_signed(run_id: UUID) -> dict[Key, str]:
    """What each flag of a signed visit rested on. A stored run never changes, so this is worked out once."""
    run = ScreeningRun.objects.values("facts", "result__flags").get(pk=run_id)
    bases = Bases(run["facts"])
    return {key_of(flag): bases.of(flag) for flag in run["result__flags"]}


def _place(found: Answers, key: Key, answer: FlagAnswer, consultation: Consultation, *, unchanged: bool) -> None:
    if answer.answer in PUT_OFF:
        found.former[key] = Former(answer, CAME_BACK)
    elif not unchanged:
        found.former[key] = Former(answer, CHANGED)
    elif answer.follow_up_on and answer.follow_up_on <= consultation.visit_on:
        found.former[key] = Former(answer, DAY_CAME)
    else:
        found.standing[key] = _carried(answer, consultation)


def _carried(answer: FlagAnswer, consultation: Consultation) -> FlagAnswer:
    """The same answer for this visit, not stored. It names the one that was truly given, however many visits ago."""
    given = answer.given
    return FlagAnswer(
        consultation=consultation,
        rule=answer.rule,
        about=answer.about,
        answer=answer.answer,
        note=answer.note,
        follow_up_on=answer.follow_up_on,
        answered_by=given.answered_by,
        answered_at=given.answered_at,
        basis=answer.basis,
        carried_from=given,
    )


def latest(consultation: Consultation) -> dict[Key, FlagAnswer]:
    """The latest stored answer of a visit for each rule and subject, with who gave it and in which visit."""
    return {(row.rule, row.about): row for row in _given_in(consultation.pk, consultation.pk)}


def _visit_before(consultation: Consultation) -> dict | None:
    """The signed visit this one follows: the one it amends, else the last one up to its day."""
    if consultation.amends_id:
        return _amended.first(consultation.amends_id)
    return _last_up_to.first(consultation.patient_id, consultation.visit_on, consultation.pk)


def _signed():
    return Consultation.objects.filter(signed_at__isnull=False).order_by("-visit_on", "-signed_at").values(*OF_EARLIER)


_amended = Prepared(lambda amends: _signed().filter(pk=amends), UUID)
_last_up_to = Prepared(
    lambda patient, day, own: _signed().filter(patient=patient, visit_on__lte=day).exclude(pk=own)[:1],
    UUID,
    date,
    UUID,
)
_given_in = Prepared(
    lambda one, other: (
        FlagAnswer.objects.filter(consultation__in=[one, other])
        .select_related(*PEOPLE)
        .only(*READ)
        .order_by("answered_at", "id")
    ),
    UUID,
    UUID,
)
