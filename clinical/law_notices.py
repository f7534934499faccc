"""Which of a clinician's patients a coming or just-made change of the law concerns. One query; the law is in memory.

Concerned: the last signed visit says kratom is used, it was signed by this clinician, and the address now lies where
the law changes. An address that leaves the place open is told apart, never dropped and never counted as there.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from clinical.models import Asked, Consultation, KratomUseRow, LawNoticeSeen, Patient, Practice, User
from clinical.prepared import Prepared
from legal import lookup as law

_ADDRESS = ("zip_code", "city", "county", "state", "country")


@dataclass(frozen=True, slots=True)
class Concerned:
    """One patient; `is_settled` False where the address does not say whether they live where the law changes."""

    patient: UUID
    name: str
    is_settled: bool


@dataclass(frozen=True, slots=True)
class Notice:
    """One change with the patients it concerns. Urgent: what holds where at least one lives gets tighter."""

    change: law.Coming
    patients: tuple[Concerned, ...]
    is_urgent: bool


@dataclass(frozen=True, slots=True)
class _Line:
    """A user of kratom as one notice needs them."""

    patient: UUID
    name: str
    born_on: date
    address: law.Address
    products: frozenset[str]
    seen: frozenset[str]
    place: law.Answer


def law_notices(*, user: User, practice: Practice, today: date, for_everybody: bool) -> list[Notice]:
    """What the law changes for the patients of this clinician (or of all), urgent first, then soonest.

    What the user has looked at for a patient is left out.
    """
    changes = law.coming_changes(today)
    if not changes:
        return []
    lines = _lines(changes, practice, user, for_everybody)
    found = (_notice(change, lines) for change in changes)
    return sorted((one for one in found if one), key=lambda one: (not one.is_urgent, one.change.on, one.change.code))


def users_of_kratom(practice: Practice | UUID, signed_by: User | UUID | None = None) -> QuerySet[Consultation]:
    """Each patient's last signed visit where it says that kratom is used and this person, or anybody, signed it.

    Somebody who has stopped every product named there no longer uses.
    """
    later = Consultation.objects.filter(patient=OuterRef("patient"), signed_at__isnull=False)
    later = later.filter(
        Q(visit_on__gt=OuterRef("visit_on")) | Q(visit_on=OuterRef("visit_on"), signed_at__gt=OuterRef("signed_at"))
    )
    visits = Consultation.objects.filter(patient__practice=practice, signed_at__isnull=False, asked=Asked.USES)
    visits = visits if signed_by is None else visits.filter(signed_by=signed_by)
    used = KratomUseRow.objects.filter(consultation=OuterRef("pk"))
    active = Q(Exists(used.filter(stopped=False))) | ~Exists(used)
    return visits.filter(active, ~Exists(later))


def patients_by_jurisdiction(practice: Practice) -> Counter[str]:
    """How many patients live in each jurisdiction and in all above it; addresses left open count nowhere."""
    rows = Patient.objects.filter(practice=practice).order_by().values_list(*_ADDRESS).annotate(n=Count("pk"))
    alike = [(law.Address(**dict(zip(_ADDRESS, row[:-1], strict=True))), row[-1]) for row in rows]
    found: Counter[str] = Counter()
    law.legal_version()
    for place, (_address, number) in zip(law.places_of(one for one, _n in alike), alike, strict=True):
        for level in place.levels if isinstance(place, law.Found) else ():
            found[level.code] += number
    return found


def _living_in(states: Iterable[tuple[str, str, str]]) -> Q:
    """Of patients who may live where something changes: a first sieve, by country and state as typed."""
    wanted = Q()
    for country, letters, state in states:
        here = Q(patient__country__iexact=country)
        if letters:
            open_zip = Q(patient__state="") & ~Q(patient__zip_code="")
            here &= Q(patient__state__iexact=letters) | Q(patient__state__iexact=state) | open_zip
        wanted |= here
    return wanted


@lru_cache(maxsize=16)
def _asked_in(states: tuple[tuple[str, str, str], ...], everybody: bool) -> Prepared:
    """The query for these states, put into SQL once. Asked with practice, user, and who signed unless anybody may."""
    used = KratomUseRow.objects.filter(consultation=OuterRef("pk"), stopped=False).values("product")
    columns = [f"patient__{name}" for name in ("name", "born_on", *_ADDRESS)]

    def rows(practice: UUID, user: UUID, signed_by: UUID | None = None) -> QuerySet:
        seen = LawNoticeSeen.objects.filter(patient=OuterRef("patient"), seen_by=user).values("notice")
        visits = users_of_kratom(practice, signed_by).filter(_living_in(states)).order_by("patient__name", "patient")
        return visits.values_list("patient", *columns, ArraySubquery(used), ArraySubquery(seen))

    return Prepared(rows, *(UUID,) * (2 if everybody else 3))


def _country_and_state(change: law.Coming) -> tuple[str, str, str]:
    country, _, letters = change.code.partition(":")[0].partition("-")
    return country, letters, law.name_of(f"{country}-{letters}") if letters else ""


def _lines(changes: Iterable[law.Coming], practice: Practice, user: User, for_everybody: bool) -> list[_Line]:
    states = tuple(sorted({_country_and_state(change) for change in changes}))
    who = (practice.pk, user.pk) if for_everybody else (practice.pk, user.pk, user.pk)
    rows = _asked_in(states, for_everybody)(*who)
    addresses = [law.Address(**dict(zip(_ADDRESS, row[3:8], strict=True))) for row in rows]
    return [
        _Line(key, name, born_on, address, frozenset(rest[-2]), frozenset(rest[-1]), place)
        for (key, name, born_on, *rest), address, place in zip(rows, addresses, law.places_of(addresses), strict=True)
    ]


def _notice(change: law.Coming, lines: Iterable[_Line]) -> Notice | None:
    concerned, urgent = [], False
    for line in lines:
        settled = _lives_there(change, line)
        if settled is None or change.key in line.seen or not _uses_what_changes(change, line):
            continue
        concerned.append(Concerned(line.patient, line.name, settled))
        urgent = urgent or _is_tighter(change, line)
    return Notice(change, tuple(concerned), urgent) if concerned else None


def _is_tighter(change: law.Coming, line: _Line) -> bool:
    """All levels of the patient's place together; by the changed row alone where the place is not settled."""
    age = _age_on(change.on, line.born_on)
    if isinstance(line.place, law.Found) and change.substance:
        return law.tightens_at(line.place, change, age, law.substances_for(line.products))
    return change.is_tightening_for(age)


def _lives_there(change: law.Coming, line: _Line) -> bool | None:
    """Yes, None for no, False where the address leaves it open."""
    if isinstance(line.place, law.Found):
        return True if change.code in {level.code for level in line.place.levels} else None
    country, letters, state = _country_and_state(change)
    if line.address.country.upper() != country:
        return None
    if not letters:
        return True
    return False if line.address.state.lower() in ("", letters.lower(), state.lower()) else None


def _uses_what_changes(change: law.Coming, line: _Line) -> bool:
    """A pending entry does not say which substance; no product on record asks about all."""
    asked = law.substances_for(line.products)
    return not change.substance or any(change.covers(substance) for substance in asked)


def _age_on(day: date, born_on: date) -> int:
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))
