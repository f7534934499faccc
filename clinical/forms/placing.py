"""Puts what was posted in its right place before the form reads it: a pasted list into rows, kratom under kratom.

Works on the posted fields alone and loses none of them; what was moved is said in words. A name read by its spelling
only is never moved unless somebody asked for that row.
"""

import re
from dataclasses import dataclass, replace

from django.http import QueryDict
from django.utils.translation import gettext as _

from clinical.forms import kratom_use, kratom_words
from clinical.forms.consultation_limits import MOST_ROWS
from clinical.forms.consultation_rows import ROW_NUMBER, Row, is_empty, rows_in
from clinical.forms.medication_details import LONGEST_NAME, entry_of
from clinical.models.consultation import PRODUCT_LABELS
from clinical.screening.facts import Match, Phase
from clinical.snapshots import current_rules
from clinical.vocabulary import lookup
from clinical.vocabulary.pasted import is_heading_of_stopped

LISTS = ("medicine", "other")
PREFIXES = ("kratom", *LISTS)
FILLED = ("entered", "phase", "route", "started_on", "stopped_on", "as_needed")
_FIELD = re.compile(rf"(?:{'|'.join(PREFIXES)})-{ROW_NUMBER.pattern}-\w+")


@dataclass(frozen=True, slots=True)
class Placed:
    """The fields as they should be read. `left` stays in the paste box; `made` rows came out of it."""

    data: QueryDict
    moved: tuple[str, ...] = ()
    left: str = ""
    made: int = 0
    too_many: int = 0
    confirmed: str = ""


def placed(data: QueryDict, version: int) -> Placed:
    """What was posted, with pasted lines as rows, confirmed names confirmed, and each product in its list."""
    if data.get("remove") or data.get("add") in ("kratom", "other"):
        return Placed(data, left=data.get("pasted", ""))
    rows = {prefix: rows_in(data, prefix) for prefix in PREFIXES}
    found = Placed(data)
    if data.get("pasted", "").strip():
        found = _pasted(found, rows, version)
    elif data.get("add"):
        return found
    confirmed = _confirm(data.get("confirm", ""), rows)
    moved = (*found.moved, *_to_kratom(rows, data.get("move", ""), version), *_to_medicines(rows, version))
    return replace(found, data=_relaid(data, rows), moved=moved, confirmed=_place_of(confirmed, rows))


def _pasted(found: Placed, rows: dict[str, list[Row]], version: int) -> Placed:
    """A row for each line; a list that makes too many rows stays in its box, whole."""
    pasted = found.data["pasted"]
    typed = [row for row in rows["medicine"] if not is_empty(row, FILLED)]
    if pasted.count("\n") > 3 * MOST_ROWS:  # not worth reading: each line costs a search
        return replace(found, left=pasted, too_many=pasted.count("\n") + 1 + len(typed))
    read = lookup.pasted_list(pasted, version)
    if len(typed) + len(read.rows) > MOST_ROWS:
        return replace(found, left=pasted, too_many=len(read.rows) + len(typed))
    rows["medicine"] = [*typed, *({"entered": line} for line in read.rows)]
    said = tuple(_said_of_heading(line) for line in read.apart if is_heading_of_stopped(line))
    return replace(found, left="\n".join(read.apart), made=len(read.rows), moved=said)


def _said_of_heading(line: str) -> str:
    """Where such a list ends nobody can tell: nothing is marked as stopped that may still be taken."""
    words = _("“%(heading)s”: the lines under it count as taken. Set “Now” to stopped, with the day, where that is so.")
    return words % {"heading": line.strip()}


def _confirm(wanted: str, rows: dict[str, list[Row]]) -> Row | None:
    """`wanted` is "medicine-3:tramadol". The form forgets the choice where the name does not offer it."""
    place, _colon, key = wanted.partition(":")
    row = _row_at(place, rows)
    if row is not None:
        row["chosen"] = key
    return row


def _place_of(wanted: Row | None, rows: dict[str, list[Row]]) -> str:
    """Where the row stands now, "medicine-2"; "" where it is gone."""
    places = ((f"{prefix}-{number}", row) for prefix in LISTS for number, row in enumerate(rows[prefix]))
    return next((place for place, row in places if row is wanted), "")


def _row_at(place: str, rows: dict[str, list[Row]]) -> Row | None:
    prefix, _dash, number = place.rpartition("-")
    if prefix not in LISTS or not ROW_NUMBER.fullmatch(number) or int(number) >= len(rows[prefix]):
        return None
    return rows[prefix][int(number)]


def _to_kratom(rows: dict[str, list[Row]], asked: str, version: int) -> list[str]:
    """Move every row that is kratom and nothing else; said for each."""
    names, said = current_rules(version).kratom_names, []
    wanted = _row_at(asked, rows)
    for prefix in LISTS:
        staying = []
        for row in rows[prefix]:
            substances = _kratom_in(row, names, version, even_by_spelling=row is wanted)
            if substances:
                use = _use_of(row, substances, version)
                rows["kratom"] = [*_filled_uses(rows["kratom"]), use]
                said.append(_said_of(row["entered"], use["product"]))
            else:
                staying.append(row)
        rows[prefix] = staying
    return said


def _kratom_in(row: Row, names: frozenset[str], version: int, *, even_by_spelling: bool) -> frozenset[str]:
    """The substances of a row that is kratom, or kratom and kava; empty for any other row."""
    entered = row.get("entered", "").strip()
    if not entered or len(entered) > LONGEST_NAME:
        return frozenset()
    found = lookup.taken(entered=entered, chosen=row.get("chosen") or None, version=version)
    sure = found.match is Match.EXACT or (even_by_spelling and found.match is Match.FUZZY)
    substances = frozenset(found.substances)
    only_kratom = substances & names and substances <= names | {kratom_words.KAVA}
    return substances if sure and only_kratom else frozenset()


def _filled_uses(uses: list[Row]) -> list[Row]:
    return [use for use in uses if not is_empty(use, kratom_use.FILLED)]


def _use_of(row: Row, substances: frozenset[str], version: int) -> Row:
    """A row of the kratom form. Days typed beside the name have no field there: they go into the remarks."""
    entered = row["entered"].strip()
    use = kratom_words.row_of(entered, substances)
    days = ((_("started %(day)s"), "started_on"), (_("stopped %(day)s"), "stopped_on"))
    remarks = [words % {"day": row[name]} for words, name in days if row.get(name)]
    use["brand"] = "; ".join((entered, *remarks))
    if row.get("phase") == Phase.STOPPED or row.get("stopped_on") or entry_of(entered, version).stopped:
        use["stopped"] = "on"
    return use


def _said_of(entered: str, product: str) -> str:
    words = _("“%(entered)s” is kratom: moved to Kratom. Product: %(product)s. Check product, amount and how often.")
    return words % {"entered": entered.strip(), "product": PRODUCT_LABELS[product]}


def _to_medicines(rows: dict[str, list[Row]], version: int) -> list[str]:
    """A medicine in the brand field of a kratom product goes among the medicines; only where its name is certain."""
    names, said = current_rules(version).kratom_names, []
    for use in rows["kratom"]:
        brand = use.get("brand", "").strip()
        if not brand or len(brand) > LONGEST_NAME:
            continue
        found = lookup.taken(entered=brand, version=version)
        others = names | {kratom_words.KAVA}
        if found.match is Match.EXACT and found.substances and others.isdisjoint(found.substances):
            use["brand"] = ""
            typed = [row for row in rows["medicine"] if not is_empty(row, FILLED)]
            rows["medicine"] = [*typed, {"entered": brand}]
            said.append(_("“%(entered)s” is not kratom: moved to Medicines.") % {"entered": brand})
    return said


def _relaid(data: QueryDict, rows: dict[str, list[Row]]) -> QueryDict:
    """The same fields with the rows numbered afresh, and what has been done taken out."""
    new = QueryDict(mutable=True)
    done = ("pasted", "add", "confirm", "move")
    for name, values in data.lists():
        if name not in done and not _FIELD.fullmatch(name):
            new.setlist(name, values)
    for prefix, listed in rows.items():
        for number, row in enumerate(listed):
            for name, value in row.items():
                new[f"{prefix}-{number}-{name}"] = value
    return new
