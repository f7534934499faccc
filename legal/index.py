"""All legal reference data as one plain in-memory index, compiled once per legal version and kept per process."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType

from django.db import connection

from legal import models
from legal.gazetteer import county_base, name_key
from legal.periods import Level, PendingEntry, StalenessGroup, StalenessLimits, Status, StatusPeriod
from legal.ruling import Chain, compile_chain

PERIOD_FIELDS = tuple(StatusPeriod.__dataclass_fields__)


class LegalReferenceMissing(Exception):
    """The legal reference data has not been loaded."""


@dataclass(frozen=True, slots=True)
class Place:
    """A jurisdiction that has a record: code, name, level, the code of its parent, and what binds only part of it."""

    code: str
    name: str
    level: str
    parent_code: str | None
    note: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dispute:
    """A point on which sources contradict one another, still open; no substance named means all."""

    point: str
    substance: str
    sources_say: str
    table_does: str
    checked_on: date


@dataclass(frozen=True, slots=True)
class LegalIndex:
    """Jurisdictions by code and by name, their rows, what is pending, and the chains compiled so far."""

    version: int
    changed_at: datetime | None
    places: MappingProxyType[str, Place]
    named: MappingProxyType[tuple[str, str], tuple[Place, ...]]
    periods: MappingProxyType[str, tuple[StatusPeriod, ...]]
    pending: MappingProxyType[str, tuple[PendingEntry, ...]]
    limits: StalenessLimits | None
    parameters: MappingProxyType[str, int] = field(default_factory=lambda: MappingProxyType({}))
    disputes: MappingProxyType[str, tuple[Dispute, ...]] = field(default_factory=lambda: MappingProxyType({}))
    chains: dict[tuple[tuple[str, str], ...], Chain] = field(default_factory=dict)

    def find(self, name: str, kind: str) -> tuple[Place, ...]:
        """Recorded places of a name and kind: country, state (territories too), county or place."""
        return self.named.get((kind, county_base(name) if kind == "county" else name_key(name)), ())

    def level(self, place: Place) -> Level:
        return Level(place.code, place.name, place.level, self.periods.get(place.code, ()), staleness_group(place))

    def chain(self, levels: tuple[Level, ...]) -> Chain:
        """The compiled chain of these levels, kept for the next question about the same place."""
        key = tuple((level.code, level.name) for level in levels)
        if key not in self.chains:
            if self.limits is None:
                raise LegalReferenceMissing("The staleness limits are missing. Load the legal reference data.")
            pending = tuple(entry for level in levels for entry in self.pending.get(level.code, ()))
            if len(self.chains) >= CHAINS_KEPT:
                self.chains.clear()
            self.chains[key] = compile_chain(levels, self.limits, pending, self._dated_from(levels))
        return self.chains[key]

    def _dated_from(self, levels: tuple[Level, ...]) -> date:
        """The first day to which any row of the country, or else of the whole table, puts a date."""
        country = levels[0].code if levels else ""
        edges = [(code, edge) for code, rows in self.periods.items() for row in rows for edge in row.edges]
        here = [edge for code, edge in edges if code == country or code.startswith(f"{country}-")]
        return min(here or [edge for _code, edge in edges], default=date.min)


@dataclass(frozen=True, slots=True, eq=False)
class IndexKey:
    """An index under its version, so that what was found in it is kept until the law changes."""

    index: LegalIndex

    def __hash__(self) -> int:
        return hash((self.index.version, self.index.changed_at))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, IndexKey) and self.index is other.index


CHAINS_KEPT = 5000
# Written out: it is asked whenever the law is, and putting it together takes Django longer than the answer.
_NEWEST_VERSION = f"SELECT number, changed_at FROM {models.LegalVersion._meta.db_table}"
_kept: list[LegalIndex] = []


def current_index() -> LegalIndex:
    """The index of the newest legal version: one cheap query to compare versions, compiled again only on change."""
    # The time beside the number tells a restored database from the one the index was made from.
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST_VERSION)
        version, changed_at = cursor.fetchone() or (0, None)
    if not _kept or (_kept[0].version, _kept[0].changed_at) != (version, changed_at):
        _kept[:] = [_compile(version, changed_at)]
    return _kept[0]


def kept_index() -> LegalIndex:
    """The index this process read last, without asking whether a newer one is there; read now if there is none."""
    return _kept[0] if _kept else current_index()


def staleness_group(place: Place) -> StalenessGroup:
    if not (place.code == "US" or place.code.startswith("US-")):
        return StalenessGroup.COUNTRY
    return StalenessGroup.LOCAL if place.level in ("county", "place") else StalenessGroup.STATE


def _compile(version: int, changed_at: datetime | None) -> LegalIndex:
    places = {place.code: place for place in map(_place, models.Jurisdiction.objects.all())}
    periods = defaultdict(list)
    names = tuple(f"checked_by__{name}" for name in ("first_name", "last_name"))
    stored = (name for name in PERIOD_FIELDS if name not in ("jurisdiction_code", "checked_by"))
    for row in models.StatusPeriod.objects.filter(superseded_at=None).values(*stored, "jurisdiction_id", *names):
        code = row.pop("jurisdiction_id")
        who = " ".join(part for part in [row.pop(name) for name in names] if part)
        values = {**row, "status": Status(row["status"]), "checked_by": who}
        periods[code].append(StatusPeriod(jurisdiction_code=code, **values))
    pending = defaultdict(list)
    for row in models.PendingChange.objects.filter(settled_at=None).values_list(
        "jurisdiction_id", "what", "stage", "expected", "source_url", "source_date", "expected_on"
    ):
        pending[row[0]].append(PendingEntry(*row))
    values = dict(models.LegalParameter.objects.values_list("code", "value"))
    return LegalIndex(
        version=version,
        changed_at=changed_at,
        places=MappingProxyType(places),
        named=MappingProxyType(_names(places)),
        periods=MappingProxyType({code: tuple(rows) for code, rows in periods.items()}),
        pending=MappingProxyType({code: tuple(rows) for code, rows in pending.items()}),
        limits=_limits(values),
        parameters=MappingProxyType(values),
        disputes=MappingProxyType(_disputes()),
    )


def _disputes() -> dict[str, tuple[Dispute, ...]]:
    found = defaultdict(list)
    rows = models.Disagreement.objects.filter(settled_at=None).order_by("id")
    for codes, *rest in rows.values_list("codes", *Dispute.__dataclass_fields__):
        for code in codes:
            found[code].append(Dispute(*rest))
    return {code: tuple(disputes) for code, disputes in found.items()}


def _place(row: models.Jurisdiction) -> Place:
    others = tuple(name.strip() for name in row.other_names.split(";") if name.strip())
    return Place(row.code, row.name, row.level, row.parent_id, row.note, (row.name, *others))


def _names(places: dict[str, Place]) -> dict[tuple[str, str], tuple[Place, ...]]:
    names = defaultdict(list)
    for place in places.values():
        abroad = place.code != "US" and not place.code.startswith("US-")
        kind = "country" if abroad or place.level == "country" else place.level
        kind = "state" if kind == "territory" else kind
        for name in place.names:
            names[kind, county_base(name) if kind == "county" else name_key(name)].append(place)
    return {key: tuple(found) for key, found in names.items()}


def _limits(values: dict[str, int]) -> StalenessLimits | None:
    try:
        return StalenessLimits(
            state_days=values["STATE_STALE_AFTER_DAYS"],
            local_days=values["LOCAL_STALE_AFTER_DAYS"],
            country_days=values["COUNTRY_STALE_AFTER_DAYS"],
            firm_multiple=values["NO_FIRM_ANSWER_MULTIPLE"],
        )
    except KeyError:
        return None
