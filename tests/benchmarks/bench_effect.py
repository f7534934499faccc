"""How long a draft takes to be tried on 10,000 invented patients: python -m tests.benchmarks.bench_effect"""

from tests.benchmarks.throwaway import database, settle  # first: it sets Django up

# isort: split
import random
import resource
import sys
import time
from datetime import timedelta

from clinical import effect
from clinical.management.progress import WIDTH
from clinical.models import Consultation, KratomUseRow, MedicationTaken, PatientCondition, User
from clinical.vocabulary import lookup
from tests import factories
from tests.benchmarks import charts
from tests.clinical import publishing

PATIENTS, MEDICINES = 10_000, 8
CONDITIONS = ("long_qt_syndrome", "major_depression", "chronic_pain", "sleep_apnoea", "diabetes_type_2")


def practice_of(doctor: User, number: int) -> None:
    """One visit each, on different days, with different products, doses, medicines and conditions."""
    chance = random.Random(11)
    charts.many_patients(doctor, number)
    visits = list(Consultation.objects.filter(patient__practice=doctor.practice).select_related("patient"))
    for visit in visits:
        visit.visit_on = factories.VISIT_DAY - timedelta(days=chance.randint(0, 400))
    Consultation.objects.bulk_update(visits, ["visit_on"], batch_size=2000)
    KratomUseRow.objects.bulk_create((_use(visit, chance) for visit in visits), batch_size=2000)
    lines = (line for visit in visits for line in _medicines(visit, chance))
    MedicationTaken.objects.bulk_create(lines, batch_size=5000)
    PatientCondition.objects.bulk_create(
        (
            PatientCondition(patient=visit.patient, condition_id=key, noted_by=doctor)
            for visit in visits
            for key in chance.sample(CONDITIONS, 2)
        ),
        batch_size=5000,
    )


def _use(visit: Consultation, chance: random.Random) -> KratomUseRow:
    return KratomUseRow(
        consultation=visit,
        position=0,
        product=chance.choice(["leaf_powder", "capsule", "shot", "7oh", "extract"]),
        amount=chance.randint(1, 9),
        unit="g",
        doses_per_day=chance.randint(1, 6),
        days_per_week=chance.randint(1, 7),
        months_of_use=chance.randint(1, 90),
        hours_since_last_use=8,
    )


def _medicines(visit: Consultation, chance: random.Random) -> list[MedicationTaken]:
    names = chance.sample(charts.MEDICINES, MEDICINES)
    return [MedicationTaken(consultation=visit, position=at, entered=name) for at, name in enumerate(names)]


def _draw(done: int, total: int) -> None:
    if sys.stderr.isatty() and done % (total // 100) == 0:
        filled = WIDTH * done // total
        sys.stderr.write(f"\r[{'#' * filled}{'.' * (WIDTH - filled)}] {done}/{total}")


def main() -> None:
    with database():
        doctor = factories.clinician()
        practice_of(doctor, PATIENTS)
        settle()
        lookup.vocabulary()
        entry = publishing.entry_in_force("quetiapine", severity="contraindicated")
        started, worked = time.perf_counter(), time.process_time()
        found = effect.preview(entry=entry, code="quetiapine", practice=doctor.practice, progress=_draw)
        passed, own = time.perf_counter() - started, time.process_time() - worked
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{found.patients} patients, {MEDICINES} medicines each: {passed:.1f} s (own work {own:.1f} s; budget 10 s)"
        )
        print(f"flags change for {found.touched}; case library {found.library.ran} cases; peak memory {memory:.0f} MB")


if __name__ == "__main__":
    main()
