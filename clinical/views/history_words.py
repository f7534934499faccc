"""The kratom history of one visit in words: each product's further answers, and what the person told. Decides nothing.

Every question is said once: answered, declined or not asked.
"""

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinical.forms.dose_times import in_words
from clinical.models import KratomUseRow
from clinical.models.consultation import UNIT_LABELS, OpioidUseDisorderChoice, PastWithdrawalChoice
from clinical.models.history import CO_USE, HARM_LABELS, PREGNANCY_PLAN_LABELS, REASON_LABELS, RECENT_CHANGE_LABELS
from clinical.records import UseRecord, VisitRecord

USE_LABELS = {
    "amount": gettext_lazy("amount"),
    "doses_per_day": gettext_lazy("doses a day"),
    "days_per_week": gettext_lazy("days a week"),
    "months_of_use": gettext_lazy("months of use"),
    "last_use": gettext_lazy("last use"),
    "dose_times": gettext_lazy("times"),
    "reasons": gettext_lazy("reasons"),
    "last_amount": gettext_lazy("last dose"),
    "highest_amount": gettext_lazy("highest amount a day so far"),
    "recent_change": gettext_lazy("dose of late"),
    "brand": gettext_lazy("brand"),
    "bought_from": gettext_lazy("bought from"),
    "switches_brand": gettext_lazy("switches between brands"),
}
# Said by the first line of a product already, answered or not.
IN_FIRST_LINE = ("amount", "doses_per_day", "days_per_week", "months_of_use", "last_use", "brand")
TOLD_LABELS = {
    "past_withdrawal": gettext_lazy("Worst withdrawal so far"),
    "quit_attempts": gettext_lazy("Attempts to stop"),
    "failed_quits": gettext_lazy("Attempts given up because of withdrawal"),
    "past_treatment": gettext_lazy("Treatment for kratom so far"),
    "dose_on_waking": gettext_lazy("First dose on waking"),
    "dose_at_night": gettext_lazy("Doses at night"),
    "doses_to_avoid_symptoms": gettext_lazy("Doses to avoid symptoms"),
    "opioid_use_disorder": gettext_lazy("Opioid use disorder"),
    "harms": gettext_lazy("Harm so far"),
    "pregnancy_plans": gettext_lazy("Pregnancy plans"),
    "wants_from_kratom": gettext_lazy("Wants from kratom"),
    "wants_from_care": gettext_lazy("Wants from care"),
}


def use_lines(use: UseRecord | KratomUseRow) -> list[str]:
    """What is recorded of one product beyond its first line, then what was declined, then what was not asked."""
    answers = _use_answers(use)
    told = [f"{USE_LABELS[name]}: {words}" for name, words in answers.items() if words]
    if use.confirmed:
        told.append(_("unusual figures asked again, and so"))
    declined = [USE_LABELS[name] for name in USE_LABELS if name in use.declined]
    left = [USE_LABELS[name] for name, words in answers.items() if not words and name not in use.declined]
    apart = (*_apart(_("Declined to say: %(what)s"), declined), *_apart(_("Not asked: %(what)s"), left))
    return ["; ".join(told), *apart] if told else list(apart)


def _use_answers(use: UseRecord | KratomUseRow) -> dict[str, str]:
    unit = UNIT_LABELS.get(use.unit, _("(unit not recorded)"))
    return {
        "dose_times": in_words(tuple(use.dose_times)),
        "reasons": _labels(REASON_LABELS, use.reasons),
        "last_amount": "" if use.last_amount is None else f"{use.last_amount:g} {unit}",
        "highest_amount": "" if use.highest_amount is None else f"{use.highest_amount:g} {unit}",
        "recent_change": _labels(RECENT_CHANGE_LABELS, [use.recent_change]),
        "bought_from": use.bought_from,
        "switches_brand": _yes_no(use.switches_brand),
    }


def told_lines(record: VisitRecord, *, sex: str | None) -> list[str]:
    """What the person told, one line each; then what was declined and what was not asked. A man has no plans asked."""
    asked = [name for name in TOLD_LABELS if name != "pregnancy_plans" or sex != "male" or record.pregnancy_plans]
    answers = {name: _told(name, getattr(record, name)) for name in asked}
    told = [f"{TOLD_LABELS[name]}: {words}" for name, words in answers.items() if words]
    declined = [TOLD_LABELS[name] for name in asked if name in record.declined]
    if not told and not declined:
        return [_("Not asked.")]
    left = [TOLD_LABELS[name] for name, words in answers.items() if not words and name not in record.declined]
    return [*told, *_apart(_("Declined to say: %(what)s"), declined), *_apart(_("Not asked: %(what)s"), left)]


def co_use_lines(record: VisitRecord) -> list[str]:
    """What else was asked about: not used, declined, not asked. What is used stands in its list."""
    listed = {line.entered.casefold().strip() for line in record.medications}
    denied = [CO_USE[key].label for key in CO_USE if key in record.co_use_denied]
    declined = [asked.label for key, asked in CO_USE.items() if f"co_use_{key}" in record.declined]
    if not denied and not declined:
        return [_("Opioids, alcohol and other use: not asked one by one.")]
    answered = {key for key, asked in CO_USE.items() if asked.entered in listed} | set(record.co_use_denied)
    left = [
        asked.label for key, asked in CO_USE.items() if key not in answered and f"co_use_{key}" not in record.declined
    ]
    return [
        *_apart(_("Asked, not used: %(what)s"), denied),
        *_apart(_("Declined to say: %(what)s"), declined),
        *_apart(_("Not asked: %(what)s"), left),
    ]


def _told(name: str, value) -> str:
    choices = {"past_withdrawal": PastWithdrawalChoice, "opioid_use_disorder": OpioidUseDisorderChoice}
    if name in choices:
        return str(choices[name](value).label) if value else ""
    if name == "harms":
        return _labels(HARM_LABELS, value)
    if name == "pregnancy_plans":
        return _labels(PREGNANCY_PLAN_LABELS, [value])
    return _yes_no(value) if value is None or isinstance(value, bool) else str(value)


def _yes_no(value: bool | None) -> str:
    return "" if value is None else _("yes") if value else _("no")


def _labels(labels: Mapping[str, Promise], keys: Iterable[str]) -> str:
    return ", ".join(str(labels.get(key, key)) for key in keys if key)


def _apart(words: str, labels: Iterable[Promise | str]) -> list[str]:
    named = ", ".join(_in_sentence(str(label)) for label in labels)
    return [words % {"what": named}] if named else []


def _in_sentence(label: str) -> str:
    """Small at the beginning, unless it is an abbreviation."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]
