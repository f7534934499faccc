"""The answers a kratom history knows, with their words: reasons, harms, changes, plans, what else is used.

The questions follow the exposure history of the evidence (source W111 for how to ask). Nothing is decided here.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REASON_LABELS = {
    "pain": _("pain"),
    "mood": _("mood"),
    "anxiety": _("anxiety"),
    "energy": _("energy"),
    "opioid_substitution": _("instead of an opioid"),
    "sleep": _("sleep"),
    "avoid_withdrawal": _("to avoid withdrawal"),
    "other": _("something else"),
}
RECENT_CHANGE_LABELS = {"raised": _("raised"), "lowered": _("lowered"), "same": _("about the same")}
NO_HARM = "none"
HARM_LABELS = {
    "liver": _("liver"),
    "seizure": _("seizure"),
    "fainting": _("fainting"),
    "mood": _("mood change"),
    "driving": _("trouble driving"),
    "other": _("something else"),
    NO_HARM: _("none of these"),
}
PREGNANCY_PLAN_LABELS = {"none": _("No plans"), "planning": _("Planning a pregnancy"), "unsure": _("Not sure")}
# Statements of the person about a usual day that no clock time says.
DOSE_TIME_LABELS = {"wake": _("on waking"), "night": _("at night")}


@dataclass(frozen=True, slots=True)
class CoUse:
    """One thing asked after. `entered` is the line it makes among the other substances.

    A group has no name of its own there: its line says that it still has to be named, and stays "not assessed".
    """

    label: Promise
    entered: str
    is_group: bool = False


CO_USE = {
    "opioids": CoUse(_("Opioids"), "opioid, not named yet", is_group=True),
    "alcohol": CoUse(_("Alcohol"), "alcohol"),
    "benzodiazepines": CoUse(_("Benzodiazepines"), "benzodiazepine, not named yet", is_group=True),
    "gabapentinoids": CoUse(_("Gabapentin or pregabalin"), "gabapentinoid, not named yet", is_group=True),
    "phenibut": CoUse(_("Phenibut"), "phenibut"),
    "tianeptine": CoUse(_("Tianeptine"), "tianeptine"),
    "stimulants": CoUse(_("Stimulants"), "stimulant, not named yet", is_group=True),
    "cannabis": CoUse(_("Cannabis"), "cannabis"),
    "nicotine": CoUse(_("Nicotine pouches"), "nicotine pouch"),
    "serotonin_or_qt": CoUse(
        _("Serotonergic or QT drugs"), "serotonergic or QT-prolonging drug, not named yet", is_group=True
    ),
}
