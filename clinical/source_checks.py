"""What a source must not say: a PMID or DOI of the wrong form, a status without what it needs. Reads no database."""

import re
from collections.abc import Collection, Iterator
from datetime import date

from django.utils.translation import gettext as _

# A PMID has one to eight digits and no leading zero; a DOI is a prefix "10." with a registrant's number, a slash and
# a name (DOI Handbook). Only the form is checked: nothing is looked up.
PMID = re.compile(r"[1-9][0-9]{0,7}")
DOI = re.compile(r"10\.[0-9]{4,9}(?:\.[0-9]+)*/[^\s<>\"]+")


def pmid_faults(pmid: str) -> Iterator[str]:
    """A PMID as PubMed writes it, or none."""
    if pmid and not PMID.fullmatch(pmid):
        yield _("PMID “%s” is no PMID: write one to eight digits, without “PMID”.") % pmid


def doi_faults(doi: str) -> Iterator[str]:
    """A DOI by itself, or none."""
    if doi and not DOI.fullmatch(doi):
        yield _("DOI “%s” is no DOI: write it from “10.” on, without “doi:” or an address.") % doi


def status_faults(
    *, key: str, status: str, superseded_by: str, checked_on: date | None, known: Collection[str], today: date
) -> Iterator[tuple[str, str]]:
    """Field and fault: a status other than current says when it was checked, and a superseded source by what."""
    if status != "current" and checked_on is None:
        yield "status_checked_on", _("Say on which day this was checked.")
    if checked_on and checked_on > today:
        yield "status_checked_on", _("This day has not come yet.")
    if status == "superseded" and not superseded_by:
        yield "superseded_by", _("Say which source takes its place.")
    if superseded_by and status == "current":
        yield "superseded_by", _("A current source is superseded by nothing. Change the status, or empty this.")
    if superseded_by and superseded_by == key:
        yield "superseded_by", _("A source cannot take its own place.")
    elif superseded_by and superseded_by not in known:
        yield "superseded_by", _("No source has the key “%s”. Add that source first.") % superseded_by
