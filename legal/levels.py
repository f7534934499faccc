"""Which level of jurisdiction may lie in which, and how its code says so."""

from django.utils.translation import gettext as _

from legal.choices import JurisdictionLevel
from legal.models import Jurisdiction

WITHIN = {
    JurisdictionLevel.STATE: (JurisdictionLevel.COUNTRY,),
    JurisdictionLevel.TERRITORY: (JurisdictionLevel.COUNTRY,),
    JurisdictionLevel.COUNTY: (JurisdictionLevel.STATE, JurisdictionLevel.TERRITORY),
    JurisdictionLevel.PLACE: (JurisdictionLevel.STATE, JurisdictionLevel.TERRITORY),
}


def level_fault(level: str, parent: Jurisdiction | None, code: str) -> str:
    """What is wrong with a jurisdiction of this level, parent and code; empty where nothing is."""
    if level == JurisdictionLevel.COUNTRY:
        return str(_("A country has no parent.")) if parent else ""
    if parent is None:
        return str(_("Everything below a country lies in something: choose the parent."))
    if parent.level not in WITHIN[JurisdictionLevel(level)]:
        names = {"level": JurisdictionLevel(level).label.lower(), "parent": parent.name}
        return str(_("A %(level)s cannot lie in %(parent)s: choose its state or country.")) % names
    if not code.startswith((f"{parent.code}-", f"{parent.code}:")):
        return str(_("The code must begin with the parent's code: %s")) % parent.code
    return ""
