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
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinical.models import Answer, Consultation, FlagAnswer

ACCEPTED = frozenset({Answer.STOP, Answer.CHANGE, Answer.REFER, Answer.COUNSEL})
PUT_OFF = frozenset({Answer.NEED_INFO, Answer.LATER})
OVERRIDDEN = frozenset(Answer) - ACCEPTED - PUT_OFF

Key = tuple[str, str]
# What of a flag, of the lines behind it and of the kratom use an answer rests on. Months of use and hours since the
# last dose differ at every visit; where they matter to a rule, its reasons ("why") say so.
OF_FLAG = ("rule", "revision", "about", "severity", "certainty", "provisional", "mechanisms", "why")
OF_LINE = ("entered", "substances", "phase", "route", "as_needed")
OF_USE = ("product", "amount", "unit", "per", "doses_per_day", "days_per_week", "stopped")

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
    lines = [taken for taken in facts["taken"] if taken["entered"] in flag["entered"]]
    values = [_only(OF_FLAG, flag), _sorted(OF_LINE, lines), _sorted(OF_USE, facts["kratom"])]
    return hashlib.blake2b(json.dumps(values, sort_keys=True).encode(), digest_size=16).hexdigest()


def _only(names: tuple[str, ...], row: dict) -> list[Any]:
    return [row.get(name) for name in names]


def _sorted(names: tuple[str, ...], rows: Iterable[dict]) -> list[str]:
    return sorted(json.dumps(_only(names, row)) for row in rows)


def answers_in(consultation: Consultation, flags: list[dict], facts: dict) -> Answers:
    """Every answer known for these flags: given in this visit or in the one before it, standing or not."""
    own = latest(consultation.answers.all())
    earlier = _visit_before(consultation)
    before = latest(earlier.answers.all()) if earlier else {}
    then = {key_of(flag): basis_of(flag, earlier.signed_run.facts) for flag in _flags_of(earlier)}
    found = Answers()
    for flag in flags:
        key, basis = key_of(flag), basis_of(flag, facts)
        if key in own and own[key].basis == basis:
            found.standing[key] = own[key]
        elif key in own:
            found.former[key] = Former(own[key], CHANGED)
        elif key in before:
            _place(found, key, before[key], consultation, unchanged=before[key].basis == then.get(key) == basis)
    return found


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


def latest(answers: QuerySet[FlagAnswer]) -> dict[Key, FlagAnswer]:
    """The latest answer for each rule and subject, with who gave it and in which visit."""
    people = ("answered_by", "consultation", "carried_from__answered_by", "carried_from__consultation")
    return {(row.rule, row.about): row for row in answers.select_related(*people).order_by("answered_at", "id")}


def _visit_before(consultation: Consultation) -> Consultation | None:
    """The signed visit this one follows: the one it amends, else the last one up to its day."""
    signed = (
        Consultation.objects.filter(signed_at__isnull=False).select_related("signed_run").defer("signed_run__legal")
    )
    if consultation.amends_id:
        return signed.filter(pk=consultation.amends_id).first()
    earlier = signed.filter(patient=consultation.patient_id, visit_on__lte=consultation.visit_on)
    return earlier.exclude(pk=consultation.pk).order_by("-visit_on", "-signed_at").first()


def _flags_of(visit: Consultation | None) -> list[dict]:
    return visit.signed_run.result["flags"] if visit else []
