"""One figure of a reference table changed by an editor: the table's next revision, published, with its reason."""

import copy
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from clinical.actions import editing
from clinical.actions.consultation import ChangedByAnother
from clinical.figures import THREE, Figure, key_of
from clinical.models import ReferenceTable, Source, User


class FigureFaulty(ValueError):
    """The figure as typed breaks the shape of its table; the message says what to do."""


def revise_figure(*, of: Figure, values: Mapping[str, Any], by: User, reason: str) -> ReferenceTable:
    """Change the numbers, sources, note or judgement of one row; what names the row never changes.

    Raises `FigureFaulty`, and what `editing.revise_row` raises: `ChangedByAnother` when the table is no longer the one
    that was read, `Unusable` when screening could not read it or a case of the library fails.
    """
    table = ReferenceTable.objects.filter(pk=of.table).first()
    if table is None or table.revision != of.revision:
        raise ChangedByAnother(_("Somebody changed this table after you opened it. Nothing of yours was stored."))
    content = copy.deepcopy(table.content)
    row = next((one for one in content[of.part] if key_of(of.table, of.part, one) == of.key), None)
    if row is None:
        raise ChangedByAnother(_("This figure is no longer there."))
    changed = {name: values[name] for name in (*of.numbers, "source", "judgement", "note")}
    _check(of, changed)
    if all(row.get(name) == value for name, value in changed.items()):
        raise FigureFaulty(_("Nothing is different from what is stored."))
    row.update(changed)
    return editing.revise_row(row=table, values={"content": content}, by=by, reason=reason)


def _check(of: Figure, values: Mapping[str, Any]) -> None:
    numbers = [values[name] for name in of.numbers]
    if any(number < 0 for number in numbers):
        raise FigureFaulty(_("A figure cannot be negative."))
    if of.numbers == THREE and not numbers[0] <= numbers[1] <= numbers[2]:
        raise FigureFaulty(_("Low, middle and high must rise."))
    had_neither = not of.row["source"] and not of.row["judgement"]  # arithmetic, such as a weighed gram
    if not values["source"] and not values["judgement"] and not had_neither:
        raise FigureFaulty(_("Name a source, or say that it is our judgement."))
    unknown = sorted(
        set(values["source"]) - set(Source.objects.filter(pk__in=values["source"]).values_list("pk", flat=True))
    )
    if unknown:
        raise FigureFaulty(_("No source has the key “%s”. Add the source first.") % unknown[0])
