"""Turns one screening, live or stored, into what the "what matters" templates print: ordered, in words, in two figures.

Decides nothing clinical: the order of severity is the only order, and nothing is dropped.
"""

from dataclasses import dataclass, field
from datetime import date
from math import floor, log10
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clinical.models import Asked
from clinical.screening.knowledge import Severity
from clinical.views.change_words import ChangeWords, change_words
from clinical.views.flag_html import flag_html
from clinical.views.load_rows import load_lines, tiers_of
from clinical.views.monitoring_words import OfferedLine, monitoring_words
from clinical.views.rating_words import ACT_NOW, CERTAINTY_WORDS, SEVERITY_WORDS

TIER_WORDS = {
    "minimal": gettext_lazy("Minimal withdrawal concern"),
    "low": gettext_lazy("Low withdrawal concern"),
    "moderate": gettext_lazy("Moderate withdrawal concern"),
    "high": gettext_lazy("High withdrawal concern"),
}
COULD_BE = {"low": gettext_lazy("low"), "moderate": gettext_lazy("moderate"), "high": gettext_lazy("high")}
# The tier's own mark and colour, borrowed from the severity of the same weight.
TIER_TONES = {"minimal": "minor", "low": "minor", "moderate": "moderate", "high": "major"}
MISSING_WORDS = {
    "product": gettext_lazy("the product"),
    "doses_per_day": gettext_lazy("doses a day"),
    "amount": gettext_lazy("the amount"),
    "months_of_use": gettext_lazy("months of use"),
    "days_per_week": gettext_lazy("days a week"),
    "past_withdrawal": gettext_lazy("withdrawal so far"),
    "opioid_use_disorder": gettext_lazy("opioid use disorder"),
    "failed_quits": gettext_lazy("attempts ended by withdrawal"),
    "doses_to_avoid_symptoms": gettext_lazy("doses to avoid symptoms"),
    "dose_on_waking": gettext_lazy("dose on waking"),
    "dose_at_night": gettext_lazy("doses at night"),
}
NO_KRATOM = {
    Asked.USES: gettext_lazy("Product not recorded: interactions were not looked for."),
    Asked.DOES_NOT: gettext_lazy("The patient says no kratom or 7-OH: interaction rules were not applied."),
    Asked.DECLINED: gettext_lazy("Declined to say: interactions with kratom were not looked for."),
    Asked.NOT_ASKED: gettext_lazy("Not asked: interactions with kratom were not looked for."),
}


@dataclass(frozen=True, slots=True)
class Panel:
    """What the templates read. `flags` in three tiers; `gaps` are everything that could not be judged.

    `blocks` are the same flags as they stand on the page, those of one mechanism under its load row.
    """

    act_now: list[dict]
    plan: list[dict]
    know: list[dict]
    gaps: list[dict]
    withdrawal: dict | None
    urgent: list[dict]
    safety: list[dict]
    legal: dict
    day: str
    nothing_found: list[dict]
    no_rule: list[str]
    exposure: list[str]
    exposure_steps: list[str]
    exposure_marks: tuple[str, ...]
    looked_at: str
    headline: str
    reference_version: int
    red_flags: tuple[str, ...] = ()
    change: ChangeWords | None = None
    medications: list[dict] = field(default_factory=list)
    monitoring: list[OfferedLine] = field(default_factory=list)
    blocks: dict[str, list[dict]] = field(default_factory=dict)

    @property
    def stop_slowly(self) -> bool:
        """Whether stopping at once is advised against: then no advice to stop may stand alone."""
        return bool(self.withdrawal) and (self.withdrawal["tier"] == "high" or bool(self.withdrawal["complicated"]))

    @property
    def flags(self) -> list[dict]:
        return [*self.act_now, *self.plan, *self.know]


def panel_of(shown: Any, *, problems: tuple = (), answers: dict | None = None) -> Panel:
    """`shown` is a live `Shown` or a stored run: both carry facts, result, legal and the reference version."""
    result, facts = shown.result, shown.facts
    flags = [shown_flag(flag, answers) for flag in result["flags"]]
    watched = monitoring_words(result.get("monitoring"), date.fromisoformat(facts["visit_on"]))
    gaps = [
        _gap(gap) for gap in (*_kratom_gap(facts), *_left_out(problems), *result["not_assessed"], *watched.not_assessed)
    ]
    tiers = [
        [flag for flag in flags if flag["severity"] in ACT_NOW],
        [flag for flag in flags if flag["severity"] == Severity.MODERATE],
        [flag for flag in flags if flag["severity"] == Severity.MINOR],
    ]
    prompts = [prompt for prompt in result["safety"] if prompt["code"] in result["texts"]["urgent"]]
    urgent = [*prompts, *watched.raised]
    return Panel(
        *tiers,
        gaps=gaps,
        withdrawal=_withdrawal(result["withdrawal"], result["texts"]),
        urgent=urgent,
        safety=[prompt for prompt in result["safety"] if prompt not in prompts],
        legal=shown.legal,
        day=date_format(date.fromisoformat(facts["visit_on"]), "j M Y"),
        nothing_found=result["nothing_found"],
        no_rule=result["no_rule"],
        exposure=exposure_lines(result["exposure"]),
        exposure_steps=result["exposure"]["steps"],
        exposure_marks=tuple(result["texts"]["exposure_marks"]),
        looked_at=_looked_at(facts),
        headline=_headline([len(tiers[0]) + len(urgent), len(tiers[1]), len(tiers[2])], len(gaps)),
        reference_version=shown.reference_version,
        red_flags=tuple(result["texts"]["red_flags"]),
        change=change_words(result.get("change"), date.fromisoformat(facts["visit_on"])),
        medications=result["medications"],
        monitoring=watched.offered,
        blocks=tiers_of(load_lines(result.get("load", ()), flags), flags),
    )


def shown_flag(flag: dict, answers: dict | None = None) -> dict:
    """One flag as `_flag.html` prints it, with the answer given where there is one."""
    words = {
        **flag,
        "severity_word": SEVERITY_WORDS[flag["severity"]],
        "certainty_word": CERTAINTY_WORDS[flag["certainty"]],
        "why_line": " ".join(f"{reason.rstrip('.')}." for reason in flag["why"]),
    }
    answer = (answers or {}).get((flag["rule"], flag["about"]))
    return {**words, **flag_html(words), "answer": answer}


def _kratom_gap(facts: dict) -> list[dict]:
    if facts["kratom"]:
        return _asked_otherwise(facts["asked"])
    return [{"code": "no_kratom", "what": _("Kratom"), "why": NO_KRATOM[Asked(facts["asked"])]}]


def _asked_otherwise(asked: str) -> list[dict]:
    """A product on record beside an answer that does not say so: one of the two is wrong, and only a person knows."""
    if asked == Asked.USES:
        return []
    why = _("A product is recorded, but the answer is “%(asked)s”. Correct one of them.")
    return [{"code": "asked_otherwise", "what": _("Kratom"), "why": why % {"asked": Asked(asked).label}}]


def _gap(gap: dict) -> dict:
    """The same word is not said twice ("pregnancy": "Pregnancy not known")."""
    repeats = gap["why"].casefold().startswith(gap["what"].casefold())
    return {**gap, "what": "" if repeats else gap["what"]}


def _left_out(problems: tuple) -> list[dict]:
    """Entries that could not be read: the list was made without them."""
    return [
        {
            "code": "left_out",
            "what": problem.label or _("An entry"),
            "why": _("Left out until corrected: %(why)s") % {"why": problem.message},
        }
        for problem in problems
    ]


def _withdrawal(found: dict | None, texts: dict) -> dict | None:
    if found is None:
        return None
    tier, could_be = found["tier"], found["could_be"]
    return {
        **found,
        "tier_word": TIER_WORDS[tier],
        "tone": TIER_TONES[tier],
        "could_be_word": COULD_BE.get(could_be, "") if could_be != tier else "",
        "missing_words": [MISSING_WORDS.get(name, name) for name in found["missing"]],
        "not_asked_words": [MISSING_WORDS.get(name, name) for name in found["not_asked"]],
        "named": [row["text"] for row in found["fired"] if row["rule"] in found["labels"]],
        "reasons": found["fired"],
        "plan": texts["planning"],
        "wording": texts["wording"],
    }


def exposure_lines(exposure: dict) -> list[str]:
    """Daily amounts in words. The two alkaloids stand on lines of their own and are never added."""
    average, peak, seven_oh = exposure["mitragynine_mg_per_day"], exposure["peak_day"], exposure["seven_oh_mg_per_day"]
    lines = []
    if average:
        lines.append(_("About %(mid)s mg mitragynine a day (%(low)s to %(high)s)") % _figures(average))
    if peak and peak != average:
        lines.append(_("About %(mid)s mg mitragynine on a day of use (%(low)s to %(high)s)") % _figures(peak))
    if seven_oh:
        lines.append(_seven_oh_line(seven_oh))
    return lines


def _seven_oh_line(values: list[float]) -> str:
    if values[0] == values[2]:
        return _("About %(mid)s mg 7-OH a day, as labelled") % _figures(values)
    return _("About %(mid)s mg 7-OH a day (%(low)s to %(high)s)") % _figures(values)


def _figures(values: list[float]) -> dict[str, str]:
    return dict(zip(("low", "mid", "high"), map(two_figures, values), strict=True))


def two_figures(value: float) -> str:
    """A number with two significant figures and no more: 117 is "120", 0.456 is "0.46"."""
    if not value:
        return "0"
    places = 1 - floor(log10(abs(value)))
    rounded = round(value, places)
    return f"{rounded:,.{max(places, 0)}f}".rstrip("0").rstrip(".") if places > 0 else f"{rounded:,.0f}"


def _looked_at(facts: dict) -> str:
    """What screening had before it, so that an empty list can be read for what it is."""
    medicines, conditions, products = len(facts["taken"]), len(facts["patient"]["conditions"]), len(facts["kratom"])
    return ", ".join(
        (
            ngettext("%(n)d kratom product", "%(n)d kratom products", products) % {"n": products},
            ngettext("%(n)d other line", "%(n)d medicines and substances", medicines) % {"n": medicines},
            ngettext("%(n)d condition", "%(n)d conditions", conditions) % {"n": conditions},
        )
    )


def _headline(counts: list[int], gaps: int) -> str:
    """One line for the eye and for a screen reader."""
    act_now, plan, know = counts
    words = [
        _("%(n)d to act on now") % {"n": act_now} if act_now else "",
        _("%(n)d to plan") % {"n": plan} if plan else "",
        _("%(n)d to know") % {"n": know} if know else "",
        _("%(n)d not assessed") % {"n": gaps} if gaps else "",
    ]
    return ", ".join(word for word in words if word) or _("No concern listed.")
