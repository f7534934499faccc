"""Where a patient lived before, in words. Decides nothing."""

from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clinical.addresses import former_addresses
from clinical.models import AddressPeriod, Patient


class FormerLine(NamedTuple):
    days: str
    address: str


def former_address_lines(patient: Patient) -> list[FormerLine]:
    """The latest first; empty for somebody who never moved."""
    return [FormerLine(_days(former), _address(former)) for former in former_addresses(patient)]


def _days(former: AddressPeriod) -> str:
    until = date_format(former.lived_until, "j M Y")
    if former.lived_from is None:
        return _("Before %(until)s") % {"until": until}
    return _("From %(since)s, until before %(until)s") % {
        "since": date_format(former.lived_from, "j M Y"),
        "until": until,
    }


def _address(former: AddressPeriod) -> str:
    state = " ".join(part for part in (former.state, former.zip_code) if part)
    parts = (former.street, former.city, former.county, state, former.country)
    return ", ".join(part for part in parts if part)
