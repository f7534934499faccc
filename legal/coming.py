"""What the law is about to change, or changed just now, in every jurisdiction we hold. Reads the index only.

A change is a row that starts, a row that ends with none after it, or a pending entry with a day. How long ahead and
after it is told stands in the parameters.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from hashlib import sha256

from legal.index import IndexKey, LegalIndex
from legal.periods import BOTH, PendingEntry, Status, StatusPeriod, Substance
from legal.standing import NO_ENTRY, RANK

DAYS_AHEAD, DAYS_AFTER = "NOTICE_DAYS_AHEAD", "NOTICE_DAYS_AFTER"


@dataclass(frozen=True, slots=True)
class Coming:
    """One change of one jurisdiction. `is_tightening`: stricter for some patient than the day before.

    `substance` is empty for a pending entry, which does not say. `key` stays the same for as long as the change does.
    """

    key: str
    code: str
    name: str
    level: str
    substance: str
    on: date
    before: str
    after: str
    min_age_before: int | None
    min_age_after: int | None
    stage: str
    what: str
    source_url: str
    confidence: str

    @property
    def is_stricter(self) -> bool:
        """The status itself is stricter. Into and out of doubt is no known tightening."""
        return _rank(self.after) > _rank(self.before)

    @property
    def is_ban(self) -> bool:
        return self.is_stricter and self.after == Status.PROHIBITED

    def covers(self, substance: str) -> bool:
        """Whether the change is about this substance; `both` is about leaf and 7-OH, never derivatives."""
        return self.substance == substance or (self.substance == BOTH and substance != Substance.DERIVATIVES)

    def is_tightening_for(self, age: int | None) -> bool:
        """Stricter, or a minimum age that this patient has not reached and that was lower before."""
        raised = (self.min_age_after or 0) > (self.min_age_before or 0)
        return self.is_stricter or (raised and (age is None or age < (self.min_age_after or 0)))


def coming_in(index: LegalIndex, today: date) -> tuple[Coming, ...]:
    """Every change between so many days before today and so many after; none where the parameters are missing."""
    ahead, after = index.parameters.get(DAYS_AHEAD), index.parameters.get(DAYS_AFTER)
    if ahead is None or after is None:
        return ()
    return _found(IndexKey(index), today - timedelta(days=after), today + timedelta(days=ahead))


def changes_between(index: LegalIndex, first: date, last: date) -> tuple[Coming, ...]:
    """Every dated change from the first day to the last, both counted, soonest first."""
    return _found(IndexKey(index), first, last)


@lru_cache(maxsize=8)
def _found(key: IndexKey, first: date, last: date) -> tuple[Coming, ...]:
    index = key.index
    found: list[Coming] = []
    for code in index.places:
        rows, pending = index.periods.get(code, ()), index.pending.get(code, ())
        dated = [entry for entry in pending if entry.expected_on and first <= entry.expected_on <= last]
        starts = [row for row in rows if row.valid_from and first <= row.valid_from <= last]
        found += [_start(index, row, rows, dated) for row in starts]
        found += _ends(index, rows, first, last)
        told = {row.valid_from for row in starts}
        found += [_pending(index, entry) for entry in dated if entry.expected_on not in told]
    return tuple(sorted(found, key=lambda one: (one.on, one.code, one.substance)))


def _start(
    index: LegalIndex, row: StatusPeriod, rows: Iterable[StatusPeriod], pending: Iterable[PendingEntry]
) -> Coming:
    on = row.valid_from or date.min
    before = [other for other in rows if _meets(other, row) and other.in_force(on - timedelta(days=1))]
    # Where two rows stood before, the one the change is felt against is the looser.
    former = min(before, key=lambda other: RANK.get(other.status, 0), default=None)
    entry = next((entry for entry in pending if entry.expected_on == on), None)
    return _made(
        index,
        code=row.jurisdiction_code,
        substance=row.substance,
        on=on,
        former=former,
        row=row,
        stage=entry.stage if entry else "",
        what=entry.what if entry else row.citation,
    )


def _ends(index: LegalIndex, rows: tuple[StatusPeriod, ...], first: date, last: date) -> Iterator[Coming]:
    """Rows that lapse while no other row takes over on that day."""
    for row in rows:
        on = row.valid_until
        if on and first <= on <= last and not any(_meets(other, row) and other.in_force(on) for other in rows):
            code = row.jurisdiction_code
            yield _made(index, code=code, substance=row.substance, on=on, former=row, row=None, what=row.citation)


def _pending(index: LegalIndex, entry: PendingEntry) -> Coming:
    return Coming(
        key=_key(entry.jurisdiction_code, entry.what, entry.expected_on),
        code=entry.jurisdiction_code,
        name=index.places[entry.jurisdiction_code].name,
        level=index.places[entry.jurisdiction_code].level,
        substance="",
        on=entry.expected_on or date.max,
        before=Status.UNKNOWN,
        after=Status.UNKNOWN,
        min_age_before=None,
        min_age_after=None,
        stage=entry.stage,
        what=entry.what,
        source_url=entry.source_url,
        confidence="",
    )


def _made(
    index: LegalIndex,
    *,
    code: str,
    substance: str,
    on: date,
    former: StatusPeriod | None,
    row: StatusPeriod | None,
    what: str,
    stage: str = "",
) -> Coming:
    after = str(row.status) if row else NO_ENTRY
    named = row or former
    return Coming(
        key=_key(code, substance, on, after),
        code=code,
        name=index.places[code].name,
        level=index.places[code].level,
        substance=substance,
        on=on,
        before=str(former.status) if former else NO_ENTRY,
        after=after,
        min_age_before=former.min_age if former else None,
        min_age_after=row.min_age if row else None,
        stage=stage,
        what=what,
        source_url=named.source_url if named else "",
        confidence=named.confidence if named else "",
    )


def _meets(one: StatusPeriod, other: StatusPeriod) -> bool:
    """Whether two rows speak about a substance in common."""
    return one.covers(other.substance) or other.covers(one.substance)


def _rank(status: str) -> int:
    """How strict; nothing known stands below all."""
    return {str(word): rank for word, rank in RANK.items()}.get(status, 0)


def _key(*parts: object) -> str:
    return sha256("|".join(str(part) for part in parts).encode()).hexdigest()[:20]
