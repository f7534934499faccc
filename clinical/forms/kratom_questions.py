"""What is unlikely about a kratom use as typed: asked again at its field, kept once somebody says that it is so.

The impossible is refused by the fields. Thresholds are those of the exposure reference data, which names its sources.
"""

import zlib
from collections.abc import Sequence
from itertools import pairwise

from django.utils.translation import gettext as _

from clinical.models.consultation import PRODUCT_LABELS
from clinical.records import UseRecord
from clinical.screening.amounts import day_of_use
from clinical.screening.facts import KratomUse, Product, Unit
from clinical.screening.ruleset import RuleSet

DAYS_IN_A_MONTH = 365.25 / 12
Question = tuple[str, str]  # the field it is asked at, and the words


def questions_of(use: UseRecord, rules: RuleSet) -> list[Question]:
    """The questions about one use by itself."""
    return [*_how_many(use, rules), *_how_much(use, rules), *_do_parts_agree(use)]


def mark_of(questions: Sequence[Question]) -> str:
    """A mark of exactly these questions with the figures they name: "it is so" to one does not settle another."""
    return f"{zlib.crc32(repr([(field, str(words)) for field, words in questions]).encode()):08x}"


def _how_many(use: UseRecord, rules: RuleSet) -> list[Question]:
    most = rules.parameters["implausible_doses_per_day"]
    if use.doses_per_day is None or use.doses_per_day <= most:
        return []
    words = _("%(n)s doses a day is more than one an hour. Check the number; was it a week or an amount?")
    return [("doses_per_day", words % {"n": f"{use.doses_per_day:g}"})]


def _how_much(use: UseRecord, rules: RuleSet) -> list[Question]:
    """A day's amount above the reference data's mark, whichever way it can be counted. One question at most."""
    if use.amount is None or not use.unit:
        return []
    day = day_of_use(_as_fact(use), rules.measures)
    weight = _weighed(use, rules)
    counted = (
        (weight, "implausible_grams_per_day", _("%(n)s g")),
        (day.mitragynine and day.mitragynine[1], "implausible_mitragynine_mg_per_day", _("%(n)s mg mitragynine")),
        (day.seven_oh and day.seven_oh[1], "implausible_7oh_mg_per_day", _("%(n)s mg 7-OH")),
    )
    for value, mark, unit in counted:
        most = rules.parameters[mark]
        if value and value > most:
            hint = _("Were milligrams meant?") if use.unit == Unit.GRAM else ""
            values = {"day": unit % {"n": f"{value:,.5g}"}, "most": unit % {"n": f"{most:g}"}, "hint": hint}
            words = _("That makes %(day)s on one day, more than %(most)s. Check amount, unit and doses. %(hint)s")
            return [("amount", (words % values).strip())]
    return []


def _weighed(use: UseRecord, rules: RuleSet) -> float | None:
    """Grams of product on a day, whatever the product is; nothing about what it holds."""
    units = rules.measures.grams_in_unit
    grams = units.get((use.unit, use.product)) or units.get((use.unit, ""))
    if grams is None or use.amount is None:
        return None
    return grams[1] * use.amount * (1 if use.per == "day" else use.doses_per_day or 1)


def _as_fact(use: UseRecord) -> KratomUse:
    return KratomUse(
        product=Product(use.product),
        amount=use.amount,
        unit=Unit(use.unit),
        per=use.per,
        doses_per_day=1.0 if use.doses_per_day is None else use.doses_per_day,
    )


def _do_parts_agree(use: UseRecord) -> list[Question]:
    found = []
    if use.dose_times and use.doses_per_day is not None and len(use.dose_times) != use.doses_per_day:
        words = _("%(times)s times are named, and %(doses)s doses a day. Correct one of them.")
        values = {"times": len(use.dose_times), "doses": f"{use.doses_per_day:g}"}
        found.append(("dose_times", words % values))
    now = _a_day(use)
    if use.highest_amount is not None and now is not None and use.highest_amount < now:
        words = _("The highest amount a day so far is less than the %(now)s of today. Check both.")
        found.append(("highest_amount", words % {"now": f"{now:g}"}))
    return found


def _a_day(use: UseRecord) -> float | None:
    """The amount of a whole day in the patient's own unit."""
    if use.amount is None or use.per == "day":
        return use.amount
    return None if use.doses_per_day is None else use.amount * use.doses_per_day


def overlaps(uses: Sequence[tuple[int, UseRecord]]) -> list[tuple[int, Question]]:
    """Rows that seem to tell of one product twice: number of the later row, and the question."""
    same: dict[tuple[str, str], list[tuple[int, UseRecord]]] = {}
    for number, use in uses:
        same.setdefault((use.product, use.brand.casefold().strip()), []).append((number, use))
    pairs = [pair for rows in same.values() for pair in pairwise(rows)]
    asked = ((number, _overlap(first, second)) for (_n, first), (number, second) in pairs)
    return [(number, question) for number, question in asked if question]


def _overlap(first: UseRecord, second: UseRecord) -> Question | None:
    name = " ".join(str(part) for part in (PRODUCT_LABELS[Product(first.product)], first.brand) if part)
    if first.stopped == second.stopped:
        words = _("%(name)s stands in two rows and would count twice. Make it one row, or name the brand in each.")
        return None if first.stopped else ("product", words % {"name": name})
    ended, going_on = (first, second) if first.stopped else (second, first)
    if ended.hours_since_last_use is None or going_on.months_of_use is None:
        return None
    if ended.hours_since_last_use / 24 >= going_on.months_of_use * DAYS_IN_A_MONTH:
        return None
    words = _("%(name)s is marked stopped in one row, after its use in another row began. Check last use and months.")
    return ("last_use", words % {"name": name})
