"""Rulings and places as plain JSON values, with every word in the reader's language. Decides nothing."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from legal.choices import SecondRead, StartKnown, StatusChoice, SubstanceChoice
from legal.periods import Status, StatusPeriod
from legal.place_words import BEFORE_TABLE, NO_STATE_ROW, NO_STATE_ROW_THEN
from legal.places import Answer, Found, Several
from legal.ruling import Change, LevelAnswer, MayBuy, RowAge, Ruling

MAY_BUY_WORDS = {
    MayBuy.NO: _("May not buy lawfully"),
    MayBuy.WITHIN_RULES: _("May buy only what meets the rules below; a label does not show that it does"),
    MayBuy.NO_RULE_FOUND: _("No rule found that bars buying; contents are unchecked"),
    MayBuy.NOT_KNOWN: _("Whether buying is lawful is not known"),
}


def ruling_as_json(ruling: Ruling) -> dict[str, Any]:
    """One ruling in full: what pages show, `legal_status --json` prints and a signed visit keeps."""
    row = ruling.row
    words = {age.code: age_in_words(age) for age in ruling.staleness}
    return {
        "substance": ruling.substance,
        "substance_label": str(SubstanceChoice(ruling.substance).label),
        "status": ruling.status.value,
        "label": label_of(ruling),
        "shown_as": ruling.status.value if ruling.firm or ruling.status is Status.PROHIBITED else Status.UNKNOWN.value,
        "firm": ruling.firm,
        "on": ruling.day.isoformat(),
        "age": ruling.age,
        "decided_by": ruling.decided_by,
        "decided_by_name": ruling.standing.decided_by.level.name if ruling.standing.decided_by else "",
        "strictest_known": ruling.strictest_known.value if ruling.strictest_known else None,
        "strictest_known_label": str(StatusChoice(ruling.strictest_known).label) if ruling.strictest_known else "",
        "min_age": ruling.min_age,
        "age_allows": ruling.age_allows,
        "may_buy": ruling.may_buy.value,
        "may_buy_words": str(MAY_BUY_WORDS[ruling.may_buy]),
        "valid_from": _day(row and row.valid_from),
        "valid_until": _day(row and row.valid_until),
        "in_force_words": _in_force(row) if row else "",
        "citation": row.citation if row else "",
        "source_url": row.source_url if row else "",
        "source_host": _host(row.source_url) if row else "",
        "source_date": row.source_date if row else "",
        "checked_on": _day(row and row.checked_on),
        "checked_by": row.checked_by if row else "",
        "checked_words": _checked(row) if row else "",
        "confidence": row.confidence if row else None,
        "restrictions": [{"code": r.code, "name": r.name, "text": r.text} for r in ruling.restrictions],
        "levels": [{**_level(answer), "age_words": words.get(answer.level.code, "")} for answer in ruling.levels],
        "next_changes": [_change(change) for change in ruling.next_changes],
        "doubts": doubts_of(ruling),
        "staleness": [_age(age) for age in ruling.staleness],
    }


def label_of(ruling: Ruling) -> str:
    """The word to show: one of five. An answer that is not firm is "Uncertain", unless it is a prohibition."""
    if not ruling.firm and ruling.status is not Status.PROHIBITED:
        return str(StatusChoice.UNKNOWN.label)
    return str(StatusChoice(ruling.status).label)


def doubts_of(ruling: Ruling) -> list[str]:
    """A day before the tables begin; then each state without a row, which leaves the answer without its main source."""
    words = NO_STATE_ROW_THEN if ruling.day < ruling.today else NO_STATE_ROW
    substance = str(SubstanceChoice(ruling.substance).label)
    before = [BEFORE_TABLE % {"day": _long(ruling.dated_from)}] if ruling.is_before_table else []
    return before + [words % {"substance": substance, "state": state} for state in ruling.silent_states]


def place_as_json(answer: Answer) -> dict[str, Any]:
    """Where the question was asked: `found` is one, several or none."""
    if isinstance(answer, Found):
        return {"found": "one", "label": answer.label, "code": answer.code, "doubts": [str(d) for d in answer.doubts]}
    if isinstance(answer, Several):
        return {"found": "several", "why": str(answer.why), "choices": list(answer.choices)}
    return {"found": "none", "what_to_do": str(answer.what_to_do)}


def age_in_words(age: RowAge) -> str:
    """How long ago a row was checked, and what that means for trusting it."""
    if age.is_ahead:
        return _age_on_a_day_ahead(age)
    if age.state == "too_old":
        return gettext("checked %(days)d days ago: too long ago for a firm answer") % {"days": age.days}
    if age.state == "stale":
        return gettext("checked %(days)d days ago: check again (limit %(limit)d days)") % {
            "days": age.days,
            "limit": age.warn_after_days,
        }
    return gettext("checked %(days)d days ago") % {"days": age.days} if age.days else gettext("checked today")


def _age_on_a_day_ahead(age: RowAge) -> str:
    if age.state == "too_old":
        return gettext("checked %(days)d days before that day: too far ahead for a firm answer") % {"days": age.days}
    if age.state == "stale":
        return gettext("checked %(days)d days before that day: check again nearer to it (limit %(limit)d days)") % {
            "days": age.days,
            "limit": age.warn_after_days,
        }
    return gettext("checked %(days)d days before that day") % {"days": age.days}


def _level(answer: LevelAnswer) -> dict[str, Any]:
    level, row = answer.level, answer.period
    found = {"code": level.code, "name": level.name, "level": level.kind, "listed": level.listed}
    if row is None:
        return {**found, "status": answer.status, "label": gettext("No entry")}
    return {
        **found,
        "status": row.status.value,
        "label": str(StatusChoice(row.status).label),
        "schedule": row.schedule,
        "min_age": row.min_age,
        "restrictions": row.restrictions,
        "possession": row.possession,
        "sale": row.sale,
        "valid_from": _day(row.valid_from),
        "valid_until": _day(row.valid_until),
        "in_force_words": _in_force(row),
        "citation": row.citation,
        "source_url": row.source_url,
        "source_host": _host(row.source_url),
        "source_date": row.source_date,
        "checked_on": _day(row.checked_on),
        "checked_by": row.checked_by,
        "confidence": row.confidence,
        "doubted_source": _source_doubt(row),
    }


def _checked(row: StatusPeriod) -> str:
    """The day of the last check, and by whom where a person here made it; else it came with the reference files."""
    if not row.checked_by:
        return _long(row.checked_on)
    return gettext("%(day)s by %(who)s") % {"day": _long(row.checked_on), "who": row.checked_by}


def _source_doubt(row: StatusPeriod) -> str:
    """Why the source itself is to be doubted: not read, or a second one says otherwise. Empty where neither."""
    doubts = [] if row.read_here else [gettext("source not read")]
    if row.second_read == SecondRead.DIFFERS:
        doubts.append(gettext("sources disagree"))
    return "; ".join(doubts)


def _change(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "code": change.code,
        "name": change.name,
        "on": _day(change.on),
        "on_words": _long(change.on),
        "status": change.status,
        "label": _word(change.status),
        "text": change.text,
        "source_url": change.source_url,
        "source_host": _host(change.source_url),
        "source_date": change.source_date,
    }


def _age(age: RowAge) -> dict[str, Any]:
    words = age_in_words(age)
    return {
        "code": age.code,
        "days": age.days,
        "warn_after_days": age.warn_after_days,
        "state": age.state,
        "words": words,
    }


def _word(status: str) -> str:
    return str(StatusChoice(status).label) if status in StatusChoice.values else status


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _long(day: date | None) -> str:
    return date_format(day, "j M Y") if day else ""


def _in_force(row: StatusPeriod) -> str:
    """ "since 1 Jul 2026", with the last day where there is one, and whether the first day is exact."""
    start = _long(row.valid_from)
    if not start:
        since = gettext("first day not known")
    elif row.start_known == StartKnown.APPROXIMATE:
        since = gettext("since about %(day)s") % {"day": start}
    else:
        since = gettext("since %(day)s") % {"day": start}
    last_day = row.valid_until - timedelta(days=1) if row.valid_until else None
    return f"{since}, {gettext('last day %(day)s') % {'day': _long(last_day)}}" if last_day else since


def _host(url: str) -> str:
    return urlsplit(url).netloc.removeprefix("www.")
