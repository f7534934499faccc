"""Lists of like rows on the consultation form: what was posted, plus or minus a row, losing nothing that was typed.

Rows are numbered afresh on every post from the field names themselves, so that adding and removing work the same with
and without scripts and no counter in the page can be wrong.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from django.core.exceptions import TooManyFieldsSent, ValidationError
from django.forms.formsets import BaseFormSet
from django.forms.renderers import get_default_renderer
from django.http import QueryDict
from django.utils.translation import gettext as _

from clinical.forms.consultation_limits import MOST_ROWS, MOST_ROWS_POSTED

Row = dict[str, str]
ROW_NUMBER = re.compile(r"[0-9]{1,4}")


def rows_in(data: Mapping, prefix: str) -> list[Row]:
    """The rows posted under `prefix`, in order; `prefix-3-entered` is field `entered` of row 3."""
    pattern = re.compile(rf"{prefix}-({ROW_NUMBER.pattern})-(\w+)")
    found: dict[int, Row] = {}
    for name in data:
        match = pattern.fullmatch(name)
        if match:
            found.setdefault(int(match[1]), {})[match[2]] = _text_of(data, name)
    return [found[number] for number in sorted(found)]


def _text_of(data: Mapping, name: str) -> str:
    """What was posted under a name; several ticked boxes of one name as one text, as `several.Boxes` reads it."""
    values = data.getlist(name) if hasattr(data, "getlist") else [data[name]]
    return values[0] if len(values) == 1 else ",".join(values)


def is_empty(row: Row, filled: Iterable[str]) -> bool:
    """Whether none of the fields that carry a fact holds anything."""
    return not any(str(row.get(name) or "").strip() for name in filled)


class Rows(BaseFormSet):
    """A formset whose rows come from the data as posted. Subclasses name `form`, `prefix_name` and `filled`."""

    extra = 0
    min_num = 0
    max_num = absolute_max = MOST_ROWS_POSTED  # more than MOST_ROWS is refused in words, and shown again
    can_order = can_delete = validate_min = validate_max = edit_only = False
    renderer = None
    prefix_name: str
    filled: tuple[str, ...]
    ends_empty = True

    def __init__(self, *, data: QueryDict | None = None, initial: list[dict] | None = None):
        self.renderer = get_default_renderer()
        super().__init__(
            data=None if data is None else self._numbered(data),
            initial=None if data is not None else self._with_empty(initial or []),
            prefix=self.prefix_name,
        )
        wanted = data or {}
        self.removed = wanted.get("remove", "").rpartition("-")[0] == self.prefix_name
        if wanted.get("add") == self.prefix_name:
            first = next(iter(self.forms[-1].fields.values()))
            first.widget.attrs["data-kc-focus"] = True  # where typing goes on

    def total_form_count(self) -> int:
        return int(self.data[f"{self.prefix_name}-TOTAL_FORMS"]) if self.is_bound else len(self.initial)

    def initial_form_count(self) -> int:
        return 0 if self.is_bound else len(self.initial)

    def _numbered(self, data: QueryDict) -> Row:
        """The rows as posted, without the one to be removed, with a new one where it was asked for."""
        rows = rows_in(data, self.prefix_name)
        if len(rows) > MOST_ROWS_POSTED:
            raise TooManyFieldsSent("More rows than the page can make.")
        kind, _dash, number = data.get("remove", "").rpartition("-")
        if kind == self.prefix_name and ROW_NUMBER.fullmatch(number) and int(number) < len(rows):
            del rows[int(number)]
        rows = [self.prepared(row) for row in rows]
        rows = [*rows, {}] if data.get("add") == self.prefix_name else self._with_empty(rows)
        numbered = {f"{self.prefix_name}-{i}-{name}": text for i, row in enumerate(rows) for name, text in row.items()}
        return {
            **numbered,
            f"{self.prefix_name}-TOTAL_FORMS": str(len(rows)),
            f"{self.prefix_name}-INITIAL_FORMS": "0",
        }

    def prepared(self, row: Row) -> Row:
        """A row as posted, made ready to be read."""
        return row

    def _with_empty(self, rows: list[dict]) -> list[dict]:
        """There is always a row to type in; in a list of one-line rows, always an empty one at the end."""
        wanted = not rows or (self.ends_empty and not is_empty(rows[-1], self.filled))
        return [*rows, {}] if wanted else rows

    def clean(self) -> None:
        if len(self.forms) > MOST_ROWS + 1:
            raise ValidationError(
                _("More than %(most)s rows. Nothing was left out; remove some before saving."),
                params={"most": MOST_ROWS},
            )

    def records(self) -> Iterator[tuple[int, object]]:
        """Number and record of every row that holds something."""
        for number, form in enumerate(self.forms):
            record = form.record()
            if record is not None:
                yield number, record
