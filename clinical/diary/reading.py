"""A diary file read row by row: each row read, questioned or refused, with number and reason. Stores nothing."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from clinical.diary import amounts, moments
from clinical.diary.headings import Table

LEFT_OUT = "left_out"
READ, QUESTIONED, REFUSED = "read", "questioned", "refused"
LONGEST_PRODUCT = 120
MG = "mg"
# Milligrams of these may be of the product or of what is in it.
NOT_PLAIN_IN_MG = frozenset({"7oh", "pseudoindoxyl", "unknown", "extract", "enhanced", "kava_kratom", "shot", "gummy"})


@dataclass(frozen=True, slots=True)
class Answers:
    """What somebody answered about the file. Products and milligrams by the product as written."""

    zone: ZoneInfo
    day_first: bool | None = None
    which_hour: str = ""
    unit: str | None = None  # of numbers without one; "" is "not known"
    products: Mapping[str, str] = field(default_factory=dict)
    milligrams: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known beside the file: the time now, the birthday, doses stored before, and what is unlikely."""

    now: datetime
    born_on: date
    stored: frozenset[tuple[datetime, str, float | None]]
    unlikely: Callable[[str, float, str], str]
    impossible: Callable[[float, str], str]


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `asks` names the question that has to be answered before it can be read."""

    number: int
    cells: tuple[str, ...]
    state: str = READ
    why: str = ""
    asks: str = ""
    taken_at: datetime | None = None
    written: str = ""
    product: str = ""
    amount: float | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Diary:
    """The whole file as read so far."""

    rows: tuple[Row, ...]
    mixed_orders: bool = False

    def of(self, state: str) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.state == state)

    @property
    def asks(self) -> frozenset[str]:
        return frozenset(row.asks for row in self.rows if row.asks)


def read(table: Table, answers: Answers, known: Known) -> Diary:
    """Every row of the table as these answers read it. Rows that write day and month in both orders are not settled."""
    shown = {
        moments.orders_shown(_cell(table, cells, "moment") or _cell(table, cells, "date")) for _n, cells in table.rows
    }
    mixed = {True, False} <= shown
    how = moments.Reading(answers.zone, None if mixed else answers.day_first, answers.which_hour)
    rows = [_row(table, number, cells, how, answers, known) for number, cells in table.rows]
    if mixed:
        words = _("The file writes day and month in both orders, so this date cannot be told. Correct it in the file.")
        rows = [replace(row, state=REFUSED, why=words, asks="") if row.asks == "dates" else row for row in rows]
    return Diary(tuple(_marked_twice(rows, known)), mixed)


def _cell(table: Table, cells: tuple[str, ...], role: str) -> str:
    place = table.columns.get(role)
    return cells[place] if place is not None and place < len(cells) else ""


def _row(
    table: Table, number: int, cells: tuple[str, ...], how: moments.Reading, answers: Answers, known: Known
) -> Row:
    row = Row(number, cells, written=_cell(table, cells, "product"))
    try:
        row = _product(row, answers)
        if row.state == REFUSED:
            return row
        day = _cell(table, cells, "moment") or _cell(table, cells, "date")
        clock = "" if "moment" in table.columns else _cell(table, cells, "time")
        if "moment" not in table.columns and not clock:
            raise moments.Unreadable(_("No time of day."))
        row = replace(row, taken_at=_possible(moments.moment_of(day, clock, how), known))
        return _amount(row, table, answers, known)
    except moments.Unreadable as wrong:
        return replace(row, state=REFUSED, why=str(wrong))
    except moments.Ambiguous as asked:
        return replace(row, state=QUESTIONED, why=str(asked), asks=asked.question)


def _possible(moment: datetime, known: Known) -> datetime:
    if moment > known.now:
        raise moments.Unreadable(_("This lies in the future."))
    if moment.date() < known.born_on:
        raise moments.Unreadable(_("This lies before the patient was born."))
    return moment


def _product(row: Row, answers: Answers) -> Row:
    if len(row.written) > LONGEST_PRODUCT:
        raise moments.Unreadable(_("The product is longer than %(n)d characters.") % {"n": LONGEST_PRODUCT})
    if row.written[:1] in ("=", "+", "-", "@"):
        raise moments.Unreadable(_("The product begins like a formula of a spreadsheet. Remove the sign."))
    product = answers.products.get(row.written, "")
    if product == LEFT_OUT:
        return replace(row, state=REFUSED, why=_("“%(name)s” is left out, as answered.") % {"name": row.written})
    if not product:
        raise moments.Ambiguous(
            "products", _("Which product is “%(name)s”?") % {"name": row.written or _("(not named)")}
        )
    return replace(row, product=product)


def _amount(row: Row, table: Table, answers: Answers, known: Known) -> Row:
    column = amounts.unit_named(_cell(table, row.cells, "unit") or table.unit)
    amount, unit = amounts.amount_of(_cell(table, row.cells, "amount"), column, decimal_comma=table.decimal_comma)
    row = replace(row, amount=amount)
    if amount is None:
        return row
    if not unit and answers.unit is None:
        raise moments.Ambiguous("unit", _("“%(n)s” of what? The file names no unit.") % {"n": f"{amount:g}"})
    unit = unit or answers.unit or ""
    if unit == MG and row.product in NOT_PLAIN_IN_MG:
        unit = answers.milligrams.get(row.written, "")
        if not unit:
            raise moments.Ambiguous("milligrams", _("Milligrams of the product, or of what the label states?"))
    if known.impossible(amount, unit):
        raise moments.Unreadable(known.impossible(amount, unit))
    unlikely = known.unlikely(row.product, amount, unit)
    row = replace(row, unit=unit)
    return replace(row, state=QUESTIONED, why=unlikely) if unlikely else row


def _marked_twice(rows: list[Row], known: Known) -> list[Row]:
    """The same dose in the diary already is not stored again; the same one twice in the file is questioned."""
    first: dict[tuple, int] = {}
    times = Counter(_same(row) for row in rows if row.state != REFUSED and row.taken_at)
    marked = []
    for row in rows:
        key = _same(row)
        if row.state == REFUSED or row.asks or row.taken_at is None:
            marked.append(row)
        elif key in known.stored:
            marked.append(replace(row, state=REFUSED, why=_("This dose stands in the diary already.")))
        elif times[key] > 1 and key in first:
            words = _("The same dose as in row %(n)d.") % {"n": first[key]}
            marked.append(replace(row, state=QUESTIONED, why=" ".join(filter(None, (row.why, words)))))
        else:
            first[key] = row.number
            marked.append(row)
    return marked


def _same(row: Row) -> tuple:
    return (row.taken_at, row.product, row.amount)
