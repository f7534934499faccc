"""The lines of a previewed file, signed, carried by the page to its confirmation: nothing lies on the server between.

A ticket holds for one person, one kind of file and one reference version.
"""

from django.core import signing
from django.utils.translation import gettext as _

from clinical.exchange.columns import Sheet
from clinical.exchange.files import FileRefused, Line
from clinical.models import User

_SALT = "clinical.exchange"
# What a form field may carry along with the rest of the page.
MOST_CHARACTERS = 2_000_000
GOOD_FOR_SECONDS = 3600


class PreviewAgain(Exception):
    """What would be stored may not be what was shown."""


def ticket_for(sheet: Sheet, lines: list[Line], version: int, by: User) -> str:
    """A signed copy of the lines as they were previewed."""
    held = {
        "sheet": sheet.name,
        "version": version,
        "by": str(by.pk),
        "lines": [[line.number, line.cells, line.spare] for line in lines],
    }
    ticket = signing.dumps(held, salt=_SALT, compress=True)
    if len(ticket) > MOST_CHARACTERS:
        raise FileRefused(_("The file holds too much to be shown at once. Split it."))
    return ticket


def lines_of(ticket: str, sheet: Sheet, version: int, by: User) -> list[Line]:
    """The lines previewed. Raises `PreviewAgain` unless the same person confirms the same file on the same version."""
    try:
        held = signing.loads(ticket, salt=_SALT, max_age=GOOD_FOR_SECONDS)
    except signing.BadSignature:
        raise PreviewAgain(_("The preview is too old or was changed. Choose the file again.")) from None
    if (held["sheet"], held["by"]) != (sheet.name, str(by.pk)):
        raise PreviewAgain(_("This preview was of another file or person. Choose the file again."))
    if held["version"] != version:
        raise PreviewAgain(
            _("Reference data changed after the preview. Choose the file again to see what it does now.")
        )
    return [Line(number, cells, spare) for number, cells, spare in held["lines"]]
