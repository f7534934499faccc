"""What a rule looks at, and the thirteen source attributes, in words. Worked out from the rule, never typed by hand.

Attributes are those of 45 CFR 170.315(b)(11)(iv)(A); for the last nine the duty is to say whether the data are used.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clinical.models import InteractionRule
from clinical.rule_reviews import Interval, due_on
from clinical.screening.inputs import Input, recorded_names

Words = str | Promise

# What is looked at, and what happens where it is not recorded, as the engine does it.
INPUT_WORDS: dict[Input, tuple[Words, Words]] = {
    Input.KRATOM: (
        gettext_lazy("Kratom or 7-OH: taken now, or stopped lately"),
        gettext_lazy("Interactions are not looked for, and the page says so."),
    ),
    Input.PRODUCT: (
        gettext_lazy("The kind of kratom product"),
        gettext_lazy("Only what holds for any product, or names an unknown one, counts; listed as not assessed."),
    ),
    Input.AMOUNT: (
        gettext_lazy("Grams of leaf on a day of use"),
        gettext_lazy("Nothing is added for a large amount; listed as not assessed."),
    ),
    Input.LAST_USE: (
        gettext_lazy("Hours since the last kratom, once it is stopped"),
        gettext_lazy("Counts as stopped lately: the rule still speaks."),
    ),
    Input.MEDICINE: (
        gettext_lazy("Which medicine or substance is taken"),
        gettext_lazy("A name that is not recognised is listed as not assessed."),
    ),
    Input.ROUTE: (gettext_lazy("How the medicine is given"), gettext_lazy("Counts as taken by mouth.")),
    Input.PHASE: (
        gettext_lazy("Whether the medicine is planned, new or settled"),
        gettext_lazy("The rule speaks whatever it might be."),
    ),
    Input.STOPPED: (
        gettext_lazy("Whether the medicine was stopped, and when"),
        gettext_lazy("Stopped on a day not known: counts as still acting, or is listed as not assessed."),
    ),
    Input.OTHER_MEDICINES: (
        gettext_lazy("Other medicines and substances beside it"),
        gettext_lazy("Only what is on the list counts."),
    ),
    Input.CONDITIONS: (gettext_lazy("Conditions on record"), gettext_lazy("Only what is on record counts.")),
    Input.AGE: (gettext_lazy("Age on the day"), gettext_lazy("Nothing is added for age; listed as not assessed.")),
    Input.SEX: (gettext_lazy("Sex"), gettext_lazy("Nothing changes.")),
    Input.PREGNANT: (
        gettext_lazy("Pregnancy"),
        gettext_lazy("Nothing is added; where pregnancy is possible it is listed as not assessed."),
    ),
    Input.BREASTFEEDING: (gettext_lazy("Breastfeeding"), gettext_lazy("Nothing is added for breastfeeding.")),
    Input.PHQ9: (gettext_lazy("PHQ-9"), gettext_lazy("Nothing changes.")),
    Input.COWS: (gettext_lazy("COWS"), gettext_lazy("Nothing changes.")),
}
# Facts by which each attribute could be used at all; none where screening is given no such fact.
USED_THROUGH: dict[str, tuple[Words, tuple[str, ...], Words]] = {
    "race": (gettext_lazy("Race"), ("race",), gettext_lazy("Not recorded.")),
    "ethnicity": (gettext_lazy("Ethnicity"), ("ethnicity",), gettext_lazy("Not recorded.")),
    "language": (gettext_lazy("Language"), ("language",), gettext_lazy("Screening is not given it.")),
    "sexual_orientation": (gettext_lazy("Sexual orientation"), ("sexual_orientation",), gettext_lazy("Not recorded.")),
    "gender_identity": (gettext_lazy("Gender identity"), ("gender_identity",), gettext_lazy("Not recorded.")),
    "sex": (
        gettext_lazy("Sex"),
        (Input.SEX,),
        gettext_lazy("It only decides whether a pregnancy that is not known is listed as not assessed."),
    ),
    "date_of_birth": (
        gettext_lazy("Date of birth"),
        (Input.AGE,),
        gettext_lazy("Age only decides whether an unknown pregnancy is listed as not assessed."),
    ),
    "social_determinants": (
        gettext_lazy("Social determinants of health"),
        ("address", "state", "zip_code"),
        gettext_lazy("The address decides only which law is shown beside the flags."),
    ),
    "health_status": (
        gettext_lazy("Health status assessment"),
        (Input.PHQ9, Input.COWS),
        gettext_lazy("PHQ-9 and COWS speak in mood and safety and in the withdrawal concern, apart from this rule."),
    ),
}


@dataclass(frozen=True, slots=True)
class Looked:
    """One thing a rule looks at, and what happens where it is not recorded."""

    what: Words
    when_missing: Words


@dataclass(frozen=True, slots=True)
class Attribute:
    """One of the thirteen, by its number. `used` is None for the first four, which are not about patient data."""

    number: int
    name: Words
    words: Words
    used: bool | None = None


def looked_at(inputs: Collection[Input]) -> list[Looked]:
    """In the order of the record."""
    return [Looked(*INPUT_WORDS[one]) for one in Input if one in inputs]


def attributes_of(rule: InteractionRule, inputs: Collection[Input], facts: "AboutRule") -> list[Attribute]:
    """All thirteen; none is empty, and what nobody knows says so."""
    first = (
        (_("Bibliographic citation"), _sources(rule)),
        (_("Developer"), rule.developer),
        (_("Funding of the technical work"), rule.funding),
        (_("Release and revision dates"), _dates(rule, facts)),
    )
    found = [Attribute(number, name, words) for number, (name, words) in enumerate(first, start=1)]
    for number, (name, through, otherwise) in enumerate(USED_THROUGH.values(), start=len(first) + 1):
        used = any(fact in inputs and fact in recorded_names() for fact in through)
        found.append(
            Attribute(number, name, _("It can change whether or how this rule speaks.") if used else otherwise, used)
        )
    return found


@dataclass(frozen=True, slots=True)
class AboutRule:
    """What the dates need besides the rule: its first day, how long a review holds, and the version in force."""

    first_on: date
    held: Interval | None
    version: int


def _sources(rule: InteractionRule) -> str:
    count = len(rule.sources.all())
    if not count:
        return _("No source on kratom with this was found.")
    told = ngettext("%(n)d source, listed above", "%(n)d sources, listed above", count) % {"n": count}
    return _("%(sources)s with what was read of each.") % {"sources": told}


def _dates(rule: InteractionRule, about: AboutRule) -> str:
    due = due_on(rule, about.held)
    told = _(
        "First published here %(first)s; revision %(n)d of %(opened)s; last reviewed: %(reviewed)s; next review: "
        "%(due)s; reference version in force: %(version)d."
    )
    return told % {
        "first": _day(about.first_on),
        "n": rule.revision,
        "opened": _day(rule.opened_at.date()),
        "reviewed": _day(rule.reviewed_on),
        "due": _day(due),
        "version": about.version,
    }


def _day(day: date | None) -> str:
    return date_format(day, "j M Y") if day else _("not known")
